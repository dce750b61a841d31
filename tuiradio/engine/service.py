"""The engine in this process: one service thread that owns store, index, queue, radio, player.

Work arrives on one queue, from front ends, the player, the scan and the listening;
each kind of work has its desk. Questions that take long (planning, searching for
neighbours) run on the asking thread with a reader of their own.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from tuiradio import __version__
from tuiradio.config import Config
from tuiradio.engine import protocol
from tuiradio.engine.bulletin import Bulletin
from tuiradio.engine.clip_desk import ClipDesk
from tuiradio.engine.ear_desk import EarDesk
from tuiradio.engine.flow_desk import FlowDesk
from tuiradio.engine.house import House, Job
from tuiradio.engine.lessons import NextComparison, WaitUntilLearned
from tuiradio.engine.library_desk import LibraryDesk
from tuiradio.engine.listening_desk import ListeningDesk
from tuiradio.engine.lock import EngineLock
from tuiradio.engine.player_desk import PlayerDesk
from tuiradio.engine.players import PlayerFactory
from tuiradio.engine.radio_desk import RadioDesk
from tuiradio.engine.settings import GetSettings, GetVitals
from tuiradio.engine.settings_desk import SettingsDesk
from tuiradio.engine.similarity_desk import SimilarityDesk
from tuiradio.engine.study_desk import StudyDesk, tracks_of
from tuiradio.engine.taste_desk import TasteDesk
from tuiradio.engine.undo_desk import UndoDesk
from tuiradio.errors import EngineUnavailable, StoreError, TuiradioError
from tuiradio.library.store import StoreWriter
from tuiradio.paths import Paths

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_TICK_S = 1.0
_STOP_TIMEOUT_S = 5.0


class LocalEngine:
    """Implements ``protocol.Engine`` in this process; owns the data directory until closed.

    Without ``player`` (headless commands) nothing is played and nothing watched, and
    the queue of the last session is left alone.

    Raises:
        EngineBusy: another engine owns the data directory.
        StoreError: the data directory or the store cannot be used.
    """

    def __init__(
        self,
        paths: Paths,
        config: Config,
        player: PlayerFactory | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        paths.create()
        self._lock = EngineLock(paths.lock_file)
        self._inbox: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._bulletin = Bulletin(clock)
        self._clock = clock
        self._closing = False
        self._stopped = threading.Event()
        started: Future[House] = Future()

        def open_house() -> House:
            store = StoreWriter(paths.store_file)
            return House(paths, config, store, self._bulletin, self.post, clock, wall_clock)

        self._thread = threading.Thread(
            target=self._serve, args=(open_house, player, started), name="service", daemon=True
        )
        self._thread.start()
        try:
            self._house = started.result()
        except BaseException:
            self._lock.release()
            raise

    def submit(self, command: protocol.Command) -> None:
        """See ``protocol.Engine``.

        Raises:
            EngineUnavailable: the engine is ending.
        """
        self._check_open()
        if isinstance(command, protocol.Shutdown):
            self._closing = True
            self._inbox.put(lambda: None)
        else:
            self._inbox.put(partial(self._obey, command))

    def ask(self, query: protocol.Query, timeout_s: float | None = None) -> protocol.Answer:
        """See ``protocol.Engine``."""
        deadline_s = None if timeout_s is None else self._clock() + timeout_s
        house = self._house
        if isinstance(query, protocol.GetState):
            return self._on_service(self._state, deadline_s)
        if isinstance(query, GetSettings):
            return self._on_service(house.settings.written_state, deadline_s)
        if isinstance(query, GetVitals):
            return self._on_service(lambda: house.settings.vitals, deadline_s)
        if isinstance(query, protocol.WaitUntilHeard):
            self._wait(lambda: house.listening.is_done, deadline_s)
            return self._on_service(lambda: house.listening.state, deadline_s)
        if isinstance(query, WaitUntilLearned):
            self._wait(lambda: house.similarity.is_ready(()), deadline_s)
            return self._on_service(lambda: house.ear.state, deadline_s)
        if isinstance(query, NextComparison):
            self._wait(lambda: house.similarity.is_ready(()), deadline_s)
            return house.ear.next_comparison()
        seed_ids = tracks_of(query)
        self._on_service(lambda: house.listening.hear_first(seed_ids), deadline_s)
        self._wait(lambda: house.similarity.is_ready(seed_ids), deadline_s)
        similarity = house.similarity
        if isinstance(query, protocol.FindSimilar):
            return similarity.find_similar(query)
        if isinstance(query, protocol.PlanRadio):
            return house.radio.plan(query)
        return house.study.answer(query)

    def subscribe(self, listener: Callable[[protocol.Event], None]) -> Callable[[], None]:
        """See ``protocol.Engine``."""
        return self._bulletin.subscribe(listener)

    def close(self) -> None:
        """Shut down if that has not happened yet; returns when everything is stored."""
        if not self._closing:
            self.submit(protocol.Shutdown())
        self._thread.join(_STOP_TIMEOUT_S)
        self._lock.release()

    def wait_stopped(self) -> None:
        """Block until the engine has shut down (its data directory is still locked)."""
        self._stopped.wait()

    def post(self, job: Job) -> None:
        """Have the service thread do something; any thread."""
        self._inbox.put(job)

    # --- asking the service thread ---------------------------------------------

    def _check_open(self) -> None:
        if self._closing:
            raise EngineUnavailable("the engine is ending", "Start tuiradio again.")

    def _on_service(self, work: Callable[[], _T], deadline_s: float | None) -> _T:
        future: Future[_T] = Future()

        def job() -> None:
            try:
                future.set_result(work())
            except Exception as error:
                future.set_exception(error)

        self._check_open()
        self._inbox.put(job)
        return self._result(future, deadline_s)

    def _wait(self, is_ready: Callable[[], bool], deadline_s: float | None) -> None:
        future: Future[None] = Future()
        self._check_open()
        self._inbox.put(lambda: self._house.wait_for(is_ready, future))
        self._result(future, deadline_s)

    def _result(self, future: Future[_T], deadline_s: float | None) -> _T:
        while True:
            left_s = 0.5 if deadline_s is None else min(0.5, deadline_s - self._clock())
            try:
                return future.result(max(0.0, left_s))
            except TimeoutError:
                if self._stopped.is_set():
                    raise EngineUnavailable("the engine has ended") from None
                if deadline_s is not None and self._clock() >= deadline_s:
                    future.cancel()
                    raise EngineUnavailable("the engine did not answer in time") from None

    # --- the service thread ----------------------------------------------------

    def _serve(
        self,
        open_house: Callable[[], House],
        player: PlayerFactory | None,
        started: Future[House],
    ) -> None:
        try:
            house = open_house()
        except BaseException as error:
            self._stopped.set()
            started.set_exception(error)
            return
        self._open_desks(house, player)
        started.set_result(house)
        self._run(house.ear.start)
        self._run(house.similarity.start)
        self._run(house.listening.start)
        self._run(house.player.start)
        self._run(house.radio.start)
        self._run(house.settings.start)
        self._run(house.library.start)
        try:
            self._loop()
        finally:
            self._shut_down()

    def _open_desks(self, house: House, player: PlayerFactory | None) -> None:
        self._house = house
        house.library = LibraryDesk(house, is_watching=player is not None and house.config.watch)
        house.listening = ListeningDesk(house)
        house.similarity = SimilarityDesk(house)
        house.radio = RadioDesk(house, is_headless=player is None)
        house.taste = TasteDesk(house)
        house.study = StudyDesk(house)
        house.clips = ClipDesk(house)
        house.ear = EarDesk(house)
        house.settings = SettingsDesk(house)
        house.player = PlayerDesk(house, house.clips.lending(house.settings.knowing(player)))
        house.undo = UndoDesk(house)
        house.flow = FlowDesk(house)
        self._handlers: dict[type, Callable[[Any], None]] = {
            **house.library.handlers,
            **house.listening.handlers,
            **house.radio.handlers,
            **house.taste.handlers,
            **house.study.handlers,
            **house.player.handlers,
            **house.clips.handlers,
            **house.ear.handlers,
            **house.undo.handlers,
            **house.flow.handlers,
            **house.settings.handlers,
        }

    def _loop(self) -> None:
        next_tick_s = self._clock() + _TICK_S
        while not self._closing:
            flush_in_s = self._bulletin.flush()
            wait_s = max(0.0, next_tick_s - self._clock())
            if flush_in_s is not None:
                wait_s = min(wait_s, flush_in_s)
            try:
                job = self._inbox.get(timeout=wait_s)
            except queue.Empty:
                job = None
            if job is not None:
                self._run(job)
            if self._clock() >= next_tick_s:
                self._tick()
                next_tick_s = self._clock() + _TICK_S
            self._house.look_at_waiters()

    def _tick(self) -> None:
        house = self._house
        for tick in (
            house.library.tick,
            house.listening.tick,
            house.similarity.tick,
            house.radio.tick,
            house.player.tick,
            house.clips.tick,
            house.settings.tick,
        ):
            self._run(tick)

    def _run(self, job: Job) -> None:
        """One piece of work; its failure is told and ends nothing else."""
        try:
            job()
        except StoreError as error:
            self._house.complain(error)
            self._house.listening.pause_for_store(error)
        except TuiradioError as error:
            self._house.complain(error)
        except Exception as error:
            _log.exception("a piece of work failed")
            self._house.notice(
                f"Something went wrong: {type(error).__name__}",
                protocol.Severity.ERROR,
                f"See {self._house.paths.log_file}.",
            )

    def _obey(self, command: protocol.Command) -> None:
        self._house.undo.watch(command, self._handlers[type(command)])

    def _state(self) -> protocol.EngineState:
        house = self._house
        return protocol.EngineState(
            player=house.player.state,
            queue=house.player.queue.entries,
            scan=house.library.state,
            listening=house.listening.state,
            radio=house.radio.state,
            store_revision=house.store.revision(),
            roots=tuple(root.path for root in house.store.roots()),
            pid=os.getpid(),
            version=__version__,
            ear=house.ear.state,
            recent=self._bulletin.recent_notices(),
        )

    def _shut_down(self) -> None:
        """Stop what makes work, store what is done, let go; every step whatever the others do."""
        self._closing = True
        house = self._house
        house.study.stop()
        self._run(house.settings.stop)
        self._run(house.clips.stop)
        self._run(house.ear.stop)
        self._run(house.player.stop)
        self._run(house.library.stop)
        self._run(house.listening.stop)
        self._run(house.radio.stop)
        self._run(house.flow.stop)
        self._run(house.similarity.stop)
        house.give_up_waiters()
        self._bulletin.flush(everything=True)
        self._run(house.store.close)
        self._bulletin.tell(protocol.EngineStopping())
        self._stopped.set()
