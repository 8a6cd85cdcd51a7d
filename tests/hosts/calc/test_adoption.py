"""Workbooks from Excel in LibreOffice: our names resolve, blanks are blanks, and all can be taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.addin.interface import stored_name
from xlinventory.hosts.calc.bridge import properties, struct, url
from xlinventory.hosts.calc.formulas.adoption import adopt
from xlinventory.hosts.calc.formulas.home import at_home, plain_names
from xlinventory.registry import registered

Fill = Callable[[xlsxwriter.Workbook], None]
SAFE = 'IF(ISBLANK({0});"";({0}))'


@pytest.fixture
def opened(office: Office, tmp_path: Path) -> Iterator[Callable[[Fill], Any]]:
    """A workbook as Excel writes it, open in LibreOffice without a view: so nobody has adopted it yet."""
    documents = []

    def build(fill: Fill) -> Any:
        path = tmp_path / f"book{len(documents)}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book)
        documents.append(office.service("com.sun.star.comp.Calc.SpreadsheetDocument"))
        documents[-1].load(properties(URL=url(path), FilterName="Calc MS Excel 2007 XML"))
        return documents[-1]

    yield build
    for document in documents:
        document.setModified(False)
        document.close(True)


def one_sheet(**cells: Any) -> Fill:
    """A workbook of these cells: formulas where they begin with "="."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        for place, value in cells.items():
            sheet.write(place, value)

    return fill


def cell(document: Any, place: str) -> Any:
    return document.Sheets.getByIndex(0).getCellRangeByName(place)


def shown(document: Any, place: str) -> Any:
    document.calculateAll()  # XlsxWriter leaves the results at 0
    found = cell(document, place)
    return found.String if found.getError() or found.FormulaResultType2 == 2 else found.Value


def test_plain_names_resolve_also_where_iferror_hides_them(opened) -> None:
    document = opened(
        one_sheet(
            A1=1000,
            B1="=EOQ(A1,10,0.5,1)",
            B2='=IFERROR(eoq(A1,10,0.5,1),"not there")',
            B3="=1+SQRT(EOQ(40,10,0.5,1)*10)",
            B4='="EOQ("&A1',
        )
    )
    assert adopt(document) == 3
    assert [shown(document, f"B{i}") for i in (1, 2, 3, 4)] == [200.0, 200.0, 21.0, "EOQ(1000"]
    assert adopt(document) == 0


def test_every_function_resolves(opened) -> None:
    names = [spec.name for spec in registered()]
    document = opened(one_sheet(**{f"A{i}": f"={name}()" for i, name in enumerate(names, 1)}))
    assert adopt(document) == len(names)
    formulas = [cell(document, f"A{i}").Formula for i in range(1, len(names) + 1)]
    assert all(stored_name(spec) in formula for spec, formula in zip(registered(), formulas, strict=True))
    assert [plain_names(formula) for formula in formulas] == [f"={name}()" for name in names]


def test_nothing_else_is_touched(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.add_table("A1:B3", {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
        sheet.write_row("A2", [1, 2])
        sheet.write_string("D1", "=EOQ(1000,10,0.5,1)")
        sheet.write_formula("D2", "=COUNTA(T[#Headers])")
        sheet.write_formula("D3", "=SUM(T[a])+unknown_one(3)")
        sheet.write_formula("D4", "=COUNTA(T[#Headers])+EOQ(A9,10,0.5,1)")
        sheet.write_formula("D5", "=SUM(A2:B2)")

    document = opened(fill)
    before = [cell(document, f"D{i}").Formula for i in range(1, 6)]
    results = [shown(document, f"D{i}") for i in (1, 2, 5)]
    assert adopt(document) == 1
    after = [cell(document, f"D{i}").Formula for i in range(1, 6)]
    assert [plain_names(formula).upper() for formula in after] == [formula.upper() for formula in before]
    assert [shown(document, f"D{i}") for i in (1, 2, 5)] == results
    assert cell(document, "D1").Type.value == "TEXT"


def test_what_is_new_is_found_whatever_was_looked_at_before(opened) -> None:
    document = opened(one_sheet(A1=1000, B1="=EOQ(A1,10,0.5,1)"))
    adopt(document)
    assert [adopt(document), adopt(document)] == [0, 0]
    cell(document, "B2").setFormula("=EOQ(A9;10;0.5;1)")
    assert adopt(document) == 1
    assert shown(document, "B2") == "#N/A"
    cell(document, "B3").setFormula("=EOQ(A9;10;0.5;1)")
    assert adopt(document) == 1


def test_a_workbook_without_our_functions_stays_as_it_was_loaded(opened) -> None:
    document = opened(one_sheet(A1=1, B1="=A1+1", B2="=nonsense(A1)"))
    assert adopt(document) == 0
    assert not document.isModified()


def test_the_document_has_not_changed_and_nothing_can_be_undone(opened) -> None:
    document = opened(one_sheet(A1=1000, B1="=EOQ(A1,10,0.5,1)", B2="=EOQ(A1,20,1,1)"))
    names = document.NamedRanges.ElementNames
    adopt(document)
    assert not document.isModified()
    assert not document.UndoManager.isUndoPossible()
    assert document.IsUndoEnabled
    assert document.isAutomaticCalculationEnabled()
    assert not document.isActionLocked()
    assert document.NamedRanges.ElementNames == names


def test_array_formulas_stay_array_formulas(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        for row, value in enumerate((1000, 4000, 9000)):
            sheet.write(row, 0, value)
        sheet.write_array_formula("B1:B3", "{=EOQ(A1:A3,10,0.5,1)}")
        sheet.write_array_formula("C1:D2", "{=EOQ(A1,10,A9,1)}")
        sheet.write_array_formula("F1:F3", "{=ABC_CLASS(A1:A3)}")

    document = opened(fill)
    assert adopt(document) == 10
    assert [shown(document, f"B{i}") for i in (1, 2, 3)] == [200.0, 400.0, 600.0]
    assert {shown(document, place) for place in ("C1", "D1", "C2", "D2")} == {"#N/A"}
    assert {plain_names(cell(document, f"{c}{r}").Formula) for c in "CD" for r in "12"} == {
        "{=EOQ(A1;10;A9;1)}"
    }
    cell(document, "G1").setFormula('=COUNTIF(F1:F3;"A")')
    # shares of 14,000: 64 %, 93 %, 100 %, so one A, one B, one C
    assert [shown(document, f"F{i}") for i in (1, 2, 3)] == ["C", "B", "A"]
    assert shown(document, "G1") == 1.0


def test_a_blank_cell_is_a_blank_as_in_excel(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, other = book.add_worksheet("S"), book.add_worksheet("It's other")
        sheet.add_table("A1:B3", {"name": "T", "columns": [{"header": "x"}, {
            "header": "y", "formula": "=EOQ(T[[#This Row],[x]],10,0.5,1)"}]})  # fmt: skip
        sheet.write("A2", 1000)
        other.write("B2", 10)
        book.define_name("rate", "=S!$H$1")
        book.define_name("cost", "='It''s other'!$B$2")
        book.define_name("area", "=S!$H$1:$H$2")
        sheet.write_formula("D1", "=EOQ(A2,'It''s other'!B3,0.5,1)")
        sheet.write_formula("D2", "=EOQ(1000,cost,0.5,rate)")
        sheet.write_formula("D3", "=EOQ(1000,cost,0.5,1)")
        sheet.write_formula("D4", "=INVENTORY_POSITION(40,30,H1)")  # committed: a blank is 0
        sheet.write_formula("D5", "=EOQ(H1*1,10,0.5,1)")  # an expression is none in Excel either
        sheet.write_formula("D7", "=EOQ(INDEX(A1:A9,9),10,0.5,1)")
        sheet.write_formula("D8", "=EOQ(INDEX(A1:A9,MATCH(1000,A1:A9,0)),10,0.5,1)")
        sheet.write_formula("D6", '=IFERROR(EOQ(1000,10,0.5,H1),"blank")')

    document = opened(fill)
    adopt(document)
    expected = {"B2": 200.0, "B3": "#N/A", "D1": "#N/A", "D2": "#N/A", "D3": 200.0, "D4": 70.0, "D5": 0.0,
                "D6": "blank", "D7": "#N/A", "D8": 200.0}  # fmt: skip
    assert {place: shown(document, place) for place in expected} == expected
    assert plain_names(cell(document, "B3").Formula).endswith("=EOQ(T[[#This Row];[x]];10;0.5;1)")
    assert plain_names(cell(document, "D2").Formula) == "=EOQ(1000;cost;0.5;rate)"


def test_an_error_in_a_cell_keeps_its_kind(opened) -> None:
    document = opened(one_sheet(A1="=1/0", B1="=EOQ(A1,10,0.5,1)", A2="=NA()", B2="=EOQ(A2,10,0.5,1)"))
    adopt(document)
    assert [shown(document, place) for place in ("B1", "B2")] == ["#DIV/0!", "#N/A"]


def test_a_long_column_is_mended_and_keeps_its_looks(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        money, red = book.add_format({"num_format": "0.00"}), book.add_format({"bg_color": "red"})
        for row in range(1, 501):
            if row != 400:
                sheet.write(f"A{row}", 10 * row)
            sheet.write_formula(f"B{row}", f"=EOQ(A{row},10,$A$1,1)", money)
            sheet.write_formula(f"C{row}", f"=EOQ(A{row},10,$A$1,1)", red if row == 250 else None)

    document = opened(fill)
    assert adopt(document) == 1000
    for row in (1, 2, 250, 500):
        assert plain_names(cell(document, f"B{row}").Formula) == f"=EOQ(A{row};10;$A$1;1)"
        # the square root of 2 x 10 x row x 10 / 10
        for column in "BC":
            assert shown(document, f"{column}{row}") == pytest.approx((20 * row) ** 0.5, rel=1e-12)
    assert (shown(document, "B400"), shown(document, "C400")) == ("#N/A", "#N/A")
    looks = [cell(document, f"C{row}").CellBackColor for row in (249, 250, 251)]
    assert looks == [-1, 0xFF0000, -1]
    assert len({cell(document, f"B{row}").NumberFormat for row in (1, 250, 500)}) == 1


def test_defined_names_that_hold_a_formula_of_ours(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.define_name("lot", "=EOQ(1000,10,0.5,1)")
        book.add_worksheet("S").write_formula("A1", "=lot*2")

    document = opened(fill)
    adopt(document)
    assert shown(document, "A1") == 400.0


def test_conditional_formats_and_rules_for_entries(opened, tmp_path: Path) -> None:
    """Lots of 40, 14.1 and 10 for a demand of 80, 10 and 5; a blank has none. HTML shows what is coloured."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet, look = book.add_worksheet("S"), book.add_format({"bg_color": "#FF0000"})
        sheet.write_column("A1", [80, 10, 5, "", -1])
        sheet.write_column("C1", ["c"] * 5)
        rule = {"type": "formula", "criteria": "=EOQ($A1,10,1,1)<15", "format": look}
        sheet.conditional_format("C1:C4", rule)
        sheet.data_validation("D1", {"validate": "custom", "value": "=D1>EOQ($A1,10,1,1)"})

    document = opened(fill)
    adopt(document)
    assert adopt(document) == 0
    document.calculateAll()
    document.storeToURL(url(tmp_path / "seen.html"), properties(FilterName="HTML (StarCalc)"))
    rows = (tmp_path / "seen.html").read_text(encoding="utf-8").split("</tr>")
    assert ["#FF0000" in row for row in rows[:4]] == [False, True, True, False]
    assert not document.isModified()
    rule = cell(document, "D1").Validation.getFormula1()
    assert rule == 'D1>ORG.XLINVENTORY.FUNCTIONS.EOQ(IF(ISBLANK($A1);"";($A1));10;1;1)'


def test_stock_status_over_columns_is_a_column_of_words(opened) -> None:
    """0 is OUT; 40 is above the maximum of 20 that is given for it, and not above 50."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_column("A1", [0, 40, 40])
        sheet.write_column("B1", [20, 20, 50])
        book.define_name("high", "=S!$B$1:$B$3")
        sheet.write_array_formula("C1:C3", "{=STOCK_STATUS(A1:A3,A1:A3,10,B1:B3)}")
        sheet.write_array_formula("D1:D3", "{=STOCK_STATUS(A1:A3,A1:A3,10,high)}")
        sheet.write_formula("E1", '=COUNTIF(C1:C3,"OUT")')
        sheet.write_formula("E2", '=SUMPRODUCT(--(STOCK_STATUS(A1:A3,A1:A3,10,high)="EXCESS"))')
        sheet.write_formula("E3", "=STOCK_STATUS(A1,A1,10,20)")

    document = opened(fill)
    adopt(document)
    for column in "CD":
        assert [shown(document, f"{column}{i}") for i in (1, 2, 3)] == ["OUT", "EXCESS", "OK"]
    assert [shown(document, f"E{i}") for i in (1, 2, 3)] == [1.0, 1.0, "OUT"]
    assert adopt(document) == 0
    assert plain_names(cell(document, "C1").Formula) == "{=STOCK_STATUS(A1:A3;A1:A3;10;B1:B3)}"
    assert plain_names(cell(document, "E3").Formula) == "=STOCK_STATUS(A1;A1;10;20)"


def test_a_protected_sheet_keeps_its_protection(opened) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("S")
        sheet.write_formula("A1", "=EOQ(1000,10,0.5,1)")
        sheet.protect("secret")

    document = opened(fill)
    adopt(document)
    assert shown(document, "A1") == 200.0
    assert document.Sheets.getByIndex(0).isProtected()


def test_undo_of_before_is_still_there(document, sheet) -> None:
    sheet.getCellRangeByName("A1").setValue(5)
    steps = document.UndoManager.getAllUndoActionTitles()
    sheet.getCellRangeByName("B1").setFormula("=EOQ(A1;10;0.5;1)")
    adopt(document)
    assert document.UndoManager.getAllUndoActionTitles()[-len(steps) :] == steps
    assert document.isModified()


@pytest.mark.parametrize(
    ("formula", "home"),
    [
        ("=EOQ(A1;$B$2;3;1)", f"=EOQ({SAFE.format('A1')};{SAFE.format('$B$2')};3;1)"),
        ("=EOQ(A1:A1;A1*1;-A1;(A1))", None),
        (
            "=EOQ(INDEX(T[x];MATCH(B1;T[a];0));INDEX(A1:B9;1;2);1;1)",
            f"=EOQ({SAFE.format('INDEX(T[x];MATCH(B1;T[a];0))')};{SAFE.format('INDEX(A1:B9;1;2)')};1;1)",
        ),
        ("=EOQ(INDEX(A1:B9;0;1);INDEX(A1:A9);INDEX(A1:A9;1)*1;F(INDEX(A1:A9;1)))", None),
        ("=EOQ(A1:A9;T[x];T[#All];rate)", None),
        ('=EOQ("A1";{1;2};#N/A;A1&"")', None),
        ("=INVENTORY_POSITION(1;2;A1;A1)", None),  # blank is 0
        ("=SAFETY_STOCK(1;2;3;0.9;0;0;A1;A1)", f"=SAFETY_STOCK(1;2;3;0.9;0;0;A1;{SAFE.format('A1')})"),
        ("=SUM(A1;EOQ(1;1;1;IF(A1;A1;A1)))", None),
        ("=EOQ($'It''s (1;2)'.A1;1;1;1)", "=EOQ(" + SAFE.format("$'It''s (1;2)'.A1") + ";1;1;1)"),
        ("=T[[#This Row];[EOQ(A1;2)]]", None),
        ('="EOQ(A1;1;1;1)"', None),
        ("=EOQ(A1;1;1;1", None),  # what cannot be read is left alone
        ("=EOQ(1;2;3;4;A1)", None),  # one too many
    ],
)
def test_only_bare_cells_of_our_functions_are_written_otherwise(formula: str, home: str | None) -> None:
    assert at_home(formula) == (home or formula)
    assert at_home(at_home(formula)) == at_home(formula)


def stored(formula: str) -> str:
    for spec in sorted(registered(), key=lambda spec: len(spec.name), reverse=True):
        formula = formula.replace(f"{spec.name}(", f"{stored_name(spec)}(")
    return formula


pieces = st.recursive(
    st.sampled_from(
        [
            "A1",
            "$B$2",
            "INDEX(A1:B9;2)",
            "T[[#This Row];[a b]]",
            '"x;(y"',
            "1.5",
            "A1:B9",
            "S.A1",
            "rate",
            "",
            " C3 ",
        ]
    ),
    lambda inner: (
        st.builds(
            lambda name, arguments: f"{name}({';'.join(arguments)})",
            st.sampled_from(["EOQ", "ABC_CLASS", "SUM", "IF", "STOCK_STATUS", "XYZ_CLASS", ""]),
            st.lists(inner, min_size=1, max_size=4),
        )
        | st.builds("{}+{}".format, inner, inner)
    ),
    max_leaves=8,
)


@given(pieces)
@settings(max_examples=200)
def test_what_was_adopted_can_be_taken_back(piece: str) -> None:
    formula = f"={piece}"
    assert plain_names(stored(at_home(formula, lambda name: name == "rate"))) == formula
    assert plain_names(stored(f"{{{formula}}}")) == f"{{{formula}}}"


def test_excel_s_separators_are_taken_back_too() -> None:
    written = f'=IF(A1>1,{stored("EOQ(")}IF(ISBLANK(Items!A1),"",(Items!A1)),10,{{1,2}},1),"EOQ(")'
    assert plain_names(written) == '=IF(A1>1,EOQ(Items!A1,10,{1,2},1),"EOQ(")'


def test_a_formula_without_our_functions_is_not_taken_back() -> None:
    written = '=SUM(IF(ISBLANK(A1);"";(A1)))'
    assert plain_names(written) == written


def test_names_typed_through_the_interface_resolve(document, sheet) -> None:
    """What the engine does when a macro writes a formula."""
    sheet.getCellRangeByName("A1").setFormula("=EOQ(1000;10;0.5;1)")
    sheet.getCellRangeByName("A2:A3").setFormulaArray(
        (("=SAFETY_STOCK(20;5;4;0.95)",), ("=eoq(1000;10;0.5;1)",))
    )
    assert [cell(document, f"A{i}").getError() for i in (1, 2, 3)] == [0, 0, 0]
    assert struct("table.CellAddress") is not None
