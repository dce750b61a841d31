"""What the paper shows: confusion matrices, classification reports, top-5 lists; and what it lacks.

Savvas & Poulianou judge their lists by ear only. The share of the five nearest that are of the
query's class is added, for each modality alone and for metadata known, guessed and neutral.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.judge import track_vectors
from models.training.systems import classes
from models.training.systems.classes import TEST, Part
from models.training.systems.common import Job, amend_card
from models.training.systems.hearing import band_scale, listen
from models.training.systems.multimodal import metadata, neighbours
from models.training.systems.multimodal.network import (
    EACH,
    QUADRANTS,
    Autoencoder,
    GenreListener,
    MoodListener,
)
from models.training.systems.multimodal.training_data import Heard, quadrants, told
from models.training.systems.quality import quality
from models.training.systems.ranking import confusion, report

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]
Table = dict[str, Any]

_SOURCE = "Savvas & Poulianou, Song similarity retrieval (MSc in AI, NCSR Demokritos & Piraeus)"
_ABOUT = {"midi": "MIDI pieces, true genre", "real": "real recordings, the teacher's genre group"}
_PAPERS_MOODS = (
    ("calm (paper)", 0.71, 0.61, 0.66, 888),
    ("angry (paper)", 0.69, 0.61, 0.65, 868),
    ("happy (paper)", 0.68, 0.86, 0.76, 634),
    ("sad (paper)", 0.75, 0.81, 0.78, 671),
    ("accuracy (paper)", None, None, 0.71, 3061),
    ("macro average (paper)", 0.71, 0.72, 0.71, 3061),
    ("weighted average (paper)", 0.71, 0.71, 0.70, 3061),
)
_SUBSTITUTES = (
    "GTZAN's 10 genres: the 8 true genres of MIDI pieces, and 8 groups of genre tags of which each "
    "real recording has the one that the teacher says most above average. DEAM's ratings of "
    "valence and arousal: the teacher's mood tags, whose quadrants around the mean are a machine's "
    "opinion; the weaker quadrants' windows shifted in pitch and noised, as in the paper. "
    "Spotify's metadata: {known} from the teacher's tags, the log-mel's level and MIDI tempi; "
    "{unknown} are in no part of the corpus and always neutral. The paper's lists were judged by "
    "ear; here also the share of the five nearest that are of the query's class. The autoencoder "
    "keeps {kept:.0%} of the variance of tracks it never saw."
    " Epochs were chosen on tracks that steer, none of them reported."
)


def measure(job: Job) -> None:
    """Figures and tables into the card."""
    parts = classes.load(job.corpus, job.cache)
    genre, mood, joined = trained(job, parts)
    tables = []
    for name, part in parts.items():
        guess = _guess(genre.logits, part, job.device)
        tables += genre_tables(name, part.label[part.tracks(TEST)], guess)
    felt = {name: quadrants(job.corpus, part) for name, part in parts.items()}
    tables += mood_tables(
        np.concatenate([felt[name][part.tracks(TEST)] for name, part in parts.items()]),
        np.concatenate([_guess(mood.logits, part, job.device) for part in parts.values()]),
    )
    heard = Heard(parts, metadata.table(job.corpus, parts), genre, mood, job.device)
    tables.append(fused(heard, joined, felt))
    tables.append(guessed(heard, joined))
    tables.append(neighbours.lists(job.model, job.music))
    words = _SUBSTITUTES.format(
        known=", ".join(metadata.KNOWN),
        unknown=", ".join(metadata.UNKNOWN),
        kept=_kept(heard, joined),
    )
    paper = {"source": _SOURCE, "substitutes": words, "tables": tables}
    amend_card(job, quality(job), paper)


def trained(job: Job, parts: dict[str, Part]) -> tuple[GenreListener, MoodListener, Autoencoder]:
    """The three networks of a finished run."""
    scale = band_scale(parts)
    genre, mood = GenreListener(*scale), MoodListener(*scale)
    joined = Autoencoder(torch.zeros(2 * EACH), torch.ones(2 * EACH))
    for name, network in (("genre", genre), ("mood", mood), ("joined", joined)):
        kept = torch.load(job.run / f"{name}.pt", weights_only=True, map_location="cpu")
        network.load_state_dict(kept["best"])
        network.to(job.device).eval()
    return genre, mood, joined


def genre_tables(part: str, truth: Ints, guess: Ints) -> list[Table]:
    """Figure 3 (confusion matrix) and a report, for the genres of a part."""
    names, counts = classes.NAMES[part], confusion(truth, guess, classes.COUNT)
    return [
        _matrix(f"Figure 3 here, genre CNN: {_ABOUT[part]}", names, counts),
        _report(f"Genre CNN's report: {_ABOUT[part]}", names, counts),
    ]


def mood_tables(truth: Ints, guess: Ints) -> list[Table]:
    """Figure 6: confusion matrix and report of the quadrants, the paper's beside."""
    counts = confusion(truth, guess, len(QUADRANTS))
    written = _report("Figure 6 here, emotion CNN's report", QUADRANTS, counts)
    written["rows"] += [list(row) for row in _PAPERS_MOODS]
    return [_matrix("Figure 6 here, emotion CNN: both parts", QUADRANTS, counts), written]


def fused(heard: Heard, joined: Autoencoder, felt: dict[str, Ints]) -> Table:
    """Share of the five nearest of a held-out track that are of its class, by what is compared.

    Among the tracks of its own part that are not held out.
    """
    rows: dict[str, list[float]] = {}
    for name, part in heard.parts.items():
        spaces = _spaces(heard, joined, name)
        test, known = part.tracks(TEST), np.flatnonzero(part.split != TEST)
        for space, vectors in spaces.items():
            five = neighbours.nearest(vectors[test], vectors[known], 5)
            for label in (part.label, felt[name]):
                share = (label[known][five] == label[test][:, None]).mean()
                rows.setdefault(space, []).append(round(float(share), 3))
        for label in (part.label, felt[name]):
            share = (label[known][None] == label[test][:, None]).mean()
            rows.setdefault("chance", []).append(round(float(share), 3))
    columns = [f"{name}: {of}" for name in heard.parts for of in ("genre", "emotion")]
    return {
        "title": "Of the five nearest, share of the query's class",
        "columns": ["compared", *columns],
        "rows": [[space, *shares] for space, shares in rows.items()],
    }


def guessed(heard: Heard, joined: Autoencoder) -> Table:
    """Correlation between metadata and what the graph guesses of them, held-out tracks."""
    pairs: dict[str, list[float | None]] = {}
    for name, part in heard.parts.items():
        test = part.tracks(TEST)
        known, guess = heard.known[name][test], _guesses(heard, joined, name)[test]
        for column, field in enumerate(metadata.NAMES):
            is_told = bool(known[:, column].std() > 0)
            value = np.corrcoef(known[:, column], guess[:, column])[0, 1] if is_told else None
            pairs.setdefault(field, []).append(None if value is None else round(float(value), 3))
    return {
        "title": "Metadata guessed from audio: correlation with what is known, held-out tracks",
        "columns": ["field", *heard.parts],
        "rows": [[field, *values] for field, values in pairs.items() if any(values)],
    }


def _spaces(heard: Heard, joined: Autoencoder, name: str) -> dict[str, Floats]:
    """Track vectors [T, n] of a part by what they are made of."""
    part, rows = heard.parts[name], torch.from_numpy(heard.rows[name])
    track = np.repeat(np.arange(len(part.first)), part.count)
    known = torch.from_numpy(heard.known[name][track])
    with torch.no_grad():
        scaled = joined.scaled(rows)
        found: dict[str, Tensor] = {
            "genre CNN, 256": scaled[:, :EACH],
            "emotion CNN, 256": scaled[:, EACH:],
            "metadata, 14": known,
            "all 526": joined.joined(rows, known),
            "autoencoder, 64, metadata known": joined.encoder(joined.joined(rows, known)),
            "autoencoder, 64, metadata guessed (ships)": joined.encoder(joined.joined(rows)),
            "autoencoder, 64, metadata neutral": joined.encoder(
                joined.joined(rows, torch.zeros_like(known))
            ),
        }
    return {key: track_vectors(each.numpy(), part.first) for key, each in found.items()}


def _guesses(heard: Heard, joined: Autoencoder, name: str) -> Floats:
    """Metadata [T, 14] as guessed, mean of each track's excerpts."""
    part = heard.parts[name]
    with torch.no_grad():
        rows = joined.guess(joined.scaled(torch.from_numpy(heard.rows[name]))).numpy()
    return np.asarray(np.add.reduceat(rows, part.first) / part.count[:, None])


def _guess(logits: Any, part: Part, device: torch.device) -> Ints:
    """The likeliest class of each held-out track."""
    excerpts, starts = classes.excerpts_of(part, part.tracks(TEST), 1000)
    return told(listen(logits, excerpts, device), starts, part.name).argmax(1)


def _kept(heard: Heard, joined: Autoencoder) -> float:
    """Share of the variance of held-out excerpts that gets through the bottleneck, as shipped."""
    with torch.no_grad():
        x = joined.joined(torch.from_numpy(heard.of(TEST)[0]))
        return 1 - float((joined(x) - x).square().mean() / x.var(0).mean())


def _matrix(title: str, names: Sequence[str], counts: Ints) -> Table:
    rows = [[name, *map(int, row)] for name, row in zip(names, counts, strict=True)]
    return {"title": title, "columns": ["true \\ told", *names], "rows": rows}


def _report(title: str, names: Sequence[str], counts: Ints) -> Table:
    heads = (*names, "accuracy", "macro average", "weighted average")
    rows = [
        [head, *(None if math.isnan(x) else round(x, 3) for x in values[:3]), int(values[3])]
        for head, values in zip(heads, report(counts), strict=True)
    ]
    return {"title": title, "columns": ["class", "precision", "recall", "F1", "n"], "rows": rows}
