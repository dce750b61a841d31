"""Tables 1 and 2 and the pictures of Burns & van Zyl (2020), and the measures of every model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.training import baseline
from models.training.dataset import UNITS
from models.training.judge import track_vectors
from models.training.systems import classes, scatter, tsne
from models.training.systems.classes import TEST, Part
from models.training.systems.common import Job, amend_card
from models.training.systems.hearing import listen
from models.training.systems.prcnn import training
from models.training.systems.prcnn.network import Prcnn
from models.training.systems.prcnn.training import ALONE
from models.training.systems.quality import quality
from models.training.systems.ranking import MEASURES, Ranking, rank

Floats = NDArray[np.floating]

MFCC = "MFCC"
PICTURE = "pictures/prcnn_tsne.png"
ORDER = (MFCC, "random", "semi-hard", "custom", ALONE)
"""As in the paper's Table 1."""
PAPER = {
    MFCC: (0.780, 0.664, 0.623, 0.515, 0.455),
    "random": (0.816, 0.724, 0.679, 0.630, 0.580),
    "semi-hard": (0.900, 0.845, 0.827, 0.750, 0.687),
    "custom": (0.856, 0.773, 0.750, 0.694, 0.637),
    ALONE: (0.862, 0.785, 0.749, 0.721, 0.658),
}
_ABOUT = {"midi": "MIDI pieces, true genre", "real": "real recordings, the teacher's genre group"}
_SOURCE = "Burns & van Zyl 2020, Automated Music Recommendations Using Similarity Learning"
_SUBSTITUTES = (
    "The paper's 8 classes were grouped by hand from FMA's artists, albums and genres, which this "
    "corpus does not hold. Instead: the 8 true genres of MIDI pieces, and 8 groups of genre tags "
    "of which each real recording has the one that the teacher says most above average: a "
    "machine's opinion. Each held-out track is ranked against the others of its part; a track's "
    "vector is the mean of its 10-s excerpts' (the paper: one 30-s clip). MFCC: the model mfcc's "
    "39 coefficients, mean and deviation. One training of each strategy, not 30 runs: the standard "
    "error of MAP over queries is {midi:.3f} (MIDI) and {real:.3f} (real) at most. The custom "
    "strategy is trained by the paper's own gradient descent: with Adam, as the others are, it "
    "drew all vectors to one point in 60 steps; so it draws them together slowly and loses MAP all "
    "the same, so that its first epoch is the best. What ships, and which epoch, was chosen on "
    "tracks that steer, none of them reported. Classes are other classes than the paper's, so "
    "figures compare strategies, not papers. t-SNE: "
    "models/training/systems/tsne.py, perplexity 20."
)


def measure(job: Job) -> None:
    """Figures into the card, the picture into ``pictures``."""
    parts = classes.load(job.corpus, job.cache)
    vectors = {name: of_strategies(job, parts, part) for name, part in parts.items()}
    ranked = {
        name: {key: rank(rows, _label(parts[name])) for key, rows in each.items()}
        for name, each in vectors.items()
    }
    picture(job, parts, vectors)
    tables = [overall(_ABOUT[name], each) for name, each in ranked.items()]
    tables.append(_papers_own())
    tables += [by_class(name, _ABOUT[name], each) for name, each in ranked.items()]
    errors = {name: max(each.error() for each in of.values()) for name, of in ranked.items()}
    paper = {
        "source": _SOURCE,
        "substitutes": _SUBSTITUTES.format(**errors),
        "tables": tables,
        "pictures": [{"title": "t-SNE of held-out tracks", "file": PICTURE}],
    }
    amend_card(job, quality(job), paper)


def of_strategies(job: Job, parts: dict[str, Part], part: Part) -> dict[str, Floats]:
    """Vectors [T, n] of the held-out tracks of ``part``, by strategy."""
    excerpts, starts = classes.excerpts_of(part, part.tracks(TEST), 1000)
    found = {MFCC: track_vectors(_cepstra(parts, excerpts), starts)}
    network = training.untrained(parts).to(job.device)
    for name in ORDER[1:]:
        network.load_state_dict(training.best_weights(job.run, name))
        found[name] = track_vectors(_heard(network, excerpts, job), starts)
    return found


def overall(title: str, ranked: dict[str, Ranking]) -> dict[str, Any]:
    """Table 1, with what chance gives."""
    rows: list[list[Any]] = [["chance", *_rounded(ranked[MFCC].by_chance())]]
    rows += [[name, *_rounded(ranked[name].overall())] for name in ORDER]
    queries = len(ranked[MFCC].label)
    return {
        "title": f"Table 1 here: {title} ({queries} held out)",
        "columns": ["features", *MEASURES],
        "rows": rows,
    }


def by_class(part: str, title: str, ranked: dict[str, Ranking]) -> dict[str, Any]:
    """Table 2: MAP and MRR of each class."""
    rows = []
    for label, name in enumerate(classes.NAMES[part]):
        pairs = (ranked[key].of_class(label) for key in ORDER)
        count = int((ranked[MFCC].label == label).sum())
        if count:
            rows.append([f"{name} ({count})", *_rounded([x for pair in pairs for x in pair])])
    columns = [f"{key} {measure}" for key in ORDER for measure in ("MAP", "MRR")]
    return {"title": f"Table 2 here: {title}", "columns": ["class", *columns], "rows": rows}


def picture(job: Job, parts: dict[str, Part], vectors: dict[str, dict[str, Floats]]) -> None:
    """Figures 2 to 6: t-SNE of every strategy's vectors, MIDI above real."""
    file = job.out / PICTURE
    file.parent.mkdir(exist_ok=True)
    rows = [
        scatter.Row(
            {key: tsne.embed(rows) for key, rows in each.items()},
            _label(parts[name]),
            classes.NAMES[name],
        )
        for name, each in vectors.items()
    ]
    scatter.save(rows, file)


def _papers_own() -> dict[str, Any]:
    rows = [[f"{name} (paper)", *values] for name, values in PAPER.items()]
    return {
        "title": "Table 1 of the paper: its 8 classes of FMA",
        "columns": ["features", *MEASURES],
        "rows": rows,
    }


def _label(part: Part) -> NDArray[np.int64]:
    return part.label[part.tracks(TEST)]


def _heard(network: Prcnn, excerpts: classes.Bytes, job: Job) -> Floats:
    network.eval()
    return listen(network, excerpts, job.device)


def _cepstra(parts: dict[str, Part], excerpts: classes.Bytes) -> Floats:
    """MFCC statistics, scaled by an excerpt of every training track."""
    training_rows = np.concatenate(
        [
            baseline.features(_log_mel(classes.excerpts_of(part, part.tracks(0), 1)[0]))
            for part in parts.values()
        ]
    )
    return (baseline.features(_log_mel(excerpts)) - training_rows.mean(0)) / training_rows.std(0)


def _log_mel(excerpts: classes.Bytes) -> NDArray[np.float32]:
    return excerpts.astype(np.float32) / UNITS


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 3) for value in values]
