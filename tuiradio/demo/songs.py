"""The songs of the demo library: who, what, how long."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from tuiradio.demo.styles import STYLES
from tuiradio.demo.synth import tempo_of


@dataclass(frozen=True, slots=True)
class Song:
    """One song; everything heard follows from ``style`` and ``title``."""

    style: str
    artist: str
    album: str
    year: int
    number: int
    title: str
    seconds: float
    extension: str

    @property
    def relative_path(self) -> PurePosixPath:
        """Artist/Album/NN Title.ext, below the demo directory."""
        name = f"{self.number:02} {self.title}{self.extension}"
        return PurePosixPath(self.artist, self.album, name)

    @property
    def tags(self) -> Mapping[str, str]:
        """What ``write_tagged`` writes into the file."""
        return {
            "title": self.title,
            "artist": self.artist,
            "album": self.album,
            "genre": STYLES[self.style].genre,
            "date": str(self.year),
            "tracknumber": str(self.number),
            "comment": f"{tempo_of(self.style, self.rng())} bpm, composed by tuiradio",
        }

    def rng(self) -> np.random.Generator:
        """The song's own random generator, the same in every process."""
        return np.random.default_rng(zlib.crc32(f"{self.style}/{self.title}".encode()))


_ALBUMS: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    (
        "chiptune",
        "Eight Bit Orchard",
        "Cartridge Weather",
        2019,
        ("Press Start to Dream", "Lava Level Lullaby"),
    ),
    ("chiptune", "Pixel Otter", "Save Point", 2021, ("River Stage", "Boss of Kindness")),
    ("ambient", "Slow Harbour", "Tides for Sleeping", 2016, ("Low Water", "Lamps Across the Bay")),
    (
        "ambient",
        "Nadir Fields",
        "Above the Fog",
        2020,
        ("First Snow, No Footprints", "Weightless Hour"),
    ),
    (
        "house",
        "Marble Arcade",
        "Four Floors Up",
        2018,
        ("Elevator to Sunrise", "Glass Ceiling Groove"),
    ),
    ("house", "Delphine Okoro", "Night Bus Home", 2022, ("Last Stop Disco", "Neon in the Rain")),
    (
        "waltz",
        "The Clockmaker's Niece",
        "Small Mechanisms",
        2014,
        ("Dance of the Cogs", "The Ballerina Oversleeps"),
    ),
    ("waltz", "Otto Spieldose", "Winter Fair", 2011, ("Carousel in the Snow", "Gingerbread Waltz")),
    ("folk", "Wren & Alder", "Hedgerow Songs", 2013, ("Gate Left Open", "Eleven Miles to Ashby")),
    (
        "folk",
        "Tomás Ferreira",
        "Kitchen Recordings",
        2017,
        ("Coffee, Then Rain", "My Grandfather's Boat"),
    ),
    ("rock", "Copper Kites", "Loud Weather", 2009, ("Thunder on a Tuesday", "Borrowed Amplifier")),
    ("rock", "The Untied Laces", "Stairwell", 2015, ("Run Anyway", "Nobody's Parade")),
    (
        "jazz",
        "Mina Castellanos Trio",
        "After the Late Set",
        2012,
        ("Blue Umbrella", "Two for the Doorman"),
    ),
    (
        "jazz",
        "Quartet Nine",
        "Uptown Slow",
        2006,
        ("Walking Past Your Window", "The Pigeon and the Hat"),
    ),
    (
        "drum and bass",
        "Kestrel Unit",
        "Velocity Studies",
        2020,
        ("Tunnel Light", "Falling Upwards"),
    ),
    (
        "drum and bass",
        "Sub Rosa Sound",
        "Under Concrete",
        2018,
        ("Rain on Sector Five", "Static Bloom"),
    ),
    (
        "chamber",
        "Lindenhof Quartet",
        "Letters Home",
        2010,
        ("Andante for an Empty Chair", "The Linden Tree at Noon"),
    ),
    (
        "chamber",
        "Aurelia Strand",
        "Northern Rooms",
        2019,
        ("Candle, Window, Sea", "A Slow Departure"),
    ),
)


def _songs() -> tuple[Song, ...]:
    songs: list[Song] = []
    for style, artist, album, year, titles in _ALBUMS:
        for number, title in enumerate(titles, 1):
            index = len(songs)
            # Lengths that differ, from 42 to 73 s; one song in four without loss.
            seconds = 42.0 + index * 13 % 32
            extension = ".flac" if index % 4 == 0 else ".ogg"
            songs.append(Song(style, artist, album, year, number, title, seconds, extension))
    return tuple(songs)


SONGS: tuple[Song, ...] = _songs()
