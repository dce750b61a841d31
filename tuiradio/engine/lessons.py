"""Teaching the ear: its commands, questions and state; part of ``protocol``.

A front end asks for a ``NextComparison``, has its tracks played with ``PlayComparison``,
and sends what the listener said with ``Compare``. ``EndLesson`` brings the music back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tuiradio.library.comparisons import Comparison
from tuiradio.similarity.ear import Choice, EarVerdict, Triplet
from tuiradio.similarity.neighbourhood import Weights

CLIP_S = 8.0
"""How much of each track is heard."""

PARTS = ("a", "b", "c")


# --- commands -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayComparison:
    """Play these parts of a triplet, one after the other; the music waits meanwhile."""

    triplet: Triplet
    parts: tuple[str, ...] = PARTS


@dataclass(frozen=True, slots=True)
class EndLesson:
    """No more clips; the music goes on where it was, if it played."""


@dataclass(frozen=True, slots=True)
class Compare:
    """What the listener said; the ear is learned anew."""

    triplet: Triplet
    choice: Choice


@dataclass(frozen=True, slots=True)
class UndoComparison:
    """Take the newest answer back; the ear is learned anew."""


@dataclass(frozen=True, slots=True)
class ImportComparisons:
    """Take answers over, such as of another library; those about unknown tracks are left out."""

    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class SwitchEar:
    """Use the ear where it is better, or never."""

    on: bool


@dataclass(frozen=True, slots=True)
class ResetEar:
    """Forget all answers and what they taught, for good."""


# --- queries ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextComparison:
    """→ ``Asked``: the comparison from which most would be learned."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the listener."""

    triplet: Triplet | None
    """None when the library is too small."""
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class WaitUntilLearned:
    """→ ``EarState`` once everything said so far was learned from."""


# --- events -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EarState:
    """The personal ear."""

    on: bool = True
    """Whether it may be used."""
    in_use: bool = False
    """Whether it is: on, learned for the model that serves, and better than the shipped space."""
    is_learning: bool = False
    said: int = 0
    """All answers, those without a choice among them."""
    verdict: EarVerdict = field(default_factory=EarVerdict)
    weights: Weights = ()
    """How much each sub-space counts, 1 on average; () = as shipped."""
    is_fine: bool = False
    """Whether dimensions within the sub-spaces are weighted as well."""
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class EarChanged:
    ear: EarState


@dataclass(frozen=True, slots=True)
class ClipChanged:
    """Which part of a comparison plays now."""

    part: str = ""
    """``a``, ``b`` or ``c``; "" = none, all were heard or the music took over."""
    track_id: int | None = None
