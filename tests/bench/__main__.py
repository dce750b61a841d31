"""Every benchmark, one after the other: ``make bench``; some: ``python -m tests.bench store``.

Options go to each of them: ``python -m tests.bench radio --seeds 1 --no-million``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the named benchmarks, or all; returns 1 when one of them fails."""
    first = next((n for n, word in enumerate(sys.argv) if word.startswith("-")), len(sys.argv))
    chosen, options = sys.argv[1:first], sys.argv[first:]
    found = {
        file.stem.removeprefix("bench_"): file for file in Path(__file__).parent.glob("bench_*.py")
    }
    names = chosen or sorted(found)
    failed = []
    for name in names:
        print(f"\n=== {name}", flush=True)
        # A process each: one benchmark's memory and threads are not another's.
        if subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}", *options], check=False
        ).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
