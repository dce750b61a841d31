"""Which tracks the list in the middle shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuiradio.library.correction import Found
from tuiradio.library.filtering import filtered
from tuiradio.library.reader import StoreReader
from tuiradio.library.rows import Scope, Sort
from tuiradio.ui.stations import BY_ID, Station


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list in the middle shows."""

    station: Station = BY_ID["tracks"]
    scope: Scope = field(default_factory=Scope)
    sort: Sort = Sort.ARTIST
    descending: bool = False
    words: str | None = None
    """A search, as typed; None when not searching."""
    filters: bool = False
    """Whether the words are looked for within the list, and not everywhere."""
    like_id: int | None = None
    """The track the rows sound like."""
    within: str = ""
    """The artist, album … chosen beside the list."""
    aside: str = ""
    """What else is to be told of it."""

    @property
    def is_sorted(self) -> bool:
        """Whether the rows stand in the order of a column."""
        return self.like_id is None and (not self.words or self.filters)

    @property
    def name(self) -> str:
        """The source and what is chosen of it, in words; hostile text."""
        return f"{self.station.name} › {self.within}" if self.within else self.station.name

    @property
    def kind(self) -> str:
        """Which columns to show."""
        if self.like_id is not None:
            return "similar"
        if self.words is not None and not self.filters:
            return ""
        if self.scope.artist is not None:
            return "artist"
        if self.scope.album is not None:
            return "album"
        if self.scope.genre is not None:
            return "genre"
        if self.scope.playlist is not None:
            return "playlist"
        return "failed" if self.station.id == "failed" else ""

    def read(self, reader: StoreReader) -> Found:
        """Its ids, and what was searched for instead of the words; not for what sounds alike."""
        if self.words is None or not self.words.strip():
            return Found(reader.track_ids(self.scope, self.sort, self.descending), "")
        if self.filters:
            return filtered(reader, self.words, self.scope, self.sort, self.descending)
        return reader.find(self.words)
