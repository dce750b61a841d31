"""The queue: one current entry or none, nothing lost, everything can be taken back."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tuiradio.engine.protocol import QueueEntry
from tuiradio.playback import queue as q
from tuiradio.playback.queue import History, Queue
from tuiradio.radio.pick import Pick

TRACKS = st.lists(st.integers(1, 50), max_size=6)


def pick(track_id: int) -> Pick:
    return Pick(track_id, 1, 0.5, 0.5, 1, 0.5)


def tracks(queue: Queue) -> list[int]:
    return [entry.track_id for entry in queue.entries]


def playing(queue: Queue) -> int | None:
    entry = queue.current_entry
    return None if entry is None else entry.track_id


def ids(queue: Queue) -> list[int]:
    return [entry.entry_id for entry in queue.entries]


def of(*track_ids: int, start: int = 0) -> Queue:
    return q.replace(Queue(), track_ids, start)


def test_replacing_starts_where_asked() -> None:
    assert playing(of(1, 2, 3, start=1)) == 2
    assert playing(of(1, 2, 3, start=99)) == 3
    assert playing(of(1, 2, 3, start=-1)) == 1
    assert of() == Queue()


def test_one_track_may_stand_twice_and_each_entry_has_its_own_id() -> None:
    queue = q.insert_last(of(7, 7), [7])
    assert len(set(ids(queue))) == 3


def test_entry_ids_are_never_used_twice() -> None:
    before = of(1, 2)
    after = q.replace(before, [1, 2])
    assert not set(ids(before)) & set(ids(after))


def test_inserting_next_and_last() -> None:
    queue = q.insert_last(q.insert_next(of(1, 2), [3, 4]), [5])
    assert tracks(queue) == [1, 3, 4, 2, 5]
    assert playing(queue) == 1


def test_removing_the_current_entry_makes_the_following_one_current() -> None:
    queue = of(1, 2, 3, 4, start=1)
    assert playing(q.remove(queue, ids(queue)[1:3])) == 4


def test_removing_the_last_entry_while_current_leaves_none() -> None:
    queue = of(1, 2, start=1)
    after = q.remove(queue, ids(queue)[1:])
    assert after.current is None
    assert after.next_entry is None


def test_removing_unknown_entries_changes_nothing() -> None:
    queue = of(1, 2)
    assert tracks(q.remove(queue, [99])) == [1, 2]
    assert q.move(queue, 99, 0) is queue
    assert q.jump(queue, 99) is queue


@given(TRACKS, st.integers(0, 6), st.randoms(use_true_random=False))
def test_arranging_keeps_every_entry_and_what_plays(
    track_ids: list[int], start: int, chance: random.Random
) -> None:
    queue = of(*track_ids, start=start) if track_ids else Queue()
    order = list(queue.upcoming)
    chance.shuffle(order)
    named = order[: len(order) // 2]
    after = q.arrange(queue, [*named, QueueEntry(999, 1)])
    assert after.current_entry == queue.current_entry
    assert after.played == queue.played
    assert list(after.upcoming[: len(named)]) == named
    left = [entry for entry in queue.upcoming if entry not in named]
    assert list(after.upcoming[len(named) :]) == left


def test_moving_counts_without_the_entry() -> None:
    queue = of(1, 2, 3, 4, start=2)
    first = ids(queue)[0]
    assert tracks(q.move(queue, first, 2)) == [2, 3, 1, 4]
    assert tracks(q.move(queue, first, 99)) == [2, 3, 4, 1]
    assert playing(q.move(queue, first, 99)) == 3


def test_advancing_past_the_end_leaves_none_and_what_is_added_comes_next() -> None:
    queue = q.advance(q.advance(of(1, 2)))
    assert queue.current is None
    assert queue.upcoming == ()
    assert [entry.track_id for entry in queue.played] == [1, 2]
    more = q.append_picks(queue, [pick(9)])
    assert more.next_entry is not None
    assert playing(q.advance(more)) == 9


def test_going_back_stops_at_the_first_and_returns_from_the_end() -> None:
    assert playing(q.back(of(1, 2))) == 1
    assert playing(q.back(q.advance(of(1, 2, start=1)))) == 2
    assert q.back(Queue()) == Queue()


def test_a_queue_never_started_starts_with_its_first_entry() -> None:
    queue = q.insert_last(Queue(), [4, 5])
    assert queue.current is None
    assert playing(q.advance(queue)) == 4


def test_clearing_keeps_what_plays() -> None:
    assert tracks(q.clear_but_current(of(1, 2, 3, start=1))) == [2]
    assert playing(q.clear_but_current(of(1, 2, 3, start=1))) == 2
    assert q.clear_but_current(q.insert_last(Queue(), [1])).entries == ()


def test_planning_anew_drops_only_picks_not_yet_heard() -> None:
    queue = q.append_picks(of(1), [pick(2), pick(3), pick(4)])
    queue = q.insert_last(q.advance(queue), [5])
    assert tracks(q.drop_unheard_picks(queue)) == [1, 2, 5]
    assert playing(q.drop_unheard_picks(queue)) == 2


def test_a_broken_queue_cannot_be_made() -> None:
    entries = of(1).entries
    with pytest.raises(ValueError, match="current"):
        Queue(entries, 1)
    with pytest.raises(ValueError, match="resume"):
        Queue(entries, None, 2, 2)


def test_undo_keeps_what_plays_when_it_is_still_there() -> None:
    before = of(1, 2, 3)
    history = q.record(History(), before)
    after = q.advance(q.remove(before, ids(before)[2:]))
    history, undone = q.undo(history, after)
    assert tracks(undone) == [1, 2, 3]
    assert playing(undone) == 2
    _, redone = q.redo(history, undone)
    assert tracks(redone) == [1, 2]


def test_undo_of_a_replaced_queue_goes_back_to_its_entry() -> None:
    before = of(1, 2, start=1)
    history = q.record(History(), before)
    _, undone = q.undo(history, q.replace(before, [8, 9]))
    assert playing(undone) == 2


def test_history_is_a_hundred_deep() -> None:
    history, queue = History(), Queue()
    for n in range(150):
        history, queue = q.record(history, queue), q.insert_last(queue, [n])
    steps = 0
    while history.past:
        history, queue = q.undo(history, queue)
        steps += 1
    assert steps == 100
    assert tracks(queue) == list(range(50))


def test_nothing_to_undo_changes_nothing() -> None:
    assert q.undo(History(), of(1)) == (History(), of(1))
    assert q.redo(History(), of(1)) == (History(), of(1))


def test_ten_thousand_entries_survive_many_changes() -> None:
    queue = of(*range(10_000), start=5_000)
    for n in range(20):
        queue = q.insert_next(queue, [n])
        queue = q.move(queue, ids(queue)[0], 9_000)
        queue = q.remove(queue, [ids(queue)[9_999]])
        queue = q.advance(q.drop_unheard_picks(queue))
    assert len(queue.entries) == 10_000
    assert queue.current == 5_000


class QueueMachine(RuleBasedStateMachine):
    """Any order of commands against a plain model: a list and the entry that plays."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.history = History()
        self.seen_ids: set[int] = set()

    def change(self, after: Queue) -> None:
        self.history = q.record(self.history, self.queue)
        before, self.queue = self.queue, after
        history, undone = q.undo(self.history, self.queue)
        assert undone.entries == before.entries
        assert q.redo(history, undone)[1].entries == after.entries

    @rule(track_ids=TRACKS, start=st.integers(-2, 8))
    def replace(self, track_ids: list[int], start: int) -> None:
        self.change(q.replace(self.queue, track_ids, start))
        assert tracks(self.queue) == track_ids

    @rule(track_ids=TRACKS, is_next=st.booleans())
    def insert(self, track_ids: list[int], is_next: bool) -> None:
        before = self.queue
        self.change((q.insert_next if is_next else q.insert_last)(before, track_ids))
        assert self.queue.current_entry == before.current_entry
        assert sorted(tracks(self.queue)) == sorted(tracks(before) + track_ids)
        assert self.queue.played == before.played

    @rule(track_ids=TRACKS)
    def refill(self, track_ids: list[int]) -> None:
        before = self.queue
        self.queue = q.append_picks(before, [pick(n) for n in track_ids])
        assert self.queue.current_entry == before.current_entry
        assert self.queue.entries[: len(before.entries)] == before.entries

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        before = self.queue
        doomed = data.draw(st.sets(st.sampled_from(ids(before))) if ids(before) else st.just(set()))
        self.change(q.remove(before, doomed))
        assert ids(self.queue) == [one for one in ids(before) if one not in doomed]
        if before.current_entry and before.current_entry.entry_id not in doomed:
            assert self.queue.current_entry == before.current_entry

    @rule(data=st.data(), index=st.integers(-1, 30))
    def move(self, data: st.DataObject, index: int) -> None:
        before = self.queue
        if before.entries:
            self.change(q.move(before, data.draw(st.sampled_from(ids(before))), index))
            assert sorted(ids(self.queue)) == sorted(ids(before))
            assert self.queue.current_entry == before.current_entry

    @rule()
    def plan_anew(self) -> None:
        before = self.queue
        self.change(q.drop_unheard_picks(before))
        assert self.queue.current_entry == before.current_entry
        assert all(entry.pick is None for entry in self.queue.upcoming)
        lost = set(before.entries) - set(self.queue.entries)
        assert all(entry.pick for entry in lost)

    @rule()
    def clear(self) -> None:
        before = self.queue
        self.change(q.clear_but_current(before))
        assert self.queue.current_entry == before.current_entry

    @rule()
    def advance(self) -> None:
        expected = self.queue.next_entry
        self.queue = q.advance(self.queue)
        assert self.queue.current_entry == expected

    @rule()
    def back(self) -> None:
        before = self.queue
        self.queue = q.back(before)
        if before.played:
            assert self.queue.current_entry == before.played[-1]

    @rule()
    def undo(self) -> None:
        self.history, self.queue = q.undo(self.history, self.queue)

    @rule()
    def redo(self) -> None:
        self.history, self.queue = q.redo(self.history, self.queue)

    @invariant()
    def parts_make_the_whole(self) -> None:
        current = self.queue.current_entry
        middle = () if current is None else (current,)
        assert self.queue.played + middle + self.queue.upcoming == self.queue.entries

    @invariant()
    def every_id_is_unique_and_below_the_next(self) -> None:
        assert len(set(ids(self.queue))) == len(ids(self.queue))
        assert all(one < self.queue.next_entry_id for one in ids(self.queue))


TestQueueMachine = QueueMachine.TestCase


@given(TRACKS, st.integers(0, 6))
def test_advancing_visits_every_entry_once(track_ids: list[int], start: int) -> None:
    queue = q.replace(Queue(), track_ids, start)
    heard = []
    while queue.current_entry is not None:
        heard.append(queue.current_entry.track_id)
        queue = q.advance(queue)
    assert heard == track_ids[min(start, max(0, len(track_ids) - 1)) :]


def test_several_entries_move_together() -> None:
    queue = q.advance(q.replace(q.Queue(), [1, 2, 3, 4, 5], 0))
    first, second, third, fourth, fifth = ids(queue)
    assert tracks(q.move_all(queue, [fourth, first], 2)) == [2, 3, 1, 4, 5]
    assert tracks(q.move_all(queue, [fifth, fourth], 0)) == [4, 5, 1, 2, 3]
    assert tracks(q.move_all(queue, [second, third], 99)) == [1, 4, 5, 2, 3]
    for index in range(6):
        assert playing(q.move_all(queue, [second, third], index)) == 2
    assert q.move_all(queue, [99], 3) == queue
    assert tracks(q.move_all(queue, ids(queue), 3)) == [1, 2, 3, 4, 5]


def test_several_entries_move_across_the_end_of_what_was_played() -> None:
    queue = q.advance(q.advance(q.replace(q.Queue(), [1, 2], 0)))
    queue = q.insert_last(queue, [3, 4])
    first, _, third, fourth = ids(queue)
    assert queue.current is None
    assert [e.track_id for e in q.move_all(queue, [third, fourth], 2).upcoming] == [3, 4]
    assert [e.track_id for e in q.move_all(queue, [first, fourth], 2).upcoming] == [3, 1, 4]
    assert [e.track_id for e in q.move_all(queue, [fourth], 0).upcoming] == [3]
