"""``journey``, ``blend``, ``reorder``, ``doctor --radio``, and collections as seeds."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.cli.conftest import Run
from tuiradio.connect.playlists import PlaylistItem, write_m3u8
from tuiradio.library.playlist_files import read_playlist
from tuiradio.library.reader import StoreReader

SEED = "river stage"


def two(reader: StoreReader) -> tuple[str, str]:
    """Paths of two tracks by different artists."""
    tracks = reader.tracks(reader.track_ids())
    other = next(track for track in tracks if track.artist != tracks[0].artist)
    return os.fsdecode(tracks[0].path), os.fsdecode(other.path)


def test_a_journey_begins_and_ends_where_asked(run: Run, reader: StoreReader) -> None:
    start, end = two(reader)
    ran = run("journey", start, end, "--length", "5", "--paths")
    assert ran.status == 0
    assert (ran.lines[0], ran.lines[-1]) == (start, end)
    said = json.loads(run("journey", start, end, "--length", "5", "--json").data)
    assert [stop["path"] for stop in said["stops"]] == ran.lines
    assert said["words"]
    assert run("journey", start, end, "--length", "5").lines[0].startswith("  1 ")


def test_a_journey_is_written_as_a_playlist(run: Run, reader: StoreReader, tmp_path: Path) -> None:
    start, end = two(reader)
    out = tmp_path / "way.m3u8"
    ran = run("journey", start, end, "--length", "4", "--out", str(out))
    assert ran.data == b""
    assert read_playlist(bytes(out)).paths[0] == os.fsencode(start)
    assert run("journey", start, "--length", "4").status == 2
    assert run("journey", start, end, "--out", str(tmp_path)).status == 2


def test_another_route_goes_through_other_tracks(run: Run, reader: StoreReader) -> None:
    argv = ("journey", *two(reader), "--length", "5", "--paths")
    assert run(*argv).lines == run(*argv).lines
    assert run(*argv, "--route", "1").lines != run(*argv).lines


def test_a_blend_meets_wishes(run: Run, reader: StoreReader) -> None:
    start, end = two(reader)
    said = json.loads(
        run("blend", "--genre", start, "--tempo", end, "--length", "4", "--json").data
    )
    assert len(said["picks"]) == 4
    assert {start, end}.isdisjoint(pick["path"] for pick in said["picks"])
    assert set(said["wishes"]) == {"genre", "tempo"}
    assert "genre" in run("blend", "--genre", start, "--length", "2").lines[1]
    assert run("blend").status == 2


def test_a_playlist_is_reordered(run: Run, reader: StoreReader, tmp_path: Path) -> None:
    paths = [track.path for track in reader.tracks(reader.track_ids())][:9]
    mixed = tmp_path / "mixed.m3u8"
    outside = tmp_path / "outside.mp3"
    write_m3u8(mixed, [PlaylistItem(path) for path in (*paths, os.fsencode(outside))])
    out = tmp_path / "flow.m3u8"
    ran = run("reorder", str(mixed), "--keep-first", "--out", str(out))
    assert ran.status == 0
    assert "the worst step" in ran.words
    assert "not in the library: 1 track" in ran.words
    flowing = read_playlist(bytes(out)).paths
    assert sorted(flowing) == sorted(paths)
    assert flowing[0] == paths[0]
    write_m3u8(mixed, [PlaylistItem(os.fsencode(outside))])
    assert run("reorder", str(mixed)).status == 3
    assert run("reorder", str(tmp_path / "none.m3u8")).status == 1


def test_collections_are_seeds(run: Run, reader: StoreReader, tmp_path: Path) -> None:
    track = reader.tracks(reader.track_ids())[0]
    playlist = tmp_path / "seeds.m3u8"
    write_m3u8(playlist, [PlaylistItem(track.path)])
    for option, value in (
        ("--artist", track.artist),
        ("--album", track.album),
        ("--genre", track.genres[0]),
        ("--playlist", str(playlist)),
    ):
        ran = run("radio", option, value, "--length", "3", "--json")
        assert ran.status == 0, ran.words
        said = json.loads(ran.data)
        assert said["seeds"] == []
        assert len(said["picks"]) == 3
    assert run("radio", "--artist", "Nobody at all").status == 3
    assert run("radio").status == 2


def test_a_pick_tells_everything_to_machines(run: Run, heard: Path) -> None:
    said = json.loads(run("radio", SEED, "--length", "3", "--json").data)
    pick = said["picks"][0]
    assert pick["story"]
    for part in ("moved_by", "tempo_bpm", "previous_tempo_bpm", "mood", "unplayed_days"):
        assert part in pick["reasons"]


def test_the_radio_is_measured(run: Run, heard: Path) -> None:
    argv = ("doctor", "--radio", "--radios", "2", "--length", "4")
    text = run(*argv).text
    for part in ("plain nearest", "this radio", "tags only", "random draw", "same recording"):
        assert part in text
    said = json.loads(run(*argv, "--json").data)
    assert len(said["figures"]) == 4
    assert said["verdict"]
    assert "Measuring" not in text
