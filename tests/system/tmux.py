"""A terminal that people use: programs in a tmux of our own, seen as tmux shows them."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

SEEN_WITHIN_S = 30.0
_LOOK_EVERY_S = 0.03


class Tmux:
    """One window with a shell in it; ``close`` ends all that runs there."""

    def __init__(
        self, socket: Path, variables: Mapping[str, str], columns: int = 120, lines: int = 40
    ) -> None:
        self._socket = socket
        self._variables = dict(variables)
        # A shell without a start-up file, and a prompt that nothing else writes.
        shell = "exec env PS1='ready> ' ENV= sh"
        self.ask("-f", "/dev/null", "new-session", "-d", shell)
        self.ask("set", "-g", "escape-time", "0")
        self.resize(columns, lines)
        self.until("ready>")

    def ask(self, *argv: str) -> str:
        """What tmux answers to a command."""
        command = ("tmux", "-S", str(self._socket), *argv)
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env=self._variables
        ).stdout

    def run(self, *argv: str, term: str = "tmux-256color") -> None:
        """Type a command line; when it has ended, its status stands on the screen."""
        script = self._socket.with_name("run.sh")
        script.write_text(f"clear\nenv TERM={term} {shlex.join(argv)}\necho ended: $?\n")
        self.type(f". {script}")
        self.press("Enter")

    def type(self, text: str) -> None:
        """Letters, as typed."""
        self.ask("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Keys by their tmux names."""
        self.ask("send-keys", *keys)

    @property
    def text(self) -> str:
        """All that can be read."""
        return self.ask("capture-pane", "-p")

    def until(self, *wanted: str, gone: str = "") -> str:
        """Look until all these can be read, and what is to be gone cannot; what is there then.

        Raises:
            AssertionError: it does not come.
        """

        def is_there(text: str) -> bool:
            return all(words in text for words in wanted) and not (gone and gone in text)

        return self._look(is_there, f"{wanted}, without {gone!r}")

    def _look(self, is_there: Callable[[str], bool], wanted: str) -> str:
        deadline_s = time.monotonic() + SEEN_WITHIN_S
        while not is_there(text := self.text):
            assert time.monotonic() < deadline_s, f"not seen: {wanted}\n{text}"
            time.sleep(_LOOK_EVERY_S)
        return text

    def resize(self, columns: int, lines: int) -> None:
        self.ask("resize-window", "-x", f"{columns}", "-y", f"{lines}")

    @property
    def is_as_found(self) -> bool:
        """Whether the terminal shows its cursor and its own page, and reports no mouse."""
        flags = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"
        return self.ask("display", "-p", flags).split() == ["0", "1", "0", "0"]

    def modes(self) -> str:
        """What the terminal does with what is typed, as ``stty`` tells."""
        before = self.text.count("stty:")
        self.type("echo stty: `stty -g`")
        self.press("Enter")
        text = self._look(lambda text: text.count("stty:") >= before + 2, "stty")
        return text.rpartition("stty:")[2].split()[0]

    def pid_of(self, module: str) -> int:
        """The process that runs a Python module below the shell."""
        shell = psutil.Process(int(self.ask("display", "-p", "#{pane_pid}")))
        return next(child.pid for child in shell.children() if module in " ".join(child.cmdline()))

    def close(self) -> None:
        subprocess.run(("tmux", "-S", str(self._socket), "kill-server"), check=False)
