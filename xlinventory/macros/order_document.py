"""What stands in a purchase order for its supplier: who orders what from whom, at what price, for when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from xlinventory.macros.columns import Row, records
from xlinventory.tables import day_text

Paper = Literal["A4", "letter"]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

NO_LETTER = "�"
"""Printed for a sign that no font has; the shipped one has this."""
TO_AGREE = "to agree"
"""Printed where a price is not known."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The shop that orders, from Settings: what is blank there is left out."""

    name: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    delivery: tuple[str, ...]
    note: tuple[str, ...]
    paper: Paper


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line, its figures as they are printed."""

    supplier_sku: str
    sku: str
    name: str
    quantity: str
    unit_price: str
    value: str


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """One purchase order as its supplier reads it; all of it is text."""

    po: str
    supplier: str
    email: str
    ordered: str
    promised: str
    currency: str
    lines: tuple[DocumentLine, ...]
    total: str
    unpriced: int
    buyer: Buyer


def buyer_of(settings: Mapping[str, Any]) -> Buyer:
    """The shop as Settings has it; without an address for deliveries they go to its own."""
    name, address = str(settings["company"] or ""), _rows(settings["company_address"])
    delivery = _rows(settings["delivery_address"]) or ((name, *address) if address else ())
    return Buyer(
        name, address, _rows(settings["company_contact"]), delivery, _rows(settings["order_note"]),
        settings["paper"],
    )  # fmt: skip


def order_document(lines: pd.DataFrame, supplier: Row, currency: str, buyer: Buyer) -> OrderDocument:
    """The document of one order from its lines (see ``order_files.order_lines``) and its row of Suppliers."""
    days = lines["promised_date"].dropna().unique()
    several = len(days) > 1
    first = records(lines)[0]
    return OrderDocument(
        po=first["po"],
        supplier=first["supplier"],
        email=str(supplier.get("email") or ""),
        ordered=long_day(lines["order_date"].min()),
        promised="see lines" if several else long_day(days[0]) if len(days) else "",
        currency=currency,
        lines=tuple(_line(row, told_day=several) for row in records(lines)),
        total=money(float(lines["value"].sum())),
        unpriced=int(lines["value"].isna().sum()),
        buyer=buyer,
    )


def long_day(day: float) -> str:
    """A day that nobody reads the other way round; "" for none.

    >>> long_day(40886.0)
    '9 December 2011'
    """
    if np.isnan(day):
        return ""
    year, month, number = (int(part) for part in day_text(day).split("-"))
    return f"{number} {MONTHS[month - 1]} {year}"


def money(value: float) -> str:
    """A price or value with two decimals, or with more where a price has more; "" for none.

    >>> money(3.2), money(0.0125), money(1268.8)
    ('3.20', '0.0125', '1,268.80')
    """
    if np.isnan(value):
        return ""
    exact = f"{value:,.6f}".rstrip("0")
    return exact if len(exact.rpartition(".")[2]) > 2 else f"{value:,.2f}"


def units(quantity: float) -> str:
    """A number of units without zeros that say nothing.

    >>> units(1200.0), units(2.5)
    ('1,200', '2.5')
    """
    return f"{quantity:,.6f}".rstrip("0").rstrip(".")


def _line(row: Row, *, told_day: bool) -> DocumentLine:
    by = f" (deliver by {long_day(row['promised_date'])})" if told_day and row["promised_date"] > 0 else ""
    return DocumentLine(
        row["supplier_sku"], row["sku"], f"{row['name']}{by}".strip(), units(row["quantity"]),
        money(row["unit_price"]) or TO_AGREE, money(row["value"]),
    )  # fmt: skip


def _rows(text: str | None) -> tuple[str, ...]:
    """The rows of a cell: each line of it, and each part between semicolons, is one."""
    return tuple(row.strip() for row in str(text or "").replace(";", "\n").splitlines() if row.strip())
