"""What suppliers do: how long they take and how surely, whether they keep their word, what they cost."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, at_least, finite, require, within
from xlinventory.core.economic_order import order_cost_total
from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput

Column: TypeAlias = NDArray[np.float64]

WEIGHTS = (0.4, 0.3, 0.2, 0.1)
"""What counts how much in a score unless said otherwise: on time, accepted, price, steady lead time."""

_ROUNDING = 1e-9
"""A line that is short of its order by this share only is so by rounding."""


class Waits(NamedTuple):
    """Lead times in days, shortest first, the share of all units each speaks for, and the lines received."""

    days: Column
    share: Column
    received: int

    @property
    def lines(self) -> float:
        """Kish's effective number of lines: how many equal ones would tell as much."""
        return float(1 / np.sum(self.share**2))


def lead_time(
    order_dates: ArrayLike,
    receipt_dates: ArrayLike,
    quantities: ArrayLike | None = None,
    statistic: str = "mean",
    as_of: float = np.nan,
) -> float:
    """Days from order to receipt, each line weighted by its units: mean, sd, median, p90, or lines received.

    order_dates, receipt_dates, quantities: (n_lines,), a receipt NaN while the line is open. *as_of* is the
    day of which this is the view: what came later is still open then, what was ordered later is not known.
    NaN looks at received lines only. The sd is the sample's; quantiles are those of PERCENTILE with weights.
    See ``waits`` for open lines.
    Source: the weighted sd as in numpy.cov(aweights=); Akinshin (2023), Weighted quantile estimators.

    >>> lead_time([0, 10, 20], [10, 22, 28], [100, 100, 200])
    9.5
    >>> round(lead_time([0, 10, 20], [10, 22, np.nan], as_of=31), 4)  # open for 11 days, so it will take 12
    11.3333
    """
    return STATISTICS[statistic](waits(order_dates, receipt_dates, quantities, as_of))


def waits(
    order_dates: ArrayLike, receipt_dates: ArrayLike, quantities: ArrayLike | None, as_of: float
) -> Waits:
    """Lead times that were seen, with the share of units that each speaks for.

    A line that is still open has taken longer than it has waited so far: what it counts for passes on to the
    lines that took longer, in proportion to theirs. One that has waited longer than any receipt took counts
    by its wait as it stands, so a mean or quantile that reaches it is a lower bound.
    Source: Kaplan & Meier (1958), J. of the American Statistical Association 53, in the redistributing form
    of Efron (1967), Proc. 5th Berkeley Symposium 4; beyond the last receipt, where they know nothing, ours.
    """
    ordered, came = _columns(order_dates, receipt_dates)
    units = np.ones(len(ordered)) if quantities is None else np.asarray(quantities, dtype=float)
    finite(order_dates=ordered)
    at_least(0, quantities=units)
    require(~(came < ordered), "a receipt date must not be before its order date", came)
    now = _until(as_of)
    received = np.floor(came) <= now
    used = (units > 0) & (np.floor(ordered) <= now) & (received | np.isfinite(now))
    require(received[used].any(), "lines received must be at least 1", 0, NotEnoughData)
    days = np.where(received, came, np.maximum(now, ordered)) - ordered
    order = np.lexsort((~received, days))
    order = order[used[order]]
    return Waits(days[order], _shares(units[order], received[order]), int(received[used].sum()))


def _until(as_of: float) -> float:
    require(not np.isinf(as_of), "as_of must be a date", as_of)
    return np.inf if np.isnan(as_of) else float(np.floor(as_of))


def _shares(units: Column, received: NDArray[np.bool_]) -> Column:
    """Kaplan-Meier masses of lines in order of their waits: an open line's goes to those after it."""
    waiting = np.cumsum((units / units.max())[::-1])[::-1]
    kept = received | (np.arange(len(units)) > np.flatnonzero(received)[-1])
    passed_on = np.where(kept[:-1], 1.0, waiting[:-1] / waiting[1:])
    raised = units / units.max() * np.cumprod(np.append(1.0, passed_on))
    share: Column = np.where(kept, raised, 0.0) / waiting[0]
    return share


def _mean(seen: Waits) -> float:
    return float(np.sum(seen.share * seen.days))


def _sd(seen: Waits) -> float:
    require(seen.received >= 2, "lines received must be at least 2", seen.received, NotEnoughData)
    variance = np.sum(seen.share * (seen.days - _mean(seen)) ** 2)
    return float(np.sqrt(variance / (1 - 1 / seen.lines)))


def _quantile(level: float) -> Callable[[Waits], float]:
    """PERCENTILE with weights: the mean over the window of one line that begins at level (lines - 1)."""

    def of(seen: Waits) -> float:
        start = level * (seen.lines - 1) / seen.lines
        reached = np.clip(np.append(0.0, np.cumsum(seen.share)), start, start + 1 / seen.lines)
        weight = np.diff(reached)
        return float(np.sum(weight * seen.days) / np.sum(weight))

    return of


STATISTICS: Mapping[str, Callable[[Waits], float]] = {
    "mean": _mean,
    "sd": _sd,
    "median": _quantile(0.5),
    "p90": _quantile(0.9),
    "count": lambda seen: float(seen.received),
}
"""What can be asked of lead times."""


def on_time_rate(
    promised_dates: ArrayLike,
    receipt_dates: ArrayLike,
    ordered_qtys: ArrayLike | None = None,
    received_qtys: ArrayLike | None = None,
    tolerance_days: float = 0.0,
    as_of: float = np.nan,
) -> float:
    """Share of due lines received by the day promised, and in full where quantities are given.

    All (n_lines,); a receipt is NaN while nothing or not all has come. Due is what was received, and what
    was promised for a day (with its tolerance) before *as_of*, which is the last receipt's day where NaN.
    A line without a promise cannot be late and is left out.

    >>> on_time_rate([10, 10, 10, 10], [9, 10, 12, np.nan], as_of=11)  # day 12 is not known yet: 2 of 4
    0.5
    """
    promised, came = _columns(promised_dates, receipt_dates)
    at_least(0, tolerance_days=tolerance_days)
    full = _in_full(ordered_qtys, received_qtys, promised)
    day, last = np.floor(came), promised + tolerance_days
    now = _until(as_of)
    received = day <= now
    if np.isinf(now):
        now = float(np.max(day, initial=-np.inf, where=received))
    due = ~np.isnan(promised) & (received | (last < now))
    require(due.any(), "lines due must be at least 1", 0, NotEnoughData)
    return float(np.mean((received & (day <= last) & full)[due]))


def _in_full(ordered: ArrayLike | None, received: ArrayLike | None, like: Column) -> NDArray[np.bool_]:
    if ordered is None and received is None:
        return np.ones(like.shape, dtype=bool)
    if ordered is None or received is None:
        raise WrongInput("ordered_qtys and received_qtys must be given together")
    wanted, got = np.asarray(ordered, dtype=float), np.nan_to_num(np.asarray(received, dtype=float))
    at_least(0, ordered_qtys=wanted, received_qtys=got)
    return np.asarray(got >= wanted * (1 - _ROUNDING))


def supplier_score(
    on_time: ArrayLike,
    accept_rate: ArrayLike,
    price_index: ArrayLike,
    lead_time_cv: ArrayLike = np.nan,
    weights: ArrayLike = WEIGHTS,
) -> Floats:
    """Points from 0 to 100 for what a supplier does, the mean of up to four measures by their weights.

    on_time and accept_rate give 100 times the share; price_index, price over the best price, gives 100 /
    index, at most 100; lead_time_cv, sd over mean of the lead time, gives 100 / (1 + cv). A NaN measure drops
    out and the weights of the others count for all. weights: four, or three where no lead_time_cv is given; a
    NaN is 0.
    Source: weighted point plan with its ratio of the lowest price to the price paid, as in Monczka et al.
    (2016), Purchasing and Supply Chain Management.

    >>> round(float(supplier_score(0.94, 0.98, 1.25, 0.25)), 2)  # 0.4*94 + 0.3*98 + 0.2*80 + 0.1*80
    91.0
    """
    counted = np.nan_to_num(np.asarray(weights, dtype=float).ravel())
    enough = counted.size == len(WEIGHTS) or (counted.size == 3 and np.isnan(lead_time_cv).all())
    require(enough, "weights must be 4, or 3 without a lead_time_cv", counted.size, WrongInput)
    at_least(0, weights=counted)
    points = np.stack(np.broadcast_arrays(*_points(on_time, accept_rate, price_index, lead_time_cv)))
    known = ~np.isnan(points)
    require(known.any(axis=0), "measures given must be at least 1", known.sum(axis=0), NotEnoughData)
    weight = np.zeros((len(WEIGHTS), *[1] * (points.ndim - 1)))
    weight.ravel()[: counted.size] = counted / max(counted.max(initial=0.0), np.finfo(float).tiny)
    weight = np.where(known, weight, 0.0)
    total = weight.sum(axis=0)
    require(total > 0, "the weights of the measures given must not all be 0", total, UndefinedRatio)
    score: Column = np.sum(weight * np.where(known, points, 0.0), axis=0) / total
    return score[()]


def _points(
    on_time: ArrayLike, accept_rate: ArrayLike, price_index: ArrayLike, lead_time_cv: ArrayLike
) -> tuple[Column, ...]:
    punctual, accepted, price, cv = _columns(on_time, accept_rate, price_index, lead_time_cv)
    for name, share in (("on_time", punctual), ("accept_rate", accepted)):
        require(~((share < 0) | (share > 1)), f"{name} must be from 0 to 1", share)
    require(~(price <= 0), "price_index must be > 0", price)
    require(~(cv < 0), "lead_time_cv must be >= 0", cv)
    with np.errstate(over="ignore"):
        return 100 * punctual, 100 * accepted, 100 / np.maximum(price, 1.0), 100 / (1 + cv)


@np.errstate(all="ignore")
def price_variance(actual_price: ArrayLike, standard_price: ArrayLike, quantity: ArrayLike) -> Floats:
    """Money paid above the standard: (actual - standard) quantity, positive = unfavourable.

    >>> float(price_variance(6.0, 5.5, 100))
    50.0
    """
    at_least(0, actual_price=actual_price, standard_price=standard_price)
    finite(quantity=quantity)
    actual, standard, units = _columns(actual_price, standard_price, quantity)
    return ((actual - standard) * units)[()]


@np.errstate(all="ignore")
def defect_rate(rejected: ArrayLike, received: ArrayLike) -> Floats:
    """Share of the units received that were rejected.

    >>> float(defect_rate(3, 120))
    0.025
    """
    at_least(0, rejected=rejected, received=received)
    bad, units = _columns(rejected, received)
    require(units > 0, "received must be > 0", units, UndefinedRatio)
    require(bad <= units, "rejected must be at most received", bad)
    return (bad / units)[()]


@np.errstate(all="ignore")
def supplier_cost(
    annual_demand: ArrayLike,
    unit_price: ArrayLike,
    order_qty: ArrayLike,
    order_cost: ArrayLike,
    holding_rate: ArrayLike,
    safety_stock: ArrayLike,
    reject_rate: ArrayLike = 0.0,
) -> Floats:
    """Money a year that buying from a supplier takes: c D + K D / Q + i c (Q / 2 + SS) + r c D.

    >>> float(supplier_cost(1000, 5, 100, 20, 0.25, 40, 0.02))  # 5000 + 200 + 112.50 + 100
    5412.5
    """
    within(0, 1, reject_rate=reject_rate)
    cost = order_cost_total(order_qty, annual_demand, order_cost, unit_price, holding_rate, safety_stock)
    demand, price, rejects = _columns(annual_demand, unit_price, reject_rate)
    return (np.asarray(cost) + rejects * price * demand)[()]


def _columns(*arguments: ArrayLike) -> tuple[Column, ...]:
    return tuple(np.asarray(argument, dtype=float) for argument in arguments)
