"""In which order a library is listened to: pure, over track ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_GOLDEN_RATIO = 0.6180339887498949


def listening_order(
    pending: Sequence[int],
    playing: int | None = None,
    relatives: Sequence[Sequence[int]] = (),
    queue: Sequence[int] = (),
) -> list[int]:
    """Every pending track once, the most wanted first.

    The playing track, then its likely neighbours, then the queue, then the rest. Ask again
    when the playing track or the queue changes.

    Args:
        pending: tracks to listen to, in the order of the library.
        playing: the current track or seed.
        relatives: its likely neighbours in groups (same album, folder, artist, genre), the
            order within a group kept. Groups take turns, so that after a few files the radio
            has tracks by several artists to choose from.
        queue: tracks ahead, next first.
    """
    wanted = set(pending)
    first = [playing] if playing is not None else []
    order: dict[int, None] = {}
    for track_id in (*first, *_taking_turns(relatives), *queue):
        if track_id in wanted:
            order[track_id] = None
    for track_id in _spread(pending):
        order.setdefault(track_id)
    return list(order)


def _taking_turns(groups: Iterable[Sequence[int]]) -> Iterator[int]:
    """First of each group, then second of each, …"""
    for round_ in zip_longest(*groups):
        yield from (track_id for track_id in round_ if track_id is not None)


def _spread(pending: Sequence[int]) -> Iterator[int]:
    """All of them, each beginning of the order spread evenly over the library.

    Neighbours in the library are of one album. In steps of the golden ratio far places come
    first, so that a radio sounds of the whole library long before all of it was heard.
    """
    steps = [(turn * _GOLDEN_RATIO) % 1.0 for turn in range(len(pending))]
    turns = sorted(range(len(pending)), key=steps.__getitem__)
    places = [0] * len(pending)
    for place, turn in enumerate(turns):
        places[turn] = place
    return (pending[place] for place in places)
