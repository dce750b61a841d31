"""``tuiradio`` and ``python -m tuiradio``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line of this process; returns the exit status."""
    # Nothing else is imported for this: the budget is 0.15 s, most of it Python's own.
    if sys.argv[1:] == ["--version"]:
        from tuiradio import __version__

        print(f"tuiradio {__version__}")
        return 0
    from tuiradio.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
