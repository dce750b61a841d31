"""One running app for many cases: keys are pressed, and everything is put back between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from tests.ui.driving import settle
from tests.ui.fake_engine import SUBSPACES, FakeEngine
from tuiradio.engine.protocol import (
    PlayerChanged,
    PlayerState,
    QueueChanged,
    RadioChanged,
    RadioState,
)
from tuiradio.ui.app import TuiradioApp

Check = Callable[[Pilot[int]], Awaitable[None]]


class Cases(dict[str, Check]):
    """What each action does, by its name in a user's key map."""

    def of(self, *actions: str) -> Callable[[Check], Check]:
        """A decorator: this check is about these actions."""

        def register(check: Check) -> Check:
            self.update(dict.fromkeys(actions, check))
            return check

        return register


def app_of(pilot: Pilot[int]) -> TuiradioApp:
    assert isinstance(pilot.app, TuiradioApp)
    return pilot.app


def engine_of(pilot: Pilot[int]) -> FakeEngine:
    engine = app_of(pilot).engine
    assert isinstance(engine, FakeEngine)
    return engine


async def press(pilot: Pilot[int], *keys: str) -> TuiradioApp:
    """Press keys one after the other, each until it is done."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return app_of(pilot)


async def fresh(pilot: Pilot[int]) -> None:
    """The screen as it came up: nothing plays, nothing is open, marked, searched for or liked."""
    app, engine = app_of(pilot), engine_of(pilot)
    while len(app.screen_stack) > 1:
        app.pop_screen()
        await pilot.pause()
    engine.say(PlayerChanged(PlayerState()))
    engine.say(QueueChanged(()))
    engine.say(RadioChanged(RadioState(subspaces=SUBSPACES)))
    await pilot.pause()
    app.tracks.forget(())
    app.track_list.marked.clear()
    app.screen.remove_class("-explaining", "-tuning", "-mini")
    app.action_station("tracks")
    app.track_list.move_to(0)
    app.tuner.move_to(0)
    app.set_theme("valve")
    await settle(pilot)
    app.clear_notifications()
    engine.commands.clear()


async def each(pilot: Pilot[int], cases: dict[str, Check]) -> None:
    """Run every case; what failed is told at the end, by action.

    Raises:
        ExceptionGroup: of the assertions that did not hold.
    """
    failed: list[Exception] = []
    for action, check in cases.items():
        await fresh(pilot)
        try:
            await check(pilot)
        except AssertionError as error:
            error.add_note(f"The action is {action}.")
            failed.append(error)
    if failed:
        raise ExceptionGroup("actions that do something else", failed)
