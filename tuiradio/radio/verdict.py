"""The doctor's opinion of a radio in plain words, with advice where something is amiss."""

from __future__ import annotations

from dataclasses import dataclass

from tuiradio.radio.measure import Figures, Report
from tuiradio.radio.strategies import Strategy

FEW_TRACKS = 200
_MUCH_RELAXED = 0.05
_REACH_GAIN = 2.0
_SKEW_LEFT = 1.0 / 3.0
_EVEN_SKEW = 1.0
_NEAR_ENOUGH = 0.85
_WIDE_REACH = 0.9
_SHARE_OF_CHANCE = 0.8
"""Many short radios cannot reach more than chance does; near to that is as good as it gets."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on the radio."""

    is_good: bool
    words: str
    advice: str = ""
    """What to do, where it is not good."""


def verdict(report: Report) -> tuple[Finding, ...]:
    """What the figures mean; never empty. The plainest matters come first."""
    radio, plain = report.of(Strategy.RADIO), report.of(Strategy.NEAREST)
    if radio is None or plain is None or not radio.picks or not plain.picks:
        advice = "Let tuiradio listen to some music first: tuiradio scan DIR"
        return (Finding(False, "There is not enough music to measure a radio on.", advice),)
    findings = [
        _rules(radio, plain),
        _relaxed(radio),
        _reach(radio, plain, report.of(Strategy.RANDOM)),
    ]
    findings += [_hubs(radio, plain), _nearness(radio, plain)]
    if report.library < FEW_TRACKS:
        words = f"With {report.library} tracks these figures say little."
        findings.append(Finding(False, words, "Add more of your music."))
    if not report.is_complete:
        words = "The measurement was stopped early."
        findings.append(Finding(False, words, "Let it finish for figures to go by."))
    return tuple(findings)


def _rules(radio: Figures, plain: Figures) -> Finding:
    if radio.unreported_breaks or radio.duplicates > radio.reported_breaks:
        words = f"{radio.unreported_breaks} rules were broken without a word."
        return Finding(False, words, "That is a fault of tuiradio: please report it.")
    if radio.duplicates:
        words = f"A recording came again {radio.duplicates} times, for want of others."
        return Finding(False, words, "Shorter radios repeat less; or add more music.")
    return Finding(
        True,
        "No rule was broken in secret and no recording came twice "
        f"(plain nearest neighbours: {plain.duplicates} copies).",
    )


def _relaxed(radio: Figures) -> Finding:
    share = radio.reported_breaks / radio.picks
    if share > _MUCH_RELAXED:
        words = f"In {_percent(share)} of the picks a rule was given up for want of others."
        advice = "Lower radio.artist_window and radio.album_window, or radio.recent_hours."
        return Finding(False, words, advice)
    return Finding(True, f"Rules had to be given up in {_percent(share)} of the picks.")


def _reach(radio: Figures, plain: Figures, chance: Figures | None) -> Finding:
    words = (
        f"{radio.radios} radios play {_percent(radio.reach)} of the library, "
        f"plain nearest neighbours {_percent(plain.reach)}."
    )
    most = _WIDE_REACH if chance is None else _SHARE_OF_CHANCE * chance.reach
    is_good = radio.reach >= min(_WIDE_REACH, _REACH_GAIN * plain.reach, most)
    return Finding(is_good, words, "" if is_good else "Raise radio.adventure or radio.drift.")


def _hubs(radio: Figures, plain: Figures) -> Finding:
    words = (
        f"Picks are spread with a skewness of {radio.hub_skewness:.1f}, "
        f"those of plain nearest neighbours with {plain.hub_skewness:.1f} (0 is even)."
    )
    limit = max(_EVEN_SKEW, _SKEW_LEFT * plain.hub_skewness)
    is_good = radio.hub_skewness <= limit
    return Finding(is_good, words, "" if is_good else "Raise radio.adventure: a few tracks recur.")


def _nearness(radio: Figures, plain: Figures) -> Finding:
    share = radio.mean_step / plain.mean_step if plain.mean_step > 0.0 else 1.0
    words = (
        f"One track leads to the next at {_percent(share)} of the likeness "
        "that plain nearest neighbours have."
    )
    is_good = share >= _NEAR_ENOUGH
    return Finding(is_good, words, "" if is_good else "Lower radio.adventure to stay nearer.")


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"
