"""The sheets that plan a list before it plays: a journey between tracks, a blend of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from tuiradio.engine.protocol import RadioState
from tuiradio.engine.studies import BlendPlan, JourneyPlan, PlanBlend, PlanJourney
from tuiradio.errors import TuiradioError
from tuiradio.library.track import Track
from tuiradio.radio.journey import Stop
from tuiradio.radio.pick import Pick
from tuiradio.ui.action import Context
from tuiradio.ui.columns import bar, cells
from tuiradio.ui.ink import Piece
from tuiradio.ui.sheet import Row, Sheet
from tuiradio.ui.text import clean

_LENGTH = 15
_SHORTEST, _LONGEST = 3, 60
_LENGTH_STEP = 2
_BAR_CELLS = 5

Study = PlanJourney | PlanBlend
Ask = Callable[[Study, Callable[[object], None], Callable[[TuiradioError], None]], None]
FindTrack = Callable[[int], Track | None]


class Chosen(NamedTuple):
    """What to do with a planned list."""

    what: str
    """``play``, ``add`` or ``export``."""
    track_ids: tuple[int, ...]
    name: str


class PlanSheet(Sheet):
    """A planned list: played by Enter, added or exported; longer and shorter on request."""

    def __init__(self, ask: Ask, want: Callable[[Sequence[int]], None], track: FindTrack) -> None:
        super().__init__()
        self.length = _LENGTH
        self._ask = ask
        self._want = want
        self._track = track
        self.planned: tuple[int, ...] = ()

    def fill(self) -> None:
        self.plan()

    def study(self) -> Study | None:
        """The question to the engine, None when there is none yet."""
        raise NotImplementedError

    def show(self, answer: object) -> None:
        """Take the engine's answer."""
        raise NotImplementedError

    def draw(self) -> None:
        """Write the rows anew, as tracks arrive."""
        raise NotImplementedError

    def list_name(self) -> str:
        """What a playlist of it is called."""
        raise NotImplementedError

    def plan(self) -> None:
        """Ask the engine for the list as it is wished now."""
        study = self.study()
        if study is not None:
            self._ask(study, self._answered, self._failed)

    def _answered(self, answer: object) -> None:
        if self.is_attached:
            self.show(answer)
            self._want(self.planned)

    def _failed(self, error: TuiradioError) -> None:
        if self.is_attached:
            self.words.say((error.message, "warn"), (error.hint, "dim"))

    def title_of(self, track_id: int) -> str:
        """The title of a track, as far as it was read."""
        track = self._track(track_id)
        return clean(track.title) if track else "…"

    def names(self, track_id: int, ink: str = "strong") -> tuple[Piece, ...]:
        """Title and artist of a track."""
        track = self._track(track_id)
        artist = f"  {clean(track.artist)}" if track and track.artist else ""
        return (Piece(self.title_of(track_id), ink), Piece(artist, "dim"))

    def choose(self, index: int) -> None:
        self._leave("play")

    def action_add(self) -> None:
        self._leave("add")

    def action_export(self) -> None:
        self._leave("export")

    def _leave(self, what: str) -> None:
        if self.planned:
            self.dismiss(Chosen(what, self.planned, self.list_name()))

    def action_longer(self, steps: int) -> None:
        length = max(_SHORTEST, min(_LONGEST, self.length + steps * _LENGTH_STEP))
        if length != self.length:
            self.length = length
            self.plan()


class JourneySheet(PlanSheet):
    """The way from track to track, with every step's likeness."""

    TITLE = "Journey"
    CONTEXTS: ClassVar = (Context.JOURNEY, Context.PLAN, Context.SHEET)

    def __init__(
        self,
        points: tuple[int, ...],
        radio: RadioState,
        ask: Ask,
        want: Callable[[Sequence[int]], None],
        track: FindTrack,
    ) -> None:
        super().__init__(ask, want, track)
        self._points = points
        self._settings = radio.settings
        self._route = 0
        self._plan: JourneyPlan | None = None

    def fill(self) -> None:
        self.words.say(("Looking for a way…", "dim"), ("", "dim"))
        super().fill()

    def study(self) -> Study:
        return PlanJourney(self._points, self.length, self._settings, self._route)

    def show(self, answer: object) -> None:
        if isinstance(answer, JourneyPlan):
            self._plan = answer
            self.planned = answer.journey.track_ids
            self.rows.cursor = min(self.rows.cursor, len(self.planned) - 1)
            self.draw()

    def draw(self) -> None:
        if self._plan is None:
            return
        way = self._plan.journey
        first, *others = way.words or ("",)
        told = (f"✓ {first}.", "teal") if way.is_good else (f"▲ {first}.", "warn")
        route = [(f"Route {self._route + 1}.", "dim")] if self._route else []
        self.words.say(told, *((f"{word}.", "dim") for word in others), *route, ("", "dim"))
        worst = min(range(1, len(way.stops)), key=lambda n: way.stops[n].step, default=0)
        self.rows.show([self._row(n, stop, n == worst) for n, stop in enumerate(way.stops)])

    def _row(self, number: int, stop: Stop, is_worst: bool) -> Row:
        sign = Piece("◉ " if stop.is_waypoint else "│ ", "needle" if stop.is_waypoint else "faint")
        left = (Piece(f"{number + 1:>2} ", "faint"), sign, *self.names(stop.track_id))
        if not number or not stop.step:
            return Row(left)
        return Row(
            left, (Piece(f"  {bar(stop.step, _BAR_CELLS)}", "warn" if is_worst else "teal"),)
        )

    def list_name(self) -> str:
        ends = (self._points[0], self._points[-1])
        return "journey - {} to {}".format(*(self.title_of(end) for end in ends))

    def action_route(self) -> None:
        """Another way through other tracks."""
        self._route += 1
        self.plan()


class BlendSheet(PlanSheet):
    """Which track gives which side of the sound, and what meets them all."""

    TITLE = "Blend"
    CONTEXTS: ClassVar = (Context.BLEND, Context.PLAN, Context.SHEET)

    def __init__(
        self,
        givers: tuple[int, ...],
        radio: RadioState,
        ask: Ask,
        want: Callable[[Sequence[int]], None],
        track: FindTrack,
    ) -> None:
        super().__init__(ask, want, track)
        self._settings = radio.settings
        self._givers = givers
        self._sides = radio.subspaces
        self._given: list[int | None] = [
            givers[n] if n < len(givers) else None for n in range(len(self._sides))
        ]
        self._picks: tuple[Pick, ...] = ()

    def wishes(self) -> tuple[tuple[str, int], ...]:
        """The sides of the sound that are given, and by which track."""
        return tuple(
            (side, giver)
            for side, giver in zip(self._sides, self._given, strict=True)
            if giver is not None
        )

    def fill(self) -> None:
        self.words.say(("← → choose whose side of the sound it takes.", "dim"), ("", "dim"))
        self.draw()
        super().fill()

    def study(self) -> Study | None:
        wishes = self.wishes()
        return PlanBlend(wishes, self.length, self._settings) if wishes else None

    def show(self, answer: object) -> None:
        if not isinstance(answer, BlendPlan):
            return
        self._picks = answer.blend.picks
        self.planned = tuple(pick.track_id for pick in self._picks)
        words = [(f"▲ {word}.", "warn") for word in answer.blend.words]
        found = [] if self.planned else [("▲ Nothing in your library meets these.", "warn")]
        hint = ("← → choose whose side of the sound it takes.", "dim")
        self.words.say(hint, *words, *found, ("", "dim"))
        self.draw()

    def draw(self) -> None:
        givers = [
            Row((Piece(f"{side:<12}", "amber"), *self._giver(giver)))
            for side, giver in zip(self._sides, self._given, strict=True)
        ]
        found = [
            Row(
                (Piece(f"{n:>2} ", "faint"), *self.names(pick.track_id)),
                tuple(
                    Piece(f"  {name[:1]} {cells(cosine, _BAR_CELLS)}", "teal")
                    for name, cosine in pick.by_subspace
                ),
            )
            for n, pick in enumerate(self._picks, 1)
        ]
        self.rows.show([*givers, *found])

    def _giver(self, giver: int | None) -> tuple[Piece, ...]:
        if giver is None:
            return (Piece("◂ ", "faint"), Piece("as it comes", "faint"), Piece(" ▸", "faint"))
        return (Piece("◂ of ", "faint"), *self.names(giver), Piece(" ▸", "faint"))

    def choose(self, index: int) -> None:
        if index < len(self._sides):
            self.action_give(1)
        else:
            super().choose(index)

    def action_enter(self) -> None:
        self._leave("play")

    def action_give(self, step: int) -> None:
        """Take this side of the sound from the next track, or from none."""
        at = self.rows.cursor
        if at < len(self._sides):
            choices: list[int | None] = [*self._givers, None]
            self._given[at] = choices[(choices.index(self._given[at]) + step) % len(choices)]
            self.draw()
            self.plan()

    def list_name(self) -> str:
        return "blend - " + ", ".join(f"{side} of {self.title_of(i)}" for side, i in self.wishes())
