"""The sheet TurnoverGroups: its window, two charts, and below them the table, which grows downwards."""

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import turnover_cells as cells
from xlinventory.hosts.excel.template.chart_blocks import iso_day
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.table_sheets import write_table_sheet
from xlinventory.sheets.turnover import AGES, TURNOVER_GROUPS

TOLD, CHARTS, TOP = 0, 1, 20
"""Zero-based rows: the window in words, the charts, and below them the header of the table."""
ROW, TALL, GAP = 20, 30, 8  # pixels
HEIGHT = (TOP - CHARTS) * ROW - 2 * GAP
WIDTHS = (560, 760)
NAMES = ("up to 30 days", "31 to 90", "91 to 180", "181 to 365", "older")
COLOURS = (look.GREEN, look.TEAL, look.BLUE, look.AMBER, look.RED)
"""Of the ages, from new to old."""

_FIRST_DAY, _LAST_DAY = "MIN(TurnoverGroups[from_date])", "MAX(TurnoverGroups[to_date])"
WINDOW = (
    f'=IF(COUNT(TurnoverGroups[to_date])=0,"Press Turnover.","Turnover from "&{iso_day(_FIRST_DAY)}&" to "&'
    f'{iso_day(_LAST_DAY)}&", money in "&currency&". Turns, GMROI and days are those of a year; "&'
    '"every ratio is that of its group\'s totals.")'
)


def write_turnover_groups(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet with the window in words and the charts above the table."""
    sheet = write_table_sheet(book, formats, TURNOVER_GROUPS, top=TOP)
    for row in range(CHARTS, TOP):
        sheet.set_row_pixels(row, ROW)
    sheet.set_row_pixels(TOLD, TALL)
    told = formats.get(bold=True, font_color=look.NAVY, font_size=12)
    sheet.write_formula(TOLD, 0, WINDOW, told, "Press Turnover.")
    left = GAP
    for chart, width in zip((pace_chart(book), age_chart(book)), WIDTHS, strict=True):
        chart.set_size({"width": width, "height": HEIGHT})
        sheet.insert_chart(CHARTS, 0, chart, {"object_position": 3, "x_offset": left, "y_offset": GAP})
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
