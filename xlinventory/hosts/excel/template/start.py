"""The Start sheet: what to do, in six steps, and how things stand."""

from typing import Any, NamedTuple

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory import __version__
from xlinventory.core.planning.check import MISSED
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import function_sheet
from xlinventory.hosts.excel.template.chart_blocks import iso_day
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.macros.restated import TAKEN_UP
from xlinventory.registry import registered
from xlinventory.sheets import TABLES
from xlinventory.tables import Table

WIDTHS = (2, 5, 26, 66, 42, 19, 14, 2)
MARK, NAME, WHAT, COMMAND, WHEN, STATE = range(1, 7)
STEPS_AT = 3


class Step(NamedTuple):
    """One step of the job: its verb, its button, what it does, its command, and the steps it builds on."""

    verb: str
    title: str
    what: str
    command: str
    after: tuple[str, ...]


STEPS = (
    Step(
        "refresh", "Refresh from CSV",
        "Bring in sales, receipts, orders and prices from a folder of CSV files. "
        "Twice changes nothing; refused lines are in ImportIssues.",
        "xlinventory refresh BOOK FOLDER", (),
    ),
    Step(
        "forecast", "Forecast",
        "Forecast every item with the method that did best on periods held out.",
        "xlinventory forecast BOOK", ("refresh",),
    ),
    Step(
        "plan", "Update stock levels",
        "Measure lead times; set safety stock, reorder point and order-up-to level; "
        "check them by simulation, and move those that miss their target.",
        "xlinventory plan BOOK", ("refresh", "forecast"),
    ),
    Step(
        "reorder", "Reorder run",
        "List what to order now, in packs and at the best price, each line with its reason.",
        "xlinventory reorder BOOK", ("refresh", "plan"),
    ),
    Step(
        "value", "Value stock",
        "Value stock and cost of sales of a period by FIFO, LIFO and weighted average; write it down to what "
        "it will bring in.",
        "xlinventory value BOOK", ("refresh",),
    ),
    Step(
        "suppliers", "Supplier scores",
        "Score suppliers on time, quality and price, and what their lateness costs.",
        "xlinventory suppliers BOOK", ("refresh", "plan"),
    ),
)  # fmt: skip


class Light(NamedTuple):
    """One line of how things stand: what, its value, how it is shown, its light and a word on it.

    A light is 1 for good, 2 for look at it, 3 for wrong, 0 for not yet.
    """

    name: str
    value: str
    number_format: str
    light: str
    word: str


_LINES = "(COUNT(Movements[date])+SUM(MovementFiles[lines]))"
_PROBLEMS = "COUNTA(ImportIssues[problem])"
_TO_ORDER = 'COUNTIFS(Reorder[take],"yes",Reorder[order_qty],">0")'
_BELOW = (
    '(SUMPRODUCT((Items[simulated_service]<>"")'
    f"*(Items[simulated_service]<Items[service_target]-{MISSED:g})))"
)
_MOVED = "COUNT(Items[simulated_change])"
_CHECK = "SUM(Valuation[check])"
_CLOSED = "COUNT(Closings[period_end])"
_RESTATED = f'(COUNTIF(Closings[why],"?*")-COUNTIF(Closings[why],"*{TAKEN_UP}"))'
"""Of a column that is mostly blank: a year of closings is not compared with every calculation."""
_VALUED = "MAX(ValuationTotals[to_date])"
_ON = f'IF({_VALUED}>0,", on "&{iso_day(_VALUED)},"")'
_PASSED, _LOADED = function_sheet.passed(), function_sheet.loaded()


def lights() -> tuple[Light, ...]:
    """How things stand, line by line."""
    functions = len(list(registered()))
    return (
        Light("Data up to", '=IF(ISNUMBER(as_of),as_of,"no data yet")', look.DATE, "=IF(ISNUMBER(as_of),1,0)",
              "the day every date here counts from"),
        Light("Import problems", f"={_PROBLEMS}", look.UNITS,
              f"=IF({_LINES}=0,0,IF({_PROBLEMS}>0,2,1))",
              "lines not taken, each with its reason: ImportIssues"),
        Light("Items out of stock", '=COUNTIF(Items[status],"OUT")', look.UNITS,
              '=IF(COUNT(Items[reorder_point])=0,0,IF(COUNTIF(Items[status],"OUT")>0,3,1))',
              '="of "&COUNTA(Items[sku])&" items"'),
        Light("Service, simulated",
              '=IF(COUNT(Items[simulated_service])=0,"no plan yet",AVERAGE(Items[simulated_service]))',
              look.PERCENT,
              f"=IF(COUNT(Items[simulated_service])=0,0,IF({_BELOW}=0,1,2))",
              f'="{100 * MISSED:g} points below target: "&{_BELOW}&" items; moved by the check: "&{_MOVED}'),
        Light("Lines to order", f"={_TO_ORDER}", look.UNITS,
              f"=IF(COUNTA(Reorder[sku])=0,0,IF({_TO_ORDER}>0,2,1))",
              '="for "&FIXED(SUMIFS(Reorder[value],Reorder[take],"yes"),2)&" "&currency&": Reorder"'),
        Light("Orders overdue", '=COUNTIF(PurchaseOrders[status],"overdue")', look.UNITS,
              '=IF(COUNTA(PurchaseOrders[po])=0,0,IF(COUNTIF(PurchaseOrders[status],"overdue")>0,2,1))',
              '="of "&COUNTIF(PurchaseOrders[open_quantity],">0")&" lines still to come: PurchaseOrders"'),
        Light("Stock value", "=SUM(Valuation[carrying_value])", look.MONEY,
              "=IF(COUNTA(Valuation[sku])=0,0,1)",
              '=currency&" by "&valuation_method&", less write-downs"&' + _ON),
        Light("Valuation check", f"={_CHECK}", look.MONEY,
              f"=IF(COUNTA(Valuation[sku])=0,0,IF({_CHECK}=0,1,3))",
              "opening + purchases - cost of sales - stock, all items and methods: must be 0"),
        Light("Closed to", f'=IF({_CLOSED}=0,"no period yet",MAX(Closings[period_end]))', look.DATE,
              f"=IF({_CLOSED}=0,0,IF({_RESTATED}=0,1,2))",
              f'="rows with figures that changed since: "&{_RESTATED}&" (Closings)"'),
        Light("Functions that pass", f"={_PASSED}", look.UNITS,
              f"=IF({_LOADED}=0,0,IF({_PASSED}={functions},1,IF({_PASSED}={_LOADED},2,3)))",
              f"of {functions} worksheet functions tested live: Functions"),
        Light("Version", f"xlinventory {__version__}", "General", "=1", "made this workbook"),
    )  # fmt: skip


def write_start(book: Workbook, formats: Formats, tabs: dict[str, str]) -> Worksheet:
    """The sheet: title, steps, lights, and a list of the sheets with their links."""
    sheet = book.add_worksheet("Start")
    _lay_out(sheet, formats)
    _write_title(sheet, formats)
    row = _write_steps(sheet, formats, STEPS_AT)
    row = _write_lights(sheet, formats, row + 1)
    row = _write_sheets(sheet, formats, row + 1, tabs)
    row = _write_key(sheet, formats, row + 1)
    sheet.print_area(0, 0, row, len(WIDTHS) - 1)
    sheet.activate()
    return sheet


def last_run(verb: str) -> str:
    """Formula part: when a verb last ended and was not undone; 0 for never."""
    return f'SUMPRODUCT(MAX((Log[macro]="{verb}")*(Log[undone]<>"yes")*Log[when]))'


def _write_steps(sheet: Worksheet, formats: Formats, row: int) -> int:
    _write_headings(sheet, formats, row, ("", "Six steps", "", "command line", "last run", "state"))
    place = {step.verb: f"$F${row + 2 + i}" for i, step in enumerate(STEPS)}
    line = _line()
    for i, step in enumerate(STEPS):
        at = row + 1 + i
        sheet.set_row(at, 32)
        sheet.write(
            at, MARK, i + 1,
            formats.get(
                **line, bold=True, font_color=look.WHITE, bg_color=look.BLUE, align="center", font_size=12
            ),
        )  # fmt: skip
        sheet.write(at, NAME, step.title, formats.get(**line, bold=True, font_color=look.NAVY, indent=1))
        sheet.write(at, WHAT, step.what, formats.get(**line, text_wrap=True, font_color=look.SLATE))
        sheet.write(
            at, COMMAND, step.command, formats.get(**line, font_name="Consolas", font_size=9, indent=1)
        )
        mine = place[step.verb]
        sheet.write_formula(
            at, WHEN, f"={last_run(step.verb)}",
            formats.get(**line, num_format=f'{look.TIME};;"-"', align="center"), "",
        )  # fmt: skip
        newer = f"MAX({','.join(place[verb] for verb in step.after)})" if step.after else "0"
        sheet.write_formula(
            at, STATE, f'=IF({mine}=0,"not yet",IF({newer}>{mine},"run again","done"))',
            formats.get(**line, align="center", bold=True, font_color=look.GREY), "",
        )  # fmt: skip
    _colour_states(sheet, formats, row + 1, row + len(STEPS))
    return row + len(STEPS) + 1


def _colour_states(sheet: Worksheet, formats: Formats, first: int, last: int) -> None:
    for word, ink, fill in (
        ("done", look.GREEN, look.PALE_GREEN),
        ("run again", look.AMBER, look.PALE_AMBER),
    ):
        sheet.conditional_format(
            first, STATE, last, STATE,
            {"type": "cell", "criteria": "==", "value": f'"{word}"',
             "format": formats.highlight(font_color=ink, bg_color=fill)},
        )  # fmt: skip


def _write_lights(sheet: Worksheet, formats: Formats, row: int) -> int:
    _write_headings(sheet, formats, row, ("", "How things stand", "", "", "", ""))
    line = _line()
    dot = formats.get(**line, num_format='"●";"●";"●"', align="center", font_size=14, font_color="#C5CDD6")
    for i, light in enumerate(lights(), row + 1):
        sheet.set_row(i, 20)
        sheet.write_formula(i, MARK, light.light, dot, "")
        sheet.write(i, NAME, light.name, formats.get(**line, bold=True, font_color=look.NAVY, indent=1))
        value = formats.get(**line, num_format=light.number_format, align="left", bold=True)
        _write(sheet, i, WHAT, light.value, value)
        _write(sheet, i, COMMAND, light.word, formats.get(**line, font_color=look.SLATE))
        for column in (WHEN, STATE):
            sheet.write_blank(i, column, None, formats.get(**line))
    last = row + len(lights())
    for value, colour in ((1, look.GREEN), (2, look.AMBER), (3, look.RED)):
        sheet.conditional_format(
            row + 1, MARK, last, MARK,
            {"type": "cell", "criteria": "==", "value": value,
             "format": formats.highlight(font_color=colour)},
        )  # fmt: skip
    return last + 1


def _write_sheets(sheet: Worksheet, formats: Formats, row: int, tabs: dict[str, str]) -> int:
    _write_headings(sheet, formats, row, ("", "Sheets", "", "", "rows", ""))
    line = _line()
    shown = [
        ("Dashboard", "Six figures and seven charts of all that follows.", ""),
        ("WhatIf", "One item: what service costs, what runs short, what another target would change.", ""),
    ]
    shown += [
        (table.name, table.help, f"=COUNTA({table.name}[{_always_filled(table)}])")
        for table in TABLES.values()
        if not table.hidden
    ]
    shown.append(("Functions", "Every worksheet function with a live example that tests itself.", ""))
    link = formats.get(**line, font_color=look.BLUE, underline=1, indent=1)
    for i, (name, help_text, count) in enumerate(shown, row + 1):
        sheet.write_blank(i, MARK, None, formats.get(**line, bg_color=tabs[name]))
        sheet.write_url(i, NAME, f"internal:'{name}'!A1", link, name)
        sheet.write(i, WHAT, help_text, formats.get(**line, font_color=look.SLATE))
        for column in (COMMAND, STATE):
            sheet.write_blank(i, column, None, formats.get(**line))
        _write(sheet, i, WHEN, count, formats.get(**line, align="center", num_format=look.UNITS))
    return row + len(shown) + 1


def _always_filled(table: Table) -> str:
    """The column that says how many rows there are: the first that must not be blank."""
    return next((column.name for column in table.columns if column.required), table.names[0])


def _write_key(sheet: Worksheet, formats: Formats, row: int) -> int:
    _write_headings(sheet, formats, row, ("", "Colours", "", "", "", ""))
    key = (
        (look.NAVY, "dark blue header", "you fill this column: white cells, blue writing"),
        (look.SLATE, "slate header", "a button fills it: grey cells, leave them alone"),
        (look.TEAL, "green header", "a formula fills it: grey cells, follows by itself"),
    )
    for i, (colour, name, meaning) in enumerate(key, row + 1):
        sheet.write(
            i, NAME, name, formats.get(**_line(), bg_color=colour, font_color=look.WHITE, indent=1, bold=True)
        )
        sheet.write(i, WHAT, meaning, formats.get(**_line(), font_color=look.SLATE))
    sheet.write(
        row + len(key) + 1, NAME, "Point at a column's header for its meaning and unit.",
        formats.get(font_color=look.GREY, italic=True),
    )  # fmt: skip
    return row + len(key) + 1


def _write(sheet: Worksheet, row: int, column: int, value: str, style: Any) -> None:
    if value.startswith("="):
        sheet.write_formula(row, column, value, style, "")
    else:
        sheet.write_string(row, column, value, style)


def _write_headings(sheet: Worksheet, formats: Formats, row: int, words: tuple[str, ...]) -> None:
    sheet.set_row(row, 24)
    for column, word in enumerate(words, MARK):
        title = column == NAME
        sheet.write(
            row, column, word or None,
            formats.get(
                bold=True, font_color=look.NAVY if title else look.GREY, font_size=12 if title else 9,
                bottom=2, bottom_color=look.NAVY, valign="bottom",
                align="center" if column >= WHEN else "left",
            ),
        )  # fmt: skip


def _line() -> dict[str, Any]:
    return {"bottom": 1, "bottom_color": look.LINE}


def _write_title(sheet: Worksheet, formats: Formats) -> None:
    band = {"bg_color": look.NAVY}
    for row in (0, 1):
        for column in range(len(WIDTHS)):
            sheet.write_blank(row, column, None, formats.get(**band))
    sheet.write(0, MARK, "Inventory", formats.get(**band, font_color=look.WHITE, bold=True, font_size=22))
    sheet.write(
        1, MARK, "What you have, what it is worth, what will be wanted, what to order today - and why.",
        formats.get(**band, font_color="#C9D4E0", valign="top"),
    )  # fmt: skip


def _lay_out(sheet: Worksheet, formats: Formats) -> None:
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size, formats.get())
    sheet.set_row(0, 40)
    sheet.set_row(1, 24)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(0.3, 0.3, 0.3, 0.3)
    sheet.center_horizontally()
