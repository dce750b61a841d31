"""Small audio files and store contents for the library's tests."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import soundfile

from tuiradio.library.store import ChangeKind, ScanChange, StoreWriter
from tuiradio.library.track import Failure, Tags

ROOT = b"/nowhere/music"
RATE_HZ = 22_050


def tone(seed: int = 1, duration_s: float = 2.0) -> np.ndarray:
    """Noise under a tone: no two seeds encode to the same bytes."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(int(RATE_HZ * duration_s)) / RATE_HZ
    wave = 0.3 * np.sin(2 * np.pi * (200 + 40 * seed) * time_s)
    return (wave + 0.05 * rng.standard_normal(len(time_s))).astype(np.float32)


_SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
_AV = {
    "m4a": ("mp4", "aac", 22_050),
    "wma": ("asf", "wmav2", 22_050),
    "wv": ("wv", "wavpack", 22_050),
    "mka": ("matroska", "aac", 22_050),
    "opus": ("ogg", "libopus", 24_000),
}
FORMATS = (*_SOUNDFILE, *_AV)


def write_audio(file: Path, seed: int = 1, duration_s: float = 2.0) -> Path:
    """A real file in the format of its extension, without tags."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kind = file.suffix[1:]
    if kind in _SOUNDFILE:
        container, codec = _SOUNDFILE[kind]
        samples = tone(seed, duration_s)
        soundfile.write(file, samples, RATE_HZ, format=container, subtype=codec)
    else:
        _write_with_av(file, kind, tone(seed, duration_s))
    return file


def _write_with_av(file: Path, kind: str, samples: np.ndarray) -> None:
    container, codec, rate_hz = _AV[kind]
    with av.open(str(file), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono")
        stream.bit_rate = 64_000
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate_hz, frame_size=stream.frame_size or 1024
        )
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = RATE_HZ
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))


def seen(
    path: str | bytes,
    *,
    root: bytes = ROOT,
    size_bytes: int = 1_000,
    mtime_ns: int = 1,
    fingerprint: bytes | None = None,
    failure: Failure | None = None,
    **tags: object,
) -> ScanChange:
    """A new or changed file; its fingerprint is its path unless told."""
    name = os.fsencode(path)
    fields = {"title": os.fsdecode(name).rpartition("/")[2], **tags}
    return ScanChange(
        ChangeKind.READ,
        root,
        name,
        size_bytes,
        mtime_ns,
        name if fingerprint is None else fingerprint,
        Tags(**fields),  # type: ignore[arg-type]
        failure,
    )


def titles(store: StoreWriter, ids: object) -> list[str]:
    return [track.title for track in store.tracks(list(ids))]  # type: ignore[call-overload]
