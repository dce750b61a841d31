"""The radio and the queue as views of their own, in front of the lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tuiradio.engine.arranging import MoveEntries
from tuiradio.library.rows import Play
from tuiradio.ui.lyrics_actions import StageActions
from tuiradio.ui.on_air import AirFace, OnAir
from tuiradio.ui.queue_list import PastPlay, QueueList
from tuiradio.ui.stations import StationDial
from tuiradio.ui.view_actions import ViewActions
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.library.store import StoreReader

RADIO, QUEUE = "radio", "queue"
_CLASSES = {RADIO: "-onair", QUEUE: "-queueing"}
_PAST_SHOWN = 60
_DAY_S = 86_400.0


class FaceActions(StageActions):
    """``side`` takes the whole width: as a page about the radio, or as a list with columns."""

    face = ""
    """``RADIO``, ``QUEUE``, or "" while the lists are looked at."""

    def set_face(self, face: str) -> None:
        """Put a view in front of the lists, or take it away."""
        screen = self.screen_stack[0]
        self.face = face
        for name, css in _CLASSES.items():
            screen.set_class(name == face, css)
        rows = self.queue_list
        rows.widen(face == QUEUE)
        if face == QUEUE:
            self._read_past()
        else:
            rows.show_past(())
        rows.title_changed()
        screen.query_one(OnAir).border_title = "On air"
        self._light_face()
        if face == RADIO:
            self.explain()

    def _light_face(self) -> None:
        screen = self.screen_stack[0]
        is_lyrics = screen.has_class("-lyrics") and not self.face
        screen.query_one(StationDial).put_in_front("lyrics" if is_lyrics else self.face)

    def action_radio_view(self) -> None:
        self._toggle(RADIO)

    def action_queue_view(self) -> None:
        self._toggle(QUEUE)

    def _toggle(self, face: str) -> None:
        if self.face == face:
            self.show_pane("tracks")
            return
        rows = self.queue_list
        if not rows.has_focus and rows.current >= 0:
            rows.cursor = rows.current
        self.set_face(face)
        self.focus_list("side", rows)

    def action_lyrics(self) -> None:
        if self.face:
            # What stands behind is not what is meant.
            self.set_face("")
            if self.screen_stack[0].has_class("-lyrics"):
                super().show_pane("stage")
                self._light_face()
                return
        super().action_lyrics()
        self._light_face()

    # --- what was played before ----------------------------------------------------------

    def _read_past(self) -> None:
        now = datetime.now()
        self.library.do(
            "past",
            lambda reader: _past(reader, now),
            self._show_past,
            self.library_failed,
        )

    def _show_past(self, plays: Sequence[PastPlay]) -> None:
        if self.face != QUEUE:
            return
        rows = self.queue_list
        index = rows.current - len(rows.past) if rows.current >= 0 else len(rows.entries)
        # What the queue still shows as played is not told twice.
        told = {entry.track_id for entry in rows.entries[: index + 1]}
        rows.show_past(tuple(play for play in plays if play.track_id not in told))
        rows.show_current()

    # --- where it stands in for the lists --------------------------------------------------

    def panes(self) -> list[tuple[str, VirtualList]]:
        if not self.face:
            return super().panes()
        found: list[tuple[str, VirtualList]] = [("side", self.queue_list)]
        if self.tuner.display:
            found.append(("side", self.tuner))
        return found

    def show_pane(self, name: str) -> None:
        if self.face and name in ("tracks", "browse", "stage"):
            self.set_face("")
        super().show_pane(name)
        if self.screen_stack[0].query(StationDial):
            self._light_face()

    def _step_pane(self, step: int) -> None:
        if self.face:
            # Past the map and the words, which may stand behind.
            ViewActions._step_pane(self, step)
        else:
            super()._step_pane(step)

    def action_tuner(self) -> None:
        if self.face == QUEUE:
            # Its place is beside what it changes.
            self.set_face(RADIO)
            self.screen_stack[0].add_class("-tuning")
            self.call_after_refresh(self.focus_list, "side", self.tuner)
        elif self.face == RADIO and self.tuner.display and self.focused is not self.tuner:
            self.focus_list("side", self.tuner)
        elif self.face == RADIO and self.focused is self.tuner:
            self.screen_stack[0].remove_class("-tuning")
            self.focus_list("side", self.queue_list)
        else:
            super().action_tuner()

    def action_why(self) -> None:
        if self.face == RADIO:
            # It is there; on a low screen the tuner gives way.
            self.screen_stack[0].remove_class("-tuning")
            self.explain()
        else:
            super().action_why()

    async def action_back(self) -> None:
        if not self.face:
            await super().action_back()
        elif self.focused is self.tuner:
            self.action_tuner()
        elif self.queue_list.marked:
            self.queue_list.unmark()
        else:
            self.show_pane("tracks")

    def action_find_playing(self) -> None:
        rows = self.queue_list
        if self.face and rows.current >= 0:
            self.focus_list("side", rows)
            rows.move_to(rows.current)
        elif not self.face:
            super().action_find_playing()

    # --- rows ---------------------------------------------------------------------------------

    def on_queue_list_dragged(self, message: QueueList.Dragged) -> None:
        message.stop()
        self.engine.submit(MoveEntries(message.entry_ids, message.index))

    def face_changed(self) -> None:
        """What plays, or what is known of it, changed."""
        if self.face == RADIO:
            self.screen_stack[0].query_one(AirFace).refresh()


def _past(reader: StoreReader, now: datetime) -> tuple[PastPlay, ...]:
    return tuple(
        PastPlay(play.track_id, when(play, now), play.skipped)
        for play in reversed(reader.history(_PAST_SHOWN))
    )


def when(play: Play, now: datetime) -> str:
    """When a track was played, as people say it."""
    ago_s = max(0.0, now.timestamp() - play.started_s)
    if ago_s < 60:
        return "just now"
    if ago_s < 3600:
        return f"{ago_s // 60:.0f} min ago"
    at = datetime.fromtimestamp(play.started_s)
    if at.date() == now.date():
        return f"today {at:%H:%M}"
    if ago_s < 6 * _DAY_S:
        return f"{at:%A %H:%M}"
    return f"{at:%Y-%m-%d}"
