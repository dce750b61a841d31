"""What reaches libmpv when its events and a caller's wishes cross, with neither waiting."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tuiradio.playback.mpv_events import Entry, Translator

_START_FILE, _FILE_LOADED = 6, 8
_PATH = b"/music/a.flac"


class Core:
    """A libmpv that does what it was asked without waiting only when it is told to."""

    def __init__(self) -> None:
        self.is_paused = False
        self.waiting: list[tuple[tuple[object, ...], Callable[..., None] | None]] = []
        self.translator = Translator(lambda _event: None, self.run_later, "null")

    def run_later(self, *words: object, callback: Callable[..., None] | None = None) -> None:
        self.waiting.append((words, callback))

    def do_one(self) -> None:
        """The oldest of what waits."""
        if not self.waiting:
            return
        words, callback = self.waiting.pop(0)
        if words[:2] == ("set", "pause"):
            self.is_paused = words[2] == "yes"
        if callback is not None:
            callback(None, "")

    def settle(self) -> None:
        for _ in range(100):
            self.do_one()
        assert not self.waiting

    def load(self, start_paused: bool) -> None:
        generation = self.translator.forget(30.0, stand_still=start_paused)
        self.is_paused = True
        entry = Entry(generation, _PATH, is_next=False)
        self.translator.announce(entry)
        self.translator.bind(entry, generation)
        self.tell(_START_FILE, generation)

    def open(self) -> None:
        self.tell(_FILE_LOADED, self.translator.generation)

    def tell(self, kind: int, entry_id: int) -> None:
        event: Any = SimpleNamespace(
            event_id=SimpleNamespace(value=kind), data=SimpleNamespace(playlist_entry_id=entry_id)
        )
        self.translator.on_event(event)

    def pause(self) -> None:
        self.translator.drop_resume()
        self.is_paused = True

    def resume(self) -> None:
        if not self.translator.keep_resume():
            self.is_paused = False


def test_a_pause_while_the_resume_is_on_its_way_wins() -> None:
    core = Core()
    core.load(start_paused=False)
    core.open()
    core.pause()
    core.settle()
    assert core.is_paused


def test_a_load_that_stands_still_is_not_started_by_the_former_ones_resume() -> None:
    core = Core()
    core.load(start_paused=False)
    core.open()
    core.load(start_paused=True)
    core.settle()
    assert core.is_paused


@given(
    st.booleans(),
    st.lists(st.sampled_from(["open", "pause", "resume", "do_one", "load", "load_still"])),
)
def test_the_last_wish_wins_however_events_fall(start_paused: bool, moments: list[str]) -> None:
    core, wants_pause = Core(), start_paused
    core.load(start_paused)
    for moment in moments:
        if moment in ("load", "load_still"):
            wants_pause = moment == "load_still"
            core.load(wants_pause)
            continue
        getattr(core, moment)()
        wants_pause = {"pause": True, "resume": False}.get(moment, wants_pause)
    core.open()
    core.settle()
    assert core.is_paused == wants_pause
