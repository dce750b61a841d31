from __future__ import annotations

import numpy as np

from tests.evaluation.libraries import library, track
from tuiradio.evaluation.tasks import OTHER_ALBUMS, OTHER_ARTISTS, Task, halves_task, tag_tasks
from tuiradio.library.track import Track


def asked(tracks: list[Track], label: str, among: str = "") -> dict[int, dict[int, bool]]:
    """Per track that has something to find: the ids ranked for it, and whether they are right."""
    task = task_of(tracks, label, among)
    ids = [each.id for each in tracks]
    return {
        ids[row]: {
            ids[column]: bool(task.is_right[row, column])
            for column in np.flatnonzero(task.is_candidate[row])
        }
        for row in np.flatnonzero((task.is_right & task.is_candidate).any(axis=1))
    }


def task_of(tracks: list[Track], label: str, among: str = "") -> Task:
    tasks = tag_tasks(tracks)
    return next(task for task in tasks if (task.label, task.among) == (label, among))


def test_one_genre_in_common_is_enough_and_no_genre_is_not_asked() -> None:
    tracks = [
        track(1, genres=("Rock", "Jazz")),
        track(2, genres=("jazz; Folk",)),
        track(3, genres=("Techno",)),
        track(4, genres=("Other",)),
        track(5),
    ]
    assert asked(tracks, "genre") == {1: {2: True, 3: False}, 2: {1: True, 3: False}}
    assert task_of(tracks, "genre").classes == 3


def test_the_artist_filter_leaves_out_everyone_on_the_track() -> None:
    tracks = [
        track(1, artist="Ann feat. Bob", genres=("Rock",)),
        track(2, artist="Bob", genres=("Rock",)),
        track(3, artist="Cid", genres=("Rock",)),
        track(4, artist="Cid", album_artist="Ann", genres=("Rock",)),
    ]
    assert asked(tracks, "genre", OTHER_ARTISTS)[1] == {3: True}


def test_the_album_filter_leaves_out_albums_that_may_be_the_same() -> None:
    tracks = [
        track(1, artist="Ann", album="One"),
        track(2, artist="Ann", album="One"),
        track(3, artist="Ann", album="Two"),
        track(4, artist="Ann"),
        track(5, artist="Bob", album="One"),
        track(6, artist="Bob"),
    ]
    assert asked(tracks, "artist", OTHER_ALBUMS)[1] == {3: True, 5: False, 6: False}
    assert asked(tracks, "artist")[1] == {2: True, 3: True, 4: True, 5: False, 6: False}
    assert asked(tracks, "album")[1] == {2: True, 3: False, 5: False}


def test_versions_of_a_recording_are_never_ranked_for_each_other() -> None:
    tracks = [
        track(1, title="Rain", artist="Ann"),
        track(2, title="Rain (Live)", artist="Ann"),
        track(3, title="Snow", artist="Ann"),
        track(4, title="Rain", artist="Bob"),
    ]
    assert asked(tracks, "artist")[1] == {3: True, 4: False}
    assert halves_task(tracks).is_candidate[0].tolist() == [True, False, True, True]


def test_decades() -> None:
    tracks = [track(1, year=1969), track(2, year=1960), track(3, year=1970), track(4)]
    assert asked(tracks, "decade") == {1: {2: True, 3: False}, 2: {1: True, 3: False}}


def test_the_tracks_of_an_artist_are_one_cluster_and_strangers_are_not() -> None:
    tracks = [track(1, artist="Ann"), track(2, artist="Ann & Bob"), track(3), track(4)]
    clusters = task_of([*tracks, track(5, artist="Bob")], "artist").clusters
    assert clusters[0] == clusters[1]
    assert len(set(clusters.tolist())) == 4


def test_no_tracks_no_questions() -> None:
    assert all(not task.classes for task in tag_tasks([]))
    assert halves_task(library(1)[:1]).is_right.tolist() == [[True]]
