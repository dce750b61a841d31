"""The listener that is made as the teacher is, and how it is taught."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from models.training import augment
from models.training.dataset import open_part
from models.training.network import Ear, Shape
from models.training.patches import BATCH, Patches, train
from models.training.tall import HEARD, PATCH, STARTS, Tall, TallShape, rounded
from models.training.targets import load, tag_scale

SMALL = TallShape(filters=((4, 38, 8), (3, 67, 8)), slow=2, wide=5, dense=2)


def listener() -> Tall:
    torch.manual_seed(0)
    tall = Tall(torch.full((96,), 1.0), torch.full((96,), 0.5), SMALL)
    for module in tall.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    return tall.eval()


def patches(corpus: Path) -> Patches:
    torch.manual_seed(2)
    ear = Ear(Shape(tall=SMALL), torch.full((96,), 1.0), torch.full((96,), 0.5))
    scale = tag_scale(corpus)
    real, midi = (
        (open_part(corpus, corpus / "cache", part), load(corpus, part, scale))
        for part in ("real", "midi")
    )
    return Patches(ear, real, midi)


def test_a_timbre_is_heard_at_whatever_height() -> None:
    tall = listener()
    filters = tall.filters[0]
    sound = torch.zeros(1, 40, 96)
    sound[:, 10:30, 40:48] = 3
    higher = torch.roll(sound, 8, 2)
    torch.testing.assert_close(filters(sound), filters(higher))


def test_an_excerpt_is_the_mean_of_the_patches_the_teacher_heard() -> None:
    tall = listener()
    log_mel = torch.rand(2, 313, 96, generator=torch.Generator().manual_seed(1)) * 3
    each = [tall(log_mel[:, at : at + PATCH]) for at in STARTS]
    torch.testing.assert_close(tall.of_excerpts(log_mel), sum(each) / 2)
    elsewhere = log_mel.clone()
    elsewhere[:, PATCH + STARTS[0] : STARTS[1]] = 0
    torch.testing.assert_close(tall.of_excerpts(elsewhere), tall.of_excerpts(log_mel))


def test_settling_rounds_and_changes_little_and_only_once() -> None:
    tall = listener()
    patch = torch.rand(3, PATCH, 96) * 3
    before = tall(patch)
    tall.settle()
    after = tall(patch)
    torch.testing.assert_close(after, before, atol=0.1, rtol=0.1)
    tall.settle()
    torch.testing.assert_close(tall(patch), after, atol=1e-4, rtol=0)


def test_a_rounded_row_has_its_own_unit() -> None:
    weight = torch.tensor([[1.0, 0.004, -0.5], [100.0, 0.4, 0.0], [0, 0, 0]])
    wanted = torch.tensor([[127.0, 1, -64], [127, 1, 0], [0, 0, 0]])
    torch.testing.assert_close(rounded(weight), wanted * torch.tensor([[1], [100], [0]]) / 127)


def test_a_shift_moves_bands_and_some_rows_only() -> None:
    random = torch.Generator().manual_seed(0)
    ramp = torch.arange(96.0).expand(40, 5, 96)
    moved = augment.some(ramp, 0.5, augment.shifted, random)
    by = (moved - ramp)[:, 0, 48]
    assert by.abs().max() == 2
    assert (by == 0).sum() >= 20
    torch.testing.assert_close(moved[:, :, 10:80], (ramp + by[:, None, None])[:, :, 10:80])


def test_patches_teach_the_tall_filters_and_round_the_rest(corpus: Path, tmp_path: Path) -> None:
    first = patches(corpus)
    before = copy.deepcopy(first.ear)
    again = patches(corpus)
    drawn = first.draw()
    assert drawn.log_mel.shape == (2 * BATCH, PATCH, 96)
    assert drawn.pen.shape == (BATCH, HEARD)
    torch.testing.assert_close(drawn.log_mel, again.draw().log_mel)
    began = sum(first.train_step(0.1).values())
    ended = np.mean([sum(first.train_step(0.1).values()) for _ in range(12)][-3:])
    assert ended < began
    train(first, tmp_path / "log.jsonl", minutes=0.01)
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last["patches"] == first.step
    ear = first.finish()
    changed = {
        name.partition(".")[0]
        for name, value in ear.state_dict().items()
        if not torch.equal(value, before.state_dict()[name])
    }
    assert changed == {"tall", "timbre"}
    log_mel = torch.rand(2, 104, 96) * 3
    torch.testing.assert_close(ear.timbre(log_mel), before.timbre(log_mel), atol=0.05, rtol=0.05)


def test_what_is_held_out_is_not_drawn(corpus: Path) -> None:
    among = patches(corpus)
    assert not set(among.rows) & set(among.held_out)
    assert set(among.measure()) == {"held_out_msd", "held_out_mtt"}


@pytest.mark.parametrize("weight", [-1.0, 0.0])
def test_the_scale_before_a_maximum_stays_positive(weight: float) -> None:
    tall = listener()
    tall.filters[0].norm.weight.data[1] = weight
    tall.keep_foldable()
    assert (tall.filters[0].norm.weight > 0).all()
    tall.filters[0].folded()
