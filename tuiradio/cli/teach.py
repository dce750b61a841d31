"""``tuiradio teach``: the personal ear, taught by comparing three tracks at a time."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tuiradio.cli import session as shared
from tuiradio.cli.obey import obey
from tuiradio.cli.output import json_line, line, raw, say
from tuiradio.codec import CodecError, convert
from tuiradio.engine.lessons import (
    EarState,
    ImportComparisons,
    ResetEar,
    SwitchEar,
    WaitUntilLearned,
)
from tuiradio.engine.protocol import Command, Severity
from tuiradio.errors import TuiradioError, UsageError
from tuiradio.library.comparisons import Comparison
from tuiradio.library.reader import StoreReader
from tuiradio.similarity.ear_words import consistency_words, verdict_words, weight_words

_FORMAT = 1
_STDIO = "-"


@dataclass(frozen=True, slots=True)
class _Written:
    """One answer in a file; tracks are paths, so that it fits another library."""

    a: str
    b: str
    c: str
    choice: str
    model: str = ""
    at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _File:
    format: int
    answers: tuple[_Written, ...] = ()


def run(arguments: argparse.Namespace) -> int:
    """Ask, or do what an option says; see ``tuiradio teach --help``."""
    if arguments.export is not None:
        return _export(arguments.export)
    if arguments.status or arguments.reset or arguments.switch or arguments.taken_over is not None:
        return _without_questions(arguments)
    from tuiradio.cli.lesson import lesson

    return lesson(arguments)


def tell(ear: EarState, as_json: bool) -> None:
    """Print how the ear stands."""
    if as_json:
        json_line(record(ear))
        return
    for words in sentences(ear):
        line(words)


def sentences(ear: EarState) -> list[str]:
    """How the ear stands, in plain words."""
    words = [
        verdict_words(ear.verdict, ear.on),
        weight_words(ear.weights) if ear.verdict.is_known else "",
        consistency_words(ear.verdict.consistency),
    ]
    if ear.is_fine:
        words.insert(2, "Within these parts, too, some things count more than others for you.")
    return [word for word in words if word]


def record(ear: EarState) -> dict[str, object]:
    """How the ear stands, for ``--json``."""
    verdict = ear.verdict
    return {
        "on": ear.on,
        "in_use": ear.in_use,
        "answers": ear.said,
        "chosen": verdict.answers,
        "same": verdict.same,
        "agreement_shipped": round(verdict.shipped, 4) if verdict.is_known else None,
        "agreement_ear": round(verdict.ear, 4) if verdict.is_known else None,
        "noise": round(verdict.noise, 4) if verdict.is_known else None,
        "repeats": verdict.consistency.repeats,
        "repeats_agreed": verdict.consistency.agreed,
        "weights": dict(ear.weights),
        "within_parts": ear.is_fine,
        "model_id": ear.model_id,
    }


def learned(session: shared.Session) -> EarState:
    """The ear, after everything said was learned from."""
    return session.ask(WaitUntilLearned(), EarState, None)


def _without_questions(arguments: argparse.Namespace) -> int:
    status = 0
    with shared.headless() as session:
        for command in _commands(session, arguments):
            for notice in obey(session, command, everything=True)[1]:
                say(f"tuiradio: {notice.message} {notice.hint}".rstrip())
                status |= notice.severity is not Severity.INFORMATION
        tell(learned(session), arguments.json)
    return int(status)


def _commands(session: shared.Session, arguments: argparse.Namespace) -> list[Command]:
    commands: list[Command] = []
    if arguments.reset:
        commands.append(ResetEar())
    if arguments.taken_over is not None:
        with session.reader() as reader:
            commands.append(ImportComparisons(_read(arguments.taken_over, reader)))
    if arguments.switch:
        commands.append(SwitchEar(arguments.switch == "on"))
    return commands


def _read(name: str, reader: StoreReader) -> tuple[Comparison, ...]:
    """The answers of a file; tracks that are not in the library get no number.

    Raises:
        UsageError: it cannot be read, or is no such file.
    """
    try:
        text = sys.stdin.read() if name == _STDIO else Path(name).expanduser().read_text("utf-8")
        written = convert(json.loads(text), _File)
    except (OSError, ValueError, CodecError, RecursionError) as error:
        raise UsageError(
            f"{name} holds no answers: {error}", "It has to come from: tuiradio teach --export FILE"
        ) from error
    if written.format != _FORMAT:
        raise UsageError(f"{name} was written by a newer tuiradio", "Update tuiradio.")
    if not written.answers:
        raise UsageError(f"{name} holds no answers", "Nothing was taken over.")
    return tuple(_comparison(one, reader) for one in written.answers)


def _comparison(one: _Written, reader: StoreReader) -> Comparison:
    a, b, c = (_track_at(path, reader) for path in (one.a, one.b, one.c))
    return Comparison(a, b, c, one.choice, one.model, one.at_s)


def _track_at(path: str, reader: StoreReader) -> int:
    try:
        return reader.track_at(os.fsencode(path)) or 0
    except (UnicodeEncodeError, ValueError):
        return 0


def _export(name: str) -> int:
    if name != _STDIO:
        shared.check_writable(Path(name).expanduser())
    with shared.headless() as session, session.reader() as reader:
        said = reader.comparisons()
        ids = sorted({i for one in said for i in (one.anchor, one.first, one.second)})
        paths = {track.id: os.fsdecode(track.path) for track in reader.tracks(ids)}
    text = json.dumps({"format": _FORMAT, "answers": _rows(said, paths)}, indent=1) + "\n"
    if name == _STDIO:
        raw(text.encode())
        return 0
    target = Path(name).expanduser()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_text(text, "utf-8")
        os.replace(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TuiradioError(f"cannot write {name}: {error.strerror or error}") from error
    say(f"tuiradio: wrote {len(said)} answers to {name}")
    return 0


def _rows(said: Sequence[Comparison], paths: dict[int, str]) -> list[dict[str, object]]:
    return [
        {
            "a": paths[one.anchor],
            "b": paths[one.first],
            "c": paths[one.second],
            "choice": one.choice,
            "model": one.model_id,
            "at_s": one.at_s,
        }
        for one in said
        if {one.anchor, one.first, one.second} <= set(paths)
    ]
