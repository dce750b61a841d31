from __future__ import annotations

import functools
import math
from dataclasses import fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuiradio.codec import Codec, CodecError, convert, from_json, to_json
from tuiradio.engine import wire
from tuiradio.engine.protocol import (
    AddRoots,
    EngineState,
    Notice,
    PlayTracks,
    QueueEntry,
    Seek,
    TogglePause,
)
from tuiradio.radio.pick import Pick

# For each of some seventy kinds of message.
FEW = settings(max_examples=20)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=30),
    bytes: st.binary(max_size=30),
    NoneType: st.none(),
}


@functools.cache
def instances(kind: Any) -> st.SearchStrategy[Any]:
    """Any instance of an annotation made of plain types, tuples, unions and dataclasses."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is tuple:
        items = get_args(kind)
        if len(items) == 2 and items[1] is ...:
            return st.lists(instances(items[0]), max_size=3).map(tuple)
        return st.tuples(*map(instances, items))
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*map(instances, get_args(kind)))
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: instances(hints[field.name]) for field in fields(kind)})


@pytest.mark.parametrize("kind", [*wire.COMMANDS, *wire.QUERIES], ids=lambda kind: kind.__name__)
def test_every_request_survives_the_wire(kind: type) -> None:
    @FEW
    @given(message=instances(kind), message_id=st.none() | st.integers(0, 2**31))
    def check(message: object, message_id: int | None) -> None:
        line = wire.requests.encode(message, message_id)
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        decoded = wire.requests.decode(line)
        assert (decoded.body, decoded.id) == (message, message_id)
        assert type(decoded.body) is kind

    check()


@pytest.mark.parametrize("kind", [*wire.EVENTS, *wire.ANSWERS], ids=lambda kind: kind.__name__)
def test_every_reply_survives_the_wire(kind: type) -> None:
    @FEW
    @given(message=instances(kind))
    def check(message: object) -> None:
        assert wire.replies.decode(wire.replies.encode(message)).body == message

    check()


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_anything_else(line: bytes) -> None:
    with pytest.raises(CodecError):
        wire.requests.decode(b"\x00" + line)
    wire.requests.message_id(line)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b'{"type": 3}',
        b'{"type": "Nonsense", "body": {}}',
        b'{"type": "Notice", "body": {"message": "an event is no request"}}',
        b'{"type": "PlayTracks", "body": {}}',
        b'{"type": "PlayTracks", "body": {"track_ids": "12"}}',
        b'{"type": "PlayTracks", "body": {"track_ids": [1.5]}}',
        b'{"type": "AddRoots", "body": {"roots": ["not base64!"]}}',
        b'{"type": "Enqueue", "body": {"track_ids": [1], "where": "elsewhere"}}',
        b'{"type": "Seek", "body": {"position_s": null}}',
        b'{"type": "Seek", "body": ' + b"[" * 100_000,
    ],
)
def test_a_message_of_a_wrong_form_is_refused(line: bytes) -> None:
    with pytest.raises(CodecError):
        wire.requests.decode(line)


def test_a_refused_line_still_tells_its_id() -> None:
    assert wire.requests.message_id(b'{"type": "Nonsense", "id": 7}') == 7
    assert wire.requests.message_id(b'{"id": "seven"}') is None
    assert wire.requests.message_id(b"\xff") is None


def test_newer_peers_may_send_more_fields() -> None:
    line = b'{"type": "TogglePause", "body": {"fade_s": 2}, "more": 1}'
    assert wire.requests.decode(line).body == TogglePause()
    line = b'{"type": "PlayTracks", "body": {"track_ids": [3]}}'
    assert wire.requests.decode(line).body == PlayTracks((3,))


def test_undecodable_file_names_survive() -> None:
    message = AddRoots((b"/music/caf\xe9", b"\xff\xfe\n"))
    assert wire.requests.decode(wire.requests.encode(message)).body == message


def test_lone_surrogates_become_replacement_characters() -> None:
    line = wire.replies.encode(Notice("caf\udce9", hint="\ud800"))
    assert wire.replies.decode(line).body == Notice("caf?", hint="?")


def test_a_number_that_json_cannot_say_is_refused_by_the_reader() -> None:
    with pytest.raises(CodecError):
        wire.requests.decode(wire.requests.encode(Seek(math.nan)))


def test_only_the_codecs_types_travel() -> None:
    with pytest.raises(CodecError):
        Codec([Seek]).encode(TogglePause())


def test_state_on_disk_round_trip() -> None:
    pick = Pick(3, 1, 0.9, 0.8, 2, 0.7, (("genre", 0.5),))
    state = EngineState(queue=(QueueEntry(1, 3, pick),), roots=(b"/m\xff",))
    assert from_json(to_json(state), EngineState) == state
    with pytest.raises(CodecError):
        from_json(b"{", EngineState)


def test_convert_bends_only_integers_to_floats() -> None:
    assert convert(1, float) == 1.0
    for value, kind in [("1", float), (1.5, int), (1, bool), (1, str)]:
        with pytest.raises(CodecError):
            convert(value, kind)
