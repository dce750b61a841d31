"""How fast a library is listened to (``python -m tests.bench.bench_listening``).

Three-minute 192 kbit/s stereo MP3s of synthesized music go through the real pool of
worker processes. When ``../shared/peers/mecomp.onnx`` is there, MECOMP's pipeline
(whole song, 22,050 Hz, its network) hears some of the same files in the same run, and the
ratio is printed: seconds differ between machines, ratios less.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.listening.sounds import RATE_HZ, tune, write
from tuiradio.listening.card import find_model
from tuiradio.listening.workers import Job, ListeningPool

PEER = Path("../shared/peers/mecomp.onnx")
SECONDS = 180.0


def main() -> None:
    """Print tracks per second, time to the first vector, memory, and the ratio to the peer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [song(Path(folder) / f"{seed}.mp3", seed) for seed in range(options.files)]
        size = os.path.getsize(files[0])
        print(f"{len(files)} MP3s of {SECONDS:.0f} s, {size * 8 / SECONDS / 1000:.0f} kbit/s")
        rate = measure_pool(files * options.rounds, options.workers, Path(folder) / "log")
        if PEER.exists():
            # Workers are polite; the peer must be as polite on a busy machine.
            os.nice(15)
            peer_rate = measure_peer(files[:3], options.workers)
            print(f"MECOMP's pipeline: {peer_rate:.2f} tracks/s; ratio {rate / peer_rate:.1f}")


def song(path: Path, seed: int) -> bytes:
    """A stereo song; noise on each side keeps the encoder from saving bits."""
    sides = [tune(SECONDS, seed=seed), tune(SECONDS, seed=seed + 1000)]
    level = 1 - (192 - 32) / (320 - 32)
    options = {"bitrate_mode": "CONSTANT", "compression_level": level}
    return write(path, np.stack(sides, 1), RATE_HZ, **options)


def measure_pool(files: list[bytes], workers: int, log: Path) -> float:
    """Tracks per second after the first result; prints what else there is to know."""
    begin_s = time.perf_counter()
    pool = ListeningPool(find_model(), workers, log)
    jobs = [Job(i, path, 0, 0) for i, path in enumerate(files)]
    heard = 0
    first_s = 0.0
    while heard < len(files):
        while jobs and pool.free_slots():
            pool.submit(jobs.pop())
        for result in pool.poll(1.0):
            assert result.vector is not None, result.failure
            first_s = first_s or time.perf_counter()
            heard += 1
    rate = (heard - 1) / (time.perf_counter() - first_s)
    peaks = [peak_megabytes(pid) for pid in pool.process_ids()]
    stop_s = time.perf_counter()
    pool.stop()
    stop_ms = (time.perf_counter() - stop_s) * 1000
    print(
        f"{workers} workers: {rate:.1f} tracks/s, first vector after {first_s - begin_s:.2f} s, "
        f"peak memory {'+'.join(f'{peak:.0f}' for peak in peaks)} MB, stopped in {stop_ms:.0f} ms"
    )
    return rate


def peak_megabytes(pid: int) -> float:
    """Largest resident memory of a process so far (Linux; 0 elsewhere)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure_peer(files: list[bytes], threads: int) -> float:
    """Tracks per second of the peer's way: everything decoded, one pass of the network."""
    import onnxruntime
    import soundfile

    from tuiradio.listening.resample import resample
    from tuiradio.listening.sound import mono

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(PEER), options, providers=["CPUExecutionProvider"])
    begin_s = time.perf_counter()
    for path in files:
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        audio = resample(mono(samples, axis=1), rate_hz, 22_050)
        session.run(["embedding"], {"audio": audio[None]})
    return len(files) / (time.perf_counter() - begin_s)


if __name__ == "__main__":
    main()
