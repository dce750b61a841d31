"""When two files are the same recording: live, remastered, demo, or just another format."""

from __future__ import annotations

import re

from tuiradio.radio.artists import fold

SAME_VECTOR = 0.97
"""Lowest cosine in every sub-space for two files of one length to be the same sound. Copies of
16 tracks as MP3 at 96 kbit/s keep 0.988 with the trained network (0.997 with the MFCC model);
different songs reach 0.81 (0.77)."""
SAME_LENGTH_S = 1.5
"""Padding of lossy formats stays below a tenth of this; fades of remasters do not."""

_KIND = (
    r"(?:\d{4}|mono|stereo|digital(?:ly)?|bonus|album|single|radio|original|alternat(?:e|ive)|alt|"
    r"acoustic|instrumental|karaoke|live|demo|extended|full(?:\ length)?|short|long|early|rough|"
    r"final|clean|explicit|deluxe|anniversary|studio|unplugged|edited|uncut|official|hd|hq|"
    r"video|audio|lyrics?|re\ ?master(?:ed|ing)?|re\ ?recorded|[a-z0-9])"
)
_NOUN = r"(?:version|mix|edit|take|cut|track|edition|session|recording|performance|demo|release)"
_MARKER = re.compile(
    rf"""^(?:
        (?:{_KIND}\s)*{_KIND}?\s?re\ ?master(?:ed|ing)?(?:\s(?:{_KIND}|{_NOUN}))*
        | live(?:\s(?:at|in|from|on|with|bbc|mtv|sessions?|\d+|{_NOUN})\b.*)?
        | (?:recorded\ )?live\ .*(?:\d{{4}}|festival|tour|hall|arena|club|theatre|theater|stadium)
        | (?:{_KIND}\s)+{_NOUN}(?:\s\d+)?
        | (?:demo|take|version|acoustic|instrumental|karaoke|unplugged|mono|stereo|explicit|clean
            |bonus|edit|official(?:\ (?:audio|video|music\ video))?|remaster(?:ed)?|lyrics?)
          (?:\s\d+)?
        | (?:karaoke|instrumental|acoustic|live|demo)\s{_NOUN}
        | (?:feat|ft|featuring|with)\ .*
    )$""",
    re.VERBOSE,
)
_BRACKETS = re.compile(r"\s*[\(\[\{]([^\(\)\[\]\{\}]*)[\)\]\}]\s*$")
_DASH = re.compile(r"^(.+?)\s+[-–—]\s+([^-–—]+)$")
_FEATURING = re.compile(r"\s(?:feat\.?|ft\.?|featuring)\s.*$", re.IGNORECASE)
_NAMELESS = re.compile(
    r"^(?:(?:track|untitled|audio|piste|spur)\s?\d*|(?:song|title|titel)\s?\d+|\d*|intro(?:duction)?|outro|"
    r"interlude|prelude|overture|finale|skit|theme|main theme|reprise|allegro|adagio|andante|"
    r"presto|largo|menuett?o?|scherzo|rondo|aria|recitativ[eo]?)$"
)
_LONGEST_TITLE = 300


def bare_title(title: str) -> str:
    """The title folded and without what only names the version of a recording.

    "Song (Live at Wembley) - Remastered 2011" and "Song [Demo]" become "song". A remix
    under somebody's name is another recording and keeps its title.
    """
    rest = title[:_LONGEST_TITLE].strip()
    while rest:
        shorter = _without_last_marker(rest)
        if shorter == rest:
            break
        rest = shorter
    return fold(_FEATURING.sub("", rest)) or fold(title[:_LONGEST_TITLE])


def is_nameless(bare: str) -> bool:
    """Whether a bare title says too little to tell recordings by, such as "track 3"."""
    return _NAMELESS.match(bare) is not None


def is_similar_length(one_s: float, other_s: float) -> bool:
    """Whether two lengths in seconds could be of one recording in two formats."""
    return one_s > 0.0 and other_s > 0.0 and abs(one_s - other_s) <= SAME_LENGTH_S


def _without_last_marker(title: str) -> str:
    brackets = _BRACKETS.search(title)
    if brackets is not None and brackets.start() > 0:
        if _MARKER.match(fold(brackets.group(1))):
            return title[: brackets.start()].strip()
        return title
    dash = _DASH.match(title)
    if dash is not None and _MARKER.match(fold(dash.group(2))):
        return dash.group(1).strip()
    return title
