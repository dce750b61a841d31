"""The actions by which the listener steers: likes, wishes, bans, presets, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tuiradio.engine.protocol import Ban, Like, RadioState
from tuiradio.engine.wishes import GiveFeedback, Undo
from tuiradio.library.track import Banned, BanScope, FeedbackKind
from tuiradio.ui.browse_list import BrowseList
from tuiradio.ui.play_actions import PlayActions
from tuiradio.ui.taste_sheets import BannedSheet, BanSheet, PresetSheet


class TasteActions(PlayActions):
    """What the listener says of tracks; the engine answers with words of its own."""

    def action_like(self) -> None:
        for track_id in self._taste_ids():
            track = self.tracks.get(track_id)
            liked = not (track and track.liked)
            self.engine.submit(Like(track_id, liked))
            if track:
                self.tracks.put(replace(track, liked=liked))

    def action_more(self) -> None:
        self._wish(FeedbackKind.MORE)

    def action_less(self) -> None:
        self._wish(FeedbackKind.LESS)

    def _wish(self, kind: FeedbackKind) -> None:
        for track_id in self._taste_ids():
            self.engine.submit(GiveFeedback(track_id, kind))

    def action_ban(self) -> None:
        for track_id in self._taste_ids():
            track = self.tracks.get(track_id)
            banned = not (track and track.banned)
            self._ban(Ban(track_id, banned))
            if track:
                words = "will never be picked" if banned else "may be picked again"
                hint = self.by_key("undo", "takes it back") if banned else ""
                self.say(f"“{track.title[:60]}” {words}", hint=hint)

    def _ban(self, ban: Ban) -> None:
        self.engine.submit(ban)
        track = self.tracks.get(ban.track_id)
        if track and ban.scope is BanScope.TRACK:
            self.tracks.put(replace(track, banned=ban.banned))

    def action_ban_more(self) -> None:
        """Choose how much of the track to ban, or see what is."""
        track_id = next(iter(self._taste_ids()), None)
        track = None if track_id is None else self.tracks.get(track_id)
        if track is None:
            self._read_bans()
            return
        self.push_screen(
            BanSheet(track, self.engine, self._ban),
            lambda answer: self._read_bans() if answer else None,
        )

    def _read_bans(self) -> None:
        self.library.do("bans", lambda reader: reader.bans(), self._show_bans, self.complain)

    def _show_bans(self, bans: Sequence[Banned]) -> None:
        self.push_screen(BannedSheet(bans, self.engine))

    def action_presets(self) -> None:
        self.push_screen(PresetSheet(lambda: self.state.radio, self.engine))

    def dials_changed(self, before: RadioState) -> None:
        """Write an open sheet of presets anew, and tell of the plan that other dials lead to."""
        now = self.state.radio
        if before.on and now.on and before.settings != now.settings:
            self.queue_list.planned(is_done=False)
        if isinstance(self.screen, PresetSheet) and (before.presets, before.preset) != (
            now.presets, now.preset,
        ):  # fmt: skip
            self.screen.fill()

    def action_undo(self) -> None:
        """Take back what was done last: to the queue, or said of a track."""
        self.engine.submit(Undo())

    def _taste_ids(self) -> tuple[int, ...]:
        if isinstance(self.focused, BrowseList | type(self.tuner)):
            return (self.playing_id,) if self.playing_id is not None else ()
        return self.chosen()
