"""How fast stock moves, what it earns, and how old it is."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, above, at_least, finite, require
from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput

Column: TypeAlias = NDArray[np.float64]

DAYS_A_YEAR = 365.0
AGE_BUCKETS = (30.0, 60.0, 90.0, 180.0, 365.0)
"""Upper ends, in days, of the usual ages of stock."""
_NOISE = 1e-9
"""Share of what moved below which an average balance is rounding."""


def inventory_turnover(
    cost_of_sales: ArrayLike, average_inventory: ArrayLike, period_days: ArrayLike = DAYS_A_YEAR
) -> Floats:
    """Times a year the stock is sold: cost of sales / average inventory * 365 / period_days.

    >>> float(inventory_turnover(600_000, 125_000))
    4.8
    """
    at_least(0, cost_of_sales=cost_of_sales)
    above(0, period_days=period_days)
    per_year = DAYS_A_YEAR / np.asarray(period_days, dtype=float)
    return _ratio(np.asarray(cost_of_sales) * per_year, average_inventory=average_inventory)


def days_inventory(
    cost_of_sales: ArrayLike, average_inventory: ArrayLike, period_days: ArrayLike = DAYS_A_YEAR
) -> Floats:
    """Days the average inventory lasts: average inventory / cost of sales * period_days.

    >>> round(float(days_inventory(600_000, 125_000)), 2)
    76.04
    """
    at_least(0, average_inventory=average_inventory)
    above(0, period_days=period_days)
    held = np.asarray(average_inventory, dtype=float) * np.asarray(period_days, dtype=float)
    return _ratio(held, cost_of_sales=cost_of_sales)


def gmroi(gross_margin: ArrayLike, average_inventory: ArrayLike) -> Floats:
    """Gross margin earned for each unit of money in stock.

    Source: Sweeney (1973), Improving the profitability of retail merchandising decisions, Journal of
    Marketing 37(1).

    >>> float(gmroi(50_000, 25_000))
    2.0
    """
    finite(gross_margin=gross_margin)
    return _ratio(gross_margin, average_inventory=average_inventory)


def sell_through(units_sold: ArrayLike, units_received: ArrayLike, opening_units: ArrayLike = 0.0) -> Floats:
    """Units sold of those there were to sell: sold / (received + opening).

    Source: definition of retail buying, units sold over units received; with *opening_units* what was there
    before counts as received, so that the share stays within 1.

    >>> float(sell_through(650, 800, 200))
    0.65
    """
    at_least(0, units_sold=units_sold, units_received=units_received, opening_units=opening_units)
    available = np.asarray(units_received, dtype=float) + np.asarray(opening_units, dtype=float)
    return _ratio(units_sold, units_available=available)


def average_inventory(
    balance_dates: ArrayLike, balances: ArrayLike, from_date: float, to_date: float
) -> float:
    """Time-weighted mean of a balance that holds from its day until the next one.

    The window runs from the start of the day *from_date* to the end of the day *to_date*. Times of day do not
    count, as in the ledger functions; of several balances of one day the last one entered holds.

    >>> average_inventory([1, 16], [100, 200], 1, 31)  # 15 days of 100, 16 of 200
    151.61290322580646
    """
    times, values = (np.atleast_1d(np.asarray(c, dtype=float)) for c in (balance_dates, balances))
    if times.shape != values.shape:
        raise WrongInput(f"there are {times.size} balance_dates and {values.size} balances")
    finite(balance_dates=times, balances=values, from_date=from_date, to_date=to_date)
    start, end, times = np.floor(from_date), np.floor(to_date) + 1, np.floor(times)
    require(end > start, "to_date must not be before from_date", to_date)
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    require(times[0] <= start, "no balance is known on from_date", from_date, NotEnoughData)
    edges = np.clip(np.append(times, end), start, end)
    return float(np.sum(values * (np.diff(edges) / (end - start))))


def average_held(
    item: ArrayLike,
    day: ArrayLike,
    change: ArrayLike,
    opening: ArrayLike,
    from_date: float,
    to_date: float,
) -> Column:
    """Time-weighted average balance of many items at once, (n_items,), from what changed it.

    item, day, change: (n_rows,) in any order, each row one change of one item's balance, which holds from its
    day to the end of the day *to_date*; opening: (n_items,) the balances at the start of the day *from_date*.
    Rows outside the window change nothing. Where nothing was held over a night the average is exactly 0.

    >>> print(average_held([0, 1], [16, 16], [100, 50], [100, 0], 1, 31).round(2))
    [151.61  25.81]
    """
    start, end = np.floor(from_date), np.floor(to_date) + 1
    require(end > start, "to_date must not be before from_date", to_date)
    days, moved = np.floor(np.asarray(day, dtype=float)), np.asarray(change, dtype=float)
    before = np.asarray(opening, dtype=float)
    share = np.where((days >= start) & (days < end), (end - days) / (end - start), 0.0)
    which = np.asarray(item, dtype=np.intp)
    held, gross = (_totals(which, m * share, len(before)) for m in (moved, np.abs(moved)))
    average: Column = before + held
    average[np.abs(average) <= _NOISE * (np.abs(before) + gross)] = 0.0
    return average


class StockAges(NamedTuple):
    """Stock by age: the upper ends of the buckets in days (infinite for the last), then units and money.

    days: (n_buckets,); quantity, value: (n_items, n_buckets).
    """

    days: Column
    quantity: Column
    value: Column


def stock_age(
    ages_days: ArrayLike,
    quantities: ArrayLike,
    values: ArrayLike,
    bucket_days: ArrayLike = AGE_BUCKETS,
    *,
    item: ArrayLike = 0,
    items: int = 1,
) -> StockAges:
    """Units and money of stock layers by age, item by item; upper ends belong to their bucket.

    ages_days, quantities, values: (n_layers,); item: (n_layers,) which of the *items* each layer is of.

    Source: bucket rule of ERPNext's Stock Ageing report (age <= upper end).

    >>> stock_age([12, 40, 31], [5, 2, 3], [50, 20, 60], [30, 90], item=[0, 0, 1], items=2).value
    array([[50., 20.,  0.],
           [ 0., 60.,  0.]])
    """
    ends = np.atleast_1d(np.asarray(bucket_days, dtype=float))
    above(0, bucket_days=ends)
    require(np.diff(ends) > 0, "bucket_days must rise", ends[1:])
    ages, counts = np.asarray(ages_days, dtype=float), len(ends) + 1
    place = np.asarray(item, dtype=np.intp) * counts + np.searchsorted(ends, ages)
    units, money = (
        _totals(place, np.asarray(amounts, dtype=float), items * counts).reshape(items, counts)
        for amounts in (quantities, values)
    )
    return StockAges(np.append(ends, np.inf), units, money)


def average_age(ages_days: ArrayLike, weights: ArrayLike, *, item: ArrayLike = 0, items: int = 1) -> Column:
    """Mean age of each item's stock in days, (items,), each layer weighted by its value or its units.

    ages_days, weights, item: (n_layers,). Layers of no weight, or of units owed, count nothing; NaN where
    none counts.

    >>> print(average_age([15, 45], [5, 2]).round(2))
    [23.57]
    """
    ages, weight = np.asarray(ages_days, dtype=float), np.maximum(np.asarray(weights, dtype=float), 0.0)
    which = np.broadcast_to(np.asarray(item, dtype=np.intp), ages.shape)
    total, aged = (_totals(which, w, items) for w in (weight, weight * ages))
    with np.errstate(invalid="ignore"):
        mean: Column = aged / total
    return mean


def dead_stock(
    ages_days: ArrayLike, values: ArrayLike, idle_days: ArrayLike, dead_days: float, *, item: ArrayLike = 0
) -> Column:
    """Money in each item's dead stock, (n_items,): it came *dead_days* ago or earlier and nothing sold since.

    ages_days, values, item: (n_layers,); idle_days: (n_items,) days since each item was last sold, infinite
    for never. An item sold later has no dead stock, nor is what came later dead yet; units owed are none.

    >>> print(dead_stock([400, 10, 400], [21, 5, 8], [np.inf, 3], 180, item=[0, 0, 1]))
    [21.  0.]
    """
    above(0, dead_days=dead_days)
    idle = np.atleast_1d(np.asarray(idle_days, dtype=float))
    ages, worth = np.asarray(ages_days, dtype=float), np.asarray(values, dtype=float)
    which = np.broadcast_to(np.asarray(item, dtype=np.intp), ages.shape)
    dead = (ages >= dead_days) & (idle[which] >= dead_days) & (worth > 0)
    return _totals(which, np.where(dead, worth, 0.0), len(idle))


def _totals(place: NDArray[np.intp], amounts: Column, count: int) -> Column:
    """Sum of the amounts at each place, (count,); of none it is 0.0."""
    return np.bincount(place, amounts, count).astype(float)


def _ratio(numerator: ArrayLike, **denominator: ArrayLike) -> Column:
    """A ratio that a denominator of 0 makes undefined."""
    at_least(0, **denominator)
    ((name, value),) = denominator.items()
    below = np.asarray(value, dtype=float)
    require(below > 0, f"{name} must be > 0 for this ratio", below, UndefinedRatio)
    with np.errstate(all="ignore"):
        ratio: Column = np.asarray(numerator, dtype=float) / below
    return ratio[()]
