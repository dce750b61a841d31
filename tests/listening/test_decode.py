from __future__ import annotations

import os
import socket
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.listening.sounds import (
    RATE_HZ,
    tune,
    write,
    write_mp3_without_length,
    write_with_ffmpeg,
)
from tuiradio.library.track import Failure, FailureKind
from tuiradio.listening.decode import Excerpts, read_excerpts
from tuiradio.listening.sound import Span, mono

TO_HZ = 16_000


def listen(path: bytes, count: int = 6, excerpt_s: float = 2.0) -> Excerpts:
    excerpts = read_excerpts(path, TO_HZ, excerpt_s, count)
    assert isinstance(excerpts, Excerpts), excerpts
    return excerpts


def fail(path: bytes | Path) -> FailureKind:
    failure = read_excerpts(bytes(path), TO_HZ, 2.0, 6)
    assert isinstance(failure, Failure)
    assert failure.reason.endswith(".")
    assert failure.reason.isprintable()
    return failure.kind


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff"])
def test_libsndfile_formats_give_spread_excerpts(tmp_path: Path, suffix: str) -> None:
    excerpts = listen(write(tmp_path / f"a.{suffix}", tune(20)))
    assert excerpts.samples.shape == (6, 2 * TO_HZ)
    assert excerpts.samples.dtype == np.float32
    assert excerpts.duration_s == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("seconds", [20.0, 3.0])
@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg"])
def test_a_half_holds_nothing_of_the_other(tmp_path: Path, suffix: str, seconds: float) -> None:
    sound = tune(seconds)
    sound[len(sound) // 2 :] *= 0.1
    path = write(tmp_path / f"a.{suffix}", sound)
    for span, lowest, highest in ((Span(0.0, 0.5), 0.25, 1.1), (Span(0.5, 1.0), 0.01, 0.1)):
        excerpts = read_excerpts(path, TO_HZ, 2.0, 2, span)
        assert isinstance(excerpts, Excerpts), excerpts
        assert excerpts.duration_s == pytest.approx(seconds, abs=0.01)
        # An edge of the codec's blocks may ring over the middle by a few milliseconds.
        peaks = np.abs(excerpts.samples[:, 200:-200]).max(axis=1)
        assert ((peaks > lowest) & (peaks < highest)).all(), peaks


@pytest.mark.parametrize(
    ("name", "codec", "rate_hz", "container"),
    [
        ("a.m4a", "aac", 44_100, None),
        ("a.m4a", "alac", 44_100, None),
        ("a.aac", "aac", 44_100, "adts"),
        ("a.wma", "wmav2", 44_100, "asf"),
        ("a.wv", "wavpack", 44_100, None),
        ("a.mka", "libopus", 48_000, "matroska"),
        ("a.opus", "libopus", 48_000, None),
        ("a.ogg", "libopus", 48_000, "ogg"),
        ("a.tta", "tta", 44_100, None),
    ],
)
def test_other_formats_are_read_with_ffmpeg(
    tmp_path: Path, name: str, codec: str, rate_hz: int, container: str | None
) -> None:
    path = write_with_ffmpeg(tmp_path / name, codec, tune(20, rate_hz), rate_hz, container)
    excerpts = listen(path, count=4)
    assert excerpts.samples.shape == (4, 2 * TO_HZ)
    assert excerpts.duration_s == pytest.approx(20, abs=0.15)


def test_both_decoders_hear_the_same_place(tmp_path: Path) -> None:
    wav = listen(write(tmp_path / "a.wav", tune(20))).samples
    alac = listen(write_with_ffmpeg(tmp_path / "a.m4a", "alac", tune(20))).samples
    # 16 bits; the same samples, not merely similar ones.
    np.testing.assert_allclose(alac, wav, atol=2e-3)


def test_excerpts_are_the_middles_of_equal_shares(tmp_path: Path) -> None:
    ramp = np.linspace(-0.9, 0.9, 12 * TO_HZ, dtype=np.float32)
    path = write(tmp_path / "ramp.wav", ramp, TO_HZ, subtype="FLOAT")
    samples = listen(path, count=3).samples
    wanted = np.stack([ramp[start * TO_HZ : (start + 2) * TO_HZ] for start in (1, 5, 9)])
    np.testing.assert_allclose(samples, wanted, atol=1e-6)


def test_a_short_track_has_fewer_excerpts_and_never_overlapping_ones(tmp_path: Path) -> None:
    assert len(listen(write(tmp_path / "a.wav", tune(7))).samples) == 3


def test_a_clip_shorter_than_an_excerpt_is_repeated(tmp_path: Path) -> None:
    clip = tune(1.2, TO_HZ)
    samples = listen(write(tmp_path / "a.wav", clip, TO_HZ, subtype="FLOAT")).samples
    assert samples.shape == (1, 2 * TO_HZ)
    np.testing.assert_allclose(samples[0, len(clip) :], clip[: 2 * TO_HZ - len(clip)], atol=1e-6)


def test_stereo_is_mixed_to_the_mean(tmp_path: Path) -> None:
    left = tune(4, TO_HZ)
    path = write(tmp_path / "a.wav", np.stack([left, 0 * left], 1), TO_HZ, subtype="FLOAT")
    np.testing.assert_allclose(listen(path, 1).samples[0], left[TO_HZ : 3 * TO_HZ] / 2, atol=1e-6)


def test_silent_parts_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.concatenate([tune(10), np.zeros(10 * RATE_HZ, "f4")]))
    excerpts = listen(path, count=4)
    assert len(excerpts.samples) == 2
    assert excerpts.duration_s == pytest.approx(20)


@pytest.mark.parametrize("is_behind", [True, False])
@pytest.mark.parametrize(("sounding_s", "kept"), [(6.8, 2), (5.4, 1)])
def test_a_part_with_a_note_at_the_edge_of_silence_is_left_out(
    tmp_path: Path, is_behind: bool, sounding_s: float, kept: int
) -> None:
    """Of 12 s in shares of 4, two seconds each: the middle ones are from 5 to 7 s."""
    parts = [tune(sounding_s), np.zeros(round((12 - sounding_s) * RATE_HZ), np.float32)]
    sound = np.concatenate(parts if is_behind else parts[::-1])
    assert len(listen(write(tmp_path / "a.wav", sound, subtype="FLOAT"), 3).samples) == kept


def test_of_nothing_but_short_sounds_all_are_kept(tmp_path: Path) -> None:
    clicks = np.zeros(12 * RATE_HZ, np.float32)
    clicks[RATE_HZ // 2 :: RATE_HZ] = 0.5
    assert len(listen(write(tmp_path / "a.wav", clicks), count=3).samples) == 3


def test_not_a_number_in_a_float_file_is_silence(tmp_path: Path) -> None:
    sound = tune(4, TO_HZ)
    sound[::100] = np.nan
    sound[1::1000] = np.inf
    path = write(tmp_path / "a.wav", sound, TO_HZ, subtype="FLOAT")
    assert np.isfinite(listen(path).samples).all()


def test_a_file_name_of_any_bytes(tmp_path: Path) -> None:
    name = os.path.join(bytes(tmp_path), b"\xff\xfe [bold] \n\x1b]0;\xe2\x80\xae.m4a")
    os.rename(write_with_ffmpeg(tmp_path / "a.m4a", "aac", tune(4)), name)
    assert len(listen(name).samples) == 2
    other = name + b".flac"
    os.rename(write(tmp_path / "a.flac", tune(4)), other)
    assert len(listen(other).samples) == 2


def loud_then_quiet() -> np.ndarray:
    """Twelve seconds that take many bits and twelve that take few."""
    noise = np.random.default_rng(0).normal(0, 0.2, 12 * RATE_HZ).astype(np.float32)
    return np.concatenate([noise, 0.01 * tune(12)])


def test_an_mp3_of_varying_bit_rate_is_heard_to_its_end_without_a_header(tmp_path: Path) -> None:
    excerpts = listen(write_mp3_without_length(tmp_path / "a.mp3", loud_then_quiet()))
    assert excerpts.duration_s == pytest.approx(24, abs=0.1)
    # And each excerpt is from where it should be.
    levels = np.abs(excerpts.samples).max(axis=1)
    assert (levels[:3] > 0.2).all()
    assert (levels[3:] < 0.02).all()


def test_an_mp3_of_one_bit_rate_needs_no_header(tmp_path: Path) -> None:
    path = write_mp3_without_length(tmp_path / "a.mp3", tune(20), is_steady=True)
    excerpts = listen(path)
    assert excerpts.duration_s == pytest.approx(20, abs=0.1)
    assert len(excerpts.samples) == 6


# --- damage ---


def test_a_truncated_flac_is_as_long_as_can_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", tune(30))
    os.truncate(path, os.path.getsize(path) // 2)
    excerpts = listen(path)
    assert excerpts.duration_s == pytest.approx(15, abs=1.5)
    assert len(excerpts.samples) == 6


def test_a_truncated_mp3_is_as_long_as_can_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tune(30))
    os.truncate(path, os.path.getsize(path) // 3)
    assert listen(path).duration_s == pytest.approx(10, abs=1.5)


def test_garbage_in_the_middle_of_an_mp3_costs_only_the_middle(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", tune(30))
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        file.seek(size // 2)
        file.write(np.random.default_rng(1).bytes(size // 10))
    excerpts = listen(path)
    assert excerpts.duration_s > 20
    assert len(excerpts.samples) >= 4


def test_zeros_in_the_middle_of_a_flac_cost_only_the_middle(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", tune(30))
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        file.write(bytes(50_000))
    assert len(listen(path).samples) >= 3


def test_a_clip_too_short_to_tell(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tune(0.3))
    failure = read_excerpts(path, TO_HZ, 2.0, 6)
    assert failure == Failure(
        FailureKind.TOO_SHORT, "Only 0.3 s can be heard; it takes 1 s to tell how a track sounds."
    )


def test_digital_silence(tmp_path: Path) -> None:
    assert fail(write(tmp_path / "a.flac", np.zeros(5 * RATE_HZ, np.float32))) is FailureKind.SILENT


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").touch()
    assert fail(tmp_path / "a.mp3") is FailureKind.EMPTY


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.m4a", "a.ogg", "a.wv"])
def test_text_by_another_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Dear diary, today nothing sang.\n" * 400)
    assert fail(tmp_path / name) is FailureKind.NOT_AUDIO


def test_a_header_without_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", tune(5))
    os.truncate(path, 60)
    assert fail(path) is FailureKind.BROKEN


def test_a_file_without_samples(tmp_path: Path) -> None:
    assert fail(write(tmp_path / "a.wav", tune(0))) in (FailureKind.BROKEN, FailureKind.TOO_SHORT)


def test_a_vanished_file(tmp_path: Path) -> None:
    assert fail(tmp_path / "gone" / "a.mp3") is FailureKind.VANISHED


def test_a_folder_and_a_pipe_are_not_opened(tmp_path: Path) -> None:
    assert fail(tmp_path) is FailureKind.UNREADABLE
    os.mkfifo(tmp_path / "pipe.mp3")
    assert fail(tmp_path / "pipe.mp3") is FailureKind.UNREADABLE


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.wav", tune(2))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # As root, which tests may run as, no mode bits forbid reading.
    monkeypatch.setattr("builtins.open", refuse)
    assert fail(path) is FailureKind.UNREADABLE


def test_a_playlist_in_disguise_reaches_no_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        text = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n"
        (tmp_path / "a.m4a").write_text(text)
        assert fail(tmp_path / "a.m4a") is FailureKind.NOT_AUDIO
        with pytest.raises(BlockingIOError):
            server.accept()


@settings(max_examples=60, deadline=None)
@given(data=st.binary(min_size=1, max_size=3000), head=st.sampled_from([b"", b"ID3", b"OggS"]))
def test_any_bytes_have_an_answer(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.mp3"
    path.write_bytes(head + data)
    answer = read_excerpts(bytes(path), TO_HZ, 2.0, 6)
    assert isinstance(answer, Excerpts) or answer.reason


@settings(max_examples=25, deadline=None)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=400)), max_size=8))
@pytest.mark.parametrize("suffix", ["mp3", "ogg", "flac"])
def test_any_damage_has_an_answer(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, flips: list[tuple[float, bytes]]
) -> None:
    path = tmp_path_factory.getbasetemp() / f"damaged.{suffix}"
    path.unlink(missing_ok=True)
    data = bytearray(Path(os.fsdecode(write(path, tune(4, 22_050), 22_050))).read_bytes())
    for place, junk in flips:
        start = int(place * len(data))
        data[start : start + len(junk)] = junk
    path.write_bytes(data)
    answer = read_excerpts(bytes(path), TO_HZ, 1.0, 3)
    assert isinstance(answer, Failure) or np.isfinite(answer.samples).all()


def test_mono_of_either_axis() -> None:
    stereo = np.array([[1, 0], [0.5, 0.5]], np.float32)
    np.testing.assert_allclose(mono(stereo, axis=1), [0.5, 0.5])
    np.testing.assert_allclose(mono(stereo, axis=0), [0.75, 0.25])
