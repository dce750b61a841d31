"""Writing the store: one writer, short transactions."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tuiradio.library import changes, comparisons, playlists, roots, taste
from tuiradio.library.browse import write_guesses
from tuiradio.library.comparisons import Comparison
from tuiradio.library.connection import open_writable, store_errors
from tuiradio.library.playlists import PlaylistChange
from tuiradio.library.reader import StoreReader
from tuiradio.library.rows import Feedback, Heard, Play, Preset, ScanChange, ScanOutcome
from tuiradio.library.text import clean_text
from tuiradio.library.track import Banned, BanScope, FeedbackKind

_log = logging.getLogger(__name__)

# What this model does not tell stays as another one told it.
_ESTIMATED = """
    UPDATE tracks SET
        tempo_bpm = coalesce(:tempo_bpm, tempo_bpm),
        valence = coalesce(:valence, valence),
        arousal = coalesce(:arousal, arousal),
        guesses = CASE WHEN :guesses = '' THEN guesses ELSE :guesses END,
        tempo = coalesce(nullif(:tempo_bpm, 0), tempo_bpm, :tagged_bpm)
    WHERE id = :id
"""


class StoreWriter(StoreReader):
    """The only writer of a store; creates and migrates the file.

    Every method is one transaction: after an error nothing of it is stored.

    Raises:
        StoreError: (any method) not writable, disk full, damaged, another program's
            file, of a newer schema, or another writer is busy for more than 5 s.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connection = open_writable(file)
        self._album_counts = None

    def close(self) -> None:
        """Close, folding the write-ahead log into the file; never raises, may be repeated."""
        try:
            self._connection.execute("PRAGMA optimize")
        except sqlite3.Error as error:
            _log.debug("not optimized: %s", error)
        super().close()

    def add_root(self, root: bytes) -> None:
        """Take a directory (absolute) into the library.

        A directory inside a known root changes nothing. One that contains known roots
        takes over their tracks, with ids, vectors and likes.
        """
        with self._transaction("tags_revision"):
            roots.add(self._connection, root)

    def remove_root(self, root: bytes) -> None:
        """Forget a directory and, unlike everything else here, its tracks."""
        with self._transaction("tags_revision", "vector_revision"):
            roots.remove(self._connection, root)

    def set_root_missing(self, root: bytes, missing: bool) -> None:
        """Note that a root is gone for now, or there again; its tracks are kept."""
        with self._transaction():
            self._connection.execute(
                "UPDATE roots SET missing = ? WHERE path = ?", (missing, roots.normal(root))
            )

    def apply_scan(self, batch: Sequence[ScanChange], now_s: float | None = None) -> ScanOutcome:
        """Store what a scan found, in one transaction.

        A new file with the fingerprint of a track whose file is gone *is* that track:
        it keeps id, vectors, likes and history. A changed file keeps its vectors when
        the fingerprint is the same (new tags), and is pending again otherwise. Changes
        below an unknown root are left out.
        """
        if not batch:
            return ScanOutcome()
        with self._transaction("tags_revision") as touched:
            applied = changes.Application(self._connection, time.time() if now_s is None else now_s)
            applied.apply_all(batch)
            if applied.vectors_changed:
                touched.append("vector_revision")
        return applied.outcome

    def apply_playlists(self, batch: Sequence[PlaylistChange]) -> None:
        """Store what a scan found of playlists, in one transaction."""
        if batch:
            with self._transaction():
                playlists.apply(self._connection, batch)

    def use_model(self, model_id: str) -> None:
        """Make ``Track.status`` and ``Counts`` refer to this model.

        Vectors of other models stay, and serve until they are forgotten.
        """
        if self.model_id() == model_id:
            return
        with self._transaction():
            self._use_model(model_id)

    def store_heard(self, model_id: str, batch: Sequence[Heard]) -> None:
        """Store vectors and failures, in one transaction.

        Results of a file that has changed since (size or time), or of a track that is
        gone, are left out: the track stays pending. The model becomes the current one.
        """
        if not batch:
            return
        with self._transaction("vector_revision"):
            model = self._use_model(model_id)
            for heard in batch:
                self._store_one(model, heard)

    def clear_failures(self, track_ids: Sequence[int] | None = None) -> int:
        """Try failed tracks again (None: all of them); returns how many there were."""
        with self._transaction():
            if track_ids is None:
                rows = self._connection.execute("SELECT DISTINCT track_id FROM failures")
                track_ids = [number for (number,) in rows.fetchall()]
            cleared = 0
            for track_id in track_ids:
                gone = self._connection.execute(
                    "DELETE FROM failures WHERE track_id = ?", (track_id,)
                ).rowcount
                cleared += gone > 0
                changes.refresh_status(self._connection, track_id)
        return cleared

    def forget_vectors(self, model_id: str) -> None:
        """Remove all vectors and listening failures of a model."""
        with self._transaction("vector_revision"):
            row = self._connection.execute(
                "SELECT id, current FROM models WHERE name = ?", (model_id,)
            ).fetchone()
            if row is None:
                return
            model, current = row
            self._connection.execute("DELETE FROM vectors WHERE model = ?", (model,))
            self._connection.execute("DELETE FROM failures WHERE model = ?", (model,))
            if current:
                changes.refresh_all_statuses(self._connection)

    def record_play(self, play: Play) -> None:
        """Add to the history; a skip is not counted as a play."""
        with self._transaction():
            if not self._exists(play.track_id):
                return
            self._connection.execute(
                "INSERT INTO plays (track_id, started_s, played_s, duration_s, skipped) "
                "VALUES (?, ?, ?, ?, ?)",
                (play.track_id, play.started_s, play.played_s, play.duration_s, play.skipped),
            )
            self._connection.execute(
                "UPDATE tracks SET play_count = play_count + ?, "
                "last_played_s = max(last_played_s, ?) WHERE id = ?",
                (not play.skipped, play.started_s, play.track_id),
            )

    def set_liked(self, track_id: int, liked: bool, radio: int = 0, at_pick: int = 0) -> bool:
        """Like a track, or take it back; False when that changes nothing."""
        kind = FeedbackKind.LIKE if liked else FeedbackKind.UNLIKE
        with self._transaction():
            changed = taste.set_flag(self._connection, "liked", track_id, liked)
            if changed:
                self._note(kind, track_id, radio, at_pick)
        return changed

    def set_banned(
        self,
        track_id: int,
        banned: bool,
        scope: BanScope = BanScope.TRACK,
        radio: int = 0,
        at_pick: int = 0,
    ) -> Banned | None:
        """Keep a track, or its artist, album or folder, off the radio, or allow it again.

        Returns what was banned or allowed; None when that changes nothing: it was so
        already, there is no such track, or its tags name no artist or album.
        """
        track = self.track(track_id)
        what = None if track is None else taste.banned_for(track, scope, time.time())
        return None if what is None else self._ban(what, banned, track_id, radio, at_pick)

    def lift_ban(self, banned: Banned) -> bool:
        """Take one of ``bans()`` back; False when it was not in force."""
        return self._ban(banned, False, banned.track_id, 0, 0) is not None

    def add_feedback(
        self, kind: FeedbackKind, track_id: int, radio: int = 0, at_pick: int = 0
    ) -> int:
        """Note that a track was skipped or finished, or that more or less like it is wanted.

        Returns the id of the event for ``undo_feedback``; 0 for an unknown track.
        """
        with self._transaction():
            if not self._exists(track_id):
                return 0
            return self._note(kind, track_id, radio, at_pick)

    def undo_feedback(self, event_id: int | None = None) -> Feedback | None:
        """Take an event back, with what it did to likes and bans; returns it.

        Without an id it is the newest that was not taken back, but a track that was
        merely finished is nothing to take back. None when there is none. The event
        stays in the store, marked as undone.
        """
        with self._transaction():
            return taste.undo(self._connection, event_id, time.time())

    def add_comparisons(self, said: Sequence[Comparison]) -> int:
        """Note answers; returns how many there were whose tracks are known and different."""
        with self._transaction():
            return sum(comparisons.add(self._connection, one) for one in said)

    def undo_comparison(self) -> Comparison | None:
        """Take the newest answer back, and return it; None when there is none."""
        with self._transaction():
            return comparisons.undo(self._connection, time.time())

    def forget_comparisons(self) -> int:
        """Remove all answers for good; returns how many counted."""
        with self._transaction():
            return comparisons.forget(self._connection)

    def save_preset(self, preset: Preset) -> None:
        """Keep dials under a name, in place of older ones of that name."""
        with self._transaction():
            self._connection.execute(
                "INSERT INTO presets VALUES (?, ?, ?) ON CONFLICT (name) "
                "DO UPDATE SET settings = excluded.settings, saved_s = excluded.saved_s",
                (preset.name, preset.settings, time.time()),
            )

    def delete_preset(self, name: str) -> bool:
        """Forget a preset; False when there is none of that name."""
        with self._transaction():
            cursor = self._connection.execute("DELETE FROM presets WHERE name = ?", (name,))
            return cursor.rowcount > 0

    def set_state(self, key: str, value: str) -> None:
        """Keep a small value; read by ``state``. Does not touch the revision."""
        with self._transaction(counters=False):
            self._connection.execute(
                "INSERT INTO state VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def _ban(
        self, what: Banned, on: bool, track_id: int | None, radio: int, at_pick: int
    ) -> Banned | None:
        kind = FeedbackKind.BAN if on else FeedbackKind.UNBAN
        with self._transaction():
            if not taste.set_ban(self._connection, what, on):
                return None
            self._note(kind, track_id, radio, at_pick, what)
        return what

    def _note(
        self,
        kind: FeedbackKind,
        track_id: int | None,
        radio: int,
        at_pick: int,
        what: Banned | None = None,
    ) -> int:
        wider = what if what is not None and what.scope is not BanScope.TRACK else None
        said = Feedback(
            0,
            kind,
            track_id,
            wider.scope if wider else BanScope.TRACK,
            wider.name if wider else "",
            wider.artist if wider else "",
            wider.folder if wider else b"",
            radio,
            at_pick,
            time.time(),
        )
        return taste.add(self._connection, said)

    def _store_one(self, model: int, heard: Heard) -> None:
        row = self._connection.execute(
            "SELECT bpm FROM tracks WHERE id = ? AND size_bytes = ? AND mtime_ns = ?",
            (heard.track_id, heard.size_bytes, heard.mtime_ns),
        ).fetchone()
        if row is None:
            return
        run = self._connection.execute
        key = (heard.track_id, model)
        run("DELETE FROM vectors WHERE track_id = ? AND model = ?", key)
        run("DELETE FROM failures WHERE track_id = ? AND model = ?", key)
        if heard.vector is not None:
            blob = np.ascontiguousarray(heard.vector, dtype="<f4").tobytes()
            run("INSERT INTO vectors (track_id, model, vector) VALUES (?, ?, ?)", (*key, blob))
            estimates = heard.estimates
            run(
                _ESTIMATED,
                {
                    "tempo_bpm": estimates.tempo_bpm,
                    "valence": estimates.valence,
                    "arousal": estimates.arousal,
                    "guesses": write_guesses(estimates.tags),
                    "tagged_bpm": row[0],
                    "id": heard.track_id,
                },
            )
        elif heard.failure is not None:
            reason = clean_text(heard.failure.reason)
            run("INSERT INTO failures VALUES (?, ?, ?, ?)", (*key, heard.failure.kind, reason))
        if heard.duration_s:
            run("UPDATE tracks SET duration_s = ? WHERE id = ?", (heard.duration_s, key[0]))
        changes.refresh_status(self._connection, heard.track_id)

    def _use_model(self, model_id: str) -> int:
        run = self._connection.execute
        row = run("SELECT id, current FROM models WHERE name = ?", (model_id,)).fetchone()
        if row is None:
            run("INSERT INTO models (name, current) VALUES (?, 0)", (model_id,))
            row = run("SELECT id, current FROM models WHERE name = ?", (model_id,)).fetchone()
        model, current = row
        if not current:
            run("UPDATE models SET current = (id = ?)", (model,))
            changes.refresh_all_statuses(self._connection)
        return int(model)

    def _exists(self, track_id: int) -> bool:
        found = self._connection.execute("SELECT 1 FROM tracks WHERE id = ?", (track_id,))
        return found.fetchone() is not None

    @contextmanager
    def _transaction(self, *touched: str, counters: bool = True) -> Iterator[list[str]]:
        """One transaction; the counters named (and ``revision``) grow with it."""
        names = list(touched)
        with store_errors(self.file):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield names
                for name in {*names, "revision"} if counters else ():
                    self._connection.execute(
                        "UPDATE counters SET value = value + 1 WHERE name = ?", (name,)
                    )
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has already rolled back by itself.
                if self._connection.in_transaction:
                    self._connection.rollback()
                raise
