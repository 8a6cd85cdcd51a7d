"""How far demand may lie from its forecast: ranges of one period, quantiles of the total over a lead time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.distributions import buffer_for_level
from xlinventory.core.forecasting.histories import Column, Matrix


@dataclass(frozen=True)
class Around:
    """Forecasts (n_skus, n_steps), the sd (n_skus,) of one period around them, and known periods (n_skus,)."""

    mean: Matrix
    sd: Column
    known: NDArray[np.int_]
    sparse: bool


def per_period(around: Around, horizon: int, coverage: float) -> tuple[Matrix, Matrix]:
    z = special.ndtri(0.5 + coverage / 2)
    half = z * around.sd[:, None] * np.ones(horizon)
    mean = around.mean[:, :horizon]
    return np.maximum(mean - half, 0), mean + half


def total(around: Around, lead: Column, levels: Column) -> Matrix:
    shares = np.clip(lead[:, None] - np.arange(around.mean.shape[1]), 0.0, 1.0)
    mean = np.sum(around.mean * shares, axis=1)
    return mean[:, None] + special.ndtri(levels) * (around.sd * np.sqrt(lead))[:, None]
