"""Vectors of several models on one library's questions. Pure but for the generator passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuiradio.evaluation.measures import MEASURES, deal, noise_of, score, score_without
from tuiradio.evaluation.report import Answer, Difference, Figure, Part
from tuiradio.evaluation.tasks import HALVES, Task
from tuiradio.similarity.space import Space, Vectors

CHANCE = "chance"
HEADLINE = "map"
"""The measure that conclusions go by: it looks at every place of a ranking."""

ENOUGH_QUERIES = 50
ENOUGH_ARTISTS = 10
"""Noise is estimated by leaving artists out: from fewer of them it is itself a guess."""
ENOUGH_CLASSES = 3
GROUPS = 20
"""Of whole artists, each left out in turn; Kott 2001 advises 15 and more."""
_TOGETHER = 0.95
_THINGS = {"genre": "genres", "decade": "decades", "album": "albums"}


@dataclass(frozen=True, slots=True)
class Ears:
    """What one model heard of the tracks in question."""

    name: str
    space: Space
    rows: Vectors
    """float32 [tracks, dim]: what asks."""
    columns: Vectors
    """float32 [tracks, dim]: what is found; the same but for halves."""

    def similarity(self) -> NDArray[np.float32]:
        """All sub-spaces weighing the same, as the radio does unasked; float32 [tracks, tracks]."""
        return np.asarray(self.space.scale_query(self.rows) @ self.columns.T, np.float32)

    def by_subspace(self) -> dict[str, NDArray[np.float32]]:
        """The cosine within each sub-space; nothing where there is one only."""
        spaces = self.space.subspaces if len(self.space.subspaces) > 1 else ()
        return {
            name: np.asarray(self.rows[:, start:stop] @ self.columns[:, start:stop].T, np.float32)
            for name, start, stop in spaces
        }


@dataclass(frozen=True, slots=True)
class _Scored:
    """Measure → its value, and its values with one group of artists left out, float64 [groups]."""

    value: Mapping[str, float]
    without: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what chance and every model scored, where an answer can be wrong."""

    task: Task
    queries: int
    artists: int
    by_model: Mapping[str, _Scored]
    """Chance first."""
    parts: tuple[Part, ...]


def answers(
    asked: Sequence[tuple[Task, Sequence[Ears]]], random: np.random.Generator
) -> tuple[tuple[Answer, ...], float]:
    """Every question with its figures, and the confidence of the differences in them.

    The first of the models is the one compared with the others and with chance. As there are
    many comparisons, each is held to a stricter level (Bonferroni: Dunn 1961).
    """
    scored = [_ask(task, ears, random) for task, ears in asked]
    comparisons = sum(len(one.by_model) - 1 for one in scored if not _lacks(one))
    level = 1 - (1 - _TOGETHER) / max(1, comparisons)
    return tuple(_answer(one, level) for one in scored), level


def _ask(task: Task, ears: Sequence[Ears], random: np.random.Generator) -> _Asked:
    group = None
    by_model: dict[str, _Scored] = {}
    queries = np.zeros(0, np.int64)
    for each in ears:
        similarity = each.similarity()
        scores = score(similarity, task.is_right, task.is_candidate)
        told = ~np.isnan(scores.values["auc"])
        queries = scores.queries[told]
        if not len(queries):
            return _Asked(task, 0, 0, {}, ())
        if group is None:
            asks = np.isin(np.arange(len(task.clusters)), queries)
            group = deal(task.clusters, asks, GROUPS, random)
        without, of_chance = score_without(similarity, task.is_right, task.is_candidate, group)
        by_model.setdefault(CHANCE, _scored(scores.chance, told, of_chance))
        by_model[each.name] = _scored(scores.values, told, without)
    parts = tuple(
        Part(each.name, name, _headline(task, near))
        for each in ears
        for name, near in each.by_subspace().items()
    )
    return _Asked(task, len(queries), len(np.unique(task.clusters[queries])), by_model, parts)


def _scored(
    values: Mapping[str, NDArray[np.float64]],
    told: NDArray[np.bool_],
    without: Mapping[str, NDArray[np.float64]],
) -> _Scored:
    return _Scored({name: float(row[told].mean()) for name, row in values.items()}, without)


def _headline(task: Task, similarity: NDArray[np.float32]) -> float:
    values = score(similarity, task.is_right, task.is_candidate).values
    return float(values[HEADLINE][~np.isnan(values["auc"])].mean())


def _answer(asked: _Asked, level: float) -> Answer:
    lacks = _lacks(asked)
    chance = asked.by_model[CHANCE].value if asked.queries else {}
    return Answer(
        label=asked.task.label,
        among=asked.task.among,
        queries=asked.queries,
        artists=asked.artists,
        classes=asked.task.classes,
        lacks=lacks,
        chance=tuple(chance.items()),
        figures=tuple(
            Figure(model, name, one.value[name], _told(noise_of(one.without[name])))
            for model, one in asked.by_model.items()
            if model != CHANCE
            for name in MEASURES
        ),
        parts=asked.parts,
        differences=() if lacks else _differences(asked, level),
    )


def _lacks(asked: _Asked) -> tuple[str, ...]:
    """What is missing for a conclusion."""
    label = asked.task.label
    amounts = [
        (asked.queries, ENOUGH_QUERIES, "tracks to ask about"),
        (asked.artists, ENOUGH_ARTISTS, "artists that these are by"),
    ]
    if label not in (HALVES, "artist"):
        amounts.append((asked.task.classes, ENOUGH_CLASSES, _THINGS[label]))
    return tuple(f"{has} of {needed} {what}" for has, needed, what in amounts if has < needed)


def _differences(asked: _Asked, level: float) -> tuple[Difference, ...]:
    chance, first, *others = asked.by_model
    ours = asked.by_model[first]
    found = []
    for other in (chance, *others):
        theirs = asked.by_model[other]
        apart = ours.value[HEADLINE] - theirs.value[HEADLINE]
        noise = _told(noise_of(ours.without[HEADLINE] - theirs.without[HEADLINE], level))
        found.append(Difference(first, other, apart, noise))
    return tuple(found)


def _told(noise: float) -> float | None:
    return None if np.isnan(noise) else noise
