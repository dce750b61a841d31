"""Running the walk: what it needs to know, read in the planning thread."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import overload

from tuiradio.engine.likely import likely_groups
from tuiradio.engine.protocol import PlanRadio
from tuiradio.library.store import Scope, StoreReader
from tuiradio.library.track import Banned, BanScope, FeedbackKind, Track
from tuiradio.radio.artists import whole_names
from tuiradio.radio.pick import History, Pick, RadioSettings
from tuiradio.radio.walk import walk
from tuiradio.radio.windows import Credit, Variety, fitted, variety
from tuiradio.similarity.index import VectorIndex
from tuiradio.similarity.neighbourhood import Neighbourhood
from tuiradio.similarity.space import Space

_PLAYS_LOOKED_AT = 5_000
_LIKELY = 400
_NAMES_KEPT_S = 120.0
_QUICK_S = 0.005
"""What reading the names may take before a dial; 2,000 tracks or so."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan, detached from everything that may change meanwhile."""

    seed_ids: tuple[int, ...]
    settings: RadioSettings
    already: tuple[int, ...] = ()
    """Queued or played in this radio, oldest first."""
    said: tuple[tuple[FeedbackKind, int, int], ...] = ()
    """What was said in this radio of which track, with how many picks ago."""
    chance: int | None = None
    """Makes the same plan from the same library, unless the settings fix it otherwise."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in the library tell, and the tags they were read from."""

    revision: int
    read_s: float
    """When they were read, on the monotonic clock."""
    took_s: float
    whole_artists: frozenset[str] = frozenset()
    """Artist names that only look joined."""
    variety: Variety | None = None
    """How many artists and albums there are; None when not known yet."""

    @property
    def kept_s(self) -> float:
        """How long they may be out of date: reading takes a hundredth of the time at most."""
        return min(_NAMES_KEPT_S, 100.0 * self.took_s)

    def fitted(self, settings: RadioSettings) -> RadioSettings:
        """The settings with windows that this library can keep."""
        return settings if self.variety is None else fitted(settings, self.variety)


_UNKNOWN = Names(-1, 0.0, 0.0)


class Planner:
    """Plans radios; every call opens a reader of its own, so any thread may plan."""

    def __init__(self, store_file: Path, wall_clock: Callable[[], float] = time.time) -> None:
        self._store_file = store_file
        self._wall_clock = wall_clock
        self._names: Names | None = None

    def get_ready(self) -> None:
        """Read what the next plan would otherwise have to wait for."""
        reader = StoreReader(self._store_file)
        try:
            self._read_names(reader)
        finally:
            reader.close()

    @property
    def known_names(self) -> Names:
        """As ``names``, as far as they were read; never waits."""
        return self._names or _UNKNOWN

    def picks(
        self, request: PlanRequest, neighbours: Neighbourhood | None, count: int
    ) -> tuple[Pick, ...]:
        """The next ``count`` picks, fewer when the library has no more.

        Without ``neighbours`` they are chosen by tags.
        """
        reader = StoreReader(self._store_file)
        try:
            return tuple(islice(self._walk(reader, request, neighbours), count))
        finally:
            reader.close()

    def plan(self, query: PlanRadio, neighbours: Neighbourhood | None) -> tuple[Pick, ...]:
        """A whole radio: until ``length`` picks, or until they last ``minutes`` if that is less."""
        request = PlanRequest(query.seed_ids, query.settings)
        reader = StoreReader(self._store_file)
        try:
            picks = self._walk(reader, request, neighbours)
            if query.minutes is not None:
                picks = _lasting(picks, query.minutes * 60.0, reader)
            return tuple(islice(picks, max(0, query.length)))
        finally:
            reader.close()

    def _walk(
        self, reader: StoreReader, request: PlanRequest, neighbours: Neighbourhood | None
    ) -> Iterator[Pick]:
        find = lru_cache(maxsize=20_000)(reader.track)
        seeds = tuple(seed for seed in request.seed_ids if find(seed) is not None)
        if not seeds:
            return iter(())
        names = self.names(reader)
        settings = names.fitted(request.settings)
        chance = request.chance if settings.random_seed is None else settings.random_seed
        rng = random.Random(
            None if chance is None else f"{chance}:{seeds}:{request.already}:{request.said}"
        )
        if neighbours is None:
            neighbours = VectorIndex(Space((("sound", 0, 1),), 1))
        picks = walk(
            seeds,
            settings,
            self.history(reader, settings, request.said),
            neighbours,
            find,
            rng,
            request.already,
            pool=_Pool(reader, seeds, find),
            whole_artists=names.whole_artists,
        )
        if isinstance(neighbours, VectorIndex) and neighbours.ear is not None:
            return (replace(pick, by_ear=not pick.from_tags) for pick in picks)
        return picks

    def history(
        self,
        reader: StoreReader,
        settings: RadioSettings,
        said: Sequence[tuple[FeedbackKind, int, int]] = (),
    ) -> History:
        """What the store and this radio know of the listener."""

        def of(wanted: FeedbackKind) -> tuple[tuple[int, int], ...]:
            return tuple((track_id, ago) for kind, track_id, ago in said if kind is wanted)

        return History(
            now_s=self._wall_clock(),
            last_played_s=tuple(reader.last_plays(_PLAYS_LOOKED_AT).items()),
            skipped=of(FeedbackKind.SKIP),
            liked=reader.liked_ids(),
            more=of(FeedbackKind.MORE),
            less=of(FeedbackKind.LESS),
            finished=of(FeedbackKind.FINISH),
            bans=(*reader.bans(), *never_settings(settings)),
        )

    def names(self, reader: StoreReader) -> Names:
        """What the names in the library tell.

        Turning a dial must not wait for all names of a large library: ``get_ready``
        reads those anew when tags have changed. A small library, as one is during its
        first scan, is read at once; its windows would stay those of its first tracks.
        """
        names = self._names
        if names is None or names.took_s < _QUICK_S:
            return self._read_names(reader)
        return names

    def _read_names(self, reader: StoreReader) -> Names:
        now_s, revision = time.monotonic(), reader.tags_revision()
        names = self._names
        if names and (names.revision == revision or now_s - names.read_s < names.kept_s):
            return names
        rows = [
            Credit(row.artist, row.album_artist, row.album, row.tracks) for row in reader.credits()
        ]
        whole = whole_names(row.artist for row in rows)
        found = variety(rows, whole)
        names = self._names = Names(revision, now_s, time.monotonic() - now_s, whole, found)
        return names


def never_settings(settings: RadioSettings) -> tuple[Banned, ...]:
    """What the settings say never to play, as bans."""
    artists = [Banned(BanScope.ARTIST, name, artist=name) for name in settings.never_artists]
    folders = [
        Banned(BanScope.FOLDER, name, folder=os.fsencode(os.path.abspath(os.path.expanduser(name))))
        for name in settings.never_folders
    ]
    return (*artists, *folders)


class _Pool(Sequence[int]):
    """The library, beginning with what stands near the seeds; read when it is looked at.

    The walk looks only when it has to choose by tags, and a large library takes a while.
    """

    def __init__(
        self, reader: StoreReader, seeds: Sequence[int], find: Callable[[int], Track | None]
    ) -> None:
        self._reader = reader
        self._seeds = seeds
        self._find = find

    @cached_property
    def _ids(self) -> list[int]:
        likely: dict[int, None] = {}
        for seed in self._seeds[:12]:
            track = self._find(seed)
            if track is not None:
                near = chain.from_iterable(likely_groups(self._reader, track))
                likely.update(dict.fromkeys(islice(near, _LIKELY)))
        rest = self._reader.track_ids(Scope(include_missing=False))
        return [*likely, *(track_id for track_id in rest if track_id not in likely)]

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        return self._ids[place]

    def __len__(self) -> int:
        return len(self._ids)


def _lasting(picks: Iterator[Pick], length_s: float, reader: StoreReader) -> Iterator[Pick]:
    total_s = 0.0
    for pick in picks:
        if total_s >= length_s:
            return
        track = reader.track(pick.track_id)
        # A track of unknown length must not make the radio endless.
        total_s += (track.duration_s if track else 0.0) or 180.0
        yield pick
