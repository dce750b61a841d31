"""What the doctor says, as lines: the checks with what to do, and figures beside them. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuiradio.engine.checks import Check, Level
from tuiradio.engine.settings import Vitals
from tuiradio.engine.states import EngineState
from tuiradio.listening.card import ModelCard
from tuiradio.paths import Paths
from tuiradio.ui.ink import Piece
from tuiradio.ui.text import clean, number, span

_SIGNS = {Level.OK: ("✓", "teal"), Level.WARN: ("!", "warn"), Level.BAD: ("✗", "bad")}
_NAME = 10
_FACT = 12
_WELL_LINES = 2
"""Enough on what is as it should be."""
_RANKS = {Level.BAD: 0, Level.WARN: 1}
_QUALITY = (("mood_p5", "mood P@5"), ("mood_map", "mood MAP"), ("artist_auc", "artist AUC"))
_MB = 1_000_000

Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures under a heading."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def title(checks: Mapping[str, Check], expected: int) -> str:
    """The sum of it."""
    bad = sum(check.level is Level.BAD for check in checks.values())
    warnings = sum(check.level is Level.WARN for check in checks.values())
    if len(checks) < expected:
        return f"Doctor · looking, {len(checks)} of {expected}"
    if bad:
        return f"Doctor · {bad} to mend"
    if warnings:
        return f"Doctor · well, {warnings} could be better"
    return "Doctor · all is well"


def check_lines(names: Sequence[str], checks: Mapping[str, Check], width: int) -> list[Line]:
    """A line for each check, more for long words, and what to do below it; trouble first."""
    lines: list[Line] = []
    indent = " " * (_NAME + 4)
    for name in sorted(names, key=lambda name: _rank(checks.get(name))):
        check = checks.get(name)
        head = Piece(f" {name:<{_NAME}} ", "strong" if check else "faint")
        if check is None:
            lines.append((Piece(" ·", "faint"), head, Piece("…", "faint")))
            continue
        sign, ink = _SIGNS[check.level]
        text = _wrapped(check.text, width - len(indent)) or [""]
        is_well = check.level is Level.OK
        told = "dim" if is_well else "text"
        if is_well and len(text) > _WELL_LINES:
            text = [*text[: _WELL_LINES - 1], f"{text[_WELL_LINES - 1]} …"]
        lines.append((Piece(f" {sign}", ink), head, Piece(text[0], told)))
        lines += [(Piece(indent), Piece(more, told)) for more in text[1:]]
        if check.hint:
            hints = [one for hint in check.hint.splitlines() for one in _wrapped(
                hint, width - len(indent) - 2)]  # fmt: skip
            for at, hint in enumerate(hints):
                arrow = "→ " if at == 0 else "  "
                lines.append((Piece(indent), Piece(arrow, "amber"), Piece(hint, "amber")))
    return lines


def fact_lines(facts: Iterable[Facts], width: int) -> list[Line]:
    """Figures under their headings, an empty line between."""
    lines: list[Line] = []
    for one in facts:
        if lines:
            lines.append(())
        lines.append((Piece(f" {one.heading}", "station"),))
        for name, value in one.rows:
            text = _wrapped(value, width - _FACT - 2) or ["–"]
            lines.append((Piece(f" {name:<{_FACT}}", "dim"), Piece(text[0])))
            lines += [(Piece(" " * (_FACT + 1)), Piece(more)) for more in text[1:]]
    return lines


def facts_of(
    state: EngineState, vitals: Vitals | None, card: ModelCard | None, paths: Paths
) -> tuple[Facts, ...]:
    """What can be said without examining anything."""
    return (_engine(state, vitals), _listening(state), *_model(card), _paths(paths))


def _engine(state: EngineState, vitals: Vitals | None) -> Facts:
    if vitals is None:
        return Facts("Engine", (("", "does not answer"),))
    memory = f"{vitals.memory_bytes / _MB:,.0f} MB" if vitals.memory_bytes else "not told"
    player = state.player
    return Facts(
        "Engine",
        (
            ("version", f"{vitals.version}, process {vitals.pid}"),
            ("up for", span(vitals.uptime_s)),
            ("memory", memory),
            ("sound", player.problem or player.output or "nothing was played yet"),
        ),
    )


def _listening(state: EngineState) -> Facts:
    now = state.listening
    left = now.total - now.heard - now.failed
    rows = [("heard", f"{number(now.heard)} of {number(now.total)} tracks")]
    if now.failed:
        rows.append(("failed", f"{number(now.failed)}; 9 tells why"))
    if now.running and left > 0:
        eta = f", {span(now.eta_s)} left" if now.eta_s is not None else ""
        rows.append(("pace", f"{now.rate_per_s:.1f} tracks a second{eta}"))
    if now.problem:
        rows.append(("trouble", now.problem))
    return Facts("Listening", tuple(rows))


def _model(card: ModelCard | None) -> tuple[Facts, ...]:
    if card is None:
        return ()
    parts = ", ".join(f"{name} {stop - start}" for name, start, stop in card.subspaces)
    told = dict(card.quality)
    quality = ", ".join(f"{words} {told[key]:.3f}" for key, words in _QUALITY if key in told)
    rows = [
        ("model", card.id),
        ("listens to", f"{card.excerpts} × {card.excerpt_s:g} s at {card.sample_rate_hz:,} Hz"),
        ("numbers", f"{card.dim}: {parts}"),
    ]
    if quality:
        rows.append(("measured", quality))
    if card.licence:
        rows.append(("licence", card.licence))
    return (Facts("Model", tuple(rows)),)


def _paths(paths: Paths) -> Facts:
    found = {
        "config": paths.config_file,
        "store": paths.store_file,
        "index": paths.index_file,
        "log": paths.log_file,
        "socket": paths.socket_file,
    }
    home = f"{Path.home()}/"
    rows = [(name, str(path).replace(home, "~/", 1)) for name, path in found.items()]
    return Facts("Files", tuple(rows))


def _rank(check: Check | None) -> int:
    return 2 if check is None else _RANKS.get(check.level, 2)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(clean(text), max(16, width), break_on_hyphens=False)
