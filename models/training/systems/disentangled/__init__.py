"""Disentangled multidimensional metric learning (Lee et al. 2020)."""
