"""The tour: what to try, where it is on the screen, and how one sees that it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuiradio.radio.pick import RadioSettings


@dataclass(frozen=True, slots=True)
class Seen:
    """What the tour looks at, as of one moment."""

    track_id: int | None = None
    seed_ids: tuple[int, ...] = ()
    """Of the radio that is on."""
    settings: RadioSettings = RadioSettings()
    explains: bool = False
    on_map: bool = False
    exports: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try."""

    action: str
    """The id of its action, whose key is shown; "" for the last words."""
    words: str
    """What the key does; goes on from the key's name."""
    where: str
    """``{next}`` stands for the key to the next panel."""
    targets: tuple[str, ...]
    """Selectors of the place; the first that is on the screen is pointed at."""
    is_done: Callable[[Seen, Seen], bool] = lambda before, now: False
    """From how it was when the step began, and how it is."""


STEPS: tuple[Step, ...] = (
    Step(
        "search",
        "and a few letters find a song, slips mended; enter plays it.",
        "The list is where it shows up.",
        ("#tracks", "#map", "#stations"),
        lambda before, now: now.track_id not in (None, before.track_id),
    ),
    Step(
        "radio",
        "starts an endless radio of songs that sound like this one.",
        "Up next fills with them; {next} leads there.",
        ("#queue", "#now"),
        lambda before, now: bool(now.seed_ids) and now.seed_ids != before.seed_ids,
    ),
    Step(
        "why",
        "tells why a song was picked: how near it is, and in what.",
        "In Up next ({next}) every pick has its reasons.",
        ("#why", "#now"),
        lambda before, now: now.explains and not before.explains,
    ),
    Step(
        "tuner",
        "shows the dials, → and ← turn one; what comes next follows at once.",
        "Drift wanders off, adventure digs for the forgotten.",
        ("#tuner", "#queue", "#now"),
        lambda before, now: now.settings != before.settings,
    ),
    Step(
        "station('map')",
        "draws your library as a map: what sounds alike lies together.",
        "The radio's way is drawn over it as it plays.",
        ("#map", "#stations"),
        lambda before, now: now.on_map and not before.on_map,
    ),
    Step(
        "export",
        "writes the radio as a playlist for any other player.",
        "It asks for the file first; esc thinks better of it.",
        ("#queue", "#now"),
        lambda before, now: now.exports,
    ),
    Step(
        "help",
        "lists every key, and everything can be clicked as well.",
        "That was all. Enjoy the music.",
        ("#keys",),
    ),
)
