"""Lending a player: the music comes back where it was, and nobody's events are mixed up."""

from __future__ import annotations

from tests.engine.helpers import FakePlayer
from tuiradio.playback.clips import ClipPlayer
from tuiradio.playback.player import Ended, EndReason, OutputChanged, PlayerEvent, Position


class Lent:
    """A fake player that is lent, with what either side was told."""

    def __init__(self) -> None:
        self.fake = FakePlayer()
        self.told: list[PlayerEvent] = []
        self.clips: list[Position | Ended] = []
        self.player = ClipPlayer(self.fake.factory, self.told.append, lambda job: job())

    def clip(self, path: bytes = b"clip") -> None:
        self.player.play_clip(path, 40.0, self.clips.append)


def test_the_music_comes_back_where_it_was() -> None:
    lent = Lent()
    generation = lent.player.load(b"song", b"next")
    lent.fake.reach(33.0, 180.0)
    lent.player.pause()
    lent.clip()
    assert lent.player.is_lent
    assert (lent.fake.current, lent.fake.next) == (b"clip", None)
    lent.fake.reach(41.0, 90.0)
    assert [event.position_s for event in lent.clips if isinstance(event, Position)] == [41.0]
    lent.player.hush()
    lent.fake.reach(41.5)
    assert len(lent.clips) == 1
    lent.player.give_back()
    assert not lent.player.is_lent
    assert lent.fake.calls[-1] == ("load", b"song", b"next", 33.0)
    assert lent.fake.is_paused
    lent.fake.reach(33.5, 180.0)
    assert lent.told[-1] == Position(generation, 33.5, 180.0)


def test_what_the_owner_wants_to_hear_takes_the_player_back() -> None:
    lent = Lent()
    lent.player.load(b"song")
    lent.fake.reach(5.0)
    lent.player.pause()
    lent.clip()
    lent.player.resume()
    assert (lent.fake.current, lent.fake.is_paused) == (b"song", False)
    assert lent.fake.calls[-1] == ("load", b"song", None, 5.0)
    lent.clip()
    generation = lent.player.load(b"other")
    assert not lent.player.is_lent
    lent.fake.reach(1.0)
    assert lent.told[-1] == Position(generation, 1.0, 3.0)
    lent.clip()
    lent.player.stop()
    assert lent.fake.current is None
    lent.player.give_back()
    assert lent.fake.current is None


def test_what_changes_meanwhile_is_heeded_later() -> None:
    lent = Lent()
    lent.player.load(b"song", b"next")
    lent.player.pause()
    lent.clip()
    lent.player.set_next(b"after")
    lent.player.seek(70.0)
    assert lent.fake.current == b"clip"
    lent.player.give_back()
    assert lent.fake.calls[-1] == ("load", b"song", b"after", 70.0)


def test_a_player_without_music_falls_silent_again() -> None:
    lent = Lent()
    lent.clip()
    lent.fake.end()
    assert isinstance(lent.clips[-1], Ended)
    assert lent.clips[-1].reason is EndReason.EOF
    lent.player.give_back()
    assert lent.fake.calls[-1] == ("stop",)
    assert lent.told == []


def test_the_owner_hears_of_the_output_and_of_a_file_that_followed() -> None:
    lent = Lent()
    lent.player.load(b"song", b"next")
    lent.fake.end()
    lent.clip()
    lent.fake.tell(OutputChanged("pulse"))
    assert lent.told[-1] == OutputChanged("pulse")
    lent.player.give_back()
    assert lent.fake.calls[-1] == ("load", b"next", None, 0.0)
