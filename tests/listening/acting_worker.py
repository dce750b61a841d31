"""A worker that does what the file's name says; run as a module with the real ``serve``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np

from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.sound import Span
from tuiradio.listening.worker import Listen, Outcome, serve

WORK_S = 0.1


def act(path: bytes, span: Span) -> Outcome:
    name = os.path.basename(path)
    if name == b"hang":
        threading.Event().wait()
    if name == b"work":
        worked_from_s = time.thread_time()
        while time.thread_time() - worked_from_s < WORK_S:
            pass
    if name == b"spin":
        while True:
            pass
    if name == b"crash":
        os.abort()
    if name == b"killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == b"raise":
        raise RuntimeError("as a defect would")
    if name == b"eat":
        eaten = []
        while True:
            eaten.append(np.ones(1 << 20))
    if name == b"chatter":
        print("on standard output")
        os.write(1, b"\x00\x00\x00")
        os.write(2, b"noise of a decoder\n")
    if name == b"nonsense":
        return Outcome(vector=b"\x00" * 3)
    if name == b"span":
        return Outcome(np.array([span.start, span.stop], np.float32).tobytes())
    if name == b"fail":
        return Outcome(failure=Failure(FailureKind.SILENT, "Nothing to hear."))
    vector = np.array([3.0, 4.0], np.float32) / 5
    return Outcome(vector.tobytes(), Estimates(120.0, tags=(("rock", 0.5),)), duration_s=7.0)


def prepare() -> Listen:
    model = os.path.basename(sys.argv[1])
    if model == "refused.onnx":
        raise ModelError("It is refused.", "Use another.")
    if model == "dies-once.onnx" and not Path("died").exists():
        Path("died").touch()
        os.abort()
    if model == "dies.onnx":
        os.abort()
    return act


if __name__ == "__main__":
    serve(prepare, memory_limit_bytes=int(sys.argv[2]))
