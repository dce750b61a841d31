"""Music with labels but no teacher: a folder with its tags, or the Free Music Archive's dataset.

FMA (Defferrard et al. 2017, https://github.com/mdeff/fma): ``fma_metadata/tracks.csv`` has three
header rows (group, name, and the index's name), texts with line breaks in them, and rows of all
subsets; ``fma_small/012/012345.mp3`` are the clips. Its ``validation`` and ``test`` rows are left
out, so that what was trained can be measured on them.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tuiradio.library.tags import read_tags
from tuiradio.library.text import clean_text, fold
from tuiradio.library.track import Failure, Tags
from tuiradio.library.walk import Walk

NO_GENRE = {"", "genre", "misc", "miscellaneous", "none", "other", "unknown", "unclassifiable"}
NO_ARTIST = {"", "none", "unknown", "unknown artist", "various", "various artists"}
SUBSETS = ("small", "medium", "large")
"""Of FMA, each within the next; the first whose folder is there is taken."""
_TEXT_LIMIT_BYTES = 1 << 24
"""Of one field of ``tracks.csv``: artists' lives are longer than the csv module expects."""
_SUBSET, _SPLIT = ("set", "subset"), ("set", "split")
_GENRE, _ARTIST = ("track", "genre_top"), ("artist", "name")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A file and what people said of it, folded (no case, no accents); '' where nobody did."""

    file: bytes
    genre: str
    artist: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that cannot be learnt from, or a row that names none."""

    file: bytes
    reason: str


Found = tuple[list[Labelled], list[Skipped]]


def read_folder(folder: Path) -> Found:
    """Audio files below a folder in order, by their tags; they are only read.

    Raises:
        ValueError: the folder is not there.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    root = os.fsencode(folder.resolve())
    walk = Walk(root, (root,), lambda: False)
    found: list[Labelled] = []
    skipped: list[Skipped] = []
    for each in walk.files():
        file = os.path.join(root, each.relative_path)
        tags = read_tags(file)
        if isinstance(tags, Failure):
            skipped.append(Skipped(file, tags.reason))
        else:
            found.append(labelled(file, tags))
    unread = (Skipped(os.path.join(root, below), why) for below, why in walk.unreadable.items())
    return found, [*skipped, *unread]


def labelled(file: bytes, tags: Tags) -> Labelled:
    """The first genre; the artist, or the album where nobody is named (soundtracks)."""
    names = map(fold, (tags.artist, tags.album_artist))
    artist = next((name for name in names if name not in NO_ARTIST), "")
    if not artist and tags.album:
        # A line break is in no cleaned tag: an album never meets an artist of its name.
        artist = "album\n" + fold(tags.album)
    return Labelled(file, _genre(tags.genres[0] if tags.genres else ""), artist)


def read_fma(folder: Path) -> Found:
    """The training rows of FMA's smallest subset that lies in ``folder``, in the table's order.

    Raises:
        ValueError: there is no table, no folder of clips, or a column is missing.
    """
    table = folder / "fma_metadata" / "tracks.csv"
    present = [n for n, name in enumerate(SUBSETS) if (folder / f"fma_{name}").is_dir()]
    if not table.is_file():
        raise ValueError(f"{table} is missing (it comes in fma_metadata.zip).")
    if not present:
        raise ValueError(f"{folder} has no folder fma_small, fma_medium or fma_large.")
    clips = os.fsencode((folder / f"fma_{SUBSETS[present[0]]}").resolve())
    subsets = SUBSETS[: present[0] + 1]
    found: list[Labelled] = []
    skipped: list[Skipped] = []
    for number, row in _rows(table):
        if row[_SUBSET] not in subsets or row[_SPLIT] != "training":
            continue
        file = os.path.join(clips, b"%03d" % (number // 1000), b"%06d.mp3" % number)
        if os.path.isfile(file):
            artist = fold(clean_text(row[_ARTIST]))
            artist = "" if artist in NO_ARTIST else artist
            found.append(Labelled(file, _genre(clean_text(row[_GENRE])), artist))
        else:
            skipped.append(Skipped(file, "The table names it, but it is not there."))
    return found, skipped


def _genre(text: str) -> str:
    genre = fold(text)
    return "" if genre in NO_GENRE else genre


def _rows(table: Path) -> Iterator[tuple[int, dict[tuple[str, str], str]]]:
    """Number and the columns of use of each track; rows that are cut off or no track's are not."""
    before = csv.field_size_limit(_TEXT_LIMIT_BYTES)
    try:
        with table.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            # NUL bytes end a text for some of Python's versions.
            rows = csv.reader(line.replace("\0", "") for line in stream)
            names = list(zip(next(rows, []), next(rows, []), strict=False))
            wanted = (_SUBSET, _SPLIT, _GENRE, _ARTIST)
            missing = [" ".join(name) for name in wanted if name not in names]
            if missing:
                raise ValueError(f"{table} has no column {', '.join(missing)}.")
            places = {name: names.index(name) for name in wanted}
            for row in rows:
                if row and row[0].isascii() and row[0].isdigit() and len(row) == len(names):
                    yield int(row[0]), {name: row[at] for name, at in places.items()}
    except csv.Error as error:
        raise ValueError(f"{table} cannot be read: {error}.") from None
    finally:
        csv.field_size_limit(before)
