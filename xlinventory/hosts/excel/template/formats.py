"""The look of the workbook: one palette, one font, and cell formats made once each."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

FONT, FONT_SIZE = "Arial", 10

NAVY, SLATE, GREY, LINE, MIST, WHITE = "#1F3A5F", "#5B6B7F", "#8A97A6", "#DDE3EA", "#F3F5F8", "#FFFFFF"
RED, AMBER, GREEN, BLUE, TEAL = "#C8434F", "#D98A1F", "#2E8B62", "#3574A8", "#2A9D8F"
PALE_RED, PALE_AMBER, PALE_GREEN, PALE_BLUE = "#FBE3E4", "#FDF0DA", "#E1F3EA", "#E2EEF7"
INPUT, COMPUTED = "#1D4ED8", "#F0F2F5"

STATUS_COLOURS = {
    "OUT": (RED, PALE_RED),
    "AT RISK": (RED, PALE_RED),
    "REORDER": (AMBER, PALE_AMBER),
    "OK": (GREEN, PALE_GREEN),
    "EXCESS": (BLUE, PALE_BLUE),
}
"""Text and fill of each stock status."""

DATE = "yyyy-mm-dd"
TIME = "yyyy-mm-dd hh:mm"
MONEY = "#,##0.00"
WHOLE_MONEY = "#,##0"
FILLED_MONEY = "#,##0;-#,##0;"
"""Nothing for nothing: labels of a chart that has no figures yet."""
MONEY_AXIS = '[=0]0;[<1]"";#,##0'
"""Of an axis from 0: without figures it goes to 1, by parts that are no whole money."""
UNITS = "#,##0"
ONE_DECIMAL = "#,##0.0"
TWO_DECIMALS = "#,##0.00"
PERCENT = "0.0%"
TEXT = "@"


class Formats:
    """Cell formats of one workbook; the same properties give the same format."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """A cell format in the workbook's font."""
        return self._make({"font_name": FONT, "font_size": FONT_SIZE, "valign": "vcenter"} | properties)

    def highlight(self, **properties: Any) -> Format:
        """A conditional format: what it changes, and nothing else."""
        return self._make(properties)

    def _make(self, properties: dict[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]
