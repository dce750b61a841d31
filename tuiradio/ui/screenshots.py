"""Pictures of the real program: ``python -m tuiradio.ui.screenshots OUT_DIR [MUSIC_DIR]``.

A real engine with a null output scans, hears and plays a copy of the demo library (or of
MUSIC_DIR) in a temporary data directory; the screen is driven by keys. PNG where ``rsvg-convert``
(Debian: librsvg2-bin) is installed, SVG otherwise. Names after the directories take those alone.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rich.cells import cell_len
from textual import constants
from textual.pilot import Pilot

from tuiradio.config import Config, CoverStyle, PlaybackConfig, UiConfig
from tuiradio.engine.protocol import AddRoots, Engine, Seek, WaitUntilHeard
from tuiradio.library.store import StoreReader
from tuiradio.paths import Paths
from tuiradio.ui.app import TuiradioApp
from tuiradio.ui.cover_picture import fewer_colours
from tuiradio.ui.screenshot_art import dressed

_HEARD_WITHIN_S = 600.0
_STEP_S = 0.4
_DIRECTORIES = ("CONFIG", "DATA", "CACHE", "LOG", "RUNTIME")
_CELL = 12.2
_WIDEST_PX = 1600.0
_COLOURS = 160
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+)')
_TEXT = re.compile(r'<text class="([^"]+)" x="([\d.]+)" y="([\d.]+)" [^>]*>([^<]*)</text>')


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: a size, a look, and the keys that lead to it."""

    name: str
    size: tuple[int, int] = (120, 40)
    theme: str = "valve"
    keys: tuple[str, ...] = ()
    about: str = ""
    """What it shows, for the list of pictures."""


_RADIO = (*"jj", "r", "n", "w")

PICTURES = (
    Picture("library", keys=("enter", "l", *"jjjj", "l", *"jjjjj", "l", "j"), about="all tracks"),
    Picture("radio", (160, 50), keys=(*"jj", "r", "n", "w", "t"), about="a radio and its tuner"),
    Picture("on-air", keys=(*"jj", "r", "n", "N"), about="the radio alone (`N`)"),
    Picture("vast", (200, 60), keys=("2", *"jj", "r", "n", "w", "t"), about="200×60"),
    Picture("normal", keys=("2", *"jjj", "r", "n"), about="120×40, artists"),
    Picture("narrow", (80, 24), keys=("j", "r", "n"), about="80×24"),
    Picture("narrow-tuner", (80, 24), keys=("r", "n", "t"), about="80×24, the tuner"),
    Picture("tiny", (40, 12), keys=("r", "n"), about="40×12"),
    Picture("mini", (120, 1), keys=("r", "n"), about="one line"),
    Picture("poster", (100, 32), "cover", ("r", "n", "z"), "one line with room over it (`z`)"),
    Picture("lyrics", theme="dusk", keys=("r", "n", "L"), about="words, cover and sound (`L`)"),
    Picture("map", (140, 44), keys=("0", "r", *"nnn", *"ll"), about="the map and the way over it"),
    Picture("queue", keys=("r", "n", "I"), about="what was and what comes (`I`)"),
    Picture("search", keys=("slash", *"wa"), about="searching"),
    Picture("similar", keys=(*"jjjj", "s"), about="what sounds like it (`s`)"),
    Picture(
        "journey", theme="midnight", keys=("v", *"jjjjjjjj", "v", "Y", *["minus"] * 3),
        about="from one song to another (`Y`)",
    ),
    Picture("settings", keys=("S",), about="every setting (`S`)"),
    Picture("doctor", keys=("D",), about="how everything is (`D`)"),
    Picture("jump", keys=("r", "semicolon"), about="jumping to what is seen (`;`)"),
    Picture("help", (140, 44), keys=("question_mark",), about="all keys"),
    Picture("themes", theme="phosphor", keys=("r", "n", "ctrl+t"), about="choosing a theme (`^t`)"),
    Picture("valve", theme="valve", keys=_RADIO, about="theme"),
    Picture("dusk", theme="dusk", keys=_RADIO, about="theme"),
    Picture("phosphor", theme="phosphor", keys=_RADIO, about="theme"),
    Picture("midnight", theme="midnight", keys=_RADIO, about="theme"),
    Picture("paper", theme="paper", keys=_RADIO, about="theme"),
    Picture("contrast", theme="contrast", keys=_RADIO, about="theme"),
    Picture("sixteen", theme="sixteen", keys=_RADIO, about="theme"),
    Picture("cover", theme="cover", keys=_RADIO, about="theme, from the cover of what plays"),
)  # fmt: skip


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    out.mkdir(parents=True, exist_ok=True)
    music = Path(sys.argv[2]) if len(sys.argv) > 2 else _demo_music()
    wanted = set(sys.argv[3:]) or {picture.name for picture in PICTURES}
    # Whatever terminal this runs in, the pictures have every colour.
    constants.COLOR_SYSTEM = "truecolor"  # type: ignore[misc]  # read when an app is made
    with tempfile.TemporaryDirectory(prefix="tuiradio-pictures") as directory:
        home = Path(directory)
        paths = Paths(home, home, home, home, home)
        # The doctor looks where the program would.
        os.environ.update({f"TUIRADIO_{kind}_DIR": directory for kind in _DIRECTORIES})
        engine = _engine(paths, dressed(music, home / "Music"))
        try:
            for picture in (picture for picture in PICTURES if picture.name in wanted):
                svg = asyncio.run(_take(engine, paths, picture))
                print(_write(out / f"{picture.name}.svg", svg))
        finally:
            engine.close()
    (out / "README.md").write_text(listed(), "utf-8")


def listed() -> str:
    """The list of the pictures that stands beside them."""
    rows = [
        f"| [{p.name}]({p.name}.png) | {p.size[0]}×{p.size[1]} | {p.theme} | {p.about} |"
        for p in PICTURES
    ]
    words = "Taken from the real program by `make screenshots`; the covers are drawn for them."
    head = (
        "# Pictures",
        "",
        words,
        "",
        "| picture | size | theme | shows |",
        "| --- | --- | --- | --- |",
    )
    return "\n".join([*head, *rows, ""])


def _demo_music() -> Path:
    from tuiradio.demo.writer import missing_songs, write_songs

    directory = Paths.from_environment().demo_dir
    for song in write_songs(directory, missing_songs(directory)):
        print(f"composed {song.title}", file=sys.stderr)
    return directory


def _engine(paths: Paths, music: Path) -> Engine:
    """An engine of this process that has heard everything and plays to nowhere."""
    from tuiradio.engine.players import mpv_player
    from tuiradio.engine.service import LocalEngine

    config = replace(Config(), playback=replace(PlaybackConfig(), output="null"))
    engine = LocalEngine(paths, config, mpv_player(config))
    engine.submit(AddRoots((bytes(music.absolute()),)))
    engine.ask(WaitUntilHeard(), _HEARD_WITHIN_S)
    return engine


async def _take(engine: Engine, paths: Paths, picture: Picture) -> str:
    app = TuiradioApp(
        engine,
        lambda: StoreReader(paths.store_file),
        config=UiConfig(theme=picture.theme, cover=CoverStyle.BLOCKS),
    )
    app.animation_level = "none"
    async with app.run_test(size=picture.size) as pilot:
        await _rest(pilot, app)
        for key in picture.keys:
            await pilot.press(key)
            await _rest(pilot, app)
        engine.submit(Seek(app.state.player.duration_s * 0.4))
        await asyncio.sleep(2 * _STEP_S)
        app.clear_notifications()
        app.mini_line.tell("", "")
        await _rest(pilot, app)
        # What plays on must not find a screen that is half gone.
        app.let_go()
        app._unsubscribe = lambda: None
        await pilot.pause()
        return app.export_screenshot(title="tuiradio")


async def _rest(pilot: Pilot[int], app: TuiradioApp) -> None:
    """Let the engine answer and the errands come back."""
    await asyncio.sleep(_STEP_S)
    while not app.is_idle:
        await asyncio.sleep(0.05)
    await pilot.pause()


def _write(file: Path, svg: str) -> Path:
    """Write the picture, as PNG where that can be done; returns the file."""
    convert = shutil.which("rsvg-convert")
    if convert is None:
        file.write_text(svg, "utf-8")
        return file
    png = file.with_suffix(".png")
    with tempfile.TemporaryDirectory() as directory:
        plain, full = Path(directory, "plain.svg"), Path(directory, "full.png")
        plain.write_text(word_by_word(svg), "utf-8")
        sizes = _VIEW_BOX.findall(svg)
        zoom = min(1.0, *(_WIDEST_PX / float(width) for width in sizes))
        subprocess.run([convert, "--zoom", f"{zoom:.3f}", "-o", full, plain], check=True)
        png.write_bytes(fewer_colours(full.read_bytes(), _COLOURS))
    return png


def word_by_word(svg: str) -> str:
    """The picture for renderers without ``textLength`` or web fonts: each word is placed alone.

    Rich writes a run of cells as one text and trusts the font to be 12.2 wide.
    """

    def place(match: re.Match[str]) -> str:
        style, x, y, content = match.groups()
        text = html.unescape(content).replace("\xa0", " ")
        return "".join(
            f'<text class="{style}" x="{float(x) + cell_len(text[: word.start()]) * _CELL:.1f}" '
            f'y="{y}">{html.escape(word.group())}</text>'
            for word in re.finditer(r"\S+", text)
        )

    return _TEXT.sub(place, svg).replace("Fira Code", "DejaVu Sans Mono")


if __name__ == "__main__":
    main()
