"""Reading with FFmpeg's libraries (PyAV): what libsndfile cannot or does badly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import av
import av.logging
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from tuiradio.listening.sound import (
    MAX_RATE_HZ,
    MIN_RATE_HZ,
    CannotDecode,
    NoDecoder,
    Samples,
    mono,
)

av.logging.set_level(av.logging.PANIC)

# Codecs with overlapping windows need a few frames before what comes out is right.
_PREROLL_S = 0.1
# A file named .mp3 may be a playlist or a script that names other files or servers.
_OPTIONS = {"protocol_whitelist": "none"}
_REFUSED_FORMATS = frozenset({"hls", "dash", "concat", "sdp", "rtsp", "imf", "applehttp", "tty"})
_DAMAGED_PACKETS_ALLOWED = 2_000
# FFmpeg's length of an MP3 without a header is a guess, and its seeks miss until every packet was
# seen. The packets of three minutes take 50 ms; MP3 with a header is libsndfile's.
_GUESSES_LENGTHS = "mp3"


class PyAvReader:
    """See ``SoundReader``."""

    is_length_told = True

    def __init__(self, path: bytes) -> None:
        """Open the file.

        Raises:
            NoDecoder: sound in a format FFmpeg does not decode.
            CannotDecode: no sound in it, or too damaged to open.
        """
        # FFmpeg is given an open file, not a name: names can hold "http:" or bytes that are
        # not UTF-8.
        self._raw: BinaryIO = open(path, "rb")  # noqa: SIM115 (closed in close)
        try:
            self._container = av.open(self._raw, "r", options=_OPTIONS)
            self._stream = self._pick_stream()
            self.rate_hz = int(self._stream.rate or 0)
            if not MIN_RATE_HZ <= self.rate_hz <= MAX_RATE_HZ:
                raise CannotDecode(f"{self.rate_hz} Hz")
            self._tick_s = float(self._stream.time_base or 0)
            self._origin_s = (self._stream.start_time or 0) * self._tick_s
            self.claimed_frames = self._claimed_frames()
        except (av.FFmpegError, ValueError, OSError, LookupError) as error:
            self._raw.close()
            raise CannotDecode(str(error)) from error
        except CannotDecode:
            self._raw.close()
            raise

    def read(self, start: int, frames: int) -> Samples:
        """See ``SoundReader.read``."""
        taken: list[AudioFrame] = []
        missing = frames
        skip = 0
        try:
            self._seek(start)
            for position, frame in self._decoded():
                if position + frame.samples <= start:
                    continue
                if not taken:
                    skip = max(0, start - position)
                    missing += skip
                taken.append(frame)
                missing -= frame.samples
                if missing <= 0:
                    break
        except (av.FFmpegError, OSError, ValueError):
            # What was decoded before the damage still counts.
            pass
        return _to_mono(taken)[skip : skip + frames]

    def close(self) -> None:
        """See ``SoundReader.close``."""
        self._container.close()
        self._raw.close()

    def _pick_stream(self) -> AudioStream:
        names = set(self._container.format.name.split(","))
        if names & _REFUSED_FORMATS or not self._container.streams.audio:
            raise CannotDecode(f"no sound in {self._container.format.name}")
        stream = self._container.streams.audio[0]
        if stream.codec_context is None:
            raise NoDecoder(self._container.format.long_name or self._container.format.name)
        return stream

    def _claimed_frames(self) -> int:
        seconds = (self._stream.duration or 0) * self._tick_s
        if not seconds and self._container.duration:
            seconds = self._container.duration / av.time_base
        if not seconds or self._container.format.name == _GUESSES_LENGTHS:
            # No length in the container: read through the packets, decoding nothing.
            packets = self._container.demux(self._stream)
            seconds = sum((packet.duration or 0) * self._tick_s for packet in packets)
        return int(seconds * self.rate_hz)

    def _seek(self, start: int) -> None:
        if not self._tick_s:
            return
        target_s = max(0.0, start / self.rate_hz - _PREROLL_S) + self._origin_s
        # A target at the very start stays below the first timestamp, which may be negative.
        ticks = int(target_s / self._tick_s) if start else 0
        self._container.seek(ticks, stream=self._stream, backward=True, any_frame=False)

    def _decoded(self) -> Iterator[tuple[int, AudioFrame]]:
        """Decoded frames with their positions, damaged packets left out."""
        damaged = 0
        position = 0
        for packet in self._container.demux(self._stream):
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                damaged += 1
                if damaged > _DAMAGED_PACKETS_ALLOWED:
                    return
                continue
            for frame in decoded:
                if not isinstance(frame, AudioFrame) or frame.sample_rate != self.rate_hz:
                    continue
                if frame.pts is not None:
                    position = round((frame.pts * self._tick_s - self._origin_s) * self.rate_hz)
                yield position, frame
                position += frame.samples


def _to_mono(frames: list[AudioFrame]) -> Samples:
    """Mono float32 in -1…1 of frames in any sample format, those of the first one's kind."""
    if not frames:
        return np.empty(0, np.float32)
    kind, layout = frames[0].format, frames[0].layout
    same = [f for f in frames if f.format.name == kind.name and f.layout.name == layout.name]
    data = np.concatenate([frame.to_ndarray() for frame in same], axis=1)
    if not kind.is_planar:
        data = data.reshape(-1, len(layout.channels)).T
    if data.dtype == np.uint8:
        return mono((data.astype(np.float32) - 128) / np.float32(128), axis=0)
    full_scale = {"int16": 2.0**15, "int32": 2.0**31, "int64": 2.0**63}.get(data.dtype.name, 1.0)
    return mono(data.astype(np.float32) / np.float32(full_scale), axis=0)
