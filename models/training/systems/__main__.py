"""Train, export and measure one of the field's published systems.

    python -m models.training.systems mecomp-tiny --corpus ../shared/corpus --run runs/mecomp-tiny
    python -m models.training.systems mecomp-tiny --corpus ../shared/corpus --measure

The first trains (or goes on from its checkpoint) and writes ``models/NAME.onnx`` and its card; the
second reproduces the paper's own measures and writes them into the card.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import torch

from models.training.systems.common import SEED, Job

NAMES = ("mecomp-tiny", "prcnn", "disentangled", "multimodal", "shallow")
"""Each is a package here, ``-`` written ``_``, with modules ``train`` and ``measure``."""


def main() -> None:
    """Train or measure."""
    parser = argparse.ArgumentParser(description="Train, export or measure a published system.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--run", type=Path, help="folder of checkpoints and log (runs/NAME)")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[2], help="of models")
    parser.add_argument("--music", type=Path, default=Path("../shared/music"))
    parser.add_argument("--minutes", type=float, default=20, help="of processor time, in total")
    parser.add_argument("--start", type=Path, help="a stage's RUN/STAGE.pt to begin from")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--measure", action="store_true", help="the paper's measures, no training")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(SEED)
    run = options.run or Path("runs") / options.name
    run.mkdir(parents=True, exist_ok=True)
    job = Job(
        options.name,
        options.corpus,
        run,
        options.cache,
        options.out,
        options.music,
        options.minutes,
        torch.device("cuda" if torch.cuda.is_available() else "cpu"),
        options.start,
    )
    wish = "measure" if options.measure else "train"
    module = importlib.import_module(f"{__package__}.{options.name.replace('-', '_')}.{wish}")
    getattr(module, wish)(job)


if __name__ == "__main__":
    main()
