"""``tuiradio doctor``: is everything there, and what to do where it is not."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence

from tuiradio.cli.output import json_line, line
from tuiradio.engine.checks import Check, Level, all_checks
from tuiradio.errors import UsageError

_SIGNS = {Level.OK: "OK  ", Level.WARN: "warn", Level.BAD: "BAD "}


def run(arguments: argparse.Namespace) -> int:
    """Print every check; the exit status is 1 when something is bad."""
    if arguments.radio:
        from tuiradio.cli import doctor_radio

        return doctor_radio.run(arguments)
    if arguments.model is not None:
        raise UsageError("--model belongs to --radio", "All models: tuiradio models")
    checks = [*all_checks(), _terminal()]
    if arguments.json:
        json_line([_record(check) for check in checks])
    else:
        _print(checks)
    return 1 if any(check.level is Level.BAD for check in checks) else 0


def _terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", Level.OK, "not on one now; the screen needs one")
    # What draws covers is looked at only where there is something to draw on.
    from tuiradio.ui.terminal_check import terminal_check

    columns, rows = shutil.get_terminal_size()
    return terminal_check(columns, rows, sys.stdout.encoding or "")


def _print(checks: Sequence[Check]) -> None:
    width = max(len(check.name) for check in checks)
    for check in checks:
        line(f"{_SIGNS[check.level]}  {check.name:<{width}}  {check.text}")
        for hint in check.hint.splitlines():
            line(f"{'':{width + 8}}{hint}")


def _record(check: Check) -> dict[str, str]:
    return {
        "name": check.name,
        "level": check.level.value,
        "text": check.text,
        "hint": check.hint,
    }
