"""Each action of the key table, by its keys, in a running screen.

Many cases share one app, which is put back between them: what an action does is the point
here, and an app takes longer to come up than most actions to be done.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui import cases_faces, cases_places, cases_sheets, cases_views
from tests.ui.cases_engine import SENDS
from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.hands import Check, each, fresh, press
from tests.ui.test_doctor import TESTED as IN_DOCTOR
from tests.ui.test_map import TESTED as ON_MAP
from tests.ui.test_settings import TESTED as IN_SETTINGS
from tests.ui.test_teach import TeachableEngine
from tuiradio.engine.protocol import Shutdown
from tuiradio.library.store import StoreReader
from tuiradio.ui.action import Action, Context, binding_id, key_names, keys_of
from tuiradio.ui.key_table import clashes
from tuiradio.ui.keyed import bound
from tuiradio.ui.keymap import ACTIONS

SIZE = (120, 40)
_PARTS = 4
BY_ID = {binding_id(action): action for action in ACTIONS}
CASES: dict[str, Check] = {
    **cases_views.CASES,
    **cases_places.CASES,
    **cases_faces.CASES,
    **cases_sheets.CASES,
}
ONCE = {check: action for action, check in reversed(CASES.items())}
"""The first action of each case; one may be about several."""
LEAVES = {"quit": [Shutdown()], "detach": []}
ELSEWHERE = {*ON_MAP, *IN_SETTINGS, *IN_DOCTOR}
"""Tested where their part of the screen is."""


@pytest.fixture
def engine(store_file: Path) -> FakeEngine:
    reader = StoreReader(store_file)
    ids = tuple(reader.track_ids())
    reader.close()
    return TeachableEngine(ids[::3] + ids[1::3])


async def test_an_action_tells_the_engine_by_each_of_its_keys(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for action, (before, expected) in SENDS.items():
            for key in keys_of(BY_ID[action]):
                await fresh(pilot)
                await press(pilot, *before)
                wanted = expected(app)
                engine.commands.clear()
                await press(pilot, key)
                assert engine.commands == [wanted], f"{key} is to {action}"


@pytest.mark.parametrize("part", range(_PARTS))
async def test_an_action_changes_what_is_seen(part: int, make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await each(pilot, {ONCE[check]: check for check in list(ONCE)[part::_PARTS]})


@pytest.mark.parametrize("action", LEAVES)
async def test_an_action_leaves(action: str, make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        engine.commands.clear()
        await pilot.press(keys_of(BY_ID[action])[0])
        await pilot.pause()
        assert engine.commands == LEAVES[action]
        assert app.return_value == 0


def test_every_action_is_tested() -> None:
    assert set(BY_ID) == {*SENDS, *CASES, *LEAVES} | ELSEWHERE


@pytest.mark.parametrize("action", ACTIONS, ids=binding_id)
def test_every_action_can_be_found_and_reached(action: Action) -> None:
    assert action.tooltip[:1].isupper() or action.tooltip[:1].isdigit()
    assert action.label
    assert key_names(action)
    table = bound(ACTIONS, (action.context,)).key_to_bindings
    for key in keys_of(action):
        assert [b.action for b in table[key.split()[0]]] == [action.command]


def test_a_key_means_one_thing_within_a_context() -> None:
    assert clashes(ACTIONS) == []
    assert len(BY_ID) == len(ACTIONS)


async def test_the_palette_finds_actions_by_their_short_names(make_app: AppFactory) -> None:
    from tuiradio.ui.palette import Actions

    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for words, wanted in (("journ", "journey"), ("blend", "blend"), ("teach", "teach")):
            hits = [hit async for hit in Actions(app.screen).search(words)]
            best = max(hits, key=lambda hit: hit.score)
            assert best.text == BY_ID[wanted].tooltip


async def test_every_action_is_in_the_palette_where_it_can_be_done(make_app: AppFactory) -> None:
    from tuiradio.ui.palette import Actions

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        offered = {hit.text async for hit in Actions(app.screen).discover()}
        assert {a.tooltip for a in ACTIONS if a.is_of_app} <= offered
        await press(pilot, "P")
        offered = {hit.text async for hit in Actions(app.screen).discover()}
        wanted = {a for a in ACTIONS if a.context in (Context.PRESETS, Context.SHEET)}
        assert {a.tooltip for a in wanted} <= offered
        assert BY_ID["clear"].tooltip not in offered
