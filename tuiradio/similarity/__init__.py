"""What is near what: the embedding space, the HNSW index, exact search."""
