"""The study of a library from its tags to a report: sample, listen where needed, measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation.hearing import FIRST_HALF, SECOND_HALF, Key, Listener, Vector
from tuiradio.evaluation.report import ModelFacts, Report
from tuiradio.evaluation.sample import draw, draw_some
from tuiradio.evaluation.study import Ears, answers
from tuiradio.evaluation.tasks import Task, halves_task, tag_tasks
from tuiradio.library.track import Track
from tuiradio.listening.card import ModelFile
from tuiradio.listening.sound import WHOLE, Span
from tuiradio.similarity.space import Space

Stored = Callable[[str, Sequence[int]], Mapping[int, Vector]]
"""Model id and track ids → the vectors that the store has of them."""

HALVES = 200
"""Tracks at most whose halves are listened to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured."""

    models: tuple[ModelFile, ...]
    """The first is compared with the others; no two of one id."""
    limit: int
    """Tracks at most."""
    seed: int


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one model makes of the sample."""

    facts: ModelFacts
    space: Space
    vectors: Mapping[Key, Vector]

    def rows(self, tracks: Sequence[Track], span: Span) -> NDArray[np.float32]:
        """float32 [tracks, dim], each sub-space of unit norm."""
        if not tracks:
            return np.zeros((0, self.space.dim), np.float32)
        return np.stack([self.vectors[track.id, span] for track in tracks])


def study(
    tracks: Sequence[Track],
    plan: Plan,
    stored: Stored,
    listener: Listener,
    on_progress: Callable[[int, int], None],
) -> Report:
    """Measure models on the tracks' own tags and halves; the same tracks for every model.

    What the store lacks is listened to, in worker processes; nothing is stored. ``on_progress``
    hears how many parts of tracks are done, and of how many.

    Raises:
        ModelError: a model does not run.
    """
    sampled = draw(tracks, plan.limit, np.random.default_rng([plan.seed, 0]))
    halved = draw_some(sampled, HALVES, np.random.default_rng([plan.seed, 1]))
    heard = _hear_all(sampled, halved, plan.models, stored, listener, on_progress)
    whole = [track for track in sampled if _by_all(heard, (track.id, WHOLE))]
    both = [
        track
        for track in halved
        if all(_by_all(heard, (track.id, span)) for span in (FIRST_HALF, SECOND_HALF))
    ]
    asked: list[tuple[Task, Sequence[Ears]]] = [
        (task, [_ears(one, whole, WHOLE, WHOLE) for one in heard]) for task in tag_tasks(whole)
    ]
    asked.append((halves_task(both), [_ears(one, both, FIRST_HALF, SECOND_HALF) for one in heard]))
    found, level = answers(asked, np.random.default_rng([plan.seed, 2]))
    return Report(
        library=len(tracks),
        sampled=len(sampled),
        halves=len(both),
        left_out=len(sampled) - len(whole),
        seed=plan.seed,
        level=level,
        models=tuple(one.facts for one in heard),
        answers=found,
    )


def _hear_all(
    sampled: Sequence[Track],
    halved: Sequence[Track],
    models: Sequence[ModelFile],
    stored: Stored,
    listener: Listener,
    on_progress: Callable[[int, int], None],
) -> list[_Heard]:
    ids = [track.id for track in sampled]
    known = [stored(model.card.id, ids) for model in models]
    total = sum(len(sampled) - len(each) + 2 * len(halved) for each in known)
    done = 0

    def on_heard(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    heard = []
    names = _names(models)
    for name, model, have in zip(names, models, known, strict=True):
        absent = [track for track in sampled if track.id not in have]
        vectors = {(track_id, WHOLE): vector for track_id, vector in have.items()}
        vectors |= listener.listen(model, absent, (WHOLE,), on_heard)
        vectors |= listener.listen(model, halved, (FIRST_HALF, SECOND_HALF), on_heard)
        facts = ModelFacts(name, model.card.id, model.card.dim, len(have), len(absent))
        heard.append(_Heard(facts, Space(model.card.subspaces, model.card.dim), vectors))
    return heard


def _by_all(heard: Sequence[_Heard], key: Key) -> bool:
    return all(key in one.vectors for one in heard)


def _ears(heard: _Heard, tracks: Sequence[Track], asks: Span, found: Span) -> Ears:
    rows = heard.rows(tracks, asks)
    columns = rows if asks is found else heard.rows(tracks, found)
    return Ears(heard.facts.name, heard.space, rows, columns)


def _names(models: Sequence[ModelFile]) -> list[str]:
    """File names without their end; ids where two are called the same."""
    stems = [model.path.stem for model in models]
    return [
        stem if stems.count(stem) == 1 else model.card.id
        for stem, model in zip(stems, models, strict=True)
    ]
