"""The Dashboard: six figures, four native charts, and between them the forecasts of three items."""

from typing import Any, NamedTuple

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_data as data
from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import item_panels as panels
from xlinventory.hosts.excel.template.formats import STATUS_COLOURS, Formats

TILE_COLUMNS = (1, 3, 5, 7, 9, 11)
TILE_WIDTH, GAP_WIDTH = 165, 17  # pixels
HALF = 3 * TILE_WIDTH + 2 * GAP_WIDTH
THIRD = 2 * TILE_WIDTH + GAP_WIDTH
ROW, CHART_ROWS = 20, 15
TITLE, LABEL, FIGURE, NOTE, CHARTS = 0, 2, 3, 4, 6
THREE = CHARTS + CHART_ROWS + 1
LAST = THREE + panels.ROWS + 1
END = LAST + CHART_ROWS


class Tile(NamedTuple):
    """One figure: its name, its formula, how it is shown, what stands below it, and its colour."""

    label: str
    formula: str
    number_format: str
    note: str
    colour: str


_SIMULATED = "COUNT(Items[simulated_service])"
_TARGETS = 'SUMIFS(Items[service_target],Items[simulated_service],">=0")'
"""Of the items that were simulated."""
_CHANGES = "COUNT(Items[simulated_change])"
_MOVED = f'IF({_CHANGES}=0,"",IF(simulated_levels="use",", check moved ",", check would move ")&{_CHANGES})'

TILES = (
    Tile("STOCK VALUE", "=SUM(Items[stock_value])", look.WHOLE_MONEY,
         '=currency&", at unit cost"', look.NAVY),
    Tile("ITEMS", "=COUNTA(Items[sku])", look.UNITS,
         '=COUNTA(Suppliers[supplier])&" suppliers"', look.BLUE),
    Tile("OUT OF STOCK", '=COUNTIF(Items[status],"OUT")', look.UNITS,
         '=COUNTIF(Items[status],"AT RISK")+COUNTIF(Items[status],"REORDER")&" more at risk or to reorder"',
         look.RED),
    Tile("TO ORDER NOW", '=SUMIFS(Reorder[value],Reorder[take],"yes")', look.WHOLE_MONEY,
         '=currency&", "&COUNTIFS(Reorder[take],"yes",Reorder[order_qty],">0")&" lines"', look.AMBER),
    Tile("OVERDUE ORDERS", '=COUNTIF(PurchaseOrders[status],"overdue")', look.UNITS,
         '="of "&COUNTIF(PurchaseOrders[open_quantity],">0")&" open lines"', look.TEAL),
    Tile("SERVICE, SIMULATED", '=IF(COUNT(Items[simulated_service])=0,"-",AVERAGE(Items[simulated_service]))',
         look.PERCENT, f'=IF({_SIMULATED}=0,"no plan yet",'
         f'"target "&FIXED(100*{_TARGETS}/{_SIMULATED},1)&" %"&{_MOVED})', look.GREEN),
)  # fmt: skip


def write_dashboard(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet with its figures, the dropdown and the charts."""
    sheet = book.add_worksheet("Dashboard")
    _lay_out(sheet, formats)
    _write_title(sheet, formats)
    for column, tile in zip(TILE_COLUMNS, TILES, strict=True):
        _write_tile(sheet, formats, column, tile)
    panels.write_items(book, sheet, formats, THREE, TILE_COLUMNS)
    places = (
        (CHARTS, TILE_COLUMNS[0], HALF, status_chart(book)),
        (CHARTS, TILE_COLUMNS[3], HALF, pareto_chart(book)),
        (LAST, TILE_COLUMNS[0], HALF, due_chart(book)),
        (LAST, TILE_COLUMNS[3], HALF, lead_time_chart(book)),
    )
    for k, chart in enumerate(panels.charts(book)):
        chart.set_size({"width": THIRD, "height": panels.CHART_ROWS * ROW - 6})
        sheet.insert_chart(THREE + panels.CHART, TILE_COLUMNS[2 * k], chart, {"object_position": 2})
    for row, column, width, chart in places:
        chart.set_size({"width": width, "height": CHART_ROWS * ROW - 6})
        sheet.insert_chart(row, column, chart, {"object_position": 2})
    return sheet


def status_chart(book: Workbook) -> Chart:
    """Stock value of each status, in the status's colour."""
    colours = [ink for ink, _ in STATUS_COLOURS.values()] + ["#7FB0D3", look.GREY]
    chart = style.new_chart(book, "bar", "Stock value by status (items)")
    chart.add_series(
        {
            "name": "stock value",
            "categories": data.STATUS.range("label"),
            "values": data.STATUS.range("value"),
            "points": [{"fill": {"color": colour}} for colour in colours],
            "gap": 45,
            "data_labels": {"value": True, "num_format": look.WHOLE_MONEY, "font": style.font(look.SLATE)},
        }
    )
    chart.set_y_axis(style.category_axis() | {"reverse": True})
    chart.set_x_axis(
        style.value_axis(look.WHOLE_MONEY) | {"visible": False, "major_gridlines": {"visible": False}}
    )
    chart.set_legend({"none": True})
    return chart


def pareto_chart(book: Workbook) -> Chart:
    """What share of the yearly value each 5 % of the items brings, and all of them down to it."""
    chart = style.new_chart(book, "column", "ABC: yearly value, best items first")
    chart.add_series(
        {
            "name": "each 5 % of the items",
            "categories": data.PARETO.range("label"),
            "values": data.PARETO.range("slice"),
            "fill": {"color": look.BLUE},
            "gap": 30,
        }
    )
    line = book.add_chart({"type": "line"})
    line.add_series(
        {
            "name": "cumulative",
            "categories": data.PARETO.range("label"),
            "values": data.PARETO.range("cumulative"),
            "line": {"color": look.AMBER, "width": 2.25},
        }
    )
    chart.combine(line)
    chart.set_x_axis(style.category_axis() | {"interval_unit": 1, "name": "% of items"} | style.named())
    chart.set_y_axis(style.value_axis("0%") | {"min": 0, "max": 1, "major_unit": 0.2})
    return chart


def due_chart(book: Workbook) -> Chart:
    """Value of open orders by the week they were promised for."""
    chart = style.new_chart(book, "column", "Open orders by promised week, value")
    chart.add_series(
        {
            "name": "value",
            "categories": data.DUE.range("label"),
            "values": data.DUE.range("value"),
            "fill": {"color": look.TEAL},
            "points": [{"fill": {"color": look.RED}}],
            "gap": 40,
        }
    )
    chart.set_x_axis(style.category_axis())
    chart.set_y_axis(style.value_axis(look.WHOLE_MONEY))
    chart.set_legend({"none": True})
    return chart


def lead_time_chart(book: Workbook) -> Chart:
    """Days each supplier promises, days they take, and the standard deviation of these."""
    chart = style.new_chart(book, "bar", "Supplier lead times in days, best supplier first")
    for name, column, colour in (
        ("promised", "promised", "#B9C4D0"),
        ("real, ± 1 standard deviation", "real", look.BLUE),
    ):
        series: dict[str, Any] = {
            "name": name,
            "categories": data.LEAD.range("supplier"),
            "values": data.LEAD.range(column),
            "fill": {"color": colour},
            "gap": 60,
            "overlap": -5,
        }
        if column == "real":
            spread = f"={data.SHEET}!{data.LEAD.column('sd')}"
            series["y_error_bars"] = {
                "type": "custom", "plus_values": spread, "minus_values": spread,
                "line": {"color": look.SLATE},
            }  # fmt: skip
        chart.add_series(series)
    chart.set_y_axis(style.category_axis() | {"reverse": True})
    chart.set_x_axis(style.value_axis(look.UNITS) | {"min": 0, "label_position": "high"})
    return chart


def _lay_out(sheet: Worksheet, formats: Formats) -> None:
    sheet.hide_gridlines(2)
    sheet.set_zoom(100)
    sheet.set_column_pixels(0, 0, GAP_WIDTH, formats.get())
    for column in TILE_COLUMNS:
        sheet.set_column_pixels(column, column, TILE_WIDTH, formats.get())
        sheet.set_column_pixels(column + 1, column + 1, GAP_WIDTH, formats.get())
    for row in range(END):
        sheet.set_row_pixels(row, ROW)
    heights = {TITLE: 44, TITLE + 1: 12, LABEL: 24, FIGURE: 40, NOTE: 24}
    for row, height in (heights | panels.heights(THREE)).items():
        sheet.set_row_pixels(row, height)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(0.3, 0.3, 0.3, 0.3)
    sheet.center_horizontally()
    sheet.print_area(0, 0, END - 1, TILE_COLUMNS[-1] + 1)


def _write_title(sheet: Worksheet, formats: Formats) -> None:
    band = formats.get(bg_color=look.NAVY)
    for column in range(TILE_COLUMNS[-1] + 2):
        sheet.write_blank(TITLE, column, None, band)
    sheet.write(
        TITLE, 1, "Dashboard", formats.get(bg_color=look.NAVY, font_color=look.WHITE, bold=True, font_size=18)
    )
    sheet.write(
        TITLE, TILE_COLUMNS[4], "data up to",
        formats.get(bg_color=look.NAVY, font_color="#C9D4E0", align="right"),
    )  # fmt: skip
    sheet.write_formula(
        TITLE, TILE_COLUMNS[5], '=IF(ISNUMBER(as_of),as_of,"no data yet")',
        formats.get(bg_color=look.NAVY, font_color=look.WHITE, bold=True, num_format=look.DATE, align="left"),
        "",
    )  # fmt: skip


def _write_tile(sheet: Worksheet, formats: Formats, column: int, tile: Tile) -> None:
    base = {"bg_color": look.MIST, "indent": 1, "align": "left"}
    edge = {"top": 5, "top_color": tile.colour}
    sheet.write(
        LABEL, column, tile.label,
        formats.get(**base, **edge, font_color=look.SLATE, font_size=8, bold=True),
    )  # fmt: skip
    sheet.write_formula(
        FIGURE, column, tile.formula,
        formats.get(**base, font_color=tile.colour, font_size=22, bold=True, num_format=tile.number_format),
        "",
    )  # fmt: skip
    sheet.write_formula(NOTE, column, tile.note, formats.get(**base, font_color=look.SLATE, font_size=8), "")
