"""The sheet that teaches the ear: A, B and C sound in turn, and one key says what was heard."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.message import Message

from tuiradio.engine.lessons import (
    PARTS,
    Asked,
    ClipChanged,
    Compare,
    EarChanged,
    EarState,
    EndLesson,
    NextComparison,
    PlayComparison,
    ResetEar,
    SwitchEar,
    UndoComparison,
)
from tuiradio.engine.protocol import Engine, EngineState, Event, GetState
from tuiradio.errors import TuiradioError
from tuiradio.library.track import Track
from tuiradio.similarity.ear import FEWEST_ANSWERS, Choice, Triplet
from tuiradio.similarity.ear_words import consistency_words, verdict_words, weight_words
from tuiradio.ui.action import Context
from tuiradio.ui.columns import cells
from tuiradio.ui.ink import Piece
from tuiradio.ui.sheet import Row, Sheet
from tuiradio.ui.text import clean

_BAR_CELLS = 16

Lesson = NextComparison | GetState
Ask = Callable[[Lesson, Callable[[object], None], Callable[[TuiradioError], None]], None]
FindTrack = Callable[[int], Track | None]


class Said(Message):
    """The engine told something that concerns the lesson."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class TeachSheet(Sheet):
    """Asks one comparison after the other; names are told only after the answer."""

    TITLE = "Teach it your ear"
    CONTEXTS: ClassVar = (Context.TEACH, Context.SHEET)

    def __init__(
        self,
        engine: Engine,
        ask: Ask,
        want: Callable[[Sequence[int]], None],
        track: FindTrack,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._ask = ask
        self._want = want
        self._track = track
        self._unsubscribe: Callable[[], None] = lambda: None
        self._triplet: Triplet | None = None
        self._last: tuple[Triplet, Choice] | None = None
        self._playing = ""
        self._problem = ""
        self._is_sure = False
        """Whether R was pressed once."""
        self.ear = EarState()

    # --- life ------------------------------------------------------------------

    def on_mount(self) -> None:
        super().on_mount()
        self._unsubscribe = self._engine.subscribe(self._overheard)
        self._ask(GetState(), self._attached, self._failed)
        self.ask_next()

    def on_unmount(self) -> None:
        self._unsubscribe()
        with contextlib.suppress(TuiradioError):
            self._engine.submit(EndLesson())

    def _overheard(self, event: Event) -> None:
        if isinstance(event, EarChanged | ClipChanged):
            self.post_message(Said(event))

    def on_said(self, message: Said) -> None:
        message.stop()
        if isinstance(message.event, EarChanged):
            self.ear = message.event.ear
        elif isinstance(message.event, ClipChanged):
            self._playing = message.event.part
        self.fill()

    def _attached(self, answer: object) -> None:
        if isinstance(answer, EngineState) and self.is_attached:
            self.ear = answer.ear
            self.fill()

    # --- asking ----------------------------------------------------------------

    def ask_next(self) -> None:
        """Have the next comparison chosen, and play it."""
        self._triplet = None
        self._ask(NextComparison(), self._asked, self._failed)
        self.fill()

    def _asked(self, answer: object) -> None:
        if not isinstance(answer, Asked) or not self.is_attached:
            return
        self._triplet, self._problem = answer.triplet, ""
        if answer.triplet is None:
            self._problem = "There are too few tracks to compare. Add more music first."
        else:
            self._want((answer.triplet.a, answer.triplet.b, answer.triplet.c))
            self._engine.submit(PlayComparison(answer.triplet))
        self.fill()

    def _failed(self, error: TuiradioError) -> None:
        if self.is_attached:
            self._problem = f"{error.message[:1].upper()}{error.message[1:]}. {error.hint}"
            self.fill()

    # --- drawing ---------------------------------------------------------------

    def fill(self) -> None:
        if not self.is_attached:
            return
        self.words.say(*self._words(), ("", "dim"))
        does = {"a": "hear it again", "b": "closer to A", "c": "closer to A"}
        self.rows.show(
            [
                Row(
                    (Piece("▶ " if part == self._playing else "  ", "needle"), self._letter(part)),
                    (Piece(does[part] if self._triplet else "", "faint"),),
                    part,
                )
                for part in PARTS
            ]
        )

    def _letter(self, part: str) -> Piece:
        return Piece(part.upper(), "playing" if part == self._playing else "text")

    def _words(self) -> list[tuple[str, str]]:
        verdict = self.ear.verdict
        words = [(self._problem or self._question(), "warn" if self._problem else "strong")]
        if self._last is not None:
            words.append((self._named(*self._last), "dim"))
        filled = cells(min(1.0, verdict.answers / FEWEST_ANSWERS), _BAR_CELLS)
        if not verdict.is_known:
            words.append((filled, "teal"))
        ink = "teal" if self.ear.in_use else "dim"
        words.append((verdict_words(verdict, self.ear.on), ink))
        if verdict.is_known:
            words.append((weight_words(self.ear.weights), "dim"))
        words.append((consistency_words(verdict.consistency), "dim"))
        if self._is_sure:
            words.append(("R again forgets all answers for good.", "warn"))
        return [pair for pair in words if pair[0]]

    def _question(self) -> str:
        if self._triplet is None:
            return "Looking for a comparison that tells something…"
        return "Which of B and C is closer to A?"

    def _named(self, triplet: Triplet, choice: Choice) -> str:
        a, b, c = (self._title(track_id) for track_id in (triplet.a, triplet.b, triplet.c))
        if choice is Choice.B:
            return f"To {a} you found {b} closer than {c}."
        if choice is Choice.C:
            return f"To {a} you found {c} closer than {b}."
        return f"That was {a}, with {b} and {c}."

    def _title(self, track_id: int) -> str:
        track = self._track(track_id)
        return f"“{clean(track.title)}”" if track else "…"

    # --- what the listener says --------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        # Keys come here before what they are bound to; the handler of the base is called, too.
        bound = self._bindings.key_to_bindings.get(event.key, ())
        if not any(binding.action == "screen.reset" for binding in bound):
            self._reset_is_off()

    def action_move(self, rows: int) -> None:
        self._reset_is_off()
        super().action_move(rows)

    def _reset_is_off(self) -> None:
        """Whatever else is done, R has to be pressed twice again."""
        if self._is_sure:
            self._is_sure = False
            self.fill()

    def choose(self, index: int) -> None:
        self._reset_is_off()
        part = PARTS[index]
        if part == "a":
            self._play(("a",))
        else:
            self.action_say(part)

    def action_say(self, choice: str) -> None:
        """Answer the comparison that stands."""
        triplet = self._triplet
        if triplet is not None:
            self._is_sure = False
            self._last = (triplet, Choice(choice))
            self._engine.submit(Compare(triplet, Choice(choice)))
            self.ask_next()

    def action_again(self) -> None:
        self._reset_is_off()
        self._play(PARTS)

    def _play(self, parts: tuple[str, ...]) -> None:
        if self._triplet is not None:
            self._engine.submit(PlayComparison(self._triplet, parts))

    def action_undo(self) -> None:
        """Take the newest answer back."""
        self._last = None
        self._reset_is_off()
        self._engine.submit(UndoComparison())
        self.fill()

    def action_switch(self) -> None:
        self._reset_is_off()
        self._engine.submit(SwitchEar(not self.ear.on))

    def action_reset(self) -> None:
        """Forget everything, when asked twice."""
        if self._is_sure:
            self._last = None
            self._engine.submit(ResetEar())
        self._is_sure = not self._is_sure
        self.fill()
