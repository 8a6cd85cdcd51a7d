"""The Functions sheet: every worksheet function with a live example that tests itself."""

import textwrap
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.registry import Family, Shape, WorksheetFunction, registered

SHEET = "Functions"
HEADINGS = (
    "function",
    "what it gives",
    "how to write it",
    "example",
    "gives now",
    "should give",
    "unit",
    "agrees",
)
WIDTHS = (26, 50, 46, 46, 14, 14, 22, 9)
SPARE = 2
"""Characters that some program's font may have less room for in a line."""
NAME, WHAT, SYNTAX, EXAMPLE, NOW, EXPECTED, UNIT, TICK = range(len(HEADINGS))
HEAD, FIRST = 2, 3
YES, NO, ASLEEP = "✓", "✗", "not loaded"


def write_functions(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet, family by family."""
    sheet = book.add_worksheet(SHEET)
    _write_title(sheet, formats)
    heading = formats.get(bold=True, font_color=look.WHITE, bg_color=look.SLATE)
    sheet.write_row(HEAD, 0, HEADINGS, heading)
    row = FIRST
    specs = list(registered())
    for family in Family:
        mine = [spec for spec in specs if spec.family is family]
        if not mine:
            continue
        _write_family(sheet, formats, row, family)
        for i, spec in enumerate(mine, row + 1):
            _write_function(sheet, formats, i, spec, first_cell_formula(spec))
        row += len(mine) + 1
    _lay_out(sheet, formats, row)
    return sheet


def passed() -> str:
    """Formula part: how many examples agree."""
    return f'COUNTIF({SHEET}!$H:$H,"{YES}")'


def loaded() -> str:
    """Formula part: how many examples could be computed."""
    return f'({passed()}+COUNTIF({SHEET}!$H:$H,"{NO}"))'


def first_cell_formula(spec: WorksheetFunction) -> str:
    """The example as one cell shows it: the first value of a result that would spill."""
    return spec.formula if spec.shape is Shape.VALUE else f"=INDEX({spec.formula[1:]},1,1)"


def first_value(expected: Any) -> Any:
    """The first value of an expected result."""
    while isinstance(expected, list | tuple):
        expected = expected[0]
    return expected


def tick_formula(now: str, expected: str) -> str:
    """Whether two cells agree, to the sixth figure for numbers."""
    near = f"ABS({now}-{expected})<=0.000001*MAX(1,ABS({expected}))"
    return (
        f'=IF(ISERROR({now}),"{ASLEEP}",IF(AND(ISNUMBER({now}),ISNUMBER({expected})),'
        f'IF({near},"{YES}","{NO}"),IF({now}={expected},"{YES}","{NO}")))'
    )


def _write_title(sheet: Worksheet, formats: Formats) -> None:
    band = {"bg_color": look.NAVY, "font_color": look.WHITE}
    for column in range(len(HEADINGS)):
        sheet.write_blank(0, column, None, formats.get(**band))
    sheet.write(0, 0, "Functions", formats.get(**band, bold=True, font_size=18))
    sheet.write_formula(
        1, 0, f'={passed()}&" of {len(list(registered()))} examples give what they should. '
        'Copy an example, or click fx and choose the function for help on each argument."',
        formats.get(font_color=look.SLATE, italic=True), "",
    )  # fmt: skip


def _write_family(sheet: Worksheet, formats: Formats, row: int, family: Family) -> None:
    style = formats.get(bold=True, font_color=look.NAVY, bg_color=look.PALE_BLUE, font_size=11)
    for column in range(len(HEADINGS)):
        sheet.write_blank(row, column, None, style)
    sheet.write(row, 0, family.value, style)
    sheet.set_row(row, 20)


def _write_function(
    sheet: Worksheet, formats: Formats, row: int, spec: WorksheetFunction, formula: str
) -> None:
    line: dict[str, Any] = {"bottom": 1, "bottom_color": look.LINE, "valign": "top"}
    text = formats.get(**line, text_wrap=True, font_color=look.SLATE)
    code = formats.get(**line, text_wrap=True, font_name="Consolas", font_size=9)
    shown = look.DATE if spec.returns == "date" else "#,##0.00##"
    result = formats.get(**line, align="right", num_format=shown, bg_color=look.COMPUTED, indent=1)
    wanted = formats.get(**line, align="right", num_format=shown, indent=1)
    sheet.write_string(row, NAME, spec.name, formats.get(**line, bold=True, font_color=look.NAVY))
    sheet.write_string(row, WHAT, spec.summary, text)
    sheet.write_string(row, SYNTAX, spec.syntax, code)
    sheet.write_string(row, EXAMPLE, formula, code)
    sheet.write_formula(row, NOW, formula, result, "")
    sheet.write(row, EXPECTED, first_value(spec.expect), wanted)
    sheet.write_string(row, UNIT, spec.returns, text)
    now, expected = f"$E${row + 1}", f"$F${row + 1}"
    sheet.write_formula(
        row, TICK, tick_formula(now, expected), formats.get(**line, align="center", bold=True), ""
    )
    sheet.set_row(row, 13.5 * _lines(spec, formula) + 5)


def _lines(spec: WorksheetFunction, formula: str) -> int:
    """Lines the longest text of a row needs, for programs that do not fit the height by themselves."""
    texts = ((spec.summary, WHAT), (spec.syntax, SYNTAX), (formula, EXAMPLE))
    return max(len(textwrap.wrap(text, WIDTHS[column] - SPARE)) for text, column in texts)


def _lay_out(sheet: Worksheet, formats: Formats, end: int) -> None:
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size, formats.get())
    sheet.set_row(0, 34)
    sheet.set_row(HEAD, 22)
    sheet.freeze_panes(FIRST, 1)
    ticks = (FIRST, TICK, end - 1, TICK)
    for word, ink, fill in ((YES, look.GREEN, look.PALE_GREEN), (NO, look.RED, look.PALE_RED)):
        sheet.conditional_format(
            *ticks,
            {"type": "cell", "criteria": "==", "value": f'"{word}"',
             "format": formats.highlight(font_color=ink, bg_color=fill)},
        )  # fmt: skip
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, end - 1, TICK)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.set_footer("&L&F&RPage &P of &N")
