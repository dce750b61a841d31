"""One command's work: train both classifiers and the autoencoder, export them as one graph."""

from __future__ import annotations

from models.training.systems import classes
from models.training.systems.classes import Part
from models.training.systems.common import Job, Trained, parameters, write_model
from models.training.systems.multimodal import metadata
from models.training.systems.multimodal.graph import build
from models.training.systems.multimodal.network import DIM
from models.training.systems.multimodal.training import run

VERSION = "1"

_TRAINING = (
    "Multimodal song similarity of Savvas & Poulianou: a genre CNN and an emotion CNN of 256 "
    "numbers each and 14 metadata, 526 in all, through an autoencoder (248, 128, 64) whose 64 are "
    "the vector. Genre CNN: {genre.steps} steps of 64; emotion CNN: {mood.steps}, dropout; "
    "autoencoder: {joined.steps} of 128; {minutes:.0f} minutes of one shared processor core in "
    "all. Labels: true genre of {midi} MIDI pieces, and for {real} real recordings the one of "
    "eight groups of genre tags that musicnn (Pons & Serra 2019, ISC) says most above average; "
    "Thayer's quadrants of the valence and arousal that musicnn's tags say (no ratings are "
    "behind them). Metadata: {known} from musicnn's tags, the level and MIDI tempi; {unknown} are "
    "not in the corpus and always neutral (0). The file gets audio only: it guesses the former "
    "from its 512 numbers (ridge regression) and feeds the latter's neutral value. Output mood: "
    "valence and arousal as differences between the quadrants' probabilities."
)


def train(job: Job) -> None:
    """Train, or go on training, and write the model with its card."""
    parts = classes.load(job.corpus, job.cache)
    networks, done = run(job, parts)
    genre, mood, joined = (network.cpu().eval() for network in networks.values())
    write_model(
        job,
        build(genre, mood, joined),
        version=VERSION,
        sample_rate=16_000,
        subspaces={"sound": (0, DIM)},
        training=_words(parts, done),
        minutes=sum(each.minutes for each in done.values()),
        learnt=parameters(genre)
        - parameters(genre.classes)
        + parameters(mood)
        + parameters(joined)
        - parameters(joined.decoder),
    )


def _words(parts: dict[str, Part], done: dict[str, Trained]) -> str:
    return _TRAINING.format(
        **done,
        **classes.trained_on(parts),
        minutes=sum(each.minutes for each in done.values()),
        known=", ".join(metadata.KNOWN),
        unknown=", ".join(metadata.UNKNOWN),
    )
