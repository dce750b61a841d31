from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuiradio.listening.wire import BrokenMessage, Unpacker, pack

headers = st.dictionaries(st.text(), st.integers() | st.text() | st.none(), max_size=5)


@given(
    messages=st.lists(st.tuples(headers, st.binary(max_size=300)), max_size=6),
    piece=st.integers(1, 50),
)
def test_messages_survive_arriving_in_pieces(
    messages: list[tuple[dict[str, object], bytes]], piece: int
) -> None:
    stream = b"".join(pack(header, blob) for header, blob in messages)
    unpacker = Unpacker()
    arrived = []
    for start in range(0, len(stream), piece):
        arrived += list(unpacker.feed(stream[start : start + piece]))
    assert arrived == messages


@given(st.binary(min_size=8, max_size=200))
def test_any_other_bytes_are_refused_or_wait_for_more(data: bytes) -> None:
    unpacker = Unpacker()
    try:
        for header, _ in unpacker.feed(data):
            assert isinstance(header, dict)
    except BrokenMessage:
        pass


@pytest.mark.parametrize("text", [b"[1]", b"{", b"\xff", b"3"])
def test_a_header_that_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(BrokenMessage):
        list(Unpacker().feed(struct.pack("<II", len(text), 0) + text))


def test_lengths_beyond_reason_are_refused_before_they_arrive() -> None:
    with pytest.raises(BrokenMessage):
        list(Unpacker().feed(struct.pack("<II", 2, 1 << 30)))
