"""How far an item's own lead time is to be believed beside its supplier's."""

from typing import NamedTuple

import numpy as np

from xlinventory.core.suppliers.waiting import Column, Places

PRIOR_LINES = 10.0
"""Lines after which an item's own mean counts as much as its supplier's, while little else is known."""
PRIOR_WEIGHT = 200.0
"""Lines that this prior speaks for: so many measured ones count as much as it does.

Measured by tests/benchmarks/suppliers.py.
"""


class Shrunk(NamedTuple):
    """Means (n,) drawn to those of their groups, and the weight from 0 to 1 that each one's own has."""

    mean: Column
    own_weight: Column


def shrunk_to_group(
    mean: Column, lines: Column, variance: Column, group: Places, group_mean: Column
) -> Shrunk:
    """Each mean (n,) and that of its group, weighed by lines Z = n / (n + σ²/τ²).

    *lines* (n,) are those each mean and sample *variance* come from, 0 where there are none; *group* (n,) is
    its place among the group means (n_groups,). σ² is the variance of lines about their own mean, τ² that of
    the true means within a group; their ratio is the same for all groups, by moments over all of them, with
    PRIOR_LINES as a first guess. Where means differ by no more than chance, Z is near 0.
    Source: Bühlmann & Straub (1970), Glaubwürdigkeit für Schadensätze; Bühlmann & Gisler (2005), A Course in
    Credibility Theory and its Applications, ch. 4. The guess and its weight are ours.

    >>> mean, lines, variance = np.array([[12.0, np.nan], [10.0, 0.0], [4.0, np.nan]])
    >>> shrunk_to_group(mean, lines, variance, np.array([0, 0]), np.array([10.0]))
    Shrunk(mean=array([11., 10.]), own_weight=array([0.5, 0. ]))
    """
    ratio = _between_over_within(mean, lines, variance, group, len(group_mean))
    weight = lines * ratio / (1 + lines * ratio)
    theirs = group_mean[group]
    own = np.where(lines > 0, mean, theirs)
    return Shrunk(weight * own + (1 - weight) * theirs, weight)


@np.errstate(divide="ignore", invalid="ignore")
def _between_over_within(mean: Column, lines: Column, variance: Column, group: Places, groups: int) -> float:
    """τ²/σ² of all groups together: what the means vary by beyond chance, in variances of a line."""

    def total(values: Column) -> Column:
        return np.bincount(group, np.where(lines > 0, values, 0.0), groups).astype(float)

    freedom = np.where(np.isnan(variance), 0.0, np.maximum(lines - 1, 0.0))
    within = total(freedom * np.nan_to_num(variance)) / total(freedom)
    count, members = total(lines), total(np.ones_like(lines))
    centre = total(lines * np.nan_to_num(mean)) / count
    spread = total(lines * (np.nan_to_num(mean) - centre[group]) ** 2)
    excess = spread / within - (members - 1)
    room = count - total(lines**2) / count
    known = (members > 1) & (within > 0)
    prior = PRIOR_WEIGHT / PRIOR_LINES
    ratio = (np.sum(excess[known]) + prior) / (np.sum(room[known]) + PRIOR_WEIGHT)
    return float(max(ratio, 0.0))
