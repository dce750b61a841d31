"""What processes cost, from Linux's own books: processor time, waiting for it, memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Spent:
    """Since a process began."""

    cpu_s: float
    """On a processor, all threads."""
    waited_s: float
    """Main thread ready to run while others ran: what a busy machine adds."""

    def __sub__(self, before: Spent) -> Spent:
        return Spent(self.cpu_s - before.cpu_s, self.waited_s - before.waited_s)


def spent(pid: int) -> Spent:
    """What a process and its threads that still live spent (``/proc/PID/task/*/schedstat``)."""
    cpu_ns = sum(_schedule(file)[0] for file in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return Spent(cpu_ns / 1e9, _schedule(Path(f"/proc/{pid}/schedstat"))[1] / 1e9)


def _schedule(file: Path) -> tuple[int, int]:
    """Nanoseconds on a processor, and ready for one."""
    on_cpu, waited, _ = map(int, file.read_text().split())
    return on_cpu, waited


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    resident: int
    """As ``top`` tells it: pages shared with others count in full."""
    own: int
    """PSS: shared pages count by share, so that sums over processes mean something."""

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.resident + other.resident, self.own + other.own)


def memory(pid: int) -> Memory:
    """What a process takes now."""
    info = psutil.Process(pid).memory_full_info()
    return Memory(info.rss, info.pss)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]
