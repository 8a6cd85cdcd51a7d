"""Rows of text files: encodings, delimiters, quotation marks, and the line each row stands on.

Expected cells are read off the file by eye, or by the csv module of Python, which is not used for cells here.
"""

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.imports.files import raw_table
from xlinventory.imports.text import RawTable, UnreadableFileError, table_of_text


def cells(table: RawTable) -> list[list[str]]:
    return table.rows.to_numpy().tolist()


def lines(table: RawTable) -> list[int]:
    return table.rows.index.tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_gives_the_same_cells(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes("sku,name\n1,Größe “L” – 5 €\n".encode(encoding))
    assert cells(raw_table(path)) == [["1", "Größe “L” – 5 €"]]
    assert raw_table(path).header == ["sku", "name"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(delimiter: str) -> None:
    table = table_of_text(f"sku{delimiter}name\n1{delimiter}a bag\n")
    assert table.delimiter == delimiter
    assert cells(table) == [["1", "a bag"]]


@pytest.mark.parametrize("told", ["sep=;", '"sep=;"', "sep=; "])
def test_a_first_line_may_tell_the_delimiter(told: str) -> None:
    table = table_of_text(f"{told}\na;b\n1,5;2\n")
    assert table.header == ["a", "b"]
    assert (cells(table), lines(table)) == ([["1,5", "2"]], [3])


@pytest.mark.parametrize("told", ['sep="', "sep=x", "sep="])
def test_what_cannot_be_a_delimiter_is_a_header(told: str) -> None:
    assert table_of_text(f"{told}\na;b\n").header == [told]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_usual_way(end: str) -> None:
    table = table_of_text(end.join(["a,b", "1,2", "", "3,4", ""]))
    assert (cells(table), lines(table)) == ([["1", "2"], ["3", "4"]], [2, 4])


def test_line_numbers_stay_right_after_quoted_line_breaks_and_blank_lines() -> None:
    table = table_of_text('\n\na,b\nx,"1\n\n2"\n\ny,3\n\n\n')
    assert cells(table) == [["x", "1\n\n2"], ["y", "3"]]
    assert lines(table) == [4, 8]


def test_a_line_break_inside_a_cell_beyond_the_header_is_counted_too() -> None:
    table = table_of_text('a,b\n1,2,3,4,"x\ny"\n5,6\n')
    assert lines(table) == [2, 4]
    assert table.overlong.tolist() == [True, False]


def test_header_cells_may_have_line_breaks() -> None:
    table = table_of_text('"Item\nno.","Qty  sold"\nA,1\n')
    assert table.header == ["Item no.", "Qty sold"]
    assert lines(table) == [3]


def test_a_quotation_mark_inside_a_cell_is_text() -> None:
    assert cells(table_of_text('a,b\n5" nail,"said ""no"""\n')) == [['5" nail', 'said "no"']]


def test_spaces_after_a_delimiter_do_not_hide_a_quotation_mark() -> None:
    assert cells(table_of_text('"a", "b"\n"x", "y, z"\n')) == [["x", "y, z"]]


def test_an_unclosed_quotation_mark_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableFileError, match="line 4 is opened and never closed"):
        table_of_text('a,b\n1,2\n3,4\n5,"6\n7,8\n')


def test_a_quotation_mark_that_swallows_lines_marks_the_row() -> None:
    """Lines 2 to 4 run together, because the mark of line 2 is closed by the one of line 4."""
    table = table_of_text('a,b\n1,"2\n3,4\n5,"6\n7,"8\n9"\n')
    assert table.misquoted.tolist() == [True, False]
    assert lines(table) == [2, 5]


@pytest.mark.parametrize(
    "text", ['"a\nb,c\n1,2\n', '"sku,qty\n1,"2"\n', pytest.param('"sku,qty\n' + "1,2\n" * 40_000, id="long")]
)
def test_an_unclosed_quotation_mark_in_the_header_is_told(text: str) -> None:
    with pytest.raises(UnreadableFileError, match="header"):
        table_of_text(text)


def test_short_rows_are_filled_with_blanks_and_long_ones_marked_wherever_they_stand() -> None:
    for text in ("a,b\n1\n1,2\n1,2,3,4,5\n", "a,b\n1,2,3,4,5\n1,2\n1\n"):
        table = table_of_text(text)
        assert sorted(cells(table)) == [["1", ""], ["1", "2"], ["1", "2"]]
        assert sorted(table.overlong) == [False, False, True]


def test_delimiters_at_the_end_of_every_line_make_no_column() -> None:
    table = table_of_text("a;b;;\n1;2;;\n3;4\n")
    assert table.header == ["a", "b"]
    assert not table.overlong.any()


def test_a_filled_cell_under_no_name_is_marked() -> None:
    assert table_of_text("a;b;\n1;2;a note\n").overlong.tolist() == [True]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("qty,qty,qty", ["qty", "qty (2)", "qty (3)"]),
        ("qty,qty,qty (2)", ["qty", "qty (2)", "qty (2) (2)"]),
        ("a,,column 2", ["a", "column 2", "column 2 (2)"]),
        (" a , b ", ["a", "b"]),
    ],
)
def test_names_of_the_header_are_told_apart(header: str, names: list[str]) -> None:
    assert table_of_text(header + "\n1,2,3\n").header == names


def test_a_header_alone_has_no_rows() -> None:
    for text in ("a,b", "a,b\n", "a,b\r\n\r\n", "a,b\n,\n"):
        assert table_of_text(text).rows.empty


@pytest.mark.parametrize("text", ["", "\n\n", "  \n\t\n", "sep=;\n"])
def test_an_empty_file_is_told(text: str) -> None:
    with pytest.raises(UnreadableFileError, match="empty"):
        table_of_text(text)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04\x14\x00rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02\x03", "not text"),
        (bytes(range(256)) * 40, "not text"),
        (b"\x1f\x8b\x08\x00 cut off", "cannot be opened"),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-30], "cannot be opened"),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:12] + b"\xff" * 40, "cannot be opened"),
    ],
)
def test_what_is_no_table_of_text_is_told(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match=why):
        raw_table(path)


def test_a_gzipped_file_is_read_by_whatever_name(tmp_path: Path) -> None:
    for name in ("sales.csv.gz", "sales.csv"):
        (tmp_path / name).write_bytes(gzip.compress(b"a,b\n1,2\n", mtime=0))
        assert cells(raw_table(tmp_path / name)) == [["1", "2"]]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        raw_table(tmp_path / "gone.csv")


def test_characters_no_workbook_can_hold_are_shown_as_unreadable() -> None:
    table = table_of_text("sku,name\n" + "1,an ordinary bag\n" * 50 + "00\x0012,b\x0bag\n")
    assert cells(table)[-1] == ["00�12", "b�ag"]


def test_a_cell_too_long_for_any_file_points_to_a_missing_quotation_mark() -> None:
    text = 'a,b\n1,"x\ny"\n2,"' + "z,1\n" * 40_000 + '"\n'
    with pytest.raises(UnreadableFileError, match="quotation mark is probably missing"):
        table_of_text(text)


def test_marks_of_byte_order_are_dropped_wherever_they_stand() -> None:
    table = table_of_text("\ufeffa,b\n1,2\n\ufeff3,4\n")
    assert (table.header, cells(table)) == (["a", "b"], [["1", "2"], ["3", "4"]])


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff")
    | st.just("\n"),
    max_size=8,
)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS, delimiter=st.sampled_from(",;\t|"), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
)
def test_what_the_csv_module_writes_is_read_back_on_its_lines(rows, delimiter: str, quoting: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerow(["a", "b", "c"])
    expected = {}
    for row in rows:
        line = out.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.lstrip(" ") for cell in row):
            expected[line] = [cell.strip() for cell in row]
    table = table_of_text(out.getvalue())
    found = {
        line: [cell.strip() for cell in row] for line, row in zip(lines(table), cells(table), strict=True)
    }
    assert found == expected
    assert not table.overlong.any()
    assert not table.misquoted.any()
