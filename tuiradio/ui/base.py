"""What every part of the screen leans on: the engine, its state, and the tracks read so far."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tuiradio.config import CoverStyle, UiConfig
from tuiradio.engine.protocol import Engine, EngineState, PlayStatus, QueueEntry
from tuiradio.errors import TuiradioError
from tuiradio.library.rows import Counts
from tuiradio.library.track import Track
from tuiradio.ui import themes, view_state
from tuiradio.ui.cover_way import FEW_COLOURS
from tuiradio.ui.desk import Delivered, Desk
from tuiradio.ui.key_hands import KeyHands, read_file
from tuiradio.ui.model import Happened, named_by
from tuiradio.ui.notices import NoticeLog, Told
from tuiradio.ui.now_playing import SIGNS
from tuiradio.ui.plain_glyphs import PlainGlyphs, is_console
from tuiradio.ui.sturdy import Net, Sturdy, goes_on_after
from tuiradio.ui.tracks import TrackCache

if TYPE_CHECKING:
    from tuiradio.library.store import StoreReader

_log = logging.getLogger(__name__)


class RadioBase(Sturdy, KeyHands):
    """State and errands shared by the app's actions; no widget is made here."""

    def __init__(
        self,
        engine: Engine,
        open_reader: Callable[[], StoreReader],
        *,
        config: UiConfig = UiConfig(),  # noqa: B008  # frozen
        state_file: Path | None = None,
        themes_dir: Path | None = None,
        keys_file: Path | None = None,
    ) -> None:
        super().__init__()
        self.engine = engine
        self.state = EngineState()
        self.counts = Counts()
        self.config = config
        self._state_file = state_file
        self.themes_dir = themes_dir
        self.keys_file = keys_file
        self.remembered = view_state.read(state_file) if state_file else view_state.ViewState()
        self.library: Desk[StoreReader] = Desk(
            "screen-library", open_reader, lambda reader: reader.close(), self.post_message
        )
        self.asking: Desk[Engine] = Desk(
            "screen-engine", lambda: engine, lambda _: None, self.post_message
        )
        self.files: Desk[None] = Desk(
            "screen-files", lambda: None, lambda _: None, self.post_message
        )
        self.art: Desk[None] = Desk("screen-art", lambda: None, lambda _: None, self.post_message)
        """Reads words and pictures of what plays; a slow disk holds up nothing else."""
        self.cover_style = CoverStyle.OFF
        self._desks: tuple[Desk[Any], ...] = (self.library, self.asking, self.files, self.art)
        self.tracks = TrackCache(self._fetch, self.tracks_arrived)
        self._unsubscribe: Callable[[], None] = lambda: None
        self.notices = NoticeLog()
        self.net: Net | None = None
        """Catches slips; None lets them end the screen, as tests want it."""
        self.knows_engine = False
        """Whether the engine has told how everything stands."""
        self.offers_tour = False
        self.music_at_hand = ""
        """A folder to propose while the library is empty."""
        if is_console(os.environ):
            self._filters.append(PlainGlyphs())
        self.register_themes()
        self.set_theme(config.theme or self.remembered.theme or self._usual_theme())
        self._from_file = read_file(keys_file)
        self.rebind(dict(config.keys), config.key_style)

    # --- life -----------------------------------------------------------------------

    def attach(self) -> None:
        """Start the errand threads and listen to the engine."""
        for desk in self._desks:
            desk.start()
        self._unsubscribe = self.engine.subscribe(lambda event: self.post(Happened(event)))

    def let_go(self) -> None:
        """Stop listening and end the threads, without waiting for either."""
        self._unsubscribe()
        for desk in self._desks:
            desk.stop()
        if self._state_file:
            view_state.write(self._state_file, self.remembered)

    @property
    def is_idle(self) -> bool:
        """Whether no errand waits or runs; what one posted may still be on its way."""
        return all(desk.is_idle() for desk in self._desks)

    def register_themes(self) -> None:
        """Make the themes known; later ones of a name replace earlier ones."""
        for theme in themes.ALL:
            self.register_theme(theme)

    def _usual_theme(self) -> str:
        has_few = self.console.color_system in FEW_COLOURS
        return themes.SIXTEEN.name if has_few else themes.DEFAULT

    @property
    def theme_names(self) -> tuple[str, ...]:
        """All themes that can be chosen."""
        raise NotImplementedError

    def set_theme(self, name: str) -> None:
        """Change the look; an unknown name gives the house's own."""
        self.theme = name if name in self.available_themes else themes.DEFAULT

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, for themes that do not know them."""
        colours = self.current_theme
        return {
            "ink-dim": colours.foreground or "#a0a0a0",
            "ink-faint": "#707070",
            "ink-needle": colours.accent or colours.primary,
            "cursor-background": colours.primary,
            "cursor-foreground": colours.background or "#000000",
            "cursor-far-background": colours.panel or "#404040",
            "marked-background": colours.panel or "#404040",
            "hover-background": colours.surface or "#303030",
        }

    def look_changed(self, former: UiConfig) -> None:
        """``[ui]`` says something else now; ``config`` has it."""
        if self.config.theme != former.theme and self.config.theme:
            self.set_theme(self.config.theme)
        if (self.config.keys, self.config.key_style) != (former.keys, former.key_style):
            self.rebind(dict(self.config.keys), self.config.key_style)

    # --- reading ----------------------------------------------------------------------

    def _fetch(self, ids: tuple[int, ...], then: Callable[[list[Track]], None]) -> None:
        self.library.do("tracks", lambda reader: reader.tracks(ids), then, self.complain)

    def tracks_arrived(self, ids: Set[int]) -> None:
        """These rows came in or went: what shows them is drawn again."""

    def tells_of(self, ids: Set[int]) -> bool:
        """Whether the player's face, which says what comes next, may name one of these tracks."""
        state = self.state
        rows = (n for n, e in enumerate(state.queue) if e.entry_id == state.player.entry_id)
        at = next(rows, 0)
        named = {state.player.track_id, *state.radio.seed_ids}
        named.update(*(named_by(entry) for entry in state.queue[at : at + 2]))
        return not named.isdisjoint(ids)

    def on_delivered(self, message: Delivered) -> None:
        message.stop()
        if self.is_running:
            message.deliver()

    def _handle_exception(self, error: Exception) -> None:
        if not (self.net is not None and goes_on_after(error) and self.net.catches(error)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual would print a traceback over the terminal; ours goes to the log.
        _log.error("The screen broke down", exc_info=self._exception)
        self._close_messages_no_wait()

    # --- words --------------------------------------------------------------------------

    def say(self, message: str, severity: str = "information", hint: str = "") -> None:
        """Words for the user, which fade but can be read again; never read as markup."""
        self.notices.add(message, severity, hint)
        if not self._toasts_wait:
            self._toasts_wait = True
            self.call_later(self._show_toasts)

    def _show_toasts(self) -> None:
        """Not one upon the other: the newest few, and what is repeated only once."""
        self._toasts_wait = False
        self.clear_notifications()
        for told, left_s in self.notices.on_screen():
            self._toast(told, left_s)

    _toasts_wait = False

    def _toast(self, told: Told, seconds: float) -> None:
        if told.severity == "error":
            self.notify(told.words, severity="error", timeout=seconds, markup=False)
        elif told.severity == "warning":
            self.notify(told.words, severity="warning", timeout=seconds, markup=False)
        else:
            self.notify(told.words, timeout=seconds, markup=False)

    def slipped(self, error: Exception) -> None:
        """Something of the screen failed that never should: say so, and go on."""
        hint = "The music is not touched by it. The log has the details: tuiradio paths"
        self.say(f"Something went wrong here: {type(error).__name__}", "error", hint)

    def complain(self, error: TuiradioError) -> None:
        """An errand failed: say so."""
        _log.warning("%s (%s)", error.message, error.hint)
        self.say(error.message, "error", error.hint)

    # --- what plays -------------------------------------------------------------------

    @property
    def playing_id(self) -> int | None:
        return self.state.player.track_id

    @property
    def playing_sign(self) -> str:
        return SIGNS[self.state.player.status]

    @property
    def is_playing(self) -> bool:
        return self.state.player.status is PlayStatus.PLAYING

    @property
    def playing_entry(self) -> QueueEntry | None:
        """The queue entry that plays."""
        wanted = self.state.player.entry_id
        return next((e for e in self.state.queue if e.entry_id == wanted), None)

    def why_chosen(self, entry: QueueEntry | None) -> str:
        """A sentence on an entry that the radio did not pick."""
        if entry is None:
            return "Nothing plays."
        radio = self.state.radio
        if radio.on and entry.track_id in radio.seed_ids:
            others = " one of the seeds" if len(radio.seed_ids) > 1 else " the seed"
            return f"This track is{others} of the radio."
        return "You chose this track yourself."

    def action_louder(self) -> None:
        raise NotImplementedError

    def action_softer(self) -> None:
        raise NotImplementedError

    def post(self, message: Message) -> None:
        """``post_message`` for callers that expect nothing back."""
        self.post_message(message)
