"""Title, artist and album of files without tags, from their names and folders."""

from __future__ import annotations

import re
from dataclasses import replace

from tuiradio.library.text import clean_text, fold
from tuiradio.library.track import Tags

# "03 Title", "03. Title", "1-03 Title", "[03] Title".
_NUMBERED = re.compile(
    r"^[(\[]?(?:(?P<disc>\d)[-.])?(?P<track>\d{1,3})[)\]]?[\s._-]+(?P<rest>\S.*)$"
)
_DISC_FOLDER = re.compile(r"^(?:cd|dis[ck])[\s._-]*(\d{1,2})$", re.IGNORECASE)
# Folders that sort files, not music.
_NOBODY = frozenset(
    ("unsorted", "downloads", "music", "unknown", "unknown artist", "unknown album", "misc", "new")
)


def fill_from_path(tags: Tags, relative_path: bytes) -> Tags:
    """``tags`` with what is absent taken from the path; the title is never empty.

    Knows ``Artist - Title``, ``NN Title`` and ``Artist/Album/NN Title``. The album comes
    from the folder only when the file says nothing of itself.
    """
    if tags.title and tags.artist:
        return tags
    *parents, name = relative_path.decode("utf-8", "replace").split("/")
    track, disc, artist, title = _from_name(_stem(name))
    folder_disc, folder_artist, folder_album = _from_folders(parents)
    untagged = not (tags.title or tags.artist or tags.album)
    return replace(
        tags,
        title=tags.title or title or clean_text(name) or "?",
        artist=tags.artist or ("" if tags.title else artist) or tags.album_artist or folder_artist,
        album=tags.album or (folder_album if untagged else ""),
        track_number=tags.track_number or (track if untagged else 0),
        disc_number=tags.disc_number or (disc or folder_disc if untagged else 0),
    )


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    text = clean_text(stem if dot and stem else name)
    return text if " " in text else text.replace("_", " ").strip() or text


def _from_name(stem: str) -> tuple[int, int, str, str]:
    """Track number, disc number, artist and title."""
    numbered = _NUMBERED.match(stem)
    track = int(numbered["track"]) if numbered else 0
    disc = int(numbered["disc"] or 0) if numbered else 0
    rest = numbered["rest"].lstrip("-. ") if numbered else stem
    parts = [part.strip() for part in rest.split(" - ") if part.strip()]
    if len(parts) < 2:
        return track, disc, "", rest
    if len(parts) > 2 and parts[-2].isdecimal() and len(parts[-2]) <= 3:
        track = track or int(parts[-2])
    middle = parts[1:] if len(parts) == 2 else parts[-1:]
    return track, disc, parts[0], " - ".join(middle)


def _from_folders(parents: list[str]) -> tuple[int, str, str]:
    """Disc number, artist and album."""
    names = [clean_text(parent) for parent in parents]
    disc = 0
    if names and (found := _DISC_FOLDER.match(names[-1])):
        disc = int(found[1])
        names.pop()
    names = ["" if fold(name) in _NOBODY else name for name in names]
    if not names:
        return disc, "", ""
    artist, dash, album = names[-1].partition(" - ")
    if dash:
        return disc, artist.strip(), album.strip()
    return (disc, names[-2], names[-1]) if len(names) > 1 else (disc, names[-1], "")
