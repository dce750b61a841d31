"""What the study of a library found; frozen, and JSON as it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model as it took part."""

    name: str
    """How the report calls it."""
    id: str
    dim: int
    stored: int
    """Tracks whose vector the store had."""
    listened: int
    """Tracks listened to for this report."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one model on one question."""

    model: str
    measure: str
    """One of ``measures.MEASURES``."""
    value: float
    noise: float | None
    """Half of the 95 % interval, by leaving artists out; None with too few of them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first model's ``map`` less another's (or chance's), on the same queries."""

    model: str
    other: str
    value: float
    noise: float | None
    """Half of the interval at ``Report.level``."""

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves out no difference at all."""
        return self.noise is not None and abs(self.value) > self.noise


@dataclass(frozen=True, slots=True)
class Part:
    """What one sub-space alone reaches in ``map``."""

    model: str
    subspace: str
    map: float


@dataclass(frozen=True, slots=True)
class Answer:
    """All figures of one question."""

    label: str
    among: str
    queries: int
    """Tracks that had something to find: the n of every figure here."""
    artists: int
    """How many artists these are by."""
    classes: int
    """How many genres, artists, decades, albums."""
    lacks: tuple[str, ...]
    """What is missing for a conclusion, in words; () = nothing."""
    chance: tuple[tuple[str, float], ...]
    """Measure and what a random order reaches, exactly."""
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...]
    differences: tuple[Difference, ...]
    """() where something is lacking."""

    @property
    def title(self) -> str:
        return f"{self.label}, {self.among}" if self.among else self.label


@dataclass(frozen=True, slots=True)
class Report:
    """How well models hear a library."""

    library: int
    """Tracks that could be asked about."""
    sampled: int
    halves: int
    """Tracks of which the halves were listened to."""
    left_out: int
    """Sampled, but not heard by every model."""
    seed: int
    level: float
    """Confidence of a difference's interval, so that all of them together hold at 95 %."""
    models: tuple[ModelFacts, ...]
    answers: tuple[Answer, ...]
