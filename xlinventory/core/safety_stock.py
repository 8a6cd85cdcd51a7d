"""Safety stock, reorder point and order-up-to level for a service target, and the way back.

Symbols: demand of mean μ and sd σ per period; lead time of mean L and sd σL periods; R periods between
reviews. Demand over the protection interval L + R has mean μ(L + R) and sd sqrt((L + R)σ² + μ²σL²).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, above, at_least, finite, require, strictly_between
from xlinventory.core.distributions import (
    buffer_for_level,
    buffer_for_shortage,
    exceedance,
    expected_shortage,
)
from xlinventory.core.errors import NotEnoughData, UndefinedRatio

Column: TypeAlias = NDArray[np.float64]


class Interval(NamedTuple):
    """Demand from one chance to order until the stock of the next one is there: mean and sd in units."""

    mean: Column
    sd: Column


def protection_interval(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
) -> Interval:
    """Mean μ(L + R) and sd sqrt((L + R)σ² + μ²σL²) of demand over lead time and review period.

    Demands of different periods, and demand and lead time, are taken as independent.
    Source: Silver, Pyke & Thomas (2017), ch. 6.10; King (2011), Crack the Code, APICS magazine.

    >>> interval = protection_interval(100, 22, 12, 3)
    >>> float(interval.mean), round(float(interval.sd), 4)
    (1200.0, 309.5287)
    """
    at_least(0, demand_avg=demand_avg, demand_sd=demand_sd, lead_time=lead_time, lead_time_sd=lead_time_sd)
    at_least(0, review_period=review_period)
    mean, sd, lead, lead_sd, review = _columns(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    with np.errstate(all="ignore"):
        return Interval(mean * (lead + review), np.hypot(np.sqrt(lead + review) * sd, mean * lead_sd))


def reorder_interval(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
) -> Interval:
    """Demand over the lead time plus the undershoot: how far below the reorder point a review finds stock.

    Undershoot U of a review every R periods: mean (Rσ² + (μR)²) / (2μR), variance (μR)²/12 + Rσ²/2.
    Source: mean from renewal theory (Silver, Pyke & Thomas 2017, ch. 7.4); the variance is an approximation.

    >>> interval = reorder_interval(20, 5, 4, review_period=2)  # E[U] = (50 + 1600) / 80
    >>> float(interval.mean)
    100.625
    """
    at_least(0, review_period=review_period)
    lead = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd)
    mean, sd, review = _columns(demand_avg, demand_sd, review_period)
    reviewed = (review > 0) & (sd > 0)
    require(~reviewed | (mean > 0), "demand_avg must be > 0 to know the undershoot", mean, UndefinedRatio)
    with np.errstate(all="ignore"):
        between = mean * review
        spread = np.where(reviewed, sd / np.where(mean > 0, mean, 1.0) * sd, 0.0)
        undershoot = np.where(review > 0, (spread + between) / 2, 0.0)
        undershoot_sd = np.hypot(between / np.sqrt(12), np.sqrt(review / 2) * sd)
        return Interval(lead.mean + undershoot, np.hypot(lead.sd, undershoot_sd))


def safety_stock(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    service_level: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
    service_type: str = "cycle",
    order_qty: ArrayLike = np.nan,
    distribution: str = "normal",
) -> Floats:
    """Units above the mean demand over lead time and review that reach the service target.

    "cycle": the quantile of that demand less its mean, so z sd when it is normal. "fill": the stock that
    leaves an expected shortage of (1 - service_level) order_qty a cycle.
    Source: Silver, Pyke & Thomas (2017), ch. 6.7; Chopra & Meindl (2016), ch. 12.

    >>> round(float(safety_stock(2500, 500, 2, 0.975, service_type="fill", order_qty=10_000)), 1)
    66.7
    """
    interval = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    return SERVICE_TYPES[service_type].buffer(interval, service_level, order_qty, distribution)


def reorder_point(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    service_level: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
    service_type: str = "cycle",
    order_qty: ArrayLike = np.nan,
    distribution: str = "normal",
) -> Floats:
    """Position at or below which to order: demand over the lead time, the undershoot and their buffer.

    Without a review period this is μL + safety stock.

    >>> round(float(reorder_point(12, 5, 6, 0.95)), 3)
    92.145
    """
    interval = reorder_interval(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    buffer = SERVICE_TYPES[service_type].buffer(interval, service_level, order_qty, distribution)
    return (interval.mean + buffer)[()]


def order_up_to(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    service_level: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
    service_type: str = "cycle",
    order_qty: ArrayLike = np.nan,
    distribution: str = "normal",
) -> Floats:
    """Level to order up to at every review: μ(L + R) + safety stock over L + R.

    >>> round(float(order_up_to(30, 3, 2, 0.99, review_period=7)), 2)  # 270 + 2.3263 * 9
    290.94
    """
    interval = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    buffer = SERVICE_TYPES[service_type].buffer(interval, service_level, order_qty, distribution)
    return (interval.mean + buffer)[()]


def service_level(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    safety_stock: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    review_period: ArrayLike = 0.0,
    service_type: str = "cycle",
    order_qty: ArrayLike = np.nan,
    distribution: str = "normal",
) -> Floats:
    """Service from 0 to 1 that a safety stock gives: the inverse of ``safety_stock``.

    >>> round(float(service_level(2500, 500, 2, 1000)), 4)
    0.9214
    """
    finite(safety_stock=safety_stock)
    interval = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd, review_period)
    return SERVICE_TYPES[service_type].level(interval, safety_stock, order_qty, distribution)


def stockout_risk(
    position: ArrayLike,
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    lead_time: ArrayLike,
    lead_time_sd: ArrayLike = 0.0,
    distribution: str = "normal",
) -> Floats:
    """Probability that demand over the lead time is larger than the position.

    >>> round(float(stockout_risk(6000, 2500, 500, 2)), 4)
    0.0786
    """
    finite(position=position)
    interval = protection_interval(demand_avg, demand_sd, lead_time, lead_time_sd)
    return exceedance(np.asarray(position) - interval.mean, *interval, distribution)


@np.errstate(all="ignore")
def best_service_level(
    shortage_cost: ArrayLike, unit_cost: ArrayLike, holding_rate: ArrayLike, cycles_per_year: ArrayLike
) -> Floats:
    """Cycle service at which one more unit of safety stock costs what it saves: 1 - i c / (B n), at least 0.

    B money per unit short, i c money to hold a unit a year, n chances a year to run short.
    Source: Silver, Pyke & Thomas (2017), ch. 6.7 (cost per unit short).

    >>> float(best_service_level(10, 20, 0.25, 10))
    0.95
    """
    above(0, shortage_cost=shortage_cost, cycles_per_year=cycles_per_year)
    at_least(0, unit_cost=unit_cost, holding_rate=holding_rate)
    short, unit, rate, cycles = _columns(shortage_cost, unit_cost, holding_rate, cycles_per_year)
    return np.maximum(1 - unit * rate / short / cycles, 0.0)[()]


@np.errstate(all="ignore")
def newsvendor(
    demand_avg: ArrayLike,
    demand_sd: ArrayLike,
    unit_cost: ArrayLike,
    price: ArrayLike,
    salvage: ArrayLike = 0.0,
    shortage_cost: ArrayLike = 0.0,
    distribution: str = "normal",
) -> Floats:
    """Units to buy once for one season: the quantile of demand at (p - c + B) / (p - s + B), at least 0.

    p price, c unit cost, s salvage value, B cost of a lost sale beyond its margin. Demand is not negative, so
    a normal whose quantile is says to buy nothing.
    Source: Cachon & Terwiesch (2013), Matching Supply with Demand, ch. 12.

    >>> round(float(newsvendor(3192, 1181, 110, 190, 90)), 1)  # O'Neill Hammer 3/2
    4186.0
    """
    fractile = critical_fractile(unit_cost, price, salvage, shortage_cost)
    buffer = buffer_for_level(fractile, demand_avg, demand_sd, distribution)
    return np.maximum(np.asarray(demand_avg) + buffer, 0.0)[()]


@np.errstate(all="ignore")
def critical_fractile(
    unit_cost: ArrayLike, price: ArrayLike, salvage: ArrayLike = 0.0, shortage_cost: ArrayLike = 0.0
) -> Floats:
    """Chance of selling a unit above which it pays to buy it: (p - c + B) / (p - s + B).

    >>> round(float(critical_fractile(110, 190, 90)), 4)  # O'Neill Hammer 3/2
    0.8
    """
    at_least(0, unit_cost=unit_cost, price=price, salvage=salvage, shortage_cost=shortage_cost)
    cost, value, rest, penalty = _columns(unit_cost, price, salvage, shortage_cost)
    margin, loss = value - cost + penalty, cost - rest
    require(
        (margin > 0) & (loss > 0), "unit_cost must be above salvage and below price + shortage_cost", cost
    )
    return (margin / (margin + loss))[()]


class _ServiceType(NamedTuple):
    buffer: Callable[[Interval, ArrayLike, ArrayLike, str], Floats]
    level: Callable[[Interval, ArrayLike, ArrayLike, str], Floats]


def _cycle_buffer(interval: Interval, level: ArrayLike, _order_qty: ArrayLike, distribution: str) -> Floats:
    return buffer_for_level(level, *interval, distribution)


def _cycle_level(interval: Interval, buffer: ArrayLike, _order_qty: ArrayLike, distribution: str) -> Floats:
    return 1 - exceedance(buffer, *interval, distribution)


def _fill_buffer(interval: Interval, level: ArrayLike, order_qty: ArrayLike, distribution: str) -> Floats:
    strictly_between(0, 1, service_level=level)
    _check_order_qty(order_qty)
    short = np.asarray(order_qty, dtype=float) * (1 - np.asarray(level, dtype=float))
    return buffer_for_shortage(short, *interval, distribution)


@np.errstate(all="ignore")
def _fill_level(interval: Interval, buffer: ArrayLike, order_qty: ArrayLike, distribution: str) -> Floats:
    _check_order_qty(order_qty)
    short = expected_shortage(buffer, *interval, distribution)
    return np.maximum(1 - short / np.asarray(order_qty, dtype=float), 0.0)[()]


def _check_order_qty(order_qty: ArrayLike) -> None:
    given = ~np.isnan(np.asarray(order_qty, dtype=float))
    require(given, "a fill rate needs an order_qty", order_qty, NotEnoughData)
    above(0, order_qty=order_qty)


SERVICE_TYPES: Mapping[str, _ServiceType] = {
    "cycle": _ServiceType(_cycle_buffer, _cycle_level),
    "fill": _ServiceType(_fill_buffer, _fill_level),
}
"""What a service level counts: replenishment cycles without a stock-out, or units filled from stock."""


def _columns(*arguments: ArrayLike) -> tuple[Column, ...]:
    return tuple(np.asarray(argument, dtype=float) for argument in arguments)
