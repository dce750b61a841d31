"""The actions that make the engine do something."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tuiradio.engine.arranging import MoveEntries
from tuiradio.engine.protocol import (
    AddRoots,
    ChangeVolume,
    ClearQueue,
    Enqueue,
    JumpTo,
    MoveEntry,
    Next,
    PlayTracks,
    Previous,
    RemoveEntries,
    Rescan,
    RetryFailures,
    SeekBy,
    StartRadio,
    StopPlaying,
    StopRadio,
    TogglePause,
    Where,
)
from tuiradio.engine.wishes import FlowUpcoming
from tuiradio.library.rows import Scope
from tuiradio.ui.base import RadioBase
from tuiradio.ui.browse_list import BrowseList
from tuiradio.ui.dialogs import PathPrompt
from tuiradio.ui.queue_list import QueueList
from tuiradio.ui.track_list import TrackList
from tuiradio.ui.tuner_panel import TunerPanel

_SEEK_S = 5.0
_SEEK_FAR_S = 30.0
_VOLUME_STEP = 5.0
_TURNS = {"back": -1, "on": 1, "far_back": -4, "far_on": 4}
# Playing row 50,000 of a list must not send 100,000 numbers to the engine.
_PLAYED_BEFORE = 50
_PLAYED_AFTER = 450
_MOST_SEEDS = 12
_MOST_SEEDS_OF_MANY = 200
"""Of an artist, a genre …, as on the command line: more would not make a seed clearer."""
_MOST_ADDED = 2000


class PlayActions(RadioBase):
    """Playing, radio and queue, for the rows in focus."""

    @property
    def track_list(self) -> TrackList:
        return self.screen_stack[0].query_one(TrackList)

    @property
    def queue_list(self) -> QueueList:
        return self.screen_stack[0].query_one(QueueList)

    @property
    def tuner(self) -> TunerPanel:
        return self.screen_stack[0].query_one(TunerPanel)

    def chosen(self) -> tuple[int, ...]:
        """The tracks an action is about: marked, under the cursor, or playing."""
        if self.focused is self.queue_list and (listed := self.queue_list.track_ids()):
            return listed
        if isinstance(self.focused, BrowseList):
            return tuple(self.track_list.ids[:_MOST_ADDED])
        if ids := self.track_list.chosen():
            return ids
        return (self.playing_id,) if self.playing_id is not None else ()

    def one_chosen(self) -> int | None:
        """The single track an action is about: under the cursor of the list in focus."""
        return next(iter(self.chosen()), None)

    # --- playing --------------------------------------------------------------------

    def play_row(self, index: int) -> None:
        """Play the list from a row on, or the marked rows."""
        rows = self.track_list
        if rows.marked:
            self.engine.submit(PlayTracks(rows.chosen()))
            return
        first = max(0, index - _PLAYED_BEFORE)
        ids = tuple(rows.ids[first : index + _PLAYED_AFTER])
        if ids:
            self.engine.submit(PlayTracks(ids, index - first))

    def jump_to(self, index: int) -> None:
        """Play a row of the queue; what was played before is put in front of what comes next."""
        rows = self.queue_list
        entry = rows.entry_at(index)
        if entry is not None:
            self.engine.submit(JumpTo(entry.entry_id))
        elif index < len(rows.past):
            self.engine.submit(Enqueue((rows.past[index].track_id,), Where.NEXT))
            self.say("Comes next", hint=self.by_key("undo", "takes it back"))

    def action_toggle_pause(self) -> None:
        self.engine.submit(TogglePause())

    def action_next(self) -> None:
        self.engine.submit(Next())

    def action_previous(self) -> None:
        self.engine.submit(Previous())

    def action_stop(self) -> None:
        self.engine.submit(StopPlaying())

    def action_seek_back(self) -> None:
        self.engine.submit(SeekBy(-_SEEK_S))

    def action_seek_on(self) -> None:
        self.engine.submit(SeekBy(_SEEK_S))

    def action_seek_far_back(self) -> None:
        self.engine.submit(SeekBy(-_SEEK_FAR_S))

    def action_seek_far_on(self) -> None:
        self.engine.submit(SeekBy(_SEEK_FAR_S))

    def action_tuner_turn(self, how: str) -> None:
        """Turn the dial in focus: ``back`` or ``on`` by one step, ``far_…`` by four."""
        self.tuner.turn(_TURNS[how])

    def action_louder(self) -> None:
        self.engine.submit(ChangeVolume(_VOLUME_STEP))

    def action_softer(self) -> None:
        self.engine.submit(ChangeVolume(-_VOLUME_STEP))

    # --- the radio ---------------------------------------------------------------

    def action_radio(self) -> None:
        if isinstance(self.focused, BrowseList) and (row := self.focused.row()):
            self.radio_from(row.label, row.scope)
            return
        ids = self.chosen()
        if not ids:
            self.say("No track to start a radio from", "warning", "Put the cursor on one.")
            return
        step = max(1, len(ids) // _MOST_SEEDS)
        seeds = ids if len(ids) <= _MOST_SEEDS else ids[::step][:_MOST_SEEDS]
        self.engine.submit(StartRadio(seeds))
        self._unmark()
        track = self.tracks.get(seeds[0])
        more = f" and {len(seeds) - 1} more" if len(seeds) > 1 else ""
        self.say(f"Radio from “{track.title[:60] if track else '…'}”{more}")

    def radio_from(self, name: str, scope: Scope) -> None:
        """A radio from all that an artist, album, genre, folder or playlist holds."""
        self.library.do(
            "seeds",
            lambda reader: reader.track_ids(scope),
            lambda ids: self._start_radio_from(name, ids),
            self.complain,
        )

    def _start_radio_from(self, name: str, ids: Sequence[int]) -> None:
        if not ids:
            self.say(f"No track of “{name[:60]}” is in the library", "warning")
            return
        seeds = tuple(ids[:: -(-len(ids) // _MOST_SEEDS_OF_MANY)])
        self.engine.submit(StartRadio(seeds, name=name))
        self.say(f"Radio from “{name[:60]}”", hint=f"{len(ids):,} tracks are its seed")

    def _unmark(self) -> None:
        """What was marked was acted upon."""
        if self.focused is self.queue_list and self.queue_list.marked:
            self.queue_list.unmark()
        elif self.track_list.marked:
            self.track_list.marked.clear()
            self.track_list.refresh()

    def action_radio_off(self) -> None:
        self.engine.submit(StopRadio())

    # --- the queue ----------------------------------------------------------------------

    def action_enqueue(self) -> None:
        self._enqueue(Where.LAST)

    def action_enqueue_next(self) -> None:
        self._enqueue(Where.NEXT)

    def _enqueue(self, where: Where) -> None:
        if not (ids := self.chosen()):
            return
        self.engine.submit(Enqueue(ids, where))
        place = "next" if where is Where.NEXT else "at the end"
        many = "1 track" if len(ids) == 1 else f"{len(ids)} tracks"
        self.say(f"{many} added {place}", hint=self.by_key("undo", "takes it back"))
        self._unmark()

    def action_remove(self) -> None:
        if self._is_in_queue() and (ids := self.queue_list.chosen()):
            self.engine.submit(RemoveEntries(ids))
            self._unmark()

    def _is_in_queue(self) -> bool:
        """Whether the cursor is in the queue; says where it has to be otherwise."""
        if self.focused is not self.queue_list:
            how = self.by_key("focus_next", "leads there")
            self.say("That is done in Up next", "warning", how)
        return self.focused is self.queue_list

    def action_move_down(self) -> None:
        self._move(1)

    def action_move_up(self) -> None:
        self._move(-1)

    def _move(self, rows: int) -> None:
        queue = self.queue_list
        if not self._is_in_queue() or not (moving := queue.chosen()):
            return
        index = queue.row_of(moving[0]) - queue.first_place() + rows
        if not 0 <= index <= len(queue.entries) - len(moving):
            return
        if len(moving) == 1:
            self.engine.submit(MoveEntry(moving[0], index))
        else:
            # Apart, they come together at the first of them.
            self.engine.submit(MoveEntries(moving, index))

    def action_clear(self) -> None:
        self.engine.submit(ClearQueue())
        self.say("Queue cleared", hint=self.by_key("undo", "takes it back"))

    def action_flow(self) -> None:
        """Put what is up next in order; the engine says what it gained."""
        self.engine.submit(FlowUpcoming())

    # --- the library ----------------------------------------------------------------------

    def action_retry(self) -> None:
        ids = self.track_list.chosen() if self.track_list.marked else ()
        self.engine.submit(RetryFailures(ids))
        self.say("Listening again to what failed")

    def action_rescan(self) -> None:
        self.engine.submit(Rescan())
        self.say("Looking at every folder again")

    def action_add_folder(self) -> None:
        self.files.do("music", lambda _: music_dir(Path.home()), self._ask_folder, self.complain)

    def _ask_folder(self, start: Path) -> None:
        self.push_screen(
            PathPrompt("Add a folder of music", str(start), "a directory; ~ is understood"),
            self._add,
        )

    def _add(self, answer: str | None) -> None:
        if answer is not None:
            # A folder of a sleeping disk or a lost network answers late.
            self.files.do("folder", lambda _: _folder_at(answer), self._add_found, self.complain)

    def _add_found(self, found: tuple[Path, bool]) -> None:
        folder, is_there = found
        if not is_there:
            self.say(f"{folder} is no folder", "error", self.by_key("add_folder", "asks again"))
            return
        self.engine.submit(AddRoots((bytes(folder),)))


def music_dir(otherwise: Path) -> Path:
    """The user's folder of music, if there is one."""
    music = Path.home() / "Music"
    return music if music.is_dir() else otherwise


def _folder_at(path: str) -> tuple[Path, bool]:
    folder = Path(path).expanduser().absolute()
    return folder, folder.is_dir()
