"""The radio that is on: refills the queue, and plans anew when something changes its mind."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields
from functools import partial
from typing import Any

from tuiradio.engine import session
from tuiradio.engine.assistant import Assistant
from tuiradio.engine.house import House
from tuiradio.engine.planning import Planner, PlanRequest, never_settings
from tuiradio.engine.protocol import (
    PlanRadio,
    PlayStatus,
    QueueEntry,
    RadioChanged,
    RadioPlan,
    RadioState,
    Severity,
    StartRadio,
    StopRadio,
    TuneRadio,
)
from tuiradio.errors import TuiradioError
from tuiradio.library.store import Play
from tuiradio.library.track import FeedbackKind
from tuiradio.playback import queue as queues
from tuiradio.playback.queue import Queue
from tuiradio.radio.never import NeverList
from tuiradio.radio.pick import Pick

_log = logging.getLogger(__name__)

_AHEAD = 10
_AT_ONCE = 5
_REFILL_BELOW = 6
_LOOKED_BACK_AT = 300
_MOST_PLAYED = 400
_MOST_SEEDS = 200
_MOST_SAID = 300
_STEERING = {FeedbackKind.SKIP, FeedbackKind.FINISH, FeedbackKind.MORE, FeedbackKind.LESS}
_FINISHED_SHARE = 0.8

# While the library is being heard, better picks come up all the time; the user
# should see the queue settle, not flicker.
_REPLAN_EVERY_S = 2.0
_REPLAN_GROWTH = 1.15
# The nearest of a handful is not near: tags choose better until so many were heard.
_VECTORS_TO_TRUST = 20
# The player has opened what comes next already.
_KEEP_NEXT_S = 15.0
# What is banned must not be heard; later than this the gapless join is under way.
_KEEP_BANNED_NEXT_S = 1.0


@dataclass(slots=True)
class _Planned:
    """The library as the last plan saw it."""

    at_s: float = 0.0
    vectors: int = 0


class RadioDesk:
    """Keeps at least five picks ahead while the radio is on."""

    def __init__(self, house: House, is_headless: bool = False) -> None:
        """``is_headless``: nothing is played, and the radio of the last session is left alone."""
        self._house = house
        self._is_headless = is_headless
        self.planner = Planner(house.paths.store_file, house.wall_clock)
        self._assistant = Assistant("radio", self._failed)
        self._asked = 0
        """Number of the plan under way; answers to older ones are thrown away."""
        self._is_asking = False
        self._is_anew = False
        self._is_dry = False
        self._plays = 0
        self._number = _new_number()
        self._planned = _Planned()
        self.state = RadioState(settings=house.config.radio)
        self.handlers: dict[type, Callable[[Any], None]] = {
            StartRadio: self._start_radio,
            StopRadio: lambda _: self.turn_off(),
            TuneRadio: self.tune,
        }

    # --- life ------------------------------------------------------------------

    def start(self) -> None:
        """Come back with the dials, and with the radio when it was on."""
        if not self._is_headless:
            self._assistant.do(self.planner.get_ready)
        saved = session.load(self._house.store, session.SavedRadio)
        if saved.settings is not None:
            self.state = with_fields(self.state, settings=saved.settings)
        if saved.on and saved.seed_ids and self._house.player.queue.entries:
            self.state = with_fields(self.state, on=True, seed_ids=saved.seed_ids, name=saved.name)
            self._number, self._plays = saved.number or self._number, saved.plays
            self.queue_changed()
        self.state = self._whole(self.state)

    def tick(self) -> None:
        self.vectors_changed()

    def stop(self) -> None:
        self._assistant.stop(0.0)

    # --- commands ----------------------------------------------------------------

    def _start_radio(self, command: StartRadio) -> None:
        player = self._house.player
        seeds = _sample(self._house.known(command.seed_ids))
        if not seeds:
            self._house.notice("No such track to start a radio from.", Severity.WARNING)
            return
        settings = command.settings or self.state.settings
        # Off while the queue changes, so that nothing is planned for the radio before.
        self.turn_off(tell=False)
        self._plays = 0
        # One number per radio: planned again, it changes no more than it must.
        self._number = _new_number()
        player.change(_begun(player.queue, seeds), start=True)
        player.go_on()
        self._house.listening.hear_first(seeds)
        self._become(
            with_fields(self.state, on=True, seed_ids=seeds, settings=settings, name=command.name)
        )
        self._ask(anew=True)

    def turn_off(self, tell: bool = True) -> None:
        """No more refills."""
        if self.state.on:
            self._asked += 1
            self._is_asking = self._is_dry = False
            self.state = with_fields(self.state, on=False)
            if tell:
                self._become(self.state)

    def tune(self, command: TuneRadio) -> None:
        """New dials; only what is not heard yet is planned anew."""
        if command.settings == self.state.settings:
            return
        self._become(with_fields(self.state, settings=command.settings))
        self._ask(anew=True)

    # --- what others tell ----------------------------------------------------------

    def queue_changed(self) -> None:
        """The queue moved on or was changed by the user."""
        if not self.state.on:
            return
        if self._is_asking:
            # The plan under way does not know what plays now.
            self._ask(anew=self._is_anew)
        elif len(self._house.player.queue.upcoming) < _REFILL_BELOW:
            self._ask(anew=False)

    def track_left(self, play: Play) -> None:
        """A track was played to its end, or skipped: the radio learns from skips."""
        if not self.state.on:
            return
        self._plays += 1
        kind = None
        if play.skipped:
            kind = FeedbackKind.SKIP
        elif play.duration_s > 0.0 and play.played_s >= _FINISHED_SHARE * play.duration_s:
            kind = FeedbackKind.FINISH
        if kind is not None:
            self._house.store.add_feedback(kind, play.track_id, *self.place)
        self._become(self.state)
        if play.skipped:
            self._ask(anew=True)

    def taste_changed(self) -> None:
        """Something was liked, banned, wished for or taken back."""
        self.show()
        self._ask(anew=True)

    def show(self) -> None:
        """Tell front ends of presets and bans, where these changed."""
        state = self._whole(self.state)
        if state != self.state:
            self._become(state)

    @property
    def place(self) -> tuple[int, int]:
        """The number of the radio that is on, 0 when none is, and how much it has played."""
        return (self._number, self._plays) if self.state.on else (0, 0)

    def vectors_changed(self) -> None:
        """More tracks can be compared; plan anew when that is likely to matter."""
        if not self.state.on or self._is_asking:
            return
        index = self._house.similarity.index
        vectors = len(index) if index is not None else 0
        planned = self._planned
        if vectors <= planned.vectors or not self._is_trusted(vectors):
            return
        is_first = planned.vectors < _VECTORS_TO_TRUST
        is_due = self._house.clock() - planned.at_s >= _REPLAN_EVERY_S
        is_complete = self._house.listening.is_done
        has_grown = is_complete or vectors >= planned.vectors * _REPLAN_GROWTH
        if is_first or (is_due and has_grown):
            self._ask(anew=True)

    def plan(self, query: PlanRadio) -> RadioPlan:
        """A radio without playing it; any thread."""
        return RadioPlan(self.planner.plan(query, self._house.similarity.index))

    # --- planning ------------------------------------------------------------------

    def _ask(self, anew: bool) -> None:
        """Have picks made; ``anew`` replaces those that are ahead and not heard."""
        if not self.state.on:
            return
        self._asked += 1
        self._is_asking, self._is_anew = True, anew
        queue = self._house.player.queue
        kept = _without_picks_ahead(queue, self._kept_pick()) if anew else queue
        request = PlanRequest(
            self.state.seed_ids,
            self.state.settings,
            _order_of(kept),
            self._said(),
            self._number,
        )
        # Planned anew, the first ones show at once, and the others follow.
        count = (_AT_ONCE if anew else _AHEAD) - (len(kept.entries) - kept.next_index)
        index = self._house.similarity.index
        vectors = len(index) if index is not None else 0
        self._planned = _Planned(self._house.clock(), vectors)
        neighbours = index if self._is_trusted(vectors) else None
        number = self._asked

        def job() -> None:
            # Dials turned quickly ask many times; only the last one counts.
            if number == self._asked:
                picks = self.planner.picks(request, neighbours, max(1, count))
                self._house.post(partial(self._take, number, anew, picks))
                self.planner.get_ready()

        self._assistant.do(job)

    def _take(self, number: int, anew: bool, picks: Sequence[Pick]) -> None:
        if number != self._asked or not self.state.on:
            return
        self._is_asking = False
        player = self._house.player
        queue = player.queue
        if anew:
            queue = _without_picks_ahead(queue, self._kept_pick())
        if not picks and self._is_dry:
            return
        self._is_dry = not picks
        if self._is_dry:
            self._house.notice("The radio finds nothing more to play.", Severity.WARNING)
            return
        was_through = player.queue.current is None and player.state.status is PlayStatus.STOPPED
        queue = queues.append_picks(_trimmed(queue), picks)
        player.change(queue, undoable=False, by_user=False)
        if was_through and self._ran_dry_playing:
            player.go_on()

    @property
    def _ran_dry_playing(self) -> bool:
        """Whether silence came because the queue was played faster than it was filled."""
        return self._house.player.ended_by_itself

    def _kept_pick(self) -> QueueEntry | None:
        """What comes next, when it is too late to change it."""
        player = self._house.player
        following = player.queue.next_entry
        left_s = player.state.duration_s - player.state.position_s
        is_near = player.is_playing and player.state.duration_s > 0.0 and left_s < _KEEP_NEXT_S
        if following is None or not is_near:
            return None
        is_kept = left_s < _KEEP_BANNED_NEXT_S or not self._is_banned(following.track_id)
        return following if is_kept else None

    def _is_banned(self, track_id: int) -> bool:
        track = self._house.store.track(track_id)
        bans = (*self._house.store.bans(), *never_settings(self.state.settings))
        never = NeverList(bans, self.planner.known_names.whole_artists)
        return track is not None and never.forbids(track) is not None

    def _is_trusted(self, vectors: int) -> bool:
        return vectors >= _VECTORS_TO_TRUST or self._house.listening.is_done

    def _said(self) -> tuple[tuple[FeedbackKind, int, int], ...]:
        """What was said of tracks in this radio, newest first, with its age in picks."""
        events = self._house.store.feedback(self._number, _MOST_SAID)
        return tuple(
            (said.kind, said.track_id, self._plays - said.at_pick)
            for said in events
            if said.track_id is not None and said.kind in _STEERING
        )

    def _become(self, state: RadioState) -> None:
        self.state = state = self._whole(state)
        self._house.bulletin.tell(RadioChanged(state))
        self._keep(state)

    def _keep(self, state: RadioState) -> None:
        store = self._house.store
        kept = session.SavedRadio(
            state.on, state.seed_ids, state.settings, state.name, self._number, self._plays
        )
        if self._is_headless:
            kept = with_fields(session.load(store, session.SavedRadio), settings=state.settings)
        session.save(store, kept)

    def _whole(self, state: RadioState) -> RadioState:
        store, taste = self._house.store, self._house.taste
        said = store.feedback(self._number, _MOST_SAID) if state.on else []
        return with_fields(
            state,
            subspaces=self._house.similarity.subspaces,
            presets=taste.preset_names(),
            preset=taste.preset_of(state.settings),
            bans=len(store.bans()),
            feedback=sum(one.kind is not FeedbackKind.FINISH for one in said),
        )

    def _failed(self, error: Exception) -> None:
        def tell() -> None:
            self._is_asking = False
            if isinstance(error, TuiradioError):
                self._house.complain(error)
            else:
                text = f"The radio failed: {type(error).__name__}"
                self._house.notice(text, Severity.ERROR, f"See {self._house.paths.log_file}.")

        self._house.post(tell)


def _new_number() -> int:
    return random.getrandbits(31) + 1


def _sample(seeds: Sequence[int]) -> tuple[int, ...]:
    """An even sample where there are very many, such as of a genre."""
    step = max(1, -(-len(seeds) // _MOST_SEEDS))
    return tuple(seeds[::step])


def _begun(queue: Queue, seeds: Sequence[int]) -> Queue:
    """The queue as a radio begins: what was played, the seed, nothing ahead."""
    cleared = queues.remove(queue, [entry.entry_id for entry in queue.upcoming])
    current = cleared.current_entry
    if current is not None and current.track_id in seeds:
        return cleared
    return queues.advance(queues.insert_next(cleared, seeds[:1]))


def _without_picks_ahead(queue: Queue, kept: QueueEntry | None) -> Queue:
    if kept is None:
        return queues.drop_unheard_picks(queue)
    ahead = [e.entry_id for e in queue.upcoming if e.pick is not None and e != kept]
    return queues.remove(queue, ahead)


def _trimmed(queue: Queue) -> Queue:
    """Without what was played long ago: a radio may go on for weeks."""
    if len(queue.played) <= _MOST_PLAYED:
        return queue
    return queues.remove(queue, [entry.entry_id for entry in queue.played[:-_LOOKED_BACK_AT]])


def _order_of(queue: Queue) -> tuple[int, ...]:
    """Played, playing and still ahead, as the walk's windows look at them."""
    return tuple(entry.track_id for entry in queue.entries[-_LOOKED_BACK_AT:])
