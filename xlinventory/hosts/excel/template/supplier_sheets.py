"""The sheets SupplierScores and SupplierChoice: what they say in words, two charts each, the table below."""

from collections.abc import Mapping

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import supplier_cells as cells
from xlinventory.hosts.excel.template.chart_blocks import SHEET, Block
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.table_sheets import list_name, write_table_sheet
from xlinventory.sheets.supplier_choice import COST_PARTS, SUPPLIER_CHOICE
from xlinventory.sheets.suppliers import SUPPLIER_SCORES

TOLD, ASKED, CHARTS, TOP = 0, 1, 2, 21
"""Zero-based rows: the whole in words, the item asked for, the charts, and the header of the table."""
ROW, TALL, GAP = 20, 30, 8  # pixels
HEIGHT = (TOP - CHARTS) * ROW - 2 * GAP
WIDTHS = (620, 640)
POINT_COLOURS = (look.BLUE, look.GREEN, look.AMBER, look.TEAL)
PART_COLOURS = (look.AMBER, look.SLATE, look.BLUE, look.TEAL, look.RED)
PART_NAMES = {"price_cost": "price above the lowest"}
SCORED_IN_WORDS = (
    '=IF(COUNT(SupplierScores[rank])=0,"Press Supplier scores.",COUNT(SupplierScores[score])&" of "&'
    'COUNT(SupplierScores[rank])&" suppliers scored. Late and uncertain deliveries keep "&'
    'TEXT(SUM(SupplierScores[buffer_value]),"#,##0")&" "&currency&" of safety stock, which costs "&'
    'TEXT(SUM(SupplierScores[lateness_cost]),"#,##0")&" a year to hold.")'
)
_SAVED = "SUMIFS(SupplierChoice[difference],SupplierChoice[rank],1)"
CHOICE_IN_WORDS = (
    '=IF(COUNT(SupplierChoice[item])=0,"No item has two offers yet: fill SupplierPrices and press Supplier '
    'scores.",MAX(SupplierChoice[item])&" items with several offers; buying the cheapest way saves "&'
    f'TEXT(-{_SAVED},"#,##0")&" "&currency&" a year on "&'
    'COUNTIFS(SupplierChoice[rank],1,SupplierChoice[difference],"<0")&" of them.")'
)


def write_supplier_scores(book: Workbook, formats: Formats) -> Worksheet:
    """SupplierScores with the points of every supplier and its lead time, promised and real."""
    sheet = write_table_sheet(book, formats, SUPPLIER_SCORES, top=TOP)
    _write_head(sheet, formats, SCORED_IN_WORDS, "Press Supplier scores.")
    _place(sheet, (points_chart(book), lead_time_chart(book)))
    return sheet


def write_supplier_choice(book: Workbook, formats: Formats) -> Worksheet:
    """SupplierChoice with the items that save most, and the parts of the cost of one that may be chosen."""
    sheet = write_table_sheet(book, formats, SUPPLIER_CHOICE, top=TOP)
    _write_head(sheet, formats, CHOICE_IN_WORDS, "No item has two offers yet.")
    sheet.write(ASKED, 0, "show item", formats.get(font_color=look.SLATE, align="right"))
    asked = formats.get(
        font_color=look.INPUT,
        bold=True,
        border=1,
        border_color=look.GREY,
        num_format=look.TEXT,
        align="center",
    )
    sheet.write_blank(ASKED, 1, None, asked)
    sheet.data_validation(
        ASKED, 1, ASKED, 1,
        {"validate": "list", "source": f"={list_name('Items[sku]')}", "ignore_blank": True,
         "input_title": "An item", "input_message": "Blank shows the one that saves most."},
    )  # fmt: skip
    found = f"{SHEET}!{cells.PARTS.cell('row', 0)}"
    of_row = f"INDEX(SupplierChoice[{{}}],MAX(1,{found}))"
    told = f'=IF({found}=0,"",{of_row.format("sku")}&" "&{of_row.format("name")}&": "&{of_row.format("why")})'
    sheet.write_formula(ASKED, 2, told, formats.get(font_color=look.NAVY), "")
    _place(sheet, (savings_chart(book), parts_chart(book)))
    return sheet


def points_chart(book: Workbook) -> Chart:
    """The score of each supplier, stacked by what its points come from."""
    chart = style.new_chart(book, "bar", "Score: where the points come from", {"subtype": "stacked"})
    _stack(chart, cells.SCORE, "supplier", cells.POINTS, POINT_COLOURS)
    chart.set_x_axis(style.value_axis("0") | {"label_position": "high", "min": 0, "max": 100})
    return chart


def lead_time_chart(book: Workbook) -> Chart:
    """Lead time of each supplier: promised, real, and the days within which nine of ten arrive."""
    chart = style.new_chart(book, "bar", "Lead time in days: promised and real")
    names = {"promised": "promised", "real": "real, mean", "p90": "nine of ten within"}
    for (column, name), colour in zip(names.items(), (look.GREY, look.BLUE, look.AMBER), strict=True):
        chart.add_series(_series(cells.SCORE, "supplier", column, name, colour) | {"gap": 60})
    chart.set_y_axis(style.category_axis() | {"reverse": True})
    chart.set_x_axis(style.value_axis("0") | {"label_position": "high", "min": 0})
    return chart


def savings_chart(book: Workbook) -> Chart:
    """The items that save most by another supplier, money a year."""
    chart = style.new_chart(book, "bar", "Biggest savings by the cheapest supplier, a year")
    labels = {"value": True, "num_format": look.FILLED_MONEY, "font": style.font()}
    chart.add_series(_series(cells.SAVED, "label", "saving", "saving", look.GREEN) | {"data_labels": labels})
    chart.set_legend({"none": True})
    chart.set_y_axis(style.category_axis() | {"reverse": True})
    chart.set_x_axis(style.value_axis(look.MONEY_AXIS) | {"label_position": "high", "min": 0})
    return chart


def parts_chart(book: Workbook) -> Chart:
    """What the chosen item costs a year at each supplier beyond the lowest price, stacked by part."""
    title = "A year of the item shown, beyond the lowest price"
    chart = style.new_chart(book, "bar", title, {"subtype": "stacked"})
    _stack(chart, cells.PARTS, "label", COST_PARTS | PART_NAMES, PART_COLOURS)
    chart.set_x_axis(style.value_axis(look.MONEY_AXIS) | {"label_position": "high"})
    return chart


def _stack(
    chart: Chart, block: Block, label: str, columns: Mapping[str, str], colours: tuple[str, ...]
) -> None:
    for (column, name), colour in zip(columns.items(), colours, strict=True):
        chart.add_series(_series(block, label, column, name, colour))
    chart.set_y_axis(style.category_axis() | {"reverse": True})


def _series(block: Block, label: str, column: str, name: str, colour: str) -> dict[str, object]:
    return {
        "name": name, "categories": block.range(label), "values": block.range(column),
        "fill": {"color": colour}, "gap": 45,
    }  # fmt: skip


def _write_head(sheet: Worksheet, formats: Formats, words: str, first: str) -> None:
    for row in range(ASKED, TOP):
        sheet.set_row_pixels(row, ROW)
    sheet.set_row_pixels(TOLD, TALL)
    sheet.write_formula(TOLD, 0, words, formats.get(bold=True, font_color=look.NAVY, font_size=12), first)


def _place(sheet: Worksheet, charts: tuple[Chart, ...]) -> None:
    left = GAP
    for chart, width in zip(charts, WIDTHS, strict=True):
        chart.set_size({"width": width, "height": HEIGHT})
        sheet.insert_chart(CHARTS, 0, chart, {"object_position": 3, "x_offset": left, "y_offset": GAP})
        left += width + GAP
