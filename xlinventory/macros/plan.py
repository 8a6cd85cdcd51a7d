"""Update stock levels: measured lead times, demand over them, classes, and a simulated check."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.classification import abc_class, coefficient_of_variation, xyz_class
from xlinventory.core.forecasting import demand_patterns
from xlinventory.core.planning.check import Check, LeadTimes, check_levels
from xlinventory.core.planning.closed_form import Levels, ReviewPolicy
from xlinventory.core.planning.demand import DailyDemand, daily_demand
from xlinventory.core.stock_control import highest_position, stock_status
from xlinventory.macros import lead_times
from xlinventory.macros.columns import records
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.plan_told import check_sentences, sentence
from xlinventory.macros.prices import offers
from xlinventory.macros.stock import with_open_quantities, with_stock
from xlinventory.macros.stock_steps import Steps, demand_steps
from xlinventory.sheets.settings import PERIODS
from xlinventory.workbook import WorkbookError

YEAR = 365.0


@macro("plan", "Update stock levels")
def plan(run: Run) -> str:
    """Measure lead times and demand, set safety stock, reorder point and order-up-to level of every item."""
    run.require("Forecast", "mean", "sd", "carry")
    run.require("Demand", "demand")
    run.require("Items", "service_target", "safety_stock", "reorder_point", "order_up_to")
    items, forecasts = run.table("Items"), run.table("Forecast")
    if items.empty:
        raise WorkbookError("There are no items to plan; fill Items or refresh from CSV first.")
    if forecasts.empty:
        raise WorkbookError(
            "There is no forecast to plan by; press Forecast first (it needs 4 periods of sales)."
        )
    as_of, movements, suppliers = run.setting("as_of"), run.movements(), run.table("Suppliers")
    orders = with_open_quantities(run.table("PurchaseOrders"), as_of)
    run.report("Lead times from receipts", 0.05)
    found = lead_times.deliveries(orders, movements, as_of)
    items = with_stock(items, movements, orders)
    terms = offers(items, run.table("SupplierPrices"), suppliers, as_of)
    ordered_from = items.assign(preferred_supplier=[terms[sku].supplier for sku in items["sku"]])
    items[["lead_time", "lead_time_sd", "lead_time_receipts"]] = lead_times.item_lead_times(
        ordered_from, suppliers, found, run.setting("default_lead_days")
    )
    run.report("Demand over the lead time", 0.15)
    demand = run.table("Demand")
    history = histories(items["sku"], demand)
    items[["demand_avg", "demand_sd"]] = expected_demand(run, items, forecasts, history)
    items[["abc", "xyz", "pattern"]] = classes(items, history)
    run.write("PurchaseOrders", orders)
    run.write("Items", items.assign(simulated_change=np.nan))
    run.report("Safety stock and reorder points", 0.25)
    run.calculate("Items")
    planned = run.table("Items")
    steps = demand_steps(
        movements, demand, planned["sku"], history, run.setting("period"), as_of, run.setting("review_days")
    )
    samples = lead_times.samples(found, ordered_from["preferred_supplier"])
    return _write_checked(run, planned, checked(run, planned, steps, samples))


def expected_demand(
    run: Run, items: pd.DataFrame, forecasts: pd.DataFrame, history: NDArray[np.float64]
) -> pd.DataFrame:
    """Mean and sd of a day's demand over each item's lead time and review; NaN without a forecast.

    An override of the planner's takes the place of a period's mean; what is spread around it is the same.
    """
    lines = forecasts.sort_values("period", kind="stable")
    lines = lines.assign(step=lines.groupby("sku").cumcount(), mean=lines["override"].fillna(lines["mean"]))
    mean = lines.pivot_table(index="sku", columns="step", values="mean").reindex(items["sku"])
    first = lines.groupby("sku")[["sd", "carry"]].first().reindex(items["sku"])
    as_of, begins = run.setting("as_of"), lines["period"].min()
    elapsed = 0.0 if np.isnan(as_of) else max(0.0, float(as_of + 1 - begins))
    found = daily_demand(
        mean.to_numpy(dtype=float),
        first["sd"].to_numpy(dtype=float),
        first["carry"].to_numpy(dtype=float),
        history,
        items["lead_time"].to_numpy(dtype=float) + run.setting("review_days"),
        PERIODS[run.setting("period")],
        elapsed,
    )
    return pd.DataFrame({"demand_avg": found.mean, "demand_sd": found.sd}, index=items.index)


def histories(skus: pd.Series, demand: pd.DataFrame) -> NDArray[np.float64]:
    """Demand per period of each item, (items, periods), NaN where there is none."""
    wide = demand.pivot_table(index="sku", columns="period", values="demand", sort=True)
    return wide.reindex(skus).to_numpy(dtype=float)


def classes(items: pd.DataFrame, history: NDArray[np.float64]) -> pd.DataFrame:
    """ABC by yearly value at cost (at price where the cost is unknown), XYZ and demand pattern."""
    worth = items["unit_cost"].fillna(items["sell_price"]).fillna(0.0)
    values = (items["demand_avg"].fillna(0.0) * YEAR * worth).to_numpy()
    planned = items["demand_avg"].notna().to_numpy()
    abc = np.full(len(items), "", dtype=object)
    if values[planned].sum() > 0:
        abc[planned] = abc_class(values[planned])
    xyz, pattern = np.full(len(items), "", dtype=object), np.full(len(items), "", dtype=object)
    steady = planned & np.isfinite(coefficient_of_variation(history))
    if steady.any():
        xyz[steady] = xyz_class(history[steady])
    pattern[planned] = demand_patterns(history[planned])
    return pd.DataFrame({"abc": abc, "xyz": xyz, "pattern": pattern}, index=items.index)


def checked(run: Run, items: pd.DataFrame, steps: Steps, samples: NDArray[np.float64]) -> Check:
    """What the levels of Items give when the item's own demand and lead times are drawn again and again.

    An item that is not stocked, because less than a unit a year is expected, is not simulated.
    """
    run.report("Simulated check", 0.45)
    columns = {name: items[name].to_numpy(dtype=float) for name in _NUMBERS}
    least = np.fmax(columns["moq"], columns["pack_size"])
    levels = Levels(columns["safety_stock"], columns["reorder_point"], columns["order_up_to"])
    lifted = np.fmax(levels.order_up_to, levels.reorder_point + least)
    top = np.where(levels.order_up_to > 0, lifted, levels.order_up_to)
    return check_levels(
        steps.demand,
        steps.days,
        DailyDemand(columns["demand_avg"], columns["demand_sd"]),
        LeadTimes(columns["lead_time"], columns["lead_time_sd"], samples),
        levels._replace(order_up_to=top),
        columns["service_target"],
        ReviewPolicy(run.setting("review_days"), run.setting("service_type")),
        seed=int(run.setting("seed")),
        progress=lambda share: run.report("Simulated check", 0.45 + 0.4 * share),
    )


_NUMBERS = (
    "safety_stock", "reorder_point", "order_up_to", "demand_avg", "demand_sd", "lead_time", "lead_time_sd",
    "service_target", "moq", "pack_size",
)  # fmt: skip


def _write_checked(run: Run, items: pd.DataFrame, found: Check) -> str:
    """Write what the check says, and bring the levels up to date with it."""
    kept = "simulated_change" in run.cells("Items").columns
    used = kept and run.setting("simulated_levels") == "use"
    items["simulated_service"] = found.service_after if used else found.service
    items["simulated_change"] = np.where(found.change == 0, np.nan, found.change)
    items["check"] = check_sentences(records(items), found, used=used)
    run.write("Items", items)
    moved = np.nan_to_num(found.change)
    return sentence(standing(items, moved if used else 0.0 * moved), int(np.sum(moved != 0)), used=used)


def standing(items: pd.DataFrame, units: NDArray[np.float64]) -> pd.DataFrame:
    """Items as they stand with levels that are so many units higher."""
    names = ["on_hand", "position", "reorder_point", "order_up_to"]
    planned = items[names].notna().all(axis=1)
    mine, more = items[planned], units[planned.to_numpy()]
    hand, position, point, top = (mine[name].to_numpy(dtype=float) for name in names)
    stocked = np.where(top > 0, more, 0.0)
    limits = (mine[name].fillna(0.0).to_numpy(dtype=float) for name in ("moq", "pack_size"))
    highest = highest_position(point + stocked, top + stocked, *limits)
    out = items.copy()
    out.loc[planned, "status"] = stock_status(hand, position, point + stocked, highest)
    return out
