"""The two lowest lines: how the library and the listening fare, and the keys."""

from __future__ import annotations

from tuiradio.engine.pace import about, pace_words
from tuiradio.engine.protocol import ListeningState, ScanState
from tuiradio.ui import keymap
from tuiradio.ui.ink import Drawn, Piece, spread, width_of
from tuiradio.ui.notices import FAILED, troubles
from tuiradio.ui.text import number, span

_BAR_CELLS = 12
_WIDE = 100
_FULL = 3
"""The most detail."""


class StatusLine(Drawn):
    """What goes on behind the music: problems first, then scanning, then listening."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        # The more there is to say, the shorter each part of it is said.
        for detail in (3, 2, 1, 0):
            left = self._told(detail)
            for right in self._rights(width, detail):
                if width_of(left) + width_of(right) + bool(right) <= width:
                    return [spread(left, right, width)]
        key = next(keymap.first_key(a) for a in self.radio_app.key_table if a.id == "notices")
        more = [Piece(f" {key}", "key", "notices"), Piece(" more ", "dim", "notices")]
        return [spread(self._told(0), more, width)]

    def _told(self, detail: int) -> list[Piece]:
        state = self.radio_app.state
        return [
            *self._troubles(detail),
            *_scanning(state.scan, detail),
            *_listening(state.listening, detail),
        ]

    def _troubles(self, detail: int) -> list[Piece]:
        found = [one for one in troubles(self.radio_app.state) if one.action != FAILED]
        if not found:
            return []
        shown, others = (found, []) if detail == _FULL else (found[:1], found[1:])
        pieces = [Piece(f" ▲ {one.words.rstrip('.')}", "warn", "notices") for one in shown]
        return pieces + ([Piece(f" +{len(others)}", "warn", "notices")] if others else [])

    def _rights(self, width: int, detail: int) -> list[list[Piece]]:
        """What may stand at the right end, the best first."""
        app, counts = self.radio_app, self.radio_app.counts
        if not counts.tracks:
            return [[]]
        if app.offers_tour:
            key = Piece(app.key_of("tour"), "key", "tour")
            long, short = " shows you round in 30 seconds ", " shows you round "
            offers = [[key, Piece(words, "dim", "tour")] for words in (long, short)]
            return offers if detail > 1 else [*offers, []]
        words = f"{number(counts.tracks)} tracks"
        if width >= _WIDE and detail == _FULL:
            words += f" · {number(counts.artists)} artists · {span(counts.total_duration_s)}"
        totals = [Piece(f"{words} ", "faint")]
        return [totals] if detail == _FULL else [totals, []]


def _scanning(scan: ScanState, detail: int) -> list[Piece]:
    if not scan.running:
        return []
    words = f"{'scanning, ' if detail else ''}{number(scan.seen)} files"
    return [Piece(" ◌ ", "teal", "notices"), Piece(words, "dim", "notices")]


def _listening(listening: ListeningState, detail: int) -> list[Piece]:
    done = listening.heard + listening.failed
    pieces: list[Piece] = []
    if listening.total and not listening.problem and done < listening.total:
        full = round(done / listening.total * _BAR_CELLS)
        pieces = [Piece(" ◉ " if listening.running else " ○ ", "needle", "notices")]
        if detail:
            doing = "listening " if listening.running else "heard "
            pieces.append(Piece(doing, "dim", "notices"))
        if detail > 1:
            bar = ("▰" * full, "▱" * (_BAR_CELLS - full) + " ")
            pieces += [Piece(bar[0], "amber", "notices"), Piece(bar[1], "faint", "notices")]
        pieces.append(Piece(f"{number(done)}/{number(listening.total)}", "text", "notices"))
        if listening.running:
            pieces += [
                Piece(f" · {words}", "dim", "notices") for words in _speed(listening, detail)
            ]
    if listening.failed:
        words = f"{number(listening.failed)} failed"
        pieces += [Piece(" · " if pieces else " "), Piece(words, "bad", FAILED)]
    return pieces


def _speed(listening: ListeningState, detail: int) -> list[str]:
    pace = pace_words(listening.rate_per_s) if detail == _FULL else ""
    if pace and listening.slowed:
        pace += ", slower while music plays"
    left = f"{about(listening.eta_s)} left" if listening.eta_s is not None and detail else ""
    return [words for words in (pace, left) if words]


class KeyLine(Drawn):
    """The keys that matter most, as many as fit; each can be clicked."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        # Not by its station: words or, where there is little room, up next may stand in its place.
        is_map = self.screen.query_one("#map").display
        table = self.radio_app.key_table
        # A key of the map stands for it while the map is there, and what it hides is not told.
        hidden = {k for a in table if a.on_map for k in keymap.key_names(a)} if is_map else set()
        ranked = sorted(
            (
                a
                for a in table
                if a.line and a.keys and (is_map if a.on_map else keymap.first_key(a) not in hidden)
            ),
            key=lambda a: (not a.on_map, a.line),
        )
        room = width - 1
        shown: list[keymap.Action] = []
        for action in ranked:
            size = width_of(_button(action))
            if size <= room:
                shown.append(action)
                room -= size
        pieces = [Piece(" ")]
        for action in shown:
            pieces += _button(action)
        return [pieces]


def _button(action: keymap.Action) -> list[Piece]:
    key = keymap.first_key(action)
    return [Piece(key, "key", action.id), Piece(f" {action.label}  ", "dim", action.id)]
