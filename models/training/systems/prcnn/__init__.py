"""Convolutions beside a recurrent network, trained by triplets (Burns & van Zyl 2020)."""
