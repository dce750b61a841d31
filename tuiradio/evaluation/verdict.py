"""What a report means, in plain words, with what to do where it means nothing."""

from __future__ import annotations

from dataclasses import dataclass

from tuiradio.evaluation.report import Answer, Difference, Report
from tuiradio.evaluation.study import CHANCE
from tuiradio.evaluation.tasks import HALVES, OTHER_ALBUMS

_LABELS = ("genre", "artist", "decade", "album", HALVES)
_ADVICE = {
    "genre": "Tag more tracks with a genre (MusicBrainz Picard and beets can), or add music.",
    "artist": "Tag artists and albums, or add more albums by the artists that you have.",
    "decade": "Tag more tracks with their year, or add music.",
    "album": "Tag albums, or add whole albums.",
    HALVES: "Add more music, by more artists.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence on one label."""

    label: str
    is_told: bool
    """False where there is too little to conclude from."""
    words: str
    advice: str = ""
    """What to do, where it is not told."""


def verdict(report: Report) -> tuple[Finding, ...]:
    """What the figures say of each label, by the hardest question that can be answered."""
    findings: list[Finding] = []
    for label in _LABELS:
        asked = [answer for answer in report.answers if answer.label == label]
        told = next((answer for answer in asked if not answer.lacks), None)
        if told is not None:
            findings += [_compared(told, one) for one in told.differences]
        elif asked:
            findings.append(_too_little(asked))
    return tuple(findings)


def _compared(answer: Answer, one: Difference) -> Finding:
    apart = f"{abs(one.value):.2f} ± {'?' if one.noise is None else f'{one.noise:.2f}'}"
    other = "a draw at random" if one.other == CHANCE else one.other
    what = "two halves of a track" if answer.label == HALVES else answer.title
    if not one.is_real:
        words = f"{one.model} and {other} differ on {what} by {apart}: within noise"
    else:
        better = "better" if one.value > 0 else "worse"
        words = f"{one.model} is {better} than {other} on {what} by {apart}: real"
    return Finding(answer.label, True, words)


def _too_little(asked: list[Answer]) -> Finding:
    """Of several forms of a question the one that comes nearest to being answered."""
    nearest = min(asked, key=lambda answer: (len(answer.lacks), -answer.queries))
    words = f"nothing can be said of {nearest.title}: {', '.join(nearest.lacks)}"
    return Finding(nearest.label, False, words, _ADVICE[nearest.label])


def explained(report: Report) -> tuple[str, ...]:
    """How to read the table, in a few lines."""
    amount = f"{report.sampled:,} of {report.library:,} tracks"
    lines = [f"{amount}, seed {report.seed}; halves of {report.halves:,}."]
    if report.left_out:
        lines.append(f"{report.left_out:,} were left out: not every model could hear them.")
    for model in report.models:
        lines.append(
            f"{model.name}: {model.stored:,} from the library, "
            f"{model.listened:,} listened to for this and not stored."
        )
    if any(answer.among == OTHER_ALBUMS for answer in report.answers):
        lines.append(
            "Tracks of one album or artist are found by their recording alone: the rows "
            '"other artists" and "other albums" leave them out.'
        )
    return tuple(lines)
