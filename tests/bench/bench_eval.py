"""What ``tuiradio eval`` says of a library of known genres: ``python -m tests.bench eval``.

The library is made of the training corpus's MIDI pieces that no training saw (107 of 20 s, true
genre as their tag, nobody's name), in a folder that is gone afterwards: nothing of the corpus is
kept. Other MODELs may be named, and ``../shared/peers/mecomp.onnx`` takes part where it is.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from tuiradio.listening.soundfiles import write_tagged

CORPUS = Path("../shared/corpus")
PEER = Path("../shared/peers/mecomp.onnx")
MODELS = ("tuiradio", "mfcc", "mecomp-tiny")
_TUIRADIO = (sys.executable, "-m", "tuiradio")


def main() -> None:
    """Print what the command prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=MODELS)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--limit", type=int, default=1000, help="pieces at most")
    options, _ = parser.parse_known_args()
    if not options.corpus.is_dir():
        print(f"no corpus in {options.corpus}: nothing to measure on")
        return
    models = [*options.models, *([str(PEER.resolve())] if PEER.exists() else [])]
    with tempfile.TemporaryDirectory(prefix="tuiradio-bench-") as folder:
        for name in ("CONFIG", "DATA", "CACHE", "LOG", "RUNTIME"):
            os.environ[f"TUIRADIO_{name}_DIR"] = f"{folder}/{name.lower()}"
        music = Path(folder) / "music"
        count = sum(1 for _ in write_pieces(options.corpus, music, options.limit))
        print(f"{count} pieces", flush=True)
        subprocess.run([*_TUIRADIO, "scan", str(music), "--no-wait"], check=True)
        subprocess.run([*_TUIRADIO, "eval", "--model", *models], check=True)


def write_pieces(corpus: Path, folder: Path, limit: int) -> Iterator[Path]:
    """The held-out pieces as FLAC files, tagged with title and genre."""
    folder.mkdir()
    with np.load(corpus / "midi.npz") as arrays:
        rows = zip(arrays["id"], arrays["genre"], arrays["valid"], strict=True)
        genres = {str(name): str(genre) for name, genre, is_held_out in rows if is_held_out}
    with tarfile.open(corpus / "midi.tar") as archive:
        members = [member for member in archive if Path(member.name).stem in genres]
        for member in members[:limit]:
            data = archive.extractfile(member)
            assert data is not None
            samples, rate_hz = soundfile.read(io.BytesIO(data.read()), dtype="float32")
            name = Path(member.name).stem
            file = folder / f"{name}.flac"
            write_tagged(file, samples, rate_hz, {"title": name, "genre": genres[name]})
            yield file


if __name__ == "__main__":
    main()
