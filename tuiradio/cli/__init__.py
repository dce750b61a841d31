"""The command line: one file per command, no logic of its own.

stdout is data, stderr is words, and the exit status says what kind of trouble
there was (``tuiradio --help`` lists them).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from tuiradio.cli.parser import parse
from tuiradio.errors import TuiradioError

_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main(argv: Sequence[str]) -> int:
    """Run one command line (without the program's name); returns the exit status.

    Errors, Ctrl-C and a reader that went away end in a status, never in a traceback.
    """
    try:
        status = _run(argv)
        # A reader that went away is noticed here, not when Python ends.
        sys.stdout.flush()
        return status
    except TuiradioError as error:
        _explain(error)
        return error.exit_code
    except KeyboardInterrupt:
        _say_stopped()
        return _INTERRUPTED
    except BrokenPipeError:
        # What is left in Python's buffer would raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:
        return _apologize(error)


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
    except SystemExit as end:  # argparse after --help and --version
        return end.code if isinstance(end.code, int) else 0
    # One file per command, imported only when it is the one: start-up time.
    status: int = import_module(f"tuiradio.cli.{arguments.module}").run(arguments)
    return status


def _say_stopped() -> None:
    """Ctrl-C leaves a half-drawn bar behind."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write("\n" if sys.stderr.isatty() else "")


def _apologize(error: Exception) -> int:
    """What no command foresaw: words for the user, and the traceback for the log."""
    import logging

    from tuiradio.log import log_to_file
    from tuiradio.paths import Paths

    # Without a handler of ours, logging would print the traceback after all.
    log_to_file(Paths.from_environment().log_file)
    logging.getLogger(__name__).error("the command broke off", exc_info=error)
    if isinstance(error, OSError):
        what = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
        _explain(TuiradioError(what))
    else:
        hint = "That is a mistake of tuiradio. The log has the details: tuiradio paths"
        _explain(TuiradioError(f"something went wrong: {type(error).__name__}: {error}", hint))
    return TuiradioError.exit_code


def _explain(error: TuiradioError) -> None:
    from tuiradio.cli.output import say

    say(f"tuiradio: {error.message}")
    for line in error.hint.splitlines():
        say(f"  {line}")
