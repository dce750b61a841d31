"""One command's work: train by every strategy, export the best."""

from __future__ import annotations

from models.training.systems import classes
from models.training.systems.classes import Part
from models.training.systems.common import Job, Trained, parameters, write_model
from models.training.systems.prcnn import training
from models.training.systems.prcnn.graph import build
from models.training.systems.prcnn.network import DIM
from models.training.systems.prcnn.training import ALONE, MINERS, PRETRAINED

VERSION = "1"
STRATEGIES = (*MINERS, ALONE)

_TRAINING = (
    "Paralleling recurrent convolutional network of Burns & van Zyl (2020): five convolutions of "
    "3 x 3 (the paper gives no size) beside a bidirectional GRU of 64, 60 sigmoid units; pools to "
    "fit 313 frames of 96 bands. Cross-entropy first ({pretrained.steps} steps of 64), then, each "
    "from there: {others}. {minutes:.0f} minutes of one shared processor core in all. Ships: "
    "{best}, whose MAP is best on tracks kept for steering. Labels: true genre of {midi} MIDI "
    "pieces, and for {real} real recordings the one of eight groups of genre tags that musicnn "
    "(Pons & Serra 2019, ISC licence) says most above average. Adam for the paper's gradient "
    "descent, at its rate of 0.001 for cross-entropy and 0.0001 for triplets, halved on plateaus; "
    "custom triplets by gradient descent at 0.001; "
    "margin 0.2 of squared distances of unit vectors; recordings as if heard elsewhere (level, "
    "tone, noise, gaps)."
)


def train(job: Job) -> None:
    """Train, or go on training, and write the model with its card."""
    parts = classes.load(job.corpus, job.cache)
    course = training.Course(parts, training.untrained(parts), job.device)
    done = training.run(job, course)
    best = max(STRATEGIES, key=lambda name: done[name].best)
    network = course.network
    network.load_state_dict(training.best_weights(job.run, best))
    write_model(
        job,
        build(network.cpu().eval()),
        version=VERSION,
        sample_rate=16_000,
        subspaces={"sound": (0, DIM)},
        training=_words(parts, done, best),
        minutes=sum(each.minutes for each in done.values()),
        learnt=parameters(network) - parameters(network.classes),
    )


def _words(parts: dict[str, Part], done: dict[str, Trained], best: str) -> str:
    names = {ALONE: "cross-entropy alone", **{name: f"{name} triplets" for name in MINERS}}
    others = ", ".join(f"{names[name]} ({done[name].steps} steps)" for name in STRATEGIES)
    minutes = sum(each.minutes for each in done.values())
    return _TRAINING.format(
        pretrained=done[PRETRAINED],
        others=others,
        minutes=minutes,
        best=names[best],
        **classes.trained_on(parts),
    )
