"""The sheet that teaches the ear: what it plays, asks, says and sends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tuiradio.engine.lessons import (
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
from tuiradio.engine.protocol import Answer, Command, Query
from tuiradio.errors import TuiradioError
from tuiradio.library.store import StoreReader
from tuiradio.similarity.ear import Choice, Consistency, EarVerdict, Triplet
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.teach_sheet import TeachSheet

SIZE = (120, 40)
BETTER = EarVerdict(40, 2, 0.66, 0.78, 0.1, Consistency(5, 4))


class TeachableEngine(FakeEngine):
    """Asks about the first tracks, over and over."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        super().__init__(picks=ids)
        self.asked: Answer | TuiradioError = Asked(Triplet(*ids[:3]))

    def ask(self, query: Query, timeout_s: float | None = None) -> Answer:
        if isinstance(query, NextComparison):
            if isinstance(self.asked, TuiradioError):
                raise self.asked
            return self.asked
        return super().ask(query, timeout_s)

    def lessons(self) -> list[Command]:
        kinds = (Compare, EndLesson, PlayComparison, ResetEar, SwitchEar, UndoComparison)
        return [command for command in self.commands if isinstance(command, kinds)]


@pytest.fixture
def engine(store_file: Path) -> TeachableEngine:
    reader = StoreReader(store_file)
    ids = tuple(reader.track_ids())
    reader.close()
    return TeachableEngine(ids)


def sheet_of(app: TuiradioApp) -> TeachSheet:
    assert isinstance(app.screen, TeachSheet)
    return app.screen


def words_of(app: TuiradioApp) -> str:
    return "\n".join(words for words, _ in sheet_of(app).words.words)


async def test_it_plays_asks_and_sends_what_was_said(
    make_app: AppFactory, engine: TeachableEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        triplet = Triplet(*engine.picks[:3])
        assert engine.lessons() == [PlayComparison(triplet)]
        assert "Which of B and C is closer to A?" in words_of(app)
        assert "16 more before anything can be said" in words_of(app)
        for key, choice in (("b", Choice.B), ("c", Choice.C), ("s", Choice.SAME), ("x", None)):
            await pilot.press(key)
            await settle(pilot)
            said = Compare(triplet, choice or Choice.UNSURE)
            assert engine.lessons()[-2:] == [said, PlayComparison(triplet)]
        await pilot.press("r", "a", "u")
        await settle(pilot)
        assert engine.lessons()[-3:] == [
            PlayComparison(triplet),
            PlayComparison(triplet, ("a",)),
            UndoComparison(),
        ]
        await pilot.press("escape")
        await settle(pilot)
        assert engine.lessons()[-1] == EndLesson()


async def test_names_are_told_after_the_answer(
    make_app: AppFactory, engine: TeachableEngine, store_file: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        title = app.tracks.get(engine.picks[1])
        assert title is not None
        assert title.title not in words_of(app)
        await pilot.press("b")
        await settle(pilot)
        assert f"you found “{title.title}” closer" in words_of(app)


async def test_what_plays_is_marked_and_the_verdict_told(
    make_app: AppFactory, engine: TeachableEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        engine.say(ClipChanged("b", 2))
        await settle(pilot)
        assert [row.left[0].text for row in sheet_of(app).rows.rows] == ["  ", "▶ ", "  "]
        ear = EarState(in_use=True, said=42, verdict=BETTER, weights=(("mood", 0.5), ("tempo", 2)))
        engine.say(EarChanged(ear))
        await settle(pilot)
        assert "78 % of 40 held-out answers agree, as shipped 66 %: used." in words_of(app)
        assert "tempo much more" in words_of(app)
        assert "the same 4 of 5 times" in words_of(app)
        await pilot.press("o")
        assert engine.lessons()[-1] == SwitchEar(False)
        engine.say(EarChanged(replace(ear, on=False, in_use=False)))
        await settle(pilot)
        assert "switched off" in words_of(app)
        await pilot.press("o")
        assert engine.lessons()[-1] == SwitchEar(True)


async def test_forgetting_has_to_be_said_twice(
    make_app: AppFactory, engine: TeachableEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        await pilot.press("R")
        assert ResetEar() not in engine.commands
        assert "R again" in words_of(app)
        for other in ("j", "r", "u", "o", "z"):
            await pilot.press(other)
            assert "R again" not in words_of(app), other
            await pilot.press("R")
            assert ResetEar() not in engine.commands, other
        await pilot.press("R")
        assert engine.lessons()[-1] == ResetEar()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Asked(None), "too few tracks"),
        (TuiradioError("nothing was listened to yet", "Let it listen."), "Nothing was listened"),
    ],
)
async def test_why_nothing_is_asked(
    make_app: AppFactory, engine: TeachableEngine, answer: Answer | TuiradioError, words: str
) -> None:
    engine.asked = answer
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        assert words in words_of(app)
        await pilot.press("b", "r", "s")
        assert engine.lessons() == []


async def test_a_trouble_that_is_over_is_not_told_any_more(
    make_app: AppFactory, engine: TeachableEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        sheet_of(app)._failed(TuiradioError("the engine did not answer in time"))
        assert "in time" in words_of(app)
        await pilot.press("b")
        await settle(pilot)
        assert "in time" not in words_of(app)
        assert "Which of B and C is closer to A?" in words_of(app)
