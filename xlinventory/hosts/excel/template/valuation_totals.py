"""The sheet ValuationTotals: a line a method, below it the period in words and a chart of the methods."""

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_data as data
from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.chart_blocks import iso_day
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.table_sheets import FIRST, write_table_sheet
from xlinventory.sheets.accounts import VALUATION_METHODS, VALUATION_TOTALS

PERIOD = FIRST + len(VALUATION_METHODS) + 1
NOTE, CHART = PERIOD + 1, PERIOD + 3
"""Zero-based rows below the full table."""
SIZE = {"width": 1010, "height": 360}

_CHOSEN = 'IFERROR(INDEX(ValuationTotals[method],MATCH("yes",ValuationTotals[chosen],0)),valuation_method)'
_FIRST_DAY, _LAST_DAY = "MIN(ValuationTotals[from_date])", "MAX(ValuationTotals[to_date])"
TOLD = (
    f'=IF({_LAST_DAY}=0,"Press Value stock.","Stock and cost of sales in "&currency&'
    f'IF({_FIRST_DAY}>0," from "&{iso_day(_FIRST_DAY)}&" to "," up to ")&{iso_day(_LAST_DAY)}&'
    f'". The books are kept by "&{_CHOSEN}&".")'
)
RULE = (
    "opening + purchases = cost of sales + closing, by every method. LIFO is not permitted under IFRS "
    "(IAS 2.25); its lines are for comparison, and for US GAAP."
)


def write_valuation_totals(book: Workbook, formats: Formats) -> Worksheet:
    """The table with the period it is of, what holds for all its lines, and the chart."""
    sheet = write_table_sheet(book, formats, VALUATION_TOTALS)
    sheet.freeze_panes(FIRST, 0)  # a frozen column would cut the chart
    sheet.write_formula(
        PERIOD, 0, TOLD, formats.get(bold=True, font_color=look.NAVY, font_size=12), "Press Value stock."
    )
    sheet.write_string(NOTE, 0, RULE, formats.get(font_color=look.SLATE))
    sheet.set_row(PERIOD, 22)
    sheet.insert_chart(CHART, 0, methods_chart(book), {"object_position": 2, "x_offset": 2})
    return sheet


def methods_chart(book: Workbook) -> Chart:
    """Closing stock and cost of sales of every method, side by side."""
    chart = style.new_chart(book, "column", "Closing stock and cost of sales by method")
    for name, column, colour in (
        ("closing stock", "closing", look.BLUE),
        ("cost of sales", "cost of sales", look.TEAL),
    ):
        chart.add_series(
            {
                "name": name,
                "categories": data.VALUATION.range("label"),
                "values": data.VALUATION.range(column),
                "fill": {"color": colour},
                "gap": 70,
                "overlap": -5,
                "data_labels": {
                    "value": True,
                    "num_format": look.FILLED_MONEY,
                    "font": style.font(look.SLATE),
                },
            }
        )
    chart.set_x_axis(style.category_axis())
    chart.set_y_axis(style.value_axis(look.MONEY_AXIS) | {"min": 0})
    chart.set_size(SIZE)
    return chart
