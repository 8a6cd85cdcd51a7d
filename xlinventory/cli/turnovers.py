"""What the terminal shows of a turnover run: all items together, each class and each category."""

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.cli.summary import rows_of
from xlinventory.macros.turnover_groups import CLASS, NAMELESS
from xlinventory.workbook import Workbook

COLUMNS = {
    "cost of sales": ("cost_of_sales", "{:,.0f}"),
    "average stock": ("average_inventory", "{:,.0f}"),
    "turns": ("turns", "{:.1f}"),
    "days": ("days", "{:,.0f}"),
    "GMROI": ("gmroi", "{:.2f}"),
    "sold": ("sell_through", "{:.0%}"),
    "age": ("age_average", "{:,.0f}"),
    "dead": ("dead_stock_value", "{:,.0f}"),
}
"""What is shown: heading, column of TurnoverGroups, and how its figures are written."""
MOST = 20
"""Lines shown."""


def picture(book: Workbook) -> Group:
    """The first lines of TurnoverGroups; nothing where an older workbook has no such table."""
    if "TurnoverGroups" not in book.table_names():
        return Group()
    rows = rows_of(book, "TurnoverGroups")
    more = f": the first {MOST} of {len(rows)} lines" if len(rows) > MOST else ""
    grid = Grid(
        title=f"Turnover by group{more}",
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=SIMPLE_HEAD,
        collapse_padding=True,  # figures in the millions fit a terminal of 80
    )
    grid.add_column("group", no_wrap=True)
    for heading in COLUMNS:
        grid.add_column(heading, justify="right")
    for line in rows.head(MOST).to_dict("records"):
        name = (
            f"class {line['name']}"
            if line["group"] == CLASS and line["name"] != NAMELESS[CLASS]
            else line["name"]
        )
        figures = [(line[column], form) for column, form in COLUMNS.values()]
        grid.add_row(
            escape(name), *("" if pd.isna(figure) else form.format(figure) for figure, form in figures)
        )
    return Group(grid)
