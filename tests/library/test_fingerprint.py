from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.library.builders import FORMATS, write_audio
from tests.library.test_tags import tag_file
from tuiradio.library.fingerprint import content_fingerprint


def fingerprint(file: Path) -> bytes:
    return content_fingerprint(os.fsencode(file), file.stat().st_size)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "mka"])
def test_tagging_does_not_change_it(music: Path, kind: str) -> None:
    file = write_audio(music / f"a.{kind}", duration_s=6.0)
    before = fingerprint(file)
    assert len(before) == 16
    size_bytes = file.stat().st_size
    tag_file(file)
    assert file.stat().st_size != size_bytes
    assert fingerprint(file) == before


@pytest.mark.parametrize("kind", FORMATS)
def test_other_audio_has_another_one(music: Path, kind: str) -> None:
    names = {fingerprint(write_audio(music / f"{seed}.{kind}", seed)) for seed in range(4)}
    assert len(names) == 4


@pytest.mark.parametrize("kind", FORMATS)
def test_a_copy_under_another_name_has_the_same(music: Path, kind: str) -> None:
    file = write_audio(music / f"a.{kind}")
    copy = music / "b.bin"
    copy.write_bytes(file.read_bytes())
    assert fingerprint(copy) == fingerprint(file)


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
def test_half_a_file_is_another_file(music: Path, kind: str) -> None:
    file = write_audio(music / f"a.{kind}")
    whole = fingerprint(file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert fingerprint(file) != whole


def test_what_cannot_be_read_has_none(music: Path) -> None:
    assert content_fingerprint(os.fsencode(music / "absent.mp3"), 100) == b""
    assert content_fingerprint(os.fsencode(music), 100) == b""
    (music / "empty.mp3").touch()
    assert fingerprint(music / "empty.mp3") == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    head=st.sampled_from(
        [b"ID3\x04\0\0", b"fLaC\0\0\0", b"OggS\0\2", b"RIFF", b"FORM", b"\0\0\0\x20ftyp", b""]
    ),
    rest=st.binary(max_size=300),
    claimed_bytes=st.integers(-1, 2**40),
)
def test_no_bytes_make_it_raise(
    tmp_path: Path, head: bytes, rest: bytes, claimed_bytes: int
) -> None:
    file = tmp_path / "x"
    file.write_bytes(head + rest)
    content_fingerprint(os.fsencode(file), claimed_bytes)
