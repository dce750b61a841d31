"""An engine for the screen's tests: records commands, plays nothing, says what it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuiradio.engine.levels import WatchLevels
from tuiradio.engine.protocol import (
    Answer,
    Command,
    EngineState,
    Enqueue,
    Event,
    FindSimilar,
    GetState,
    JumpTo,
    ListeningState,
    Next,
    PlayerChanged,
    PlayerState,
    PlayStatus,
    PlayTracks,
    Query,
    QueueChanged,
    QueueEntry,
    RadioChanged,
    RadioState,
    SimilarTracks,
    StartRadio,
    TuneRadio,
)
from tuiradio.engine.studies import (
    BlendPlan,
    DrawMap,
    JourneyPlan,
    MapDrawn,
    PlanBlend,
    PlanJourney,
)
from tuiradio.engine.wishes import DeletePreset, SavePreset, UsePreset
from tuiradio.errors import EngineUnavailable, TuiradioError
from tuiradio.library.track import FeedbackKind
from tuiradio.radio.blend import Blend
from tuiradio.radio.journey import Journey, Stop
from tuiradio.radio.pick import Moved, PassedOver, Pick, Rule
from tuiradio.similarity.neighbourhood import Neighbour
from tuiradio.ui.model import fold

SUBSPACES = ("genre", "mood", "instruments", "tempo")


class FakeEngine:
    """The protocol with the little behaviour the screen can see; deterministic."""

    def __init__(self, state: EngineState | None = None, picks: tuple[int, ...] = ()) -> None:
        self.state = state or EngineState(radio=RadioState(subspaces=SUBSPACES))
        self.picks = picks
        self.commands: list[Command] = []
        self.is_gone = False
        self.draw_map: Callable[[DrawMap], MapDrawn] = _nothing_heard
        self.watched = 0
        self._listeners: list[Callable[[Event], None]] = []

    # --- the protocol ---------------------------------------------------------------

    def submit(self, command: Command) -> None:
        if isinstance(command, WatchLevels):
            # Said again and again by itself: not what a key did.
            self.watched += 1
            return
        self.commands.append(command)
        if isinstance(command, PlayTracks):
            entries = tuple(QueueEntry(i, t) for i, t in enumerate(command.track_ids))
            self.say(QueueChanged(entries))
            self._play(command.start)
        elif isinstance(command, Enqueue):
            self.say(QueueChanged(self.state.queue + self._entries(command.track_ids)))
        elif isinstance(command, StartRadio):
            self._start_radio(command)
        elif isinstance(command, TuneRadio):
            self.say(RadioChanged(replace(self.state.radio, settings=command.settings)))
        elif isinstance(command, JumpTo | Next):
            self._play(1)
        elif isinstance(command, SavePreset):
            names = (*self.state.radio.presets, command.name)
            self._radio(presets=names, preset=command.name)
        elif isinstance(command, UsePreset):
            self._radio(preset=command.name)
        elif isinstance(command, DeletePreset):
            names = tuple(n for n in self.state.radio.presets if n != command.name)
            self._radio(presets=names, preset="")

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if self.is_gone:
            raise EngineUnavailable("the engine does not answer", "Start tuiradio again.")
        if isinstance(query, GetState):
            return self.state
        if isinstance(query, FindSimilar):
            near = (i for i in self.picks if i not in query.seed_ids)
            return SimilarTracks(
                tuple(Neighbour(i, 0.97 - 0.06 * n) for n, i in enumerate(near))[: query.count]
            )
        if isinstance(query, PlanJourney):
            return JourneyPlan(self._journey(query))
        if isinstance(query, PlanBlend):
            return BlendPlan(self._blend(query))
        if isinstance(query, DrawMap):
            return self.draw_map(query)
        return ListeningState()

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        pass

    # --- for tests --------------------------------------------------------------------

    def say(self, event: Event) -> None:
        """Post an event, as the engine's thread would."""
        self.state = fold(self.state, event)
        for listener in list(self._listeners):
            listener(event)

    def _radio(self, **changes: Any) -> None:
        self.say(RadioChanged(replace(self.state.radio, **changes)))

    def _journey(self, query: PlanJourney) -> Journey:
        """Even steps on an even route, a jump on an odd one."""
        between = [i for i in self.picks[query.route :] if i not in query.stops]
        between = between[: query.length - len(query.stops)]
        ids = [query.stops[0], *between, *query.stops[1:]]
        is_good = query.route % 2 == 0
        steps = [1.0, *(0.8 if n % 3 else 0.72 for n in range(len(ids) - 1))]
        if not is_good:
            steps[-1] = 0.2
        stops = tuple(
            Stop(i, i in query.stops, 0, step, 0.9, 0.9) for i, step in zip(ids, steps, strict=True)
        )
        words = "The largest step is from A to B, 72 % alike"
        if not is_good:
            words = "There is no smooth way: the largest jump is from A to B, 20 % alike"
        return Journey(stops, min(steps), is_good, (words,))

    def _blend(self, query: PlanBlend) -> Blend:
        givers = {giver for _, giver in query.wishes}
        ids = [i for i in self.picks if i not in givers][: query.length]
        names = [side for side, _ in query.wishes]
        picks = tuple(
            Pick(i, query.wishes[0][1], 0.8, 0.8, query.wishes[0][1], 0.7,
                 tuple((name, 0.9 - 0.03 * n - 0.1 * m) for m, name in enumerate(names)))
            for n, i in enumerate(ids)
        )  # fmt: skip
        return Blend(picks, True, ())

    def last(self) -> Command:
        return self.commands[-1]

    def _entries(self, ids: tuple[int, ...]) -> tuple[QueueEntry, ...]:
        start = len(self.state.queue) + 100
        return tuple(QueueEntry(start + i, track) for i, track in enumerate(ids))

    def _play(self, index: int) -> None:
        entry = self.state.queue[index]
        player = PlayerState(
            PlayStatus.PLAYING, entry.entry_id, entry.track_id, 62.0, 225.0, 80.0, "null", ""
        )
        self.say(PlayerChanged(player))

    def _start_radio(self, command: StartRadio) -> None:
        seed = command.seed_ids[0]
        picks = picks_from(seed, [i for i in self.picks if i != seed])
        entries = (QueueEntry(500, seed), *(QueueEntry(501 + n, p.track_id, p)
                   for n, p in enumerate(picks)))  # fmt: skip
        self.say(QueueChanged(entries))
        self.say(RadioChanged(replace(self.state.radio, on=True, seed_ids=command.seed_ids)))
        self._play(0)


def _nothing_heard(query: DrawMap) -> MapDrawn:
    raise TuiradioError("nothing was listened to yet", "Let tuiradio listen first: tuiradio scan")


def picks_from(seed: int, ids: list[int]) -> list[Pick]:
    """Picks with all kinds of reasons, the same each time."""
    picks: list[Pick] = []
    for n, track in enumerate(ids[:8]):
        similarity = 0.94 - 0.035 * n
        picks.append(
            Pick(
                track, seed, similarity, similarity - 0.01, ids[n - 1] if n else seed,
                similarity - 0.05,
                tuple((name, similarity - 0.07 * i) for i, name in enumerate(SUBSPACES)),
                (PassedOver(Rule.ARTIST, n),) if n % 2 else (),
                moved_by=(Moved(FeedbackKind.LIKE, seed, 0.1),) if n % 3 == 1 else (),
                feedback=0.1 if n % 3 == 1 else 0.0,
                tempo_bpm=96.0 + 3 * n,
                previous_tempo_bpm=96.0 + 3 * (n - 1) if n else 0.0,
                mood=(0.4 - 0.1 * n, 0.2 * (n % 4) - 0.3),
                previous_mood=(0.5 - 0.1 * n, 0.0),
            )
        )  # fmt: skip
    return picks
