"""The file host calculates: built-ins as LibreOffice does, our functions, and what it cannot compute."""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from xlinventory.core.errors import CellError
from xlinventory.hosts.file import FileWorkbook
from xlinventory.workbook import WorkbookError

BUILT_IN = """
=1+2*3-4/5
=-2^2
=2^-1
=50%
=5%*200
="a"&1&TRUE
=1=1
="a"="A"
="a"<"b"
=1<>2
=TRUE+1
="12"+1
="x"+1
=1/0
=NA()
=SQRT(-1)
=IF(Data!B2>5,"big","small")
=IF(Data!B4,1,2)
=IF(1/0,1,2)
=IF(FALSE,1)
=IFERROR(1/0,"none")
=IFERROR(VLOOKUP("zz",Data!A2:B9,2,FALSE),"none")
=IFNA(NA(),7)
=IFNA(1/0,7)
=AND(TRUE,1,Data!B2>0)
=OR(FALSE,Data!B2<0)
=NOT(0)
=XOR(TRUE,FALSE,TRUE)
=SUM(Data!B2:B9)
=SUM(Data!C2:C9)
=AVERAGE(Data!C2:C9)
=COUNT(Data!C2:C9)
=COUNTA(Data!C2:C9)
=COUNTBLANK(Data!C2:C9)
=MIN(Data!B2:B9)
=MAX(Data!B2:B9)
=MEDIAN(Data!B2:B9)
=STDEV(Data!B2:B9)
=STDEVP(Data!B2:B9)
=VAR(Data!B2:B9)
=SUM(Data!B2:INDEX(Data!B2:B9,3))
=COUNT(INDEX(Data!B2:B9,2):INDEX(Data!B2:B9,6))
=LARGE(Data!B2:B9,2)
=SMALL(Data!B2:B9,3)
=RANK(Data!B3,Data!B2:B9)
=PERCENTILE(Data!B2:B9,0.3)
=QUARTILE(Data!B2:B9,1)
=SUMIF(Data!A2:A9,"S1",Data!B2:B9)
=SUMIF(Data!B2:B9,">4")
=SUMIF(Data!A2:A9,"S*",Data!B2:B9)
=COUNTIF(Data!A2:A9,"s1")
=COUNTIF(Data!C2:C9,"")
=COUNTIF(Data!B2:B9,"<>4")
=AVERAGEIF(Data!A2:A9,"S2",Data!B2:B9)
=AVERAGEIF(Data!A2:A9,"none",Data!B2:B9)
=SUMIFS(Data!B2:B9,Data!A2:A9,"S1",Data!B2:B9,">2")
=COUNTIFS(Data!A2:A9,"S2",Data!B2:B9,"<=6")
=AVERAGEIFS(Data!B2:B9,Data!A2:A9,"S1")
=MAXIFS(Data!B2:B9,Data!A2:A9,"S1")
=MINIFS(Data!B2:B9,Data!A2:A9,"S1")
=SUMPRODUCT(Data!B2:B9,Data!D2:D9)
=SUMPRODUCT((Data!A2:A9="S1")*Data!B2:B9)
=SUMPRODUCT(--(Data!B2:B9>3),Data!B2:B9)
=SUMPRODUCT((Data!A2:A9="S1")*(Data!B2:B9>2))
=INDEX(Data!A2:B9,3,2)
=INDEX(Data!B2:B9,MATCH("S3",Data!A2:A9,0))
=MATCH(4.5,Data!B2:B9,1)
=MATCH("zz",Data!A2:A9,0)
=VLOOKUP("S2",Data!A2:D9,4,FALSE)
=VLOOKUP("S2",Data!A2:D9,9,FALSE)
=HLOOKUP("B",Data!A1:D3,2,FALSE)
=LOOKUP(5,Data!B2:B9,Data!D2:D9)
=CHOOSE(2,"a","b","c")
=OFFSET(Data!B2,1,0)
=SUM(OFFSET(Data!B2,0,0,3,1))
=INDIRECT("Data!B3")
=ROW(Data!B5)
=COLUMN(Data!B5)
=ROWS(Data!A2:B9)
=COLUMNS(Data!A2:B9)
=ADDRESS(2,3)
=ROUND(2.5,0)
=ROUND(-2.5,0)
=ROUND(1234.567,-2)
=ROUND(2.345,2)
=ROUNDUP(2.1,0)
=ROUNDDOWN(-2.9,0)
=CEILING(7,5)
=FLOOR(7,5)
=MROUND(7,3)
=INT(-2.5)
=TRUNC(-2.57,1)
=ABS(-3)
=SIGN(-3)
=MOD(-7,3)
=MOD(7,0)
=POWER(2,0.5)
=EXP(1)
=LN(10)
=LOG10(1000)
=LOG(8,2)
=PI()
=SQRT(2)
=FACT(5)
=GCD(12,18)
=QUOTIENT(7,2)
=EVEN(3)
=SUMSQ(1,2,3)
=NORM.S.INV(0.95)
=NORM.S.DIST(1.5,TRUE)
=NORM.DIST(42,40,1.5,TRUE)
=NORMSDIST(1)
=POISSON.DIST(2,5,TRUE)
=CORREL(Data!B2:B9,Data!D2:D9)
=SLOPE(Data!B2:B9,Data!D2:D9)
=INTERCEPT(Data!B2:B9,Data!D2:D9)
=FORECAST(10,Data!B2:B9,Data!D2:D9)
=DATE(2024,2,29)
=DATE(2024,14,1)
=YEAR(Data!E2)
=MONTH(Data!E2)
=DAY(Data!E2)
=WEEKDAY(Data!E2)
=WEEKDAY(Data!E2,2)
=ISOWEEKNUM(Data!E2)
=EOMONTH(Data!E2,1)
=EDATE(Data!E2,-1)
=NETWORKDAYS(Data!E2,Data!E2+14)
=WORKDAY(Data!E2,10)
=Data!E3-Data!E2
=DATEDIF(DATE(2020,1,15),DATE(2024,3,1),"m")
=TIME(6,30,0)
=HOUR(TIME(6,30,0))
=DAYS(DATE(2024,3,1),DATE(2024,2,1))
=TEXT(1234.567,"0.00")
=TEXT(1234.567,"#,##0.0")
=TEXT(0.256,"0%")
=TEXT(45322,"yyyy-mm-dd")
=TEXT(5,"000")
=VALUE("12.5")
=LEFT("inventory",3)
=RIGHT("inventory",3)
=MID("inventory",3,4)
=LEN("äöü")
=UPPER("abc")
=LOWER("ABC")
=PROPER("two words")
=TRIM("  a  b ")
=FIND("t","inventory")
=FIND("z","inventory")
=SEARCH("V?N","inventory")
=SUBSTITUTE("a-b-c","-","+")
=SUBSTITUTE("a-b-c","-","+",2)
=REPLACE("abcdef",2,3,"x")
=REPT("ab",3)
=CONCATENATE("a",1,"b")
=EXACT("a","A")
=CHAR(65)
=CODE("A")
=TEXTJOIN(", ",TRUE,"a","","b")
=T(5)
=N("x")
=ISBLANK(Data!C3)
=ISBLANK(Data!C2)
=ISNUMBER(Data!B2)
=ISTEXT(Data!A2)
=ISERROR(1/0)
=ISNA(NA())
=ISLOGICAL(TRUE)
=Data!C3
=Data!C3=0
=Data!C3=""
=Data!C3&"x"
=Data!C4=""
=Data!C5=0
=SUM(Data!C3,1)
=SUM({1,2;3,4})
=SUM({1,2,3}*2)
=INDEX({"a","b";"c","d"},2,1)
=SUMPRODUCT({1,2,3},{4,5,6})
=MAX(IF(TRUE,{1,5,3}))
='Quoted ''name'' sheet'!A1*2
=SUM('Quoted ''name'' sheet'!A1:A3)
=Data!$B$2+Data!B$3
=SUM(Data!B:B)
=SUM(Stock[quantity])
=SUM(Stock[[quantity]:[unit price]])
=ROWS(Stock)
=ROWS(Stock[#All])
=COLUMNS(Stock[[#All],[quantity]:[unit price]])
=Stock[[#Headers],[unit price]]
=SUM(Stock[#Data])
=COUNTA(Stock[[#Headers],[#Data],[sku]])
=SUMIFS(Stock[quantity],Stock[sku],"A")
=INDEX(Stock[unit price],MATCH("B",Stock[sku],0))
=SUM(Stock[value])
=Stock[[#Totals],[quantity]]
=SUM(Stock[it''s '#1])
=Rate*100
=Twice+1
=SUM(Quantities)
=Greeting&"!"
=SUBTOTAL(9,Data!B2:B9)
=SUBTOTAL(109,Stock[quantity])
=AGGREGATE(9,6,Data!B2:B9)
=PMT(0.01,12,-1000)
=NPV(0.1,100,200)
=YEARFRAC(DATE(2024,1,1),DATE(2024,7,1))
=SUM(1,,2)
=IF(Data!B2>0,,5)
=COUNT(1,"2",TRUE)
=1E3
=.5
=A1+A2
""".strip().splitlines()
EXCEL_DIFFERS = {
    '="a"&1&TRUE': "a1TRUE",  # LibreOffice writes a truth value as 1
    "=SQRT(-1)": "#NUM!",  # LibreOffice saves its own domain error as #VALUE!
    '=VLOOKUP("S2",Data!A2:D9,9,FALSE)': "#REF!",  # likewise
    "=SUM(Data!C2:C9)": 4,  # SUM, AVERAGE and COUNT pass over TRUE in a range; LibreOffice takes it as 1
    "=AVERAGE(Data!C2:C9)": 2,
    "=COUNT(Data!C2:C9)": 2,
    "=COUNTA(Data!C2:C9)": 5,  # an empty text counts; LibreOffice reads it as a blank
    "=ROWS(Stock)": 3,  # a table's bare name is its rows alone; LibreOffice adds header and totals
    "=ROWS(Stock[#All])": 5,  # LibreOffice does not read [#All] and [#Data]
    "=SUM(Stock[#Data])": 9 + 60 + 3 + 200,
}
"""Where LibreOffice differs from Excel we follow Excel; the values are what Microsoft's help pages say."""
MODERN = {
    # computed by hand from the Data sheet below, since the oldest LibreOffice we test with lacks them
    '=XLOOKUP("S2",Data!A2:A9,Data!B2:B9)': 2.0,
    '=XLOOKUP("zz",Data!A2:A9,Data!B2:B9,"none")': "none",
    "=LET(x,2,y,x*3,x+y)": 8.0,
    '=SUM(FILTER(Data!B2:B9,Data!A2:A9="S1"))': 12.0,
    "=SUM(UNIQUE({1;2;2;3}))": 6.0,
    "=SUM(SEQUENCE(4))": 10.0,
    "=INDEX(SORT({3;1;2}),1)": 1.0,
    "=IFS(FALSE,1,TRUE,2)": 2.0,
    '=SWITCH(2,1,"a",2,"b")': "b",
    '=CONCAT("a","b")': "ab",
}


def build(path: Path, formulas: list[str], put_table: Any, design: Any) -> None:
    with xlsxwriter.Workbook(path, {"use_future_functions": True}) as book:
        sheet = book.add_worksheet("Formulas")
        for row, formula in enumerate(formulas):
            sheet.write_formula(row, 1, formula)
        sheet.write_number(0, 0, 20)
        sheet.write_number(1, 0, 22)
        data = book.add_worksheet("Data")
        for column, title in enumerate("ABCDE"):
            data.write(0, column, title)
        for i in range(8):
            data.write_row(i + 1, 0, [f"S{1 + i % 3}", float(i + 1)])
            data.write_number(i + 1, 3, (i * 7) % 5 + i / 4)
            data.write_number(i + 1, 4, 45322 + 3 * i)
        data.write_number(1, 2, 0)
        data.write_string(3, 2, "")
        data.write_number(5, 2, 4)
        data.write_string(6, 2, "text")
        data.write_boolean(7, 2, True)
        quoted = book.add_worksheet("Quoted 'name' sheet")
        quoted.write_column(0, 0, [1.5, 2.5, 3.5])
        stock = design(
            ["sku", "quantity", "unit price", "it's #1", "value"],
            [["A", 2.0, 10.0, 1.0, None], ["B", 3.0, 20.0, 1.0, None], ["A", 4.0, 30.0, 1.0, None]],
            {"value": "=Stock[[#This Row],[quantity]]*Stock[[#This Row],[unit price]]"},
        )
        place = book.add_worksheet("Stock")
        put_table(place, "Stock", stock, 3, 2, total_row=True)
        place.write_formula(7, 3, "=SUBTOTAL(109,Stock[quantity])")
        book.define_name("Rate", "=0.25")
        book.define_name("Twice", "=Rate*2")
        book.define_name("Quantities", "=Stock[quantity]")
        book.define_name("Greeting", '="hello"')


def shown(path: Path, sheet: str = "Formulas", column: str = "B") -> list[Any]:
    book = openpyxl.load_workbook(path, data_only=True)
    return [cell.value for cell in book[sheet][column]]


@pytest.fixture(scope="session")
def both(tmp_path_factory, libreoffice, put_table, design) -> tuple[list[Any], list[Any]]:
    folder = tmp_path_factory.mktemp("calculation")
    path = folder / "formulas.xlsx"
    build(path, BUILT_IN, put_table, design)
    (theirs,) = libreoffice([path])
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    assert book.uncomputed == []
    return shown(path), shown(theirs)


def as_number(value: Any) -> Any:
    """Dates and times that openpyxl makes of formatted numbers, as numbers again."""
    return (
        openpyxl.utils.datetime.to_excel(value) if hasattr(value, "day") or hasattr(value, "hour") else value
    )


def same(one: Any, other: Any) -> bool:
    one, other = as_number(one), as_number(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == pytest.approx(other, rel=1e-12, abs=1e-12)
    return (one or "") == (other or "")


@pytest.mark.parametrize("i", range(len(BUILT_IN)), ids=BUILT_IN)
def test_a_built_in_formula_shows_what_libreoffice_shows(both, i: int) -> None:
    ours, theirs = both
    expected = EXCEL_DIFFERS.get(BUILT_IN[i], theirs[i])
    assert same(ours[i], expected), (ours[i], expected)


def computed(path: Path, cells: dict[str, Any]) -> tuple[FileWorkbook, Any]:
    """A workbook with these cells on one sheet, calculated, saved and read by openpyxl."""
    book = openpyxl.Workbook()
    book.active.title = "S"
    for place, cell in cells.items():
        book.active[place] = cell
    book.save(path)
    ours = FileWorkbook.open(path)
    ours.calculate()
    ours.save()
    return ours, openpyxl.load_workbook(path, data_only=True)["S"]


@pytest.mark.parametrize("formula", MODERN)
def test_a_newer_function_is_computed(tmp_path, put_table, design, formula: str) -> None:
    build(tmp_path / "book.xlsx", [formula], put_table, design)
    book = FileWorkbook.open(tmp_path / "book.xlsx")
    book.calculate()
    book.save()
    assert book.uncomputed == []
    assert shown(tmp_path / "book.xlsx")[0] == MODERN[formula]


def test_our_functions_are_called_from_cells(tmp_path: Path) -> None:
    _, sheet = computed(
        tmp_path / "book.xlsx",
        {
            "A1": 1000, "A2": 4000, "A3": "text", "A4": -5,
            "B1": "=EOQ(1000,10,0.5,1)",  # sqrt(2 x 1000 x 10 / 0.5) = 200
            "B2": "=EOQ(A1,10,0.5,1)+1",
            "B3": "=EOQ(A3,10,0.5,1)",
            "B4": "=EOQ(A4,10,0.5,1)",
            "B5": "=EOQ(A9,10,0.5,1)",
            "B6": "=IFERROR(EOQ(1/0,10,0.5,1),-1)",
            "B7": "=EOQ(1/0,10,0.5,1)",
            "B8": "=eoq(a1, 10 ,0.5, 1)",
            "B9": "=SUM(EOQ(A1:A2,10,0.5,1))",  # 200 + 400
        },
    )  # fmt: skip
    assert [sheet[f"B{i}"].value for i in range(1, 10)] == [
        200, 201, "#VALUE!", "#NUM!", "#N/A", -1, "#DIV/0!", 200, 600,
    ]  # fmt: skip


def test_omitted_arguments_have_their_default_and_zero_does_not(tmp_path: Path) -> None:
    """The engine passes 0 for an omitted argument; ours must see a blank."""
    _, sheet = computed(
        tmp_path / "book.xlsx",
        {
            "A1": "=SAFETY_STOCK(20,5,4,0.95)",
            "A2": "=SAFETY_STOCK(20,5,4,0.95,)",
            "A3": "=SAFETY_STOCK(20,5,4,0.95,0)",
            "A5": "=SAFETY_STOCK(20,5,4,)",
        },
    )
    assert sheet["A1"].value == pytest.approx(16.44854, abs=1e-5)  # z(0.95) = 1.644854, times 5 x 2
    assert sheet["A2"].value == sheet["A3"].value == sheet["A1"].value
    assert str(sheet["A5"].value).startswith("#")


def test_spilled_results_grow_and_shrink_with_their_source(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["x"], [[1.0], [2.0], [3.0]]))
        spills = book.add_worksheet("Spills")
        spills.write_dynamic_array_formula("A1", "=T[x]*2")
        spills.write_dynamic_array_formula("C1", "=EOQ(T[x]*1000,10,0.5,1)")
        spills.write_formula("E1", "=SUM(A1:A10)")
        spills.write_array_formula("G1:G4", "{=T[x]+1}")
        spills.write_array_formula("H1:H2", "{=7}")
    ours = FileWorkbook.open(path)
    for rows, twice, entered in (
        ([1.0, 2.0, 3.0], [2, 4, 6, None, None], [2, 3, 4, "#N/A"]),
        ([1.0, 2.0, 3.0, 4.0, 5.0], [2, 4, 6, 8, 10], [2, 3, 4, 5]),
        ([9.0], [18, None, None, None, None], [10, 10, 10, 10]),
    ):
        ours.write_table("T", pd.DataFrame({"x": rows}))
        ours.calculate()
        ours.save()
        ours = FileWorkbook.open(path)
        sheet = openpyxl.load_workbook(path, data_only=True)["Spills"]
        assert [sheet[f"A{i}"].value for i in range(1, 6)] == twice
        assert sheet["E1"].value == 2 * sum(rows)
        assert [sheet[f"G{i}"].value for i in range(1, 5)] == entered
        assert [sheet[f"H{i}"].value for i in (1, 2)] == [7, 7]
        # EOQ grows with the square root of demand: 200 for 1000
        expected = [200 * x**0.5 for x in rows]
        assert [sheet[f"C{i}"].value for i in range(1, len(rows) + 1)] == pytest.approx(expected)
    formulas = openpyxl.load_workbook(path)["Spills"]
    assert formulas["A1"].value.ref == "A1"


def test_an_array_formula_in_a_table_is_computed_and_kept(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("T")
        put_table(sheet, "T", design(["a", "b"], [[1.0, 0.0], [2.0, 0.0]]))
        sheet.write_array_formula("B2", "{=SUM(T[a]*T[a])}")
    ours = FileWorkbook.open(path)
    for _ in range(2):
        ours.calculate()
        ours.write_table("T", ours.read_table("T"))
        ours.save()
        ours = FileWorkbook.open(path)
        assert ours.read_table("T")["b"].tolist() == [5.0, 0.0]  # 1 x 1 + 2 x 2
    assert openpyxl.load_workbook(path)["T"]["B2"].value.text == "=SUM(T[a]*T[a])"


def test_a_blocked_spill_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_dynamic_array_formula("A1", "={1;2;3}*2")
        sheet.write_string("A3", "in the way")
    ours = FileWorkbook.open(path)
    ours.calculate()
    assert [ours._sheet("S").value(row, 1) for row in (1, 2, 3)] == [CellError.SPILL, None, "in the way"]


def test_references_to_spills_whole_rows_and_whole_columns(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, data = book.add_worksheet("S"), book.add_worksheet("Data")
        data.write_column("A1", [1, 2, 3])
        sheet.write_dynamic_array_formula("A1", "=Data!A1:A3*2")
        sheet.write_number("B1", 100)
        sheet.write_formula("C5", "=SUM(_xlfn.ANCHORARRAY(A1))")
        sheet.write_formula("C6", "=SUM(1:1)")
        sheet.write_formula("C7", "=SUM(data!a:a)")
    ours = FileWorkbook.open(path)
    ours.calculate()
    assert [ours._sheet("S").value(row, 3) for row in (5, 6, 7)] == [12.0, 102.0, 6.0]
    assert ours.uncomputed == []


def test_functions_stored_as_those_of_an_add_in_are_ours(tmp_path: Path) -> None:
    """Excel writes ``_xldudf_`` before the names of JavaScript add-ins' functions, such as xlwings Lite's."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("S").write_formula("A1", "=_xldudf_EOQ(1000,10,0.5,1)+1")
    ours = FileWorkbook.open(path)
    ours.calculate()
    assert ours._sheet("S").value(1, 1) == 201.0  # the EOQ is sqrt(2 * 1000 * 10 / (1 * 0.5)) = 200


def test_a_formula_the_engine_does_not_know_keeps_its_value_for_others_too(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_formula("A1", "=CUBEVALUE(1,2)", None, 40)
        sheet.write_formula("A2", "=A1+2", None, 0)
        sheet.write_formula("A3", "=[1]Other!B1", None, 5)
        sheet.write_formula("A4", "=A3*2", None, 0)
        sheet.write_formula("A5", "=SUM(A1:A2 A2:A3)", None, 6)
        sheet.write_formula("A6", "=A5+1", None, 0)
        sheet.write_formula("A7", "=1+1", None, 0)
        sheet.write_formula("A8", '="FOO("&1', None, "")
    ours = FileWorkbook.open(path)
    ours.calculate()
    ours.save()
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    assert [sheet[f"A{i}"].value for i in range(1, 9)] == [40, 42, 5, 10, 6, 7, 2, "FOO(1"]
    assert ours.uncomputed == ["S!A1", "S!A3", "S!A5"]


def test_a_formula_never_computed_is_an_error_not_a_zero(tmp_path: Path) -> None:
    ours, sheet = computed(tmp_path / "book.xlsx", {"A1": "=CUBEVALUE(1,2)", "A2": "=A1+1", "A3": "=2"})
    assert [sheet[f"A{i}"].value for i in (1, 2, 3)] == ["#NAME?", "#NAME?", 2]
    assert ours.uncomputed == ["S!A1"]


@pytest.mark.parametrize(
    ("formula", "error"),
    [
        ("=NoSuchName", "#NAME?"),
        ("=Nope!A1", "#REF!"),
        ("=T[nope]", "#REF!"),
        ("=Nope[x]", "#REF!"),
        ("=#REF!+1", "#REF!"),
        ("=T[[#Totals],[x]]", "#REF!"),
        ("=T[@x]", "#VALUE!"),
    ],
)
def test_a_reference_to_nothing_is_an_error_and_spoils_no_other_cell(
    tmp_path: Path, put_table, design, formula: str, error: str
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["x"], [[1.0], [2.0]]))
        sheet = book.add_worksheet("S")
        sheet.write_formula("A9", formula.replace("[@x]", "[[#This Row],[x]]"))
        sheet.write_formula("A10", "=SUM(T[x])")
    ours = FileWorkbook.open(path)
    ours.calculate()
    ours.save()
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    assert (sheet["A9"].value, sheet["A10"].value) == (error, 3)
    assert ours.uncomputed == []


def test_a_circle_shows_an_error_and_the_rest_is_computed(tmp_path: Path) -> None:
    _, sheet = computed(tmp_path / "book.xlsx", {"A1": "=A2+1", "A2": "=A1+1", "A3": "=1+1", "A4": "=A1"})
    assert [sheet[f"A{i}"].value for i in (1, 2, 3, 4)] == ["#REF!", "#REF!", 2, "#REF!"]


def test_damaged_formulas_keep_their_value(tmp_path: Path) -> None:
    ours, sheet = computed(tmp_path / "book.xlsx", {"A1": "=SUM(", "A2": "=1+1"})
    assert (sheet["A1"].value, sheet["A2"].value) == ("#NAME?", 2)
    assert ours.uncomputed == ["S!A1"]


def test_results_have_their_types_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    computed(
        path,
        {
            "A1": "=DATE(2024,1,31)",
            "A2": "=1=1",
            "A3": '="x"',
            "A4": "=1/0",
            "A5": "=TIME(12,0,0)",
            "A6": "=B1",
        },
    )
    frame = pd.read_excel(path, header=None, dtype=object)
    assert frame[0].tolist()[:3] == [45322, True, "x"]
    assert [FileWorkbook.open(path)._sheet("S").value(i, 1) for i in range(1, 7)] == [
        45322.0, True, "x", CellError.DIV0, 0.5, 0.0,
    ]  # fmt: skip


def test_today_and_now_are_this_moment(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    computed(path, {"A1": "=TODAY()", "A2": "=INT(NOW())=TODAY()", "A3": "=NOW()-TODAY()<1"})
    sheet = FileWorkbook.open(path)._sheet("S")
    now = (pd.Timestamp.now() - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
    assert now - 2 < sheet.value(1, 1) <= now
    assert (sheet.value(2, 1), sheet.value(3, 1)) == (True, True)


def test_text_that_looks_like_a_formula_is_text_to_the_engine(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_string("A1", "=1+1")
        sheet.write_string("A2", "00123")
        sheet.write_formula("B1", "=LEN(A1)")
        sheet.write_formula("B2", '=A2&"x"')
        sheet.write_formula("B3", "=ISTEXT(A1)")
    ours = FileWorkbook.open(path)
    ours.calculate()
    ours.save()
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    assert [sheet[f"B{i}"].value for i in (1, 2, 3)] == [4, "00123x", True]


def test_the_wish_to_recalculate_is_granted_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("S").write_formula("A1", "=1+1")
    ours = FileWorkbook.open(path)
    assert b"fullCalcOnLoad" in ours._package.read("xl/workbook.xml")
    ours.calculate()
    ours.save()
    assert b"fullCalcOnLoad" not in FileWorkbook.open(path)._package.read("xl/workbook.xml")


def test_names_of_a_sheet_go_before_names_of_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        one, two = book.add_worksheet("One"), book.add_worksheet("Two")
        book.define_name("Rate", "=1")
        book.define_name("Two!Rate", "=2")
        one.write_formula("A1", "=Rate")
        two.write_formula("A1", "=Rate")
        one.write_formula("A2", "=Two!Rate*10")
    ours = FileWorkbook.open(path)
    ours.calculate()
    sheets = [ours._sheet(name) for name in ("One", "Two")]
    assert [sheet.value(1, 1) for sheet in sheets] == [1.0, 2.0]
    assert sheets[0].value(2, 1) == 20.0


def test_a_calculation_that_fails_whole_is_refused_not_shown_as_zeros(tmp_path: Path, monkeypatch) -> None:
    from xlinventory.hosts.file import engine  # noqa: PLC0415

    class Failing:
        def __init__(self) -> None:
            self._book = engine.formualizer.Workbook()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._book, name)

        def evaluate_all(self) -> None:
            raise engine.formualizer.ExcelEvaluationError("#NAME?: Undefined name")

    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(path)
    ours = FileWorkbook.open(path)
    monkeypatch.setattr(engine, "_engine", lambda names: _with_sheets(Failing(), names))
    with pytest.raises(WorkbookError, match="could not be calculated"):
        ours.calculate()


def _with_sheets(engine: Any, names: list[str]) -> Any:
    for name in names:
        engine.add_sheet(name)
    return engine
