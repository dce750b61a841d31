"""The README says what is true: commands, keys, settings, make targets."""

from __future__ import annotations

import re

from tests.docs import README, renewed
from tuiradio.cli.parser import command_names
from tuiradio.ui.keymap import ACTIONS, key_names

TEXT = README.read_text(encoding="utf-8")
ROOT = README.parent


def test_the_generated_parts_are_current() -> None:
    assert renewed(TEXT) == TEXT, "run: python -m tests.docs"


def test_every_command_is_in_the_readme() -> None:
    for command in command_names():
        assert f"`tuiradio {command}" in TEXT


def test_every_key_is_in_the_readme() -> None:
    for action in ACTIONS:
        for key in key_names(action):
            assert f"`{key}`" in TEXT, action.id


def test_every_command_line_shown_exists() -> None:
    """What stands in code after the word tuiradio is a command, a directory or an option."""
    code = re.findall(r"```(?:sh|console)\n(.*?)```", TEXT, re.S) + re.findall(r"`([^`\n]+)`", TEXT)
    shown = re.findall(r"^(?:\$ )?tuiradio +(\S+)", "\n".join(code), re.M)
    assert shown
    for word in shown:
        is_command = word in command_names()
        assert is_command or word.startswith(("-", "~", "/", "DIR", "[DIR", "COMMAND", "…")), word


def test_every_make_target_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    shown = set(re.findall(r"(?:`|^)make ([a-z-]+)", TEXT, re.M))
    assert {"play", "test", "demo"} <= shown
    assert shown <= targets


def test_every_file_linked_exists() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", TEXT)
    links += re.findall(r'src="(?!https?://)([^"]+)"', TEXT)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link
