"""What is listened to next, and what becomes of the results."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace as with_fields
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from tuiradio.engine.crew import Crew
from tuiradio.engine.house import House
from tuiradio.engine.likely import likely_groups
from tuiradio.engine.pace import Pace
from tuiradio.engine.protocol import (
    ListeningProgress,
    ListeningState,
    RetryFailures,
    Severity,
)
from tuiradio.errors import ModelError, StoreError, TuiradioError
from tuiradio.library.store import Counts, Heard
from tuiradio.listening.card import ModelFile, find_model
from tuiradio.listening.plan import listening_order
from tuiradio.listening.workers import Job, ListeningPool, Result

_log = logging.getLogger(__name__)

_BACKLOG = 48
_NEIGHBOURS_FIRST = 200
_QUEUE_FIRST = 8
_RETRY_STORE_S = 30.0
_MOST_WORKERS = 4
_MANY = 2_000


class ListeningDesk:
    """Feeds the workers: what is asked for, what plays and its likely neighbours, the rest."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._model: ModelFile | None = None
        self._crew: Crew | None = None
        self._pending: set[int] = set()
        """Waiting to be given to the crew."""
        self._order: deque[int] = deque()
        """The pending ones, and some that are not any more, spread over the library."""
        self._given: set[int] = set()
        """At the crew."""
        self._first: deque[int] = deque()
        """Those to be given before the others."""
        self._asked: dict[int, None] = {}
        self._is_stale = False
        self._store_failed_s: float | None = None
        self._pace = Pace(house.clock)
        self._is_greeted = False
        self.state = ListeningState()
        self.handlers: dict[type, Callable[[Any], None]] = {RetryFailures: self._retry}

    # --- life ------------------------------------------------------------------

    def start(self) -> None:
        """Find the model and begin with what is pending."""
        house = self._house
        try:
            self._model = find_model(house.config.listening.model or None)
        except ModelError as error:
            self.state = with_fields(self.state, problem=error.message, hint=error.hint)
            house.complain(error)
            return
        self._employ(self._model)

    def _employ(self, model: ModelFile) -> None:
        house, self._model = self._house, model
        self.state = with_fields(self.state, model_id=model.card.id, problem="", hint="")
        house.similarity.use_model(model.card)
        crew = self._crew = Crew(
            self._make_pool,
            lambda results: house.post(partial(self._take, crew, results)),
            lambda error, jobs: house.post(partial(self._crew_failed, crew, error, jobs)),
        )
        house.store.use_model(model.card.id)
        self._refresh()

    def tick(self) -> None:
        failed_s = self._store_failed_s
        if failed_s is not None and self._house.clock() - failed_s >= _RETRY_STORE_S:
            self._store_failed_s = None
            self.state = with_fields(self.state, problem="", hint="")
            self._refresh()
        elif self.state.running:
            self._show()

    def stop(self) -> None:
        if self._crew is not None:
            self._crew.stop()

    # --- what others tell --------------------------------------------------------

    @property
    def is_done(self) -> bool:
        """Whether scanning is done and nothing is left that could be listened to."""
        if self._house.library.state.running:
            return False
        return self._is_hindered or not (self._pending or self._given or self._is_stale)

    def is_expected(self, track_id: int) -> bool:
        """Whether a vector or failure of this track will come by itself."""
        if self._is_hindered:
            return False
        return track_id in self._pending or track_id in self._given

    def use_model(self, model: ModelFile) -> None:
        """Listen with another model; the vectors of the former answer until all is heard."""
        former, self._crew = self._crew, None
        if former is not None:
            former.stop(0.0)
        self._given.clear()
        self._asked.clear()
        self._employ(model)
        self.playing_changed()
        if self.is_done:
            self._house.similarity.everything_heard()

    def workers_changed(self) -> None:
        """Their number or time limit is another now."""
        if self._crew is not None:
            self._crew.renew()

    def hear_first(self, track_ids: Sequence[int]) -> None:
        """Somebody waits for these tracks."""
        if self._is_stale:
            self._refresh()
        wanted = [track_id for track_id in track_ids if track_id in self._pending]
        if wanted:
            self._asked = dict.fromkeys(wanted)
            self._plan()

    def library_changed(self, added: int = 0) -> None:
        """Rows came or went; ``added`` are counted until they are read anew."""
        self._is_stale = True
        self.state = with_fields(self.state, total=self.state.total + added)
        if not self._pending:
            self._refresh()

    def scan_finished(self) -> None:
        self._refresh()
        self._greet_many(len(self._pending) + len(self._given))
        self._house.similarity.scan_finished((*self._pending, *self._given))
        if self.is_done and not self._is_hindered:
            # Nothing is left for a model that listened to everything another time.
            self._house.similarity.everything_heard()

    def _greet_many(self, count: int) -> None:
        """Say once that a large library need not be waited for."""
        if count >= _MANY and not self._is_greeted and not self._is_hindered:
            self._is_greeted = True
            self._house.notice(
                f"{count:,} tracks are to be listened to, which takes a while",
                hint="Play meanwhile: what plays and its likely neighbours are heard first. "
                "After a restart it goes on where it was.",
            )

    def playing_changed(self) -> None:
        """Another track plays, or the music stopped or went on."""
        if self._crew is not None:
            busy = self._house.config.listening.busy_while_playing
            share = busy if self._house.player.is_playing else 1.0
            self._crew.set_throttle(share)
            if self.state.slowed != (share < 1.0):
                self.state = with_fields(self.state, slowed=share < 1.0)
                self._pace.begin()
        self._plan()

    def pause_for_store(self, error: StoreError) -> None:
        """The store cannot be written: listening on would be in vain for now."""
        if self._store_failed_s is None:
            self._store_failed_s = self._house.clock()
            self.state = with_fields(self.state, problem=error.message, hint=error.hint)
            self._take_back()
            self._given.clear()
            self._show()

    # --- planning ----------------------------------------------------------------

    @property
    def _is_hindered(self) -> bool:
        return self._crew is None or self._store_failed_s is not None

    def _refresh(self) -> None:
        """Read anew what is pending."""
        if self._model is None:
            self._count(self._house.store.counts())
            return
        self._is_stale = False
        counts = self._house.store.counts()
        ids = self._house.store.pending_ids(self._model.card.id) if counts.pending else ()
        self._pending = set(ids).difference(self._given)
        self._order = deque(listening_order(ids))
        self._count(counts)
        self._plan()

    def _plan(self) -> None:
        """Order anew what no worker has begun."""
        if self._is_hindered or not (self._pending or self._given):
            return
        self._take_back()
        self._first = deque(self._wanted_first())
        self._feed()
        self._show()

    def _wanted_first(self) -> list[int]:
        player = self._house.player
        current = player.current_id
        asked = [*self._asked, *((current,) if current is not None else ())]
        upcoming = [entry.track_id for entry in player.queue.upcoming[:_QUEUE_FIRST]]
        groups = [
            [track_id for track_id in group if track_id in self._pending][:_NEIGHBOURS_FIRST]
            for track in self._house.store.tracks(asked[:1])
            for group in likely_groups(self._house.store, track)
        ]
        wanted = dict.fromkeys(asked)
        wanted.update(dict.fromkeys(chain.from_iterable((*groups, upcoming))))
        pending = [track_id for track_id in wanted if track_id in self._pending]
        first = [track_id for track_id in asked if track_id in self._pending]
        return [*first, *listening_order(pending, current, groups, upcoming)]

    def _take_back(self) -> None:
        if self._crew is None:
            return
        jobs = [job.track_id for job in self._crew.take_back()]
        self._given.difference_update(jobs)
        self._pending.update(jobs)
        self._order.extendleft(reversed(jobs))

    def _feed(self) -> None:
        """Keep the crew supplied with a little more than it needs until the next results."""
        crew = self._crew
        if crew is None or self._store_failed_s is not None:
            return
        if not self._pending and self._is_stale:
            self._refresh()
            return
        count = _BACKLOG - crew.backlog_size
        ids = list(islice(self._next_ids(), max(0, count)))
        if not ids:
            return
        jobs = [
            Job(track.id, track.path, track.size_bytes, track.mtime_ns)
            for track in self._house.store.tracks(ids)
            if not track.missing
        ]
        self._given.update(job.track_id for job in jobs)
        crew.give(jobs)

    def _next_ids(self) -> Iterable[int]:
        for source in (self._first, self._order):
            while source:
                track_id = source.popleft()
                if track_id in self._pending:
                    self._pending.remove(track_id)
                    yield track_id

    # --- results -------------------------------------------------------------------

    def _make_pool(self) -> ListeningPool:
        """Called on the crew's thread."""
        assert self._model is not None
        config = self._house.config.listening
        workers = config.workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        log_file: Path = self._house.paths.log_file
        return ListeningPool(self._model, workers, log_file, time_limit_s=config.time_limit_s)

    def _take(self, crew: Crew, results: list[Result]) -> None:
        if crew is not self._crew:
            # Heard with a model that is not in use any more.
            return
        assert self._model is not None
        model_id = self._model.card.id
        ids = tuple(result.job.track_id for result in results)
        try:
            self._house.store.store_heard(model_id, [_heard(result) for result in results])
        finally:
            # Whatever became of them: who waits until all is heard must not wait for ever.
            self._given.difference_update(ids)
        for track_id in ids:
            self._asked.pop(track_id, None)
        good = [result for result in results if result.vector is not None]
        if good:
            vectors = np.stack([r.vector for r in good if r.vector is not None])
            self._house.similarity.heard(model_id, [r.job.track_id for r in good], vectors)
        self._pace.note(len(results))
        self._house.rows_changed(False, ids)
        heard = self.state.heard + len(good)
        failed = self.state.failed + len(results) - len(good)
        self.state = with_fields(self.state, heard=heard, failed=failed)
        self._feed()
        if self.is_done:
            # Files that changed while they were listened to are pending again.
            self._refresh()
        if self.is_done:
            self._house.similarity.everything_heard()
        self._show()

    def _crew_failed(self, crew: Crew, error: Exception, jobs: Sequence[Job]) -> None:
        """The workers cannot run at all."""
        if crew is not self._crew:
            return
        self._given.difference_update(job.track_id for job in jobs)
        self._crew = None
        crew.stop()
        message = error.message if isinstance(error, TuiradioError) else type(error).__name__
        hint = error.hint if isinstance(error, TuiradioError) else ""
        self.state = with_fields(self.state, problem=message, hint=hint)
        self._house.notice(message, Severity.ERROR, hint)
        self._show()

    def _retry(self, command: RetryFailures) -> None:
        cleared = self._house.store.clear_failures(command.track_ids or None)
        self._house.rows_changed(False, command.track_ids)
        self._house.notice(f"{cleared} failed tracks are tried again.")
        self._refresh()

    # --- telling -------------------------------------------------------------------

    def _count(self, counts: Counts) -> None:
        self.state = with_fields(
            self.state, total=counts.tracks, heard=counts.heard, failed=counts.failed
        )
        self._show()

    def _show(self) -> None:
        left = len(self._pending) + len(self._given)
        running = left > 0 and not self._is_hindered
        if running and not self.state.running:
            self._pace.begin()
        # While files are still being found, nobody knows how many there will be.
        is_known = running and not self._house.library.state.running
        state = with_fields(
            self.state,
            running=running,
            rate_per_s=self._pace.per_second() if running else 0.0,
            eta_s=self._pace.time_for(left) if is_known else None,
            current=self._crew.current if running and self._crew is not None else "",
        )
        self.state = state
        self._house.bulletin.tell(ListeningProgress(state))


def _heard(result: Result) -> Heard:
    return Heard(
        result.job.track_id,
        result.job.size_bytes,
        result.job.mtime_ns,
        result.vector,
        result.estimates,
        result.failure,
        result.duration_s,
    )
