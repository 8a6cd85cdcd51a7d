"""A table of ``xlinventory.sheets`` as a sheet: headers with help, formats, dropdowns, rules, print setup."""

import re
from collections.abc import Mapping
from math import ceil
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.rules import RULES
from xlinventory.tables import Column, Kind, Table, Writer

FIRST = 1
"""Zero-based row of the first body row where the header is the first row of the sheet."""

HEADERS = {Writer.USER: look.NAVY, Writer.BUTTON: look.SLATE, Writer.FORMULA: look.TEAL}
WIDTHS = {Kind.DATE: 12, Kind.YES_NO: 8, Kind.TEXT: 14, Kind.RATIO: 11, Kind.WHOLE: 9}
CENTRED = {
    "status", "abc", "xyz", "take", "decision", "active", "rank", "undone", "order_weekday", "pattern",
    "kind", "route", "method", "runner_up", "group", "basis", "chosen", "preferred",
}  # fmt: skip
SET_OFF = {"note", "problem"}
"""Texts that may stand beside a number: they begin a little to the right of it."""
IDENTIFIERS = {"sku", "po", "supplier_sku", "reference"}
WRAPPED: Mapping[str, tuple[str, ...]] = {
    "Reorder": ("why",), "Log": ("result", "tables"), "ImportIssues": ("problem", "action"),
    "SupplierScores": ("why",), "SupplierChoice": ("why",),
}  # fmt: skip
TALL = 27  # two lines of text
PAGE = 149
"""Characters across a landscape A4 page."""
READABLE = 0.6
"""Smallest scale of a printed page: letters of six points."""
FINER = {"Demand", "Forecast"}  # tables whose units are means
NUMBER_FORMATS: Mapping[str, str] = {
    "units": look.UNITS, "units / day": look.TWO_DECIMALS, "units / period": look.ONE_DECIMAL,
    "days": look.ONE_DECIMAL, "weeks": look.ONE_DECIMAL, "points": "0", "seconds": "0.0",
    "score points": look.ONE_DECIMAL,
}  # fmt: skip
KIND_FORMATS: Mapping[Kind, str] = {
    Kind.DATE: look.DATE, Kind.MONEY: look.MONEY, Kind.RATIO: look.PERCENT, Kind.WHOLE: "0",
}  # fmt: skip


def list_name(reference: str) -> str:
    """Defined name of the column that a dropdown is fed from.

    >>> list_name("Suppliers[supplier]")
    'Suppliers_supplier'
    """
    return reference.replace("[", "_").rstrip("]")


def write_table_sheet(
    book: Workbook, formats: Formats, table: Table, rows: list[list[Any]] | None = None, *, top: int = 0
) -> Worksheet:
    """The sheet of one table with *rows*, or one blank row; its header in the zero-based row *top*."""
    sheet = book.add_worksheet(table.name)
    body, first = rows or [[None] * len(table.columns)], top + FIRST
    last = first + len(body) - 1
    sheet.add_table(
        top,
        0,
        last,
        len(table.columns) - 1,
        {
            "name": table.name,
            "style": None,
            "columns": [_table_column(formats, table, column) for column in table.columns],
        },
    )
    for i, row in enumerate(body):
        _write_row(sheet, formats, table, first + i, row)
    _dress(sheet, formats, table, top)
    _write_help(sheet, table, top)
    for j, column in enumerate(table.columns):
        if column.writer is Writer.USER:
            validate(sheet, column, first, last, j)
    _highlight(sheet, formats, table, first, last)
    _set_up_page(sheet, table, top)
    return sheet


def number_format(table: Table, column: Column) -> str:
    """How the column's values are shown."""
    if column.kind is Kind.TEXT:
        return look.TEXT if column.name in IDENTIFIERS else "General"
    if column.kind is Kind.DATE and column.name == "when":
        return look.TIME
    if column.kind is not Kind.NUMBER:
        counts = column.kind is Kind.WHOLE and column.unit  # others are numbers of lines or runs
        return look.UNITS if counts else KIND_FORMATS.get(column.kind, "General")
    if column.unit == "units" and table.name in FINER:
        return look.ONE_DECIMAL
    if column.unit == "days" and column.writer is Writer.USER:
        return look.UNITS
    return NUMBER_FORMATS.get(column.unit, look.TWO_DECIMALS)


def cell_format(formats: Formats, table: Table, column: Column) -> Format:
    """White with blue writing where you type, grey where a button or a formula does."""
    mine = column.writer is Writer.USER
    extra: dict[str, Any] = {"font_color": look.INPUT} if mine else {"bg_color": look.COMPUTED}
    if column.name in WRAPPED.get(table.name, ()):
        extra |= {"text_wrap": True, "align": "left", "indent": 1, "font_size": 9}
    if column.name in SET_OFF:
        extra |= {"align": "left", "indent": 1}
    if column.name in CENTRED or column.kind in {Kind.DATE, Kind.YES_NO}:
        extra["align"] = "center"
    return formats.get(num_format=number_format(table, column), border=1, border_color=look.LINE, **extra)


def width(column: Column) -> float:
    """Wide enough for the values and for the name with its filter button."""
    return max(column.width or WIDTHS.get(column.kind, 11), len(column.name) * 1.15 + 4)


def validate(sheet: Worksheet, column: Column, first: int, last: int, position: int) -> None:
    """Dropdown or limits of one input column."""
    if column.choices or column.choices_from:
        source = f"={list_name(column.choices_from)}" if column.choices_from else list(column.choices)
        kind = {"validate": "list", "source": source}
        error = f"Not in {column.choices_from or 'the list'}."
        kind["error_type"] = "warning" if column.choices_from else "stop"
    elif column.kind in {Kind.TEXT, Kind.YES_NO}:
        return
    else:
        kind, error = _limits(column)
    title = column.name[:32]
    sheet.data_validation(
        first, position, last, position, {**kind, "error_title": title, "error_message": error[:255]}
    )


def _limits(column: Column) -> tuple[dict[str, Any], str]:
    if column.kind is Kind.DATE:
        return {"validate": "date", "criteria": ">=", "value": 1}, "A date such as 2011-12-09."
    low, high = column.minimum, column.maximum
    kind = {"validate": "integer" if column.kind is Kind.WHOLE else "decimal"}
    if low is not None and high is not None:
        return {
            **kind,
            "criteria": "between",
            "minimum": low,
            "maximum": high,
        }, f"A number from {low:g} to {high:g}."
    bottom = -1e12 if low is None else low
    rule = "A number." if low is None else f"A number, {low:g} or more."
    return {**kind, "criteria": ">=", "value": bottom}, rule


def _table_column(formats: Formats, table: Table, column: Column) -> dict[str, Any]:
    given = {
        "header": column.name,
        "header_format": formats.get(
            bold=True, font_color=look.WHITE, bg_color=HEADERS[column.writer], border=1,
            border_color=look.WHITE,
        ),
        "format": cell_format(formats, table, column),
    }  # fmt: skip
    return given | ({"formula": table.formula_of(column)} if column.formula else {})


def _write_row(sheet: Worksheet, formats: Formats, table: Table, row: int, values: list[Any]) -> None:
    for j, (column, value) in enumerate(zip(table.columns, values, strict=True)):
        if not column.formula:
            sheet.write(row, j, value, cell_format(formats, table, column))


def _dress(sheet: Worksheet, formats: Formats, table: Table, top: int) -> None:
    if table.name in WRAPPED:
        sheet.set_default_row(TALL)
    sheet.set_row(top, 24)
    for j, column in enumerate(table.columns):
        sheet.set_column(j, j, width(column), formats.get())
        if column.name in IDENTIFIERS:
            letter = xl_col_to_name(j)
            sheet.ignore_errors({"number_stored_as_text": f"{letter}{top + FIRST + 1}:{letter}1048576"})
    sheet.freeze_panes(0 if top else FIRST, _frozen(table))


def _frozen(table: Table) -> int:
    """Columns that stay in sight: the leading ones that say which row this is."""
    telling = {*table.key, "name", "take", "rank", "run"}
    count = 0
    while count < min(3, len(table.columns)) and table.columns[count].name in telling:
        count += 1
    return count


def _write_help(sheet: Worksheet, table: Table, top: int) -> None:
    for j, column in enumerate(table.columns):
        text = help_text(column)
        if j == 0:
            text = f"{table.name}: {table.help}\n\n{text}"
        lines = sum(1 + len(line) // 44 for line in text.splitlines())
        sheet.write_comment(top, j, text, {"x_scale": 2.1, "height": 16 * lines + 12, "color": "#FFFDF3"})


def help_text(column: Column) -> str:
    """What the note on a column's header says."""
    parts = [f"{column.name}: {column.help}."]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}.")
    if column.choices_from:
        parts.append(f"One of {column.choices_from}.")
    parts.append(f"Filled by {column.writer.value}{'; required' if column.required else ''}.")
    return "\n".join(parts)


def _highlight(sheet: Worksheet, formats: Formats, table: Table, first: int, last: int) -> None:
    """The rules of the table, then one for all: a fraction of a unit you typed is shown."""
    for rule in RULES.get(table.name, ()):
        for name in rule.columns:
            _condition(sheet, table, name, (first, last), rule.condition, formats.highlight(**rule.look))
    fraction = formats.highlight(num_format="#,##0.0##")
    for column in table.columns:
        if column.writer is Writer.USER and column.kind is Kind.NUMBER:
            condition = f"=AND(ISNUMBER([{column.name}]),[{column.name}]<>INT([{column.name}]))"
            _condition(sheet, table, column.name, (first, last), condition, fraction)


def _condition(
    sheet: Worksheet, table: Table, name: str, rows: tuple[int, int], condition: str, chosen: Format
) -> None:
    j = table.names.index(name)
    first, last = rows
    criteria = in_row(table, condition, first)
    sheet.conditional_format(first, j, last, j, {"type": "formula", "criteria": criteria, "format": chosen})


def in_row(table: Table, condition: str, first: int = FIRST) -> str:
    """A condition with ``[name]`` written as the cell of that column in the first body row.

    ``[^name]`` is the cell above it.
    """
    return re.sub(
        r"\[(\^?)(\w+)\]",
        lambda match: f"${xl_col_to_name(table.names.index(match[2]))}{first + (0 if match[1] else 1)}",
        condition,
    )


def _set_up_page(sheet: Worksheet, table: Table, top: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(top)
    if frozen := _frozen(table):
        sheet.repeat_columns(0, frozen - 1)
    sheet.print_across()  # the pages of the same rows follow each other
    sheet.fit_to_pages(pages_across(table), 0)
    sheet.set_header(f"&L&B{table.name}&R&D")
    sheet.set_footer("&L&F&RPage &P of &N")
    sheet.hide_gridlines(1)


def pages_across(table: Table) -> int:
    """Pages beside each other on which a table can be read, each with the columns that name the row.

    >>> from xlinventory.sheets import TABLES
    >>> pages_across(TABLES["Movements"]), pages_across(TABLES["Valuation"])
    (1, 2)
    """
    widths = [width(column) for column in table.columns]
    repeated = sum(widths[: _frozen(table)])
    return max(1, ceil((sum(widths) - repeated) / (PAGE / READABLE - repeated)))
