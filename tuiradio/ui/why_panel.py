"""Why the radio picked a track: its likenesses as bars, its neighbours, and what moved it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from textual.geometry import Size

from tuiradio.radio import reasons
from tuiradio.radio.pick import Pick
from tuiradio.ui.columns import bar
from tuiradio.ui.estimates import MOOD_AXES, mood_scale
from tuiradio.ui.ink import Drawn, Piece, cut
from tuiradio.ui.text import clean, fit

_NAME_CELLS = 12
_BAR_CELLS = 8
_LONGEST_NAME = 30
_DRAWN = ("Follows ", "Tempo: ", "Mood: ")
"""Sentences of the story which the panel draws instead."""

Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Explained:
    """What the panel is about."""

    pick: Pick | None = None
    before: str = ""
    """A sentence about the track that plays when that is not the one explained."""
    label: str = ""
    """Where the explained track stands, such as "next"."""


class WhyPanel(Drawn):
    """The story of one pick; the app says which."""

    about = Explained()

    @property
    def pick(self) -> Pick | None:
        """The pick explained."""
        return self.about.pick

    def show(self, about: Explained) -> None:
        if about != self.about:
            self.about = about
            if about.pick:
                pick = about.pick
                self.radio_app.tracks.want([pick.track_id, pick.seed_id, pick.previous_id])
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width, 0))

    def lines(self, width: int, height: int) -> list[Line]:
        about = self.about
        lines = _wrapped(about.before, width, "dim") if about.before else []
        if about.pick is None:
            return [*lines, *_wrapped("What the radio picks carries a ⌁.", width, "faint")]
        track = self.radio_app.tracks.get(about.pick.track_id)
        title = Piece(clean(track.title) if track else "…", "playing")
        label = [Piece(f" {about.label} ", "faint")] if about.label else [Piece(" ")]
        return [*lines, cut([*label, title], width), *self._story(about.pick, width)]

    def _story(self, pick: Pick, width: int) -> list[Line]:
        tracks = self.radio_app.tracks.get
        near = {f"{name}:" for name, _ in pick.by_subspace}
        sentences = [
            sentence
            for sentence in reasons.story(pick, tracks)[1:]
            if not sentence.startswith(_DRAWN) and f"{sentence.partition(':')[0]}:" not in near
        ]
        lines = self._likeness(pick, width)
        if len(pick.by_subspace) > 1:
            lines += [
                _figure(name, bar(cosine, _BAR_CELLS), f"  {_tempo(pick)}" * (name == "tempo"))
                for name, cosine in pick.by_subspace
            ]
        if "tempo:" not in near and _tempo(pick):
            lines.append(_figure("tempo", _tempo(pick)))
        lines += _mood(pick)
        for sentence in sentences:
            lines += _wrapped(sentence, width, "text")
        return lines

    def _likeness(self, pick: Pick, width: int) -> list[Line]:
        """How near to the seed, and to the track before."""
        tracks = self.radio_app.tracks.get
        if pick.from_tags:
            return _wrapped(reasons.story(pick, tracks)[0], width, "text")
        is_seed = pick.seed_id == pick.track_id
        lines: list[Line] = _wrapped("One of the seeds", width, "text") if is_seed else []
        rows = [] if is_seed else [("like", pick.seed_id, pick.seed_similarity)]
        if pick.previous_id != pick.seed_id:
            rows.append(("after", pick.previous_id, pick.previous_similarity))
        for word, track_id, similarity in rows:
            track = tracks(track_id)
            room = max(4, min(_LONGEST_NAME, width - 8 - _BAR_CELLS - 6))
            name = fit(track.title if track else "…", room)
            lines.append(
                [
                    Piece(f" {word:<5} ", "faint"),
                    Piece(name, "text"),
                    Piece(bar(similarity, _BAR_CELLS), "teal"),
                ]
            )
        return lines


def _figure(name: str, *values: str) -> Line:
    line = [Piece(f"   {fit(name, _NAME_CELLS)}", "dim")]
    return [
        *line,
        *(Piece(value, "amber" if n == 0 else "faint") for n, value in enumerate(values)),
    ]


def _tempo(pick: Pick) -> str:
    if pick.tempo_bpm <= 0.0:
        return ""
    before = f"{pick.previous_tempo_bpm:.0f} → " if pick.previous_tempo_bpm > 0.0 else ""
    return f"{before}{pick.tempo_bpm:.0f} BPM"


def _mood(pick: Pick) -> list[Line]:
    """Each axis as a scale: the needle is this track, the dot the one before."""
    if pick.mood is None:
        return []
    before = pick.previous_mood or (None, None)
    lines: list[Line] = []
    for (low, high), now, was in zip(MOOD_AXES, pick.mood, before, strict=True):
        line = [Piece(f"   {fit(low, _NAME_CELLS)}", "dim"), *mood_scale(now, was)]
        lines.append([*line, Piece(f" {high}", "dim")])
    return lines


def _wrapped(sentence: str, width: int, ink: str) -> list[Line]:
    wrapped = textwrap.wrap(clean(sentence), max(10, width - 2)) or [""]
    return [[Piece(f" {words}", ink)] for words in wrapped]
