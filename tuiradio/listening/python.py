"""How a Python process of this package is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import tuiradio


def interpreter(module: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment that run ``module`` of this very package.

    The working directory is the user's and may hold anything, so it is kept off
    the import path (``-P``). BLAS gets one thread: a pool per worker costs start-up
    and memory, and nothing here multiplies matrices outside the network.
    """
    environment = dict(os.environ)
    package_parent = str(Path(tuiradio.__file__).parent.parent)
    inherited = environment.get("PYTHONPATH")
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package_parent, inherited]))
    environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
    return [sys.executable, "-P", "-m", module], environment
