"""When late lines should come, as their suppliers' receipts go, and which items run out before."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.errors import NotEnoughData
from xlinventory.core.stock_control import stockout_date
from xlinventory.core.suppliers import waits
from xlinventory.macros.columns import records
from xlinventory.macros.lead_times import Deliveries


def with_expected(late: pd.DataFrame, found: Deliveries) -> pd.DataFrame:
    """Late lines with the day *expected*, and what it stands on: *waited*, *receipts*, those *longer*.

    It is the mean of those lead times of the supplier that are longer than the line has waited, each
    weighted by its units; blank where no receipt took longer. Open lines count as in the lead times.
    """
    out = late.assign(waited=found.as_of // 1 - late["order_date"] // 1)
    out = out.assign(expected=np.nan, receipts=0.0, longer=0.0)
    theirs = dict(iter(found.rows.groupby("supplier")))
    for name, lines in out.groupby("supplier"):
        if name in theirs:
            days, receipts, longer = after_waiting(theirs[name], lines["waited"].to_numpy(), found.as_of)
            came = np.maximum(lines["order_date"] // 1 + np.ceil(days), found.as_of // 1 + 1)
            out.loc[lines.index, "expected"] = came
            out.loc[lines.index, "receipts"], out.loc[lines.index, "longer"] = receipts, longer
    return out


def after_waiting(
    deliveries: pd.DataFrame, waited: NDArray[np.float64], as_of: float
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Mean lead time of a supplier's deliveries beyond each wait, their number, and that beyond each wait.

    E[L | L > w] over the shares of Kaplan and Meier that the lead times stand on (``core.suppliers.waits``);
    NaN where no receipt took longer.
    """
    ordered, came, units = (deliveries[name].to_numpy(float) for name in ("order_date", "date", "quantity"))
    try:
        seen = waits(ordered, came, units, as_of)
    except NotEnoughData:
        return np.full(len(waited), np.nan), 0.0, np.zeros(len(waited))
    share = np.append(np.cumsum(seen.share[::-1])[::-1], 0.0)
    days = np.append(np.cumsum((seen.share * seen.days)[::-1])[::-1], 0.0)
    at = np.searchsorted(seen.days, waited, side="right")
    took = np.sort((came - ordered)[(units > 0) & (np.floor(came) <= np.floor(as_of))])
    longer = (len(took) - np.searchsorted(took, waited, side="right")).astype(float)
    known = (share[at] > 0) & (longer > 0)
    mean = np.divide(days[at], share[at], out=np.full(len(at), np.nan), where=known)
    return mean, float(len(took)), longer


def with_stockouts(
    late: pd.DataFrame, items: pd.DataFrame, orders: pd.DataFrame, as_of: float
) -> pd.DataFrame:
    """Late lines with the day their item runs out without them, the days and units short until they come.

    Counted is what is on hand and not committed, and open lines that are not late on their promised day.
    """
    coming = orders[orders["open_quantity"].gt(0) & orders["promised_date"].ge(as_of // 1)]
    arrivals = {sku: (rows["promised_date"], rows["open_quantity"]) for sku, rows in coming.groupby("sku")}
    mine = items[items["sku"].isin(late["sku"])]
    free = mine["on_hand"].fillna(0.0) - mine["committed"].fillna(0.0)
    rate = mine["demand_avg"].to_numpy(float)
    days = [
        _runs_out(as_of, have, demand, arrivals.get(sku))
        for sku, have, demand in zip(mine["sku"], free, rate, strict=True)
    ]
    dry = late["sku"].map(dict(zip(mine["sku"], days, strict=True))).astype(float)
    out = late.assign(stockout_date=dry, days_out=(late["expected"] - dry).clip(lower=0.0))
    demand = out["sku"].map(dict(zip(mine["sku"], rate, strict=True))).astype(float)
    return out.assign(units_short=demand * out["days_out"])


def reasons(late: pd.DataFrame) -> list[str]:
    """What the expected day of each late line stands on."""
    return [
        _reason(line["supplier"], line["waited"], line["receipts"], line["longer"]) for line in records(late)
    ]


def _reason(supplier: str, waited: float, receipts: float, longer: float) -> str:
    if not receipts:
        return f"no receipt of {supplier} to go by: ask when it comes"
    if not longer:
        return (
            f"none of the {receipts:,.0f} receipts of {supplier} took longer than the {waited:,.0f} days "
            "it has waited: ask when it comes"
        )
    return (
        f"as the {longer:,.0f} of {receipts:,.0f} receipts of {supplier} that took longer than the "
        f"{waited:,.0f} days it has waited"
    )


def _runs_out(as_of: float, free: float, demand: float, coming: tuple[pd.Series, pd.Series] | None) -> float:
    """The day, NaN for never and where demand is not known."""
    if not demand > 0:
        return np.nan
    try:
        return float(np.floor(stockout_date(as_of // 1, free, demand, *(coming or ()))))
    except NotEnoughData:
        return np.nan
