"""Every action of the screen, once: bindings, help, key line and palette are made from here.

An action of a sheet stands in ``sheet_keymap``; a key means one thing within a context.
"""

from __future__ import annotations

from collections.abc import Mapping

from tuiradio.errors import UsageError
from tuiradio.ui.action import Action, Context, Group, binding_id, first_key, key_names
from tuiradio.ui.key_table import Wanted, laid_over
from tuiradio.ui.keys_file import written_keys
from tuiradio.ui.settings_keymap import IN_SETTINGS
from tuiradio.ui.sheet_keymap import IN_SHEETS

__all__ = ["ACTIONS", "ON_MAP", "Action", "Group", "binding_id", "first_key", "key_names"]


def _map(what: str, keys: str, label: str, tooltip: str, line: int = 0) -> Action:
    return Action(f"map_{what}", keys, Group.MAP, label, tooltip, line, Context.MAP)


def _tuner(what: str, keys: str, label: str, tooltip: str) -> Action:
    return Action(f"tuner_{what}", keys, Group.TUNER, label, tooltip, 0, Context.TUNER)


ACTIONS: tuple[Action, ...] = (
    Action("toggle_pause", "space,p", Group.PLAY, "pause", "Pause or go on", 2),
    Action("next", "n", Group.PLAY, "next", "Play the next track", 6),
    Action("previous", "b", Group.PLAY, "previous", "Back to the start, or the track before"),
    Action("seek_back", "left,comma", Group.PLAY, "−5 s", "Seek 5 seconds back"),
    Action("seek_on", "right,full_stop", Group.PLAY, "+5 s", "Seek 5 seconds on"),
    Action("seek_far_back", "shift+left,less_than_sign", Group.PLAY, "−30 s", "30 seconds back"),
    Action("seek_far_on", "shift+right,greater_than_sign", Group.PLAY, "+30 s", "30 seconds on"),
    Action("louder", "plus,equals_sign", Group.PLAY, "louder", "Turn the volume up by 5 %"),
    Action("softer", "minus", Group.PLAY, "softer", "Turn the volume down by 5 %"),
    Action("seek_to", "at", Group.PLAY, "go to …", "Go to a time in the track, such as 2:30"),
    Action("volume_to", "percent_sign", Group.PLAY, "volume …", "Set the volume in percent"),
    Action("stop", "ctrl+s", Group.PLAY, "stop", "Stop the music; what is up next stays"),
    Action(
        "radio", "r", Group.RADIO, "radio", "Endless radio from this track, or the marked ones", 3
    ),
    Action("similar", "s", Group.RADIO, "similar", "List what sounds most like this track", 4),
    Action("why", "w", Group.RADIO, "why", "Why the radio picked this track", 7),
    Action("tuner", "t", Group.RADIO, "tuner", "Turn the dials of the radio", 5),
    Action(
        "presets", "P", Group.RADIO, "presets", "Save the dials under a name, or use saved ones"
    ),
    Action("like", "l", Group.RADIO, "like", "Like this track, or take it back", 10),
    Action("more", "m", Group.RADIO, "more", "More like this track in this radio", 12),
    Action("less", "M", Group.RADIO, "less", "Less like this track in this radio", 13),
    Action(
        "ban", "x", Group.RADIO, "never play", "Never let the radio pick this track, or allow it"
    ),
    Action(
        "ban_more",
        "X",
        Group.RADIO,
        "never play …",
        "Ban its artist, album or folder; what is banned",
    ),
    Action(
        "journey",
        "Y",
        Group.RADIO,
        "journey",
        "From track to track in even steps: mark them, or play one",
        14,
    ),
    Action(
        "blend",
        "B",
        Group.RADIO,
        "blend",
        "Mix marked tracks: the genre of one, the tempo of another",
    ),
    Action(
        "teach", "E", Group.RADIO, "teach", "Teach it your ear: which of two is closer to a third"
    ),
    Action("radio_off", "ctrl+r", Group.RADIO, "radio off", "No more picks; what is up next stays"),
    Action(
        "search", "slash", Group.LIST, "search", "Search title, artist, album, genre and path", 1
    ),
    Action("filter", "ampersand", Group.LIST, "filter", "Search within this list, in its order"),
    Action("activate", "enter", Group.LIST, "play", "Play from here, or open"),
    Action(
        "menu",
        "grave_accent,f10",
        Group.LIST,
        "menu",
        "All that can be done with this row; the right mouse button, too",
    ),
    Action("mark", "v", Group.LIST, "mark", "Mark this row and go to the next"),
    Action("mark_all", "ctrl+a", Group.LIST, "mark all", "Mark every row, or none"),
    Action("sort", "o", Group.LIST, "sort", "Sort by the next column"),
    Action("sort_turn", "O", Group.LIST, "turn", "Turn the order around"),
    Action(
        "retry", "R", Group.LIST, "retry", "Listen again to the failed tracks marked, or to all"
    ),
    Action("cursor_down", "down,j", Group.LIST, "down", "One row down"),
    Action("cursor_up", "up,k", Group.LIST, "up", "One row up"),
    Action("page_down", "pagedown,ctrl+d", Group.LIST, "page down", "A page down"),
    Action("page_up", "pageup,ctrl+u", Group.LIST, "page up", "A page up"),
    Action("first_row", "home,g", Group.LIST, "first", "To the first row"),
    Action("last_row", "end,G", Group.LIST, "last", "To the last row"),
    Action("find_playing", "y", Group.LIST, "playing", "Go to the track that plays"),
    Action("enqueue", "a", Group.QUEUE, "add", "Put this track, or the marked ones, at the end", 9),
    Action("enqueue_next", "A", Group.QUEUE, "add next", "Put it right after the track that plays"),
    Action("remove", "d,delete", Group.QUEUE, "remove", "Take the row out of what is up next"),
    Action("move_down", "J", Group.QUEUE, "later", "Move the row one later"),
    Action("move_up", "K", Group.QUEUE, "sooner", "Move the row one sooner"),
    Action(
        "undo",
        "u,ctrl+z",
        Group.QUEUE,
        "undo",
        "Take back the last change, like, wish, ban or skip",
    ),
    Action(
        "flow",
        "F",
        Group.QUEUE,
        "flow",
        "Order what is up next so that each leads to the next",
    ),
    Action("clear", "C", Group.QUEUE, "clear", "Drop all but the track that plays"),
    Action("export", "e", Group.QUEUE, "export", "Write radio or list as an M3U8 playlist", 11),
    Action("station('tracks')", "1", Group.VIEW, "Tracks", "All tracks"),
    Action("station('artists')", "2", Group.VIEW, "Artists", "By artist"),
    Action("station('albums')", "3", Group.VIEW, "Albums", "By album"),
    Action("station('genres')", "4", Group.VIEW, "Genres", "By genre"),
    Action("station('folders')", "5", Group.VIEW, "Folders", "By folder"),
    Action("station('playlists')", "number_sign", Group.VIEW, "Playlists", "By playlist"),
    Action("station('liked')", "6", Group.VIEW, "Liked", "Tracks you like"),
    Action("station('new')", "7", Group.VIEW, "New", "Recently added"),
    Action("station('unplayed')", "8", Group.VIEW, "Unplayed", "Never played"),
    Action(
        "station('failed')", "9,f", Group.VIEW, "Failed", "What could not be listened to, and why"
    ),
    Action("station('map')", "0", Group.VIEW, "Map", "The library as a map", 9),
    Action("radio_view", "N", Group.VIEW, "on air", "What plays, why, what comes next, the tuner"),
    Action("queue_view", "I", Group.VIEW, "queue", "What was played and what comes next"),
    Action("lyrics", "L", Group.VIEW, "lyrics", "The words, cover and sound of what plays", 11),
    Action("cover", "c", Group.VIEW, "cover", "Show the cover of what plays, or hide it"),
    Action("meter", "V", Group.VIEW, "meter", "Show how loud the music is beside the seek bar"),
    Action("mini", "z", Group.VIEW, "one line", "All in one line, or the lists again"),
    Action("focus_next", "tab", Group.VIEW, "next panel", "To the next panel"),
    Action("focus_previous", "shift+tab", Group.VIEW, "panel before", "To the panel before"),
    Action("back", "escape", Group.VIEW, "back", "Back: out of a search, a panel, a list"),
    _map("step('left')", "left,h", "left", "To the next song on the left"),
    _map("step('right')", "right,l", "right", "To the next song on the right"),
    _map("step('up')", "up,k", "up", "To the next song above"),
    _map("step('down')", "down,j", "down", "To the next song below"),
    _map("pan('left')", "shift+left,H", "look left", "Look further left"),
    _map("pan('right')", "shift+right", "look right", "Look further right"),
    _map("pan('up')", "shift+up,pageup,K", "look up", "Look further up"),
    _map("pan('down')", "shift+down,pagedown,J", "look down", "Look further down"),
    _map("zoom('in')", "plus,equals_sign", "nearer", "Nearer to the song under the cursor", 3),
    _map("zoom('out')", "minus", "farther", "Farther away", 4),
    _map("whole", "0", "all", "The whole map; draw it again if it failed", 5),
    _map("shade", "o", "colours", "Colour by genre, mood or tempo", 6),
    _map("mark", "m,v", "mark", "Mark this song; Y is the journey between two marked ones", 2),
    _map("play", "enter", "play", "Play this song and what lies around it, or the marked ones", 1),
    _map("tuned", "W", "as tuned", "Draw the map as the tuner weighs the sides of the sound"),
    _tuner("turn('back')", "left,h", "turn back", "Turn the dial back"),
    _tuner("turn('on')", "right,l", "turn on", "Turn the dial on"),
    _tuner("turn('far_back')", "shift+left,H", "turn far back", "Turn the dial far back"),
    _tuner("turn('far_on')", "shift+right", "turn far on", "Turn the dial far on"),
    Action("add_folder", "i", Group.APP, "add music", "Add a folder of music to the library"),
    Action("rescan", "U", Group.APP, "rescan", "Look at every music folder again"),
    Action("next_theme", "T", Group.APP, "theme", "The next theme"),
    Action("choose_theme", "ctrl+t", Group.APP, "themes", "Look through the themes, and take one"),
    Action(
        "command_palette",
        "ctrl+p",
        Group.APP,
        "palette",
        "Find any action by name",
        15,
        in_sheets=True,
    ),
    Action(
        "jump",
        "semicolon",
        Group.APP,
        "jump",
        "Letters appear on all that can be reached; type one",
        in_sheets=True,
    ),
    Action("settings", "S", Group.APP, "settings", "Every setting, with what it means"),
    Action("doctor", "D", Group.APP, "doctor", "See whether everything is well, and what to do"),
    Action("tour", "f3", Group.APP, "tour", "Show me round in 30 seconds"),
    Action(
        "notices", "f4", Group.APP, "what happened", "What is the matter, goes on, and was said"
    ),
    Action("help", "question_mark,f1", Group.APP, "help", "All keys", 8, in_sheets=True),
    Action("quit", "q,ctrl+q", Group.APP, "quit", "Leave and stop the music", 16),
    Action("detach", "Q", Group.APP, "detach", "Leave and let the music play on"),
    *IN_SETTINGS,
    *IN_SHEETS,
)

ON_MAP = tuple(action for action in ACTIONS if action.on_map)


def with_user_keys(overrides: Mapping[str, str]) -> tuple[Action, ...]:
    """The table with the user's keys in place of ours.

    Raises:
        UsageError: no such action or key, or two wishes for one key.
    """
    wishes = [Wanted(name, written_keys(keys) or ()) for name, keys in overrides.items()]
    table = laid_over(ACTIONS, {}, wishes)
    if table.troubles:
        names = ", ".join(binding_id(action) for action in ACTIONS)
        raise UsageError(table.troubles[0], f"Actions: {names}.")
    return table.actions
