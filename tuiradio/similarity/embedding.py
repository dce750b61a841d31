"""t-SNE by gradient descent: neighbours attract, everyone repels, forces from a grid.

Repulsion is the convolution of the points' density with the kernel's gradient, computed
with the fast Fourier transform on a grid (Linderman et al. 2019, "FIt-SNE"), so that an
iteration costs the same per point at a thousand points and at a hundred thousand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float32]
Grid = NDArray[np.float32]

EXACT = 250
"""Up to so many points the sum over all pairs is quicker than the grid."""

_CELLS = 120
_FINEST = 0.08
"""Size of a grid cell, in units of the kernel's width, below which nothing is gained."""
_LONGEST_STEP = 3.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """How many iterations with which exaggeration of the attraction."""

    early: int
    late: int
    early_exaggeration: float = 8.0
    late_exaggeration: float = 1.2
    momentum: float = 0.8

    @property
    def gentle(self) -> Schedule:
        """From places that are nearly right: nothing is torn apart first."""
        return replace(self, early=0)


def settle(places: Places, near: NDArray[np.intp], schedule: Schedule) -> Places:
    """Move the points until neighbours stand together.

    Args:
        places: float32 [n, 2], the start, not changed.
        near: intp [n, k], the neighbours of each point.

    Returns:
        float32 [n, 2], finite, centred.
    """
    at = np.array(places, dtype=np.float32)
    count = len(at)
    if count < 2 or not near.shape[1]:
        return at
    speed = np.zeros_like(at)
    gains = np.ones_like(at)
    repulsion = Repulsion()
    for step in range(schedule.early + schedule.late):
        is_early = step < schedule.early
        push = schedule.early_exaggeration if is_early else schedule.late_exaggeration
        force = push * attraction(at, near) + repulsion(at)
        gains = np.where(force * speed > 0.0, gains + 0.2, gains * 0.8).clip(0.01, 4.0)
        rate = count / (schedule.early_exaggeration if is_early else 2.0)
        speed = schedule.momentum * speed + rate * gains * force
        length = np.sqrt((speed**2).sum(axis=1, keepdims=True))
        speed *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, 1e-12))
        at += speed
        at -= at.mean(axis=0)
    return at


def attraction(at: Places, near: NDArray[np.intp]) -> Places:
    """The pull of uniform, symmetric neighbour affinities that sum to 1; float32 [n, 2]."""
    count, k = near.shape
    ends = near.ravel()
    pulls = []
    x = at[:, 0][near] - at[:, :1]
    y = at[:, 1][near] - at[:, 1:]
    strength = 1.0 / ((1.0 + x * x + y * y) * np.float32(count * k))
    for component in (x, y):
        component *= strength
        back = np.bincount(ends, weights=component.ravel(), minlength=count)
        pulls.append(component.sum(axis=1) - back)
    return np.asarray(np.stack(pulls, axis=1) * 2.0, np.float32)


class Repulsion:
    """The push of everyone on everyone, by a grid that grows with the map."""

    def __init__(self) -> None:
        self._size = 0.0
        self._kernels: list[NDArray[np.complexfloating]] = []

    def __call__(self, at: Places) -> Places:
        """float32 [n, 2]; the gradient of the normalised Cauchy kernel, times 4 as in t-SNE."""
        if len(at) <= EXACT:
            return _all_pairs(at)
        low = at.min(axis=0)
        span = float((at.max(axis=0) - low).max())
        self._fit(span)
        where = (at - low) / np.float32(self._size)
        corners, shares = _corners(where)
        density = np.zeros(_CELLS * _CELLS, np.float32)
        for corner, share in zip(corners, shares, strict=True):
            density += np.bincount(corner, weights=share, minlength=_CELLS * _CELLS)
        spectrum = np.fft.rfft2(density.reshape(_CELLS, _CELLS), (2 * _CELLS, 2 * _CELLS))
        total, x, y = (self._field(spectrum * kernel, corners, shares) for kernel in self._kernels)
        norm = max(float(total.sum()) - len(at), 1e-6)
        return np.asarray(np.stack([x, y], axis=1) * (4.0 / norm), np.float32)

    def _field(
        self,
        spectrum: NDArray[np.complexfloating],
        corners: list[NDArray[np.intp]],
        shares: list[Places],
    ) -> Places:
        """A convolved field as felt at the points; float32 [n]."""
        field = np.fft.irfft2(spectrum, (2 * _CELLS, 2 * _CELLS))
        flat = np.ascontiguousarray(field[:_CELLS, :_CELLS], np.float32).ravel()
        felt = np.zeros(len(corners[0]), np.float32)
        for corner, share in zip(corners, shares, strict=True):
            felt += flat[corner] * share
        return felt

    def _fit(self, span: float) -> None:
        if 0.55 * (_CELLS - 2) * self._size < span < (_CELLS - 2) * self._size:
            return
        self._size = max(1.25 * span / (_CELLS - 2), _FINEST)
        cells = np.arange(2 * _CELLS)
        steps = np.where(cells < _CELLS, cells, cells - 2 * _CELLS) * self._size
        x, y = steps[:, None], steps[None, :]
        near = 1.0 / (1.0 + x * x + y * y)
        self._kernels = [
            np.fft.rfft2(kernel.astype(np.float32)) for kernel in (near, x * near**2, y * near**2)
        ]


def _all_pairs(at: Places) -> Places:
    x = at[:, :1] - at[:, 0]
    y = at[:, 1:] - at[:, 1]
    kernel = 1.0 / (1.0 + x * x + y * y)
    np.fill_diagonal(kernel, 0.0)
    norm = max(float(kernel.sum()), 1e-6)
    kernel *= kernel
    pushes = [(kernel * component).sum(axis=1) for component in (x, y)]
    return np.asarray(np.stack(pushes, axis=1) * (4.0 / norm), np.float32)


def _corners(where: Places) -> tuple[list[NDArray[np.intp]], list[NDArray[np.float32]]]:
    """The four grid points round each place, and its share in each (bilinear)."""
    whole = where.astype(np.intp)
    part = where - whole
    first = whole[:, 0] * _CELLS + whole[:, 1]
    x, y = part[:, 0], part[:, 1]
    corners = [first, first + 1, first + _CELLS, first + _CELLS + 1]
    shares = [(1 - x) * (1 - y), (1 - x) * y, x * (1 - y), x * y]
    return corners, [np.asarray(share, np.float32) for share in shares]
