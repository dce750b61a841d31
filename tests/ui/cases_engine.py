"""Actions that tell the engine something: what is pressed before, and the command."""

from __future__ import annotations

from collections.abc import Callable

from tuiradio.engine.protocol import (
    Ban,
    ChangeVolume,
    ClearQueue,
    Command,
    Enqueue,
    Like,
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
from tuiradio.engine.wishes import FlowUpcoming, GiveFeedback, Undo
from tuiradio.library.track import FeedbackKind
from tuiradio.ui.app import TuiradioApp as App

# action -> keys before, and the command that each of its keys sends about row 0 or 1
SENDS: dict[str, tuple[tuple[str, ...], Callable[[App], Command]]] = {
    "toggle_pause": ((), lambda a: TogglePause()),
    "next": (("enter",), lambda a: Next()),
    "previous": ((), lambda a: Previous()),
    "seek_back": ((), lambda a: SeekBy(-5.0)),
    "seek_on": ((), lambda a: SeekBy(5.0)),
    "seek_far_back": ((), lambda a: SeekBy(-30.0)),
    "seek_far_on": ((), lambda a: SeekBy(30.0)),
    "louder": ((), lambda a: ChangeVolume(5.0)),
    "softer": ((), lambda a: ChangeVolume(-5.0)),
    "stop": ((), lambda a: StopPlaying()),
    "radio": ((), lambda a: StartRadio((a.track_list.ids[0],))),
    "radio_off": (("r",), lambda a: StopRadio()),
    "like": ((), lambda a: Like(a.track_list.ids[0], True)),
    "ban": ((), lambda a: Ban(a.track_list.ids[0], True)),
    "more": ((), lambda a: GiveFeedback(a.track_list.ids[0], FeedbackKind.MORE)),
    "less": ((), lambda a: GiveFeedback(a.track_list.ids[0], FeedbackKind.LESS)),
    "enqueue": ((), lambda a: Enqueue((a.track_list.ids[0],), Where.LAST)),
    "enqueue_next": ((), lambda a: Enqueue((a.track_list.ids[0],), Where.NEXT)),
    "remove": (("r", "tab"), lambda a: RemoveEntries((500,))),
    "move_down": (("r", "tab"), lambda a: MoveEntry(500, 1)),
    "move_up": (("r", "tab", "j"), lambda a: MoveEntry(501, 0)),
    "undo": ((), lambda a: Undo()),
    "flow": ((), lambda a: FlowUpcoming()),
    "clear": ((), lambda a: ClearQueue()),
    "retry": ((), lambda a: RetryFailures()),
    "rescan": ((), lambda a: Rescan()),
    "activate": ((), lambda a: PlayTracks(tuple(a.track_list.ids), 0)),
}
