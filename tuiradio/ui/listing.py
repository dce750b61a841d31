"""Which tracks the list in the middle shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuiradio.library.correction import Found
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
    like_id: int | None = None
    """The track the rows sound like."""
    within: str = ""
    """The artist, album … chosen beside the list."""

    @property
    def kind(self) -> str:
        """Which columns to show."""
        if self.like_id is not None:
            return "similar"
        if self.words is not None:
            return ""
        if self.scope.artist is not None:
            return "artist"
        if self.scope.album is not None:
            return "album"
        if self.scope.genre is not None:
            return "genre"
        return "failed" if self.station.id == "failed" else ""

    def read(self, reader: StoreReader) -> Found:
        """Its ids, and what was searched for instead of the words; not for what sounds alike."""
        if self.words is None or not self.words.strip():
            return Found(reader.track_ids(self.scope, self.sort, self.descending), "")
        return reader.find(self.words)
