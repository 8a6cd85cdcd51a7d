"""Small drawings that stand for the icons of the ribbon, each on a grid of 32 by 32."""

from collections.abc import Callable, Mapping

from PIL import Image, ImageDraw, ImageFont

from xlinventory.hosts.excel.template.formats import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    NAVY,
    PALE_AMBER,
    PALE_BLUE,
    RED,
    SLATE,
    TEAL,
    WHITE,
)

GRID = 32


class Pen:
    """Draws on the grid, whatever the size of the picture."""

    def __init__(self, size: int) -> None:
        self.unit = size / GRID
        self.image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
        self.on = ImageDraw.Draw(self.image)

    def _scaled(self, *points: float) -> list[float]:
        return [point * self.unit for point in points]

    def _width(self, width: float) -> int:
        return max(1, round(width * self.unit))

    def box(
        self, *corners: float, fill: str | None = None, ink: str | None = None, round_: float = 1.5
    ) -> None:
        """A rectangle with round corners."""
        self.on.rounded_rectangle(
            self._scaled(*corners), round_ * self.unit, fill, ink, self._width(2) if ink else 0
        )

    def dot(self, *corners: float, fill: str | None = None, ink: str | None = None, width: float = 2) -> None:
        """An ellipse."""
        self.on.ellipse(self._scaled(*corners), fill, ink, self._width(width) if ink else 0)

    def line(self, *points: float, ink: str, width: float = 2) -> None:
        """A line through points, with round joints."""
        self.on.line(self._scaled(*points), ink, self._width(width), joint="curve")

    def arc(self, *corners: float, start: float, end: float, ink: str, width: float = 3) -> None:
        """A part of an ellipse, in degrees clockwise from the right."""
        self.on.arc(self._scaled(*corners), start, end, ink, self._width(width))

    def shape(self, *points: float, fill: str) -> None:
        """A filled polygon."""
        self.on.polygon(self._scaled(*points), fill)

    def word(self, x: float, y: float, text: str, size: float, ink: str) -> None:
        """Letters around a point."""
        font = ImageFont.load_default(size * self.unit)
        self.on.text(self._scaled(x, y), text, ink, font, "mm")

    def sheet(self, left: float = 6, right: float = 26) -> None:
        """A page with a folded corner."""
        self.shape(left, 3, right - 7, 3, right, 10, right, 29, left, 29, fill=WHITE)
        self.line(left, 3, right - 7, 3, right, 10, right, 29, left, 29, left, 2.2, ink=SLATE)
        self.line(right - 7, 3, right - 7, 10, right, 10, ink=SLATE)

    def grid(self, top: str) -> None:
        """A small table with a coloured head."""
        self.box(3, 5, 29, 27, fill=WHITE)
        self.box(3, 5, 29, 12, fill=top)
        for y in (12, 17, 22):
            self.line(3, y, 29, y, ink=GREY, width=1.3)
        for x in (11.5, 20):
            self.line(x, 12, x, 27, ink=GREY, width=1.3)
        self.box(3, 5, 29, 27, ink=SLATE)


def _refresh(pen: Pen) -> None:
    pen.arc(5, 5, 27, 27, start=190, end=320, ink=GREEN, width=4)
    pen.arc(5, 5, 27, 27, start=10, end=140, ink=GREEN, width=4)
    pen.shape(28.5, 4.5, 28.5, 14.5, 19, 11.5, fill=GREEN)
    pen.shape(3.5, 27.5, 3.5, 17.5, 13, 20.5, fill=GREEN)


def _from_text(pen: Pen) -> None:
    pen.sheet()
    for y, end in ((14, 22), (18.5, 22), (23, 17)):
        pen.line(10, y, end, y, ink=BLUE)
    pen.dot(18, 18, 31, 31, fill=GREEN)
    pen.line(24.5, 20.5, 24.5, 27, ink=WHITE, width=2.4)
    pen.shape(20.8, 25, 28.2, 25, 24.5, 29.3, fill=WHITE)


def _check(pen: Pen) -> None:
    pen.grid(PALE_BLUE)
    pen.dot(15, 14, 31, 30, fill=GREEN)
    pen.line(18.8, 22, 22, 25.4, 27.4, 18.8, ink=WHITE, width=2.8)


def _line_chart(pen: Pen) -> None:
    pen.line(5, 3, 5, 28, 30, 28, ink=SLATE)
    pen.shape(17, 14.5, 29, 3, 29, 17, fill=PALE_BLUE)
    pen.line(7, 23, 11, 17, 14, 20, 17, 14.5, ink=BLUE, width=2.6)
    pen.line(17, 14.5, 23, 12, 29, 9.5, ink=AMBER, width=2.6)


def _calculator(pen: Pen) -> None:
    pen.box(6, 3, 26, 29, fill=SLATE, round_=3)
    pen.box(9, 6, 23, 12, fill=PALE_BLUE)
    for row, y in enumerate((15, 19.6, 24.2)):
        for column, x in enumerate((9, 14.2, 19.4)):
            last = (row, column) == (2, 2)
            pen.box(x, y, x + 3.6, y + 2.9, fill=AMBER if last else WHITE, round_=0.8)


def _reorder(pen: Pen) -> None:
    pen.grid(TEAL)
    pen.dot(15, 14, 31, 30, fill=AMBER)
    pen.line(23, 17.5, 23, 26.5, ink=WHITE, width=2.8)
    pen.line(18.5, 22, 27.5, 22, ink=WHITE, width=2.8)


def _what_if(pen: Pen) -> None:
    pen.grid(PALE_AMBER)
    pen.dot(15, 13, 31, 29, fill=BLUE)
    pen.word(23, 21.2, "?", 14, WHITE)


def _new_sheet(pen: Pen) -> None:
    pen.sheet()
    for y in (14, 18.5, 23):
        pen.line(10, y, 20, y, ink=BLUE)
    pen.dot(18, 18, 31, 31, fill=AMBER)
    pen.line(24.5, 21, 24.5, 28, ink=WHITE, width=2.4)
    pen.line(21, 24.5, 28, 24.5, ink=WHITE, width=2.4)


def _save(pen: Pen) -> None:
    pen.box(4, 4, 28, 28, fill=BLUE, round_=2.5)
    pen.box(9, 4, 22, 12, fill=WHITE, round_=0.8)
    pen.box(17, 5.5, 20, 10.5, fill=BLUE, round_=0.4)
    pen.box(8, 17, 24, 28, fill=PALE_BLUE, round_=0.8)


def _save_into(pen: Pen) -> None:
    pen.grid(GREEN)
    pen.box(14, 13, 31, 30, fill=BLUE, round_=1.8)
    pen.box(18, 13, 27, 19, fill=WHITE, round_=0.6)
    pen.box(23.4, 14, 25.6, 18, fill=BLUE, round_=0.3)
    pen.box(17, 22, 28, 30, fill=PALE_BLUE, round_=0.6)


def _receive(pen: Pen) -> None:
    pen.shape(4, 15, 28, 15, 28, 29, 4, 29, fill="#C99A5B")
    pen.shape(4, 15, 28, 15, 25, 11, 7, 11, fill="#DDB57E")
    pen.box(13.5, 15, 18.5, 20, fill=PALE_AMBER, round_=0.3)
    pen.line(16, 2, 16, 9, ink=GREEN, width=3.4)
    pen.shape(10.5, 7.5, 21.5, 7.5, 16, 13.6, fill=GREEN)


def _overdue(pen: Pen) -> None:
    pen.box(3, 5, 27, 28, fill=WHITE)
    pen.box(3, 5, 27, 12, fill=RED)
    pen.box(3, 5, 27, 28, ink=SLATE)
    for x in (9, 21):
        pen.line(x, 2.5, x, 8, ink=SLATE, width=2.4)
    for y in (15.5, 20.5):
        for x in (7, 12.5, 18):
            pen.box(x, y, x + 3, y + 2.6, fill=GREY, round_=0.4)
    pen.dot(17, 16, 31, 30, fill=RED)
    pen.line(24, 19, 24, 23.8, ink=WHITE, width=2.6)
    pen.dot(22.7, 25.4, 25.3, 28, fill=WHITE)


def _money(pen: Pen) -> None:
    pen.box(2, 7, 30, 21, fill=GREEN, round_=2)
    pen.box(5, 10, 27, 18, fill="#BFE0CF", round_=1)
    pen.dot(12, 9.8, 20, 18.2, fill=GREEN)
    for y in (24, 21.5):
        pen.dot(14, y, 29, y + 6.5, fill=AMBER, ink=WHITE, width=1)


def _closed(pen: Pen) -> None:
    pen.sheet(4, 24)
    for y, end in ((14, 20), (18.5, 18), (23, 14)):
        pen.line(8, y, end, y, ink=GREY)
    pen.arc(17.5, 11.5, 26.5, 24, start=180, end=360, ink=SLATE, width=2.6)
    pen.box(14.5, 17.5, 29.5, 30, fill=AMBER, round_=1.5)
    pen.line(22, 22, 22, 25.6, ink=WHITE, width=2.6)


def _turnover(pen: Pen) -> None:
    pen.grid(PALE_BLUE)
    pen.dot(13, 12, 31, 30, fill=WHITE)
    pen.arc(15, 14, 29, 28, start=190, end=330, ink=TEAL)
    pen.arc(15, 14, 29, 28, start=10, end=150, ink=TEAL)
    pen.shape(30.5, 13.5, 30.5, 20.5, 24, 18.5, fill=TEAL)
    pen.shape(13.5, 28.5, 13.5, 21.5, 20, 23.5, fill=TEAL)


def _scores(pen: Pen) -> None:
    for y, colour, length in ((4, GREEN, 29), (13, AMBER, 24), (22, RED, 19)):
        pen.dot(3, y, 10, y + 7, fill=colour)
        pen.box(13, y + 1.8, length, y + 5.2, fill=GREY, round_=1.2)


def _column_chart(pen: Pen) -> None:
    pen.line(4, 3, 4, 28, 30, 28, ink=SLATE)
    for x, top, colour in ((7, 17, BLUE), (14.5, 8, TEAL), (22, 12.5, AMBER)):
        pen.box(x, top, x + 5.4, 27, fill=colour, round_=0.8)


def _undo(pen: Pen) -> None:
    pen.arc(5, 8, 28, 29, start=205, end=445, ink=BLUE, width=4)
    pen.shape(2.5, 7.5, 15.5, 15.5, 3.5, 20.5, fill=BLUE)


def _log(pen: Pen) -> None:
    pen.sheet(4, 24)
    for y, end in ((14, 20), (18.5, 18), (23, 14)):
        pen.line(8, y, end, y, ink=GREY)
    pen.dot(15, 15, 31, 31, fill=WHITE, ink=BLUE, width=2.4)
    pen.line(23, 18.5, 23, 23.2, 26.4, 25, ink=BLUE)


def _functions(pen: Pen) -> None:
    pen.box(3, 4, 29, 28, fill=PALE_BLUE, ink=BLUE, round_=3)
    pen.word(15.8, 16, "fx", 17, NAVY)


def _self_test(pen: Pen) -> None:
    pen.box(5, 5, 27, 30, fill=WHITE, ink=SLATE, round_=2)
    pen.box(11, 2, 21, 8, fill=SLATE, round_=1.5)
    for y in (13, 19, 25):
        pen.line(8.5, y, 10.4, y + 1.9, 13.6, y - 2, ink=GREEN, width=2.2)
        pen.line(16.5, y, 23.5, y, ink=GREY)


def _about(pen: Pen) -> None:
    pen.dot(3, 3, 29, 29, fill=BLUE)
    pen.dot(14.2, 7.6, 17.8, 11.2, fill=WHITE)
    pen.box(14.3, 13.4, 17.7, 24.6, fill=WHITE, round_=1.2)


GLYPHS: Mapping[str, Callable[[Pen], None]] = {
    "RefreshAll": _refresh, "GetExternalDataFromText": _from_text, "ErrorChecking": _check,
    "ChartTypeLineInsertGallery": _line_chart, "CalculateNow": _calculator, "TableInsertExcel": _reorder,
    "WhatIfAnalysisMenu": _what_if, "FileNew": _new_sheet, "FileSaveAsExcelXlsx": _save,
    "FileCheckIn": _receive, "ConditionalFormattingHighlightDateOccuring": _overdue,
    "AccountingFormatMenu": _money, "SheetProtect": _closed, "PivotTableInsert": _turnover,
    "ConditionalFormattingIconSetsGallery": _scores, "ChartTypeColumnInsertGallery": _column_chart,
    "Undo": _undo, "ReviewTrackChangesMenu": _log, "FunctionWizard": _functions,
    "FormulaEvaluate": _self_test, "Help": _about, "FileSave": _save_into,
}  # fmt: skip
"""The drawing of each icon by the name that Office gives it."""


def draw(name: str, size: int) -> Image.Image:
    """A square picture of an icon on nothing."""
    pen = Pen(size)
    GLYPHS[name](pen)
    return pen.image
