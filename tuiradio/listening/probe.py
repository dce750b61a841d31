"""``python -m tuiradio.listening.probe FILE.onnx``: the card of a bare model, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tuiradio.errors import ModelError
from tuiradio.listening.encoder import Encoder


def main() -> None:
    """Print ``{"dim": …}``, or ``{"problem": …}`` when the model breaks the contract."""
    try:
        answer: dict[str, object] = {"dim": Encoder(Path(sys.argv[1])).card.dim}
    except ModelError as error:
        answer = {"problem": error.message}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
