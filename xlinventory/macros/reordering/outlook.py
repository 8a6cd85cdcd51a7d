"""What lies ahead of each item: its order days, when it is due, when it runs out, and what is too much."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ordering.order_days import ANY_DAY, last_order_day, order_days
from xlinventory.core.ordering.running_out import Arrivals, days_until_due, days_until_out
from xlinventory.core.stock_control import LAST_DAY, highest_position, stock_status
from xlinventory.macros.columns import column, distribution_of
from xlinventory.macros.prices import Terms
from xlinventory.sheets.suppliers import WEEKDAYS

Column = NDArray[np.float64]


def with_outlook(
    items: pd.DataFrame,
    terms: Terms,
    suppliers: pd.DataFrame,
    orders: pd.DataFrame,
    today: float,
    review_days: float,
) -> pd.DataFrame:
    """Items with their supplier and terms, order days, and days of being due and of running out.

    *position_then* is what is expected to be left of the position after *look_ahead* days: the reorder point
    covers no longer wait than a review, and the next order day is farther off than that.
    """
    out = items.reset_index(drop=True)
    out["supplier"], out["passed_over"] = terms.supplier, terms.passed_over
    out["moq"], out["pack_size"] = terms.limits.moq, terms.limits.pack_size
    weekday = _weekdays(terms.supplier, suppliers)
    days = order_days(today, weekday, review_days)
    out["any_day"] = weekday == ANY_DAY
    out["order_day"], out["next_order_day"], out["look_ahead"] = days
    out["days_to_next"] = days.following - today
    position, demand = _numbers(out, "position"), _numbers(out, "demand_avg")
    out["position_then"] = position - np.nan_to_num(demand) * days.look_ahead
    out["days_to_due"] = days_until_due(position, _numbers(out, "reorder_point"), demand)
    out["due"] = _as_day(today + out["days_to_due"])
    stock, arrivals = _numbers(out, "on_hand") - _numbers(out, "committed"), _arrivals(out, orders, today)
    lead = _numbers(out, "lead_time")
    dry = days_until_out(stock, demand, arrivals, np.zeros(len(out)))
    out["stockout_date"] = _as_day(today + dry)
    arrives, whole_days = days.first - today + lead, np.ceil(lead)
    dry_then = days_until_out(stock, demand, arrivals, days.first - today + whole_days)
    out["order_by"] = last_order_day(_as_day(today + dry_then) - whole_days, weekday, days.first)
    out["expected"] = days.first + whole_days
    risk = [out[name] for name in ("position", "demand_avg", "demand_sd")]
    spread = [out["lead_time_sd"].fillna(0.0), distribution_of(out["pattern"])]
    out["stockout_risk"] = column("STOCKOUT_RISK", *risk, pd.Series(arrives), *spread)
    return out


def with_excess(items: pd.DataFrame, ordered_at_point: Column, orders: pd.DataFrame) -> pd.DataFrame:
    """Items with the units and the money above their level, and those of orders that could be spared.

    A position that an order may well lead to is not too much: up to the level, and more where packs, a
    minimum or a price break say so. Orders are to spare as far as it is above that, in whole packs.
    """
    out = items.copy()
    position, point, level = (_numbers(out, name) for name in ("position", "reorder_point", "order_up_to"))
    packed = highest_position(point, level, _numbers(out, "moq"), _numbers(out, "pack_size"))
    most = np.fmax(packed, np.where(level > 0, point + ordered_at_point, 0.0))
    out["overstock"] = np.where(position > most, position - level, np.where(np.isnan(level), np.nan, 0.0))
    out["overstock_value"] = out["overstock"] * out["unit_cost"]
    spare = np.minimum(np.nan_to_num(np.maximum(position - most, 0.0)), _numbers(out, "on_order"))
    pack = np.where(out["pack_size"] > 0, out["pack_size"], 1.0)
    spare = np.floor(spare / pack * (1 + 1e-12)) * pack
    lines = spared_orders(out["sku"], spare, orders)
    price = lines["unit_price"].fillna(lines["sku"].map(out.set_index("sku")["unit_cost"]))
    values = (lines["spared"] * price).groupby(lines["sku"]).sum(min_count=1)
    known = out["order_up_to"].notna()
    out["status"] = _status(out, most)
    out["surplus_order"] = pd.Series(spare, index=out.index).where(known)
    out["surplus_value"] = out["sku"].map(values).astype(float).fillna(0.0).where(known)
    return out


def _status(items: pd.DataFrame, most: Column) -> pd.Series:
    """Where each item stands, as in Items, but by its supplier's packs, minimum and prices."""
    known = (items["position"] + items["reorder_point"] + items["order_up_to"]).notna()
    mine = items[known]
    on_hand, position, point = (_numbers(mine, name) for name in ("on_hand", "position", "reorder_point"))
    words = stock_status(on_hand, position, point, most[known.to_numpy()])
    return items["status"].mask(known, pd.Series(words, index=mine.index, dtype=object))


def spared_orders(skus: pd.Series, spare: Column, orders: pd.DataFrame) -> pd.DataFrame:
    """Open order lines that *spare* units of each item could be taken from, the last to come first."""
    units = pd.Series(spare, index=skus.to_numpy(dtype=object))
    units = units[units > 0]
    lines = orders[(orders["open_quantity"] > 0) & orders["sku"].isin(units.index)]
    lines = lines.sort_values("promised_date", ascending=False, na_position="first", kind="stable")
    later = lines.groupby("sku")["open_quantity"].cumsum() - lines["open_quantity"]
    left = (lines["sku"].map(units).astype(float) - later).clip(lower=0.0)
    lines = lines.assign(spared=np.minimum(left, lines["open_quantity"]))
    return lines[lines["spared"] > 0]


def _weekdays(supplier: NDArray[np.object_], suppliers: pd.DataFrame) -> NDArray[np.int_]:
    number = {name: day - 1 for day, name in enumerate(WEEKDAYS)}
    days = dict(zip(suppliers["supplier"], suppliers["order_weekday"].map(number), strict=True))
    return pd.Series(supplier).map(days).fillna(ANY_DAY).to_numpy(dtype=int)


def _arrivals(items: pd.DataFrame, orders: pd.DataFrame, today: float) -> Arrivals:
    """What is on its way: on the day promised; where that is past or not known, after the item's lead time.

    Tomorrow is the earliest for an order that is late.
    """
    item = pd.Index(items["sku"]).get_indexer(orders["sku"])
    coming = orders[(orders["open_quantity"] > 0) & (item >= 0)]
    item = pd.Index(items["sku"]).get_indexer(coming["sku"])
    usual = _numbers(coming, "order_date") + np.ceil(np.nan_to_num(_numbers(items, "lead_time")[item]))
    promised = _numbers(coming, "promised_date")
    day = np.where(promised >= today, promised, np.maximum(usual, today + 1))
    return Arrivals(item, np.floor(day) - today, _numbers(coming, "open_quantity"))


def _as_day(day: Column | pd.Series) -> Column:
    """The whole day; NaN where it never comes, or after the last one that a spreadsheet knows."""
    whole = np.floor(np.asarray(day, dtype=float))
    return np.where(whole <= LAST_DAY, whole, np.nan)


def _numbers(rows: pd.DataFrame, name: str) -> Column:
    return rows[name].to_numpy(dtype=float)
