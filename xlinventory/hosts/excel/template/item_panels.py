"""The forecasts of three items side by side: what each is, why it is forecast so, and its chart."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import item_cells as cells
from xlinventory.hosts.excel.template.formats import Formats

HEAD, NOTE, CHOICE, NAME, WHY, CHART = range(6)
"""Rows of the part, counted from its first: legend, what it means, dropdowns, names, words, charts."""
CHART_ROWS = 14
SPAN = CHART + CHART_ROWS
"""The row below the charts: from when to when they go."""
ROWS = SPAN + 1
BAND = "#CFE3F1"


class Line(NamedTuple):
    """A line of the charts: name, helper column, colour, dashes, width in points, and sign in the legend."""

    name: str
    column: str
    colour: str
    dash: str
    width: float
    sign: str


CHECK = Line("held-out check", "foreseen", look.AMBER, "round_dot", 2.25, "••••")
DEMAND = Line("demand", "demand", look.NAVY, "solid", 2.25, "———")
FORECAST = Line("forecast", "forecast", look.BLUE, "dash", 2.25, "– – –")
LINES = (CHECK, DEMAND, FORECAST)
"""The lowest first: where nothing was held out, the check lies below demand."""
INTERVAL = "95 % interval"
QUARTERS = {"major_unit": 3, "major_unit_type": "months"}
"""Labels of the axis: five in the 64 weeks of a chart; LibreOffice alone would put 13 in, and slant them."""
LEGEND = (
    *((f"{line.sign}  {line.name}", line.colour) for line in (DEMAND, FORECAST)),
    (f"■  {INTERVAL}", "#8FBBDA"),
    (f"{CHECK.sign}  {CHECK.name}", CHECK.colour),
)
EXPLAINED = (
    '="Units a "&period&". Held-out check: what the method would have foreseen for these periods from what '
    "came before them. MASE: its mean error there, over the mean step from one period (or season) to the "
    'next; "&"where demand has gaps the least squared error wins, which need not be the least MASE. An '
    'override of yours is drawn as the forecast. White boxes: choose other items."'
)
"""In two texts, as Excel takes none of more than 255 characters in a formula."""


def heights(top: int) -> dict[int, int]:
    """Rows that are not as high as the others, in pixels."""
    return {top + HEAD: 24, top + NOTE: 34, top + CHOICE: 26, top + NAME: 24, top + WHY: 44}


def write_items(book: Workbook, sheet: Worksheet, formats: Formats, top: int, columns: Sequence[int]) -> None:
    """Everything but the charts; each item is as wide as two of the *columns* and what is between them."""
    _write_legend(sheet, formats, top, columns)
    for k, item in enumerate(cells.ITEMS):
        left, right = columns[2 * k], columns[2 * k + 1]
        _write_choice(sheet, formats, top + CHOICE, (left, right), k)
        chosen = xl_rowcol_to_cell(top + CHOICE, right, row_abs=True, col_abs=True)
        book.define_name(item.name, f"={sheet.name}!{chosen}")
        _write_across(
            sheet, top + NAME, (left, right), _name(k), formats.get(bold=True, font_color=look.SLATE)
        )
        words = formats.get(font_color=look.SLATE, font_size=8, text_wrap=True, valign="top")
        _write_across(sheet, top + WHY, (left, right), _why(k), words)
        for name, column, side in (("from", left, "left"), ("to", right, "right")):
            dates = formats.get(font_color=look.GREY, font_size=8, align=side)
            sheet.write_formula(top + SPAN, column, f"={cells.fact_elsewhere(k, name)}", dates, "")


def _write_across(sheet: Worksheet, row: int, columns: tuple[int, int], formula: str, style: Format) -> None:
    """A formula whose text stays between two columns, however long it is."""
    left, right = columns
    sheet.merge_range(row, left, row, right, "", style)
    sheet.write_formula(row, left, formula, style, "")


def _write_legend(sheet: Worksheet, formats: Formats, top: int, columns: Sequence[int]) -> None:
    """One legend for all charts, in which it would take much of the room."""
    sheet.write(
        top + HEAD, columns[0], "Three very different items", formats.get(bold=True, font_color=look.NAVY)
    )
    parts: list[Any] = []
    for text, colour in LEGEND:
        parts += [formats.get(font_color=colour, bold=True, font_size=9), f"{text}        "]
    sheet.write_rich_string(top + HEAD, columns[2], *parts, formats.get())
    words = formats.get(font_color=look.GREY, font_size=8, text_wrap=True, valign="top")
    _write_across(sheet, top + NOTE, (columns[0], columns[-1]), EXPLAINED, words)


def _write_choice(sheet: Worksheet, formats: Formats, row: int, columns: tuple[int, int], k: int) -> None:
    """What kind of item it is, and the dropdown to show another one."""
    left, right = columns
    known = cells.fact_elsewhere(k, "role")
    role = f'=IF({known}="","Item shown (choose one)",{known})'
    sheet.write_formula(row, left, role, formats.get(bold=True, font_color=look.NAVY), "")
    sheet.write_blank(
        row, right, None,
        formats.get(font_color=look.INPUT, border=1, border_color=look.BLUE, num_format=look.TEXT, bold=True,
                    shrink=True),
    )  # fmt: skip
    sheet.data_validation(
        row, right, row, right,
        {"validate": "list", "source": "=Items_sku", "error_type": "warning",
         "error_title": "Item", "error_message": "Not in Items.", "input_title": "Choose an item",
         "input_message": f"Left blank: {cells.ITEMS[k].hint}."},
    )  # fmt: skip


def _name(k: int) -> str:
    sku = cells.fact_elsewhere(k, "sku")
    return f'=IF({sku}="","",{sku}&"  "&{cells.fact_elsewhere(k, "name")})'


def _why(k: int) -> str:
    sku, why = cells.fact_elsewhere(k, "sku"), cells.fact_elsewhere(k, "why")
    none = 'IF(COUNT(Forecast[mean])=0,"No forecast yet: press Forecast.","No other item is forecast.")'
    return f'=IF({why}<>"",{why},IF({sku}="",{none},"No forecast of this item."))'


def charts(book: Workbook) -> list[Chart]:
    """The items' charts, from left to right."""
    return [item_chart(book, k) for k in range(len(cells.ITEMS))]


def item_chart(book: Workbook, k: int) -> Chart:
    """Demand, what was foreseen of it, the forecast, and the band 95 of 100 periods fall in."""
    block = cells.HISTORY[k]
    periods = block.range("period")
    chart = style.new_chart(book, "area", None, {"subtype": "stacked"})
    for name, column, fill in ((" ", "low", {"none": True}), (INTERVAL, "band", {"color": BAND})):
        chart.add_series(
            {"name": name, "categories": periods, "values": block.range(column),
             "fill": fill, "border": {"none": True}}
        )  # fmt: skip
    lines = book.add_chart({"type": "line"})
    for line in LINES:
        lines.add_series(
            {"name": line.name, "categories": periods, "values": block.range(line.column),
             "line": {"color": line.colour, "width": line.width, "dash_type": line.dash}}
        )  # fmt: skip
    chart.combine(lines)
    chart.set_x_axis(style.category_axis('[<366]"";mmm yy') | {"date_axis": True} | QUARTERS)
    chart.set_y_axis(style.value_axis("[<10]General;#,##0") | {"min": 0})
    chart.set_legend({"none": True})
    return chart
