from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.training.systems import scatter, tsne


def clusters() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    label = np.repeat(np.arange(3), 12)
    return np.eye(20)[label] + random.normal(0, 0.05, (36, 20)), label


def test_what_is_together_stays_together() -> None:
    vectors, label = clusters()
    places = tsne.embed(vectors, perplexity=8)
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert (label[apart.argmin(1)] == label).all()
    np.testing.assert_array_equal(places, tsne.embed(vectors, perplexity=8))


def test_affinities_are_shares_of_the_wanted_perplexity() -> None:
    vectors, _ = clusters()
    apart = ((vectors[:, None] - vectors[None]) ** 2).sum(2)
    shares = tsne.affinities(apart, 8)
    assert shares.sum() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(shares, shares.T)


def test_the_picture_is_small_and_shows_every_class(tmp_path: Path) -> None:
    vectors, label = clusters()
    row = scatter.Row({"one": vectors[:, :2], "two": vectors[:, 1:3]}, label, ("a", "b", "c"))
    scatter.save([row, row], tmp_path / "picture.png")
    picture = Image.open(tmp_path / "picture.png").convert("RGB")
    assert picture.width < 800
    assert (tmp_path / "picture.png").stat().st_size < 50_000
    seen = np.asarray(picture).reshape(-1, 3).astype(int)
    for colour in scatter.COLOURS[:3]:
        wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (np.abs(seen - wanted).sum(1) < 60).any()
