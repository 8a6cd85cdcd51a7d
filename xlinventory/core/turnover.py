"""How fast stock moves, what it earns, and how old it is."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, above, at_least, finite, require
from xlinventory.core.cost_layers import Stock
from xlinventory.core.errors import NotEnoughData, UndefinedRatio, WrongInput

Column: TypeAlias = NDArray[np.float64]

DAYS_A_YEAR = 365.0
AGE_BUCKETS = (30.0, 60.0, 90.0, 180.0, 365.0)
"""Upper ends, in days, of the usual ages of stock."""


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

    >>> float(gmroi(50_000, 25_000))
    2.0
    """
    finite(gross_margin=gross_margin)
    return _ratio(gross_margin, average_inventory=average_inventory)


def sell_through(units_sold: ArrayLike, units_received: ArrayLike, opening_units: ArrayLike = 0.0) -> Floats:
    """Units sold of those there were to sell: sold / (received + opening).

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


class AgeBucket(NamedTuple):
    """Stock of one age: the bucket's upper end in days (infinite for the last one), units and money."""

    days: float
    quantity: float
    value: float


def stock_age(held: Stock, as_of: float, bucket_days: ArrayLike = AGE_BUCKETS) -> list[AgeBucket]:
    """Units and money of a stock's layers by age in days at *as_of*; upper ends belong to their bucket.

    Source: bucket rule of ERPNext's Stock Ageing report (age <= upper end).
    """
    ends = np.atleast_1d(np.asarray(bucket_days, dtype=float))
    above(0, bucket_days=ends)
    require(np.diff(ends) > 0, "bucket_days must rise", ends[1:])
    ages = np.array([np.floor(as_of) - np.floor(layer.date) for layer in held.layers])
    bucket = np.searchsorted(ends, ages)
    counts = len(ends) + 1
    units = np.bincount(bucket, [layer.quantity for layer in held.layers], counts)
    money = np.bincount(bucket, [layer.value for layer in held.layers], counts)
    return [
        AgeBucket(*row) for row in zip([*ends.tolist(), np.inf], units.tolist(), money.tolist(), strict=True)
    ]


def _ratio(numerator: ArrayLike, **denominator: ArrayLike) -> Column:
    """A ratio that a denominator of 0 makes undefined."""
    at_least(0, **denominator)
    ((name, value),) = denominator.items()
    below = np.asarray(value, dtype=float)
    require(below > 0, f"{name} must be > 0 for this ratio", below, UndefinedRatio)
    with np.errstate(all="ignore"):
        ratio: Column = np.asarray(numerator, dtype=float) / below
    return ratio[()]
