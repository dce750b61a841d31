"""Where the screen was left, and the way back there."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuiradio.library.rows import Scope, Sort
from tuiradio.ui.browse_list import Shelf
from tuiradio.ui.face_actions import QUEUE, RADIO
from tuiradio.ui.find_actions import FindActions
from tuiradio.ui.listing import Listing
from tuiradio.ui.stations import BY_ID
from tuiradio.ui.view_state import ViewState

_PANES = ("browse", "side")


@dataclass(frozen=True, slots=True)
class _Place:
    """A row to come back to, once its list is there."""

    scope: Scope
    row: int
    track_id: int


class RecallActions(FindActions):
    """Station, shelf, order, row and view outlive the run."""

    _place: _Place | None = None

    def go_back_to(self, at: ViewState) -> None:
        """Take up station, shelf, order and row where they were left."""
        station = BY_ID.get(at.station, BY_ID["tracks"])
        self.action_station(station.id)
        scope = scope_of(at.scope) if station.browses else station.scope
        if at.sort in set(Sort):
            sort = Sort(at.sort)
            self.listing = replace(self.listing, sort=sort, descending=at.descending)
        self._place = _Place(scope, at.row, at.track)
        if station.browses:
            shelf = shelf_of(station.id, at.shelf)
            self._shelves_above = _above(shelf)
            self.open_shelf(shelf, 0, scope)
        else:
            self.reload()
        if at.pane in _PANES:
            self.show_pane(at.pane)
        elif station.id != "map":
            self.show_pane("tracks")

    def go_back_to_face(self, at: ViewState) -> None:
        """Put the view in front that was there."""
        if at.face in (RADIO, QUEUE):
            self._toggle(at.face)

    def place_left(self) -> dict[str, Any]:
        """Fields of a ``ViewState``."""
        at, rows = self.listing, self.track_list
        cursor, track_id = rows.cursor, rows.ids[rows.cursor] if rows.count else 0
        if at.words is not None or at.like_id is not None:
            cursor, track_id = self._left_at
        focused = "browse" if self.focused is self.browse_list else "tracks"
        if self.focused is self.queue_list:
            focused = "side"
        return {
            "station": at.station.id,
            "sort": at.sort.value,
            "descending": at.descending,
            "shelf": shelf_text(self.shelf) if at.station.browses else "",
            "scope": scope_text(at.scope) if at.station.browses else "",
            "row": cursor,
            "track": max(0, track_id),
            "pane": focused,
            "face": self.face,
        }

    def _show_ids(self, at: Listing, ids: Sequence[int], instead: str = "") -> None:
        super()._show_ids(at, ids, instead)
        place = self._place
        if place is None or at != self.listing or at.scope != place.scope or not ids:
            return
        self._place = None
        rows = self.track_list
        row = ids.index(place.track_id) if place.track_id in ids else place.row
        rows.cursor = max(0, min(row, len(ids) - 1))
        rows.show_row(rows.cursor, middle=True)
        rows.refresh()

    def search_typed(self, words: str) -> None:
        self._place = None
        super().search_typed(words)


def shelf_text(shelf: Shelf) -> str:
    """A shelf as text to be kept; ``shelf_of`` reads it."""
    folder = None if shelf.folder is None else os.fsdecode(shelf.folder)
    return json.dumps({"artist": shelf.artist, "folder": folder})


def shelf_of(station: str, text: str) -> Shelf:
    """What ``shelf_text`` wrote; the top of the station for anything else."""
    kept = _object(text)
    artist, folder = kept.get("artist"), kept.get("folder")
    return Shelf(
        station,
        artist if station == "artists" and isinstance(artist, str) else None,
        _path(folder) if station == "folders" else None,
    )


def scope_text(scope: Scope) -> str:
    """What was chosen beside the list, as text; ``scope_of`` reads it."""
    folder = None if scope.folder is None else os.fsdecode(scope.folder)
    kept = {
        "artist": scope.artist,
        "album": scope.album,
        "genre": scope.genre,
        "playlist": scope.playlist,
        "folder": folder,
    }
    return json.dumps({name: value for name, value in kept.items() if value is not None})


def scope_of(text: str) -> Scope:
    """What ``scope_text`` wrote; everything for anything else."""
    kept = _object(text)
    words = {name: kept[name] for name in ("artist", "genre") if isinstance(kept.get(name), str)}
    album, folder, playlist = kept.get("album"), kept.get("folder"), kept.get("playlist")
    if not (isinstance(album, list) and [type(part) for part in album] == [str, str]):
        album = None
    return Scope(
        **words,
        album=(album[0], album[1]) if album else None,
        folder=_path(folder),
        playlist=playlist if type(playlist) is int and 0 <= playlist < 2**63 else None,
    )


def _path(text: object) -> bytes | None:
    """What ``os.fsdecode`` made; None for anything else."""
    try:
        return os.fsencode(text) if isinstance(text, str) else None
    except UnicodeEncodeError:
        return None


def _object(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _above(shelf: Shelf) -> tuple[tuple[Shelf, int], ...]:
    """The shelves that lead to this one: of folders the one above is as much as is known."""
    return ((Shelf(shelf.station), 0),) if shelf != Shelf(shelf.station) else ()
