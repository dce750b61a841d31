"""Sounds made for tests: numpy in, files out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE_HZ = 44_100
# FF_QP2LAMBDA: a step of an encoder's quality scale.
_QUALITY_STEP = 118


def tune(seconds: float, rate_hz: int = RATE_HZ, seed: int = 0) -> Floats:
    """Notes over faint noise, mono: changes all the time, so excerpts differ."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    note = (time_s * 4).astype(int)
    hz = 110 * 2 ** (rng.integers(0, 36, note.max(initial=0) + 1)[note] / 12)
    phase = 2 * np.pi * np.cumsum(hz) / rate_hz
    sound = 0.3 * np.sin(phase) + 0.1 * np.sin(3 * phase) + rng.normal(0, 0.01, len(time_s))
    return sound.astype(np.float32)


def write(path: Path, samples: Floats, rate_hz: int = RATE_HZ, **options: object) -> bytes:
    """Through libsndfile, in the format of the suffix; the path as bytes."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with soundfile.SoundFile(path, "w", rate_hz, channels, **options) as file:
        # Vorbis in one call crashes beyond 96 s (pitfalls.md 2.5).
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])
    return bytes(path)


def write_with_ffmpeg(
    path: Path,
    codec: str,
    samples: Floats,
    rate_hz: int = RATE_HZ,
    container: str | None = None,
    of_container: dict[str, str] | None = None,
    of_codec: dict[str, str] | None = None,
) -> bytes:
    """Through an encoder of FFmpeg, in the container of the suffix; the path as bytes.

    128 kbit/s, unless the codec's options say otherwise.
    """
    with av.open(str(path), "w", format=container, options=of_container or {}) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono", options=of_codec or {})
        if not of_codec:
            stream.bit_rate = 128_000
        resampler = av.AudioResampler(stream.format, "mono", rate_hz, stream.frame_size or 4096)
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = rate_hz
        frame.time_base = Fraction(1, rate_hz)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return bytes(path)


def write_mp3_without_length(path: Path, samples: Floats, is_steady: bool = False) -> bytes:
    """An MP3 whose first frame is music and tells no length, of varying bit rate or of one."""
    varying = {"flags": "+qscale", "global_quality": str(4 * _QUALITY_STEP)}
    return write_with_ffmpeg(
        path,
        "libmp3lame",
        samples,
        of_container={"write_xing": "0"},
        of_codec=None if is_steady else varying,
    )
