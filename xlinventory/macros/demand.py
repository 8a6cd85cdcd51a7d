"""From Movements to Demand: what was sold, how long there was stock, and what the planner knows better."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.forecasting.routing import cleaned_rows
from xlinventory.macros.calendar import Periods
from xlinventory.sheets.settings import PERIODS_A_YEAR

Matrix = NDArray[np.float64]
Skus = NDArray[np.object_]
SOLD = ("SALE", "CUSTOMER_RETURN")
SUPPLIED = ("OPENING", "RECEIPT")


@dataclass(frozen=True, slots=True)
class Notes:
    """What the planner wrote beside items and periods of a grid (items, periods).

    override: their numbers, NaN where there is none; event: their words, "" where there are none; strayed:
    the rows with either that belong to no item and period of the grid.
    """

    override: Matrix
    event: NDArray[np.object_]
    strayed: pd.DataFrame


def notes_of(rows: pd.DataFrame, skus: Skus, periods: Periods) -> Notes:
    """What is written in the columns override and event of a table, item by item and period by period."""
    event = rows["event"] if "event" in rows else pd.Series("", index=rows.index, dtype=object)
    marked = rows.assign(event=event)[rows["override"].notna() | event.ne("")]
    item = pd.Index(skus).get_indexer(pd.Index(marked["sku"]))
    when = pd.Index(periods.starts[:-1]).get_indexer(pd.Index(marked["period"]))
    inside = (item >= 0) & (when >= 0)
    override = np.full((len(skus), len(periods)), np.nan)
    words = np.full(override.shape, "", dtype=object)
    override[item[inside], when[inside]] = marked["override"].to_numpy(dtype=float)[inside]
    words[item[inside], when[inside]] = marked["event"].to_numpy(dtype=object)[inside]
    return Notes(override, words, marked[~inside])


def demand_table(
    movements: pd.DataFrame, notes: Notes, skus: Skus, periods: Periods, outlier_z: float, season_length: int
) -> pd.DataFrame:
    """One row an item and period: sold, share in stock, demand, override and event; all items alike.

    The demand is what is learned from: an override stands as it is, and nothing is known of an event without
    one. So they are put in here, after the cleaning, and not left to the engine.
    """
    item = np.searchsorted(skus, movements["sku"].to_numpy(dtype=object))
    sold = units_sold(movements, item, len(skus), periods)
    share, year = in_stock_share(movements, item, len(skus), periods), PERIODS_A_YEAR[periods.name]
    learned = np.where(notes.event == "", cleaned_rows(sold, share, outlier_z, season_length, year), np.nan)
    return pd.DataFrame(
        {
            "sku": np.repeat(skus, len(periods)),
            "period": np.tile(periods.starts[:-1], len(skus)),
            "sold": sold.ravel(),
            "in_stock": share.ravel(),
            "demand": np.where(np.isnan(notes.override), learned, notes.override).ravel(),
            "override": notes.override.ravel(),
            "event": notes.event.ravel(),
        }
    )


MOST_ROWS = 1_000_000
"""Rows of items and periods that are written to a sheet, which ends at row 1,048,576."""


def shown_periods(demand: pd.DataFrame, periods: Periods) -> pd.DataFrame:
    """The rows that a sheet holds: all, or the latest periods of each item and every one with a note.

    All periods were learned from, and are again the next time: they are made from Movements.
    """
    most = MOST_ROWS // max(demand["sku"].nunique(), 1)
    if len(periods) <= most:
        return demand
    noted = demand["override"].notna() | demand["event"].ne("")
    latest = demand["period"] >= periods.starts[len(periods) - most]
    return pd.DataFrame(demand[latest | noted])


def units_sold(movements: pd.DataFrame, item: NDArray[np.int_], count: int, periods: Periods) -> Matrix:
    """Units sold less units that came back, (items, periods); NaN before an item's first movement.

    What came back in a period beyond what was sold in it undoes the sales before it, the latest first.
    """
    sold = np.zeros((count, len(periods)))
    when = periods.index_of(movements["date"].to_numpy())
    counted = movements["kind"].isin(SOLD).to_numpy() & (when >= 0) & (when < len(periods))
    np.add.at(sold, (item[counted], when[counted]), -movements["quantity"].to_numpy()[counted])
    first = np.full(count, len(periods))
    np.minimum.at(first, item, np.clip(when, 0, len(periods)))
    too_many = np.zeros(count)
    for period in reversed(range(len(periods))):
        net = sold[:, period] + too_many
        sold[:, period], too_many = np.maximum(net, 0.0), np.minimum(net, 0.0)
    sold[np.arange(len(periods)) < first[:, None]] = np.nan
    return sold


def in_stock_share(movements: pd.DataFrame, item: NDArray[np.int_], count: int, periods: Periods) -> Matrix:
    """Share of each period's days that an item had stock at some time of the day, (items, periods).

    An item whose supply is not recorded (its stock would fall below zero) counts as in stock throughout.
    """
    start, end = int(periods.starts[0]), int(periods.starts[-1])
    day = np.clip(np.floor(movements["date"].to_numpy()).astype(int) - start, 0, end - start)
    quantity = movements["quantity"].where(movements["kind"].ne("TRANSFER"), 0.0).to_numpy(dtype=float)
    supplied = np.zeros(count, dtype=bool)
    supplied[item[movements["kind"].isin(SUPPLIED).to_numpy()]] = True
    order = np.argsort(item, kind="stable")
    edges = np.searchsorted(item[order], np.arange(0, count + TOGETHER, TOGETHER))
    share = np.empty((count, len(periods)))
    for block, (left, right) in enumerate(pairwise(edges)):
        mine, first = order[left:right], block * TOGETHER
        size = min(TOGETHER, count - first)
        moved = _by_day(item[mine] - first, day[mine], quantity[mine], (size, end - start + 1))
        share[first : first + size] = _share(*moved, supplied[first : first + size], periods)
    return share


TOGETHER = 1024
"""Items whose stock is followed day by day at once, to bound the memory it takes."""


def _by_day(
    item: NDArray[np.int_], day: NDArray[np.int_], quantity: Matrix, shape: tuple[int, int]
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Stock at the end of each day and whether any moved on it, (items, days)."""
    change, moved = np.zeros(shape), np.zeros(shape, dtype=bool)
    np.add.at(change, (item, day), quantity)
    moved[item[quantity != 0], day[quantity != 0]] = True
    return np.cumsum(change, axis=1), moved


def _share(
    balance: Matrix, moved: NDArray[np.bool_], supplied: NDArray[np.bool_], periods: Periods
) -> Matrix:
    """Share of the days of each period on which there was stock or some moved; 1 where supply is unknown."""
    before = np.concatenate([np.zeros((len(balance), 1)), balance[:, :-1]], axis=1)
    available = ((before > 0) | moved)[:, :-1]
    edges = (periods.starts[:-1] - periods.starts[0]).astype(int)
    share = np.add.reduceat(available.astype(float), edges, axis=1) / np.diff(periods.starts)
    unknown = ~supplied | (balance.min(axis=1) < 0)
    share[unknown] = 1.0
    return np.asarray(share)
