"""Update stock levels: measured lead times, demand over them, classes, and a simulated check."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.classification import abc_class, coefficient_of_variation, xyz_class
from xlinventory.core.forecasting import demand_patterns
from xlinventory.core.forecasting.intervals import LAW, spread_over
from xlinventory.core.forecasting.levels import at_level, largest_sd
from xlinventory.core.simulation import simulate_service
from xlinventory.macros import lead_times
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.prices import offers
from xlinventory.macros.stock import with_open_quantities, with_stock
from xlinventory.sheets.settings import PERIODS
from xlinventory.workbook import WorkbookError

SIMULATED_PERIODS = 2_000
YEAR = 365.0


@macro("plan", "Update stock levels")
def plan(run: Run) -> str:
    """Measure lead times and demand, set safety stock, reorder point and order-up-to level of every item."""
    run.require("Forecast", "mean", "sd", "carry")
    run.require("Demand", "demand")
    items, forecasts = run.table("Items"), run.table("Forecast")
    if items.empty:
        raise WorkbookError("There are no items to plan; fill Items or refresh from CSV first.")
    if forecasts.empty:
        raise WorkbookError(
            "There is no forecast to plan by; press Forecast first (it needs 4 periods of sales)."
        )
    as_of, period_days = run.setting("as_of"), PERIODS[run.setting("period")]
    orders = with_open_quantities(run.table("PurchaseOrders"), as_of)
    movements, suppliers, demand = run.table("Movements"), run.table("Suppliers"), run.table("Demand")
    run.report("Lead times from receipts", 0.1)
    found = lead_times.deliveries(orders, movements, as_of)
    items = with_stock(items, movements, orders)
    terms = offers(items, run.table("SupplierPrices"), suppliers, as_of)
    ordered_from = items.assign(preferred_supplier=[terms[sku].supplier for sku in items["sku"]])
    items[["lead_time", "lead_time_sd", "lead_time_receipts"]] = lead_times.item_lead_times(
        ordered_from, suppliers, found, run.setting("default_lead_days")
    )
    run.report("Demand over the lead time", 0.3)
    days = items["lead_time"] + run.setting("review_days")
    history = histories(items["sku"], demand)
    items[["demand_avg", "demand_sd"]] = daily_demand(items["sku"], days, forecasts, history, period_days)
    items[["abc", "xyz", "pattern"]] = classes(items, history)
    run.write("PurchaseOrders", orders)
    run.write("Items", items)
    run.report("Safety stock and reorder points", 0.5)
    run.calculate()
    run.report("Simulated check", 0.8)
    planned = run.table("Items")
    planned["simulated_service"] = simulated_service(
        planned, history, lead_times.samples(found, ordered_from["preferred_supplier"]), run, period_days
    )
    run.write("Items", planned)
    return _sentence(planned)


def daily_demand(
    skus: pd.Series,
    days: pd.Series,
    forecasts: pd.DataFrame,
    history: NDArray[np.float64],
    period_days: float,
) -> pd.DataFrame:
    """Mean and sd of a day's demand over each item's coming *days*; NaN without a forecast.

    An override of the planner's takes the place of a period's mean; what is spread around it is the same. The
    sd is the one that gives the total of these days its spread, errors that stay in the level included.
    """
    forecasts = forecasts.sort_values("period", kind="stable")
    step = forecasts.groupby("sku").cumcount()
    covered = np.ceil(days / period_days).clip(lower=1).set_axis(skus)
    near = forecasts[step < forecasts["sku"].map(covered).fillna(1)]
    near = near.assign(expected=near["override"].fillna(near["mean"]))
    grouped = near.groupby("sku")
    mean, sd, carry = (
        each.reindex(skus).to_numpy(dtype=float)
        for each in (grouped["expected"].mean(), grouped["sd"].first(), grouped["carry"].first())
    )
    sd = np.where(np.isnan(sd), law_sd(mean), sd)
    time = np.maximum(days.to_numpy(), 1.0)
    total = spread_over(np.fmin(sd, largest_sd(mean, history)), np.nan_to_num(carry), time / period_days)
    return pd.DataFrame(
        {"demand_avg": mean / period_days, "demand_sd": total / np.sqrt(time)}, index=skus.index
    )


def law_sd(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sd of a period's demand of which the planner's number is all that is known: that of items like it."""
    factor, power = LAW
    return np.asarray(np.sqrt(factor * mean**power))


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


def simulated_service(
    items: pd.DataFrame,
    history: NDArray[np.float64],
    samples: NDArray[np.float64],
    run: Run,
    period_days: float,
) -> NDArray[np.float64]:
    """Service the plan reaches when the item's own demand and lead times are drawn again and again.

    Demand is the past one, brought to the level that is expected. An item that is not stocked, because less
    than a unit a year is expected, is not checked.
    """
    out = np.full(len(items), np.nan)
    ready = (items["reorder_point"].notna() & items["order_up_to"].gt(0)).to_numpy()
    ready = ready & (items["demand_avg"] > 0).to_numpy() & (np.nansum(history, axis=1) > 0)
    if not ready.any():
        return out
    expected = items["demand_avg"].to_numpy()[ready] * period_days
    mean_days = items["lead_time"].to_numpy()[:, None]
    lead = np.where(
        np.isnan(samples).all(axis=1, keepdims=True) & (np.arange(samples.shape[1]) == 0), mean_days, samples
    )
    result = simulate_service(
        at_level(history[ready], expected),
        lead[ready] / period_days,
        items["reorder_point"].to_numpy()[ready],
        None,
        order_up_to=items["order_up_to"].to_numpy()[ready],
        review_period=max(1.0, run.setting("review_days") / period_days),
        periods=SIMULATED_PERIODS,
        seed=int(run.setting("seed")),
    )
    fill = run.setting("service_type") == "fill"
    out[ready] = result.fill_rate if fill else result.cycle_service
    return out


def _sentence(items: pd.DataFrame) -> str:
    planned = items["reorder_point"].notna()
    states = items.loc[planned, "status"].value_counts()
    told = ", ".join(f"{state} {count}" for state, count in states.items())
    gap = (items["simulated_service"] - items["service_target"]).dropna()
    check = (
        f" Simulated service is {gap.mean() * 100:+.1f} points from target on average." if len(gap) else ""
    )
    return f"Planned {planned.sum()} of {len(items)} items: {told}.{check}"
