"""Purchase orders with what a refresh says was received and refused."""

from collections.abc import Sequence

import pandas as pd

from xlinventory.imports import receipts
from xlinventory.imports.reading import ReadFile
from xlinventory.macros.refreshing.booking import Ledger
from xlinventory.macros.refreshing.tally import Tally


def received(
    orders: pd.DataFrame,
    before: pd.DataFrame,
    typed: "pd.Series[float]",
    delivered: Sequence[receipts.Deliveries],
    book: Ledger,
    files: Sequence[ReadFile],
    tally: Tally,
) -> pd.DataFrame:
    """Orders with what the ledger and the receipts files say was received and refused."""
    marks = receipts.counted(delivered, [book.new[found.file] for found in delivered], before)
    parts = [found.lines[mark] for found, mark in zip(delivered, marks, strict=True)]
    tally.taken += sum(int((lines["received"] == 0).sum()) for lines in parts)
    refused = (
        pd.concat(parts)
        if parts
        else pd.DataFrame(columns=[*receipts.KEY, "rejected", "receipt_date"], dtype=float)
    )
    told = columns_of(files, "PurchaseOrders", [*receipts.KEY, "rejected"])
    return receipts.with_receipts(orders, book.every, refused, told[told["rejected"].notna()], typed)


def columns_of(files: Sequence[ReadFile], table: str, columns: list[str]) -> pd.DataFrame:
    """These columns of the lines of the files that hold a table; empty where no file has them."""
    parts = [
        file.lines[columns]
        for file in files
        if file.layout and file.layout.table == table and set(columns) <= set(file.lines)
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=columns, dtype=object)
