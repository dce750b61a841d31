"""MECOMP's AudioEmbeddingTiny (Rubick, Ispir & Berglund 2025), from samples."""
