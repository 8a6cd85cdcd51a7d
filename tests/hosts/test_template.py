"""The template workbook, read back with libraries that did not write it."""

import datetime as dt
import importlib.util
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel

from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.template import (
    chart_data,
    function_sheet,
    start,
    supplier_sheets,
    turnover_groups,
)
from xlinventory.hosts.excel.template import turnover_cells as cells
from xlinventory.hosts.excel.template.table_sheets import help_text, list_name
from xlinventory.hosts.file import FileWorkbook
from xlinventory.registry import registered
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import Kind, Writer

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "workbook_templates"
OURS = {spec.name for spec in registered()}
# Built-ins of Excel 2010 and LibreOffice 7 alike, none of which spills or depends on the day.
BUILT_IN = {
    "ABS", "AND", "AVERAGE", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "DAY", "EDATE", "FIXED", "IF",
    "IFERROR", "INDEX", "INT", "ISERROR", "ISNUMBER", "LARGE", "LEFT", "LEN", "MATCH", "MAX", "MIN",
    "MONTH", "N", "OR", "ROUND", "SUBSTITUTE", "SUM", "SUMIFS", "SUMPRODUCT", "TEXT", "YEAR",
}  # fmt: skip
STRUCTURED = re.compile(r"\b(\w+)\[(?:\[#This Row\],)?\[?(\w+)\]?\]")


def digits(data: bytes) -> bytes:
    """Numbers with their first nine figures."""
    return re.sub(rb"-?\d+\.\d{6,}(?:[eE][-+]?\d+)?", lambda m: f"{float(m.group(0)):.9g}".encode(), data)


def version(data: bytes) -> bytes:
    """Any release of xlwings."""
    return re.sub(rb"xlwings==[\w.]+", b"xlwings", data)


IGNORED = {"last figures of stored numbers": digits, "the installed xlwings": version}
"""Differences between the committed and the rebuilt file that do not count, and what evens them out."""
PROJECT = "xl/vbaProject.bin"
"""Holds a module of the installed xlwings, whichever that is; test_package compares it module by module."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "inventory.xlsm"
    script().build(path)
    return path


@pytest.fixture(scope="module")
def book(built: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(built)


def script():
    spec = importlib.util.spec_from_file_location("build_template", ROOT / "scripts" / "build_template.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def formulas(path: Path) -> list[tuple[str, str]]:
    """(part, text) of every formula: cells, columns, validations, conditions, names."""
    found = []
    tags = {"f", "formula", "formula1", "formula2", "calculatedColumnFormula", "definedName"}
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if re.match(r"xl/(worksheets/|tables/|workbook\.xml)", name) and name.endswith(".xml"):
                elements = ET.fromstring(parts.read(name)).iter()
                found += [(name, e.text) for e in elements if e.text and e.tag.rpartition("}")[2] in tags]
    return found


def without_text(formula: str) -> str:
    return re.sub(r'"[^"]*"', '""', formula)


def test_two_builds_are_identical(tmp_path: Path) -> None:
    template.build(tmp_path / "one.xlsx")
    template.build(tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["inventory.xlsm", "inventory-lite.xlsx"])
def test_a_committed_workbook_is_what_the_code_builds(built: Path, name: str) -> None:
    """If this fails after a change of tables, functions or buttons: python scripts/build_template.py."""
    again = built.parent / name
    if not again.exists():
        script().BUILDERS[name](again)
    with zipfile.ZipFile(COMMITTED / name) as committed, zipfile.ZipFile(again) as rebuilt:
        assert committed.namelist() == rebuilt.namelist()
        different = []
        for part in rebuilt.namelist():
            pair = [committed.read(part), rebuilt.read(part)]
            for even_out in IGNORED.values():
                pair = [even_out(data) for data in pair]
            if pair[0] != pair[1]:
                different.append(part)
    assert not [part for part in different if part != PROJECT]


def test_every_committed_workbook_is_compared() -> None:
    assert sorted(path.name for path in COMMITTED.iterdir()) == sorted(script().BUILDERS)


HEADS = {
    "TurnoverGroups": turnover_groups.TOP + 1,
    "SupplierScores": supplier_sheets.TOP + 1,
    "SupplierChoice": supplier_sheets.TOP + 1,
}
"""Row of the header where it is not the first: below charts, since the table grows downwards."""


def test_each_table_stands_on_the_sheet_of_its_name_from_the_first_row(book: openpyxl.Workbook) -> None:
    for name, table in TABLES.items():
        area = book[name].tables[name]
        left, top, _, bottom = range_boundaries(area.ref)
        head = HEADS.get(name, 1)
        assert (left, top) == (1, head)
        assert [column.name for column in area.tableColumns] == table.names
        assert bottom == head + 1 or name == "Settings"


def test_calculated_columns_carry_the_formula_of_the_declaration(book: openpyxl.Workbook) -> None:
    for name, table in TABLES.items():
        for column, there in zip(table.columns, book[name].tables[name].tableColumns, strict=True):
            told = there.calculatedColumnFormula
            assert (f"={told.attr_text}" if told else "") == table.formula_of(column), (
                f"{name}[{column.name}]"
            )


def test_every_column_has_its_help_on_the_header(book: openpyxl.Workbook) -> None:
    for name, table in TABLES.items():
        for cell, column in zip(book[name][HEADS.get(name, 1)], table.columns, strict=True):
            assert help_text(column) in cell.comment.text
            assert column.help in cell.comment.text
            assert column.unit in cell.comment.text


def test_inputs_and_computed_cells_look_different(book: openpyxl.Workbook) -> None:
    for name, table in TABLES.items():
        if name == "Settings":
            continue
        for cell, column in zip(book[name][HEADS.get(name, 1) + 1], table.columns, strict=True):
            filled = cell.fill.fgColor.rgb if cell.fill.fill_type else None
            if column.writer is Writer.USER:
                assert (filled, cell.font.color.rgb) == (None, "FF1D4ED8")
            else:
                assert filled == "FFF0F2F5"
            if column.kind is Kind.DATE:
                assert cell.number_format.startswith("yyyy-mm-dd")
            if column.name == "sku":
                assert cell.number_format == "@"


def test_every_structured_reference_is_a_column_of_a_table(built: Path) -> None:
    count = 0
    for part, formula in formulas(built):
        for table, column in STRUCTURED.findall(formula):
            assert column in TABLES[table].names, (part, formula)
            count += 1
    assert count > 500


def test_every_name_in_a_formula_is_defined(book: openpyxl.Workbook, built: Path) -> None:
    known = set(book.defined_names) | {"TRUE", "FALSE"} | OURS | BUILT_IN
    for part, formula in formulas(built):
        bare = re.sub(r"\w+!", "", STRUCTURED.sub("", without_text(formula)))
        for word in re.findall(r"(?<![\w$#'.])[A-Za-z_]\w*", bare):
            assert word in known or re.fullmatch(r"[A-Z]{1,3}\d*", word), (part, formula, word)


def test_only_functions_every_spreadsheet_knows(built: Path) -> None:
    used = {
        (name, part)
        for part, f in formulas(built)
        for name in re.findall(r"([A-Z][\w.]*)\(", without_text(f))
    }
    assert {name for name, _ in used} <= BUILT_IN | OURS
    with zipfile.ZipFile(built) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert "xl/metadata.xml" not in parts.namelist()
    for xml in sheets:
        assert b't="array"' not in xml
        assert b"_xlfn" not in xml


def test_settings_are_defined_names_of_their_cells(book: openpyxl.Workbook) -> None:
    for setting in SETTINGS:
        if setting.name.upper() in OURS:
            continue
        sheet, cell = book.defined_names[setting.name].attr_text.split("!")
        value = book[sheet][cell.replace("$", "")]
        assert book[sheet].cell(value.row, 1).value == setting.name
        assert value.value == setting.value


def test_no_name_hides_a_worksheet_function(book: openpyxl.Workbook) -> None:
    """Names know no case: beside a name season_length, =SEASON_LENGTH(A1:A9) is an error everywhere."""
    assert not {name.upper() for name in book.defined_names} & OURS


def test_settings_take_only_what_their_rule_allows(book: openpyxl.Workbook) -> None:
    rules = {str(rule.sqref): rule for rule in book["Settings"].data_validations.dataValidation}
    for row, setting in enumerate(SETTINGS, 2):
        rule = rules.get(f"B{row}")
        if setting.choices:
            assert rule.formula1 == f'"{",".join(setting.choices)}"'
        elif setting.minimum is not None:
            assert float(rule.formula1) == setting.minimum
            assert rule.type == ("whole" if setting.kind is Kind.WHOLE else "decimal")
            if setting.maximum is not None:
                assert float(rule.formula2) == setting.maximum
        elif setting.kind is Kind.DATE:
            assert rule.type == "date"
        else:
            assert rule is None


def test_dropdowns_and_limits_are_those_of_the_declaration(book: openpyxl.Workbook) -> None:
    for name, table in TABLES.items():
        rules = {str(rule.sqref): rule for rule in book[name].data_validations.dataValidation}
        for j, column in enumerate(table.columns, 1):
            place = book[name].cell(HEADS.get(name, 1) + 1, j).coordinate
            if name == "Settings" or column.writer is not Writer.USER:
                assert place not in rules or name == "Settings"
            elif column.choices_from:
                listed = rules[place].formula1
                assert listed == list_name(column.choices_from)
                assert book.defined_names[listed].attr_text == column.choices_from
            elif column.choices:
                assert rules[place].formula1 == f'"{",".join(column.choices)}"'
            elif column.minimum is not None:
                assert float(rules[place].formula1) == column.minimum


def test_sheets_are_set_up_for_reading_and_printing(book: openpyxl.Workbook) -> None:
    for name in TABLES:
        sheet, head = book[name], HEADS.get(name, 1)
        assert sheet.freeze_panes[1:] == ("2" if head == 1 else "1"), "under charts only columns"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.sheet_properties.tabColor is not None
    assert book["Items"].freeze_panes == "C2"
    assert book["Reorder"].cell(2, TABLES["Reorder"].names.index("why") + 1).alignment.wrap_text
    for name in ("Start", "Dashboard", "WhatIf"):
        assert not book[name].sheet_view.showGridLines


def test_wide_tables_print_large_enough_to_read(book: openpyxl.Workbook) -> None:
    """Letters of six points: of ten points 149 fit across a page. Each page has the names of its rows."""
    for name, table in TABLES.items():
        sheet = book[name]
        widths = [
            sheet.column_dimensions[letter].width
            for letter in map(get_column_letter, range(1, 1 + len(table.columns)))
        ]
        pages = sheet.page_setup.fitToWidth or 1
        repeated = sum(widths[: range_boundaries(sheet.print_title_cols)[2]]) if sheet.print_title_cols else 0
        assert sum(widths) + (pages - 1) * repeated <= pages * 149 / 0.6 * 1.02, name
    assert book["Valuation"].print_title_cols == "$A:$B"
    assert book["Valuation"].page_setup.fitToWidth == 2


def test_only_the_helper_sheets_are_hidden(book: openpyxl.Workbook) -> None:
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets if sheet.sheet_state != "visible"}
    assert states == {"_undo": "veryHidden", "_chart": "hidden", "xlwings.conf": "hidden"}
    assert book.sheetnames[:4] == ["Start", "Dashboard", "WhatIf", "Settings"]


def test_charts_are_native_and_read_cells_that_exist(built: Path, book: openpyxl.Workbook) -> None:
    with zipfile.ZipFile(built) as parts:
        charts = [
            parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")
        ]
    sheets = ("Dashboard", "WhatIf", "ValuationTotals", "TurnoverGroups", "SupplierScores", "SupplierChoice")
    assert ([len(book[name]._charts) for name in sheets], len(charts)) == ([7, 2, 1, 2, 2, 2], 16)
    for xml in charts:
        references = re.findall(r"<c:f>(\w+)!([^<]+)</c:f>", xml)
        assert references
        for sheet, area in references:
            left, top, right, bottom = range_boundaries(area.replace("$", ""))
            filled = [
                c.value is not None for row in book[sheet].iter_rows(top, bottom, left, right) for c in row
            ]
            assert any(filled)


def test_the_empty_workbook_shows_no_error(built: Path) -> None:
    values = openpyxl.load_workbook(built, data_only=True)
    shown = [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in values
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    assert not shown
    opened = FileWorkbook.open(built)
    opened.calculate()
    assert not opened.uncomputed


def test_every_function_has_an_example_that_agrees(built: Path) -> None:
    sheet = openpyxl.load_workbook(built, data_only=True)["Functions"]
    rows = {row[0]: row for row in sheet.iter_rows(function_sheet.FIRST + 1, values_only=True) if row[7]}
    assert set(rows) == OURS
    assert {row[7] for row in rows.values()} == {function_sheet.YES}
    for spec in registered():
        shown, told = rows[spec.name][4], function_sheet.first_value(spec.expect)
        shown = to_excel(shown) if isinstance(shown, dt.datetime) else shown
        assert shown == (told if isinstance(told, str) else pytest.approx(told, rel=1e-6, abs=1e-9))


def test_no_constant_in_a_formula_has_a_blank(built: Path) -> None:
    """Excel calls a file with {1;;2} in it damaged."""
    for part, formula in formulas(built):
        for constant in re.findall(r"\{([^}]*)\}", without_text(formula)):
            assert all(re.split(r"[;,]", constant)), (part, formula)


def test_a_wrong_result_gets_a_cross_and_an_error_no_tick(tmp_path: Path) -> None:
    cases = {
        "=1": (1.0, "✓"),
        "=1.001": (1.0, "✗"),
        '="A"': ("A", "✓"),
        '="B"': ("A", "✗"),
        "=1/0": (1.0, "not loaded"),
    }
    path = tmp_path / "ticks.xlsx"
    book = openpyxl.Workbook()
    for row, (now, (expected, _)) in enumerate(cases.items(), 1):
        tick = function_sheet.tick_formula(f"$A${row}", f"$B${row}")
        for column, cell in enumerate((now, expected, tick), 1):
            book.active.cell(row, column, cell)
    book.save(path)
    opened = FileWorkbook.open(path)
    opened.calculate()
    opened.save()
    shown = openpyxl.load_workbook(path, data_only=True).active
    assert [shown.cell(row, 3).value for row in range(1, 6)] == [tick for _, tick in cases.values()]


def test_the_steps_are_buttons_that_exist() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "xlinventory" / "macros").glob("*.py")]
    buttons = dict(re.findall(r'@macro\("(\w+)", "([^"]+)"', "\n".join(sources)))
    assert {step.verb: step.title for step in start.STEPS}.items() <= buttons.items()
    assert len(start.STEPS) == 6
    for i, step in enumerate(start.STEPS):
        assert set(step.after) <= {earlier.verb for earlier in start.STEPS[:i]}


class Filled:
    """A small business, and what its Start and Dashboard show."""

    AS_OF = 40886.0  # 2011-12-09
    COST, DAILY = np.array([1.0, 10.0, 2.0, 5.0, 3.0]), np.array([2.0, 1.0, 3.0, np.nan, 0.0])

    def __init__(self, path: Path) -> None:
        template.build(path)
        self.book = FileWorkbook.open(path)
        settings = self.book.read_table("Settings")
        settings.loc[settings["setting"] == "as_of", "value"] = self.AS_OF
        self.book.write_table("Settings", settings)
        self._items()
        self._orders()
        self._groups()
        self.book.calculate()
        self.book.save()
        self.values = openpyxl.load_workbook(path, data_only=True)

    def _items(self) -> None:
        frame = pd.DataFrame(
            {"sku": ["123", "00123", "B", "C", "D"], "name": ["One", "Zero", "Bee", "Cee", "Dee"],
             "unit_cost": self.COST, "on_hand": [500.0, 0.0, 30.0, 4.0, 20.0], "on_order": 0.0,
             "demand_avg": self.DAILY, "demand_sd": 0.5, "lead_time": 7.0,
             "lead_time_sd": 0.0, "pattern": [*["smooth"] * 4, "lumpy"], "abc": "A"},
        )  # fmt: skip
        frame.loc[3, ["demand_avg", "demand_sd", "lead_time"]] = np.nan
        self.book.write_table("Items", frame.astype(object).where(frame.notna(), None))

    def _orders(self) -> None:
        days, still = self.AS_OF + np.array([-1.0, 0.0, 6.0, 7.0, 500.0]), [1.0, 2.0, 3.0, 4.0, 5.0]
        orders = pd.DataFrame({"po": list("abcde"), "sku": "B", "supplier": "S", "order_date": 40000.0,
                               "promised_date": days, "quantity": 9.0, "open_quantity": still,
                               "unit_price": 2.0, "status": ["overdue", *["open"] * 4]})  # fmt: skip
        self.book.write_table("PurchaseOrders", orders.astype(object))

    def _groups(self) -> None:
        groups = pd.DataFrame(
            {"group": ["all", "abc", "category", "category"], "name": ["all items", "A", "mugs", "toys"],
             "turns": [4.0, 5.0, 6.0, None], "age_0_30": [9.0, 9.0, 7.0, 2.0],
             "age_over_365": [1.0, 1.0, 0.0, 1.0], "from_date": 40522.0, "to_date": self.AS_OF},
        )  # fmt: skip
        self.book.write_table("TurnoverGroups", groups.astype(object).where(groups.notna(), None))

    def block(self, block: chart_data.Block, column: str) -> list[object]:
        sheet, top, left, bottom, _ = block.range(column)
        return [self.values[sheet].cell(row + 1, left + 1).value for row in range(top, bottom + 1)]

    def fact(self, name: str) -> object:
        return self.values[chart_data.SHEET][chart_data.fact(name).replace("$", "")].value


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return Filled(tmp_path_factory.mktemp("filled") / "book.xlsx")


def test_an_item_without_demand_needs_no_stock(filled: Filled) -> None:
    """However much its past varied: its levels are 0, so that what is there is excess."""
    cells = dict(zip(TABLES["Items"].names, [c.value for c in filled.values["Items"][6]], strict=True))
    assert (cells["safety_stock"], cells["reorder_point"], cells["order_up_to"]) == (0, 0, 0)
    assert (cells["status"], cells["days_cover"], cells["stockout_date"]) == ("EXCESS", None, None)


def test_stock_value_by_status_adds_up(filled: Filled) -> None:
    """By hand: 500 x 1, 0 x 10, 30 x 2, 4 x 5 without a plan, 20 x 3 without demand."""
    value = dict(
        zip(filled.block(chart_data.STATUS, "status"), filled.block(chart_data.STATUS, "value"), strict=True)
    )
    count = dict(
        zip(filled.block(chart_data.STATUS, "status"), filled.block(chart_data.STATUS, "items"), strict=True)
    )
    assert sum(value.values()) == 640
    assert sum(count.values()) == 5
    assert (value["OUT"], count["OUT"]) == (0, 1)
    assert (value["EXCESS"], count["EXCESS"]) == (560, 2)
    assert (value["not planned"], count["not planned"]) == (20, 1)


def test_cumulative_value_is_that_of_the_best_items(filled: Filled) -> None:
    """By hand: values 10, 6, 2, 0 a day of four planned items, so 10/18, 16/18, 18/18 at 1, 2, 3."""
    by_rank = dict(
        zip(
            filled.block(chart_data.PARETO, "rank"),
            filled.block(chart_data.PARETO, "cumulative"),
            strict=True,
        )
    )
    assert by_rank == {
        0: 0,
        1: pytest.approx(10 / 18),
        2: pytest.approx(16 / 18),
        3: pytest.approx(1),
        4: pytest.approx(1),
    }
    assert sum(filled.block(chart_data.PARETO, "slice")) == pytest.approx(1)


def test_open_orders_fall_in_the_week_they_were_promised_for(filled: Filled) -> None:
    """By hand: 1 late; 2 + 3 within seven days; 4 in the second week; 5 later; at 2.00 each."""
    values = filled.block(chart_data.DUE, "value")
    assert values == [2, 10, 8, 0, 0, 0, 0, 0, 0, 10]


def test_what_if_starts_with_the_most_valuable_item(filled: Filled) -> None:
    """By hand: "00123" is worth 10 a day, "B" 6 and "123" 2."""
    assert filled.fact("sku") == "00123"


def test_rules_and_dropdowns_follow_a_table_as_it_grows(filled: Filled) -> None:
    sheet = filled.values["Items"]
    assert "D2:D6" in {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    status = TABLES["Items"].names.index("status") + 1
    column = sheet.cell(2, status).column_letter
    assert f"{column}2:{column}6" in {str(area.sqref) for area in sheet.conditional_formatting}


def test_settings_keep_their_look_after_a_macro_wrote_them(filled: Filled) -> None:
    """The number formats are rules, since a rewritten table has one format a column."""
    shown = {
        rule.dxf.numFmt.formatCode: rule.formula[0]
        for area in filled.values["Settings"].conditional_formatting
        for rule in area.rules
    }
    assert '$A2="as_of"' in shown["yyyy-mm-dd"]
    assert '$A2="service_level_A"' in shown["0.0#%"]
    assert '$A2="order_cost"' in shown["#,##0.00"]


def test_start_tells_how_things_stand(filled: Filled) -> None:
    sheet = filled.values["Start"]
    lines = {row[2].value: (row[1].value, row[3].value) for row in sheet.iter_rows() if row[2].value}
    assert lines["Data up to"][0] == 1
    assert lines["Items out of stock"] == (3, 1)
    assert lines["Orders overdue"] == (2, 1)
    assert lines["Import problems"][0] == 0
    assert lines["Functions that pass"] == (1, len(OURS))


def test_the_charts_of_turnover_show_the_first_lines_and_the_categories_by_age(filled: Filled) -> None:
    """The lines as they stand, then the two categories; below them nothing."""
    pace = zip(*(filled.block(cells.PACE, name) for name in ("label", "turns")), strict=True)
    assert list(pace)[:5] == [("all items", 4), ("class A", 5), ("mugs", 6), ("toys", 0), (None, 0)]
    aged = zip(
        *(filled.block(cells.AGE, name) for name in ("label", "age_0_30", "age_over_365")), strict=True
    )
    assert list(aged)[:3] == [("mugs", 7, 0), ("toys", 2, 1), (None, 0, 0)]
    told = filled.values["TurnoverGroups"].cell(1, 1).value
    assert told.startswith("Turnover from 2010-12-10 to 2011-12-09, money in GBP.")
