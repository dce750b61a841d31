from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuiradio.log import log_to_file


@pytest.fixture(autouse=True)
def _root_logger_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)


def test_the_log_is_a_file_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "deep" / "tuiradio.log"
    log_to_file(file)
    log_to_file(file)
    logging.getLogger("tuiradio.test").warning("caf%s", "\udce9")
    assert file.read_text("utf-8").count("caf\\udce9") == 1
    assert capfd.readouterr() == ("", "")


def test_an_unwritable_log_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    log_to_file(tmp_path / "file" / "tuiradio.log")
    logging.getLogger("tuiradio.test").error("lost")
    assert capfd.readouterr() == ("", "")
