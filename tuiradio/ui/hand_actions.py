"""The actions that reach the rest: jump mode, menus, figures by key, and a live key file."""

from __future__ import annotations

from textual.geometry import Offset

from tuiradio.engine.protocol import Seek, SetVolume
from tuiradio.ui.bottom_lines import KeyLine
from tuiradio.ui.browse_list import BrowseList
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.figures import percent, time_s
from tuiradio.ui.ink import Inked
from tuiradio.ui.jump_screen import JumpScreen
from tuiradio.ui.jump_spots import Spot, spots
from tuiradio.ui.keys_file import KeysRead, read_keys, stamp_of
from tuiradio.ui.map_view import MapView
from tuiradio.ui.row_actions import RowActions
from tuiradio.ui.row_menu import MENUS, RowMenu
from tuiradio.ui.text import clock

_LOUDEST_PERCENT = 130.0
_LOOKED_AT_EVERY_S = 2.0
_MOST_TOLD = 3


class HandActions(RowActions):
    """Everything by key that the mouse can, and by mouse that a key can."""

    # --- jump mode ----------------------------------------------------------------------

    def action_jump(self) -> None:
        """Show a letter on all that can be reached, and go where one is typed."""
        if found := spots(self.screen):
            self.push_screen(JumpScreen(found), self._jump_to)

    async def _jump_to(self, spot: Spot | None) -> None:
        if spot is not None:
            await spot.go()

    # --- menus --------------------------------------------------------------------------

    def action_menu(self) -> None:
        """All that can be done with the row under the cursor."""
        self._open_menu(self._menu_here(), None)

    def action_menu_at(self, menu: str, x: int, y: int) -> None:
        """The menu where the mouse is; "" is that of the list in focus."""
        self._open_menu(menu or self._menu_here(), Offset(x, y))

    def _menu_here(self) -> str:
        focused = self.focused
        if isinstance(focused, MapView):
            return "map"
        if isinstance(focused, BrowseList):
            return "browse"
        if focused is self.queue_list:
            return "queue"
        if focused is self.tuner:
            return "tuner"
        if focused is self.track_list:
            return "failed" if self.track_list.kind == "failed" else "tracks"
        return "now"

    def _open_menu(self, menu: str, at: Offset | None) -> None:
        self.push_screen(RowMenu([self.keys.of(name) for name in MENUS[menu]], at), self._do)

    async def _do(self, action_id: object) -> None:
        if isinstance(action_id, str):
            await self.run_action(self.keys.of(action_id).command)

    # --- figures ------------------------------------------------------------------------

    def action_seek_to(self) -> None:
        """Ask for a time and go there."""
        player = self.state.player
        if player.track_id is None:
            self.say("Nothing plays", "warning")
            return
        hint = f"of {clock(player.duration_s)} · 2:30, 90 or 50 %"
        self.push_screen(PathPrompt("Go to", "", hint), self._seek_to)

    def _seek_to(self, answer: str | None) -> None:
        if answer is None:
            return
        at_s = time_s(answer, self.state.player.duration_s)
        if at_s is None:
            self.say(f"“{answer[:40]}” is no time", "warning", "Such as 2:30, 90 or 50 %.")
        else:
            self.engine.submit(Seek(at_s))

    def action_volume_to(self) -> None:
        """Ask for a volume and set it."""
        now = f"{self.state.player.volume_percent:.0f}"
        hint = f"0 to {_LOUDEST_PERCENT:.0f}"
        self.push_screen(PathPrompt("Volume in percent", now, hint), self._volume_to)

    def _volume_to(self, answer: str | None) -> None:
        if answer is None:
            return
        volume = percent(answer, _LOUDEST_PERCENT)
        if volume is None:
            hint = f"From 0 to {_LOUDEST_PERCENT:.0f}."
            self.say(f"“{answer[:40]}” is no volume", "warning", hint)
        else:
            self.engine.submit(SetVolume(volume))

    # --- keys, live ---------------------------------------------------------------------

    def keys_changed(self) -> None:
        screen = self.screen_stack[0]
        if screen.query(KeyLine):
            self.fill_empty()
        for drawn in screen.query(Inked):
            drawn.refresh()

    def keys_begun(self) -> None:
        for line in self.screen_stack[0].query(KeyLine):
            line.refresh()

    def on_mount(self) -> None:
        self.tell_keys()
        if self.keys_file is not None:
            self.set_interval(_LOOKED_AT_EVERY_S, self.look_at_keys)

    def look_at_keys(self) -> None:
        """Read the key file again when it changed; off the loop."""
        file, before = self.keys_file, self._from_file.stamp
        if file is not None:
            self.files.do(
                "keys",
                lambda _: None if stamp_of(file) == before else read_keys(file),
                self._keys_read,
                self.complain,
            )

    def _keys_read(self, read: KeysRead | None) -> None:
        if read is not None:
            self.take_key_file(read)
            if not self.tell_keys():
                self.say("Your keys were read anew", hint="\n".join(self.keys.taken[:_MOST_TOLD]))

    def tell_keys(self) -> bool:
        troubles = [*self._from_file.troubles, *self.keys.troubles]
        more = len(troubles) - _MOST_TOLD
        if troubles:
            words = [*troubles[:_MOST_TOLD], *([f"… and {more} more"] if more > 0 else [])]
            self.say("Some of your keys cannot be used", "warning", "\n".join(words))
        return bool(troubles)
