from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.engine.conftest import Stage
from tests.engine.helpers import TIMEOUT_S, quick_config
from tests.engine.test_radio_desk import ahead, radio_on
from tuiradio.engine.planning import never_settings
from tuiradio.engine.protocol import (
    Ban,
    GetState,
    Like,
    Next,
    Notice,
    RadioChanged,
    Severity,
    StartRadio,
    StopRadio,
    TuneRadio,
)
from tuiradio.engine.service import LocalEngine
from tuiradio.engine.wishes import (
    DeletePreset,
    GiveFeedback,
    LiftBan,
    SavePreset,
    Undo,
    UsePreset,
)
from tuiradio.library.track import BanScope, FeedbackKind
from tuiradio.paths import Paths
from tuiradio.radio.pick import RadioSettings


def notice(stage: Stage, words: str) -> Notice:
    return stage.events.until_event(Notice, lambda event: words in event.message)


def kinds(stage: Stage) -> list[FeedbackKind]:
    return [event.kind for event in stage.reader.feedback()]


def test_more_of_a_track_moves_what_is_ahead_and_is_told(stage: Stage) -> None:
    seed = radio_on(stage)
    wanted = stage.ids[9]
    stage.engine.submit(GiveFeedback(wanted, FeedbackKind.MORE))
    stage.events.until_queue(
        lambda queue: any(
            moved.track_id == wanted
            for entry in ahead(queue, seed)
            if entry.pick
            for moved in entry.pick.moved_by
        )
    )
    assert notice(stage, "More like").severity is Severity.INFORMATION
    (event,) = stage.reader.feedback()
    assert (event.kind, event.track_id) == (FeedbackKind.MORE, wanted)
    assert event.radio > 0
    assert stage.events.state().radio.feedback == 1


def test_without_a_radio_there_is_nothing_to_steer(stage: Stage) -> None:
    stage.engine.submit(GiveFeedback(stage.ids[0], FeedbackKind.LESS))
    assert notice(stage, "No radio is on").severity is Severity.WARNING
    assert stage.reader.feedback() == []
    stage.engine.submit(GiveFeedback(stage.ids[0], FeedbackKind.BAN))
    notice(stage, "Only more and less")


def test_a_skip_is_kept_and_can_be_taken_back(stage: Stage) -> None:
    seed = radio_on(stage)
    stage.player.end()
    stage.events.until_player(lambda player: player.track_id != seed)
    stage.player.reach(0.2)
    skipped = stage.events.state().player.track_id
    stage.engine.submit(Next())
    stage.events.until_player(lambda player: player.track_id not in (seed, skipped))
    assert kinds(stage) == [FeedbackKind.SKIP]
    stage.engine.submit(Undo())
    notice(stage, "The skip of")
    assert kinds(stage) == []
    stage.events.until_queue(
        lambda queue: all(entry.pick is None or not entry.pick.feedback for entry in queue[-5:])
    )


def test_a_banned_artist_leaves_the_queue_and_comes_back_by_undo(stage: Stage) -> None:
    seed = radio_on(stage)
    first = stage.reader.track(ahead(stage.events.state().queue, seed)[0].track_id)
    assert first is not None

    def plays(queue: tuple[object, ...]) -> bool:
        tracks = stage.reader.tracks([e.track_id for e in ahead(queue, seed)])  # type: ignore[arg-type]  # entries
        return any(track.artist == first.artist for track in tracks)

    stage.engine.submit(Ban(first.id, True, BanScope.ARTIST))
    stage.events.until_event(RadioChanged, lambda event: event.radio.bans == 1)
    stage.events.until_queue(lambda queue: len(ahead(queue, seed)) >= 5 and not plays(queue))
    assert stage.reader.bans()[0].artist == first.artist
    stage.engine.submit(Undo())
    notice(stage, f"May play again: the artist {first.artist}")
    stage.events.until_queue(plays)
    assert stage.events.state().radio.bans == 0


def test_bans_say_what_they_did_and_can_be_lifted_by_name(stage: Stage) -> None:
    track_id = stage.ids[0]
    stage.engine.submit(Ban(track_id, True, BanScope.ALBUM))
    notice(stage, "Never plays again: the album")
    stage.engine.submit(Ban(track_id, True, BanScope.ALBUM))
    notice(stage, "is banned already")
    (ban,) = stage.reader.bans()
    stage.engine.submit(LiftBan(ban))
    notice(stage, "May play again: the album")
    stage.engine.submit(Ban(track_id, False, BanScope.ALBUM))
    notice(stage, "is not banned")
    assert stage.reader.bans() == []


def test_likes_are_events_and_nothing_is_left_to_undo_in_the_end(stage: Stage) -> None:
    stage.engine.submit(Like(stage.ids[0]))
    stage.engine.submit(Undo())
    notice(stage, "No longer liked")
    stage.engine.submit(Undo())
    notice(stage, "nothing to take back")
    track = stage.reader.track(stage.ids[0])
    assert track is not None
    assert not track.liked


def test_presets_are_saved_used_shown_and_deleted(stage: Stage) -> None:
    before = stage.events.state().radio.settings
    dials = replace(before, drift=0.9, weights=(("sound", 0.5),))
    stage.engine.submit(SavePreset("  night\n drive ", dials))
    stage.engine.submit(SavePreset("plain"))
    state = stage.events.state().radio
    assert (state.presets, state.preset) == (("night drive", "plain"), "plain")
    stage.engine.submit(UsePreset("night drive"))
    state = stage.events.state().radio
    assert (state.settings, state.preset) == (dials, "night drive")
    stage.engine.submit(TuneRadio(replace(dials, drift=0.1)))
    assert stage.events.state().radio.preset == ""
    stage.engine.submit(DeletePreset("night drive"))
    assert stage.events.state().radio.presets == ("plain",)
    stage.engine.submit(UsePreset("night drive"))
    assert "plain" in notice(stage, "no preset").hint
    stage.engine.submit(SavePreset(" \n "))
    notice(stage, "needs a name")


def test_what_was_said_survives_a_restart(start: Callable[..., Stage]) -> None:
    stage = start()
    radio_on(stage)
    stage.engine.submit(StartRadio((stage.ids[0],), name="the genre jazz"))
    stage.engine.submit(GiveFeedback(stage.ids[9], FeedbackKind.LESS))
    stage.engine.submit(SavePreset("mine"))
    assert stage.events.state().radio.feedback == 1
    stage.engine.close()
    radio = start().events.state().radio
    assert (radio.on, radio.name, radio.feedback) == (True, "the genre jazz", 1)
    assert radio.presets == ("mine",)


def test_a_headless_command_leaves_the_radio_of_the_last_session_on(
    start: Callable[..., Stage], heard_paths: Paths
) -> None:
    stage = start()
    radio_on(stage)
    stage.engine.close()
    headless = LocalEngine(heard_paths, quick_config())
    headless.submit(SavePreset("night", replace(quick_config().radio, drift=0.8)))
    headless.submit(UsePreset("night"))
    headless.submit(Ban(stage.ids[5], True, BanScope.ARTIST))
    headless.ask(GetState(), TIMEOUT_S)
    headless.close()
    radio = start().events.state().radio
    assert (radio.on, radio.preset, radio.bans) == (True, "night", 1)


def test_another_radio_begins_without_what_was_said_in_the_last(stage: Stage) -> None:
    radio_on(stage)
    stage.engine.submit(GiveFeedback(stage.ids[9], FeedbackKind.LESS))
    stage.engine.submit(StopRadio())
    stage.engine.submit(StartRadio((stage.ids[3],)))
    assert stage.events.state().radio.feedback == 0


def test_settings_can_name_what_never_plays(stage: Stage) -> None:
    seed = stage.ids[0]
    tracks = stage.reader.tracks(stage.ids)
    folder = tracks[4].path.decode().rpartition("/")[0]
    settings = replace(
        quick_config().radio, never_artists=(tracks[2].artist,), never_folders=(folder,)
    )
    assert [ban.scope for ban in never_settings(settings)] == [BanScope.ARTIST, BanScope.FOLDER]
    assert never_settings(RadioSettings()) == ()
    stage.engine.submit(StartRadio((seed,), settings))
    queue = stage.events.until_queue(lambda queue: len(ahead(queue, seed)) >= 5)
    chosen = stage.reader.tracks([entry.track_id for entry in ahead(queue, seed)])
    assert all(track.artist != tracks[2].artist for track in chosen)
    assert all(not track.path.startswith(folder.encode()) for track in chosen)
