"""The Settings sheet: one row a setting, each with its own rule, format and defined name."""

from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.table_sheets import FIRST, validate, write_table_sheet
from xlinventory.registry import find
from xlinventory.sheets.settings import SETTINGS, SETTINGS_TABLE
from xlinventory.tables import Kind

FORMATS = {Kind.DATE: look.DATE, Kind.RATIO: "0.0#%", Kind.MONEY: look.MONEY}
VALUE = SETTINGS_TABLE.names.index("value")


def write_settings(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet, with a defined name for every setting but season_length, which would hide the function."""
    rows = [[setting.name, setting.value, setting.unit, setting.help] for setting in SETTINGS]
    sheet = write_table_sheet(book, formats, SETTINGS_TABLE, rows)
    _write_cells(sheet, formats, rows)
    for i, setting in enumerate(SETTINGS):
        validate(sheet, setting.as_column(), FIRST + i, FIRST + i, VALUE)
        if find(setting.name) is None:
            book.define_name(setting.name, f"=Settings!$B${FIRST + i + 1}")
    _show_by_kind(sheet, formats, len(rows))
    return sheet


def _write_cells(sheet: Worksheet, formats: Formats, rows: list[list[Any]]) -> None:
    """Only the value looks like a cell to write in."""
    line: dict[str, Any] = {"border": 1, "border_color": look.LINE}
    fixed = formats.get(**line, font_color=look.SLATE, bg_color=look.COMPUTED)
    named = formats.get(**line, font_color=look.NAVY, bg_color=look.COMPUTED, bold=True)
    value = formats.get(**line, font_color=look.INPUT, align="left", bold=True)
    for i, row in enumerate(rows, FIRST):
        for j, (cell, style) in enumerate(zip(row, (named, value, fixed, fixed), strict=True)):
            sheet.write(i, j, cell, style)


def _show_by_kind(sheet: Worksheet, formats: Formats, count: int) -> None:
    """Dates, rates and money by rule: a table has one number format a column, and rows may be sorted."""
    for kind, number_format in FORMATS.items():
        names = [f'$A{FIRST + 1}="{setting.name}"' for setting in SETTINGS if setting.kind is kind]
        sheet.conditional_format(
            FIRST,
            VALUE,
            FIRST + count - 1,
            VALUE,
            {
                "type": "formula",
                "criteria": f"=OR({','.join(names)})",
                "format": formats.highlight(num_format=number_format),
            },
        )
