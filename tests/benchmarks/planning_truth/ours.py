"""Our policy: the forecast engine, lead times as the plan button measures them, and its levels and check."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from planning_truth.demand import Array
from planning_truth.loop import Levels, Orders, Seen
from planning_truth.textbook import order_quantity
from planning_truth.world import ITEMS_A_SUPPLIER, PAST_RECEIPTS, WEEK, WEEKS_A_YEAR, World

from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.forecasting.intervals import spread_over
from xlinventory.core.forecasting.levels import largest_sd
from xlinventory.core.safety_stock import order_up_to, reorder_point
from xlinventory.macros import lead_times
from xlinventory.sheets.items import DISTRIBUTIONS

HORIZON = 12
DIST = {p: name for name, ps in DISTRIBUTIONS.items() for p in ps}


class Forecasting:
    """The forecasts of an evening, made once for all policies that ask."""

    def __init__(self) -> None:
        self._day, self._found = -1, None

    def on(self, seen: Seen) -> Forecasts:
        if self._day != seen.day:
            self._day = seen.day
            self._found = forecast_many(seen.world.weeks(seen.day), 1, HORIZON, periods_per_year=WEEKS_A_YEAR)
        return self._found


def names(world):
    return np.array([f"S{each}" for each in world.supplier], dtype=object)


def deliveries(world: World, orders: Orders, day: int) -> lead_times.Deliveries:
    """Receipts and open orders as the button finds them in the sheets."""
    suppliers, past = world.past_lead_days.shape
    row = np.concatenate([*orders.rows, np.arange(suppliers * past) // past * ITEMS_A_SUPPLIER + np.tile(np.arange(past) % ITEMS_A_SUPPLIER, suppliers)])
    before = np.tile(world.first_day - 1 - WEEK * np.arange(past)[::-1], suppliers) - world.past_lead_days.ravel()
    ordered = np.concatenate([*orders.ordered, before]).astype(float)
    received = np.concatenate([*orders.received, before + world.past_lead_days.ravel()]).astype(float)
    units = np.concatenate([*orders.units, np.ones(suppliers * past)])
    received = np.where(received <= day, received, np.nan)
    rows = pd.DataFrame({"supplier": names(world)[row], "sku": row, "order_date": ordered, "promised_date": np.nan, "date": received, "quantity": units})
    return lead_times.Deliveries(rows, float(day))


@dataclass
class Ours:
    forecasting: Forecasting
    service_type: str
    target: float
    truths: frozenset = frozenset()
    name: str = "ours"

    def levels(self, seen: Seen) -> Levels:
        world = seen.world
        rows = world.sold_as
        found = deliveries(world, seen.orders, seen.day)
        items = pd.DataFrame({"preferred_supplier": names(world), "sku": np.arange(world.rows)})
        suppliers = pd.DataFrame({"supplier": np.unique(names(world)), "promised_lead_days": 14.0})
        times = lead_times.item_lead_times(items, suppliers, found, 14.0)
        lead, lead_sd = times["lead_time"].to_numpy(), times["lead_time_sd"].to_numpy()
        days = lead + world.review_days
        f = self.forecasting.on(seen)
        history = world.weeks(seen.day)
        covered = np.clip(np.ceil(days / WEEK), 1, HORIZON).astype(int)
        mean = np.array([f.mean[r, :c].mean() for r, c in zip(rows, covered)])
        total = spread_over(np.fmin(f.residual_sd[rows], largest_sd(mean, history[rows])), np.nan_to_num(f.carry[rows]), days / WEEK)
        sd = total / np.sqrt(days)
        mean = mean / WEEK
        if "mean" in self.truths:
            t = world.sold.mean[rows][:, seen.day + 1 : seen.day + 36]
            mean = np.array([x[: int(d)].mean() for x, d in zip(t, np.ceil(days))])
        if "sd" in self.truths:
            sd = world.sold.sd[rows]
        if "lead" in self.truths:
            true = world.lead_days.astype(float)
            lead, lead_sd = true.mean(axis=1), true.std(axis=1)
        quantity = order_quantity(mean, world.unit_cost)
        self.unstocked = getattr(self, "unstocked", 0) + (mean * 365 < 1).sum()
        point, top = np.zeros(len(rows)), np.zeros(len(rows))
        for name in np.unique(list(DIST.values())):
            at = np.array([DIST[p] == name for p in f.pattern[rows]]) & (mean * 365 >= 1)
            if at.any():
                a = (mean[at], sd[at], lead[at], self.target, lead_sd[at], world.review_days[at].astype(float), self.service_type, quantity[at], name)
                point[at], top[at] = reorder_point(*a), order_up_to(*a)
        return Levels(point, np.maximum(top, point + quantity))
