"""Fixtures of the library's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library.builders import ROOT
from tuiradio.library.store import StoreWriter


@pytest.fixture
def store_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.sqlite3"


@pytest.fixture
def store(store_file: Path) -> Iterator[StoreWriter]:
    """An open store with one root, ``ROOT``."""
    store_file.parent.mkdir()
    writer = StoreWriter(store_file)
    writer.add_root(ROOT)
    yield writer
    writer.close()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """An empty directory for music."""
    folder = tmp_path / "music"
    folder.mkdir()
    return folder
