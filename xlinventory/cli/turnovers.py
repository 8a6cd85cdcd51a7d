"""What the terminal shows of a turnover run: all items together, each class and each category."""

import pandas as pd
from rich.console import Group
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.cli.summary import rows_of
from xlinventory.macros.turnover_groups import ALL
from xlinventory.workbook import Workbook

COLUMNS = {
    "items": "{:,.0f}",
    "cost_of_sales": "{:,.0f}",
    "average_inventory": "{:,.0f}",
    "turns": "{:.1f}",
    "days": "{:,.0f}",
    "gmroi": "{:.2f}",
    "sell_through": "{:.0%}",
    "age_average": "{:,.0f}",
    "dead_stock_value": "{:,.0f}",
}
"""Columns of TurnoverGroups that fit a terminal, and how they are shown."""
MOST = 20
"""Lines shown."""


def picture(book: Workbook) -> Group:
    """The first lines of TurnoverGroups; nothing where an older workbook has no such table."""
    if "TurnoverGroups" not in book.table_names():
        return Group()
    rows = rows_of(book, "TurnoverGroups")
    shown = (
        f"Turnover by group: the first {MOST} of {len(rows)} lines"
        if len(rows) > MOST
        else "Turnover by group"
    )
    grid = Grid(title=shown, title_justify="left", title_style="bold", header_style="dim")
    grid.add_column("group", overflow="fold")
    for name in COLUMNS:
        grid.add_column(name.replace("_", " "), justify="right")
    for line in rows.head(MOST).to_dict("records"):
        word = "" if line["group"] == ALL else f"{line['group']} "
        figures = ("" if pd.isna(line[name]) else form.format(line[name]) for name, form in COLUMNS.items())
        grid.add_row(escape(f"{word}{line['name']}"), *figures)
    return Group(grid)
