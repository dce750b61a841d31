"""One order for everything that can be taken back."""

from __future__ import annotations

from tests.engine.conftest import Stage
from tests.engine.helpers import TIMEOUT_S, quick_config
from tests.engine.test_radio_desk import ahead, radio_on
from tests.engine.test_taste_desk import notice
from tuiradio.engine.protocol import (
    Enqueue,
    FindSimilar,
    Like,
    MoveEntry,
    Next,
    PlayStatus,
    PlayTracks,
    RemoveEntries,
    StartRadio,
    StopPlaying,
)
from tuiradio.engine.wishes import FlowUpcoming, Undo
from tuiradio.library.track import FeedbackKind


def play(stage: Stage, count: int) -> list[int]:
    ids = stage.ids[:count]
    stage.engine.submit(PlayTracks(tuple(ids)))
    stage.events.until_player(lambda player: player.track_id == ids[0])
    return ids


def queued(stage: Stage) -> list[int]:
    return [entry.track_id for entry in stage.events.state().queue]


def test_rows_likes_and_skips_come_back_in_the_order_they_were_done(stage: Stage) -> None:
    ids = play(stage, 3)
    stage.engine.submit(Enqueue((stage.ids[5],)))
    stage.engine.submit(Like(ids[0]))
    stage.player.reach(0.2)
    stage.engine.submit(Next())
    stage.engine.submit(Enqueue((stage.ids[6],)))
    assert stage.events.state().player.track_id == ids[1]

    stage.engine.submit(Undo())
    assert queued(stage) == [*ids, stage.ids[5]]
    assert stage.events.state().player.track_id == ids[1]
    stage.engine.submit(Undo())
    notice(stage, "Back to")
    assert stage.events.state().player.track_id == ids[0]
    stage.engine.submit(Undo())
    notice(stage, "No longer liked")
    assert queued(stage) == [*ids, stage.ids[5]]
    stage.engine.submit(Undo())
    assert queued(stage) == ids


def test_taking_back_a_skip_in_a_radio_returns_to_the_track_and_forgets_it(stage: Stage) -> None:
    seed = radio_on(stage)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id != seed)
    stage.player.reach(0.2)
    skipped = stage.events.state().player.entry_id
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.entry_id != skipped)
    stage.engine.submit(Undo())
    notice(stage, "The skip of")
    state = stage.events.until_player(lambda player: player.entry_id == skipped)
    assert state.status is PlayStatus.PLAYING
    assert [event.kind for event in stage.reader.feedback()] in ([], [FeedbackKind.FINISH])
    # Leaving what the skip had led to is no skip.
    assert [play.skipped for play in stage.reader.history(9)].count(True) == 1


def test_a_skip_of_long_ago_is_not_returned_to(stage: Stage) -> None:
    ids = play(stage, 4)
    stage.player.reach(0.2)
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.track_id == ids[1])
    stage.player.reach(2.9)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id == ids[2])
    stage.engine.submit(Undo())
    # The skip says nothing any more; what was done before it is the queue itself.
    assert queued(stage) == []


def test_what_is_late_or_stopped_is_no_skip(stage: Stage) -> None:
    ids = play(stage, 3)
    stage.player.reach(2.5)
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.track_id == ids[1])
    stage.player.reach(0.2)
    stage.engine.submit(StopPlaying())
    stage.engine.submit(Undo())
    assert queued(stage) == []


def test_one_command_is_taken_back_at_once(stage: Stage) -> None:
    seed = radio_on(stage)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id != seed)
    stage.player.reach(0.2)
    removed = stage.events.state().player
    assert removed.entry_id is not None
    stage.engine.submit(RemoveEntries((removed.entry_id,)))
    stage.events.until_player(lambda player: player.entry_id != removed.entry_id)
    stage.engine.submit(Undo())
    notice(stage, "The skip of")
    stage.events.until_player(lambda player: player.entry_id == removed.entry_id)
    assert FeedbackKind.SKIP not in {event.kind for event in stage.reader.feedback()}


def test_what_is_up_next_is_put_in_order_and_back(stage: Stage) -> None:
    ids = stage.ids
    mixed = (ids[0], ids[6], ids[1], ids[10], ids[7], ids[3], ids[11], ids[2])
    stage.engine.submit(PlayTracks(mixed))
    before = stage.events.until_queue(lambda queue: len(queue) == len(mixed))
    # Answered once the index is open.
    stage.engine.ask(FindSimilar((ids[0],), 1), TIMEOUT_S)
    stage.engine.submit(FlowUpcoming())
    queue = stage.events.until_queue(lambda queue: queue != before)
    assert sorted(entry.entry_id for entry in queue) == sorted(e.entry_id for e in before)
    assert queue[0] == before[0]
    words = notice(stage, "like the one before it").message
    now, was = (int(part.split(" %")[0].split()[-1]) for part in words.split(", "))
    assert now >= was
    following = stage.reader.track(queue[1].track_id)
    assert following is not None
    assert stage.player.next == following.path
    stage.engine.submit(FlowUpcoming())
    notice(stage, "as well as it can already")
    stage.engine.submit(Undo())
    assert stage.events.until_queue(lambda queue: queue == before)


def test_picks_put_in_order_tell_what_they_follow_now(stage: Stage) -> None:
    seed = radio_on(stage)
    before = ahead(stage.events.state().queue, seed)
    stage.engine.submit(FlowUpcoming())
    stage.events.until(lambda: any("flows" in w or "like the one" in w for w in words(stage)))
    queue = stage.events.state().queue
    assert {entry.entry_id for entry in before} <= {entry.entry_id for entry in queue}
    order = [entry.track_id for entry in queue]
    for at, entry in enumerate(queue):
        if entry in before or entry.pick is None:
            continue
        assert entry.pick.previous_id == order[at - 1]


def words(stage: Stage) -> list[str]:
    from tuiradio.engine.protocol import Notice

    return [event.message for event in stage.events.of(Notice)]


def test_nothing_up_next_is_nothing_to_order(stage: Stage) -> None:
    stage.engine.submit(StartRadio((stage.ids[0],), quick_config().radio))
    stage.engine.submit(PlayTracks((stage.ids[0],)))
    stage.engine.submit(FlowUpcoming())
    notice(stage, "nothing up next to put in order")


def test_a_hundred_changes_are_taken_back(stage: Stage) -> None:
    ids = tuple(stage.ids[:5])
    stage.engine.submit(PlayTracks(ids))
    entry = stage.events.state().queue[0].entry_id
    rows = []
    for step in range(103):
        rows.append([e.track_id for e in stage.events.state().queue])
        stage.engine.submit(MoveEntry(entry, 1 + step % 4))
    for _ in range(100):
        stage.engine.submit(Undo())
    assert [e.track_id for e in stage.events.state().queue] == rows[3]
    # Older ones are forgotten, and what is not there any more is not taken back.
    stage.engine.submit(Undo())
    assert [e.track_id for e in stage.events.state().queue] == rows[3]
