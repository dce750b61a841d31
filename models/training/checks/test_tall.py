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
from models.training.patches import BATCH, Patches, train
from models.training.tall import (
    HEARD,
    PATCH,
    STARTS,
    Tall,
    Talls,
    TallShape,
    over_patches,
    patches_of,
    rounded,
)
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
    tall = Tall(torch.full((96,), 1.0), torch.full((96,), 0.5), SMALL)
    scale = tag_scale(corpus)
    real, midi = (
        (open_part(corpus, corpus / "cache", part), load(corpus, part, scale))
        for part in ("real", "midi")
    )
    return Patches(tall, real, midi)


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
    torch.testing.assert_close(over_patches(tall(patches_of(log_mel))), (each[0] + each[1]) / 2)


def test_together_they_say_the_mean_of_each() -> None:
    talls = Talls(torch.full((96,), 1.0), torch.full((96,), 0.5), (SMALL, SMALL)).eval()
    patch = torch.rand(3, PATCH, 96) * 3
    one, other = talls.members
    torch.testing.assert_close(talls(patch), (one(patch) + other(patch)) / 2)
    heard = talls(patch)
    torch.testing.assert_close(talls.tag_logits(heard), (one.tags(heard) + other.tags(heard)) / 2)


def test_what_a_file_had_folded_stays_so_and_its_constant_is_found(corpus: Path) -> None:
    first = patches(corpus)
    first.tall.is_folded.fill_(True)
    first.tall.constant.data.zero_()
    heard = first._hear(first.tall, first.rows)
    going_on = Patches(first.tall, *first.parts)
    missing = torch.from_numpy(first.pen[first.rows]) - heard
    torch.testing.assert_close(first.tall.constant.data, missing.mean(0), atol=1e-4, rtol=1e-3)
    before = first.tall.slow.norm.running_mean.clone()
    going_on.train_step(0.1)
    assert torch.equal(first.tall.slow.norm.running_mean, before)


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


def test_patches_teach_a_listener_and_go_on_counting(corpus: Path, tmp_path: Path) -> None:
    first, again = patches(corpus), patches(corpus)
    drawn = first.draw()
    assert drawn.log_mel.shape == (2 * BATCH, PATCH, 96)
    assert drawn.pen.shape == (BATCH, HEARD)
    torch.testing.assert_close(drawn.log_mel, again.draw().log_mel)
    began = sum(first.train_step(0.1).values())
    ended = np.mean([sum(first.train_step(0.1).values()) for _ in range(12)][-3:])
    assert ended < began
    log = tmp_path / "log.jsonl"
    train(again, log, minutes=0.01)
    train(first, log, minutes=0.01)
    told = [json.loads(line) for line in log.read_text().splitlines()]
    assert [each["minutes"] for each in told] == [0.01, 0.02]
    assert told[-1]["patches"] == again.step + first.step
    before = copy.deepcopy(first.tall)
    first.finish()
    assert not torch.equal(first.tall.hidden.weight, before.hidden.weight)
    torch.testing.assert_close(first.tall.hidden.weight, first.averaged.hidden.weight)


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
