"""Shallow triplet network on standard audio features (Cleveland et al. 2020)."""
