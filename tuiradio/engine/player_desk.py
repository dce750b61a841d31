"""The queue and the player: what sounds, what follows, and what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace as with_fields
from typing import Any

from tuiradio.engine import session
from tuiradio.engine.house import House
from tuiradio.engine.metering import Metering
from tuiradio.engine.player_commands import handlers_of
from tuiradio.engine.players import PlayerFactory
from tuiradio.engine.playing import Listened, file_name, restarted
from tuiradio.engine.protocol import (
    PlayerChanged,
    PlayerState,
    PlayStatus,
    QueueChanged,
    QueueEntry,
)
from tuiradio.engine.stumbles import Stumbles
from tuiradio.errors import PlayerUnavailable
from tuiradio.library.track import Track
from tuiradio.playback import queue as queues
from tuiradio.playback.player import (
    MAX_VOLUME_PERCENT,
    Advanced,
    Ended,
    EndReason,
    Levels,
    OutputChanged,
    Player,
    PlayerEvent,
    Position,
)
from tuiradio.playback.queue import History, Queue

_log = logging.getLogger(__name__)


class PlayerDesk:
    """Owns queue and player. The queue is the truth; the player holds two of its files."""

    def __init__(self, house: House, factory: PlayerFactory | None) -> None:
        """``factory``: of players whose events come on the service thread."""
        self._house = house
        self._factory = factory
        self._player: Player | None = None
        self._is_loaded = False
        self._generation = -1
        self._next_entry: QueueEntry | None = None
        self._stumbles = Stumbles(house, self.fall_silent)
        self._listened: Listened | None = None
        self._keeper = session.SessionKeeper(house.store, house.clock)
        self.ended_by_itself = False
        """Whether silence came because nothing was left to play."""
        self.queue = Queue()
        self.history = History()
        self.metering = Metering(house)
        self.state = PlayerState(volume_percent=house.config.playback.volume_percent)
        self.handlers: dict[type, Callable[[Any], None]] = handlers_of(self, house)

    # --- life ------------------------------------------------------------------

    def start(self) -> None:
        """Load the player and come back, paused, to where the last session ended."""
        if self._factory is None:
            return
        self._restore()
        try:
            self._player = self._factory(self._heed)
        except PlayerUnavailable as error:
            self._tell(problem=f"{error.message}. {error.hint}".rstrip(". "))
            self._house.complain(error)
            return
        self._player.set_volume(self.state.volume_percent)
        self.metering.use(self._player)

    def tick(self) -> None:
        self._keep(final=False)
        self.metering.tick()

    def stop(self) -> None:
        """Fall silent; what was played and where it stood is kept."""
        if self._factory is None:
            return
        try:
            self._leave(by_user=False, cut_short=True)
            self._keep(final=True)
        finally:
            if self._player is not None:
                self._player.close()
                self._player = None
                self.metering.use(None)

    # --- what others ask -------------------------------------------------------

    @property
    def is_playing(self) -> bool:
        return self.state.status is PlayStatus.PLAYING

    @property
    def current_id(self) -> int | None:
        """The track that plays, stands paused, or would play."""
        entry = self.queue.current_entry
        return entry.track_id if entry else None

    # --- changing the queue ----------------------------------------------------

    def change(
        self, queue: Queue, *, undoable: bool = True, by_user: bool = True, start: bool = False
    ) -> None:
        """Take this queue; its current entry, when another than before, goes on the same way.

        That is playing, paused or stopped; with ``start`` it plays.
        """
        before = self.queue
        if queue == before:
            return
        if undoable:
            self.history = queues.record(self.history, before)
        old, new = before.current_entry, queue.current_entry
        is_same = old is not None and new is not None and old.entry_id == new.entry_id
        if not is_same:
            self._leave(by_user)
        self.queue = queue
        self._show_queue(before)
        if is_same:
            self._set_next()
        elif start or self.is_playing:
            if start:
                self._stumbles.forget()
            self.play_current()
        else:
            self._stand(new)
        self._house.radio.queue_changed()

    def take_back(self) -> None:
        """Undo the last change of the rows."""
        self.history, queue = queues.undo(self.history, self.queue)
        self.change(queue, undoable=False, by_user=False)

    def play_current(self, position_s: float = 0.0) -> None:
        """Play the current entry, or the first after it that can be played."""
        while (entry := self.queue.current_entry) is not None:
            track = self._house.store.track(entry.track_id)
            if track is not None and not track.missing:
                self._load(entry, track, position_s)
                return
            name = file_name(track) if track else "A track"
            if not self._note_failure(f"{name} is not there any more"):
                return
            position_s = 0.0
            self._advance()
        self._finish()

    def stand_still(self) -> None:
        """Pause."""
        if self.is_playing:
            if self._player is not None:
                self._player.pause()
            self._tell(status=PlayStatus.PAUSED)
            self._house.listening.playing_changed()

    def go_on(self) -> None:
        """Resume, or start the queue."""
        if self.is_playing:
            return
        if self._is_loaded and self._player is not None:
            self._player.resume()
            self._tell(status=PlayStatus.PLAYING)
            self._house.listening.playing_changed()
            return
        position_s = self.state.position_s
        if self.queue.current_entry is None:
            position_s = 0.0
            self.queue = restarted(self.queue)
        self._stumbles.forget()
        self.play_current(position_s)

    def fall_silent(self) -> None:
        """Stop; the queue stays where it is."""
        self.ended_by_itself = False
        self._leave(by_user=False, cut_short=True)
        self._unload()
        self._tell(status=PlayStatus.STOPPED, position_s=0.0)
        self._house.listening.playing_changed()

    def skip(self) -> None:
        """On to the next entry, by the user's wish."""
        self._stumbles.forget()
        following = queues.advance(self.queue)
        if following.current is None:
            self._leave(by_user=True)
            self._advance()
            self._finish()
        else:
            self.change(following, undoable=False)

    def seek(self, position_s: float) -> None:
        """Go to a place of the current track."""
        if self.queue.current_entry is None:
            return
        latest_s = self.state.duration_s or position_s
        position_s = min(max(0.0, position_s), max(0.0, latest_s))
        if self._is_loaded and self._player is not None:
            self._player.seek(position_s)
        if self._listened is not None:
            self._listened.jump(position_s)
        self._tell(position_s=position_s)

    def set_volume(self, percent: float) -> None:
        percent = min(max(0.0, percent), MAX_VOLUME_PERCENT)
        if self._player is not None:
            self._player.set_volume(percent)
        self._tell(volume_percent=percent)

    # --- what the player says --------------------------------------------------

    def _heed(self, event: PlayerEvent) -> None:
        if isinstance(event, OutputChanged):
            self._tell(output=event.name, problem=event.problem)
        elif self._player is None or event.generation != self._generation:
            _log.debug("history: %s", event)
        elif isinstance(event, Position):
            self._note_position(event)
        elif isinstance(event, Levels):
            self.metering.tell(event)
        elif isinstance(event, Advanced):
            self._follow(event)
        elif isinstance(event, Ended):
            self._ended(event)

    def _note_position(self, event: Position) -> None:
        if self._listened is not None:
            self._listened.reach(event.position_s, event.duration_s)
            if self._listened.has_begun:
                self._stumbles.forget()
        duration_s = event.duration_s or self.state.duration_s
        self._tell(position_s=event.position_s, duration_s=duration_s)

    def _follow(self, event: Advanced) -> None:
        """The player went on by itself."""
        if not self._is_heard_through():
            return
        expected = self._next_entry
        before = self.queue
        self.queue = queues.advance(before)
        entry = self.queue.current_entry
        track = None if entry is None else self._house.store.track(entry.track_id)
        if entry and track and entry == expected and track.path == event.path:
            self._arrive(entry, track, 0.0)
            self._set_next()
        else:
            # The look-ahead was changed too late: play what the queue says.
            self.play_current()
        self._house.radio.queue_changed()

    def _ended(self, event: Ended) -> None:
        if event.reason is EndReason.ERROR and not self._note_failure(event.message):
            return
        if event.goes_on or not self._is_heard_through():
            return
        self._advance()
        self.play_current()
        self._house.radio.queue_changed()

    def _is_heard_through(self) -> bool:
        """Judge the track that ended; False when it is time to stop trying."""
        listened, entry = self._listened, self.queue.current_entry
        track = self._house.store.track(entry.track_id) if entry else None
        if track is not None and listened is not None and listened.breaks_off:
            return self._note_failure(f"{file_name(track)} is damaged: no sound comes from it")
        if listened is not None:
            self._stumbles.forget()
        self._leave(by_user=False)
        return True

    def _note_failure(self, message: str) -> bool:
        self._listened = None
        return self._stumbles.note(message)

    # --- moving between entries --------------------------------------------------

    def _load(self, entry: QueueEntry, track: Track, position_s: float) -> None:
        if self._player is None:
            self._stand(entry)
            return
        following = self._following()
        path = following[1].path if following else None
        self._next_entry = following[0] if following else None
        self._generation = self._player.load(track.path, path, position_s=position_s)
        self._is_loaded = True
        self._arrive(entry, track, position_s)

    def _arrive(self, entry: QueueEntry, track: Track, position_s: float) -> None:
        """An entry begins to sound."""
        self.ended_by_itself = False
        self._listened = Listened(track.id, self._house.wall_clock(), track.duration_s, position_s)
        self._tell(
            status=PlayStatus.PLAYING,
            entry_id=entry.entry_id,
            track_id=track.id,
            position_s=position_s,
            duration_s=track.duration_s,
        )
        self._house.listening.playing_changed()

    def _stand(self, entry: QueueEntry | None) -> None:
        """An entry becomes current without sounding."""
        self._unload()
        track = self._house.store.track(entry.track_id) if entry else None
        self._tell(
            status=PlayStatus.STOPPED if entry is None else self._standing_status(),
            entry_id=entry.entry_id if entry else None,
            track_id=entry.track_id if entry else None,
            position_s=0.0,
            duration_s=track.duration_s if track else 0.0,
        )
        self._house.listening.playing_changed()

    def _standing_status(self) -> PlayStatus:
        return PlayStatus.STOPPED if self._player is None else self.state.status

    def _advance(self) -> None:
        self.queue = queues.advance(self.queue)

    def _finish(self) -> None:
        """The queue was played through."""
        self._stand(None)
        self._tell(status=PlayStatus.STOPPED)
        self.ended_by_itself = True
        self._house.radio.queue_changed()

    def _unload(self) -> None:
        if self._player is not None and self._is_loaded:
            self._player.stop()
        self._is_loaded = False
        # What the player still has to say of the files it held is history.
        self._generation = -1
        self._next_entry = None

    def _following(self) -> tuple[QueueEntry, Track] | None:
        """The entry to come next, None at the end or when its file is known to be gone."""
        entry = self.queue.next_entry
        track = self._house.store.track(entry.track_id) if entry else None
        if entry is None or track is None or track.missing:
            return None
        return entry, track

    def _set_next(self) -> None:
        if self._player is None or not self._is_loaded:
            return
        following = self._following()
        entry = following[0] if following else None
        if entry != self._next_entry:
            self._next_entry = entry
            self._player.set_next(following[1].path if following else None)

    def _leave(self, by_user: bool, cut_short: bool = False) -> None:
        """What sounds until now ends: put it into the history."""
        listened, self._listened = self._listened, None
        if listened is None:
            return
        play = listened.play(by_user, cut_short)
        if play is not None:
            self._house.store.record_play(play)
            self._house.rows_changed(False, (play.track_id,))
            self._house.radio.track_left(play)

    # --- telling and keeping -----------------------------------------------------

    def _tell(self, **changed: Any) -> None:
        state = with_fields(self.state, **changed)
        if state != self.state:
            self.state = state
            self._house.bulletin.tell(PlayerChanged(state))

    def _show_queue(self, before: Queue) -> None:
        if self.queue.entries != before.entries:
            self._house.bulletin.tell(QueueChanged(self.queue.entries))

    def _keep(self, final: bool) -> None:
        if self._factory is not None:
            state = self.state
            self._keeper.keep(self.queue, state.position_s, state.volume_percent, final)

    def _restore(self) -> None:
        queue, place = self._keeper.restore(self._house.config.playback.resume)
        if place.volume_percent is not None:
            self._tell(volume_percent=min(max(0.0, place.volume_percent), MAX_VOLUME_PERCENT))
        self.queue = queue
        if queue.current_entry is not None:
            self._stand(queue.current_entry)
            self._tell(status=PlayStatus.PAUSED, position_s=max(0.0, place.position_s))
