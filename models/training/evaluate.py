"""Measure exported models on the corpus, and write the figures into their cards.

    python -m models.training.evaluate --corpus ../shared/corpus --write models/*.onnx

Everything is measured through the ONNX file itself: from audio where the corpus has audio (MIDI),
from its log-mels through the graph's own part behind the front end where it has no audio
(``real``, ``judge``).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.training import judge, measures, music, tags
from models.training.corpus import FRAMES, MELS
from models.training.dataset import EXCERPT_SAMPLES, UNITS, midi_audio, open_part
from models.training.graph import behind_front_end
from models.training.measures import neighbours_kept, starts, tempo_right
from models.training.results import IDEAS, SIZES
from models.training.targets import Targets, load, tag_scale

Floats = NDArray[np.float32]
EXCERPTS_A_MINUTE = 6
_TIMED_RUNS = 200
_SEED = 3


class Listener:
    """An exported model, run on one core."""

    def __init__(self, file: Path) -> None:
        self.card: dict[str, Any] = json.loads(file.with_suffix(".json").read_text("utf-8"))
        self.size_bytes = file.stat().st_size
        model = file.read_bytes()
        self._whole = _session(model)
        behind, self._log_mel = behind_front_end(model, ("batch", FRAMES, MELS))
        self._behind = _session(behind)
        self.outputs = [each.name for each in self._whole.get_outputs()]

    def hear(self, audio: Floats) -> dict[str, Floats]:
        """Outputs by name for excerpts [n, 160,000]."""
        return self._run(self._whole, "audio", audio)

    def hear_log_mels(self, excerpts: NDArray[np.uint8]) -> dict[str, Floats]:
        """The same for log-mels [n, 313, 96] as the cache holds them."""
        return self._run(self._behind, self._log_mel, excerpts)

    def _run(self, session: Any, name: str, excerpts: NDArray[Any]) -> dict[str, Floats]:
        rows = []
        for i in range(len(excerpts)):
            one = excerpts[i : i + 1]
            one = one.astype(np.float32) / UNITS if one.dtype == np.uint8 else one
            rows.append(session.run(self.outputs, {name: one}))
        return {
            name: np.concatenate([row[i] for row in rows]) for i, name in enumerate(self.outputs)
        }

    def ms_a_minute(self) -> float:
        """Processor time per minute of audio (six excerpts), the lowest of many."""
        noise = np.random.default_rng(_SEED).normal(0, 0.1, (1, EXCERPT_SAMPLES))
        times = []
        for _ in range(_TIMED_RUNS):
            began_s = time.process_time()
            self._whole.run(self.outputs, {"audio": noise.astype(np.float32)})
            times.append(time.process_time() - began_s)
        return 1000 * min(times) * EXCERPTS_A_MINUTE


def quality(listener: Listener, corpus: Path, cache: Path) -> dict[str, float]:
    """All figures of a model, by name."""
    figures = _judged(listener, corpus, cache)
    scale = tag_scale(corpus)
    figures |= _real(listener, load(corpus, "real", scale), open_part(corpus, cache, "real"))
    figures |= _midi(listener, corpus, load(corpus, "midi", scale))
    return figures


def _judged(listener: Listener, corpus: Path, cache: Path) -> dict[str, float]:
    labels = np.load(corpus / "judge.npz")
    vectors = listener.hear_log_mels(open_part(corpus, cache, "judge"))["embedding"]
    tracks = judge.track_vectors(vectors, labels["first"])
    return asdict(judge.measure(tracks, labels["mood"], labels["artist"]))


def _real(listener: Listener, targets: Targets, excerpts: NDArray[np.uint8]) -> dict[str, float]:
    rows = np.flatnonzero(targets.valid[targets.track])
    first = starts(targets.track[rows])
    heard = listener.hear_log_mels(excerpts[rows])
    teacher = judge.track_vectors(targets.teacher[rows, :200], first)
    figures = {
        "neighbours_kept": neighbours_kept(judge.track_vectors(heard["embedding"], first), teacher)
    }
    if "tags" in heard:
        figures["tags_correlation"] = measures.correlation(
            heard["tags"], targets.probabilities[rows] @ tags.merging()
        )
    return figures


def _midi(listener: Listener, corpus: Path, targets: Targets) -> dict[str, float]:
    """On held-out MIDI pieces, from audio, vectors made as the player makes them."""
    held = targets.valid
    heard = listener.hear(np.concatenate(list(midi_audio(corpus, held))))
    bpm = targets.bpm[targets.first][held]
    pairs = np.arange(0, len(heard["embedding"]), 2)
    spaces = {
        name: judge.track_vectors(heard["embedding"][:, start:stop], pairs)
        for name, (start, stop) in listener.card["subspaces"].items()
    }
    families, genre = targets.families[targets.first][held], targets.genre[targets.first][held]
    figures = {
        f"genre_accuracy_{name}": measures.voted_accuracy(vectors, genre)
        for name, vectors in spaces.items()
    }
    figures |= {
        f"families_ap_{name}": measures.voted_precision(vectors, families > 0.02)
        for name, vectors in spaces.items()
    }
    if "tempo_bpm" in heard:
        guess, truth = heard["tempo_bpm"], np.repeat(bpm, 2)
        figures["tempo_4pct"] = float(tempo_right(guess, truth).mean())
        figures["tempo_4pct_octaves"] = float(tempo_right(guess, truth, octaves=True).mean())
    if len(spaces) > 1:
        moods = targets.aspects["mood"][targets.first][held]
        truths = measures.nearness_by_truth(genre, moods, families, bpm)
        for kind, used in measures.disentanglement(spaces, truths).items():
            figures |= {f"{kind}_triplets_in_{name}": share for name, share in used.items()}
    return figures


def main() -> None:
    """Measure models and write the figures into their cards."""
    parser = argparse.ArgumentParser(description="Measure exported models on the corpus.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--music", type=Path, default=Path("../shared/music"), help="by artist")
    parser.add_argument("--write", action="store_true", help="into the cards")
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--idea", help="what was tried, to keep with the figures")
    options = parser.parse_args()
    for file in options.models:
        listener = Listener(file)
        figures = quality(listener, options.corpus, options.cache)
        figures |= {"size_mb": listener.size_bytes / 1e6, "ms_a_minute": listener.ms_a_minute()}
        if options.music.is_dir():
            figures["music_artist_auc"] = music.artist_auc(file, options.music)
        figures = {name: round(value, 4) for name, value in figures.items()}
        print(json.dumps({"model": listener.card["name"], **figures}, indent=2))
        if options.idea:
            kept = json.loads(IDEAS.read_text("utf-8")) if IDEAS.exists() else []
            kept.append({"idea": options.idea, "figures": figures})
            IDEAS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
        if options.write:
            told = listener.card["quality"]
            listener.card["quality"] = {key: told[key] for key in SIZES if key in told} | figures
            text = json.dumps(listener.card, indent=2, ensure_ascii=False)
            file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def _session(model: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    main()
