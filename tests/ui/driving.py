"""Driving the app in tests without sleeping blindly."""

from __future__ import annotations

import time

from textual.pilot import Pilot

from tuiradio.ui.app import TuiradioApp

_LONGEST_S = 10.0


def quiet(app: TuiradioApp) -> TuiradioApp:
    """No animation, no blinking: pictures come out the same each time."""
    app.animation_level = "none"
    return app


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the errands are done and what they brought is drawn."""
    app = pilot.app
    assert isinstance(app, TuiradioApp)
    end = time.monotonic() + _LONGEST_S
    calm = 0
    while calm < 3:
        await pilot.pause()
        busy = not app.is_idle
        calm = 0 if busy else calm + 1
        assert time.monotonic() < end, "the screen did not come to rest"
