"""The radio and the queue as views, playlists and other rows as seeds, and the way back to all."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import AppFactory
from tests.ui.driving import settle
from tests.ui.fake_engine import FakeEngine
from tests.ui.library import ROOT, make_library
from tuiradio.config import UiConfig
from tuiradio.engine.arranging import KeepPlaylist, MoveEntries
from tuiradio.engine.protocol import (
    Enqueue,
    MoveEntry,
    PlayerChanged,
    QueueChanged,
    RadioChanged,
    RemoveEntries,
    StartRadio,
    Where,
)
from tuiradio.library.playlist_files import PlaylistFile
from tuiradio.library.playlists import PlaylistChange
from tuiradio.library.rows import Play, Scope
from tuiradio.library.store import StoreWriter
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.face_actions import when
from tuiradio.ui.hit_list import ScopeLabel
from tuiradio.ui.on_air import AirFace
from tuiradio.ui.queue_list import QueueHeader
from tuiradio.ui.recall_actions import scope_of, scope_text, shelf_of, shelf_text
from tuiradio.ui.stations import FACES, STATIONS, StationDial, placed

SIZE = (120, 40)


@pytest.fixture(scope="module")
def with_playlists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small library with two playlists, one of them with holes, and some plays."""
    file = tmp_path_factory.mktemp("playlists") / "library.sqlite3"
    make_library(file)
    with closing(StoreWriter(file)) as writer:
        tracks = writer.tracks(writer.track_ids())
        paths = [track.path for track in tracks]
        lists = {
            b"/Sunday.m3u8": PlaylistFile("Sunday", (*paths[8:2:-1], ROOT + b"/gone.mp3"), 2),
            b"/[Road].m3u": PlaylistFile("", tuple(paths[10:30])),
        }
        writer.apply_playlists(
            [PlaylistChange(ROOT + name, 1, 1, listed) for name, listed in lists.items()]
        )
        for number, track in enumerate(tracks[-4:]):
            writer.record_play(Play(track.id, 1_000_000.0 + number, 60.0, 90.0, number == 2))
    return file


async def press(pilot: Pilot[int], *keys: str) -> TuiradioApp:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    assert isinstance(pilot.app, TuiradioApp)
    return pilot.app


# --- playlists and seeds ------------------------------------------------------------


async def test_playlists_are_a_source(make_app: AppFactory, with_playlists: Path) -> None:
    app = make_app(file=with_playlists)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "number_sign")
        assert [(row.label, row.note) for row in app.browse_list.rows] == [
            ("[Road]", "20"),
            ("Sunday", "6 of 7"),
        ]
        assert app.track_list.count == 20
        await press(pilot, "j")
        title = app.screen.query_one("#centre").border_title
        assert title == "Playlists › Sunday · 6 · 1 not in the library · 2 on the network"
        in_order = list(app.track_list.ids)
        assert app.track_list.kind == "playlist"
        await press(pilot, "tab", "o")
        assert sorted(app.track_list.ids) == sorted(in_order)
        assert list(app.track_list.ids) != in_order
        await press(pilot, "shift+tab", "a")
        engine = app.engine
        assert isinstance(engine, FakeEngine)
        assert engine.last() == Enqueue(tuple(app.track_list.ids), Where.LAST)


async def test_no_playlists_are_no_tracks(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "number_sign")
        assert (app.browse_list.count, app.track_list.count) == (0, 0)
        words = "".join(piece.text for line in app.track_list.empty for piece in line)
        assert "No playlists yet" in words


async def test_a_row_of_the_shelf_is_a_seed(
    make_app: AppFactory, engine: FakeEngine, with_playlists: Path
) -> None:
    cases = (
        (("2", "j"), Scope(artist="DJ 🎛️ Cardboard")),
        (("4", "j"), Scope(genre="Indie Rock")),
        (("5",), Scope(folder=ROOT)),
        (("number_sign", "j"), None),
    )
    app = make_app(file=with_playlists)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for keys, scope in cases:
            engine.commands.clear()
            await press(pilot, *keys, "r")
            sent = next(c for c in engine.commands if isinstance(c, StartRadio))
            row = app.browse_list.row()
            assert row is not None
            assert sent.name == row.label
            assert sorted(sent.seed_ids) == sorted(app.track_list.ids)
            assert app.listing.scope == (scope or Scope(playlist=row.scope.playlist))


async def test_an_exported_playlist_is_kept(
    make_app: AppFactory, engine: FakeEngine, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        app.screen.query_one("#path").value = str(tmp_path / "mine")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert engine.last() == KeepPlaylist(bytes(tmp_path / "mine.m3u8"))


# --- the views ------------------------------------------------------------------------


async def test_the_radio_is_a_view(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "n", "N")
        shown = {name for name in ("on-air", "queue", "why", "tuner", "centre", "queue-columns")
                 if app.screen.query_one(f"#{name}").display}  # fmt: skip
        assert shown == {"on-air", "queue", "why", "tuner"}
        words = "".join(
            piece.text for line in app.screen.query_one(AirFace).lines(58, 13) for piece in line
        )
        assert "█" in words
        assert "Anna Lindqvist Quartet" in words
        await press(pilot, "tab", "right")
        assert app.focused is app.tuner
        await press(pilot, "t")
        assert app.focused is app.queue_list
        await press(pilot, "N")
        assert app.screen.query_one("#centre").display
        assert app.focused is app.track_list
        await press(pilot, "N", "escape")
        assert app.face == ""
        await press(pilot, "N", "6")
        assert (app.face, app.listing.station.id) == ("", "liked")


async def test_the_radio_view_where_there_is_little_room(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "N")
        assert app.screen.query_one("#on-air").display
        assert not app.tuner.display
        await press(pilot, "t")
        assert app.tuner.display
        assert app.focused is app.tuner
        await press(pilot, "escape")
        assert not app.tuner.display
        assert app.face == "radio"


async def test_the_views_change_places(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "N", "I", "t")
        assert (app.face, app.focused) == ("radio", app.tuner)
        await press(pilot, "I")
        assert app.face == "queue"
        assert not app.screen.query_one("#on-air").display
        await press(pilot, "L")
        assert (app.face, app.is_on_stage) == ("", True)
        await press(pilot, "N")
        assert not app.screen.query_one("#stage").display
        await press(pilot, "L")
        assert app.screen.query_one("#stage").display
        await press(pilot, "0", "I", "escape")
        assert app.is_on_map
        assert app.map_view.display
        await pilot.click("#stations", offset=(107, 0))
        await settle(pilot)
        assert app.face == "queue"
        await press(pilot, "slash")
        assert (app.face, app.listing.words) == ("", "")


async def test_the_queue_shows_what_was_played_before(
    make_app: AppFactory, engine: FakeEngine, with_playlists: Path
) -> None:
    app = make_app(file=with_playlists)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "I")
        rows = app.queue_list
        assert len(rows.past) == 4 - (engine.state.queue[0].track_id in app.track_list.ids[-4:])
        assert rows.current == rows.cursor == len(rows.past)
        assert [play.skipped for play in rows.past].count(True) == 1
        assert rows.row_of(501) == rows.current + 1
        header = app.screen.query_one(QueueHeader)
        assert str(header.border_title).startswith("Up next · 8")
        await press(pilot, "g", "y")
        assert (app.face, rows.cursor) == ("queue", rows.current)
        await press(pilot, "g", "d", "J", "enter")
        past = rows.past[0].track_id
        assert engine.last() == Enqueue((past,), Where.NEXT)
        assert not any(isinstance(c, RemoveEntries | MoveEntry) for c in engine.commands)
        await press(pilot, "I")
        assert (rows.past, rows.ROW_HEIGHT) == ((), 2)


async def test_several_rows_of_the_queue_at_once(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "I", "j", "v", "j", "v")
        assert app.queue_list.chosen() == (501, 503)
        assert "2 marked" in app.queue_list.title()
        await press(pilot, "J")
        assert engine.last() == MoveEntries((501, 503), 2)
        await press(pilot, "K")
        assert engine.last() == MoveEntries((501, 503), 0)
        await press(pilot, "r")
        sent = engine.last()
        assert isinstance(sent, StartRadio)
        assert len(sent.seed_ids) == 2
        assert not app.queue_list.marked
        await press(pilot, "ctrl+a", "d")
        removed = engine.last()
        assert isinstance(removed, RemoveEntries)
        assert len(removed.entry_ids) == app.queue_list.count
        await press(pilot, "v", "escape", "escape")
        assert app.face == ""


async def test_rows_are_dragged(make_app: AppFactory, engine: FakeEngine) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r", "I")
        engine.commands.clear()
        await pilot.mouse_down("#queue", offset=(20, 2))
        await pilot.hover("#queue", offset=(20, 5))
        assert engine.commands == [], "nothing moves while a row is held"
        await pilot.mouse_up("#queue", offset=(20, 5))
        await settle(pilot)
        assert engine.commands == [MoveEntries((502,), 4)]
        engine.commands.clear()
        await pilot.click("#queue", offset=(20, 3))
        await settle(pilot)
        assert engine.commands == [], "a click is not a drag"
        assert app.queue_list.cursor == 3
        await pilot.click("#queue", offset=(20, 1), control=True)
        await pilot.click("#queue", offset=(20, 3), control=True)
        await pilot.mouse_down("#queue", offset=(20, 3))
        await pilot.hover("#queue", offset=(20, 0))
        await pilot.mouse_up("#queue", offset=(20, 0))
        await settle(pilot)
        assert engine.commands == [MoveEntries((501, 503), 0)]


def test_when_a_track_was_played() -> None:
    now = datetime(2026, 11, 21, 18, 0, 0)
    ages = {0: "just now", 150: "2 min ago", 7_200: "today 16:00", 86_400: "Friday 18:00"}
    for age_s, words in ages.items():
        assert when(Play(1, now.timestamp() - age_s, 1, 1), now) == words
    assert when(Play(1, now.timestamp() - 40 * 86_400, 1, 1), now) == "2026-10-12"


# --- search --------------------------------------------------------------------------


async def test_names_are_found_and_opened(
    make_app: AppFactory, engine: FakeEngine, with_playlists: Path
) -> None:
    app = make_app(file=with_playlists)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"night")
        assert [(hit.kind.value, hit.name) for hit in app.hit_list.hits] == [
            ("album", "Night Trains"),
            ("album", "東京の夜 Tokyo Nights"),
        ]
        await press(pilot, "up", "up")
        assert app.focused is app.hit_list
        hit = app.hit_list.hit()
        await press(pilot, "r")
        sent = engine.last()
        assert isinstance(sent, StartRadio)
        assert hit is not None
        assert sent.name == hit.name
        await press(pilot, "enter")
        assert app.listing.station.id == "albums"
        assert app.listing.scope == hit.scope
        assert app.browse_list.row() is not None
        assert app.browse_list.row().label == hit.name  # type: ignore[union-attr]
        assert app.focused is app.track_list
        await press(pilot, "slash", *"sund", "up", "down")
        assert app.focused is app.track_list
        await press(pilot, "slash", "up", "enter")
        assert (app.listing.station.id, app.listing.within) == ("playlists", "Sunday")


async def test_names_that_are_misspelt_are_found(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"calypzo")
        assert [hit.name for hit in app.hit_list.hits][:1] == ["Professor Calypso"]


async def test_a_list_is_filtered(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "2", "j", "j", "ampersand")
        label = app.screen.query_one(ScopeLabel)
        assert label.words == " in Artists › Kōji Tanabe / 田辺光司 "
        everything = list(app.track_list.ids)
        await press(pilot, *"n")
        found = list(app.track_list.ids)
        assert found
        assert [i for i in everything if i in found] == found
        assert app.track_list.sort is not None
        await press(pilot, "tab", "o")
        assert sorted(app.track_list.ids) == sorted(found)
        await press(pilot, "slash")
        assert label.words == " everywhere "
        assert app.track_list.count > len(found)
        await pilot.click("#scope")
        await settle(pilot)
        assert list(app.track_list.ids) != everything
        assert app.listing.filters
        await press(pilot, *"zzz")
        words = "".join(piece.text for line in app.track_list.empty for piece in line)
        assert "Search everywhere instead" in words
        await press(pilot, "escape")
        assert sorted(app.track_list.ids) == sorted(everything)
        assert not app.listing.filters
        # While the box is empty, the keys that open it say where it looks.
        await press(pilot, "slash", "ampersand")
        assert app.listing.filters
        await press(pilot, "slash")
        assert not app.listing.filters
        assert app.search_input.value == ""


# --- remembered ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "station", "scope"),
    [
        (("1", "o", "o", "O", "j", "j", "j"), "tracks", Scope()),
        (("2", "j", "j", "enter", "enter", "j", "j"), "artists", None),
        (("5", "enter", "j", "tab", "j", "I"), "folders", None),
        (("number_sign", "j", "tab", "G"), "playlists", None),
        (("6", "j", "j", "N"), "liked", Scope(liked=True)),
    ],
)
async def test_everything_is_as_it_was_left(
    keys: tuple[str, ...],
    station: str,
    scope: Scope | None,
    make_app: AppFactory,
    with_playlists: Path,
) -> None:
    app = make_app(file=with_playlists)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        left = app.view_state()
        rows, ids = app.track_list.cursor, list(app.track_list.ids)
        shelf = app.shelf
        await pilot.press("Q")
    assert left.station == station
    again = make_app(file=with_playlists)
    async with again.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert again.view_state() == left
        assert again.track_list.cursor == rows
        assert list(again.track_list.ids) == ids
        assert scope is None or again.listing.scope == scope
        assert not again.listing.station.browses or again.shelf == shelf


async def test_a_shelf_that_is_gone_is_no_trouble(make_app: AppFactory, tmp_path: Path) -> None:
    state = {"version": 1, "station": "genres", "scope": scope_text(Scope(genre="Polka")),
             "shelf": "{", "row": 4_000, "track": 99_999, "face": "nose", "pane": "x"}  # fmt: skip
    (tmp_path / "screen.json").write_text(json.dumps(state))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.listing.station.id == "genres"
        assert app.browse_list.cursor == 0
        assert app.track_list.count == int(app.browse_list.rows[0].note)
        assert app.face == ""


def test_places_survive_as_text() -> None:
    for scope in (
        Scope(), Scope(artist="ä"), Scope(album=("a", "b")), Scope(genre=""), Scope(playlist=7),
        Scope(folder=b"/m/\xff\xe9"),
    ):  # fmt: skip
        assert scope_of(scope_text(scope)) == scope
    for broken in (
        "", "[]", "nonsense", '{"album": ["a"], "playlist": true, "folder": 3}',
        '{"folder": "\\ud800", "playlist": 9223372036854775808}',
    ):  # fmt: skip
        assert scope_of(broken) == Scope()
    shelf = shelf_of("folders", json.dumps({"folder": "/m/\udcff"}))
    assert shelf.folder == b"/m/\xff"
    assert shelf_of("folders", shelf_text(shelf)) == shelf


async def test_a_list_that_took_the_place_of_a_radio_is_not_exported_as_it(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        engine.say(RadioChanged(replace(engine.state.radio, on=False)))
        await press(pilot, "e")
        assert "radio - " in str(app.screen.query_one("#prompt").border_title), "its picks remain"
        await press(pilot, "escape", "enter", "e")
        assert "radio" not in str(app.screen.query_one("#prompt").border_title)


async def test_what_plays_is_in_sight_where_few_rows_fit(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        rows = app.queue_list
        engine.say(PlayerChanged(replace(engine.state.player, entry_id=rows.entries[4].entry_id)))
        await press(pilot, "I")
        top = rows.scroll_offset.y
        assert rows.page <= 3
        assert rows.region.bottom <= app.screen.query_one("#bar").region.y
        assert top <= rows.current < top + rows.page


async def test_an_empty_shelf_says_how_it_is_filled_where_it_stands_alone(
    make_app: AppFactory,
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "number_sign")
        drawn = [app.browse_list.draw_empty(line, 78) for line in range(6)]
        words = " ".join(piece.text for line in drawn for piece in line).split()
        assert words[:3] == ["No", "playlists", "yet:"]
        assert words[-3:] == ["e", "writes", "one."]


async def test_rows_are_moved_and_taken_out_in_up_next_only(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        engine.commands.clear()
        await press(pilot, "d", "J", "K")
        assert engine.commands == []
        told = app.notices.newest_first()[0][0]
        assert (told.message, told.hint, told.times) == (
            "That is done in Up next",
            "tab leads there",
            3,
        )


async def test_the_edge_tells_that_turned_dials_led_to_another_plan(
    make_app: AppFactory, engine: FakeEngine
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        assert "anew" not in app.queue_list.title()
        await press(pilot, "t", "right")
        assert "anew" not in app.queue_list.title(), "not before it is so"
        playing, *ahead = engine.state.queue
        engine.say(QueueChanged((playing, *reversed(ahead))))
        await settle(pilot)
        assert str(app.queue_list.border_title).endswith(" · planned anew")
        assert [told.message for told, _ in app.notices.newest_first()][1:] == [], "no toast of it"
        app.queue_list.news_are_old()
        assert "anew" not in str(app.queue_list.border_title)
        engine.say(QueueChanged((playing, *ahead)))
        await settle(pilot)
        assert "anew" not in app.queue_list.title(), "only a dial leads to these words"


# --- the dial and the columns --------------------------------------------------------------


@pytest.mark.parametrize("width", [80, 100, 116, 120, 160, 200])
def test_every_source_stands_on_the_dial(width: int) -> None:
    _, ticks = placed(width)
    assert len(ticks) == len(STATIONS) + len(FACES) * (width >= 116)
    ends = [tick.start + len(tick.name) for tick in ticks]
    assert all(end < tick.start for end, tick in zip(ends, ticks[1:], strict=False))
    assert ends[-1] <= width


async def test_the_dial_and_the_empty_list_tell_the_users_keys(make_app: AppFactory) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "6")
        app.rebind({"station.new": "f7", "like": "*", "lyrics": "", "station.map": "ctrl+alt+f5"})
        await settle(pilot)
        _, scale = app.screen.query_one(StationDial).lines(SIZE[0], 2)
        text = "".join(piece.text for piece in scale)
        assert len(text) == SIZE[0]
        assert " f7 " in text
        assert " I " in text
        assert not {"0", "6", "L"} & set(text)
        empty = "".join(piece.text for line in app.track_list.empty for piece in line)
        assert "* likes a track" in empty


async def test_columns_of_your_own(make_app: AppFactory) -> None:
    app = make_app(
        UiConfig(theme="valve", columns=("added", "title", "mood", "nonsense", "number"))
    )
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = [column.key for column in app.track_list.columns(100)]
        assert shown == ["added", "title", "mood", "number"]
        await press(pilot, "o")
        assert app.listing.sort.value in ("added", "title")
