"""What an empty list says: what is happening, and what to do."""

from __future__ import annotations

from tuiradio.engine.protocol import EngineState
from tuiradio.ui.ink import Piece
from tuiradio.ui.stations import Station
from tuiradio.ui.text import clean, number

Lines = list[list[Piece]]


def empty_list(state: EngineState, station: Station, searched: str | None, tracks: int) -> Lines:
    """Lines for a list without rows.

    Args:
        searched: words of the search that found nothing, or None.
        tracks: tracks in the library.
    """
    if searched is not None:
        return _searched(searched)
    if tracks and station.nothing:
        return [[], _line((f"  {station.nothing}", "dim"))]
    if tracks:
        return [[], _line(("  Nothing here.", "dim"))]
    if state.scan.running:
        return _scanning(state)
    return _no_music(state)


def _line(*parts: tuple[str, str]) -> list[Piece]:
    return [Piece(text, ink) for text, ink in parts]


def _searched(words: str) -> Lines:
    if not words.strip():
        return [[], _line(("  Type words of a title, artist, album, genre or path.", "dim"))]
    return [
        [],
        _line(("  Nothing is called ", "dim"), (clean(words), "text"), (".", "dim")),
        _line(("  esc", "key"), (" goes back to the list.", "dim")),
    ]


def _scanning(state: EngineState) -> Lines:
    return [
        [],
        _line(("  ◌ Looking through your music…", "amber")),
        _line((f"    {number(state.scan.seen)} files so far", "text")),
        [],
        _line(("  Tracks appear here as they are found; you can play them at once.", "dim")),
    ]


def _no_music(state: EngineState) -> Lines:
    lines = [
        [],
        _line(("  Welcome to tuiradio.", "amber")),
        [],
        _line(("  It plays your music, listens to it in the background,", "text")),
        _line(("  and turns any song into an endless radio of similar ones.", "text")),
        _line(("  Nothing leaves this machine.", "dim")),
        [],
    ]
    if not state.roots:
        return [
            *lines,
            [
                Piece("  i", "key", "add_folder"),
                Piece("  add a folder of music", "text", "add_folder"),
                *_line((" (or start with ", "dim"), ("tuiradio ~/Music", "teal"), (")", "dim")),
            ],
            [Piece("  ?", "key", "help"), Piece("  all keys", "text", "help")],
            [],
            _line(("  No music at hand? ", "dim"), ("tuiradio demo", "teal"),
                  (" composes some.", "dim")),
        ]  # fmt: skip
    roots = ", ".join(clean(root.decode("utf-8", "replace")) for root in state.roots)
    return [
        *lines,
        _line(("  No audio files were found in ", "text"), (roots, "teal")),
        [
            Piece("  U", "key", "rescan"),
            Piece("  look again   ", "text", "rescan"),
            Piece("i", "key", "add_folder"),
            Piece("  add another folder", "text", "add_folder"),
        ],
    ]
