"""The file host leaves alone what it need not change, and reads what other programs write."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from lxml import etree

from xlinventory.hosts.file import FileWorkbook
from xlinventory.workbook import WorkbookError


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_parts(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def frame(columns: list[str], rows: list[list[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=object)


def edit(path: Path, changes: dict[str, Any]) -> None:
    """Rewrite a workbook file with parts added or changed: bytes, or a function of the old bytes."""
    old = parts(path)
    for name, change in changes.items():
        old[name] = change(old[name]) if callable(change) else change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in old.items():
            archive.writestr(name, data)


def in_sheet(pattern: str, replacement: str) -> Any:
    def change(xml: bytes) -> bytes:
        new, count = re.subn(pattern.encode(), replacement.encode(), xml, flags=re.S)
        assert count
        return new

    return change


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def rich_book(tmp_path: Path, put_table, design) -> Path:
    """A workbook with about everything a planner's workbook may hold."""
    path, image, macros = tmp_path / "rich.xlsm", tmp_path / "dot.png", tmp_path / "vbaProject.bin"
    image.write_bytes(picture())
    macros.write_bytes(bytes(range(256)) * 20)
    with xlsxwriter.Workbook(path) as book:
        book.add_vba_project(str(macros), is_stream=False)
        items, notes, charts = (book.add_worksheet(name) for name in ("Items", "Notes", "Charts"))
        money, bold = book.add_format({"num_format": "0.00"}), book.add_format({"bold": True})
        design_ = design(
            ["sku", "quantity", "twice"],
            [["A", 1.0, None], ["B", 2.0, None]],
            {"twice": "=Items[[#This Row],[quantity]]*2"},
        )
        put_table(items, "Items", design_)
        items.write_comment("A2", "a comment")
        items.conditional_format("B2:B3", {"type": "data_bar", "data_bar_2010": True})
        items.conditional_format("C2:C3", {"type": "cell", "criteria": ">", "value": 1, "format": bold})
        items.data_validation("A2:A3", {"validate": "list", "source": "=Notes!$A$1:$A$9"})
        items.data_validation("H1", {"validate": "integer", "criteria": ">", "value": 0})
        items.set_column("B:B", 12, money)
        items.freeze_panes(1, 0)
        notes.write_rich_string("A1", "plain ", bold, "bold", " plain")
        notes.write("A2", "text")
        notes.write_url("A3", "https://example.org/", string="link")
        notes.insert_image("C3", str(image))
        notes.merge_range("E1:F2", "merged", bold)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Items!$B$2:$B$3"})
        charts.insert_chart("A1", chart)
        book.define_name("Quantities", "=Items[quantity]")
    edit(
        path,
        {
            "xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition  odd = 'spacing' />",
            "customUI/customUI14.xml": b"<customUI><ribbon/></customUI>",
            "customXml/item1.xml": b"<mine>\r\n</mine>",
            "xl/theme/extra.bin": bytes(range(256)),
        },
    )
    return path


def test_calculating_changes_only_the_sheet_whose_values_changed(rich_book: Path) -> None:
    before = parts(rich_book)
    book = FileWorkbook.open(rich_book)
    book.calculate()
    book.save()
    assert changed_parts(before, parts(rich_book)) == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    again = rich_book.read_bytes()
    book = FileWorkbook.open(rich_book)
    book.calculate()
    book.save()
    assert rich_book.read_bytes() == again  # nothing to change: the file is not even written


def test_writing_changes_the_sheet_and_its_table(rich_book: Path) -> None:
    before = parts(rich_book)
    book = FileWorkbook.open(rich_book)
    book.write_table("Items", frame(["sku", "quantity"], [["A", 1.0], ["B", 2.0], ["C", 3.0]]))
    book.calculate()
    book.save()
    after = parts(rich_book)
    assert changed_parts(before, after) == {
        "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/workbook.xml",
    }  # fmt: skip
    assert list(after) == list(before)
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    assert 'ref="A1:C4"' in after["xl/tables/table1.xml"].decode()
    assert 'sqref="A2:A4"' in sheet  # the validation grows with the table
    assert 'sqref="H1"' in sheet
    assert sheet.count('<conditionalFormatting sqref="B2:B4"') == 1
    assert "<xm:sqref>B2:B4</xm:sqref>" in sheet
    assert "<f>Items[[#This Row],[quantity]]*2</f><v>6</v>" in sheet
    rest = re.sub(r"<sheetData>.*</sheetData>", "", sheet)
    old = re.sub(r"<sheetData>.*</sheetData>", "", before["xl/worksheets/sheet1.xml"].decode())
    assert re.sub(r"B2:B\d|C2:C\d|A2:A\d|A1:C\d", "", rest) == re.sub(r"B2:B\d|C2:C\d|A2:A\d|A1:C\d", "", old)


def test_a_saved_file_is_well_formed_and_lists_every_part(rich_book: Path) -> None:
    book = FileWorkbook.open(rich_book)
    book.write_table("Items", frame(["sku"], [["<&>\x01"]]))
    book.calculate()
    book.save()
    after = parts(rich_book)
    for name, data in after.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)
    types = etree.fromstring(after["[Content_Types].xml"])
    overrides = {node.get("PartName").lstrip("/") for node in types if node.get("PartName")}
    assert overrides <= set(after)


def test_the_calculation_chain_is_dropped_with_its_mentions(rich_book: Path) -> None:
    edit(
        rich_book,
        {
            "xl/calcChain.xml": b'<calcChain><c r="C2" i="1"/></calcChain>',
            "[Content_Types].xml": in_sheet(
                "</Types>", '<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
            ),
            "xl/_rels/workbook.xml.rels": in_sheet(
                "</Relationships>",
                '<Relationship Id="r99" Type="calcChain" Target="calcChain.xml"/></Relationships>',
            ),
        },
    )
    book = FileWorkbook.open(rich_book)
    book.write_table("Items", frame(["sku"], [["A"]]))
    book.save()
    after = parts(rich_book)
    assert "xl/calcChain.xml" not in after
    assert not any(b"calcChain" in data for data in after.values())


def test_formats_inside_a_text_survive_beside_and_in_a_table(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("T")
        put_table(sheet, "T", design(["a", "f"], [["x", None], ["y", None]], {"f": "=1+1"}))
        sheet.write_rich_string("A2", "one ", bold, "two")
        sheet.write_rich_string("D1", "three ", bold, "four")
    book = FileWorkbook.open(path)
    assert book.read_table("T")["a"].tolist() == ["one two", "y"]
    book.calculate()
    book.write_table("T", frame(["a"], [["one two"], ["z"], ["w"]]))
    book.save()
    sheet = openpyxl.load_workbook(path, rich_text=True)["T"]
    assert [str(run) for run in sheet["A2"].value] == ["one ", "two"]
    assert [str(run) for run in sheet["D1"].value] == ["three ", "four"]
    book.write_table("T", frame(["a"], [["other"]]))
    book.save()
    assert openpyxl.load_workbook(path, rich_text=True)["T"]["A2"].value == "other"


def test_an_image_in_a_cell_keeps_its_metadata(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["a", "f"], [["x", None]], {"f": "=1+1"}))
    cell = '<c r="D1" t="e" vm="7"><v>#VALUE!</v></c>'
    edit(path, {"xl/worksheets/sheet1.xml": in_sheet(r'(<row r="1".*?)</row>', rf"\1{cell}</row>")})
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    assert cell.encode() in parts(path)["xl/worksheets/sheet1.xml"]


def test_formats_of_cells_stay_in_their_place_and_new_rows_take_the_usual_one(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, usual = book.add_worksheet("T"), book.add_format({"num_format": "0.00"})
        yellow = book.add_format({"bg_color": "#FFFF00"})
        sheet.add_table(0, 0, 3, 0, {"name": "T", "columns": [{"header": "a"}]})
        for row, style in enumerate((yellow, usual, usual), 1):
            sheet.write_number(row, 0, row, style)
        sheet.set_row(2, 30)
    book = FileWorkbook.open(path)
    book.write_table("T", pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}))
    book.save()
    sheet = openpyxl.load_workbook(path)["T"]
    assert [sheet.cell(row, 1).number_format for row in range(3, 6)] == ["0.00"] * 3
    assert sheet["A2"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet.row_dimensions[3].height == 30


def test_a_totals_row_moves_with_the_end_of_its_table(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        columns = [
            {"header": "a", "total_string": "Total"},
            {"header": "b", "total_function": "sum"},
        ]
        sheet.add_table("C3:D6", {"name": "T", "columns": columns, "total_row": True, "autofilter": True})
        for row in (3, 4):
            sheet.write_row(row, 2, [f"r{row}", row])
        sheet.write("F6", "beside the totals")
    book = FileWorkbook.open(path)
    for values in ([5.0, 6.0, 7.0, 8.0], [1.0]):
        book.write_table("T", pd.DataFrame({"a": ["x"] * len(values), "b": values}))
        book.calculate()
        book.save()
        book = FileWorkbook.open(path)
        assert book.read_table("T")["b"].tolist() == values
        sheet = openpyxl.load_workbook(path, data_only=True)["S"]
        last = 4 + len(values)
        assert sheet.tables["T"].ref == f"C3:D{last}"
        assert sheet.tables["T"].autoFilter.ref == f"C3:D{last - 1}"
        assert (sheet[f"C{last}"].value, sheet[f"D{last}"].value) == ("Total", sum(values))
        assert sheet["F6"].value == "beside the totals"
        assert sheet[f"C{last + 1}"].value is None


@pytest.fixture
def two_tables(tmp_path: Path, put_table, design) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        put_table(sheet, "Left", design(["a", "b"], [["x", 1.0], ["y", 2.0]]), 1, 0)
        formulas = {"d": "=Right[[#This Row],[c]]+SUM(Left[b])"}
        put_table(sheet, "Right", design(["c", "d"], [[float(i), None] for i in range(6)], formulas), 0, 4)
        put_table(sheet, "Below", design(["e"], [["z"]]), 12, 0)
        sheet.write("C3", "between")
    return path


def test_two_tables_on_one_sheet_are_both_read_and_written(two_tables: Path) -> None:
    book = FileWorkbook.open(two_tables)
    assert book.table_names() == ["Left", "Below", "Right"]
    book.write_table("Left", frame(["a", "b"], [["p", 10.0], ["q", 20.0], ["r", 30.0]]))
    book.write_table("Right", frame(["c"], [[1.0], [2.0]]))
    book.calculate()
    book.save()
    book = FileWorkbook.open(two_tables)
    assert book.read_table("Left")["b"].tolist() == [10.0, 20.0, 30.0]
    assert book.read_table("Right")["d"].tolist() == [61.0, 62.0]
    assert book.read_table("Below")["e"].tolist() == ["z"]
    sheet = openpyxl.load_workbook(two_tables)["S"]
    assert sheet["C3"].value == "between"
    assert sheet["E5"].value is None


def test_a_table_does_not_grow_over_another(two_tables: Path) -> None:
    book = FileWorkbook.open(two_tables)
    rows = frame(["a"], [["x"]] * 11)
    with pytest.raises(WorkbookError, match="S: table Left needs row 13, but there is something below it"):
        book.write_table("Left", rows)
    assert book.read_table("Left")["a"].tolist() == ["x", "y"]
    book.write_table("Left", rows[:10])


@pytest.mark.parametrize("cell", ["below", "=A1"])
def test_a_table_does_not_grow_over_what_stands_below_it(
    tmp_path: Path, put_table, design, cell: str
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        put_table(sheet, "T", design(["a", "b"], [["x", 1.0]]))
        sheet.write("B5", cell)
        sheet.write("C4", "beside")
    before = path.read_bytes()
    book = FileWorkbook.open(path)
    book.write_table("T", frame(["a"], [["x"]] * 3))
    with pytest.raises(WorkbookError, match="needs row 5"):
        book.write_table("T", frame(["a"], [["x"]] * 4))
    assert path.read_bytes() == before


def test_the_largest_table_is_refused_beyond_the_end_of_the_sheet(two_tables: Path) -> None:
    book = FileWorkbook.open(two_tables)
    with pytest.raises(WorkbookError, match="a sheet ends at row 1,048,576"):
        book.write_table("Right", pd.DataFrame({"c": [0.0] * 1_048_576}))


def shared_formulas(path: Path, put_table: Any, design: Any) -> None:
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["a", "b"], [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]))
    cells = [
        '<f t="shared" ref="B2:B4" si="0">A2*$A$2+SUM(A$2:A2)</f>',
        '<f t="shared" si="0"/>',
        '<f t="shared" si="0"></f>',
    ]
    xml = parts(path)["xl/worksheets/sheet1.xml"].decode()
    for row, formula in enumerate(cells, 2):
        xml = xml.replace(f'<c r="B{row}"><v>0</v></c>', f'<c r="B{row}">{formula}<v>0</v></c>')
    edit(path, {"xl/worksheets/sheet1.xml": xml.encode()})


def test_shared_formulas_are_computed_and_survive(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    shared_formulas(path, put_table, design)
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    # by hand: 1*1+1, 2*1+(1+2), 3*1+(1+2+3)
    assert FileWorkbook.open(path).read_table("T")["b"].tolist() == [2.0, 5.0, 9.0]
    formulas = openpyxl.load_workbook(path)["T"]
    assert [formulas[f"B{i}"].value for i in (2, 3, 4)] == [
        "=A2*$A$2+SUM(A$2:A2)", "=A3*$A$2+SUM(A$2:A3)", "=A4*$A$2+SUM(A$2:A4)",
    ]  # fmt: skip


def test_a_column_full_of_one_formula_fills_down_though_not_declared(
    tmp_path: Path, put_table, design
) -> None:
    """As LibreOffice and openpyxl save calculated columns."""
    path = tmp_path / "book.xlsx"
    shared_formulas(path, put_table, design)
    book = FileWorkbook.open(path)
    book.write_table("T", pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0]}))
    book.calculate()
    book.save()
    assert FileWorkbook.open(path).read_table("T")["b"].tolist() == [2.0, 5.0, 9.0, 14.0]
    assert openpyxl.load_workbook(path)["T"]["B5"].value == "=A5*$A$2+SUM(A$2:A5)"


def test_a_formula_a_user_typed_stays_where_it_shows_the_given_value(
    tmp_path: Path, put_table, design
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("T")
        put_table(sheet, "T", design(["sku", "cost"], [["A", 1.0], ["B", 2.0], ["C", 3.0]]))
        sheet.write_formula("B3", "=H1*2", None, 8)
        sheet.write_number("H1", 4)
    book = FileWorkbook.open(path)
    book.calculate()
    rows = book.read_table("T")
    assert rows["cost"].tolist() == [1.0, 8.0, 3.0]
    book.write_table("T", rows)
    book.save()
    assert openpyxl.load_workbook(path)["T"]["B3"].value == "=H1*2"
    book.write_table("T", rows.assign(cost=[1.0, 9.0, 3.0]))
    book.save()
    assert openpyxl.load_workbook(path)["T"]["B3"].value == 9


def test_a_value_typed_over_a_calculated_column_counts_until_the_table_is_written(
    tmp_path: Path, put_table, design
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("T")
        rows = [[float(i), None] for i in range(4)]
        put_table(sheet, "T", design(["a", "twice"], rows, {"twice": "=T[[#This Row],[a]]*2"}))
        sheet.write_number("B3", 100)
        sheet.write_formula("B4", "=A4*3")
    book = FileWorkbook.open(path)
    book.calculate()
    book.save()
    book = FileWorkbook.open(path)
    assert book.read_table("T")["twice"].tolist() == [0.0, 100.0, 6.0, 6.0]
    book.write_table("T", book.read_table("T")[["a"]])
    book.calculate()
    assert book.read_table("T")["twice"].tolist() == [0.0, 2.0, 4.0, 6.0]


def test_cells_and_rows_without_addresses_are_read_in_order(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["a", "b"], [["x", 1.0], ["y", 2.0]]))
    bare = lambda xml: re.sub(rb' (?:r|spans)="[A-Z]*[\d:]+"', b"", xml)  # noqa: E731
    edit(path, {"xl/worksheets/sheet1.xml": bare})
    book = FileWorkbook.open(path)
    assert book.read_table("T").to_numpy().tolist() == [["x", 1.0], ["y", 2.0]]
    book.write_table("T", frame(["a", "b"], [["z", 3.0]]))
    book.save()
    assert openpyxl.load_workbook(path)["T"]["A2"].value == "z"


def prefixed(xml: bytes) -> bytes:
    xml = re.sub(rb"<(/?)(?![?!/])(\w)", rb"<\1x:\2", xml)
    return xml.replace(b' xmlns="', b' xmlns:x="', 1)


FOREIGN = {
    "prefix": prefixed,
    "utf-16": lambda xml: xml.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    "byte order mark": lambda xml: b"\xef\xbb\xbf" + xml,
    "comments": lambda xml: xml.replace(b"<row", b"<!-- <row r='9'> --><row", 1),
    "cdata": lambda xml: xml.replace(b"<v>1</v>", b"<v><![CDATA[1]]></v>"),
    "line breaks": lambda xml: xml.replace(b"<row", b"\n  <row").replace(b"<c ", b"\n    <c "),
    "dates": lambda xml: xml.replace(b'"B2"><v>1</v>', b'"B2" t="d"><v>1899-12-31T00:00:00</v>'),
}


@pytest.mark.parametrize("how", FOREIGN)
def test_xml_in_another_legal_form_is_read_and_written(tmp_path: Path, put_table, design, how: str) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("T")
        put_table(sheet, "T", design(["a", "b"], [["x", 1.0], ["y", 2.0]]))
        sheet.write_formula("D1", "=SUM(T[b])", None, 3)
    edit(path, dict.fromkeys(("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"), FOREIGN[how]))
    book = FileWorkbook.open(path)
    assert book.read_table("T").to_numpy().tolist() == [["x", 1.0], ["y", 2.0]]
    book.write_table("T", frame(["a", "b"], [["z", 3.0], ["w", 4.0], ["ü", 5.0]]))
    book.calculate()
    book.save()
    sheet = openpyxl.load_workbook(path, data_only=True)["T"]
    assert (sheet["A4"].value, sheet["D1"].value) == ("ü", 12)


def test_column_titles_with_odd_signs_are_read(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    titles = ["two\nlines", "it's", "#1", "[x]", " a ", "50%", "ü"]
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(titles, [[float(i) for i in range(7)]]))
    book = FileWorkbook.open(path)
    assert list(book.read_table("T").columns) == titles


def test_the_same_workbook_saved_by_openpyxl_and_libreoffice_still_works(
    tmp_path: Path, put_table, design, libreoffice
) -> None:
    source = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(source) as book:
        columns = ["sku", "demand", "eoq", "double"]
        formulas = {
            "eoq": "=EOQ(T[[#This Row],[demand]],10,0.5,1)",
            "double": "=T[[#This Row],[demand]]*2",
        }
        rows = [["00123", 1000.0, None, None], ["=x", 4000.0, None, None]]
        put_table(book.add_worksheet("T"), "T", design(columns, rows, formulas))
        book.add_worksheet("Sum").write_formula("A1", "=SUM(T[double])")
    ours = FileWorkbook.open(source)
    ours.calculate()
    ours.save()
    by_openpyxl = tmp_path / "openpyxl.xlsx"
    openpyxl.load_workbook(source).save(by_openpyxl)
    (by_libreoffice,) = libreoffice([source])
    for path in (by_openpyxl, by_libreoffice):
        book = FileWorkbook.open(path)
        assert book.read_table("T")["sku"].tolist() == ["00123", "=x"], path.name
        book.write_table("T", frame(["sku", "demand"], [["a", 1000.0], ["b", 4000.0], ["c", 9000.0]]))
        book.calculate()
        book.save()
        book = FileWorkbook.open(path)
        # sqrt(2 x demand x 10 / 0.5): 200, 400, 600
        assert book.read_table("T")["eoq"].tolist() == [200.0, 400.0, 600.0]
        assert openpyxl.load_workbook(path, data_only=True)["Sum"]["A1"].value == 28_000


def test_pandas_sees_the_computed_values(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    formulas = {"b": "=T[[#This Row],[a]]/2"}
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["a", "b"], [[1.0, None], [2.0, None]], formulas))
    book = FileWorkbook.open(path)
    book.calculate()
    book.save(tmp_path / "copy.xlsx")
    assert pd.read_excel(tmp_path / "copy.xlsx")["b"].tolist() == [0.5, 1.0]
    assert pd.read_excel(path)["b"].fillna(0).tolist() == [0, 0]  # the first file was left alone


def test_values_typed_over_an_undeclared_formula_column_are_values(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    shared_formulas(path, put_table, design)
    book = FileWorkbook.open(path)
    book.calculate()
    rows = book.read_table("T").assign(b=[2.0, 77.0, 9.0])
    book.write_table("T", rows)
    book.calculate()
    book.save()
    assert FileWorkbook.open(path).read_table("T")["b"].tolist() == [2.0, 77.0, 9.0]
    formulas = openpyxl.load_workbook(path)["T"]
    assert formulas["B3"].value == 77
    assert formulas["B4"].value == "=A4*$A$2+SUM(A$2:A4)"


def test_the_picture_of_a_row_goes_with_its_value(tmp_path: Path, put_table, design) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        put_table(book.add_worksheet("T"), "T", design(["a", "b"], [["x", 1.0], ["y", 2.0]]))
    cell = '<c r="B3" t="e" vm="7"><v>#VALUE!</v></c>'
    edit(path, {"xl/worksheets/sheet1.xml": in_sheet(r'<c r="B3"><v>2</v></c>', cell)})
    book = FileWorkbook.open(path)
    book.write_table("T", book.read_table("T"))
    book.save()
    assert cell.encode() in parts(path)["xl/worksheets/sheet1.xml"]
    book.write_table("T", frame(["a"], [["x"]]))
    book.save()
    assert b'vm="7"' not in parts(path)["xl/worksheets/sheet1.xml"]
