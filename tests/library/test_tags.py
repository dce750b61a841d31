from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import mutagen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen import apev2, id3

from tests.library.builders import FORMATS, write_audio
from tuiradio.library.tags import read_tags
from tuiradio.library.text import TEXT_LIMIT_CHARS
from tuiradio.library.track import Failure, FailureKind, Tags

WANTED = Tags(
    title="Señal [bold]",
    artist="AC/DC",
    album="Über",
    album_artist="Various",
    genres=("Hard Rock", "R&B"),
    year=1999,
    track_number=3,
    disc_number=2,
    bpm=128.0,
    track_gain_db=-6.5,
    album_gain_db=-7.25,
)

_VORBIS = {
    "title": WANTED.title,
    "artist": WANTED.artist,
    "album": WANTED.album,
    "albumartist": WANTED.album_artist,
    "genre": list(WANTED.genres),
    "date": "1999-05-01",
    "tracknumber": "3/12",
    "discnumber": "2/2",
    "bpm": "128",
    "replaygain_track_gain": "-6.50 dB",
    "replaygain_album_gain": "-7.25 dB",
}
_ASF = {
    "Title": WANTED.title,
    "Author": WANTED.artist,
    "WM/AlbumTitle": WANTED.album,
    "WM/AlbumArtist": WANTED.album_artist,
    "WM/Genre": list(WANTED.genres),
    "WM/Year": "1999",
    "WM/TrackNumber": "3",
    "WM/PartOfSet": "2/2",
    "WM/BeatsPerMinute": "128",
    "replaygain_track_gain": "-6.50 dB",
    "replaygain_album_gain": "-7.25 dB",
}


def _write_id3(tags: Any) -> None:
    texts = {
        "TIT2": WANTED.title,
        "TPE1": WANTED.artist,
        "TALB": WANTED.album,
        "TPE2": WANTED.album_artist,
        "TCON": list(WANTED.genres),
        "TDRC": "1999-05-01",
        "TRCK": "3/12",
        "TPOS": "2/2",
        "TBPM": "128",
    }
    for name, text in texts.items():
        tags.add(getattr(id3, name)(encoding=3, text=text))
    for name, text in (("TRACK", "-6.50 dB"), ("ALBUM", "-7.25 dB")):
        tags.add(id3.TXXX(encoding=3, desc=f"REPLAYGAIN_{name}_GAIN", text=text))


def _write_mp4(tags: Any) -> None:
    tags.update(
        {
            "\xa9nam": WANTED.title,
            "\xa9ART": WANTED.artist,
            "\xa9alb": WANTED.album,
            "aART": WANTED.album_artist,
            "\xa9gen": list(WANTED.genres),
            "\xa9day": "1999-05-01",
            "trkn": [(3, 12)],
            "disk": [(2, 2)],
            "tmpo": [128],
            "----:com.apple.iTunes:replaygain_track_gain": [b"-6.50 dB"],
            "----:com.apple.iTunes:REPLAYGAIN_ALBUM_GAIN": [b"-7.25 dB"],
        }
    )


def _write_ape(tags: Any) -> None:
    names = {"albumartist": "Album Artist", "date": "Year", "tracknumber": "Track"}
    names["discnumber"] = "Disc"
    for name, text in _VORBIS.items():
        tags[names.get(name, name)] = text


def tag_file(file: Path) -> None:
    """Write ``WANTED`` with the family of tags usual for the format."""
    audio = mutagen.File(file)
    if audio.tags is None:
        audio.add_tags()
    kind = file.suffix[1:]
    if kind in ("mp3", "wav", "aiff"):
        _write_id3(audio.tags)
    elif kind == "m4a":
        _write_mp4(audio.tags)
    elif kind == "wv":
        _write_ape(audio.tags)
    else:
        audio.tags.update(_ASF if kind == "wma" else _VORBIS)
    audio.save()


def tags_of(file: Path) -> Tags:
    tags = read_tags(os.fsencode(file))
    assert isinstance(tags, Tags)
    return tags


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "mka"])
def test_every_family_of_tags(music: Path, kind: str) -> None:
    file = write_audio(music / f"a.{kind}")
    tag_file(file)
    tags = tags_of(file)
    assert tags.duration_s == pytest.approx(2.0, abs=0.2)
    assert tags == Tags(
        **{name: getattr(WANTED, name) for name in WANTED.__slots__ if name != "duration_s"},
        duration_s=tags.duration_s,
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_no_tags_are_no_failure(music: Path, kind: str) -> None:
    tags = tags_of(write_audio(music / f"a.{kind}"))
    assert (tags.title, tags.artist, tags.album, tags.genres) == ("", "", "", ())
    assert tags.track_gain_db is None


def test_mp3_with_ape_tags_alone(music: Path) -> None:
    file = write_audio(music / "a.mp3")
    ape = apev2.APEv2()
    _write_ape(ape)
    ape.save(file)
    assert tags_of(file).title == WANTED.title


def test_opus_gains_refer_to_another_loudness(music: Path) -> None:
    file = write_audio(music / "a.opus")
    audio = mutagen.File(file)
    audio.tags["R128_TRACK_GAIN"] = "-512"
    audio.save()
    assert tags_of(file).track_gain_db == pytest.approx(3.0)


def test_old_genre_numbers_are_names(music: Path) -> None:
    file = write_audio(music / "a.mp3")
    tags = id3.ID3()
    tags.add(id3.TCON(encoding=0, text="(17)"))
    tags.add(id3.TYER(encoding=0, text="1987"))
    tags.save(file, v2_version=3)
    assert tags_of(file).genres == ("Rock",)
    assert tags_of(file).year == 1987


def test_hostile_tags_become_harmless(music: Path) -> None:
    file = write_audio(music / "a.flac")
    audio = mutagen.File(file)
    audio.tags["title"] = "x" * 10_240
    audio.tags["artist"] = "a\0b\x1b[31m\u202egpj.\nc"
    audio.tags["album"] = "\x00\x01"
    audio.tags["tracknumber"] = "9" * 400
    audio.tags["discnumber"] = "-/\u0663"
    audio.tags["date"] = "sometime in 99999"
    audio.tags["bpm"] = "NaN"
    audio.tags["genre"] = [f"g{number}" for number in range(500)]
    audio.tags["replaygain_track_gain"] = "1e999 dB of loud"
    audio.tags["replaygain_album_gain"] = "900"
    audio.tags["unheard of"] = "\ufffe"
    audio.save()
    tags = tags_of(file)
    assert tags.title == "x" * TEXT_LIMIT_CHARS
    assert tags.artist == "a b [31mgpj. c"
    assert (tags.album, tags.track_number, tags.disc_number, tags.year) == ("", 0, 0, 0)
    assert (tags.bpm, len(tags.genres), tags.album_gain_db) == (0.0, 20, None)


def test_a_compact_date(music: Path) -> None:
    file = write_audio(music / "a.flac")
    audio = mutagen.File(file)
    audio.tags["date"] = "20240131"
    audio.save()
    assert tags_of(file).year == 2024


def failure_of(file: Path) -> Failure:
    failure = read_tags(os.fsencode(file))
    assert isinstance(failure, Failure)
    assert failure.reason
    return failure


def test_an_empty_file(music: Path) -> None:
    (music / "a.mp3").touch()
    assert failure_of(music / "a.mp3").kind is FailureKind.EMPTY


@pytest.mark.parametrize("text", ["hello", "<!doctype html>" * 2_000, "日本語" * 5_000], ids=len)
def test_text_renamed_to_mp3(music: Path, text: str) -> None:
    (music / "a.mp3").write_text(text)
    assert failure_of(music / "a.mp3").kind is FailureKind.NOT_AUDIO


def test_a_file_that_is_gone_or_no_file(music: Path) -> None:
    assert failure_of(music / "a.mp3").kind is FailureKind.VANISHED
    (music / "b.mp3").mkdir()
    assert failure_of(music / "b.mp3").kind is FailureKind.UNREADABLE


def test_an_unreadable_file(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_audio(music / "a.wav")
    file.chmod(0)
    if os.geteuid() == 0:
        # Root may read anything.
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", refuse)
    failure = failure_of(file)
    assert failure.kind is FailureKind.UNREADABLE
    assert "permission" in failure.reason


def test_an_undecodable_name(music: Path) -> None:
    file = write_audio(music / "a.mp3")
    tag_file(file)
    odd = os.fsencode(music) + b"/\xff\xfe\n.mp3"
    os.rename(file, odd)
    tags = read_tags(odd)
    assert isinstance(tags, Tags)
    assert tags.title == WANTED.title


@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_files_never_raise(music: Path, kind: str) -> None:
    file = write_audio(music / f"a.{kind}")
    whole = file.read_bytes()
    for length in (1, 4, 11, 40, 100, 1_000, len(whole) // 2):
        file.write_bytes(whole[:length])
        read_tags(os.fsencode(file))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    head=st.sampled_from(
        [b"ID3\x04\0\0", b"fLaC", b"OggS\0\2", b"RIFF", b"\0\0\0\x20ftypM4A ", b""]
    ),
    rest=st.binary(max_size=400),
    kind=st.sampled_from(FORMATS),
)
def test_no_bytes_make_it_raise(tmp_path: Path, head: bytes, rest: bytes, kind: str) -> None:
    file = tmp_path / f"x.{kind}"
    file.write_bytes(head + rest)
    assert isinstance(read_tags(os.fsencode(file)), Tags | Failure)
