"""The WhatIf sheet: one item, what another target or another lead time would cost and spare."""

from typing import Any, NamedTuple

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template import what_if_panels as panels
from xlinventory.hosts.excel.template import what_if_places as cells
from xlinventory.hosts.excel.template.formats import Formats
from xlinventory.hosts.excel.template.what_if_cells import helpers
from xlinventory.hosts.excel.template.what_if_charts import cost_chart, shortage_chart
from xlinventory.hosts.excel.template.what_if_places import (
    CHART_ROWS,
    CHOICE,
    CURVE,
    FACT,
    LEVELS,
    MINE,
    PANELS,
    PLAN,
    SHEET,
    answer_cell,
    fact,
    percent,
)

LEFT, MIDDLE, RIGHT, END = 1, 7, 8, 14
"""First column, the gap between both halves, first column of the right half, the margin after it."""
COLUMN, GAP, ROW = 88, 17, 22  # pixels
HALF = 6 * COLUMN
TITLE, MESSAGE, LABEL, FIGURE, NOTE = 0, 3, 5, 6, 7
HEADINGS, CHECKED = PANELS - 1, PANELS + len(cells.INPUTS)
CHARTS = CHECKED + 3
GROUPS, BOTTOM = CURVE - 2, CURVE + len(LEVELS)
HEIGHTS = {
    TITLE: 44, TITLE + 1: 10, CHOICE: 26, MESSAGE: 22, MESSAGE + 1: 8, LABEL: 24, FIGURE: 40, NOTE: 24,
    NOTE + 1: 12, HEADINGS: 24, CHECKED: 20, CHECKED + 1: 20, CHECKED + 2: 8, GROUPS: 22, CURVE - 1: 32,
}  # fmt: skip
MOVED = f"N({PLAN['moved']})"
"""Units that the simulated check has added to the item's levels."""


class Tile(NamedTuple):
    """One figure: its name, its formula, how it is shown, what stands below it, and its colour."""

    label: str
    formula: str
    number_format: str
    note: str
    colour: str


def _tiles() -> tuple[Tile, ...]:
    mine = {name: answer_cell(name, cells.WHAT_IF) for name in cells.ANSWERS}
    now = {name: answer_cell(name, cells.NOW) for name in cells.ANSWERS}
    served, checked = answer_cell("service", cells.SIMULATED), cells.item("simulated_service")

    def plan(name: str, digits: int = 0) -> str:
        return f'=IF(ISNUMBER({now[name]}),"plan "&FIXED({now[name]},{digits}),"")'

    by_check = f'IF({MOVED}=0,"",", "&{signed(MOVED)}&" by the check")'
    point = f'=IF(ISNUMBER({now["point"]}),"plan "&FIXED({now["point"]},0)&{by_check},"")'
    share = f'=IF(ISNUMBER({now["risk"]}),"plan "&{percent(now["risk"])},"")'
    counted = f'IF({MINE["service_type"]}="fill","units from stock","cycles without stock-out")'
    before = f'IF({fact("row")}=0,"",IF(ISNUMBER({checked}),"plan "&{percent(checked)},{counted}))'
    return (
        Tile("REORDER POINT", mine["point"], look.UNITS, point, look.BLUE),
        Tile("AVERAGE STOCK VALUE", mine["value"], look.WHOLE_MONEY, plan("value"), look.NAVY),
        Tile("HOLDING COST A YEAR", mine["holding"], look.WHOLE_MONEY, plan("holding"), look.TEAL),
        Tile("STOCK-OUT RISK OF A CYCLE", mine["risk"], look.PERCENT, share, look.RED),
        Tile("SERVICE, SIMULATED", served, look.PERCENT, f'=IF({fact("ready")}=1,{before},"")', look.GREEN),
        Tile("SERVICE THAT COSTS LEAST", fact("best"), look.PERCENT,
             f'=IF(ISNUMBER({fact("best")}),"of order cycles","type the cost of a unit short")', look.AMBER),
    )  # fmt: skip


def write_what_if(book: Workbook, formats: Formats) -> Worksheet:
    """The sheet with its dropdown, figures, panels, charts and curve."""
    sheet = book.add_worksheet(SHEET)
    _lay_out(sheet, formats)
    _write_title(sheet, formats)
    _write_choice(sheet, formats)
    for i, tile in enumerate(_tiles()):
        _write_tile(sheet, formats, (1, 3, 5, 8, 10, 12)[i], tile)
    _write_inputs(sheet, formats)
    _write_answers(sheet, formats)
    for column, chart in ((LEFT, cost_chart(book)), (RIGHT, shortage_chart(book))):
        chart.set_size({"width": HALF, "height": CHART_ROWS * ROW - 6})
        sheet.insert_chart(CHARTS, column, chart, {"object_position": 2})
    _write_curve(sheet, formats)
    _write_helpers(sheet, formats)
    return sheet


def _lay_out(sheet: Worksheet, formats: Formats) -> None:
    sheet.hide_gridlines(2)
    for column in range(END + 1):
        narrow = column in {0, MIDDLE, END}
        sheet.set_column_pixels(column, column, GAP if narrow else COLUMN, formats.get())
    sheet.set_column(FACT.left, cells.LAST_HELPER, 9, formats.get(), {"hidden": True})
    for row in range(BOTTOM + 1):
        sheet.set_row_pixels(row, HEIGHTS.get(row, ROW))
    sheet.freeze_panes(MESSAGE + 1, 0)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.set_margins(0.3, 0.3, 0.3, 0.3)
    sheet.center_horizontally()
    sheet.print_area(0, 0, BOTTOM, END)


def _write_title(sheet: Worksheet, formats: Formats) -> None:
    band = {"bg_color": look.NAVY}
    for column in range(END + 1):
        sheet.write_blank(TITLE, column, None, formats.get(**band))
    sheet.write(TITLE, LEFT, "What-if", formats.get(**band, font_color=look.WHITE, bold=True, font_size=18))
    sheet.write(
        TITLE, END - 1, "what service costs, what runs short, what another target would change",
        formats.get(**band, font_color="#C9D4E0", align="right"),
    )  # fmt: skip


def _write_choice(sheet: Worksheet, formats: Formats) -> None:
    """The dropdown, the item's name, and what stands in the way of an answer."""
    sheet.write(CHOICE, LEFT, "Item (choose one)", formats.get(bold=True, font_color=look.NAVY))
    sheet.write_blank(
        CHOICE, cells.PLANNED, None,
        formats.get(font_color=look.INPUT, border=1, border_color=look.BLUE, num_format=look.TEXT, bold=True),
    )  # fmt: skip
    sheet.data_validation(
        CHOICE, cells.PLANNED, CHOICE, cells.PLANNED,
        {"validate": "list", "source": "=Items_sku", "error_type": "warning",
         "error_title": "Item", "error_message": "Not in Items.", "input_title": "Choose an item",
         "input_message": "Left blank, the item of the Dashboard is shown."},
    )  # fmt: skip
    name = f'=IF({fact("row")}=0,"",{fact("sku")}&"  "&{cells.item("name")})'
    sheet.write_formula(CHOICE, cells.YOURS, name, formats.get(bold=True, font_color=look.NAVY, indent=1), "")
    first, last = (cells.input_cell(cells.INPUTS[i], cells.YOURS) for i in (0, -1))
    typed = f"COUNTA({first}:{last})"
    moved = f'IF({MOVED}=0,"",": the simulated check moved all levels by "&{signed(MOVED)}&" units")'
    message = (
        f"=IF(LEN({fact('problem')})>0,{fact('problem')},IF({typed}=0,"
        f'"As planned"&{moved}&". Type in a white cell below to see what would change; the plan stays.",'
        f'{typed}&" of the numbers below are yours; clear them before you choose another item."))'
    )
    sheet.write_formula(MESSAGE, LEFT, message, formats.get(font_color=look.SLATE, italic=True), "")
    wrong = formats.highlight(font_color=look.RED, bold=True)
    rule = {"type": "formula", "criteria": f"={fact('ready')}=0", "format": wrong}
    sheet.conditional_format(MESSAGE, LEFT, MESSAGE, LEFT, rule)


def _write_tile(sheet: Worksheet, formats: Formats, column: int, tile: Tile) -> None:
    """A figure over two columns, parted from the next one by a white edge."""
    base = {"bg_color": look.MIST, "align": "left", "indent": 1}
    edge = {"top": 5, "top_color": tile.colour}
    rest = {"bg_color": look.MIST, "right": 5, "right_color": look.WHITE}
    small = {"font_color": look.SLATE, "font_size": 8}
    sheet.write(LABEL, column, tile.label, formats.get(**base, **edge, **small, bold=True))
    figure = {"font_color": tile.colour, "font_size": 20, "bold": True, "num_format": tile.number_format}
    shown = f'=IF(ISNUMBER({tile.formula}),{tile.formula},"-")'
    style = formats.get(**base, **figure, right=5, right_color=look.WHITE)
    sheet.merge_range(FIGURE, column, FIGURE, column + 1, "", style)
    sheet.write_formula(FIGURE, column, shown, style, "")
    sheet.write_formula(NOTE, column, tile.note, formats.get(**base, **small), "")
    for row, more in ((LABEL, edge), (NOTE, {})):
        sheet.write_blank(row, column + 1, None, formats.get(**rest, **more))


def _write_inputs(sheet: Worksheet, formats: Formats) -> None:
    """Label, the plan's number, yours, the one that counts, its unit."""
    heads = ("The item", "", "plan", "yours", "used", "")
    helps = {
        cells.PLANNED: "What Items and Settings say.",
        cells.YOURS: "Type here to see what would change. Blank takes the plan's number.",
        cells.USED: "What the answers go by.",
    }
    _write_bar(sheet, formats, HEADINGS, LEFT, heads, helps)
    for i, name in enumerate(cells.INPUTS, PANELS):
        given = panels.INPUTS[name]
        _write_label(sheet, formats, i, LEFT, given.label, 2)
        cell = _line() | {"num_format": given.number_format, "align": "right"}
        sheet.write_formula(
            i, cells.PLANNED, panels.planned(name), formats.get(**cell, font_color=look.SLATE), ""
        )
        box = {"border": 1, "border_color": look.BLUE, "font_color": look.INPUT, "align": "right"}
        mine = formats.get(**box, num_format=given.number_format, bg_color=look.WHITE)
        sheet.write_blank(i, cells.YOURS, None, mine)
        counts = formats.get(**cell, bold=True, font_color=look.NAVY, bg_color=look.COMPUTED)
        sheet.write_formula(i, cells.USED, panels.used(name), counts, "")
        unit = given.unit.replace("money", '"&currency&"')
        small = formats.get(**_line(), font_color=look.GREY, font_size=8, indent=1)
        sheet.write_formula(i, cells.UNIT, f'="{unit}"', small, "")
        _limit(sheet, i, given)
    first = PANELS + 1
    changed = {
        "type": "formula", "criteria": f"=LEN($E{first})>0",
        "format": formats.highlight(bg_color=look.PALE_AMBER, font_color=look.AMBER),
    }  # fmt: skip
    sheet.conditional_format(PANELS, cells.USED, PANELS + len(cells.INPUTS) - 1, cells.USED, changed)


def _limit(sheet: Worksheet, row: int, given: panels.Input) -> None:
    if given.choices:
        rule: dict[str, Any] = {"validate": "list", "source": list(given.choices)}
        error = "Not in the list."
    else:
        limits = {"minimum": given.low, "maximum": given.high}
        rule = {"validate": "decimal", "criteria": "between"} | limits
        error = f"A number from {given.low:g} to {given.high:g}."
    title = given.label.strip()
    told = {"error_title": title, "error_message": error, "input_title": title, "input_message": given.help}
    sheet.data_validation(row, cells.YOURS, row, cells.YOURS, rule | told)


def _write_answers(sheet: Worksheet, formats: Formats) -> None:
    """Label, and the answer for the plan, for your numbers, simulated, and for the least cost."""
    heads = ("Answers", "", "plan", "what if", "simulated", "least cost")
    helps = {
        cells.NOW: "What the plan's numbers give.",
        cells.WHAT_IF: "What the numbers used give.",
        cells.SIMULATED: "What the levels of what if give with demand and lead times drawn at random, as "
                         "Update stock levels checks them: SERVICE_SIMULATE.",
        cells.BEST: "At the service level at which a further unit of stock costs what it saves: "
                    "BEST_SERVICE_LEVEL. It needs the cost of a unit short.",
    }  # fmt: skip
    _write_bar(sheet, formats, HEADINGS, RIGHT, heads, helps)
    for i, name in enumerate(cells.ANSWERS, PANELS):
        answer = panels.ANSWERS[name]
        _write_label(sheet, formats, i, RIGHT, answer.label, 2)
        _note(sheet, i, RIGHT, answer.help)
        shown = _line() | {"num_format": answer.number_format, "align": "right"}
        for case in panels.CASES:
            mine = {"bold": True, "font_color": look.NAVY, "bg_color": look.COMPUTED}
            other = {"font_color": look.SLATE}
            style = formats.get(**shown, **(mine if case.column == cells.WHAT_IF else other))
            sheet.write_formula(i, case.column, answer.calculated(case), style, "")
        style = formats.get(**shown, font_color=look.GREEN)
        if answer.simulated:
            sheet.write_formula(i, cells.SIMULATED, answer.simulated(panels.SIMULATION), style, "")
        else:
            sheet.write_blank(i, cells.SIMULATED, None, style)
    small = formats.get(font_color=look.GREY, font_size=8)
    sheet.write_formula(CHECKED, LEFT, _checked(), small, "")
    told = f'IF({cells.item("check")}="","","The plan: "&{cells.item("check")}&".")'
    sheet.write_formula(CHECKED + 1, LEFT, f'=IF({fact("row")}=0,"",{told})', small, "")
    moved = formats.highlight(font_color=look.AMBER, bold=True)
    rule = {"type": "formula", "criteria": f"={MOVED}<>0", "format": moved}
    sheet.conditional_format(CHECKED + 1, LEFT, CHECKED + 1, LEFT, rule)
    sheet.conditional_format(NOTE, LEFT, NOTE, LEFT, rule)


def _checked() -> str:
    """What the simulation drew from."""
    own = f'{fact("known")}&" "&period&"s of its own demand"'
    made = '"made-up demand, as there is too little past"'
    step = f'IF({fact("step days")}={fact("period days")},period&"s",{fact("step days")}&" day steps")'
    receipts = f'"the lead times of its supplier\'s last "&{fact("receipts")}&" receipts"'
    leads = f'IF({fact("as received")}=1,{receipts},"made-up lead times")'
    return (
        f'=IF({fact("ready")}=1,"Simulated: "&FIXED({fact("periods")},0)&" "&{step}&" drawn from "'
        f'&IF({fact("own")}=1,{own},{made})&" and from "&{leads}&", all with the mean and spread used.","")'
    )


def signed(units: str) -> str:
    """Formula part: units as text, +12 or -3."""
    return f'IF({units}>0,"+","")&FIXED({units},0)'


def _write_curve(sheet: Worksheet, formats: Formats) -> None:
    for column, word in (
        (LEFT, "What service takes, and its simulated check"),
        (RIGHT, "Stock, and what runs short"),
    ):
        _write_bar(sheet, formats, GROUPS, column, (word, "", "", "", "", ""), {})
    head = formats.get(
        text_wrap=True, align="right", valign="bottom", font_size=8, font_color=look.SLATE, bold=True,
        bottom=1, bottom_color=look.GREY,
    )  # fmt: skip
    for name, column in cells.CURVE_COLUMNS.items():
        told = panels.CURVE[name]
        _write(sheet, CURVE - 1, column, told.heading, head)
        _note(sheet, CURVE - 1, column, told.help)
        colour = {"font_color": look.GREEN} if "simulated" in name else {}
        style = formats.get(**_line(), **colour, num_format=told.number_format, align="right")
        for i in range(len(LEVELS)):
            _write(sheet, CURVE + i, column, told.formula(i), style)
    arrow = formats.get(font_color=look.AMBER, align="right", font_size=8)
    for i in range(len(LEVELS)):
        sheet.write_formula(CURVE + i, 0, f'=IF({fact("nearest")}={i + 1},"▶","")', arrow, "")
    chosen = formats.highlight(bold=True, bg_color=look.PALE_AMBER)
    nearest = {"type": "formula", "criteria": f'=$A{CURVE + 1}="▶"', "format": chosen}
    for left in (LEFT, RIGHT):
        sheet.conditional_format(CURVE, left, BOTTOM - 1, left + 5, nearest)


def _write_bar(
    sheet: Worksheet, formats: Formats, row: int, column: int, words: tuple[str, ...], helps: dict[int, str]
) -> None:
    for j, word in enumerate(words, column):
        title = j == column
        style = formats.get(
            bold=True, font_color=look.NAVY if title else look.GREY, font_size=12 if title else 9,
            bottom=2, bottom_color=look.NAVY, valign="bottom", align="left" if title else "right",
        )  # fmt: skip
        sheet.write(row, j, word or None, style)
        if j in helps:
            _note(sheet, row, j, helps[j])


def _write_label(sheet: Worksheet, formats: Formats, row: int, column: int, label: str, width: int) -> None:
    style = formats.get(**_line(), font_color=look.SLATE)
    _write(sheet, row, column, label, style)
    for j in range(column + 1, column + width):
        sheet.write_blank(row, j, None, style)


def _note(sheet: Worksheet, row: int, column: int, text: str) -> None:
    lines = 1 + len(text) // 44
    sheet.write_comment(row, column, text, {"x_scale": 2.1, "height": 16 * lines + 12, "color": "#FFFDF3"})


def _write_helpers(sheet: Worksheet, formats: Formats) -> None:
    small = formats.get(font_color=look.GREY, font_size=8)
    for block, rows in helpers(panels.LIMITS).items():
        sheet.write_row(block.top - 1, block.left, block.columns, small)
        for i, row in enumerate(rows, block.top):
            for j, value in enumerate(row, block.left):
                _write(sheet, i, j, value, small)


def _write(sheet: Worksheet, row: int, column: int, value: str | float, style: Any) -> None:
    if isinstance(value, str) and value.startswith("="):
        sheet.write_formula(row, column, value, style, "")
    else:
        sheet.write(row, column, value, style)


def _line() -> dict[str, Any]:
    return {"bottom": 1, "bottom_color": look.LINE}
