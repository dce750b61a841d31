"""A personal ear in plain words, the same on the screen and on the command line."""

from __future__ import annotations

from tuiradio.similarity.ear import FEWEST_ANSWERS, FEWEST_REPEATS, Consistency, EarVerdict
from tuiradio.similarity.neighbourhood import Weights

_MUCH, _SOME = 2.0, 1.25


def verdict_words(verdict: EarVerdict, is_on: bool) -> str:
    """Whether the ear is used, and why; one sentence."""
    if not verdict.is_known:
        missing = FEWEST_ANSWERS - verdict.answers
        more = "one more" if missing == 1 else f"{missing} more"
        return (
            f"{_answers(verdict.answers)} so far that chose B or C; "
            f"{more} before anything can be said."
        )
    told = (
        f"With your ear {_percent(verdict.ear)} of {verdict.answers} held-out answers agree, "
        f"as shipped {_percent(verdict.shipped)}"
    )
    if not verdict.is_better:
        return f"{told}: not better by more than chance ({_percent(verdict.noise)}), not used."
    return f"{told}: used." if is_on else f"{told}: better, but switched off."


def consistency_words(consistency: Consistency) -> str:
    """How well the listener agrees with himself; "" before that can be told."""
    if consistency.repeats < FEWEST_REPEATS:
        return ""
    return (
        f"Asked again, you said the same {consistency.agreed} of {consistency.repeats} times; "
        f"no ear can agree with more than about {_percent(consistency.ceiling)} of such answers."
    )


def weight_words(weights: Weights) -> str:
    """What counts more for this listener than in the shipped space; "" without a difference.

    Args:
        weights: Those of the ear, 1 on average, in vector order.
    """
    words = []
    for name, weight in sorted(weights, key=lambda pair: -pair[1]):
        if weight >= _SOME or weight <= 1.0 / _SOME:
            much = "much " if weight >= _MUCH or weight <= 1.0 / _MUCH else ""
            words.append(f"{name} {much}{'more' if weight > 1.0 else 'less'} (×{weight:.2g})")
    return f"For you counts: {', '.join(words)}." if words else ""


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
