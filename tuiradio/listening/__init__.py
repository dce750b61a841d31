"""What the music sounds like: decoding, excerpts, the encoder, worker processes."""
