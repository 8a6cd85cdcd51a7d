"""Forecast: from Movements to Demand, from Demand to Forecast."""

import os
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.forecasting.reasons import reasons
from xlinventory.macros.calendar import Periods, complete_periods, next_periods
from xlinventory.macros.demand import MOST_ROWS, Skus, demand_table, notes_of, shown_periods
from xlinventory.macros.forecast_told import Told, findings, sentence
from xlinventory.macros.frame import Run, macro
from xlinventory.sheets import COLUMNS_LATER
from xlinventory.sheets.settings import PERIODS_A_YEAR
from xlinventory.tables import day_text
from xlinventory.workbook import WorkbookError

WORTH_PROCESSES = 16_000
"""Items from which on a second process is quicker.

Measured by the clock on two shared cores (2026-11-26), with one and two processes, the start of the second
included: 8,000 items take 0.93 and 1.02 s with 36 periods, 2.1 and 2.0 s with 104; 16,000 take 1.7 and 1.6 s,
4.1 and 3.6 s; 100,000 take 10.5 and 7.1 s with 36.
"""
STEP = 0.05
"""Share of the work after which progress is shown again."""


@macro("forecast", "Forecast")
def forecast(run: Run) -> str:
    """Forecast every item's demand with the method that did best on periods held out."""
    run.report("Reading the movements", 0.0)
    movements = run.units_moved()
    if movements.empty:
        raise WorkbookError("There are no movements to forecast from; refresh from CSV first.")
    _refuse_lost_columns(run)
    as_of, items, before = run.as_of(), run.table("Items"), run.table("Forecast")
    skus = _skus(movements, items)
    run.report("Demand per period", 0.05)
    periods = _past(run, movements, as_of)
    ahead = _coming(run, periods, len(skus))
    notes = notes_of(run.table("Demand"), skus, periods), notes_of(before, skus, ahead)
    cleaning = run.setting("outlier_z"), int(run.setting("season_length"))
    demand = demand_table(movements[movements["date"] <= as_of], notes[0], skus, periods, *cleaning)
    history = demand["demand"].to_numpy(dtype=float).reshape(len(skus), len(periods))
    found = _forecast_all(run, history, _groups(skus, items), len(ahead))
    run.report("Writing the forecasts", 0.9)
    demand["foreseen"] = found.held_out.ravel()
    shown = shown_periods(_known_items(demand), periods)
    run.write("Demand", shown)
    why = reasons(found, found.known, found.members)
    run.write("Forecast", forecast_table(skus, ahead, found, notes[1].override, why))
    told = Told(skus, history, found, *notes, periods, ahead, items, shown)
    run.findings += findings(told)
    return sentence(told)


YOURS = {"Demand": ("override", "event"), "Forecast": ("override",)}
"""Columns that are read as the planner's: without one, what stands in it would be passed over in silence."""


def _refuse_lost_columns(run: Run) -> None:
    """Refuse a table whose columns of the planner's were renamed; an older workbook lacks all later ones."""
    for name, columns in YOURS.items():
        there = COLUMNS_LATER[name] & set(run.cells(name).columns)
        run.require(name, *(column for column in columns if there or column not in COLUMNS_LATER[name]))


def _past(run: Run, movements: pd.DataFrame, as_of: float) -> Periods:
    """The complete periods until as_of."""
    first = float(np.floor(movements["date"].min()))
    if as_of < first:
        raise WorkbookError(
            f"The setting as_of is {day_text(as_of)}, before the first movement on {day_text(first)}; "
            "type today's date there."
        )
    return complete_periods(run.setting("period"), first, as_of)


def _coming(run: Run, periods: Periods, items: int) -> Periods:
    """The periods ahead, if a sheet has the rows for all items."""
    horizon = int(run.setting("horizon"))
    if items * horizon > MOST_ROWS:
        raise WorkbookError(
            f"A sheet has no rows for {horizon} {periods.name}s of {items:,} items; "
            f"set horizon to {max(MOST_ROWS // items, 1)} in Settings."
        )
    return next_periods(periods.name, periods.starts[-1], horizon)


def _skus(movements: pd.DataFrame, items: pd.DataFrame) -> Skus:
    """All items that ever moved, and the active ones that have not yet."""
    moved, listed = (set(rows["sku"]) for rows in (movements, items[items["active"]]))
    return np.array(sorted(moved | listed), dtype=object)


def _groups(skus: Skus, items: pd.DataFrame) -> NDArray[np.object_]:
    """The category that a new item is forecast by; none for an item that is not sold any more.

    Case and spaces make no other category: one spelling stands for all.
    """
    labels = items[items["active"]].set_index("sku")["category"].reindex(skus).fillna("")
    same = labels.str.split().str.join(" ").str.casefold()
    return np.asarray(labels.groupby(same).transform("first"), dtype=object)


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
