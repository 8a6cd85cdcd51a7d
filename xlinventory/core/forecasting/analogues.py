"""New items, forecast by what the others of their group are expected to sell.

An item with hardly any history of its own is taken to be one of its group: its level is drawn from a gamma
distribution that is fitted to the levels of the others, its path is their mean path. What it has sold itself
weighs in by its credibility Z = n / (n + k): n own periods, k the variance within an item over the variance
between items. An own level that is known well narrows the range in the same way.

The levels of one group span factors of hundreds, so the gamma is fitted by likelihood, which looks at logs,
and a level far above the others counts as the highest that belongs to them.

The constants were measured by hiding all but 0 to 5 periods of items and forecasting them from groups of 5,
8, 16 and up to 60 others: 3,791 items of Online Retail (Chen 2015) in 10 categories, by week from 7 and by
month from 4 origins, and 780 monthly series of car, aircraft and auto parts and of hospital products.

Source: Bühlmann & Gisler (2005), A Course in Credibility Theory, ch. 2 (gamma and Poisson), 3 and 4 (the
credibility factor); Minka (2002), Estimating a gamma distribution (closed form start).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import strictly_between
from xlinventory.core.distributions import buffer_for_level
from xlinventory.core.errors import WrongInput
from xlinventory.core.forecasting.cleaning import robust_limits
from xlinventory.core.forecasting.histories import Column, Matrix, known_counts, powers_of_two, whole_units
from xlinventory.core.forecasting.intervals import LAW, LEAST_DEMANDS, totals

NEW = 6
"""Known periods below which an item is forecast from its group.

With 4, 5 and 6 own periods the group's forecast errs as the own one does (mean absolute error 0.50, 0.51,
0.54 of the demand against 0.51, 0.52, 0.56), but 96 % of the lead times stay below its 95 % quantile, of the
own one 82, 85 and 86 %; with 7 the own forecast is the more accurate one.
"""
LEAST_MEMBERS = 5
"""Others with enough history that a group needs: from 3, too few ranges held what they promised."""
CAP = 3.0
"""Robust standard deviations of the logs above which a level counts as that of a giant."""
FEW_MEMBERS = 3.0
"""The variation of the levels counts 1 + 3 / members times: few members show less than there is."""
DRIFT = 0.2
"""Squared variation of the level from an item's first periods to those ahead; not above that of a period."""
LEAST_VARIATION = 0.1
"""Squared variation of the levels that a group of items has at least, however alike its members look."""
TAIL = 1.25
"""Power of the probability of lying beyond a limit that the gamma is asked for: its tail is too short.

With it ranges of 80, 90 and 95 % held 92, 95 and 97 % of the periods in groups of 5 and 94, 97 and 98 % with
60 others; quantiles of 90, 95 and 99 % of 3 or 4 periods 90, 94 and 97 %, and 93, 96 and 98 %. The worst were
the months before the autumn, in which whole groups sold half as much again: 88, 91 and 95 %.
"""


class Borrowed(NamedTuple):
    """Forecasts of k new items from their groups.

    items: rows they stand in; mean (k, steps): units a period; sd: of a period around the item's level;
    level_sd: of the level itself, an error that stays the same in every coming period; label: the group;
    members: others it was taken from; known: own periods; whole: demand comes in whole units.
    """

    items: NDArray[np.int_]
    mean: Matrix
    sd: Column
    level_sd: Column
    label: NDArray[np.object_]
    members: NDArray[np.int_]
    known: NDArray[np.int_]
    whole: NDArray[np.bool_]


class _Group(NamedTuple):
    """What the members of one group say about an item of it that nothing else is known of.

    level and path (steps,), 1 on average; variation: squared variation of the levels; dispersion: variance
    of a period over its mean, of the typical member; factor: variance of a period over level^1.67; unit: the
    least dispersion, that of a Poisson distribution where demand comes in whole units, else 0.
    """

    level: float
    path: Column
    variation: float
    dispersion: float
    factor: float
    unit: float


def borrowed(rows: Matrix, groups: ArrayLike, mean: Matrix, sd: Column) -> Borrowed:
    """Forecasts of the items with fewer than 6 known periods whose group has 5 others with more.

    rows: histories (n_skus, n_periods), NaN where missing; groups (n_skus,): labels, "" or None for none;
    mean (n_skus, steps) and sd (n_skus,): forecasts of those that have one, NaN of the others. The order of
    the items changes nothing.

    >>> rows = np.array([[9, 10, 11, 9, 10, 11.0]] * 5 + [[np.nan] * 6])
    >>> found = borrowed(rows, ["tea"] * 6, np.full((6, 1), 10.0), np.ones(6))
    >>> print(found.items, found.mean, found.label, found.members)
    [5] [[10.]] ['tea'] [5]
    """
    labels, known = group_labels(groups, len(rows)), known_counts(rows)
    able = (known >= NEW) & np.isfinite(mean).all(axis=1) & np.isfinite(sd)
    parts = [_empty(mean.shape[1])]
    for group in _grouped(labels):
        new, members = group[known[group] < NEW], group[able[group]]
        if new.size and len(members) >= LEAST_MEMBERS:
            parts.append(_of_group(new, members, rows, mean, sd)._replace(label=labels[new]))
    order = np.argsort(np.concatenate([part.items for part in parts]))
    return Borrowed._make(np.concatenate(columns)[order] for columns in zip(*parts, strict=True))


def borrowed_ranges(found: Borrowed, coverage: float) -> tuple[Matrix, Matrix]:
    """Low and high (k, steps) that enclose a period's demand with that probability."""
    strictly_between(0, 1, level=coverage)
    share = found.level_sd / found.mean.mean(axis=1)
    sd = np.hypot(found.sd[:, None], share[:, None] * found.mean)
    beyond, whole = ((1 - coverage) / 2) ** TAIL, found.whole[:, None]
    return _limit(found.mean, sd, beyond, whole), _limit(found.mean, sd, 1 - beyond, whole)


def borrowed_quantiles(found: Borrowed, lead: Column, levels: ArrayLike, lead_sd: ArrayLike = 0.0) -> Matrix:
    """Quantiles (k, n_levels) of the total demand over each lead time (k,); NaN where that is NaN.

    The total over L periods has the mean M and the variance L sd² + (V + s²) M², V the squared variation of
    the level and s = lead_sd / L that of the lead time.
    """
    levels = np.asarray(levels, dtype=float).ravel()
    strictly_between(0, 1, service_level=levels)
    periods, level = np.nan_to_num(lead), found.mean.mean(axis=1)
    total = totals(found.mean, periods)
    same = np.hypot(total * found.level_sd / level, np.asarray(lead_sd) * level)
    sd = np.hypot(np.sqrt(periods) * found.sd, same)
    asked = (1 - (1 - levels) ** TAIL)[None, :]
    limits = _limit(total[:, None], sd[:, None], asked, found.whole[:, None])
    return np.where(np.isnan(lead)[:, None], np.nan, limits)


def level_carry(found: Borrowed, periods: Column) -> Column:
    """The share of an error that would have to stay for the total of these periods (k,) to spread as it does.

    α in L + α L(L-1) + α² (L-1)L(2L-1)/6 = L + r L(L-1), r the level's share of the variance of a period.

    >>> new = _empty(1)._replace(sd=np.array([0.0]), level_sd=np.array([2.0]))
    >>> level_carry(new, np.array([2.0])).round(4)  # 2 + 2 a + a^2 = 4
    array([0.7321])
    """
    share = found.level_sd**2 / np.maximum(found.sd**2 + found.level_sd**2, _SMALLEST)
    growth = (2 * np.maximum(periods, 1.0) - 1) / 6
    return np.asarray((np.sqrt(1 + 4 * share * growth) - 1) / (2 * growth))


def group_labels(groups: ArrayLike, count: int) -> NDArray[np.object_]:
    """The group of each item as text; "" where there is none."""
    given = np.asarray(groups, dtype=object).ravel()
    if len(given) != count:
        raise WrongInput(f"groups must be one per item, got {len(given)} for {count}")
    labels = np.full(count, "", dtype=object)
    for item, label in enumerate(given):
        itself = label == label  # noqa: PLR0124 -- a blank cell: NaN is not, and pandas' NA cannot tell
        if label is not None and isinstance(itself, bool | np.bool_) and itself:
            labels[item] = str(label)
    return labels


def _grouped(labels: NDArray[np.object_]) -> list[NDArray[np.int_]]:
    """The items of each group; those of none are left out."""
    named = np.flatnonzero(labels != "")
    _, codes = np.unique(labels[named].astype(str), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    return np.split(named[order], np.flatnonzero(np.diff(codes[order])) + 1)


def _empty(steps: int) -> Borrowed:
    none, whole_numbers = np.empty(0), np.empty(0, dtype=int)
    text, flags = np.empty(0, dtype=object), np.empty(0, dtype=bool)
    return Borrowed(
        whole_numbers, np.empty((0, steps)), none, none, text, whole_numbers, whole_numbers, flags
    )


def _of_group(
    new: NDArray[np.int_], members: NDArray[np.int_], rows: Matrix, mean: Matrix, sd: Column
) -> Borrowed:
    """The new items of one group; their label is still to come."""
    others, own, own_known = rows[members], rows[new], known_counts(rows[new])
    whole = bool(whole_units(others).all())
    scale = max(float(powers_of_two(part).max()) for part in (mean[members], sd[members][None], own))
    smallest = 1.0 if whole else float(np.min(others, where=others > 0, initial=np.inf))
    least = np.maximum(LEAST_DEMANDS / known_counts(others) * smallest / scale, _SMALLEST)
    group = _group(mean[members] / scale, sd[members] / scale, least, whole / scale)
    level, within, variation = _credible(own / scale, group)
    return Borrowed(
        new,
        level[:, None] * group.path * scale,
        np.sqrt(within) * scale,
        np.sqrt(variation) * level * scale,
        np.full(len(new), "", dtype=object),
        np.full(len(new), len(members)),
        own_known,
        whole & whole_units(own),
    )


_SMALLEST = 1e-100
"""A level is at least this share of the largest: its powers must not vanish."""


def _group(paths: Matrix, sd: Column, least: Column, unit: float) -> _Group:
    """What members with these mean paths (n, steps) have in common; *least* is the smallest level of each."""
    own = paths.mean(axis=1)
    levels = np.maximum(own, least)
    shapes = np.sort(
        paths[own > 0] / own[own > 0, None], axis=0
    )  # sorted, as the sum must not know the order
    path = shapes.mean(axis=0) if len(shapes) else np.ones(paths.shape[1])
    logs = np.sort(np.log(levels))
    logs = np.minimum(logs, robust_limits(logs[None], CAP)[0])
    capped = np.exp(logs)
    return _Group(
        float(capped.mean()),
        path / path.mean(),
        _variation(logs),
        max(float(np.median(sd**2 / levels)), unit, _SMALLEST),
        float(np.median(sd**2 / levels ** LAW[1])),
        unit,
    )


def _variation(logs: Column) -> float:
    """Squared variation of a gamma distribution with these logs, by approximate maximum likelihood."""
    count = len(logs)
    excess = max(float(np.log(np.mean(np.exp(logs - logs[-1]))) + logs[-1] - logs.mean()), 0.0)
    fitted = 12 * excess / (3 - excess + np.sqrt((excess - 3) ** 2 + 24 * excess))
    return float(max(fitted * count / (count - 1) * (1 + FEW_MEMBERS / count), LEAST_VARIATION))


def _credible(own: Matrix, group: _Group) -> tuple[Column, Column, Column]:
    """Level, variance of a period and squared variation of the level of items with few periods or none."""
    count = known_counts(own)
    mean = np.nansum(own, axis=1) / np.maximum(count, 1)
    between = count * group.variation * group.level
    credibility = between / (between + group.dispersion)
    level = (1 - credibility) * group.level + credibility * mean
    within = np.maximum(group.factor * level ** LAW[1], group.unit * level)
    scatter = within / np.maximum(level, _SMALLEST) ** 2
    told = group.variation * count
    left = group.variation * scatter / np.maximum(scatter + told, _SMALLEST)
    moved = np.where(count > 0, np.minimum(scatter, DRIFT), 0.0)
    return level, within, np.minimum(left + moved, group.variation)


def _limit(mean: Matrix, sd: Matrix, level: ArrayLike, whole: NDArray[np.bool_]) -> Matrix:
    """Quantiles of gammas of that mean and sd; in whole units away from the middle, where demand has them."""
    limit = np.maximum(mean + buffer_for_level(level, mean, sd, "gamma"), 0.0)
    outward = np.where(np.asarray(level) < 0.5, np.floor(limit), np.ceil(limit))
    return np.where(whole, outward, limit)
