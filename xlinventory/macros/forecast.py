"""Forecast: from Movements to Demand, from Demand to Forecast."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.macros.calendar import Periods, complete_periods, next_periods
from xlinventory.macros.frame import Run, macro
from xlinventory.workbook import WorkbookError

Matrix = NDArray[np.float64]
SOLD = ("SALE", "CUSTOMER_RETURN")
SUPPLIED = ("OPENING", "RECEIPT")


@macro("forecast", "Forecast")
def forecast(run: Run) -> str:
    """Forecast every item's demand with the method that did best on periods held out."""
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to forecast from; refresh from CSV first.")
    as_of = run.as_of()
    skus = np.unique(movements["sku"].to_numpy(dtype=object))
    run.report("Demand per period", 0.1)
    periods = complete_periods(run.setting("period"), float(movements["date"].min()), as_of)
    demand = demand_table(movements[movements["date"] <= as_of], run.table("Demand"), skus, periods)
    run.write("Demand", demand)
    run.report(f"Forecasting {len(skus)} items", 0.3)
    history = demand["demand"].to_numpy().reshape(len(skus), len(periods))
    ahead = next_periods(periods.name, periods.starts[-1], int(run.setting("horizon")))
    forecasts = forecast_many(history, int(run.setting("season_length")), len(ahead))
    run.write("Forecast", forecast_table(skus, ahead, forecasts))
    return _sentence(forecasts, len(skus), len(periods), periods.name)


def demand_table(
    movements: pd.DataFrame, before: pd.DataFrame, skus: NDArray[np.object_], periods: Periods
) -> pd.DataFrame:
    """One row an item and period: sold, share in stock, demand, and the overrides that were there."""
    item = np.searchsorted(skus, movements["sku"].to_numpy(dtype=object))
    sold = _sold(movements, item, len(skus), periods)
    share = in_stock_share(movements, item, len(skus), periods)
    rows = pd.DataFrame(
        {
            "sku": np.repeat(skus, len(periods)),
            "period": np.tile(periods.starts[:-1], len(skus)),
            "sold": sold.ravel(),
            "in_stock": share.ravel(),
        }
    )
    overrides = before.set_index(["sku", "period"])["override"]
    rows["override"] = overrides.reindex(pd.MultiIndex.from_frame(rows[["sku", "period"]])).to_numpy(
        dtype=float
    )
    wanted = np.where(share > 0, sold / np.where(share > 0, share, 1.0), np.nan).ravel()
    rows["demand"] = rows["override"].where(rows["override"].notna(), wanted)
    return rows


def _sold(movements: pd.DataFrame, item: NDArray[np.int_], count: int, periods: Periods) -> Matrix:
    """Units sold less units that came back, (items, periods); NaN before an item's first movement."""
    sold = np.zeros((count, len(periods)))
    when = periods.index_of(movements["date"].to_numpy())
    counted = movements["kind"].isin(SOLD).to_numpy() & (when >= 0) & (when < len(periods))
    np.add.at(sold, (item[counted], when[counted]), -movements["quantity"].to_numpy()[counted])
    first = np.full(count, len(periods))
    np.minimum.at(first, item, np.clip(when, 0, len(periods)))
    sold = np.maximum(sold, 0.0)
    sold[np.arange(len(periods)) < first[:, None]] = np.nan
    return sold


def in_stock_share(movements: pd.DataFrame, item: NDArray[np.int_], count: int, periods: Periods) -> Matrix:
    """Share of each period's days that an item had stock at some time of the day, (items, periods).

    An item whose supply is not recorded (its stock would fall below zero) counts as in stock throughout.
    """
    start, end = int(periods.starts[0]), int(periods.starts[-1])
    day = np.clip(np.floor(movements["date"].to_numpy()).astype(int) - start, 0, end - start)
    balance, moved_in = np.zeros((count, end - start + 1)), np.zeros((count, end - start + 1), dtype=bool)
    quantity = movements["quantity"].to_numpy()
    np.add.at(balance, (item, day), quantity)
    moved_in[item[quantity != 0], day[quantity != 0]] = True
    balance = np.cumsum(balance, axis=1)
    before = np.concatenate([np.zeros((count, 1)), balance[:, :-1]], axis=1)
    available = ((before > 0) | moved_in)[:, : end - start]
    edges = (periods.starts[:-1] - start).astype(int)
    share = np.add.reduceat(available.astype(float), edges, axis=1) / np.diff(periods.starts)
    supplied = np.zeros(count, dtype=bool)
    supplied[item[movements["kind"].isin(SUPPLIED).to_numpy()]] = True
    unknown = ~supplied | (balance.min(axis=1) < 0)
    share[unknown] = 1.0
    return share


def forecast_table(skus: NDArray[np.object_], ahead: Periods, forecasts: Forecasts) -> pd.DataFrame:
    """One row an item and period ahead; items without a forecast are left out."""
    known = np.isfinite(forecasts.mean).all(axis=1)
    count = len(ahead)
    per_item = {
        "sku": skus,
        "method": forecasts.method,
        "season_length": forecasts.season_length,
        "mase": forecasts.error,
        "bias": forecasts.bias,
        "sd": forecasts.residual_sd,
        "carry": forecasts.carry,
    }
    rows = {name: np.repeat(np.asarray(values)[known], count) for name, values in per_item.items()}
    rows["period"] = np.tile(ahead.starts[:-1], int(known.sum()))
    for name in ("mean", "low", "high"):
        rows[name] = getattr(forecasts, name)[known].ravel()
    return pd.DataFrame(rows)


def _sentence(forecasts: Forecasts, items: int, periods: int, name: str) -> str:
    known = np.isfinite(forecasts.mean).all(axis=1)
    methods = pd.Series(forecasts.method[known]).value_counts()
    told = ", ".join(f"{method} {count}" for method, count in methods.head(4).items())
    short = f"; {items - known.sum()} have too short a history" if not known.all() else ""
    chosen = f" ({told})" if told else ""
    return f"Forecast {known.sum()} of {items} items from {periods} {name}s of demand{chosen}{short}."
