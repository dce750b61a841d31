"""What an empty list says: what is happening, and what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tuiradio.engine.protocol import EngineState, FolderState
from tuiradio.ui import keymap
from tuiradio.ui.ink import Piece, width_of
from tuiradio.ui.key_table import KeyTable
from tuiradio.ui.stations import Station
from tuiradio.ui.text import clean, number

Lines = list[list[Piece]]
KeyOf = Callable[[str], str]

_WHAT_IT_IS = (
    "It plays your music, listens to it in the background, "
    "and turns any song into an endless radio of similar ones."
)
_INDENT = 2
_LONGEST = 64
_NAMED = 3
"""Folders named before the rest is only counted."""


def _usual_key(action_id: str) -> str:
    return keymap.first_key(KeyTable(keymap.ACTIONS).of(action_id))


def empty_list(
    state: EngineState | None,
    station: Station,
    searched: str | None,
    tracks: int,
    at_hand: str = "",
    key_of: KeyOf = _usual_key,
) -> Lines:
    """Lines for a list without rows.

    Args:
        state: of the engine; None until it has told.
        searched: words of the search that found nothing, or None.
        tracks: tracks in the library.
        at_hand: a folder that most likely holds music; "" when there is none.
        key_of: the key to tell for an action, "" when it has none.
    """
    if searched is not None:
        return _searched(searched, key_of("back"))
    if tracks and station.nothing:
        key = key_of(station.filled_by) if station.filled_by else ""
        how = f" {key} {station.filled_how}" if key else ""
        return [[], _line((f"  {station.nothing}{how}", "dim"))]
    if tracks:
        return [[], _line(("  Nothing here.", "dim"))]
    if state is None:
        return [[], _line(("  ◌ A moment, the engine is starting…", "amber"))]
    if state.scan.running:
        return _scanning(state)
    return [*_welcome(), *_trouble(state), *_what_to_do(state, at_hand, key_of)]


def wrapped(lines: Lines, width: int) -> Lines:
    """The lines with what does not fit on lines of its own, indented as it was."""
    done: Lines = []
    width = min(width, _LONGEST)
    for line in lines:
        done += [line] if width_of(line) <= width else _broken(line, width)
    return done


def likely_music_dir() -> str:
    """The user's folder of music where it exists and holds anything; "" otherwise."""
    named = os.environ.get("XDG_MUSIC_DIR")
    for folder in (*([Path(named)] if named else []), Path.home() / "Music"):
        try:
            with os.scandir(folder) as entries:
                if next(entries, None) is not None:
                    return str(folder)
        except OSError:
            continue
    return ""


def _line(*parts: tuple[str, str]) -> list[Piece]:
    return [Piece(text, ink) for text, ink in parts]


def _button(key: str, words: str, action: str) -> list[Piece]:
    return [Piece(key, "key", action), Piece(f"  {words}", "text", action)]


def _broken(line: list[Piece], width: int) -> Lines:
    """One line broken between words; a word too long for any line is left to be cut."""
    lines: Lines = [[]]
    room = width
    for piece in line:
        text = piece.text
        start = len(text) - len(text.lstrip())
        words = [text[:start], *text[start:].split(" ")] if start else text.split(" ")
        for number_, word in enumerate(words):
            spaced = f" {word}" if number_ > (1 if start else 0) else word
            size = width_of([Piece(spaced)])
            if size > room and room < width - _INDENT:
                lines.append([Piece(" " * _INDENT)])
                room, spaced = width - _INDENT, word
                size = width_of([Piece(spaced)])
            lines[-1].append(Piece(spaced, piece.ink, piece.action))
            room -= size
    return lines


def _searched(words: str, back: str) -> Lines:
    if not words.strip():
        return [[], _line(("  Type words of a title, artist, album, genre or path.", "dim"))]
    return [
        [],
        _line(("  Nothing is called ", "dim"), (clean(words), "text"), (".", "dim")),
        *([_line((f"  {back}", "key"), (" goes back to the list.", "dim"))] if back else []),
    ]


def _scanning(state: EngineState) -> Lines:
    slow = any(folder.is_network for folder in state.scan.folders)
    where = f" in {_names(state.roots)}" if state.roots else ""
    lines = [
        [],
        _line(("  ◌ Looking for music", "amber"), (where, "teal"), ("…", "amber")),
        _line((f"    {number(state.scan.seen)} files so far", "text")),
        [],
        _line(("  Tracks appear here as they are found; you can play them at once.", "dim")),
    ]
    if slow:
        lines.append(_line(("  It lies on a network, where looking takes longer.", "dim")))
    return lines


def _welcome() -> Lines:
    return [
        [],
        _line(("  Welcome to tuiradio.", "amber")),
        [],
        _line((f"  {_WHAT_IT_IS}", "text")),
        _line(("  Nothing leaves this machine.", "dim")),
        [],
    ]


def _trouble(state: EngineState) -> Lines:
    """Why there is nothing, as far as something is the matter."""
    lines: Lines = []
    if state.listening.problem:
        problem = clean(state.listening.problem).rstrip(".")
        lines += [_line((f"  ▲ {problem}.", "warn"))]
        lines += (
            [_line((f"    {clean(state.listening.hint)}", "dim"))] if state.listening.hint else []
        )
    for folder in [one for one in state.scan.folders if one.problem][:_NAMED]:
        lines.append(_line(("  ▲ ", "warn"), (_name(folder.path), "teal"),
                           (f" {clean(folder.problem)}.", "warn")))  # fmt: skip
        lines.append(_line((f"    {_advice(folder)}", "dim")))
    return lines


def _advice(folder: FolderState) -> str:
    if "may not be read" in folder.problem:
        return "Give yourself the right to read it, then look again."
    if folder.is_network:
        return "Is the network up and the share mounted? It is noticed when it is back."
    return "Is its disk there? It is noticed when it is back."


def _what_to_do(state: EngineState, at_hand: str, key_of: KeyOf) -> Lines:
    add_key = key_of("add_folder")
    if not state.roots:
        add = "add a folder of music"
        also = [] if at_hand else _line((" (or start with ", "dim"), ("tuiradio DIR", "teal"),
                                        (")", "dim"))  # fmt: skip
        if at_hand:
            add = f"{add}: {clean(at_hand)}"
        return [
            [*_button(f"  {add_key}", add, "add_folder"), *also],
            _button(f"  {key_of('help')}", "all keys", "help"),
            [],
            _line(("  No music at hand? ", "dim"), ("tuiradio demo", "teal"),
                  (" composes some.", "dim")),
        ]  # fmt: skip
    fine = [folder for folder in state.scan.folders if not folder.problem]
    looked = fine or (() if state.scan.folders else state.roots)
    paths = [one.path if isinstance(one, FolderState) else one for one in looked]
    lines: Lines = []
    if paths and not state.listening.problem:
        lines.append(_line(("  No music was found in ", "text"), (_names(paths), "teal")))
        lines.append(_line(("  Looked for mp3, flac, ogg, opus, m4a, wav and the like.", "dim")))
    buttons = [("look again", "rescan"), ("add another folder", "add_folder")]
    return [
        *lines,
        [],
        *(_button(f"  {key_of(action)}", words, action) for words, action in buttons),
    ]


def _names(paths: tuple[bytes, ...] | list[bytes]) -> str:
    names = ", ".join(_name(path) for path in paths[:_NAMED])
    return f"{names} and {len(paths) - _NAMED} more" if len(paths) > _NAMED else names


def _name(path: bytes) -> str:
    return clean(path.decode("utf-8", "replace"))
