"""``tuiradio models``: which models there are, and what was listened to with each."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from tuiradio.cli.output import counted, json_line, line
from tuiradio.config import load_config
from tuiradio.errors import ModelError
from tuiradio.library.reader import StoreReader
from tuiradio.listening.card import ModelCard, ModelFile, find_model, model_names
from tuiradio.paths import Paths

_TOLD = (("mood_p5", "mood P@5"), ("mood_map", "mood MAP"), ("artist_auc", "artist AUC"))


@dataclass(frozen=True, slots=True)
class _Line:
    """A model that can be named, or why it cannot be used."""

    name: str
    model: ModelFile | None
    problem: str
    is_in_use: bool
    heard: int


def run(arguments: argparse.Namespace) -> int:
    """List the models; see ``tuiradio models --help``."""
    paths = Paths.from_environment()
    heard = _heard(paths)
    in_use = load_config(paths.config_file).listening.model
    lines = _lines(in_use, heard)
    known = {one.model.card.id for one in lines if one.model}
    others = {name: count for name, count in heard.items() if name not in known and count}
    if arguments.json:
        json_line({"models": [_record(one) for one in lines], "others": others})
    else:
        _print(lines, others)
    return 0


def _heard(paths: Paths) -> dict[str, int]:
    if not paths.store_file.exists():
        return {}
    reader = StoreReader(paths.store_file)
    try:
        return reader.heard_by_model()
    finally:
        reader.close()


def _lines(in_use: str, heard: Mapping[str, int]) -> list[_Line]:
    names = model_names()
    used = in_use or names[0]
    names += () if used in names else (used,)
    lines = []
    for name in names:
        try:
            model = find_model(name)
        except ModelError as error:
            lines.append(_Line(name, None, error.message, name == used, 0))
        else:
            count = heard.get(model.card.id, 0)
            lines.append(_Line(name, model, "", name == used, count))
    return lines


def _print(lines: list[_Line], others: Mapping[str, int]) -> None:
    for one in lines:
        line(f"{'*' if one.is_in_use else ' '} {one.name}")
        for words in _words(one):
            line(f"    {words}")
    for name, count in others.items():
        line(f"  {name}\n    not here any more; its vectors of {counted(count, 'track')} are kept")
    line(
        "* is in use. Try another with --model NAME; "
        "keep it with: tuiradio config set listening.model NAME"
    )


def _words(one: _Line) -> list[str]:
    if one.model is None:
        return [one.problem]
    card = one.model.card
    size_mb = one.model.path.stat().st_size / 1e6
    parts = ", ".join(f"{name} {stop - start}" for name, start, stop in card.subspaces)
    words = [f"{card.dim} numbers ({parts}), {size_mb:.1f} MB, {card.licence or 'no licence told'}"]
    told = dict(card.quality)
    quality = [f"{title} {told[name]:.3f}" for name, title in _TOLD if name in told]
    if quality:
        words.append(f"on the judge set: {', '.join(quality)}")
    return [*words, f"heard {counted(one.heard, 'track')} of this library"]


def _record(one: _Line) -> dict[str, object]:
    card: ModelCard | None = one.model.card if one.model else None
    return {
        "name": one.name,
        "in_use": one.is_in_use,
        "problem": one.problem,
        "id": card.id if card else "",
        "path": str(one.model.path) if one.model else "",
        "dim": card.dim if card else 0,
        "subspaces": {name: [a, b] for name, a, b in card.subspaces} if card else {},
        "size_bytes": one.model.path.stat().st_size if one.model else 0,
        "licence": card.licence if card else "",
        "quality": dict(card.quality) if card else {},
        "heard": one.heard,
    }
