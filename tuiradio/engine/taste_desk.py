"""What the listener says: likes, more and less, bans, undo, and the tuner's presets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from tuiradio.codec import CodecError, from_json, to_json
from tuiradio.engine.house import House
from tuiradio.engine.protocol import Ban, Like, Severity, TuneRadio
from tuiradio.engine.wishes import (
    DeletePreset,
    GiveFeedback,
    LiftBan,
    SavePreset,
    UsePreset,
)
from tuiradio.library.rows import Feedback
from tuiradio.library.store import Preset
from tuiradio.library.track import Banned, BanScope, FeedbackKind
from tuiradio.radio.pick import RadioSettings

_log = logging.getLogger(__name__)

_LONGEST_NAME = 60

_UNDONE = {
    FeedbackKind.LIKE: "No longer liked: {}",
    FeedbackKind.UNLIKE: "Liked again: {}",
    FeedbackKind.MORE: "No longer asking for more like {}",
    FeedbackKind.LESS: "No longer asking for less like {}",
    FeedbackKind.SKIP: "The skip of {} counts no more",
    FeedbackKind.BAN: "May play again: {}",
    FeedbackKind.UNBAN: "Never plays again: {}",
}


class TasteDesk:
    """Writes what is said into the store, and has the radio take it to heart."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.handlers: dict[type, Callable[[Any], None]] = {
            Like: self._like,
            Ban: self._ban,
            LiftBan: self._lift_ban,
            GiveFeedback: self._give_feedback,
            SavePreset: self._save_preset,
            UsePreset: self._use_preset,
            DeletePreset: self._delete_preset,
        }

    def preset_names(self) -> tuple[str, ...]:
        """The presets, by name."""
        return tuple(preset.name for preset in self._house.store.presets())

    def preset_of(self, settings: RadioSettings) -> str:
        """The preset that has these dials; "" when none has."""
        for preset in self._house.store.presets():
            if _settings_of(preset) == settings:
                return preset.name
        return ""

    # --- feedback ------------------------------------------------------------------

    def _like(self, command: Like) -> None:
        number, at_pick = self._house.radio.place
        self._house.store.set_liked(command.track_id, command.liked, number, at_pick)
        self._changed(command.track_id)

    def _ban(self, command: Ban) -> None:
        number, at_pick = self._house.radio.place
        banned = self._house.store.set_banned(
            command.track_id, command.banned, command.scope, number, at_pick
        )
        if command.scope is BanScope.TRACK:
            self._changed(command.track_id)
        elif banned is None:
            self._house.notice(self._why_not_banned(command), Severity.WARNING)
        else:
            self._changed(command.track_id)
            verb = "Never plays again" if command.banned else "May play again"
            self._house.notice(f"{verb}: {_what(banned)}")

    def _why_not_banned(self, command: Ban) -> str:
        name = self._name(command.track_id)
        if not command.banned:
            return f"The {command.scope} of {name} is not banned."
        track = self._house.store.track(command.track_id)
        tag = {"artist": track.artist, "album": track.album}.get(command.scope) if track else None
        if track is not None and tag == "":
            return f"{name} names no {command.scope} to ban."
        return f"The {command.scope} of {name} is banned already."

    def _lift_ban(self, command: LiftBan) -> None:
        if self._house.store.lift_ban(command.banned):
            self._changed(command.banned.track_id)
            self._house.notice(f"May play again: {_what(command.banned)}")

    def _give_feedback(self, command: GiveFeedback) -> None:
        if command.kind not in (FeedbackKind.MORE, FeedbackKind.LESS):
            self._house.notice("Only more and less are wishes.", Severity.WARNING)
            return
        number, at_pick = self._house.radio.place
        if not number:
            self._house.notice(
                "No radio is on that could play more or less of it.",
                Severity.WARNING,
                "Start one, then say it again.",
            )
            return
        if self._house.store.add_feedback(command.kind, command.track_id, number, at_pick):
            self._changed(command.track_id)
            self._house.notice(
                f"{command.kind.capitalize()} like {self._name(command.track_id)} in this radio"
            )

    def take_back(self, event_id: int | None) -> bool:
        """Take back one thing said, None for the newest, and tell which it was.

        False when it was taken back already.
        """
        said = self._house.store.undo_feedback(event_id)
        if said is not None:
            self._changed(said.track_id)
            self._house.notice(_UNDONE[said.kind].format(self._whom(said)))
        elif event_id is None:
            self._house.notice("There is nothing to take back.")
        return said is not None

    def _changed(self, track_id: int | None) -> None:
        self._house.rows_changed(False, () if track_id is None else (track_id,))
        self._house.radio.taste_changed()

    def _whom(self, said: Feedback) -> str:
        if said.scope is not BanScope.TRACK:
            return _what(Banned(said.scope, said.name, None, said.artist, said.folder))
        return self._name(said.track_id)

    def _name(self, track_id: int | None) -> str:
        track = None if track_id is None else self._house.store.track(track_id)
        return track.title if track is not None else "a track that is gone"

    # --- presets -------------------------------------------------------------------

    def _save_preset(self, command: SavePreset) -> None:
        name = " ".join("".join(c if c.isprintable() else " " for c in command.name).split())
        if not 0 < len(name) <= _LONGEST_NAME:
            self._house.notice(
                f"A preset needs a name of 1 to {_LONGEST_NAME} letters.", Severity.WARNING
            )
            return
        settings = command.settings or self._house.radio.state.settings
        self._house.store.save_preset(Preset(name, to_json(settings).decode()))
        self._house.radio.show()
        self._house.notice(f"Saved the preset {name}")

    def _use_preset(self, command: UsePreset) -> None:
        for preset in self._house.store.presets():
            settings = _settings_of(preset) if preset.name == command.name else None
            if settings is not None:
                self._house.radio.tune(TuneRadio(settings))
                return
        self._no_preset(command.name)

    def _delete_preset(self, command: DeletePreset) -> None:
        if not self._house.store.delete_preset(command.name):
            self._no_preset(command.name)
            return
        self._house.radio.show()
        self._house.notice(f"Deleted the preset {command.name}")

    def _no_preset(self, name: str) -> None:
        known = ", ".join(self.preset_names()) or "none yet"
        self._house.notice(
            f"There is no preset {name}.", Severity.WARNING, f"Known presets: {known}."
        )


def _settings_of(preset: Preset) -> RadioSettings | None:
    try:
        return from_json(preset.settings, RadioSettings)
    except CodecError as error:
        _log.warning("the preset %s cannot be read: %s", preset.name, error)
        return None


def _what(banned: Banned) -> str:
    if banned.scope is BanScope.TRACK:
        return banned.name
    if banned.scope is BanScope.ALBUM and banned.artist:
        return f"the album {banned.name} by {banned.artist}"
    return f"the {banned.scope} {banned.name}"
