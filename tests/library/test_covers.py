"""Covers: in every family of tags, in the folder, and nowhere."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen import id3
from mutagen.apev2 import BINARY, APEValue
from mutagen.asf import ASFByteArrayAttribute
from mutagen.flac import Picture
from mutagen.mp4 import MP4Cover

from tests.library.builders import write_audio
from tuiradio.library import covers
from tuiradio.library.covers import Cover, find_covers
from tuiradio.library.embedded import read_flac_picture

JPEG = b"\xff\xd8\xff\xe0 a picture"
BACK = b"\xff\xd8\xff\xe0 the back"


def _picture(data: bytes, kind: int = 3) -> Picture:
    picture = Picture()
    picture.data, picture.type, picture.mime = data, kind, "image/jpeg"
    return picture


def _id3(audio: Any) -> None:
    audio.add_tags()
    audio.tags.add(id3.APIC(mime="image/jpeg", type=4, desc="back", data=BACK))
    audio.tags.add(id3.APIC(mime="image/jpeg", type=3, desc="front", data=JPEG))


def _flac(audio: Any) -> None:
    audio.add_picture(_picture(BACK, 4))
    audio.add_picture(_picture(JPEG))


def _vorbis(audio: Any) -> None:
    audio["metadata_block_picture"] = [
        "not base64!",
        base64.b64encode(_picture(BACK, 4).write()[:-3]).decode(),
        base64.b64encode(_picture(JPEG).write()).decode(),
    ]


def _mp4(audio: Any) -> None:
    audio["covr"] = [MP4Cover(JPEG, MP4Cover.FORMAT_JPEG)]


def _ape(audio: Any) -> None:
    audio["Cover Art (Front)"] = APEValue(b"cover.jpg\0" + JPEG, BINARY)


def _asf(audio: Any) -> None:
    names = "image/jpeg\0".encode("utf-16-le") + "front\0".encode("utf-16-le")
    head = b"\x03" + len(JPEG).to_bytes(4, "little")
    audio["WM/Picture"] = [ASFByteArrayAttribute(head + names + JPEG)]


EMBEDDED: dict[str, Callable[[Any], None]] = {
    "mp3": _id3,
    "aiff": _id3,
    "wav": _id3,
    "flac": _flac,
    "ogg": _vorbis,
    "opus": _vorbis,
    "m4a": _mp4,
    "wv": _ape,
    "wma": _asf,
}


@pytest.mark.parametrize("suffix", EMBEDDED)
def test_a_picture_in_the_file(suffix: str, tmp_path: Path) -> None:
    file = write_audio(tmp_path / f"song.{suffix}")
    audio = mutagen.File(file)
    EMBEDDED[suffix](audio)
    audio.save()
    assert next(find_covers(bytes(file))) == Cover(JPEG, "tags")


def test_pictures_in_the_folder_by_rank(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.ogg")
    for name in ("Folder.PNG", "notes.txt", "back.jpg", "FRONT.jpg", "cover.png", "Cover.JPG"):
        (tmp_path / name).write_bytes(name.encode())
    found = [cover.source for cover in find_covers(bytes(file))]
    assert found == ["Cover.JPG", "cover.png", "Folder.PNG", "FRONT.jpg"]


def test_embedded_pictures_come_before_those_of_the_folder(tmp_path: Path) -> None:
    file = write_audio(tmp_path / "song.flac")
    audio = mutagen.File(file)
    _flac(audio)
    audio.save()
    (tmp_path / "cover.jpg").write_bytes(b"of the folder")
    found = [(cover.data, cover.source) for cover in find_covers(bytes(file))]
    assert found == [(JPEG, "tags"), (BACK, "tags"), (b"of the folder", "cover.jpg")]


def test_what_is_too_large_empty_or_unreadable_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covers, "LARGEST_BYTES", 10)
    file = write_audio(tmp_path / "song.ogg")
    (tmp_path / "cover.jpg").write_bytes(b"x" * 11)
    (tmp_path / "folder.jpg").write_bytes(b"")
    (tmp_path / "front.jpg").mkdir()
    (tmp_path / "album.jpg").write_bytes(b"y" * 10)
    assert list(find_covers(bytes(file))) == [Cover(b"y" * 10, "album.jpg")]


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cover.png")
    assert list(find_covers(os.fsencode(tmp_path / "song.mp3"))) == []


def test_nothing_to_find(tmp_path: Path) -> None:
    assert list(find_covers(bytes(tmp_path / "gone" / "song.mp3"))) == []
    (tmp_path / "song.mp3").write_bytes(os.urandom(2000))
    assert list(find_covers(bytes(tmp_path / "song.mp3"))) == []


@given(st.binary(max_size=120))
def test_any_picture_block_is_read_or_refused(block: bytes) -> None:
    try:
        _, data = read_flac_picture(block)
    except (ValueError, covers.embedded.struct.error):
        return
    assert data in block
