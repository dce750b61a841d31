"""Pictures of the radio, the queue, playlists and what a search finds beside tracks."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.conftest import AppFactory
from tests.ui.library import ROOT, make_library
from tests.ui.test_pictures import SIZES, Compare, keys
from tuiradio.library.playlist_files import PlaylistFile
from tuiradio.library.playlists import PlaylistChange
from tuiradio.library.rows import Play
from tuiradio.library.store import StoreWriter

_LONG_AGO_S = 1_000_000.0
VIEWS = {
    "radio": ("r", "n", "N"),
    "queue": ("r", "n", "I", "j", "v", "v"),
    "playlist": ("number_sign", "j"),
}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small library with two playlists and some plays."""
    file = tmp_path_factory.mktemp("listed") / "library.sqlite3"
    make_library(file)
    with closing(StoreWriter(file)) as writer:
        tracks = writer.tracks(writer.track_ids())
        paths = [track.path for track in tracks]
        lists = {
            b"/Sunday.m3u8": PlaylistFile("Sunday morning", (*paths[20:2:-2], ROOT + b"/x.mp3"), 2),
            b"/Road.m3u": PlaylistFile("", tuple(paths[8:])),
        }
        writer.apply_playlists(
            [PlaylistChange(ROOT + name, 1, 1, listed) for name, listed in lists.items()]
        )
        for number, track in enumerate(tracks[16:20]):
            play = Play(track.id, _LONG_AGO_S + number, 60.0, 90.0)
            writer.record_play(replace(play, skipped=number == 1))
    return file


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("size", SIZES)
def test_view(
    size: str, view: str, make_app: AppFactory, listed: Path, snap_compare: Compare
) -> None:
    app = make_app(file=listed)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=keys(*VIEWS[view]))


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("found", ("slash", *"the", "up")),
        ("filtered", ("2", "j", "ampersand", *"o")),
        ("tuning low", ("r", "N", "t")),
    ],
)
def test_narrow(
    name: str, pressed: tuple[str, ...], make_app: AppFactory, listed: Path, snap_compare: Compare
) -> None:
    app = make_app(file=listed)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys(*pressed))
