"""What can be done with a row, as a menu: by the right mouse button or a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.geometry import Offset

from tuiradio.ui.action import Action, Context, binding_id, first_key, keys_of
from tuiradio.ui.ink import Piece
from tuiradio.ui.sheet import Row, Sheet, SheetKeys

_TASTE = ("like", "more", "less", "ban", "ban_more")
_OF_A_TRACK = ("radio", "similar", "journey", "blend", *_TASTE)
MENUS: dict[str, tuple[str, ...]] = {
    "tracks": ("activate", "enqueue_next", "enqueue", *_OF_A_TRACK, "mark", "mark_all", "export"),
    "failed": ("retry", "mark", "mark_all", "export"),
    "browse": ("activate", "enqueue_next", "enqueue", "radio", "export"),
    "queue": (
        "activate", "remove", "move_up", "move_down", "why", *_OF_A_TRACK, "flow", "clear", "undo",
        "export",
    ),
    "map": (
        "map_play", "enqueue_next", "enqueue", *_OF_A_TRACK, "map_shade", "map_tuned",
        "map_whole",
    ),
    "tuner": ("presets", "radio", "radio_off", "tuner"),
    "now": (
        "toggle_pause", "next", "previous", "seek_to", "volume_to", "stop", "find_playing",
        "lyrics", "cover", "meter", "why", *_TASTE,
    ),
}  # fmt: skip
"""Actions of each part of the screen, the likeliest first."""
_WIDTH = 64


class RowMenu(Sheet):
    """Rows of actions with their keys; answers with the name of one."""

    TITLE = "What to do"
    CONTEXTS: ClassVar = (Context.SHEET,)

    def __init__(self, actions: Sequence[Action], at: Offset | None = None) -> None:
        super().__init__()
        self._actions = tuple(actions)
        self._at = at

    def on_mount(self) -> None:
        self.query_one(SheetKeys).display = False
        panel = self.query_one("#sheet")
        width, height = self.app.size
        panel.styles.width = min(_WIDTH, width)
        if self._at is not None:
            rows = min(len(self._actions) + 2, height)
            self.styles.align = ("left", "top")
            panel.styles.offset = (
                max(0, min(self._at.x, width - _WIDTH)),
                max(0, min(self._at.y, height - rows)),
            )

    def fill(self) -> None:
        self.rows.show(
            [
                Row((Piece(action.tooltip, "text"),), (Piece(f"  {first_key(action)}", "key"),))
                for action in self._actions
            ]
        )

    def choose(self, index: int) -> None:
        self.dismiss(binding_id(self._actions[index]))

    def on_key(self, event: events.Key) -> None:
        """The key of an action does in the menu what it does without, unless it moves there."""
        table = self.radio_app.key_table
        if any(event.key in keys_of(a) for a in table if a.context is Context.SHEET):
            return
        for index, action in enumerate(self._actions):
            if event.key in keys_of(action):
                event.stop()
                self.choose(index)
                return
