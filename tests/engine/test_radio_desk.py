from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.engine.conftest import Stage
from tests.engine.helpers import quick_config
from tuiradio.engine.protocol import (
    Ban,
    Enqueue,
    Next,
    Notice,
    PlayStatus,
    PlayTracks,
    QueueEntry,
    RadioChanged,
    StartRadio,
    StopRadio,
    TuneRadio,
    Where,
)
from tuiradio.engine.wishes import Undo


def ahead(queue: tuple[QueueEntry, ...], track_id: int | None) -> list[QueueEntry]:
    """The entries after the first one of that track."""
    ids = [entry.track_id for entry in queue]
    return list(queue[ids.index(track_id) + 1 :]) if track_id in ids else []


def after(queue: tuple[QueueEntry, ...], entry_id: int | None) -> int:
    """How many entries follow that one."""
    ids = [entry.entry_id for entry in queue]
    return len(ids) - 1 - ids.index(entry_id) if entry_id in ids else 0


def radio_on(stage: Stage) -> int:
    """A radio from the first track, while that plays."""
    seed = stage.ids[0]
    stage.engine.submit(PlayTracks((seed, stage.ids[7])))
    stage.events.until_player(lambda player: player.track_id == seed)
    # Long enough for what comes next to be changed.
    stage.player.reach(1.0, 200.0)
    stage.engine.submit(StartRadio((seed,)))
    stage.events.until_queue(lambda queue: len(ahead(queue, seed)) >= 5)
    return seed


def test_the_seed_plays_on_and_picks_follow_with_reasons(stage: Stage) -> None:
    seed = radio_on(stage)
    state = stage.events.state()
    assert state.radio.on
    assert state.radio.seed_ids == (seed,)
    assert state.radio.subspaces
    assert state.player.position_s == 1.0
    assert len([call for call in stage.player.calls if call[0] == "load"]) == 1
    picks = ahead(state.queue, seed)
    assert all(entry.pick is not None and entry.pick.seed_id == seed for entry in picks)
    assert len({entry.track_id for entry in picks}) == len(picks)
    first = stage.reader.track(picks[0].track_id)
    assert first is not None
    assert stage.player.next == first.path


def test_a_radio_from_silence_begins_with_the_seed(stage: Stage) -> None:
    seed = stage.ids[3]
    stage.engine.submit(StartRadio((seed,)))
    stage.events.until_queue(lambda queue: len(ahead(queue, seed)) >= 5)
    state = stage.events.state()
    assert state.player.track_id == seed
    assert state.player.status is PlayStatus.PLAYING


def test_the_radio_never_runs_out(stage: Stage) -> None:
    """Twelve tracks last for twenty picks, since nothing may stop the radio."""
    radio_on(stage)
    for _ in range(20):
        before = stage.events.state().player.entry_id
        stage.player.end()
        stage.events.until_player(lambda player, old=before: player.entry_id != old)
        current = stage.events.state().player.entry_id
        stage.events.until_queue(lambda queue, now=current: after(queue, now) >= 5)
    assert stage.events.state().player.status is PlayStatus.PLAYING


def test_an_early_skip_plans_anew(stage: Stage) -> None:
    seed = radio_on(stage)
    before = stage.events.until_queue(lambda queue: bool(ahead(queue, seed)))
    first = ahead(before, seed)[0]
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == first.track_id)
    stage.player.reach(0.2)
    stage.engine.submit(Next())
    # Not the refill that the new track asked for, but the plan made after the skip.
    stage.events.until_queue(
        lambda queue: any(entry.pick is not None and entry.pick.feedback < 0 for entry in queue)
    )
    assert stage.reader.history(1)[0].skipped


def test_new_dials_plan_anew_what_is_ahead(stage: Stage) -> None:
    seed = radio_on(stage)
    newest = max(entry.entry_id for entry in stage.events.state().queue)
    settings = replace(quick_config().radio, drift=1.0, adventure=1.0)
    stage.engine.submit(TuneRadio(settings))
    stage.events.until_queue(lambda queue: queue[-1].entry_id > newest)
    state = stage.events.state()
    assert state.radio.settings == settings
    assert all(entry.entry_id > newest for entry in ahead(state.queue, seed))
    assert stage.events.of(RadioChanged)[-1].radio == state.radio


def test_what_the_user_queued_stays_ahead(stage: Stage) -> None:
    seed = radio_on(stage)
    mine = stage.ids[7]
    stage.engine.submit(Enqueue((mine,), Where.NEXT))
    stage.engine.submit(TuneRadio(replace(quick_config().radio, drift=1.0)))
    stage.events.until_event(RadioChanged, lambda event: event.radio.settings.drift == 1.0)
    stage.events.until_queue(lambda queue: len(ahead(queue, seed)) >= 5)
    own = [e for e in ahead(stage.events.state().queue, seed) if e.pick is None]
    assert [entry.track_id for entry in own] == [mine]


def test_a_banned_track_leaves_the_queue(stage: Stage) -> None:
    seed = radio_on(stage)
    banned = ahead(stage.events.state().queue, seed)[1].track_id
    stage.engine.submit(Ban(banned))
    stage.events.until_queue(
        lambda queue: banned not in {entry.track_id for entry in ahead(queue, seed)}
    )


def test_what_is_banned_while_it_comes_next_is_not_heard(stage: Stage) -> None:
    """In the last seconds the next track stays as it is, unless nobody may hear it."""
    seed = radio_on(stage)
    stage.player.reach(190.0, 200.0)
    kept = ahead(stage.events.state().queue, seed)[0]
    newest = max(entry.entry_id for entry in stage.events.state().queue)
    stage.engine.submit(TuneRadio(replace(quick_config().radio, drift=1.0)))
    queue = stage.events.until_queue(lambda queue: queue[-1].entry_id > newest)
    assert ahead(queue, seed)[0] == kept
    stage.engine.submit(Ban(kept.track_id))
    queue = stage.events.until_queue(
        lambda queue: bool(ahead(queue, seed)) and kept not in ahead(queue, seed)
    )
    following = stage.reader.track(ahead(queue, seed)[0].track_id)
    assert following is not None
    assert stage.player.next == following.path


def test_stopping_the_radio_leaves_what_is_queued(stage: Stage) -> None:
    seed = radio_on(stage)
    stage.engine.submit(StopRadio())
    state = stage.events.state()
    assert not state.radio.on
    count = len(state.queue)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id != seed)
    assert len(stage.events.state().queue) == count


def test_playing_something_else_ends_the_radio(stage: Stage) -> None:
    radio_on(stage)
    stage.engine.submit(PlayTracks((stage.ids[5],)))
    state = stage.events.state()
    assert not state.radio.on
    assert [entry.track_id for entry in state.queue] == [stage.ids[5]]


def test_starting_a_radio_can_be_undone(stage: Stage) -> None:
    seed = radio_on(stage)
    stage.engine.submit(StopRadio())
    stage.engine.submit(Undo())
    entries = stage.events.until_queue(lambda queue: len(queue) == 2)
    assert [entry.track_id for entry in entries] == [seed, stage.ids[7]]


def test_the_radio_comes_back_after_a_restart(start: Callable[..., Stage]) -> None:
    stage = start()
    seed = radio_on(stage)
    settings = replace(quick_config().radio, drift=0.9)
    stage.engine.submit(TuneRadio(settings))
    stage.events.state()
    stage.engine.close()
    state = start().events.state()
    assert state.radio.on
    assert state.radio.seed_ids == (seed,)
    assert state.radio.settings == settings


def test_a_radio_from_nothing_says_so(stage: Stage) -> None:
    stage.engine.submit(StartRadio((10**9,)))
    assert stage.events.until_event(Notice).message
    assert not stage.events.state().radio.on
