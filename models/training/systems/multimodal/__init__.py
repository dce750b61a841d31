"""Genre, emotion and metadata, fused by an autoencoder (Savvas & Poulianou)."""
