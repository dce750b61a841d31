"""Builds and measures models (``python -m models.training.baseline``)."""

import os

# onnxruntime reports to its maker otherwise; see ``tuiradio.listening.encoder``.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
