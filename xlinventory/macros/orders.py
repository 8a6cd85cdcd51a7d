"""Create POs: the ticked lines of Reorder become purchase orders, one a supplier."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xlinventory.imports.issues import counted
from xlinventory.macros.columns import Row, records
from xlinventory.macros.currencies import currency_of, told_money
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.order_files import in_cents
from xlinventory.macros.order_lines import orderable, priced, ticked_lines, too_small
from xlinventory.macros.order_numbers import new_numbers, span, told_in
from xlinventory.macros.reorder import ORDERED
from xlinventory.macros.stock import COUNTED, with_open_quantities, with_stock, write_stock
from xlinventory.sheets.suppliers import WEEKDAYS
from xlinventory.tables import day_text, to_text
from xlinventory.workbook import WorkbookError


@dataclass(frozen=True, slots=True)
class Order:
    """A new purchase order: lines of Reorder at today's prices, the day it goes out and the day promised."""

    po: str
    supplier: str
    lines: pd.DataFrame
    sent: float
    promised: float
    currency: str

    @property
    def value(self) -> float:
        """Money of all lines whose price is known, each in whole cents as in the files of the order."""
        pairs = zip(self.lines["order_qty"], self.lines["unit_price"], strict=True)
        return float(np.nansum([in_cents(*pair) for pair in pairs]))

    def rows(self) -> pd.DataFrame:
        """Its rows of PurchaseOrders, ordered on the day it goes out: lead times are measured from there."""
        return pd.DataFrame(
            {
                "po": self.po,
                "supplier": self.supplier,
                "sku": self.lines["sku"],
                "order_date": self.sent,
                "promised_date": self.promised,
                "quantity": self.lines["order_qty"],
                "unit_price": self.lines["unit_price"],
                "status": "open",
            }
        )

    def __str__(self) -> str:
        return (
            f"{self.po} to {self.supplier}: {counted(len(self.lines), 'line')} for {self.value:,.2f} "
            f"{self.currency}, goes out {day_text(self.sent)}, promised for {day_text(self.promised)}"
        )


@macro("orders", "Create POs")
def create_orders(run: Run) -> str:
    """Make one purchase order for each supplier of the ticked lines of Reorder, which are then ticked off."""
    if run.table("Reorder").empty:
        raise WorkbookError("Reorder is empty; press Reorder run first.")
    run.require("Reorder", "take", "order_qty", "supplier")
    run.require("PurchaseOrders", *COUNTED)
    as_of, suppliers, ticked = run.as_of(), run.table("Suppliers"), ticked_lines(run)
    before, movements = run.table("PurchaseOrders"), run.movements()
    items = with_stock(run.table("Items"), movements, with_open_quantities(before, as_of))
    lines = priced(run, orderable(run, ticked, items, suppliers), items, suppliers)
    made = list(_orders(run, lines, new_numbers(before, _known_elsewhere(run, movements), as_of)))
    if not made:
        return _nothing(len(ticked))
    write_stock(run, with_rows(before, [order.rows() for order in made]), movements, as_of)
    run.write("Reorder", _ticked_off(run.table("Reorder"), made))
    run.findings[:0] = [str(order) for order in made]
    return _sentence(made, len(ticked))


def next_weekday(day: float, weekday: str) -> float:
    """The first day of that name on or after *day*; blank or "any" is the day itself.

    >>> next_weekday(40886.0, "Monday") - 40886.0  # 9 December 2011 was a Friday
    3.0
    """
    today = float(np.floor(day))
    if weekday not in WEEKDAYS[1:]:
        return today
    since_monday = (today - 2) % 7  # day 2 is 1 January 1900, a Monday
    return today + (WEEKDAYS.index(weekday) - 1 - since_monday) % 7


def with_rows(table: pd.DataFrame, added: list[pd.DataFrame]) -> pd.DataFrame:
    """*table* with rows below it, blank in every column they do not have."""
    rows = pd.concat(added, ignore_index=True).reindex(columns=table.columns)
    return pd.concat([table, rows.astype(table.dtypes.to_dict())], ignore_index=True)


def _orders(run: Run, lines: pd.DataFrame, numbers: Iterator[str]) -> Iterator[Order]:
    """One order a supplier; one that is too small is told instead."""
    as_of, default = run.as_of(), run.setting("default_lead_days")
    suppliers: dict[str, Row] = {row["supplier"]: row for row in records(run.table("Suppliers"))}
    for name, mine in lines.groupby("supplier", sort=True):
        supplier = suppliers[str(name)]
        if refusal := too_small(mine, supplier):
            run.findings.append(refusal)
            continue
        sent, promise = next_weekday(as_of, supplier["order_weekday"]), supplier["promised_lead_days"]
        promised = sent + float(np.ceil(default if np.isnan(promise) else promise))
        currency = currency_of(supplier, run.setting("currency"))
        yield Order(next(numbers), str(name), mine, sent, promised, currency)


def _known_elsewhere(run: Run, movements: pd.DataFrame) -> list[str]:
    """Orders of earlier runs, undone or not, and delivered ones: their numbers are not used again."""
    run.require("Log", "macro", "result")
    log = run.cells("Log")
    sentences = log.loc[log["macro"].eq("orders"), "result"].map(to_text)
    delivered = movements.loc[movements["kind"].eq("RECEIPT"), "reference"].unique()
    return [*told_in(sentences), *delivered]


def _ticked_off(reorder: pd.DataFrame, made: list[Order]) -> pd.DataFrame:
    """Reorder with the ordered lines no longer ticked, at the price they have, and their order in why."""
    out = reorder.copy()
    for order in made:
        rows = order.lines.index
        out.loc[rows, "take"] = False
        out.loc[rows, "unit_price"] = order.lines["unit_price"]
        out.loc[rows, "why"] += [
            f"{ORDERED}{units:,.10g} on {order.po}" for units in order.lines["order_qty"]
        ]
    return out


def _nothing(ticked: int) -> str:
    if ticked:
        return f"Nothing ordered of {counted(ticked, 'ticked line')}; the findings say why, line by line."
    return "Nothing ordered: no line of Reorder is ticked."


def _sentence(made: list[Order], ticked: int) -> str:
    lines, money = sum(len(order.lines) for order in made), dict.fromkeys((o.currency for o in made), 0.0)
    for order in made:
        money[order.currency] += order.value
    rest = ticked - lines
    left = f"; {counted(rest, 'ticked line', 'are')} not ordered, the findings say why" if rest else ""
    return (
        f"Created {counted(len(made), 'purchase order')} ({span([order.po for order in made])}) of "
        f"{counted(lines, 'line')} for {told_money(money)}{left}."
    )
