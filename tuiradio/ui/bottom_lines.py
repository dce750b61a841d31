"""The two lowest lines: how the library and the listening fare, and the keys."""

from __future__ import annotations

from tuiradio.engine.protocol import ListeningState
from tuiradio.ui import keymap
from tuiradio.ui.ink import Drawn, Piece, spread, width_of
from tuiradio.ui.text import clean, number, span

_BAR_CELLS = 12


class StatusLine(Drawn):
    """What goes on behind the music: problems first, then scanning, then listening."""

    def lines(self, width: int, height: int) -> list[list[Piece]]:
        state = self.radio_app.state
        left: list[Piece] = []
        if state.player.problem:
            left += [Piece(" ▲ ", "warn"), Piece(clean(state.player.problem), "warn")]
        if state.scan.running:
            left += [
                Piece(" ◌ ", "teal"),
                Piece(f"scanning, {number(state.scan.seen)} files", "dim"),
            ]
        left += self._listening(state.listening, width)
        totals = self._totals(width)
        fits = width_of(left) + width_of(totals) + 1 <= width
        return [spread(left, totals if fits else [], width)]

    def _listening(self, listening: ListeningState, width: int) -> list[Piece]:
        if listening.problem:
            return [Piece(" ▲ ", "warn"), Piece(clean(listening.problem), "warn")]
        pieces: list[Piece] = []
        if listening.total and (listening.running or listening.heard < listening.total):
            done = (listening.heard + listening.failed) / listening.total
            full = round(min(1.0, done) * _BAR_CELLS)
            pieces = [
                Piece(" ◉ " if listening.running else " ○ ", "needle"),
                Piece("listening " if listening.running else "heard ", "dim"),
                Piece("▰" * full, "amber"),
                Piece("▱" * (_BAR_CELLS - full), "faint"),
                Piece(f" {number(listening.heard)}/{number(listening.total)}", "text"),
            ]
            if listening.running and listening.rate_per_s > 0:
                pieces.append(Piece(f" · {listening.rate_per_s:.0f}/s", "dim"))
            if listening.running and listening.eta_s is not None:
                pieces.append(Piece(f" · {span(listening.eta_s)} left", "dim"))
        if listening.failed:
            words = f"{number(listening.failed)} failed"
            pieces += [Piece(" · " if pieces else " "), Piece(words, "bad", "station('failed')")]
        return pieces

    def _totals(self, width: int) -> list[Piece]:
        counts = self.radio_app.counts
        words = f"{number(counts.tracks)} tracks"
        if width >= 100:
            words += f" · {number(counts.artists)} artists · {span(counts.total_duration_s)}"
        return [Piece(f"{words} ", "faint")] if counts.tracks else []


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
