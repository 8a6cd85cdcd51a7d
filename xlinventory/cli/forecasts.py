"""What the terminal shows of a forecast: how the items were taken, and which of them to look at."""

from collections.abc import Iterator

import pandas as pd
from rich.console import Group
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.cli.summary import new_grid, rows_of
from xlinventory.workbook import Workbook

EACH = 5
"""Items named of each kind."""
NOT_BY_MASE = "intermittent"
"""The route whose methods are compared by squared error: absolute ones would favour forecasting nothing."""


def picture(book: Workbook) -> Group:
    """Items by route and method with their error against naive; then the ones that need a look."""
    lines, items = rows_of(book, "Forecast"), rows_of(book, "Items")
    each = lines.drop_duplicates("sku").reset_index(drop=True)
    each = each.merge(items[["sku", "name", "active", "unit_cost", "sell_price"]], on="sku", how="left")
    without = items[items["active"] & ~items["sku"].isin(each["sku"])]
    return Group(*_by_method(each), *_to_look_at(each, without))


def _by_method(each: pd.DataFrame) -> Iterator[Grid]:
    grid = new_grid(
        "Forecasts by route and method; median MASE, 1 = as good as naive in the history",
        "route", "method", "items", "share", "MASE", "naive",
    )  # fmt: skip
    groups = each.groupby(["route", "method"], sort=False)
    for names, rows in sorted(groups, key=lambda group: -len(group[1])):
        route, method = map(str, names)
        errors = ["", ""] if route == NOT_BY_MASE else [_median(rows[c]) for c in ("mase", "naive_mase")]
        grid.add_row(route, method, f"{len(rows):,}", f"{len(rows) / len(each):.0%}", *errors)
    if len(each):
        yield grid


def _median(errors: "pd.Series[float]") -> str:
    return f"{errors.median():.2f}" if errors.notna().any() else ""


def _to_look_at(each: pd.DataFrame, without: pd.DataFrame) -> Iterator[Grid]:
    grid = new_grid("Look at these", "what", "sku", "name", "why")
    unit = each["unit_cost"].fillna(each["sell_price"])
    missed = ((each["surge"] - 1) * each["mean"] * unit).fillna(0.0)
    each = each.assign(worth=each["sd"] * unit, missed=missed)
    near = each[each["surge"].notna() & ~each["active"].isin([False])]
    worst = each.nlargest(EACH, "worth")
    money = worst["worth"].map("± {:,.0f} a period; ".format)
    kinds = {
        "surge ahead": near.nlargest(EACH, ["missed", "surge"]),
        "by analogy": each[each["route"] == "analogue"].head(EACH),
        "too short": without.assign(why="no forecast").head(EACH),
        "most money at risk": worst.assign(why=(money + worst["why"]).str.removesuffix("; ")),
    }  # fmt: skip
    for kind, rows in kinds.items():
        for sku, name, why in zip(rows["sku"], rows["name"], rows["why"], strict=True):
            grid.add_row(kind, escape(sku), escape(_text(name)), escape(why))
    if grid.row_count:
        yield grid


def _text(name: object) -> str:
    return name if isinstance(name, str) else ""
