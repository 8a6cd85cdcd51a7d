"""The sheet TurnoverGroups: two charts, and below them the table, which grows with the categories."""

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import turnover_cells as cells
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.table_sheets import write_table_sheet
from xlinventory.sheets.turnover import AGES, TURNOVER_GROUPS

TOP = 19
"""Zero-based row of the table's header, below the charts."""
ROW, GAP = 20, 8  # pixels
HEIGHT = (TOP - 1) * ROW
WIDTHS = (560, 760)
NAMES = ("up to 30 days", "31 to 90", "91 to 180", "181 to 365", "older")
COLOURS = (look.GREEN, look.TEAL, look.BLUE, look.AMBER, look.RED)
"""Of the ages, from new to old."""


def write_turnover_groups(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet with its charts above the table."""
    sheet = write_table_sheet(book, formats, TURNOVER_GROUPS, top=TOP)
    for row in range(TOP):
        sheet.set_row_pixels(row, ROW)
    left = GAP
    for chart, width in zip((pace_chart(book), age_chart(book)), WIDTHS, strict=True):
        chart.set_size({"width": width, "height": HEIGHT})
        sheet.insert_chart(0, 0, chart, {"object_position": 3, "x_offset": left, "y_offset": GAP})
        left += width + GAP
    return sheet


def pace_chart(book: Workbook) -> Chart:
    """Turns a year of all items, each class and each category."""
    chart = style.new_chart(book, "column", "Turns a year: all items, classes, categories by stock value")
    chart.add_series(
        {
            "name": "turns a year",
            "categories": cells.PACE.range("label"),
            "values": cells.PACE.range("turns"),
            "fill": {"color": look.BLUE},
            "points": [{"fill": {"color": look.NAVY}}],
            "gap": 45,
        }
    )
    chart.set_x_axis(style.category_axis())
    chart.set_y_axis(style.value_axis("0.0") | {"min": 0})
    chart.set_legend({"none": True})
    return chart


def age_chart(book: Workbook) -> Chart:
    """Stock value of the categories, stacked by how long ago it came in."""
    chart = style.new_chart(book, "bar", "Stock value of the categories by age", {"subtype": "stacked"})
    for column, name, colour in zip(AGES, NAMES, COLOURS, strict=True):
        chart.add_series(
            {
                "name": name,
                "categories": cells.AGE.range("label"),
                "values": cells.AGE.range(column),
                "fill": {"color": colour},
                "gap": 45,
            }
        )
    chart.set_y_axis(style.category_axis() | {"reverse": True})
    chart.set_x_axis(style.value_axis(look.WHOLE_MONEY) | {"label_position": "high"})
    return chart
