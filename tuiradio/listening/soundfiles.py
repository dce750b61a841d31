"""Reading with libsndfile: WAV, FLAC, Ogg Vorbis, MP3, AIFF; the fast way for most libraries."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import soundfile

from tuiradio.listening.sound import MAX_RATE_HZ, MIN_RATE_HZ, CannotDecode, Samples, mono

# Measured on 3-minute files, six excerpts: libsndfile's Opus seeks by decoding (310 ms against
# PyAV's 60 ms) and fails on some good files (https://github.com/libsndfile/libsndfile/issues/794).
_LEFT_TO_PYAV = frozenset({"OPUS"})
_ID3_BYTES = 10
_FIRST_FRAME_BYTES = 2048


class SoundFileReader:
    """See ``SoundReader``."""

    def __init__(self, path: bytes) -> None:
        """Open the file.

        Raises:
            CannotDecode: not a file for libsndfile.
        """
        try:
            self._file = soundfile.SoundFile(path)
        except (soundfile.SoundFileError, OSError, ValueError, RuntimeError) as error:
            raise CannotDecode(str(error)) from error
        self.rate_hz = int(self._file.samplerate)
        self.claimed_frames = int(self._file.frames)
        self.is_length_told = self._file.format != "MP3" or _has_length(path)
        if self._file.subtype in _LEFT_TO_PYAV or not self._is_plausible():
            self.close()
            raise CannotDecode(f"{self._file.subtype} at {self.rate_hz} Hz")

    def read(self, start: int, frames: int) -> Samples:
        """See ``SoundReader.read``."""
        try:
            self._file.seek(start)
            return mono(self._file.read(frames, dtype="float32", always_2d=True), axis=1)
        except (soundfile.SoundFileError, OSError, ValueError, RuntimeError):
            return np.empty(0, np.float32)

    def close(self) -> None:
        """See ``SoundReader.close``."""
        self._file.close()

    def _is_plausible(self) -> bool:
        return MIN_RATE_HZ <= self.rate_hz <= MAX_RATE_HZ and self._file.seekable()


def _has_length(path: bytes) -> bool:
    """Whether an MP3 begins with a frame that tells its length.

    Without one libsndfile takes the first frame's bit rate for the whole file's: of a file with
    changing bit rates it then reads a part only.
    """
    try:
        with open(path, "rb") as file:
            tag = file.read(_ID3_BYTES)
            if tag.startswith(b"ID3"):
                size = 0
                for byte in tag[6:]:
                    size = size << 7 | byte & 0x7F
                file.seek(_ID3_BYTES + size)
            else:
                file.seek(0)
            head = file.read(_FIRST_FRAME_BYTES)
    except OSError:
        return False
    return any(name in head for name in (b"Xing", b"Info", b"VBRI"))


_WRITTEN_AS = {
    ".flac": ("FLAC", "PCM_16"),
    ".ogg": ("OGG", "VORBIS"),
    ".mp3": ("MP3", "MPEG_LAYER_III"),
    ".wav": ("WAV", "PCM_16"),
}
# libsndfile's Vorbis encoder overflows its stack when given minutes at once.
_BLOCK = 8192


def write_tagged(path: Path, samples: Samples, rate_hz: int, tags: Mapping[str, str]) -> None:
    """Write ``samples`` (float32 [n] or [n, channels]) as the extension of ``path`` says.

    ``tags``: any of title, artist, album, genre, date, tracknumber, comment. The file appears
    whole or not at all.

    Raises:
        OSError: it cannot be written.
        KeyError: no format for this extension.
    """
    container, subtype = _WRITTEN_AS[path.suffix.lower()]
    part = path.with_name(f".{path.name}.part")
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    try:
        with soundfile.SoundFile(part, "w", rate_hz, channels, subtype, format=container) as file:
            for name, text in tags.items():
                setattr(file, name, text)
            for start in range(0, len(samples), _BLOCK):
                file.write(samples[start : start + _BLOCK])
        part.replace(path)
    except soundfile.SoundFileError as error:
        raise OSError(f"{path}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
