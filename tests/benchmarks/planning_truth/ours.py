"""Our policy: the engine's forecasts, lead times as the plan button measures them, its levels and its check.

For a look at where a miss comes from, the truth can take the place of an estimate: of the mean demand over
the lead time and review, of its sd, of the lead times, of the past demand that the check draws from.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning_truth.demand import Array
from planning_truth.loop import Levels, Orders, Seen
from planning_truth.textbook import order_quantity
from planning_truth.world import ITEMS_A_SUPPLIER, MOST_DAYS_AHEAD, WEEK, WEEKS_A_YEAR, World
from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.planning import closed_form
from xlinventory.core.planning.check import LeadTimes, check_levels
from xlinventory.core.planning.closed_form import ReviewPolicy
from xlinventory.core.planning.demand import DailyDemand, daily_demand
from xlinventory.macros import lead_times
from xlinventory.macros.stock_steps import MOST_STEPS
from xlinventory.sheets.items import LEAST_A_YEAR
from xlinventory.sheets.settings import SETTINGS

HORIZON = int(next(setting.value for setting in SETTINGS if setting.name == "horizon"))
PROMISED_DAYS = 14.0
TRUTHS = ("mean", "sd", "lead", "shape")
"""Estimates that the truth can take the place of."""


class Evening:
    """The forecasts of an evening, made once for all policies: of each item of a kind of demand."""

    def __init__(self) -> None:
        self._day = -1
        self._found: Forecasts | None = None

    def forecasts(self, seen: Seen) -> Forecasts:
        """Of all weeks until this one, in the settings of a new workbook."""
        if self._found is None or self._day != seen.day:
            self._day = seen.day
            weeks = seen.world.weeks(seen.day)
            self._found = forecast_many(weeks, 1, HORIZON, periods_per_year=WEEKS_A_YEAR)
        return self._found


@dataclass(frozen=True)
class Ours:
    """Levels for a service target, as Forecast and Update stock levels set them every week."""

    evening: Evening
    service_type: str
    target: float
    name: str = "ours"
    checked: bool = True
    true: Collection[str] = ()

    def levels(self, seen: Seen) -> Levels:
        """Of the items that are reviewed daily, and of those that are weekly."""
        lead = self._lead_times(seen)
        demand = self._demand(seen, lead)
        reorder_point, order_up_to = np.zeros(seen.world.rows), np.zeros(seen.world.rows)
        for review in np.unique(seen.world.review_days):
            rows = np.flatnonzero((seen.world.review_days == review) & (demand.mean * 365 >= LEAST_A_YEAR))
            found = self._of_review(seen, rows, int(review), demand, lead)
            reorder_point[rows], order_up_to[rows] = found.reorder_point, found.order_up_to
        return Levels(reorder_point, order_up_to)

    def _of_review(
        self, seen: Seen, rows: NDArray[np.int_], review: int, demand: DailyDemand, lead: LeadTimes
    ) -> closed_form.Levels:
        """The closed form, moved where the check says so."""
        demand, lead = (
            DailyDemand(*(each[rows] for each in demand)),
            LeadTimes(*(each[rows] for each in lead)),
        )
        policy = ReviewPolicy(float(review), self.service_type)
        patterns = self.evening.forecasts(seen).pattern[seen.world.sold_as[rows]]
        quantity = order_quantity(demand.mean, seen.world.unit_cost[rows])
        found = closed_form.levels(demand, lead.mean, lead.sd, self.target, policy, patterns, quantity)
        if not self.checked:
            return found
        steps, days = self._steps(seen, review)
        check = check_levels(
            steps[seen.world.sold_as[rows]], days, demand, lead, found, self.target, policy, seed=1
        )
        return found.moved(np.nan_to_num(check.change))

    def _lead_times(self, seen: Seen) -> LeadTimes:
        world = seen.world
        if "lead" in self.true:
            days = world.lead_days.astype(float)
            return LeadTimes(days.mean(axis=1), days.std(axis=1), days[:, : lead_times.SAMPLE])
        found = deliveries(world, seen.orders, seen.day)
        items = pd.DataFrame({"preferred_supplier": _names(world), "sku": np.arange(world.rows)})
        suppliers = pd.DataFrame({"supplier": np.unique(_names(world)), "promised_lead_days": PROMISED_DAYS})
        measured = lead_times.item_lead_times(items, suppliers, found, PROMISED_DAYS)
        samples = lead_times.samples(found, items["preferred_supplier"])
        return LeadTimes(measured["lead_time"].to_numpy(), measured["lead_time_sd"].to_numpy(), samples)

    def _demand(self, seen: Seen, lead: LeadTimes) -> DailyDemand:
        """Of a day over lead time and review."""
        world, found = seen.world, self.evening.forecasts(seen)
        rows, days = world.sold_as, lead.mean + world.review_days
        history = world.weeks(seen.day)
        demand = daily_demand(
            found.mean[rows], found.residual_sd[rows], found.carry[rows], history[rows], days, float(WEEK)
        )
        if "mean" in self.true:
            demand = demand._replace(mean=_true_mean(world, seen.day, days))
        return demand._replace(sd=world.sold.sd[rows]) if "sd" in self.true else demand

    def _steps(self, seen: Seen, review: int) -> tuple[Array, float]:
        """Past demand in the steps of the check: weeks, or the days between two reviews."""
        known = seen.world.end if "shape" in self.true else seen.day + 1
        if review >= WEEK:
            return seen.world.weeks(known - 1), float(WEEK)
        latest = known if "shape" in self.true else MOST_STEPS
        return seen.world.sold.units[:, :known][:, -latest:], float(review)


def deliveries(world: World, orders: Orders, day: int) -> lead_times.Deliveries:
    """Receipts and open orders as the buttons find them in the sheets; at first those of the time before."""
    suppliers, past = world.past_lead_days.shape
    before = world.first_day - 1 - WEEK * np.tile(np.arange(past), suppliers)
    items = np.repeat(np.arange(suppliers) * ITEMS_A_SUPPLIER, past)
    parts = {
        "sku": [items + np.tile(np.arange(past) % ITEMS_A_SUPPLIER, suppliers), *orders.rows],
        "order_date": [before - world.past_lead_days.ravel(), *orders.ordered],
        "receipt_date": [before, *orders.received],
        "quantity": [np.ones(len(before)), *orders.units],
    }
    lines = pd.DataFrame({name: np.concatenate(part).astype(float) for name, part in parts.items()})
    lines = lines.assign(sku=lines["sku"].astype(int), po=np.arange(len(lines)), promised_date=np.nan)
    lines["supplier"] = _names(world)[lines["sku"]]
    came = lines["receipt_date"] <= day
    booked = lines[came].assign(kind="RECEIPT", reference=lines["po"], date=lines["receipt_date"])
    lines["received"] = lines["quantity"].where(came, 0.0)
    lines["open_quantity"] = lines["quantity"] - lines["received"]
    lines = lines.assign(
        status=np.where(came, "received", "open"), receipt_date=lines["receipt_date"].where(came)
    )
    return lead_times.deliveries(lines, booked, float(day))


def _names(world: World) -> NDArray[np.object_]:
    return np.array([f"S{number:05}" for number in world.supplier], dtype=object)


def _true_mean(world: World, day: int, days: Array) -> Array:
    """Mean a day of the process over the coming days (n,)."""
    ahead = world.sold.mean[world.sold_as, day + 1 : day + 1 + MOST_DAYS_AHEAD]
    coming = np.arange(MOST_DAYS_AHEAD) < np.ceil(days)[:, None]
    return np.asarray(np.mean(ahead, axis=1, where=coming))
