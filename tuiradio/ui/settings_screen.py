"""The settings view: every setting with its words, changed here and at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tuiradio.config_table import Kind, Value, parsed
from tuiradio.errors import UsageError
from tuiradio.ui.action import Action, Context, first_key, key_names
from tuiradio.ui.keyed import Keyed
from tuiradio.ui.settings_keys import bound_to, owner_of
from tuiradio.ui.settings_list import SettingsList
from tuiradio.ui.settings_rows import (
    KEYS,
    KeyRow,
    SettingRow,
    changes_in,
    help_words,
    rows_of,
    told,
    turned,
    typed,
)
from tuiradio.ui.settings_told import SettingsTold
from tuiradio.ui.sheet import Button, SheetKeys
from tuiradio.ui.text import clean
from tuiradio.ui.virtual_list import VirtualList

if TYPE_CHECKING:
    from tuiradio.ui.settings_actions import SettingsActions

_AIRY_FROM = 34


class SettingsScreen(Keyed, ModalScreen[None]):
    """A list to walk, words on what is under the cursor, and a line to type in."""

    CSS_PATH = "settings.tcss"
    CONTEXTS: ClassVar[tuple[Context, ...]] = (Context.SETTINGS, Context.SHEET)

    def __init__(self, house: SettingsActions) -> None:
        super().__init__()
        self._house = house
        self.list = SettingsList()
        self.told = SettingsTold()
        self._words = ""
        self._told_keys: tuple[Button, ...] = ()
        self._catching: KeyRow | None = None
        self._more = False
        self._rival: tuple[str, Action] | None = None
        """A key struck that another action has, which has to be struck again."""

    def compose(self) -> ComposeResult:
        panel = Vertical(id="settings")
        panel.border_title = "Settings"
        with panel:
            yield Input(placeholder="words of a setting, or “changed”", id="settings-find")
            yield self.list
            yield self.told
            yield Input(id="settings-edit")
            yield SheetKeys(self._buttons())

    def on_mount(self) -> None:
        for line in self.query(Input):
            line.cursor_blink = False
        self.show()
        self.list.focus()

    def take_keys(self, actions: tuple[Action, ...]) -> None:
        super().take_keys(actions)
        if self.is_mounted:
            self._tell_keys()

    def _buttons(self) -> tuple[Button, ...]:
        table = {action.id: action for action in self._house.key_table}
        turn = (table["settings.back"], table["settings.on"])
        both = "".join(first_key(action) for action in turn)
        is_key = isinstance(self.list.row, KeyRow)
        told = [table[f"settings.{what}"] for what in ("reset", "undo", "find", "doctor")]
        edit, more = table["settings.edit"], table["settings.add_key"]
        first = (
            (
                Button(first_key(edit), "new key", edit.command),
                Button(first_key(more), "one more", more.command),
            )
            if is_key
            else (
                Button(both, "change", turn[1].command),
                Button(first_key(edit), edit.label, edit.command),
            )
        )
        return (
            *first,
            *(Button(first_key(one), one.label, one.command) for one in told),
            Button(first_key(table["sheet.close"]), "close", "close"),
        )

    # --- showing ---------------------------------------------------------------------

    def show(self) -> None:
        """Draw the settings as the app knows them now."""
        state = self._house.settings
        around = self._house.around_settings()
        rows = rows_of(state, around, self._words, airy=self.size.height >= _AIRY_FROM)
        self.list.show(rows)
        panel = self.query_one("#settings")
        count = changes_in(rows_of(state, around) if self._words else rows)
        title = f"Settings · {count} changed" if count else "Settings · all as they came"
        words = (title, clean(state.file).replace("[", "\\["))
        if words != (panel.border_title, panel.border_subtitle):
            panel.border_title, panel.border_subtitle = words
        if self._catching is None:
            self.tell()

    def tell(self, trouble: str = "") -> None:
        """Say what the row under the cursor is."""
        row, problem = self.list.row, self._house.settings.problem
        words = [(trouble, "warn")] if trouble else []
        if problem:
            words.append((f"{problem}. What it said before holds.", "bad"))
        self.told.say(row.name if row else "", *words, *(told(row) if row else ()))
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Other keys only where they are others: each time they are laid out anew."""
        buttons = self._buttons()
        if buttons != self._told_keys:
            self._told_keys = buttons
            self.query_one(SheetKeys).show(buttons)

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        message.stop()
        self._house.settings_settled()
        self._stop_editing()
        self.tell()

    def on_click(self, event: events.Click) -> None:
        if self.focused is None:
            self.list.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show)

    # --- walking and finding ------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        if self._is_editing:
            return
        self.list.move_by(rows)

    def action_find(self) -> None:
        """Narrow the list down."""
        self.add_class("-finding")
        self.query_one("#settings-find", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.id == "settings-find":
            self._words = event.value
            self.show()

    def action_close(self) -> None:
        """Out of typing, then out of finding, then out of the settings."""
        if self._is_editing:
            self._stop_editing()
            self.tell()
        elif self.has_class("-finding"):
            self.remove_class("-finding")
            self.query_one("#settings-find", Input).value = ""
        else:
            self._house.settings_settled()
            self.dismiss(None)
        self.list.focus()

    def action_other(self) -> None:
        """Over to the doctor."""
        self.dismiss(None)
        self._house.action_doctor()

    # --- changing -------------------------------------------------------------------------

    def action_turn(self, steps: int) -> None:
        """Turn a dial, flip a switch, take another choice."""
        row = self.list.row
        if isinstance(row, SettingRow):
            value = turned(row, steps)
            if value != row.value:
                self._change(row.name, value)

    def on_settings_list_changed(self, message: SettingsList.Changed) -> None:
        message.stop()
        self._change(message.name, message.value)

    def action_reset(self) -> None:
        """Back to the default."""
        row = self.list.row
        if row is not None and (row.is_changed or row.known is not None):
            self._change(row.name, None)

    def action_undo(self) -> None:
        """Take back the last change."""
        if not self._house.undo_setting():
            self.tell("No setting was changed here yet.")

    def _change(self, name: str, value: Value) -> None:
        self._house.change_setting(name, value)
        self.show()

    # --- typing a value ---------------------------------------------------------------------

    @property
    def _is_editing(self) -> bool:
        return self.has_class("-editing") or self._catching is not None

    def action_edit(self) -> None:
        """Flip a switch, take the next choice, type anything else, strike a key."""
        row = self.list.row
        if isinstance(row, KeyRow):
            self._catch(row, more=False)
        elif row is not None and row.setting.kind is Kind.SWITCH:
            self._change(row.name, not row.value)
        elif row is not None and row.setting.choices:
            self.action_turn(1)
        elif row is not None:
            self._type(row)

    def on_virtual_list_activated(self, message: VirtualList.Activated) -> None:
        message.stop()
        self.action_edit()

    def _type(self, row: SettingRow) -> None:
        line = self.query_one("#settings-edit", Input)
        line.value = typed(row.value)
        line.placeholder = row.setting.kind.value
        line.cursor_position = len(line.value)
        self.add_class("-editing")
        self._say_typing(row)
        line.focus()

    def _say_typing(self, row: SettingRow, trouble: str = "") -> None:
        words = [(trouble, "warn")] if trouble else []
        hint = "enter keeps it, esc leaves it as it is"
        hint += "; a, b, c for several" if row.setting.kind is Kind.LIST else ""
        self.told.say(row.name, *words, (help_words(row), "text"), (hint, "dim"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        row = self.list.row
        if event.input.id == "settings-find":
            self.list.focus()
        elif isinstance(row, SettingRow):
            try:
                value = parsed(row.name, event.value)
            except UsageError as error:
                self._say_typing(row, f"{error.message}. {error.hint}")
                return
            self._stop_editing()
            self._change(row.name, value)

    def _stop_editing(self) -> None:
        self._catching = self._rival = None
        self.told.can_focus = False
        if self.has_class("-editing"):
            self.remove_class("-editing")
        if self.focused is not self.query_one("#settings-find"):
            self.list.focus()

    # --- striking a key -----------------------------------------------------------------------

    def action_add_key(self) -> None:
        """Give the action one more key."""
        row = self.list.row
        if isinstance(row, KeyRow):
            self._catch(row, more=True)
        else:
            self.tell("Only actions have keys; they stand at the end of this list.")

    def _catch(self, row: KeyRow, *, more: bool) -> None:
        self._catching, self._more = row, more
        beside = f" beside {' '.join(key_names(row.action))}" if more else ""
        words = f"Strike the key for “{row.action.tooltip}”{beside}. esc leaves it as it is."
        self.told.say(row.name, (words, "amber"))
        self.told.can_focus = True
        self.told.focus()

    def on_settings_told_key_struck(self, message: SettingsTold.KeyStruck) -> None:
        message.stop()
        row, key = self._catching, message.key
        if row is None:
            return
        if key == "escape":
            self._stop_editing()
            self.tell()
            return
        owner = owner_of(self._house.key_table, row.action, key)
        if owner is not None and self._rival != (key, owner):
            self._rival = (key, owner)
            name = key_names(Action("", key, row.action.group, "", ""))[0]
            words = f"{name} is a key of “{owner.tooltip}”. Strike it again to take it away there."
            self.told.say(row.name, (words, "warn"), ("Another key is taken as it is.", "dim"))
            return
        own = dict(self._house.settings.config.ui.keys)
        more = self._more
        self._stop_editing()
        for name, value in bound_to(row.action, key, owner, own, more=more):
            self._house.change_setting(name, value)
        self.show()
        troubles = [one for one in self._house.keys.troubles if row.name[len(KEYS) + 1 :] in one]
        if troubles:
            self.tell(troubles[0])
