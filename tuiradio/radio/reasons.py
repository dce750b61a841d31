"""Why a track plays: the pick in words, short for a row, whole for the panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tuiradio.library.track import FeedbackKind, Status, Track
from tuiradio.radio.pick import Moved, PassedOver, Pick, Rule

_SAID = {
    FeedbackKind.LIKE: "you like {}",
    FeedbackKind.MORE: "you asked for more like {}",
    FeedbackKind.LESS: "you asked for less like {}",
    FeedbackKind.SKIP: "you skipped {}",
    FeedbackKind.FINISH: "you heard {} to the end",
}
_SAID_SHORT = {
    FeedbackKind.LIKE: "you like {}",
    FeedbackKind.MORE: "more like {}",
    FeedbackKind.LESS: "less like {}",
    FeedbackKind.SKIP: "away from {}",
}

FindTrack = Callable[[int], Track | None]

_BARELY = 0.005
"""Smaller scores moved nothing worth a word."""
_LONGEST_TITLE = 60

_WHY_NOT = {
    Rule.ARTIST: "by an artist just heard",
    Rule.ALBUM: "from an album just heard",
    Rule.BACK_AND_FORTH: "to avoid going back and forth",
    Rule.RECORDING: "heard in another version",
    Rule.RECENT: "played recently",
    Rule.LENGTH: "too short or too long",
    Rule.BANNED: "never to play",
    Rule.SKIT: "as a skit or intro",
}
_GIVEN_UP = {
    Rule.ARTIST: "an artist again sooner than usual",
    Rule.ALBUM: "an album again sooner than usual",
    Rule.BACK_AND_FORTH: "back to the artist before last",
    Rule.RECORDING: "heard before in this radio",
    Rule.RECENT: "played recently",
    Rule.LENGTH: "shorter or longer than you like",
    Rule.BANNED: "never to play",
    Rule.SKIT: "a skit or intro",
}


def one_line(pick: Pick, track: FindTrack) -> str:
    """The reasons in one line: "83 % like Code Monkey · follows Better 79 % · …"."""
    parts = [_likeness(pick, track)]
    if pick.previous_id != pick.seed_id and not pick.from_tags:
        parts.append(
            f"follows {title_of(pick.previous_id, track)} {percent(pick.previous_similarity)}"
        )
    if pick.passed_over:
        total = sum(passed.count for passed in pick.passed_over)
        parts.append(f"passed over {total}{_main_cause(pick.passed_over)}")
    if pick.relaxed:
        parts.append(_relaxed(pick.relaxed))
    if pick.moved_by and pick.moved_by[0].kind in _SAID_SHORT:
        parts.append(_said(pick.moved_by[0], pick, track, _SAID_SHORT))
    return " · ".join(parts)


def story(pick: Pick, track: FindTrack) -> tuple[str, ...]:
    """The whole reasons, a sentence or a figure to a line; never empty."""
    lines = [_likeness(pick, track) + _origin(pick)]
    if len(pick.by_subspace) > 1:
        lines += [f"{name}: {percent(cosine)}" for name, cosine in pick.by_subspace]
    if pick.by_ear:
        lines.append("Compared with your own ear")
    if not pick.from_tags and pick.previous_id != pick.seed_id:
        before = title_of(pick.previous_id, track)
        lines.append(f"Follows {before}, which it is {percent(pick.previous_similarity)} like")
    for passed in pick.passed_over:
        tracks = "track" if passed.count == 1 else "tracks"
        lines.append(f"Passed over {passed.count} nearer {tracks}: {_WHY_NOT[passed.rule]}")
    if pick.relaxed:
        given_up = ", ".join(_GIVEN_UP[rule] for rule in pick.relaxed)
        lines.append(f"Nothing near kept all the rules, so this is {given_up}")
    lines += _beside(pick)
    lines += _moved(pick, track)
    return tuple(lines)


def _likeness(pick: Pick, track: FindTrack) -> str:
    seed = title_of(pick.seed_id, track)
    if pick.track_id == pick.seed_id:
        return "one of the seeds"
    if pick.from_tags:
        return f"by tags like {seed}{_why_by_tags(pick, track)}"
    return f"{percent(pick.seed_similarity)} like {seed}"


def _why_by_tags(pick: Pick, track: FindTrack) -> str:
    seed, chosen = track(pick.seed_id), track(pick.track_id)
    if seed is not None and seed.status is Status.FAILED:
        return ", which could not be listened to"
    is_pending = any(one is not None and one.status is Status.PENDING for one in (seed, chosen))
    return ", not listened to yet" if is_pending else ""


def _origin(pick: Pick) -> str:
    is_seed = pick.track_id == pick.seed_id
    return "" if pick.from_tags or is_seed else ", where this radio started"


def _main_cause(passed_over: Sequence[PassedOver]) -> str:
    if len(passed_over) == 1:
        return f" {_WHY_NOT[passed_over[0].rule]}"
    main = max(passed_over, key=lambda passed: passed.count)
    return f", {main.count} of them {_WHY_NOT[main.rule]}"


def _relaxed(rules: Sequence[Rule]) -> str:
    more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
    return f"for want of others: {_GIVEN_UP[rules[0]]}{more}"


def _beside(pick: Pick) -> list[str]:
    """Tempo and mood, beside those of the track before where they are known."""
    lines = []
    if pick.tempo_bpm > 0.0:
        before = f", before {pick.previous_tempo_bpm:.0f}" if pick.previous_tempo_bpm > 0.0 else ""
        lines.append(f"Tempo: {pick.tempo_bpm:.0f} BPM{before}")
    if pick.mood is not None:
        was = pick.previous_mood
        before = f", before {_mood_text(was)}" if was is not None else ""
        lines.append(f"Mood: {_mood_text(pick.mood)}{before}")
    return lines


def _mood_text(mood: tuple[float, float]) -> str:
    valence, arousal = mood
    return f"brightness {valence:+.1f} and energy {arousal:+.1f}"


def _moved(pick: Pick, track: FindTrack) -> list[str]:
    lines = []
    for moved in pick.moved_by:
        direction = "up" if moved.score > 0.0 else "down"
        lines.append(f"Moved {direction} because {_said(moved, pick, track, _SAID)}")
    if not pick.moved_by and pick.feedback > _BARELY:
        lines.append("Moved up because you like what sounds like it")
    elif not pick.moved_by and pick.feedback < -_BARELY:
        lines.append("Moved down because it sounds like what you skipped")
    if pick.adventure > _BARELY:
        lines.append(f"Moved up by the adventure dial{_unplayed(pick)}")
    return lines


def _said(moved: Moved, pick: Pick, track: FindTrack, words: dict[FeedbackKind, str]) -> str:
    name = "it" if moved.track_id == pick.track_id else title_of(moved.track_id, track)
    return words.get(moved.kind, "of {}").format(name)


def _unplayed(pick: Pick) -> str:
    if pick.from_tags:
        return ""
    if pick.unplayed_days is None:
        return ": never played"
    days = int(pick.unplayed_days)
    return f": not played for {days} days" if days > 1 else ""


def percent(similarity: float) -> str:
    """A similarity as the listener reads it: "83 %"; never below 0."""
    return f"{round(100 * max(0.0, similarity))} %"


def title_of(track_id: int, track: FindTrack) -> str:
    """A title for a sentence: printable, of bounded length, never empty."""
    found = track(track_id)
    if found is None:
        return "a track that is gone"
    title = "".join(c for c in found.title if c.isprintable()).strip() or "an untitled track"
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
