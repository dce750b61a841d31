"""The actions that move through the rows in focus, and the one that writes them to a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from textual.widgets import Input

from tuiradio.engine.arranging import KeepPlaylist
from tuiradio.library.track import Track
from tuiradio.ui.browse_list import BrowseList
from tuiradio.ui.dialogs import PlaylistPrompt
from tuiradio.ui.play_actions import music_dir
from tuiradio.ui.queue_list import QueueList
from tuiradio.ui.text import clean
from tuiradio.ui.track_list import TrackList
from tuiradio.ui.view_actions import ViewActions
from tuiradio.ui.virtual_list import VirtualList

_UNSAFE = re.compile(r'[/\\:*?"<>|]+')
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ExportList:
    """Tracks that may be written as a playlist."""

    what: str
    """For people; hostile text."""
    file_name: str
    """Without an extension; safe."""
    ids: tuple[int, ...]


class RowActions(ViewActions):
    """Cursor, marks, activation and export."""

    @property
    def rows(self) -> VirtualList:
        """The list that the keys go to; a search leads its results."""
        focused = self.focused
        return focused if isinstance(focused, VirtualList) else self.track_list

    def action_cursor_down(self) -> None:
        self.rows.move_by(1)

    def action_cursor_up(self) -> None:
        self.rows.move_by(-1)

    def action_page_down(self) -> None:
        self.rows.move_by(self.rows.page)

    def action_page_up(self) -> None:
        self.rows.move_by(-self.rows.page)

    def action_first_row(self) -> None:
        self.rows.move_to(0)

    def action_last_row(self) -> None:
        self.rows.move_to(self.rows.count - 1)

    def action_find_playing(self) -> None:
        """Go to the track that plays, in the list if it is there, else in what is up next."""
        rows, playing = self.track_list, self.playing_id
        if playing is not None and playing in rows.ids:
            index = rows.ids.index(playing)
            self.show_pane("tracks")
            rows.show_row(index, middle=True)
            rows.move_to(index)
        elif self.queue_list.current >= 0:
            self.show_pane("side")
            self.queue_list.move_to(self.queue_list.current)

    def action_mark(self) -> None:
        rows = self.rows
        if isinstance(rows, TrackList | QueueList):
            rows.mark(rows.cursor)
            rows.move_by(1)
            self.title_changed()

    def action_mark_all(self) -> None:
        rows = self.rows
        (rows if isinstance(rows, QueueList) else self.track_list).mark_all()
        self.title_changed()

    def action_activate(self) -> None:
        if self.rows.count:
            self.activate(self.rows, self.rows.cursor)

    def activate(self, rows: VirtualList, index: int) -> None:
        """Enter or a double click on a row."""
        if rows is self.track_list:
            self.play_row(index)
        elif rows is self.tuner:
            self.tuner.flip()
        elif rows is self.queue_list:
            self.jump_to(index)
        elif isinstance(rows, BrowseList) and (row := rows.row()):
            self.open_row(row)

    def on_virtual_list_activated(self, message: VirtualList.Activated) -> None:
        self.activate(message.rows, message.index)

    def on_virtual_list_cursor_moved(self, message: VirtualList.CursorMoved) -> None:
        if message.rows is self.queue_list:
            self.explain()
        elif message.rows is self.browse_list:
            self.follow_shelf()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "search":
            self.search_typed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "search" and self.track_list.count:
            self.play_row(self.track_list.cursor)
            self.track_list.focus()

    # --- export ---------------------------------------------------------------------------

    def action_export(self) -> None:
        """Ask for a path and write a list there: what is meant most likely, or the next."""
        self._export_first(self._export_lists())

    def export_tracks(self, ids: tuple[int, ...], name: str) -> None:
        """Ask for a path and write these tracks there."""
        self._export_first((ExportList(name, _file_name(name), ids),))

    def _export_first(self, lists: tuple[ExportList, ...]) -> None:
        if not lists:
            self.say("Nothing to export here", "warning")
            return
        self.files.do(
            "free name",
            lambda _: _free(music_dir(Path.cwd()) / f"{lists[0].file_name}.m3u8"),
            lambda file: self._ask_path(lists, file, "an M3U8 playlist"),
            self.complain,
        )

    def _export_lists(self) -> tuple[ExportList, ...]:
        """What may be written, the likeliest first: marks, the radio, the list on screen."""
        shown = self._shown_list()
        queued = self._queue_list()
        in_queue = self.focused in (self.queue_list, self.tuner)
        marked = bool(self.track_list.marked)
        is_first = in_queue or (self._is_radio() and not marked)
        lists = (queued, shown) if is_first else (shown, queued)
        return tuple(one for one in lists if one.ids)

    def _is_radio(self) -> bool:
        """Whether what is up next comes from the radio, which may have been ended since."""
        radio = self.state.radio
        picked = any(entry.pick is not None for entry in self.queue_list.entries)
        return bool(radio.seed_ids) and (radio.on or picked)

    def _shown_list(self) -> ExportList:
        rows = self.track_list
        ids = rows.chosen() if rows.marked else tuple(rows.ids)
        at = self.listing
        name = at.within or at.station.name
        if at.like_id is not None:
            track = self.tracks.get(at.like_id)
            name = f"like {track.title if track else at.like_id}"
        elif at.words:
            name = at.words
        what = f"the marked of {name}" if rows.marked else name
        return ExportList(what, _file_name(name), ids)

    def _queue_list(self) -> ExportList:
        rows = self.queue_list
        entries = [e for e in rows.entries if not rows.marked or e.entry_id in rows.marked]
        ids = tuple(entry.track_id for entry in entries)
        radio = self.state.radio
        track = self.tracks.get(radio.seed_ids[0]) if self._is_radio() else None
        name = f"radio - {radio.name or track.title}" if track else "up next"
        return ExportList(f"the marked of {name}" if rows.marked else name, _file_name(name), ids)

    def _ask_path(self, lists: tuple[ExportList, ...], file: Path, hint: str) -> None:
        ask, *others = lists
        title = f"Export {_tracks(len(ask.ids))}: {clean(ask.what)}"
        if others:
            hint = f"tab: {_tracks(len(others[0].ids))} of {clean(others[0].what)} · {hint}"
        self.push_screen(
            PlaylistPrompt(title, str(file), hint),
            lambda answer: self._answered(lists, answer, asked=file if "again" in hint else None),
        )

    def _answered(
        self, lists: tuple[ExportList, ...], answer: str | None, asked: Path | None
    ) -> None:
        if answer == PlaylistPrompt.OTHER:
            self._export_first((*lists[1:], lists[0]))
        elif answer is not None:
            self.files.do(
                "playlist",
                lambda _: _playlist_at(answer),
                lambda found: self._export_to(lists, *found, asked),
                self.complain,
            )

    def _export_to(
        self, lists: tuple[ExportList, ...], file: Path, exists: bool, asked: Path | None
    ) -> None:
        if exists and file != asked:
            self._ask_path(lists, file, "it exists: once again replaces it")
            return
        self.library.do(
            "export",
            lambda reader: _write(file, reader.tracks(lists[0].ids)),
            lambda count: self._written(file, count),
            self.complain,
        )

    def _written(self, file: Path, count: int) -> None:
        self.engine.submit(KeepPlaylist(bytes(file)))
        self.say(f"{_tracks(count)} written", hint=str(file))


def _tracks(count: int) -> str:
    return f"{count:,} track{'' if count == 1 else 's'}"


def _playlist_at(path: str) -> tuple[Path, bool]:
    """The file meant by what was typed, and whether there is one."""
    file = Path(path).expanduser().absolute()
    if file.suffix.lower() not in (".m3u8", ".m3u"):
        file = file.with_name(file.name + ".m3u8")
    return file, file.exists()


def _free(file: Path) -> Path:
    """The path itself, or with a number that no file has."""
    tries = (file.with_stem(f"{file.stem} {n}") for n in range(2, 1000))
    return file if not file.exists() else next((f for f in tries if not f.exists()), file)


def _file_name(name: str) -> str:
    safe = _UNSAFE.sub("-", clean(name)).strip(" .-")
    return safe[:_LONGEST_NAME] or "playlist"


def _write(file: Path, tracks: list[Track]) -> int:
    # Imported here: export is rare, and start-up is watched.
    from tuiradio.connect.playlists import PlaylistItem, write_m3u8

    items = [PlaylistItem(t.path, t.title, t.artist, t.duration_s) for t in tracks]
    write_m3u8(file, items, relative=False)
    return len(items)
