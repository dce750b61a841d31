"""``python -m tuiradio.listening.worker MODEL MEMORY_LIMIT``: listens to one file at a time.

Paths come on standard input, vectors go to standard output (``wire``), words of
native libraries to standard error, which the pool has pointed at the log. The
process ends when standard input does, even in the middle of a file, so that the
death of the engine leaves no orphans.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure
from tuiradio.listening.decode import read_excerpts
from tuiradio.listening.encoder import Encoder
from tuiradio.listening.sound import Span
from tuiradio.listening.wire import MEMORY_EXIT, Unpacker, pack

_NICENESS = 15
_READ_BYTES = 1 << 16
_MEMORY_CHECK_S = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a vector (raw float32) or a failure."""

    vector: bytes = b""
    estimates: Estimates = field(default_factory=Estimates)
    failure: Failure | None = None
    duration_s: float | None = None


Listen = Callable[[bytes, Span], Outcome]


def main() -> None:
    """Load the model named on the command line and serve until standard input ends."""
    serve(lambda: listener(Path(sys.argv[1])), memory_limit_bytes=int(sys.argv[2]))


def listener(model: Path) -> Listen:
    """A function from path and part of the track to outcome.

    A part gets its share of the excerpts, one at least.

    Raises:
        ModelError: the model breaks the contract.
    """
    encoder = Encoder(model)
    card = encoder.card

    def listen(path: bytes, span: Span) -> Outcome:
        count = max(1, round(card.excerpts * (span.stop - span.start)))
        excerpts = read_excerpts(path, card.sample_rate_hz, card.excerpt_s, count, span)
        if isinstance(excerpts, Failure):
            return Outcome(failure=excerpts)
        embedding = encoder.embed(excerpts.samples)
        if isinstance(embedding, Failure):
            return Outcome(failure=embedding, duration_s=excerpts.duration_s)
        return Outcome(
            vector=embedding.vector.tobytes(),
            estimates=embedding.estimates,
            duration_s=excerpts.duration_s,
        )

    return listen


def serve(prepare: Callable[[], Listen], memory_limit_bytes: int) -> None:
    """Answer requests until standard input ends; an exception ends the process, as a crash."""
    # Ctrl-C at the terminal is the engine's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    os.nice(_NICENESS)
    # Results keep the pipe to themselves: whatever else prints goes to the log.
    results = os.dup(1)
    os.dup2(2, 1)
    requests: queue.SimpleQueue[tuple[bytes, Span]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=[requests], daemon=True).start()
    try:
        listen = prepare()
    except ModelError as error:
        _write(results, pack({"problem": error.message, "hint": error.hint}))
        return
    threading.Thread(target=_watch_memory, args=[memory_limit_bytes], daemon=True).start()
    _write(results, pack({"ready": True}))
    while True:
        path, span = requests.get()
        start_s = time.perf_counter()
        outcome = listen(path, span)
        _write(results, _answer(outcome, time.perf_counter() - start_s))


def resident_bytes() -> int:
    """Memory of this process now; at its highest so far where /proc does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        # macOS, where the unit is bytes. Linux would count the parent's memory before exec.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _read_requests(requests: queue.SimpleQueue[tuple[bytes, Span]]) -> None:
    unpacker = Unpacker()
    while data := os.read(0, _READ_BYTES):
        for header, _ in unpacker.feed(data):
            requests.put((bytes.fromhex(header["path"]), Span(*header["span"])))
    # Not sys.exit: the main thread may be deep in a decoder, and nothing is left to save.
    os._exit(0)


def _watch_memory(limit_bytes: int) -> None:
    """End the process when it grows beyond the limit.

    RLIMIT_AS counts address space, of which onnxruntime and the allocator reserve much and
    touch little; and a failed allocation in a C++ library is an abort anyway.
    """
    while resident_bytes() <= limit_bytes:
        time.sleep(_MEMORY_CHECK_S)
    os._exit(MEMORY_EXIT)


def _answer(outcome: Outcome, busy_s: float) -> bytes:
    header: dict[str, Any] = {
        "estimates": asdict(outcome.estimates),
        "failure": asdict(outcome.failure) if outcome.failure else None,
        "duration_s": outcome.duration_s,
        "busy_s": busy_s,
    }
    return pack(header, outcome.vector)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    main()
