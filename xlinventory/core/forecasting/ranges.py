"""Ranges of each period and quantiles of each lead time, kind by kind, at levels that keep their promise."""

from typing import NamedTuple

import numpy as np

from xlinventory.core.forecasting import lead_times
from xlinventory.core.forecasting.calibration import NONE, asked, own_shift, shipped
from xlinventory.core.forecasting.histories import Column, Matrix
from xlinventory.core.forecasting.intervals import SHAPES
from xlinventory.core.forecasting.judging import Judged
from xlinventory.core.forecasting.lead_times import LeadTimes
from xlinventory.core.forecasting.routing import AUTO

CALIBRATIONS = ("portfolio", "shipped")
"""Whose held-out demand makes the quantiles true: that of the items at hand, or of public series alone."""


class Wanted(NamedTuple):
    """Which ranges and quantiles are asked for."""

    horizon: int
    leads: LeadTimes
    levels: Column
    coverage: float
    method: str
    calibration: str


class Ranges(NamedTuple):
    """Low and high (n_skus, horizon), and quantiles of the total over each lead time (n_skus, n_levels)."""

    low: Matrix
    high: Matrix
    quantiles: Matrix


def ranges(found: Judged, wanted: Wanted) -> Ranges:
    """Ranges and quantiles around what was found; NaN where nothing was."""
    count, mean = len(found.mean), found.mean[:, : wanted.horizon]
    every = Ranges(
        np.full(mean.shape, np.nan), np.full(mean.shape, np.nan), np.full((count, len(wanted.levels)), np.nan)
    )
    for kind in np.unique(found.kind[found.kind != ""]):
        items = np.flatnonzero(found.kind == kind)
        for whole, part in zip(every, _of_kind(kind, found.of(items), wanted, items), strict=True):
            whole[items] = part
    return every._replace(low=np.minimum(every.low, mean), high=np.maximum(every.high, mean))


def _of_kind(kind: str, found: Judged, wanted: Wanted, items: lead_times.Items) -> Ranges:
    shape, kept = SHAPES[kind], shipped(kind, wanted.method)
    own_period, own_total = NONE, NONE
    if wanted.calibration == "portfolio" and wanted.method == AUTO:
        own_period = own_shift(kind, found.below_period, kept.period)
        own_total = own_shift(kind, found.below_total, kept.total, found.total_periods)
    around = found.around()
    near = around._replace(mean=around.mean[:, : wanted.horizon])
    ends = asked([0.5 - wanted.coverage / 2, 0.5 + wanted.coverage / 2], kept.period, own_period)
    low, high = (shape.periods(near, float(end)) for end in ends)
    leads = wanted.leads.of(items)
    levels = asked(wanted.levels, kept.total, own_total, leads.total()[:, None])
    return Ranges(low, high, lead_times.quantiles(shape, around, leads, levels))
