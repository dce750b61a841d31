"""The never-list: tracks, artists, albums and folders the radio keeps away from."""

from __future__ import annotations

from collections.abc import Sequence

from tuiradio.library.track import Banned, BanScope, Track
from tuiradio.radio.artists import artist_key, featured_in_title, fold, split_artists


class NeverList:
    """Everything that was banned, folded once so that a track is looked up at once.

    An artist's ban covers everything that names the artist, as a guest too: who cannot
    bear a voice cannot bear it as a guest. An album's covers every disc and edition of
    the same name by the same album artist, a folder's everything below it.
    """

    def __init__(self, banned: Sequence[Banned], whole: frozenset[str] = frozenset()) -> None:
        """``whole``: as in ``split_artists``."""
        self._whole = whole
        self._tracks: dict[int, Banned] = {}
        self._artists: dict[str, Banned] = {}
        self._albums: dict[tuple[str, str], Banned] = {}
        self._folders: list[tuple[bytes, Banned]] = []
        for ban in banned:
            self._take_in(ban)

    def __len__(self) -> int:
        wider = len(self._artists) + len(self._albums) + len(self._folders)
        return len(self._tracks) + wider

    def forbids(self, track: Track) -> Banned | None:
        """The ban that keeps a track away; None when it may play."""
        found = self._tracks.get(track.id)
        if found is None and self._albums and track.album:
            found = self._albums.get(self._album_key(track.album_artist, track.artist, track.album))
        if found is None and self._artists:
            found = next((self._artists[k] for k in self._names(track) if k in self._artists), None)
        if found is None and self._folders:
            path = track.path
            found = next((ban for prefix, ban in self._folders if path.startswith(prefix)), None)
        return found

    def _take_in(self, ban: Banned) -> None:
        if ban.scope is BanScope.TRACK:
            if ban.track_id is not None:
                self._tracks[ban.track_id] = ban
        elif ban.scope is BanScope.ARTIST:
            keys = split_artists(ban.artist, self._whole)
            # "A feat. B" names A: whoever bans from such a track means its artist.
            key = keys[0] if keys else artist_key(ban.artist)
            if key:
                self._artists[key] = ban
        elif ban.scope is BanScope.ALBUM:
            self._albums[self._album_key(ban.artist, "", ban.name)] = ban
        elif ban.folder:
            self._folders.append((ban.folder.rstrip(b"/") + b"/", ban))

    def _names(self, track: Track) -> tuple[str, ...]:
        guests = featured_in_title(track.title, self._whole)
        return (*split_artists(track.artist, self._whole), *guests)

    def _album_key(self, album_artist: str, artist: str, album: str) -> tuple[str, str]:
        owners = split_artists(album_artist or artist, self._whole)
        return (owners[0] if owners else fold(album_artist or artist), fold(album))
