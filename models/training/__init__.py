"""Builds and measures models (``python -m models.training.baseline``)."""
