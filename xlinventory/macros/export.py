"""Export POs: a CSV file and a PDF for every order that a supplier has still to deliver from."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from xlinventory.imports.issues import counted
from xlinventory.macros.columns import Row, records
from xlinventory.macros.currencies import currency_of, told_money
from xlinventory.macros.folders import chosen_folder, file_names, holds
from xlinventory.macros.frame import Run, macro
from xlinventory.macros.order_document import (
    NO_LETTER,
    Buyer,
    OrderDocument,
    buyer_of,
    order_document,
)
from xlinventory.macros.order_files import file_content, is_order_file, order_lines
from xlinventory.macros.stock import COUNTED, with_open_quantities
from xlinventory.sheets.settings import BUYER
from xlinventory.workbook import WorkbookError

FOLDER = "orders"
"""The folder beside the workbook where nothing else is chosen."""


@dataclass(slots=True)
class Written:
    """What an export came to: orders whose files are right already, and written ones with their money."""

    there: int = 0
    orders: int = 0
    money: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printer:
    """What makes a PDF of an order, and names the signs it has no letters for."""

    pdf: Callable[[OrderDocument], bytes]
    not_printed: Callable[[OrderDocument], str]


@dataclass(frozen=True, slots=True)
class Office:
    """What every order is written with: the shop, its suppliers by name, its currency, its printer."""

    buyer: Buyer
    suppliers: Mapping[str, Row]
    currency: str
    printer: Printer | None


@macro("export", "Export POs")
def export(run: Run) -> str:
    """Write a CSV file and a PDF of each order of which nothing came yet; files that are right stay."""
    run.require("PurchaseOrders", *COUNTED)
    folder, orders, as_of = _folder(run), run.table("PurchaseOrders"), run.setting("as_of")
    lines = order_lines(
        to_send(with_open_quantities(orders, as_of)), run.table("Items"), run.table("SupplierPrices"), as_of
    )
    names = file_names(orders["po"].unique().tolist())
    office, done = _office(run), Written()
    waiting = list(_of_one_supplier(run, lines))
    for number, (po, mine) in enumerate(waiting):
        run.report(f"Writing {po}", number / len(waiting))
        _write(run, folder / names[po], mine, office, done)
    run.findings += _left_over(folder, names, orders)
    if office.printer is None:
        run.findings.append("No PDF was written: the package reportlab is not installed here.")
    return _sentence(done, lines["po"].nunique(), folder)


def _write(run: Run, stem: Path, lines: pd.DataFrame, office: Office, done: Written) -> None:
    """Save the files of one order that are not there yet as they should be."""
    supplier = office.suppliers.get(lines["supplier"].iloc[0], {})
    currency = currency_of(supplier, office.currency)
    document = order_document(lines, supplier, currency, office.buyer)
    contents = {
        stem.with_name(stem.name + ending): data for ending, data in _contents(lines, document, office)
    }
    new = {path: content for path, content in contents.items() if not holds(path, content)}
    for path, content in new.items():
        run.save_file(path, content)
    if not new:
        done.there += 1
        return
    value = float(lines["value"].sum())
    done.orders += 1
    done.money[currency] = done.money.get(currency, 0.0) + value
    money = told_money({currency: value}, office.currency)
    run.findings.append(_told(list(new), document, len(lines), money))
    if office.printer and (signs := office.printer.not_printed(document)):
        run.findings.append(
            f"{stem.name}.pdf: no letters here for {signs[:20]}, printed as {NO_LETTER}; "
            "the CSV file has them"
        )


def _contents(lines: pd.DataFrame, document: OrderDocument, office: Office) -> Iterator[tuple[str, bytes]]:
    yield ".csv", file_content(lines)
    if office.printer:
        yield ".pdf", office.printer.pdf(document)


def _told(paths: list[Path], document: OrderDocument, lines: int, money: str) -> str:
    """What was written for whom, and where to send it."""
    to = f", for {document.email}" if document.email else ""
    files = ", ".join(path.name for path in paths)
    return f"{files}: {document.supplier}, {counted(lines, 'line')}, {money}{to}"


def _printer() -> Printer | None:
    """None where reportlab is not installed, as in a browser."""
    try:
        from xlinventory.macros.printing import pages  # noqa: PLC0415 - slow, and only needed here
    except ImportError:  # what LibreOffice's uno makes of a ModuleNotFoundError
        return None
    return Printer(pages.order_pdf, pages.not_printed)


def _office(run: Run) -> Office:
    buyer = buyer_of({name: run.setting(name) for name in BUYER})
    suppliers = {row["supplier"]: row for row in records(run.table("Suppliers"))}
    return Office(buyer, suppliers, run.setting("currency"), _printer())


def _of_one_supplier(run: Run, lines: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each order with its lines; one of several suppliers is told: none should read another's prices."""
    for po, mine in lines.groupby("po", sort=False):
        names = mine["supplier"].unique()
        if len(names) == 1:
            yield str(po), mine
        else:
            run.findings.append(
                f"{po}: not written, it has lines of {' and '.join(sorted(names))}; give each its own number"
            )


def _left_over(folder: Path, names: Mapping[str, str], orders: pd.DataFrame) -> list[str]:
    """A finding for each file of an order that is no more: one that was undone, deleted or cancelled."""
    gone = orders["status"].eq("cancelled").groupby(orders["po"]).all()
    cancelled = {names[str(po)] for po, all_of_it in gone.items() if all_of_it}
    known = set(names.values()) - cancelled
    files = sorted(path for path in folder.glob("*.*")) if folder.is_dir() else []
    return [
        f"{path.name}: {'the order is cancelled' if path.stem in cancelled else _NO_ORDER}; do not send it"
        for path in files
        if path.stem not in known and is_order_file(path)
    ]


_NO_ORDER = "no such order in PurchaseOrders any more"


def to_send(orders: pd.DataFrame) -> pd.DataFrame:
    """All lines but cancelled ones of the orders that wait for their first delivery."""
    lines = orders[orders["status"].ne("cancelled")]
    came = (lines["received"].fillna(0.0) + lines["rejected"].fillna(0.0)).gt(0)
    begun = set(lines.loc[came, "po"])
    open_orders = set(lines.loc[lines["open_quantity"].gt(0), "po"]) - begun
    return lines[lines["po"].isin(open_orders)]


def _folder(run: Run) -> Path:
    """Option *folder*, else the setting, else a folder beside the workbook (option *beside*)."""
    beside = str(run.options.get("beside") or "")
    given = str(run.options.get("folder") or run.setting("orders_folder") or "")
    if not given and not beside:
        raise WorkbookError("No folder for the orders is given; name one, or fill the setting orders_folder.")
    return chosen_folder(given or FOLDER, beside)


def _sentence(done: Written, waiting: int, folder: Path) -> str:
    if not waiting:
        return "No order waits for its first delivery; nothing to write."
    refused = waiting - done.orders - done.there
    rest = f"; {counted(refused, 'order', 'are')} not written, the findings say why" if refused else ""
    if not done.orders and not done.there:
        return f"Nothing written{rest}."
    if not done.orders:
        return (
            f"Nothing to write: {counted(done.there, 'order', 'are')} in {folder} already, unchanged{rest}."
        )
    there = f"; {counted(done.there, 'other order')} there already, unchanged" if done.there else ""
    return f"Wrote {counted(done.orders, 'order')} for {told_money(done.money)} to {folder}{there}{rest}."
