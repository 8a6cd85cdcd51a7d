"""Lines of files as movements of stock: kind, sign, source; the items they name; what is odd about them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ledger import StockLedger
from xlinventory.imports import issues
from xlinventory.imports.layouts import SIGNED, holds
from xlinventory.imports.merging import identity
from xlinventory.imports.reading import ReadFile
from xlinventory.sheets import TABLES
from xlinventory.tables import day_text

COLUMNS = TABLES["Movements"].names
TEXTS = ("sku", "kind", "reference", "source", "order_line", "name")
SOLD, OPENING = "SALE", "OPENING"
SUPPLIED = (OPENING, "RECEIPT")
COUNTED = "count"
"""Reference of the movements that a count of stock made."""


def spelled_as(lines: pd.DataFrame, file: ReadFile, skus: pd.Series) -> pd.DataFrame:
    """Movements of a file that mixes cases, with SKUs spelled as the items that are there."""
    if file.layout is None or not any(field.capitals for field in file.layout.fields):
        return lines
    spelling = {sku.upper(): sku for sku in skus} | {sku: sku for sku in skus}
    return lines.assign(sku=lines["sku"].map(lambda sku: spelling.get(sku, sku)))


def movements(file: ReadFile) -> pd.DataFrame:
    """Movements of a file, with the item's name as the file has it; the index is the line in the file."""
    lines = file.lines.assign(source=file.file)
    for name in (*COLUMNS, "name"):
        if name not in lines:
            lines[name] = "" if name in TEXTS else np.nan
    rules = file.layout.kinds if file.layout else ()
    marks = [holds(rule.when, lines) for rule in rules]
    given = lines["quantity"].to_numpy(dtype=float)
    lines["quantity"] = np.select(marks, [SIGNED[rule.sign](given) for rule in rules])
    kinds = [rule.kind or lines["kind"].to_numpy(dtype=object) for rule in rules]
    lines["kind"] = np.select(marks, kinds, "").astype(object)
    lines["order_line"] = _numbers(lines, file.layout.line_of if file.layout else ())
    return lines[[*COLUMNS, "name"]]


def identities(lines: pd.DataFrame) -> NDArray[np.uint64]:
    """What a movement is known by: day, item, kind, quantity, price (else cost) and reference.

    A receipt's cost may come from its order and change with it, so receipts are known without it.
    """
    price = lines["unit_price"].fillna(lines["unit_cost"]).where(lines["kind"].ne("RECEIPT"))
    content = lines[["sku", "kind", "quantity", "reference"]].assign(price=price, day=np.floor(lines["date"]))
    return identity(content, list(content.columns))


def item_facts(lines: pd.DataFrame) -> pd.DataFrame:
    """Each item that *lines* move, the first moved first: sku, name and sell_price.

    Its name is the one it is called most often, its selling price the median of its sales.
    """
    skus = lines["sku"].drop_duplicates()
    named = lines[lines["name"].ne("")].groupby(["sku", "name"], as_index=False).size()
    names = named.sort_values(["size", "name"], ascending=[False, True]).drop_duplicates("sku")
    prices = lines[lines["kind"].eq(SOLD)].groupby("sku")["unit_price"].median()
    called = skus.map(names.set_index("sku")["name"]).astype(object).fillna("")
    return pd.DataFrame({"sku": skus, "name": called, "sell_price": skus.map(prices).astype(float)})


def with_new_items(items: pd.DataFrame, facts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Items with a row for every item of some ``item_facts`` that has none; of two facts the first counts."""
    if not facts:
        return items
    every = pd.concat(facts, ignore_index=True).drop_duplicates("sku")
    rows = every[~every["sku"].isin(items["sku"])].assign(active=True)
    for name in items.columns.difference(rows.columns):
        rows[name] = "" if items[name].dtype == object else np.nan
    parts = [part for part in (items, rows[list(items.columns)]) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else items


def unfinished_items(
    file: str, lines: pd.DataFrame, items: pd.DataFrame, listed: Sequence[str]
) -> pd.DataFrame:
    """One issue when a file moves items with neither cost nor supplier that no file of items *listed*."""
    bare = items[items["unit_cost"].isna() & items["preferred_supplier"].eq("")]
    skus = bare["sku"][bare["sku"].isin(lines["sku"]) & ~bare["sku"].isin(listed)].tolist()
    if not skus:
        return issues.joined([])
    return issues.of_file(
        file,
        f"{issues.counted(len(skus), 'item', 'are')} known only from this file: {issues.some_of(skus)}",
        "In Items, with name and price as in the file. Add cost and supplier there.",
        "sku",
    )


def against_the_books(file: str, lines: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    """Issues about lines of a file that came another way, and about its earlier lines that it lost since.

    *booked* are all movements. Only days from the first to the last of the file are looked at, and no counts.
    """
    lines, booked = (rows[rows["reference"].ne(COUNTED)] for rows in (lines, booked))
    mine = booked[
        booked["source"].eq(file) & booked["date"].between(lines["date"].min(), lines["date"].max())
    ]
    ids = identities(mine)
    here, there = pd.Series(identities(lines)).value_counts(), pd.Series(ids).value_counts()
    surplus = here.sub(there, fill_value=0.0)
    told = []
    if other := surplus.clip(lower=0.0).sum():
        told.append(from_elsewhere(file, other))
    if lost := -surplus.clip(upper=0.0).sum():
        first = mine[surplus.reindex(ids).lt(0.0).to_numpy()].iloc[0]
        told.append(lost_since(file, lost, f"{day_text(first['date'])} {first['sku']} {first['quantity']:g}"))
    return issues.joined(told)


def from_elsewhere(file: str, lines: float) -> pd.DataFrame:
    """One issue about lines of a file that are booked from another source."""
    problem = f"{issues.counted(lines, 'line', 'are')} in Movements already, from another file or typed there"
    action = "Counted once. If they are other movements, give each its invoice number as reference."
    return issues.of_file(file, problem, action)


def lost_since(file: str, lines: float, shown: str) -> pd.DataFrame:
    """One issue about lines that were booked from a file which has them no longer."""
    taken = issues.counted(lines, "line", "taken from this file before")
    problem = f"{taken} {'is' if lines == 1 else 'are'} no longer in it, such as {shown}"
    action = "They stay in Movements. If they were corrected in the file, delete the old ones there."
    return issues.of_file(file, problem, action)


def opened_again(file: str, lines: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    """One issue when a file gives opening stock to items that have some of another day: it may be a count."""
    mine = lines.loc[lines["kind"].eq(OPENING), "sku"]
    days = booked[booked["kind"].eq(OPENING) & booked["sku"].isin(mine)].groupby("sku")["date"].nunique()
    skus = days.index[days > 1].tolist()
    if not skus:
        return issues.joined([])
    problem = (
        f"{issues.counted(len(skus), 'item')} with opening stock of more than one day: {issues.some_of(skus)}"
    )
    action = (
        "Added up. A later count of stock belongs in Movements as ADJUSTMENT, as the difference it found."
    )
    return issues.of_file(file, problem, action, "sku")


def told_twice(files: Sequence[ReadFile]) -> pd.DataFrame:
    """One issue for each file of sales that files of another layout may tell of, too."""
    tells = [(file, file.layout.name, file.layout.tells) for file in files if file.layout and file.read]
    told = []
    for file, name, sales in tells:
        others = sorted({other for _, other, same in tells if sales and same == sales and other != name})
        if others:
            problem = f"{sales} are told in other words, too: {issues.some_of(others)}"
            action = (
                "Taken: what both tell of counts twice. If they do, undo and keep one of them in the folder."
            )
            told.append(issues.of_file(file.file, problem, action))
    return issues.joined(told)


def days_to_come(file: str, lines: int, last: float) -> pd.DataFrame:
    """One issue when *lines* of a file, the *last* of them of that day, are dated after today."""
    if not lines:
        return issues.joined([])
    problem = f"{issues.counted(lines, 'line', 'are')} dated after today, the last {day_text(last)}"
    return issues.of_file(
        file, problem, "Taken. If that is wrong: undo, correct the date, refresh again.", "date"
    )


def shortages(booked: pd.DataFrame) -> pd.DataFrame:
    """The first movement of each item that takes more than there is, and how many units are *missing*.

    *supplied* marks those of items of which at least some supply is recorded.
    """
    sku, date, quantity, kind = (booked[name].to_numpy() for name in ("sku", "date", "quantity", "kind"))
    found = StockLedger(sku, date, quantity, np.zeros(len(booked)), kind=kind).shortages()
    rows = booked.iloc[[problem.row for problem in found.values()]]
    supplied = booked.loc[booked["kind"].isin(SUPPLIED), "sku"]
    missing = [problem.missing for problem in found.values()]
    return rows.assign(missing=missing, supplied=rows["sku"].isin(supplied))


def below_zero(file: str, short: pd.DataFrame) -> pd.DataFrame:
    """One issue when lines of a file take items below zero of whose supply some is recorded."""
    mine = short[short["source"].eq(file) & short["supplied"]].sort_values("date", kind="stable")
    if mine.empty:
        return issues.joined([])
    first = mine.iloc[0]
    problem = (
        f"{issues.counted(len(mine), 'item')} with less than no stock, first {first['sku']} on "
        f"{day_text(first['date'])} by {first['missing']:g}: {issues.some_of(mine['sku'].tolist())}"
    )
    action = (
        "Taken, but not valued. Add the opening stock or the receipts that are missing, or set "
        "negative_stock to allow."
    )
    return issues.of_file(file, problem, action, "quantity")


def _numbers(lines: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    """What the source knows each line by, blank where it tells no number of the line itself."""
    number = pd.Series("", lines.index, dtype=object)
    for place, name in enumerate(name for name in fields if name in lines):
        number = number + "/" * bool(place) + lines[name]
    return number.where(lines["order_line"].ne(""), "")
