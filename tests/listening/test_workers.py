from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.listening.acting_worker import WORK_S
from tests.listening.sounds import tune, write
from tuiradio.errors import ModelError
from tuiradio.library.track import Estimates, Failure, FailureKind
from tuiradio.listening.card import ModelCard, ModelFile, find_model
from tuiradio.listening.sound import Span
from tuiradio.listening.starved import Turns, turns
from tuiradio.listening.workers import Job, ListeningPool, Result

pytestmark = pytest.mark.system

REPOSITORY = Path(__file__).parent.parent.parent
ACTING = [sys.executable, "-m", "tests.listening.acting_worker"]
PATIENCE_S = 30.0
_BUSY = "while True: pass"

MakePool = Callable[..., ListeningPool]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "tuiradio.log"


@pytest.fixture
def make_pool(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePool]:
    pools: list[ListeningPool] = []
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.chdir(tmp_path)

    def make(model: str = "acting.onnx", workers: int = 1, **options: float) -> ListeningPool:
        card = ModelCard("acting", "1", "0" * 64, 16_000, 1.0, 1, 2, (("sound", 0, 2),))
        file = ModelFile(tmp_path / model, card)
        pools.append(ListeningPool(file, workers, log, command=ACTING, **options))
        return pools[-1]

    yield make
    for pool in pools:
        pool.stop()


def job(name: str, track_id: int = 1) -> Job:
    return Job(track_id, f"/music/{name}".encode(), size_bytes=10, mtime_ns=20)


def collect(pool: ListeningPool, *jobs: Job) -> list[Result]:
    todo = list(jobs)
    results: list[Result] = []
    end_s = time.monotonic() + PATIENCE_S
    while len(results) < len(jobs):
        assert time.monotonic() < end_s, results
        while todo and pool.free_slots():
            pool.submit(todo.pop(0))
        results += pool.poll(1.0)
    return sorted(results, key=lambda result: result.job.track_id)


def failure(result: Result) -> Failure:
    assert result.failure is not None
    assert result.vector is None
    return result.failure


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
        threads = os.listdir(f"/proc/{pid}/task")
    except (FileNotFoundError, ProcessLookupError):
        return False
    # A zombie has ended; init collects it, or not in a bare container. While another
    # of its threads is still ending, its pipes are open.
    return state.rpartition(")")[2].split()[0] != "Z" or len(threads) > 1


def wait_until_gone(pids: tuple[int, ...]) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < end_s
        os.sched_yield()


def test_the_real_worker_listens_to_real_files(tmp_path: Path, log: Path) -> None:
    model = find_model()
    good = write(tmp_path / "good.mp3", tune(12))
    (tmp_path / "text.mp3").write_text("no music " * 100)
    pool = ListeningPool(model, 2, log)
    try:
        heard, broken = collect(
            pool,
            Job(1, good, os.path.getsize(good), 0),
            Job(2, bytes(tmp_path / "text.mp3"), 900, 0),
        )
    finally:
        pool.stop()
    assert heard.vector is not None
    assert heard.vector.shape == (model.card.dim,)
    assert np.linalg.norm(heard.vector) == pytest.approx(len(model.card.subspaces) ** 0.5)
    assert heard.duration_s == pytest.approx(12, abs=0.1)
    assert heard.busy_s > 0
    assert failure(broken).kind is FailureKind.NOT_AUDIO


def test_a_result_carries_all_that_was_heard(make_pool: MakePool) -> None:
    (result,) = collect(make_pool(), job("song"))
    assert result.job == job("song")
    assert result.vector is not None
    np.testing.assert_array_equal(result.vector, np.array([0.6, 0.8], np.float32))
    assert result.estimates == Estimates(tempo_bpm=120.0, tags=(("rock", 0.5),))
    assert result.duration_s == 7.0
    assert result.failure is None


def test_the_worker_is_told_which_part_to_listen_to(make_pool: MakePool) -> None:
    half = replace(job("span", 2), span=Span(0.5, 1.0))
    whole, second = collect(make_pool(), job("span"), half)
    assert whole.vector is not None
    assert second.vector is not None
    assert (whole.vector.tolist(), second.vector.tolist()) == ([0, 1], [0.5, 1])
    assert second.job == half


def test_a_failure_is_a_result(make_pool: MakePool) -> None:
    (result,) = collect(make_pool(), job("fail"))
    assert failure(result) == Failure(FailureKind.SILENT, "Nothing to hear.")


def test_a_log_that_cannot_be_written_stops_no_listening(make_pool: MakePool, log: Path) -> None:
    log.mkdir(parents=True)
    (result,) = collect(make_pool(), job("song"))
    assert result.failure is None


def test_every_job_is_answered_once_by_several_workers(make_pool: MakePool) -> None:
    results = collect(make_pool(workers=2), *(job(f"song {i}", i) for i in range(40)))
    assert [result.job.track_id for result in results] == list(range(40))


@pytest.mark.parametrize("name", ["crash", "raise", "nonsense"])
def test_a_worker_that_dies_fails_its_file_only(make_pool: MakePool, name: str) -> None:
    pool = make_pool()
    before = pool.process_ids()
    bad, good = collect(pool, job(name, 1), job("song", 2))
    assert failure(bad).kind is FailureKind.CRASHED
    assert good.vector is not None
    assert pool.process_ids() != before


def test_a_file_whose_worker_is_killed_from_outside_is_listened_to_again(
    make_pool: MakePool,
) -> None:
    pool = make_pool()
    collect(pool, job("song"))
    (pid,) = pool.process_ids()
    # Stopped, it cannot have finished the file before it dies.
    os.kill(pid, signal.SIGSTOP)
    pool.submit(job("song", 2))
    os.kill(pid, signal.SIGKILL)
    (result,) = pool.poll(PATIENCE_S)
    assert result.job.track_id == 2
    assert result.vector is not None
    assert pool.process_ids() != (pid,)


def test_a_file_that_gets_two_workers_killed_has_failed(make_pool: MakePool) -> None:
    bad, good = collect(make_pool(), job("killed", 1), job("song", 2))
    assert failure(bad).kind is FailureKind.CRASHED
    assert good.vector is not None


def test_a_worker_killed_while_idle_fails_nothing(make_pool: MakePool) -> None:
    pool = make_pool()
    collect(pool, job("song"))
    (pid,) = pool.process_ids()
    os.kill(pid, signal.SIGKILL)
    wait_until_gone((pid,))
    (good,) = collect(pool, job("song"))
    assert good.vector is not None


def test_a_file_that_takes_too_long_is_given_up(make_pool: MakePool) -> None:
    pool = make_pool(time_limit_s=0.2)
    before = pool.process_ids()
    slow, good = collect(pool, job("hang", 1), job("song", 2))
    assert failure(slow) == Failure(
        FailureKind.TIMED_OUT, "Listening to it took longer than 0.2 s."
    )
    assert good.vector is not None
    wait_until_gone(before)


@pytest.fixture
def crowd() -> Iterator[Callable[[int], None]]:
    """Puts a process on one processor with another one that takes most of its time."""
    others: list[subprocess.Popen[bytes]] = []

    def surround(pid: int) -> None:
        (processor, *_) = os.sched_getaffinity(pid)
        others.append(subprocess.Popen(["nice", "-n", "10", sys.executable, "-c", _BUSY]))
        for each in (pid, others[-1].pid):
            os.sched_setaffinity(each, {processor})

    yield surround
    for other in others:
        other.kill()
        other.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how long a process waited")
def test_a_busy_machine_makes_no_good_file_fail(
    make_pool: MakePool, crowd: Callable[[int], None]
) -> None:
    limit_s = 1.5 * WORK_S
    pool = make_pool(time_limit_s=limit_s)
    collect(pool, job("song"))
    crowd(*pool.process_ids())
    (slow,) = collect(pool, job("work", 2))
    assert slow.busy_s > limit_s
    assert slow.failure is None


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how long a process waited")
@pytest.mark.parametrize("name", ["hang", "spin"])
def test_a_busy_machine_keeps_no_hanging_file_alive(
    make_pool: MakePool, crowd: Callable[[int], None], name: str
) -> None:
    pool = make_pool(time_limit_s=0.1)
    collect(pool, job("song"))
    crowd(*pool.process_ids())
    (stuck,) = collect(pool, job(name, 2))
    assert failure(stuck).kind is FailureKind.TIMED_OUT


def test_a_process_that_is_gone_waits_for_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert turns(process.pid) == Turns()


def test_a_file_that_takes_too_much_memory_is_given_up(make_pool: MakePool) -> None:
    hungry, good = collect(make_pool(memory_limit_bytes=300 << 20), job("eat", 1), job("song", 2))
    assert failure(hungry) == Failure(
        FailureKind.CRASHED, "Listening to it took more than 300 MB of memory."
    )
    assert good.vector is not None


def test_chatter_goes_to_the_log(make_pool: MakePool, log: Path) -> None:
    (result,) = collect(make_pool(), job("chatter"))
    assert result.vector is not None
    assert b"noise of a decoder" in log.read_bytes()


def test_a_crash_leaves_its_trace_in_the_log(make_pool: MakePool, log: Path) -> None:
    collect(make_pool(), job("crash"))
    assert b"Fatal Python error: Aborted" in log.read_bytes()


def test_a_worker_that_dies_at_its_start_is_tried_again(make_pool: MakePool) -> None:
    (result,) = collect(make_pool("dies-once.onnx"), job("song"))
    assert result.vector is not None


def test_workers_that_never_start_are_an_error(make_pool: MakePool, log: Path) -> None:
    with pytest.raises(ModelError) as caught:
        collect(make_pool("dies.onnx"), job("song"))
    assert str(log) in caught.value.hint


def test_a_refused_model_is_an_error_with_its_words(make_pool: MakePool) -> None:
    with pytest.raises(ModelError, match="It is refused") as caught:
        collect(make_pool("refused.onnx"), job("song"))
    assert caught.value.hint == "Use another."


def test_stopping_does_not_wait_for_the_file(make_pool: MakePool) -> None:
    pool = make_pool(workers=2)
    collect(pool, job("song", 1), job("song", 2))
    pool.submit(job("hang"))
    pids = pool.process_ids()
    pool.stop()
    wait_until_gone(pids)
    assert pool.free_slots() == 0
    pool.stop()


def test_a_throttled_worker_rests_in_proportion(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.set_throttle(0.01)
    (result,) = collect(pool, job("song"))
    assert pool.free_slots() == 0
    start_s = time.monotonic()
    while not pool.free_slots():
        assert time.monotonic() - start_s < PATIENCE_S
        assert pool.poll(5.0) == []
    assert time.monotonic() - start_s >= 90 * result.busy_s * 0.5
    pool.set_throttle(1.0)
    collect(pool, job("song"))
    assert pool.free_slots() == 1


def test_waiting_for_nothing_ends_in_time(make_pool: MakePool) -> None:
    assert make_pool().poll(0) == []


def test_no_worker_outlives_a_killed_engine(tmp_path: Path, log: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
from tests.listening.test_workers import ACTING, collect, job
from tuiradio.listening.card import ModelCard, ModelFile
from tuiradio.listening.workers import ListeningPool
card = ModelCard("acting", "1", "", 16_000, 1.0, 1, 2, (("sound", 0, 2),))
model = ModelFile(Path("acting.onnx"), card)
pool = ListeningPool(model, 2, Path({str(log)!r}), command=ACTING)
collect(pool, job("song", 1), job("song", 2))
pool.submit(job("hang"))
print(*pool.process_ids(), flush=True)
sys.stdin.read()
"""
    engine = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    with engine:
        assert engine.stdout is not None
        pids = tuple(int(word) for word in engine.stdout.readline().split())
        assert len(pids) == 2
        engine.kill()
    try:
        wait_until_gone(pids)
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
