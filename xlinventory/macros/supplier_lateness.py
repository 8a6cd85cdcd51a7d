"""What lateness costs: the safety stock that a supplier who keeps its word would make needless.

Money arises where stock is held. A longer lead time that is known is ordered for earlier, and what is on its
way is as a rule not paid yet, so neither cycle nor pipeline stock is counted; but demand is uncertain over a
longer time, and a lead time that varies adds to it, and both ask for safety stock.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.macros.columns import column, distribution_of
from xlinventory.macros.frame import Run
from xlinventory.macros.prices import offers

COSTS = ["buffer_varying", "buffer_later", "buffer_units", "buffer_value", "lateness_cost"]


def buffers(run: Run, items: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Per supplier: safety stock held because lead times vary, and because they are longer than promised.

    The items are those ordered from the supplier, each with its own lead time and service target. With its
    safety stock S(L, σL): varying is S(L, σL) - S(L, 0), later is S(L, 0) - S(promised, 0), both at least 0.
    """
    planned = items[items["active"] & items["demand_avg"].notna()]
    terms = offers(planned, run.table("SupplierPrices"), run.table("Suppliers"), run.setting("as_of"))
    source = pd.Series([terms[sku].supplier for sku in planned["sku"]], planned.index, dtype=object)
    promised = source.map(scores.set_index("supplier")["promised_days"]).astype(float)
    lead, spread, none = planned["lead_time"], planned["lead_time_sd"], pd.Series(0.0, planned.index)
    order = order_quantities(run, planned)
    real = safety_stocks(run, planned, lead, spread, order)
    steady = safety_stocks(run, planned, lead, none, order)
    kept = safety_stocks(run, planned, lead.where(~(promised < lead), promised), none, order)
    varying, later = (np.maximum(0.0, np.nan_to_num(more)) for more in (real - steady, steady - kept))
    units = varying + later
    value = units * planned["unit_cost"].fillna(0.0).to_numpy()
    cost = value * run.setting("holding_rate")
    rows = dict(zip(COSTS, (varying, later, units, value, cost), strict=True))
    return pd.DataFrame(rows, index=planned.index).groupby(source).sum()


def order_quantities(run: Run, items: pd.DataFrame) -> pd.Series:
    """The usual order of each item: its EOQ, limited by the days it may cover, at least a unit."""
    most = items["demand_avg"] * run.setting("max_cover_days")
    return pd.Series(np.fmin(items["eoq"], most), items.index).clip(lower=1.0).fillna(1.0)


def safety_stocks(
    run: Run, items: pd.DataFrame, lead_time: pd.Series, lead_time_sd: pd.Series, order_qty: pd.Series
) -> NDArray[np.float64]:
    """What SAFETY_STOCK gives for each item with these lead times, NaN where it gives an error."""
    return column(
        "SAFETY_STOCK", items["demand_avg"], items["demand_sd"], lead_time, items["service_target"],
        lead_time_sd, run.setting("review_days"), run.setting("service_type"), order_qty,
        distribution_of(items["pattern"]),
    )  # fmt: skip
