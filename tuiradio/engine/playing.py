"""What the player desk needs to know of a track that plays, and of what comes next."""

from __future__ import annotations

from tuiradio.library.store import Play
from tuiradio.library.track import Track
from tuiradio.playback import queue as queues
from tuiradio.playback.queue import Queue

SKIP_SHARE = 0.3
"""Left by the user before this share of its length, a track counts as skipped."""

# A file of which nothing can be decoded ends at once, by mpv without an error.
_HARDLY_BEGUN_S = 1.0
_LONG_ENOUGH_S = 5.0
# Positions come a few times a second; a longer step is a seek, not listening.
_LONGEST_STEP_S = 2.0


class Listened:
    """Follows one track from its first to its last sound."""

    def __init__(
        self,
        track_id: int,
        started_s: float,
        duration_s: float,
        position_s: float,
    ) -> None:
        self._track_id = track_id
        self._started_s = started_s
        self._known_s = duration_s
        self._duration_s = duration_s
        self._position_s = position_s
        self._played_s = 0.0

    @property
    def has_begun(self) -> bool:
        """Whether more of it was heard than of a file in which there is nothing to hear."""
        return self._position_s > _HARDLY_BEGUN_S

    @property
    def breaks_off(self) -> bool:
        """Whether a track that ends here has no sound, although it should have some."""
        return self._known_s > _LONG_ENOUGH_S and not self.has_begun

    def reach(self, position_s: float, duration_s: float) -> None:
        """The track sounds at this place now."""
        step_s = position_s - self._position_s
        if 0.0 < step_s <= _LONGEST_STEP_S:
            self._played_s += step_s
        self._position_s = position_s
        if duration_s > 0.0:
            self._duration_s = duration_s

    def jump(self, position_s: float) -> None:
        """The user went to another place."""
        self._position_s = position_s

    def play(self, by_user: bool, cut_short: bool = False) -> Play | None:
        """The row for the history; None when nothing was heard and nothing refused.

        ``by_user``: the user moved on, rather than the track having ended.
        ``cut_short``: the music stopped altogether; a track just begun was then
        neither played nor refused.
        """
        reached = self._position_s / self._duration_s if self._duration_s > 0.0 else 1.0
        is_early = reached < SKIP_SHARE
        skipped = by_user and is_early
        if (self._played_s <= 0.0 and not skipped) or (cut_short and is_early):
            return None
        return Play(
            self._track_id, self._started_s, self._played_s, self._duration_s, skipped=skipped
        )


def restarted(queue: Queue) -> Queue:
    """A queue that was played through, at its first entry again."""
    following = queues.advance(queue)
    if following.current is None and following.entries:
        return queues.jump(following, following.entries[0].entry_id)
    return following


def file_name(track: Track) -> str:
    """How a track is called in a message about its file."""
    return track.display_path.rpartition("/")[2]
