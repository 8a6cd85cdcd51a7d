"""Forecast: from Movements to Demand, from Demand to Forecast."""

import os
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.forecasting.histories import known_counts
from xlinventory.core.forecasting.reasons import reasons
from xlinventory.macros.calendar import Periods, complete_periods, next_periods
from xlinventory.macros.demand import Skus, demand_table, notes_of
from xlinventory.macros.forecast_told import findings, sentence
from xlinventory.macros.frame import Run, macro
from xlinventory.sheets.forecasts import FORECAST_LATER
from xlinventory.sheets.movements import DEMAND_LATER
from xlinventory.sheets.settings import PERIODS_A_YEAR
from xlinventory.workbook import WorkbookError

WORTH_PROCESSES = 4_000
"""Items from which on a second process is quicker.

Measured in processor time (two shared cores, 2026-11-26): 1,000 items take 0.19 s with 36 periods and 0.70 s
with 104, a process takes 0.6 s to start, so that two pay from 7,000 or from 2,000 items on.
"""
LATER = {"Demand": DEMAND_LATER, "Forecast": FORECAST_LATER}
STEP = 0.05
"""Share of the work after which progress is shown again."""


@macro("forecast", "Forecast")
def forecast(run: Run) -> str:
    """Forecast every item's demand with the method that did best on periods held out."""
    movements = run.table("Movements")
    if movements.empty:
        raise WorkbookError("There are no movements to forecast from; refresh from CSV first.")
    as_of, items, before = run.as_of(), run.table("Items"), run.table("Forecast")
    skus = _skus(movements, items)
    run.report("Demand per period", 0.05)
    periods = complete_periods(run.setting("period"), float(movements["date"].min()), as_of)
    past = notes_of(run.table("Demand"), skus, periods)
    cleaning = run.setting("outlier_z"), int(run.setting("season_length"))
    demand = demand_table(movements[movements["date"] <= as_of], past, skus, periods, *cleaning)
    history = demand["demand"].to_numpy(dtype=float).reshape(len(skus), len(periods))
    ahead = next_periods(periods.name, periods.starts[-1], int(run.setting("horizon")))
    coming = notes_of(before, skus, ahead)
    found = _forecast_all(run, history, _groups(skus, items), len(ahead))
    run.report("Writing the forecasts", 0.9)
    demand["foreseen"] = found.held_out.ravel()
    _write(run, "Demand", _known_items(demand))
    why = reasons(found, known_counts(history))
    _write(run, "Forecast", forecast_table(skus, ahead, found, coming.override, why))
    run.findings += findings(skus, history, found, (past, coming), ahead, items)
    return sentence(found, periods, past, coming)


def _skus(movements: pd.DataFrame, items: pd.DataFrame) -> Skus:
    """All items that ever moved, and the active ones that have not yet."""
    moved, listed = (set(rows["sku"]) for rows in (movements, items[items["active"]]))
    return np.array(sorted(moved | listed), dtype=object)


def _groups(skus: Skus, items: pd.DataFrame) -> NDArray[np.object_]:
    """The category that a new item is forecast by; none for an item that is not sold any more."""
    of_active = items[items["active"]].set_index("sku")["category"]
    return of_active.reindex(skus).fillna("").to_numpy(dtype=object)


def _known_items(demand: pd.DataFrame) -> pd.DataFrame:
    """The rows of items of which anything is known or written."""
    something = demand["sold"].notna() | demand["override"].notna() | demand["event"].ne("")
    return demand[something.groupby(demand["sku"]).transform("any").astype(bool)]


def _forecast_all(
    run: Run, history: NDArray[np.float64], groups: NDArray[np.object_], horizon: int
) -> Forecasts:
    """One call for all items, with progress; in one process unless the run was allowed more."""
    return forecast_many(
        history,
        int(run.setting("season_length")),
        horizon,
        calibration=run.setting("forecast_calibration"),
        groups=groups,
        periods_per_year=PERIODS_A_YEAR[run.setting("period")],
        processes=_processes(run, len(history)),
        progress=_progress(run, f"Forecasting {len(history):,} items", 0.1, 0.9),
    )


def _processes(run: Run, count: int) -> int:
    """The option "processes", 1 if it is not given; 0 is as many as there are where that pays."""
    asked = int(run.options.get("processes", 1))
    if asked > 0:
        return asked
    return _processors() if count >= WORTH_PROCESSES else 1


def _processors() -> int:
    """Processors that this process may use, where the system tells them from those there are."""
    mine = getattr(os, "sched_getaffinity", None)
    return len(mine(0)) if mine else os.cpu_count() or 1


def _progress(run: Run, message: str, start: float, end: float) -> Callable[[float], None]:
    """Shows a share of a part of the work as one of the whole, not more often than a bar moves."""
    run.report(message, start)
    shown = 0.0

    def report(share: float) -> None:
        nonlocal shown
        if share - shown >= STEP:
            shown = share
            run.report(message, start + (end - start) * share)

    return report


def _write(run: Run, name: str, rows: pd.DataFrame) -> None:
    """Write a table without the columns that an older workbook does not have."""
    there = run.cells(name).columns
    run.write(name, rows[[column for column in rows if column in there or column not in LATER[name]]])


def forecast_table(
    skus: Skus, ahead: Periods, found: Forecasts, override: NDArray[np.float64], why: Sequence[str]
) -> pd.DataFrame:
    """One row an item and period ahead; items with neither a forecast nor an override are left out."""
    shown = np.isfinite(found.mean).all(axis=1) | ~np.isnan(override).all(axis=1)
    count = len(ahead)
    per_item = {
        "sku": skus,
        "route": found.route,
        "method": found.method,
        "pattern": found.pattern,
        "season_length": found.season_length,
        "mase": found.error,
        "runner_up": found.runner_up,
        "runner_up_mase": found.runner_up_error,
        "naive_mase": found.naive_error,
        "bias": found.bias,
        "sd": found.residual_sd,
        "carry": found.carry,
        "surge": found.surge,
        "why": why,
    }
    rows = {name: np.repeat(np.asarray(values)[shown], count) for name, values in per_item.items()}
    rows["period"] = np.tile(ahead.starts[:-1], int(shown.sum()))
    by_period = {"mean": found.mean, "low": found.low, "high": found.high, "override": override}
    rows |= {name: values[shown].ravel() for name, values in by_period.items()}
    return pd.DataFrame(rows)
