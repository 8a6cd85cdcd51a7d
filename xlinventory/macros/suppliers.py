"""Supplier scores: what suppliers promised, what they did, what their lateness costs, and who is cheapest."""

import numpy as np
import pandas as pd

from xlinventory.imports.issues import counted, some_of
from xlinventory.macros import lead_times
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.stock import with_open_quantities
from xlinventory.macros.supplier_choice import choices, switches
from xlinventory.macros.supplier_lateness import COSTS, buffers
from xlinventory.macros.supplier_scores import Basis, basis_of, measures
from xlinventory.sheets.suppliers import SUPPLIER_SCORES
from xlinventory.workbook import WorkbookError

MEASURED = ["lead_time", "lead_time_sd", "receipts", "on_time", "accept_rate", "price_index", "score"]
SCORE = SUPPLIER_SCORES.names
"""Columns of a ranked supplier, in sheet order."""


@macro("suppliers", "Supplier scores")
def suppliers(run: Run) -> str:
    """Score every supplier, price its lateness in stock, and compare suppliers of an item by total cost."""
    run.require("Items", "service_target", "eoq")
    as_of, table = run.setting("as_of"), run.table("Suppliers")
    orders = with_open_quantities(run.table("PurchaseOrders"), as_of)
    orders = orders[orders["status"].ne("cancelled") & ~(orders["order_date"] > as_of)]
    if table.empty and orders.empty:
        raise WorkbookError("There are no suppliers to score; fill Suppliers or refresh from CSV first.")
    items, basis = run.table("Items"), basis_of(run)
    found = lead_times.deliveries(orders, run.movements(), as_of)
    run.report("Delivery and quality", 0.2)
    scores = measures(table, orders, found, items, basis)
    run.report("What lateness costs", 0.5)
    scores = scores.join(buffers(run, items, scores), on="supplier").fillna(dict.fromkeys(COSTS, 0.0))
    run.report("Suppliers item by item", 0.7)
    compared = choices(run, items, found, scores.set_index("supplier")["accept_rate"])
    listed = scores.set_index("supplier").reindex(table["supplier"])[MEASURED]
    run.write("Suppliers", table.assign(**{name: listed[name].to_numpy() for name in MEASURED}))
    ranked = scores.sort_values(["score", "supplier"], ascending=[False, True], na_position="last")
    ranked.insert(0, "rank", np.arange(1.0, len(ranked) + 1))
    run.write("SupplierScores", ranked[SCORE])
    if run.has("SupplierChoice"):
        run.write("SupplierChoice", compared)
    unlisted = ranked.loc[~ranked["supplier"].isin(table["supplier"]), "supplier"].tolist()
    return (
        _sentence(ranked, run.setting("currency"))
        + _choice(compared, basis)
        + found.told
        + _unlisted(unlisted)
    )


def _sentence(ranked: pd.DataFrame, currency: str) -> str:
    scored = ranked[ranked["score"].notna()]
    cost = f"uncertain lead times cost {ranked['lateness_cost'].sum():,.2f} {currency} a year in stock."
    if scored.empty:
        return f"None of {len(ranked)} suppliers has a receipt or a price to be scored by; {cost}"
    best, last = scored.iloc[0], scored.iloc[-1]
    least = f", {last['supplier']} last with {last['score']:.0f}" if len(scored) > 1 else ""
    return (
        f"Scored {len(scored)} of {counted(len(ranked), 'supplier')}: {best['supplier']} is best with "
        f"{best['score']:.0f}{least}; {cost}"
    )


def _choice(compared: pd.DataFrame, basis: Basis) -> str:
    """What buying elsewhere would save, as a sentence; nothing where no item has two offers."""
    if compared.empty:
        return ""
    better = switches(compared)
    many = counted(compared["sku"].nunique(), "item")
    if better.empty:
        return f" Of {many} with several offers none costs less elsewhere."
    saved = f"{-better['difference'].sum():,.2f} {basis.currency}"
    told = f"{len(better)} would cost {saved} a year less elsewhere: see SupplierChoice"
    return f" Of {many} with several offers {told}."


def _unlisted(names: list[str]) -> str:
    return f" Not in Suppliers, but in PurchaseOrders: {some_of(names)}." if names else ""
