from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tuiradio.library import watch
from tuiradio.library.watch import Watcher, is_network_mount

_LIMIT_S = 20.0


class Reports:
    """Collects what a watcher says; ``wait_for`` blocks until a folder was named."""

    def __init__(self) -> None:
        self._queue: queue.Queue[frozenset[bytes]] = queue.Queue()
        self.take = self._queue.put

    def wait_for(self, folder: Path | bytes, again: Callable[[], object] | None = None) -> None:
        """Wait; ``again`` repeats the change, as a watch needs a moment to begin."""
        wanted = os.fsencode(folder)
        for _ in range(int(_LIMIT_S / 0.2)):
            if again is not None:
                again()
            try:
                if wanted in self._queue.get(timeout=0.2):
                    return
            except queue.Empty:
                continue
        raise AssertionError(f"nothing reported for {wanted!r}")


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def start(reports: Reports) -> Iterator[Callable[..., Watcher]]:
    """Starts watchers with short delays, and stops them."""
    started: list[Watcher] = []

    def begin(*roots: Path | bytes, polled: bool = False) -> Watcher:
        watcher = Watcher(
            [os.fsencode(root) for root in roots],
            reports.take,
            debounce_ms=20,
            check_roots_ms=50,
            poll_delay_ms=50,
            is_network=lambda root: polled,
        )
        started.append(watcher)
        watcher.start()
        return watcher

    yield begin
    for watcher in started:
        watcher.stop()
        assert not watcher._threads


@pytest.mark.parametrize("polled", [False, True])
def test_a_new_file_is_reported_by_its_folder(
    start: Callable[..., Watcher], reports: Reports, music: Path, polled: bool
) -> None:
    (music / "sub").mkdir()
    start(music, polled=polled)
    numbers = iter(range(10_000))
    reports.wait_for(music / "sub", lambda: (music / "sub" / f"{next(numbers)}.mp3").touch())


def test_a_root_that_comes_later_is_reported(
    start: Callable[..., Watcher], reports: Reports, music: Path, tmp_path: Path
) -> None:
    late = tmp_path / "late"
    start(music, late)
    numbers = iter(range(10_000))
    reports.wait_for(music, lambda: (music / f"{next(numbers)}.mp3").touch())
    late.mkdir()
    reports.wait_for(late)


def test_a_root_that_goes_is_reported(
    start: Callable[..., Watcher], reports: Reports, music: Path, tmp_path: Path
) -> None:
    numbers = iter(range(10_000))
    start(music)
    reports.wait_for(music, lambda: (music / f"{next(numbers)}.mp3").touch())
    music.rename(tmp_path / "unplugged")
    reports.wait_for(music)


def test_undecodable_names_are_reported_by_their_folder(
    start: Callable[..., Watcher], reports: Reports, music: Path
) -> None:
    start(music)
    numbers = iter(range(10_000))

    def touch() -> None:
        with open(os.fsencode(music) + b"/\xff%d.mp3" % next(numbers), "wb"):
            pass

    reports.wait_for(music, touch)


def test_without_native_watching_it_polls(
    start: Callable[..., Watcher],
    reports: Reports,
    music: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    really_watch = watch.watchfiles.watch

    def refuse(*paths: str, force_polling: bool, **options: object) -> object:
        if not force_polling:
            raise OSError("OS file watch limit reached.")
        return really_watch(*paths, force_polling=True, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(watch.watchfiles, "watch", refuse)
    start(music)
    numbers = iter(range(10_000))
    reports.wait_for(music, lambda: (music / f"{next(numbers)}.mp3").touch())


def test_a_root_with_an_undecodable_name_does_no_harm(
    start: Callable[..., Watcher], reports: Reports, music: Path, tmp_path: Path
) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(odd)
    start(odd)
    numbers = iter(range(10_000))
    start(music)
    reports.wait_for(music, lambda: (music / f"{next(numbers)}.mp3").touch())


def test_changes_are_told_by_the_nearest_folder_there_is() -> None:
    root = b"/usr"
    assert watch._folders(["/usr/bin/x.mp3"], [root]) == {b"/usr/bin"}
    assert watch._folders(["/usr/no/such/folder/x.mp3"], [root]) == {b"/usr"}
    assert watch._folders(["/usr"], [root]) == {b"/usr"}
    assert watch._folders(["/etc/x"], [root]) == set()


def test_network_mounts_are_told_by_their_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_bytes(
        b"/dev/a / ext4 rw 0 0\nnas:/m /mnt/my\\040nas nfs4 rw 0 0\n"
        b"x /mnt/my\\040nas/inner ext4 rw 0 0\nssh /mnt/ssh fuse.sshfs rw 0 0\n"
        b"y /mnt/usb fuseblk rw 0 0\nbroken\n"
    )
    monkeypatch.setattr(watch, "_MOUNTS_FILE", os.fspath(mounts))
    assert is_network_mount(b"/mnt/my nas/music")
    assert is_network_mount(b"/mnt/ssh")
    assert not is_network_mount(b"/mnt/my nas/inner/music")
    assert not is_network_mount(b"/mnt/usb/music")
    assert not is_network_mount(b"/mnt/my nasty")
    monkeypatch.setattr(watch, "_MOUNTS_FILE", os.fspath(tmp_path / "absent"))
    assert not is_network_mount(b"/mnt/ssh")
