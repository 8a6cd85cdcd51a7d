"""The template workbook as a file. What is on its sheets is in ``content``; here is the packaging."""

import datetime as dt
from pathlib import Path

from xlsxwriter.workbook import Workbook

from xlinventory import __version__
from xlinventory.hosts.excel.template import content
from xlinventory.hosts.excel.template.formats import FONT, FONT_SIZE

MADE = dt.datetime(2025, 1, 1)
"""The same in every build, so that two builds are the same byte for byte."""
CALCULATION_ENGINE = 191029
"""That of today's Excel: with an older number Excel would calculate anew whatever is stored."""


def build(path: str | Path) -> None:
    """Write the empty template workbook; its formulas have no values yet."""
    with created(path) as book:
        fill(book)


def created(path: str | Path) -> Workbook:
    """An empty workbook that says who made it; it is written when it is closed."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
    }
    book = Workbook(str(path), options)
    book.set_properties(
        {
            "title": "Inventory",
            "subject": "Stock, forecasts, reorders, valuation and suppliers",
            "comments": f"Made by xlinventory {__version__}",
            "created": MADE,
        }
    )
    book.set_calc_mode("auto", CALCULATION_ENGINE)
    return book


def fill(book: Workbook) -> None:
    """Put the template's sheets into an empty workbook."""
    book.set_size(2400, 1400)
    content.fill(book)
