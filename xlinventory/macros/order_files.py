"""A purchase order as a CSV file for its supplier, safe to open in any spreadsheet.

A spreadsheet takes a cell that begins with = + - @ for a formula, tab and carriage return before it or not;
an apostrophe before it keeps it text. Every text stands in quotes on one line, and one that could begin a
cell of its own where the semicolon separates cells gets its apostrophe, too.
"""

import csv
import io
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from xlinventory.macros.columns import records
from xlinventory.tables import day_text, guarded

COLUMNS = (
    "po", "supplier", "supplier_sku", "sku", "name", "quantity", "unit_price", "value", "promised_date",
)  # fmt: skip
ENDINGS = (".csv", ".pdf")
PDF_CREATOR = "xlinventory purchase order"
"""Written into every PDF of an order, by which it is known again."""
TEXTS = frozenset(("po", "supplier", "supplier_sku", "sku", "name"))


def file_content(lines: pd.DataFrame) -> bytes:
    """The file: UTF-8 with a mark by which Excel knows it, commas, a header, a row for each line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    for line in records(lines):
        writer.writerow([_cell(name, line[name]) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig", "replace")


def is_order_file(path: Path) -> bool:
    """Whether a file is one of an order, as Export POs writes them."""
    header = file_content(pd.DataFrame(columns=list(COLUMNS)))
    try:
        content = path.read_bytes() if path.suffix in ENDINGS else b""
    except OSError:
        return False
    return content.startswith(header) or (content.startswith(b"%PDF-") and PDF_CREATOR.encode() in content)


def order_lines(
    orders: pd.DataFrame, items: pd.DataFrame, prices: pd.DataFrame, as_of: float
) -> pd.DataFrame:
    """Rows of PurchaseOrders with the item's name, the supplier's number for it and the line's value."""
    out = orders.copy()
    out["name"] = out["sku"].map(items.set_index("sku")["name"]).astype(object).fillna("")
    numbers = _supplier_skus(prices, as_of)
    out["supplier_sku"] = [numbers.get((line["supplier"], line["sku"]), "") for line in records(out)]
    values = [in_cents(*pair) for pair in zip(out["quantity"], out["unit_price"], strict=True)]
    return out.assign(value=np.array(values, dtype=float))


def in_cents(quantity: float, unit_price: float) -> float:
    """Money of a line in whole cents, half a cent up, of the decimals as they were typed; NaN without both.

    An average of incremental prices has no end of decimals: what it is off by must not decide a half cent.

    >>> in_cents(2.5, 19.99), round(2.5 * 19.99, 2)
    (49.98, 49.97)
    >>> in_cents(7, (3 * 1.005 + 4 * 1.0) / 7)  # 7.015
    7.02
    """
    if np.isnan(quantity) or np.isnan(unit_price):
        return np.nan
    exact = Decimal(repr(float(quantity))) * Decimal(repr(float(unit_price)))
    exact = exact.quantize(Decimal("1e-9"))
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _supplier_skus(prices: pd.DataFrame, as_of: float) -> Mapping[tuple[str, str], str]:
    """The number that began to hold last, of those that hold by *as_of* if there are any."""
    named = prices[prices["supplier_sku"].ne("")]
    to_come = ~named["valid_from"].gt(as_of)
    ranked = named.assign(begun=to_come).sort_values(
        ["begun", "valid_from"], na_position="first", kind="stable"
    )
    return {(line["supplier"], line["sku"]): line["supplier_sku"] for line in records(ranked)}


def _cell(name: str, value: str | float) -> str | float | int:
    if name in TEXTS:
        return guarded(str(value))
    number = float(value)
    if np.isnan(number):
        return ""
    if name == "promised_date":
        return day_text(number)
    return int(number) if number.is_integer() else number
