"""Train the default network.

    python -m models.training.train --corpus ../shared/corpus --run runs/default --minutes 45

    python -m models.training.train --music ~/Music --fma ~/fma --corpus … --run runs/more

Decodes the corpus once into ``--cache``, trains on a GPU when there is one (2 cores of a processor
are enough), writes ``last.pt`` every two minutes and goes on from it when started again, logs every
figure to ``log.jsonl``, and chooses nothing by the judge set: the held-out tracks of ``real``
are all that is looked at. ``python -m models.training.export`` makes the shipped file of it.

``--music`` (a folder of tagged files, as often as wanted) and ``--fma`` (a folder that holds
``fma_metadata`` and ``fma_small``) add rows that no teacher heard: triplets of one track, artist or
genre are all they teach. Without ``--corpus`` nothing else is learnt, so such a run should go on
from what ``unpack`` made. What cannot be heard is listed in ``skipped.txt``.

The same seed gives the same draws. Sums in another order (other processors, thread counts) and
a rate that follows the clock leave runs about 0.01 apart in the figures of RESULTS.md.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.training import augment, objective
from models.training.batches import Draws
from models.training.collection import Found, read_fma, read_folder
from models.training.corpus import FRAMES, MELS
from models.training.dataset import UNITS, open_part
from models.training.labels import LabelDraws, Music, open_music, write_skipped
from models.training.network import Ear, Heard, Shape
from models.training.objective import Weights
from models.training.systems.triplets import MINING
from models.training.tall import HEARD, over_patches, patches_of
from models.training.targets import Targets, load, tag_scale
from models.training.validation import Validation

SEED = 20
SAVE_EVERY_S = 120.0
VALIDATE_EVERY_S = 240.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one run; kept in its checkpoint."""

    crop: int = 100
    """Frames the timbre listener gets of an excerpt: 3.2 s, about the teacher's patch."""
    rate: float = 2e-3
    decay: float = 0.02
    averaging: float = 0.997
    """Of the weights, per step."""
    mining: str = "random"
    """How triplets are chosen, one of ``MINING``."""


class Run:
    """A network in training and all that is needed to go on with it."""

    def __init__(
        self,
        corpus: Path | None,
        cache: Path,
        settings: Settings,
        is_compiled: bool,
        music: Music | None = None,
        device: torch.device | None = None,
    ) -> None:
        """At least one of ``corpus`` and ``music`` is given."""
        torch.manual_seed(SEED)
        self.device = device or torch.device("cpu")
        self.settings = settings
        self.weights = Weights()
        self.random = torch.Generator().manual_seed(SEED)
        self.draws: Draws | None = None
        self.validation: Validation | None = None
        self.label_draws = music and LabelDraws(music, np.random.default_rng(SEED))
        if corpus is not None:
            scale = band_scale(*self._open(corpus, cache))
        else:
            assert music is not None
            scale = scale_of(music.excerpts[::10])
        self.ear = Ear(Shape(), *scale).to(self.device)
        self.is_folded = False
        self.ear.timbre.to(memory_format=torch.channels_last)
        self.averaged = copy.deepcopy(self.ear)
        self.optimiser = torch.optim.AdamW(
            self.ear.parameters(), settings.rate, weight_decay=settings.decay
        )
        self.step, self.elapsed_s = 0, 0.0
        self.timbre = torch.compile(self.ear.timbre) if is_compiled else self.ear.timbre

    def _open(self, corpus: Path, cache: Path) -> tuple[np.ndarray, Targets]:
        """Prepare draws and validation; returns the real part."""
        scale = tag_scale(corpus)
        real, midi = (
            (np.asarray(open_part(corpus, cache, part)), load(corpus, part, scale))
            for part in ("real", "midi")
        )
        self.draws = Draws(real, midi, np.random.default_rng(SEED))
        self.validation = Validation(*real, *midi)
        return real

    def train_step(self, progress: float) -> dict[str, float]:
        """One batch; ``progress`` of the whole training, 0 to 1, sets the rate."""
        warm = min(1.0, (self.step + 1) / 100)
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * warm * (0.5 + 0.5 * math.cos(math.pi * progress))
        terms = self._terms()
        total = torch.stack(list(terms.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.ear.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return {name: value.item() for name, value in terms.items()}

    def _terms(self) -> dict[str, Tensor]:
        """Of both kinds of rows heard as one batch, those that have a teacher first."""
        batch = next(self.draws) if self.draws else None
        said = next(self.label_draws) if self.label_draws else None
        taught = len(batch.log_mel) if batch else 0
        parts = [batch.log_mel] if batch else []
        parts += [torch.from_numpy(said[0]).float() / UNITS] if said else []
        heard = self._hear(torch.cat(parts))
        found: dict[str, Tensor] = {}
        mining = self.settings.mining
        if batch:
            ours = heard.rows(slice(taught))
            batch = batch.to(self.device)
            found |= objective.terms(self.ear, self.weights, ours, batch, self.random, mining)
        if said:
            ours = heard.rows(slice(taught, None))
            labels = {name: torch.from_numpy(of) for name, of in said[1].items()}
            found |= objective.of_labels(self.ear, self.weights, ours, labels, self.random, mining)
        return found

    def _hear(self, log_mel: Tensor) -> Heard:
        """What is heard of an augmented batch; what is drawn is the same on every device."""
        crop = self.settings.crop
        log_mel = augment.heard_elsewhere(log_mel, self.random)
        start = int(torch.randint(0, FRAMES - crop, (1,), generator=self.random))
        cropped = augment.with_gaps(log_mel[:, start : start + crop], self.random)
        log_mel, cropped = log_mel.to(self.device), cropped.to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16):
            timbre = self.timbre(cropped)
        tall = self._heard_by_tall(log_mel)
        return Heard(timbre.float(), self.ear.rhythm(log_mel), self.ear.cepstra(log_mel), tall)

    @torch.no_grad()
    def _heard_by_tall(self, log_mel: Tensor) -> Tensor:
        """The tall filters learn in ``patches``; before, they have no say."""
        if self.is_folded:
            return over_patches(self.ear.tall.eval()(patches_of(log_mel)))
        return torch.zeros(len(log_mel), HEARD, device=self.device)

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.settings.averaging, (1 + self.step) / (10 + self.step))
        ours, averaged = self.ear.state_dict(), self.averaged.state_dict()
        for name, value in averaged.items():
            if value.dtype.is_floating_point:
                value.lerp_(ours[name], 1 - keep)
            else:
                value.copy_(ours[name])

    def save(self, file: Path) -> None:
        """Everything, atomically."""
        unfinished = file.with_suffix(".part")
        torch.save(
            {
                "settings": asdict(self.settings),
                "ear": self.ear.state_dict(),
                "averaged": self.averaged.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "random": self.random.get_state(),
                "draws": self.draws and self.draws.random.bit_generator.state,
                "label_draws": self.label_draws and self.label_draws.random.bit_generator.state,
                "is_folded": self.is_folded,
                "step": self.step,
                "elapsed_s": self.elapsed_s,
            },
            unfinished,
        )
        unfinished.rename(file)

    def resume(self, file: Path) -> None:
        """Go on from a checkpoint of the same settings, or from what ``unpack`` wrote."""
        kept: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        if "ear" not in kept:
            self.ear.load_state_dict(kept["averaged"])
            self.averaged.load_state_dict(kept["averaged"])
            self._fold()
            return
        self.ear.load_state_dict(kept["ear"])
        self.averaged.load_state_dict(kept["averaged"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.random.set_state(kept["random"])
        for draws, name in ((self.draws, "draws"), (self.label_draws, "label_draws")):
            if draws and kept.get(name):
                draws.random.bit_generator.state = kept[name]
        self.step, self.elapsed_s = kept["step"], kept["elapsed_s"]
        if kept.get("is_folded"):
            self._fold()

    def _fold(self) -> None:
        """Keep batch normalisation as ``unpack`` left it: it has no statistics to go on from."""
        self.is_folded = True
        for module in self.ear.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                module.eval()


def band_scale(heard: np.ndarray, targets: Targets) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each band over every tenth training excerpt, [96] each."""
    rows = np.flatnonzero(~targets.valid[targets.track])[::10]
    return scale_of(heard[rows])


def scale_of(excerpts: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each band over log-mels [excerpts, 313, 96] as the cache holds them."""
    values = excerpts.reshape(-1, MELS).astype(np.float32) / UNITS
    return torch.from_numpy(values.mean(0)), torch.from_numpy(values.std(0))


def train(run: Run, folder: Path, minutes: float) -> None:
    """Train until ``minutes`` of training are over, earlier sessions' included."""
    budget_s = minutes * 60
    saved_s = validated_s = run.elapsed_s
    sums: dict[str, float] = {}
    since = 0
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        while run.elapsed_s < budget_s:
            began_s = time.monotonic()
            for name, value in run.train_step(run.elapsed_s / budget_s).items():
                sums[name] = sums.get(name, 0.0) + value
            since += 1
            is_last = run.elapsed_s + time.monotonic() - began_s >= budget_s
            figures: dict[str, float] = {}
            if run.validation and (is_last or run.elapsed_s - validated_s > VALIDATE_EVERY_S):
                validated_s = run.elapsed_s
                figures = run.validation.measure(run.averaged)
            run.elapsed_s += time.monotonic() - began_s
            if is_last or figures or since == 50:
                line = {name: round(value / since, 4) for name, value in sums.items()}
                line |= {"step": run.step, "minutes": round(run.elapsed_s / 60, 2), **figures}
                print(json.dumps(line), file=log, flush=True)
                sums, since = {}, 0
            if is_last or run.elapsed_s - saved_s > SAVE_EVERY_S:
                saved_s = run.elapsed_s
                run.save(folder / "last.pt")


def labelled_music(
    folders: list[Path], archives: list[Path], cache: Path, run: Path
) -> Music | None:
    """All of these as one collection, if any; says what it holds and what was skipped.

    Raises:
        ValueError: a folder is not what it should be, or too little of it can be heard.
    """
    if not folders and not archives:
        return None
    found: Found = ([], [])
    for tracks, skipped in [*map(read_folder, folders), *map(read_fma, archives)]:
        found[0].extend(tracks)
        found[1].extend(skipped)
    music, unheard = open_music(found, cache)
    known = {name: f"{len({*of[of >= 0]})} {name}s" for name, of in music.labels.items()}
    print(f"{', '.join(known.values())} in {len(music.excerpts)} excerpts")
    print(write_skipped(unheard, run / "skipped.txt") or "nothing was skipped")
    return music


def main() -> None:
    """Train, or go on training."""
    parser = argparse.ArgumentParser(description="Train the default network.")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--music", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--fma", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--mining", choices=MINING, default="random")
    best = "cuda" if torch.cuda.is_available() else "cpu"
    parser.add_argument("--device", type=torch.device, default=best, help=f"here {best}")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--cache", type=Path, default=Path("runs/cache"))
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--compile", action="store_true", help="fused kernels; needs a C++ compiler"
    )
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of Settings")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    changes = (each.split("=") for each in options.set)
    given = {name: type(getattr(Settings(), name))(float(value)) for name, value in changes}
    settings = Settings(**given, mining=options.mining)
    options.run.mkdir(parents=True, exist_ok=True)
    try:
        music = labelled_music(options.music, options.fma, options.cache, options.run)
    except ValueError as error:
        parser.error(str(error))
    if options.corpus is None and music is None:
        parser.error("there is nothing to learn from: give --corpus, --music or --fma")
    run = Run(options.corpus, options.cache, settings, options.compile, music, options.device)
    if (options.run / "last.pt").exists():
        run.resume(options.run / "last.pt")
    train(run, options.run, options.minutes)


if __name__ == "__main__":
    main()
