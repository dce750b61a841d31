"""The sheets of taste: what to ban, what is banned, and the presets of the tuner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from tuiradio.engine.protocol import Ban, Engine, RadioState
from tuiradio.engine.wishes import DeletePreset, LiftBan, SavePreset, UsePreset
from tuiradio.library.track import Banned, BanScope, Track
from tuiradio.ui.action import Context, first_key
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.ink import Piece
from tuiradio.ui.sheet import Row, Sheet
from tuiradio.ui.text import clean
from tuiradio.ui.virtual_list import VirtualList

_WORD_CELLS = 12


class BanSheet(Sheet):
    """How much of a track never to play again."""

    TITLE = "Never play"
    CONTEXTS: ClassVar = (Context.BAN, Context.SHEET)

    def __init__(self, track: Track, engine: Engine, banned: Callable[[Ban], None]) -> None:
        super().__init__()
        self._track = track
        self._engine = engine
        self._banned = banned
        folder = track.path.rpartition(b"/")[0].decode("utf-8", "replace")
        scopes = (
            ("t", BanScope.TRACK, track.title),
            ("a", BanScope.ARTIST, track.artist),
            ("l", BanScope.ALBUM, track.album),
            ("f", BanScope.FOLDER, folder),
        )
        self._choices = tuple(choice for choice in scopes if choice[2])

    def fill(self) -> None:
        back = self.radio_app.by_key("undo", "takes it back")
        words = f"The radio never picks it again; {back}".rstrip("; ")
        self.words.say((f"{words}.", "dim"), ("", "dim"))
        self.rows.show(
            [
                Row((Piece(f"{scope.value:<{_WORD_CELLS}}", "dim"), Piece(clean(name))), (), key)
                for key, scope, name in self._choices
            ]
        )

    def choose(self, index: int) -> None:
        self._banned(Ban(self._track.id, True, self._choices[index][1]))
        self.dismiss(None)

    def action_banned(self) -> None:
        self.dismiss("banned")


class BannedSheet(Sheet):
    """What the radio never plays, to be allowed again."""

    TITLE = "What the radio never plays"
    CONTEXTS: ClassVar = (Context.BANNED, Context.SHEET)

    def __init__(self, bans: Sequence[Banned], engine: Engine) -> None:
        super().__init__()
        self._bans = list(bans)
        self._engine = engine

    def fill(self) -> None:
        self.rows.nothing = "Nothing is banned."
        self.rows.show([_ban_row(banned) for banned in self._bans])

    def choose(self, index: int) -> None:
        self._engine.submit(LiftBan(self._bans.pop(index)))
        self.fill()


def _ban_row(banned: Banned) -> Row:
    of = banned.artist if banned.scope in (BanScope.TRACK, BanScope.ALBUM) else ""
    name = (Piece(clean(banned.name), "text"), Piece(f"  {clean(of)}", "dim"))
    return Row((Piece(f"{banned.scope.value:<{_WORD_CELLS}}", "bad"), *name))


class PresetSheet(Sheet):
    """The dials under names."""

    TITLE = "Presets of the tuner"
    CONTEXTS: ClassVar = (Context.PRESETS, Context.SHEET)

    def __init__(self, radio: Callable[[], RadioState], engine: Engine) -> None:
        super().__init__()
        self._radio = radio
        self._engine = engine
        self._sure_of = ""
        """The preset that the next press deletes."""

    def fill(self) -> None:
        radio = self._radio()
        if self._sure_of:
            again = first_key(self.radio_app.keys.of("presets.delete"))
            words = f"{again} again deletes “{clean(self._sure_of)}” for good."
            self.words.say((words, "warn"), ("", "dim"))
        else:
            self.words.say()
        self.rows.nothing = "None yet. s saves the dials as they stand under a name."
        self.rows.show(
            [
                Row(
                    (
                        Piece("● " if name == radio.preset else "  ", "needle"),
                        Piece(clean(name), "strong" if name == radio.preset else "text"),
                    )
                )
                for name in radio.presets
            ]
        )

    def choose(self, index: int) -> None:
        self._engine.submit(UsePreset(self._radio().presets[index]))

    def action_save(self) -> None:
        prompt = PathPrompt("Save the dials as", self._radio().preset, "enter saves · esc cancels")
        self.app.push_screen(prompt, lambda answer: self._save(answer))

    def _save(self, name: str | None, asked: str = "") -> None:
        """Save, after a second enter where other dials would be lost."""
        radio = self._radio()
        if name and name in radio.presets and name not in (asked, radio.preset):
            hint = "there is one of that name: once more replaces it"
            prompt = PathPrompt("Save the dials as", name, hint)
            self.app.push_screen(prompt, lambda answer: self._save(answer, name))
        elif name:
            self._engine.submit(SavePreset(name))

    def action_delete(self) -> None:
        """Delete the preset under the cursor, when asked twice."""
        if not self.rows.count:
            return
        name = self._radio().presets[self.rows.cursor]
        if name == self._sure_of:
            self._sure_of = ""
            self._engine.submit(DeletePreset(name))
        else:
            self._sure_of = name
        self.fill()

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        super().on_virtual_list_cursor_moved(message)
        if self._sure_of:
            self._sure_of = ""
            self.fill()
