"""Which method forecasts each item best, judged on periods it has not seen.

Each history is also cut off at three origins before its end and forecast from there; the errors of all
three count alike. The windows depend on the item's own history only, so neither the other items nor the
horizon asked for change what is chosen. Dense demand is judged by mean absolute error, sparse demand by
squared error, because the absolute one rewards forecasting nothing.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.combination import dense, sparse
from xlinventory.core.forecasting.grids import Fit
from xlinventory.core.forecasting.histories import Matrix, first_periods, known_counts
from xlinventory.core.forecasting.methods import METHODS

Array = NDArray[np.float64]
Family: TypeAlias = Callable[[Matrix, int, int], dict[str, Fit]]
"""Several methods at once, which may share their work: Fit by name."""

ORIGINS = 3
LONGEST_WINDOW = 12
LEAST_KNOWN = 3
"""Known periods before an origin below which nothing is tried from it."""


class Kind(NamedTuple):
    """What is tried for one kind of demand, the first where all are alike, and how an error counts."""

    candidates: Family
    loss_power: int


def _sparse(rows: Matrix, season: int, horizon: int) -> dict[str, Fit]:
    return {"comb": sparse(rows, horizon)} | {
        name: METHODS[name](rows, season, horizon) for name in ("tsb", "mean")
    }


KINDS: Mapping[str, Kind] = {
    "dense": Kind(dense, 1),
    "seasonal": Kind(dense, 1),
    "sparse": Kind(_sparse, 2),
}
"""What "auto" tries. Methods that win by luck on few held-out periods, such as naive, are left out."""


def only(name: str) -> Family:
    """A single method by name."""
    return lambda rows, season, horizon: {name: METHODS[name](rows, season, horizon)}


class Trial(NamedTuple):
    """Forecasts of some methods from the end of each history and from earlier origins, and what came.

    mean (n_methods, 1 + n_origins, n_skus, horizon), variance and carry (n_methods, 1 + n_origins, n_skus):
    the end of the history comes first, then the latest origin. known (1 + n_origins, n_skus): periods before
    each. actual (n_origins, n_skus, window): demand held out, NaN where there is none.
    """

    names: tuple[str, ...]
    mean: Array
    variance: Array
    carry: Array
    known: NDArray[np.int_]
    actual: Array

    @property
    def errors(self) -> Array:
        """Actual - forecast in the held-out windows (n_methods, n_skus, n_origins * window)."""
        foreseen = np.maximum(self.mean[:, 1:, :, : self.actual.shape[2]], 0.0)
        errors = (self.actual - foreseen).swapaxes(1, 2)
        return np.asarray(errors.reshape(len(self.names), self.actual.shape[1], -1))

    def losses(self, power: int) -> Array:
        """Mean of |error|^power (n_methods, n_skus); NaN where nothing is held out."""
        known = ~np.isnan(self.errors)
        total = np.sum(np.where(known, np.abs(self.errors) ** power, 0.0), axis=2)
        count = known.sum(axis=2)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def bias(self) -> Array:
        """Mean error (n_methods, n_skus); NaN where nothing is held out."""
        known = ~np.isnan(self.errors)
        count = known.sum(axis=2)
        total = np.sum(self.errors, axis=2, where=known)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def ranking(self, power: int) -> NDArray[np.int_]:
        """Methods from best to worst, (n_methods, n_skus); in the order given where they are as good."""
        losses = np.nan_to_num(self.losses(power))
        return np.argsort(np.round(losses, _DIGITS), axis=0, kind="stable")


_DIGITS = 12
"""Losses of rows scaled to 1 that agree to so many digits differ by rounding only."""


def default_window(rows: Matrix) -> NDArray[np.int_]:
    """Periods held out per origin: an eighth of each row's, from 1 to 12."""
    window: NDArray[np.int_] = (rows.shape[1] - first_periods(rows)) // 8
    return window.clip(1, LONGEST_WINDOW)


def tried(rows: Matrix, season: int, horizon: int, family: Family, window: NDArray[np.int_]) -> Trial:
    """Forecast from the end of each row and from 1, 2 and 3 windows (n_skus,) before it, by each method."""
    steps = np.arange(int(window.max(initial=1)))
    origins = rows.shape[1] - np.arange(ORIGINS + 1)[:, None] * window
    before = _columns(rows, np.arange(rows.shape[1]) - (rows.shape[1] - origins)[..., None])
    after = _columns(rows, origins[1:, :, None] + steps)
    after = np.where(steps < window[:, None], after, np.nan)
    usable = known_counts(before.reshape(-1, rows.shape[1])) >= LEAST_KNOWN
    usable[: len(rows)] = True
    named = family(before.reshape(-1, rows.shape[1])[usable], season, max(horizon, len(steps)))
    known = np.where(usable, known_counts(before.reshape(-1, rows.shape[1])), 0)
    mean, variance, carry = (
        np.stack([_spread_out(part, usable, len(rows)) for part in parts])
        for parts in zip(*named.values(), strict=True)
    )
    return Trial(tuple(named), mean, variance, carry, known.reshape(ORIGINS + 1, -1), after)


def _spread_out(part: Array, usable: NDArray[np.bool_], count: int) -> Array:
    """What was found for the usable rows at the places of all (1 + n_origins, n_skus, ...), NaN between."""
    whole = np.full((len(usable), *part.shape[1:]), np.nan)
    whole[usable] = part
    return whole.reshape(-1, count, *part.shape[1:])


def scaled(losses: Array, rows: Matrix, season: int) -> Array:
    """Mean absolute errors (..., n_skus) over that of the (seasonal) naive forecast within each row: MASE.

    0 where both are 0, NaN where only the naive one is.
    """
    season = max(season, 1)
    steps = np.abs(rows[:, season:] - rows[:, : max(rows.shape[1] - season, 0)])
    known = ~np.isnan(steps)
    naive = np.sum(steps, axis=1, where=known) / np.maximum(known.sum(axis=1), 1)
    return np.where(naive > 0, losses / np.where(naive > 0, naive, 1.0), np.where(losses > 0, np.nan, losses))


def _columns(rows: Matrix, columns: NDArray[np.int_]) -> Array:
    """Each row's values at its own columns (..., n_skus, n_columns); NaN outside."""
    inside = (columns >= 0) & (columns < rows.shape[1])
    values = np.take_along_axis(rows[None], np.where(inside, columns, 0), axis=2)
    return np.where(inside, values, np.nan)
