"""Where the stock stands, what to order now, how long it lasts."""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, at_least, finite, require
from xlinventory.core.errors import NotEnoughData, WrongInput

Column: TypeAlias = NDArray[np.float64]
Words: TypeAlias = NDArray[np.object_] | str

LAST_DAY = 2_958_465
"""31 December 9999: no spreadsheet knows a later day."""

_ROUNDING = 1e-12
"""A quantity that misses whole packs by this share only does so by rounding: 2.1 is three packs of 0.7."""


@np.errstate(all="ignore")
def inventory_position(
    on_hand: ArrayLike, on_order: ArrayLike, committed: ArrayLike = 0.0, backorders: ArrayLike = 0.0
) -> Floats:
    """Units that future demand can count on: on hand + on order - committed - backorders.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management, 4th ed., ch. 6.2.

    >>> float(inventory_position(40, 30, 5, 2))
    63.0
    """
    finite(on_hand=on_hand, on_order=on_order, committed=committed, backorders=backorders)
    hand, order, promised, owed = _columns(on_hand, on_order, committed, backorders)
    return (hand + order - promised - owed)[()]


@np.errstate(all="ignore")
def round_to_pack(
    qty: ArrayLike, pack_size: ArrayLike, moq: ArrayLike = 0.0, max_qty: ArrayLike = np.nan
) -> Floats:
    """Order quantity that can be bought: up to whole packs, at least *moq*, at most *max_qty*; 0 stays 0.

    pack_size 0 is no rounding; moq is rounded up and max_qty down to packs; where they contradict each other
    max_qty holds. A max_qty of NaN is none.

    >>> float(round_to_pack(83, 12, 50)), float(round_to_pack(83, 12, 50, 80))
    (84.0, 72.0)
    """
    at_least(0, qty=qty, pack_size=pack_size, moq=moq)
    most = np.asarray(max_qty, dtype=float)
    require(np.isnan(most) | (np.isfinite(most) & (most >= 0)), "max_qty must be >= 0", most)
    wanted, pack, least = _columns(qty, pack_size, moq)
    size = np.where(pack > 0, pack, 1.0)
    wanted = np.maximum(wanted, least)
    packs = wanted / size
    packed = np.where(pack > 0, np.ceil(packs - np.minimum(packs * _ROUNDING, 1e-3)) * size, wanted)
    most = np.where(np.isnan(most), np.inf, most)
    capped = np.where(pack > 0, np.floor(most / size * (1 + _ROUNDING)) * size, most)
    return np.where(np.asarray(qty) > 0, np.minimum(packed, capped), 0.0)[()]


@np.errstate(all="ignore")
def reorder_qty(
    position: ArrayLike,
    reorder_point: ArrayLike,
    target_level: ArrayLike,
    moq: ArrayLike = 0.0,
    pack_size: ArrayLike = 1.0,
    max_qty: ArrayLike = np.nan,
) -> Floats:
    """Units to order now: nothing above the reorder point, else up to the target level in whole packs.

    >>> float(reorder_qty(35, 62, 118, 50, 12))
    84.0
    """
    finite(position=position, reorder_point=reorder_point, target_level=target_level)
    have, point, target = _columns(position, reorder_point, target_level)
    gap = np.where(have <= point, np.maximum(target - have, 0.0), 0.0)
    return round_to_pack(gap, pack_size, moq, max_qty)


def days_of_cover(position: ArrayLike, demand_forecast: ArrayLike) -> Floats:
    """Periods until the position is used up; a position of 0 or less lasts 0 periods.

    A single rate is position / rate and may be a column of rates beside a column of positions. A forecast
    (n_periods,) of two or more values is walked period by period, the last period in part. A stock that
    outlasts the forecast, or meets no demand, raises NotEnoughData. Use ``periods_walked`` to walk a single
    period.

    >>> float(days_of_cover(63, 2.9 * 7)), float(days_of_cover(25, [10, 10, 10]))
    (3.103448275862069, 2.5)
    """
    have, demand = _columns(position, demand_forecast)
    if demand.ndim == 1 and have.ndim == 0:
        return periods_walked(position, demand_forecast)
    finite(position=have)
    at_least(0, demand_forecast=demand)
    out = have <= 0
    require(out | (demand > 0), "the stock never runs out: demand_forecast is", demand, NotEnoughData)
    with np.errstate(all="ignore"):
        return np.where(out, 0.0, have / np.where(out, 1.0, demand))[()]


def periods_walked(position: ArrayLike, demand_forecast: ArrayLike) -> Floats:
    """Periods of a forecast (n_periods,) that each position covers, the last one in part.

    >>> print(periods_walked([0, 5, 10, 25], [10, 0, 20]))
    [0.   0.5  1.   2.75]
    """
    have, demand = _columns(position, demand_forecast)
    lasting = _run_out(have, demand)
    require(np.isfinite(lasting), "the stock outlasts the forecast: position is", have, NotEnoughData)
    return lasting[()]


@np.errstate(over="ignore")
def stockout_date(
    as_of: float,
    on_hand: float,
    demand_forecast: ArrayLike,
    receipt_dates: ArrayLike | None = None,
    receipt_qtys: ArrayLike | None = None,
) -> float:
    """Day (serial number, with its fraction) on which the stock runs out.

    demand_forecast: units a day, a single rate or (n_days,) from *as_of* on. A receipt counts from the start
    of its day; one dated before *as_of* is taken as already in the stock on hand. Stock that reaches 0 at
    the moment of a receipt has not run out. NotEnoughData where it never runs out.

    >>> stockout_date(40886, 30, 10), stockout_date(40886, 30, 10, [40888], [15])
    (40889.0, 40890.5)
    """
    finite(as_of=as_of, on_hand=on_hand)
    days, quantities = _receipts(as_of, receipt_dates, receipt_qtys)
    supply = on_hand + np.append(0.0, np.cumsum(quantities))
    demand = np.asarray(demand_forecast, dtype=float)
    lasting = _steady_run_out(supply, demand) if demand.ndim == 0 else _run_out(supply, demand)
    dry = np.flatnonzero(lasting < np.append(days, np.inf))
    if not dry.size:
        raise NotEnoughData("the stock does not run out within the forecast")
    day = float(as_of + lasting[dry[0]])
    require(day <= LAST_DAY, "the stock must run out by the last day of a spreadsheet", day, NotEnoughData)
    return day


def _receipts(as_of: float, dates: ArrayLike | None, quantities: ArrayLike | None) -> tuple[Column, Column]:
    """Days from *as_of* and quantities of the receipts still to come, in order of date."""
    if dates is None and quantities is None:
        return np.empty(0), np.empty(0)
    if dates is None or quantities is None:
        raise WrongInput("receipt_dates and receipt_qtys must be given together")
    days, coming = _columns(dates, quantities)
    if days.shape != coming.shape:
        raise WrongInput(f"receipt_dates has {days.size} and receipt_qtys {coming.size} values")
    finite(receipt_dates=days)
    at_least(0, receipt_qtys=coming)
    order = np.argsort(days, kind="stable")
    order = order[days[order] >= as_of]
    return days[order] - as_of, coming[order]


def _steady_run_out(have: Column, rate: Column) -> Column:
    at_least(0, demand_forecast=rate)
    with np.errstate(all="ignore"):
        return np.where(have <= 0, 0.0, have / rate)


def _run_out(have: Column, demand: Column) -> Column:
    """Periods until each stock is used up by the forecast; infinite where it outlasts it."""
    finite(position=have)
    at_least(0, demand_forecast=demand)
    with np.errstate(over="ignore"):
        used = np.append(0.0, np.cumsum(demand))
    period = np.searchsorted(used, have)
    last = np.clip(period, 1, len(demand)) - 1
    part = (have - used[last]) / np.where(demand[last] > 0, demand[last], 1.0)
    return np.where(have <= 0, 0.0, np.where(period <= len(demand), last + part, np.inf))


def stock_status(
    on_hand: ArrayLike,
    position: ArrayLike,
    reorder_point: ArrayLike,
    order_up_to: ArrayLike,
    projected_min: ArrayLike = np.nan,
) -> Words:
    """One word for where an item stands; the first that applies, shortage before surplus.

    OUT: nothing on hand. AT RISK: the projected minimum (lowest stock foreseen before the next order could
    arrive; NaN = not known) is below 0, or more is owed than stock and orders cover (position < 0).
    REORDER: position <= reorder point. EXCESS: on hand alone > order-up-to level. SURPLUS ORDER: on hand is
    not, but with what is on order the position is > order-up-to level: an order to delay or cancel. OK: none.

    >>> print(*stock_status([0, 4, 30, 60, 90, 60], [50, -1, 30, 60, 90, 99], 40, 80))
    OUT AT RISK REORDER OK EXCESS SURPLUS ORDER
    """
    finite(on_hand=on_hand, position=position, reorder_point=reorder_point, order_up_to=order_up_to)
    hand, have, point, level, lowest = np.broadcast_arrays(
        *_columns(on_hand, position, reorder_point, order_up_to, projected_min)
    )
    rules = {
        "OUT": hand <= 0,
        "AT RISK": (lowest < 0) | (have < 0),
        "REORDER": have <= point,
        "EXCESS": hand > level,
        "SURPLUS ORDER": have > level,
    }
    words = [np.array(word, dtype=object) for word in rules]
    return np.select(list(rules.values()), words, np.array("OK", dtype=object))[()]


@np.errstate(all="ignore")
def highest_position(
    reorder_point: ArrayLike, order_up_to: ArrayLike, moq: ArrayLike = 0.0, pack_size: ArrayLike = 1.0
) -> Floats:
    """The highest position that an order leads to: up to the level, rounded up to units, packs and minimum.

    What is above it was not ordered by the plan. Nothing is ordered up to a level of 0.

    >>> float(highest_position(62, 118, 0, 12)), float(highest_position(62, 118, 100, 12))
    (130.0, 174.0)
    """
    point, level, least, pack = _columns(reorder_point, order_up_to, moq, pack_size)
    highest = np.maximum(level, point + least) + np.maximum(pack, 1.0)
    return np.where(level > 0, highest, 0.0)[()]


@np.errstate(all="ignore")
def excess_stock(position: ArrayLike, order_up_to: ArrayLike, unit_cost: ArrayLike = 1.0) -> Floats:
    """Units above the order-up-to level, or their money when a unit cost is given.

    >>> float(excess_stock(130, 118)), float(excess_stock(130, 118, 3.2))
    (12.0, 38.400000000000006)
    """
    finite(position=position, order_up_to=order_up_to)
    at_least(0, unit_cost=unit_cost)
    have, level, cost = _columns(position, order_up_to, unit_cost)
    return (np.maximum(have - level, 0.0) * cost)[()]


def _columns(*arguments: ArrayLike) -> tuple[Column, ...]:
    return tuple(np.asarray(argument, dtype=float) for argument in arguments)
