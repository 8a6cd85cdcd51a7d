"""Stock that was counted: the difference to what is booked, as a movement of the day of the count."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from xlinventory.imports import issues
from xlinventory.imports.layouts import Mask
from xlinventory.imports.ledger import COLUMNS, COUNTED
from xlinventory.imports.merging import DECIMALS
from xlinventory.imports.reading import ReadFile

COUNTED_ON = "counted"
ADJUSTED = "Taken: the difference stands in Movements as ADJUSTMENT. If that is wrong: undo."
OPENED = "Taken: what was counted and sold stands in Movements as OPENING of the day before the first sale."


def lines_of(file: ReadFile, written: float) -> pd.DataFrame:
    """The lines of a count as rows of Movements, their quantity what was counted, and where.

    Their day is that of the file, or the day *written* where it tells none.
    """
    day = np.floor(file.lines["date"]) if "date" in file.lines else written
    out = pd.DataFrame(
        {
            "date": day,
            "sku": file.lines["sku"],
            "kind": "ADJUSTMENT",
            "quantity": file.lines["quantity"],
            "unit_cost": np.nan,
            "reference": COUNTED,
            "source": file.file,
            "unit_price": np.nan,
            "order_line": "",
            "name": file.lines.get("name", ""),
            "location": file.lines.get("location", ""),
        },
        index=file.lines.index,
    )
    return out.astype(dict.fromkeys(("kind", "reference", "source", "order_line"), object))


def differences(counts: Mapping[str, pd.DataFrame], booked: pd.DataFrame) -> pd.DataFrame:
    """Movements that bring the booked stock to what was counted, at the end of each day of a count.

    Locations of an item are added up; a location that two files count on one day counts as in the later. With
    the units u counted on its days and B booked until then, a day's movement is (u - B) less that of the day
    before: OPENING where nothing moved yet, else ADJUSTMENT. Where more was sold than ever came, the units
    were there before the first movement, and are OPENING of the day before it. Column *counted* is the day of
    the count.
    """
    counted = _by_day(counts)
    until = _booked_until(counted, booked)
    gap = (counted["quantity"] - until["units"]).round(DECIMALS)
    change = gap.groupby(counted["sku"]).diff().fillna(gap).round(DECIMALS)
    first = change.gt(0.0) & change.ne(0.0).groupby(counted["sku"]).cumsum().eq(1)
    earliest = ~counted["sku"].duplicated()
    opened = counted["sku"].isin(booked.loc[booked["kind"].eq("OPENING"), "sku"])
    before = first & earliest & until["lowest"].lt(0.0) & ~opened
    rows = counted.assign(
        quantity=change,
        kind=np.where(before | first & ~until["moved"], "OPENING", "ADJUSTMENT").astype(object),
        counted=counted["date"],
        date=counted["date"].where(~before, until["first"] - 1.0),
    )
    return rows.loc[change.ne(0.0), [*COLUMNS, COUNTED_ON]]


def taken(lines: pd.DataFrame, changes: pd.DataFrame, known: pd.Series) -> Mask:
    """Marks the lines of a count that changed the stock, or whose item is not among those *known*."""
    keys = pd.MultiIndex.from_frame(lines[["date", "sku"]])
    changed = keys.isin(pd.MultiIndex.from_frame(changes[[COUNTED_ON, "sku"]]))
    return np.asarray(changed | ~lines["sku"].isin(known), dtype=bool)


def told(file: str, changes: pd.DataFrame) -> pd.DataFrame:
    """What a count found other than booked, and of what it made opening stock."""
    mine = changes[changes["source"].eq(file)]
    found = mine[mine["kind"].ne("OPENING")]
    made = mine[mine["date"].lt(mine[COUNTED_ON])]
    told = []
    if len(found):
        problem = f"{issues.counted(len(found), 'count')} other than booked: {_shown(found)}"
        told.append(issues.of_file(file, problem, ADJUSTED, "quantity"))
    if len(made):
        items = issues.counted(len(made), "counted item")
        problem = f"{items} sold before without opening stock: {_shown(made)}"
        told.append(issues.of_file(file, problem, OPENED, "quantity"))
    return issues.joined(told)


def _shown(changes: pd.DataFrame) -> str:
    units = zip(changes["sku"], changes["quantity"], strict=True)
    return issues.some_of([f"{sku} {quantity:+g}" for sku, quantity in units])


def _by_day(counts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each day and item, in that order."""
    place = ["date", "sku", "location"]
    parts = [
        lines.groupby(place, as_index=False, sort=False).agg(
            {"quantity": "sum", **{name: "first" for name in lines if name not in (*place, "quantity")}}
        )
        for lines in counts.values()
    ]
    every = pd.concat(parts, ignore_index=True).drop_duplicates(place, keep="last")
    rest = {name: "last" for name in every if name not in ("date", "sku", "quantity")}
    return every.groupby(["date", "sku"], as_index=False).agg({"quantity": "sum", **rest})


def _booked_until(counted: pd.DataFrame, booked: pd.DataFrame) -> pd.DataFrame:
    """Units booked to the end of each count's day, the lowest there were, and the first movement's day."""
    stock = booked[booked["kind"].ne("TRANSFER") & booked["sku"].isin(counted["sku"])]
    daily = (
        stock.assign(date=np.floor(stock["date"])).groupby(["date", "sku"], as_index=False)["quantity"].sum()
    )
    daily["units"] = daily.groupby("sku")["quantity"].cumsum()
    daily["lowest"] = daily.groupby("sku")["units"].cummin()
    daily["first"] = daily.groupby("sku")["date"].transform("min")
    rows = counted[["date", "sku"]].assign(sku=counted["sku"].astype(object))
    sums = daily.drop(columns="quantity").assign(sku=daily["sku"].astype(object))
    found = pd.merge_asof(rows, sums, on="date", by="sku")
    return found.assign(moved=found["units"].notna(), units=found["units"].fillna(0.0))
