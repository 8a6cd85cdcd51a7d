# ruff: noqa: E501 - files are written as they come
"""Files as they come from real life: what is taken, what is refused and told, what is left for the next time.

Every expected line is counted by eye or by the csv module of Python.
"""

import csv
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.imports import files as files_module
from xlinventory.imports.codes import with_whole_codes
from xlinventory.imports.reading import ReadFile, read_file
from xlinventory.sheets import TABLES

HEAD = "date,sku,quantity,unit_price\n"
NO_MAP = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)

Reader = Callable[..., ReadFile]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Read a text or bytes as a file of that name."""

    def write(text: str | bytes, name: str = "sales.csv", import_map: pd.DataFrame = NO_MAP) -> ReadFile:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_file(path, import_map)

    return write


def refused(file: ReadFile) -> list[tuple[object, ...]]:
    """Line, column, value and problem of every refused line."""
    rows = file.issues[file.issues["line"].notna()]
    return list(rows[["line", "column", "value", "problem"]].itertuples(index=False, name=None))


def about(file: ReadFile) -> list[str]:
    """What is told of the file as a whole."""
    return file.issues.loc[file.issues["line"].isna(), "problem"].tolist()


class TestHeader:
    def test_titles_and_blank_lines_may_stand_before_it(self, read: Reader) -> None:
        file = read(
            "Sales report, all shops\nFrom,2024-01-01,to,2024-01-31\n\n" + HEAD + "2024-01-05,A,2,1.5\n"
        )
        assert file.lines.index.tolist() == [5]
        assert file.read == 1
        assert about(file) == ["2 lines before the header in line 4"]
        assert file.issues["value"].tolist() == ["Sales report, all shops"]

    def test_a_title_with_another_delimiter_or_a_stray_quotation_mark_does_not_hide_it(
        self, read: Reader
    ) -> None:
        file = read('Report, by shop, of "all\ndate;sku;quantity\n2024-01-05;A;2\n')
        assert (file.lines["sku"].tolist(), file.lines.index.tolist()) == (["A"], [3])

    def test_it_is_not_looked_for_further_down(self, read: Reader) -> None:
        file = read("note\n" * 20 + HEAD + "2024-01-05,A,2,1.5\n")
        assert file.layout is None
        assert about(file) == ["the columns of this file are not known"]

    def test_of_an_unknown_file_the_first_line_of_cells_is_offered_for_mapping(self, read: Reader) -> None:
        file = read("My report\nFrom;1.1.2024;to;31.1.2024\n\nwhen;what;how;why\n1;A;2;3\n")
        assert file.import_map["source_column"].tolist() == ["when", "what", "how", "why"]

    def test_of_columns_with_one_name_the_first_is_used_and_it_is_told(self, read: Reader) -> None:
        file = read("date,sku,qty,qty,note,note\n2024-01-05,A,2,9,x,y\n")
        assert file.lines["quantity"].tolist() == [2.0]
        assert about(file) == ["more than one column is called qty"], "nobody asked for the notes"

    def test_a_header_alone_is_told_and_no_error(self, read: Reader) -> None:
        file = read(HEAD)
        assert (file.read, file.layout.name, about(file)) == (
            0,
            "Sales",
            ["the file has a header and no lines"],
        )

    def test_a_delimiter_at_the_end_of_every_line_makes_no_column(self, read: Reader) -> None:
        file = read("date;sku;quantity;\n2024-01-05;A;2;\n2024-01-06;B;2;\n")
        assert (file.lines["sku"].tolist(), refused(file)) == (["A", "B"], [])


class TestStrays:
    @pytest.mark.parametrize(
        ("line", "column", "value"),
        [
            ("Total,,12,", "date", "Total"), (",Grand Total:,12,", "sku", "Grand Total:"), ("SUMME,,12,", "date", "SUMME"),
            ("2024-01-31,,12,gesamt", "unit_price", "gesamt"), ("Totaal,Totaal,,", "date", "Totaal"),
        ],
    )  # fmt: skip
    def test_a_line_of_totals_is_told_as_that(self, read: Reader, line: str, column: str, value: str) -> None:
        file = read(HEAD + f"2024-01-05,A,2,1.5\n{line}\n")
        assert file.lines["sku"].tolist() == ["A"]
        assert refused(file) == [(3.0, column, value, "a line of totals")]

    def test_of_items_the_total_is_the_only_key(self, read: Reader) -> None:
        file = read("sku,name,unit_cost\nA,Total control,2\nTotal,,2\n", "items.csv")
        assert file.lines["sku"].tolist() == ["A"]

    def test_a_supplier_may_be_called_total(self, read: Reader) -> None:
        file = read("supplier,email\nTotal,a@total.example\nSum,\n", "suppliers.csv")
        assert file.lines["supplier"].tolist() == ["Total", "Sum"]

    def test_exports_put_together_repeat_their_header_and_their_mark(self, read: Reader) -> None:
        half = "\ufeff" + HEAD + "2024-01-05,A,2,1.5\n"
        file = read(half + half.replace("A", "B").replace("date", "Date"))
        assert file.lines["sku"].tolist() == ["A", "B"]
        assert refused(file) == [(3.0, "date", "Date", "the header again")]

    def test_below_a_header_in_another_order_nothing_is_taken(self, read: Reader) -> None:
        """Else 5 would be sold at 2 where 2 were sold at 5."""
        other = "date,sku,unit_price,quantity\n2024-01-06,B,5,2\n"
        file = read(HEAD + "2024-01-05,A,2,1.5\n" + other + HEAD + "2024-01-07,C,2,1.5\n")
        assert file.lines["sku"].tolist() == ["A", "C"]
        assert [row[0] for row in refused(file)] == [3.0, 4.0, 5.0]


class TestCharacters:
    def test_a_code_with_a_character_that_is_none_is_refused_a_name_is_not(self, read: Reader) -> None:
        file = read(
            "date,sku,quantity,item name\n2024-01-05,A\0B,2,Bag\n2024-01-06,C,2,B\0g\n"
            + "2024-01-06,D,2,Bag\n" * 3
        )
        assert refused(file) == [(2.0, "sku", "A\ufffdB", "has a character that cannot be read")]

    def test_one_foreign_line_does_not_change_the_others(self, read: Reader) -> None:
        """A UTF-8 file with a line of a Windows-1252 file below it."""
        data = ("sku,name\n1,Größe\n").encode() + "2,Öl\n".encode("cp1252")
        assert read(data, "items.csv").lines["name"].tolist() == ["Größe", "Öl"]

    def test_a_code_written_as_a_formula_to_keep_its_zeros_is_the_code(self, read: Reader) -> None:
        file = read(
            'date,sku,quantity\n2024-01-05,="00123",="2"\n2024-01-05,"=""5"""" pipe""",1\n2024-01-05,=A1,1\n'
        )
        assert file.lines["sku"].tolist() == ["00123", '5" pipe', "=A1"]
        assert file.lines["quantity"].tolist() == [2.0, 1.0, 1.0]


class TestUnreadable:
    def test_a_file_being_written_is_left_for_the_next_time(
        self, read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "sales.csv"
        path.write_text(HEAD + "2024-01-05,A,2,1.5\n")
        fstat = os.fstat

        def grows(number: int) -> os.stat_result:
            found = fstat(number)
            path.write_text(HEAD + "2024-01-05,A,2,1.5\n" * 2)
            return found

        with monkeypatch.context() as patch:
            patch.setattr(files_module.os, "fstat", grows)
            file = read_file(path, NO_MAP)
        assert (file.layout, about(file)) == (None, ["the file was being written while it was read"])
        assert len(read_file(path, NO_MAP).lines) == 2

    @pytest.mark.parametrize("end", ["2024-01-06,B", "2024-01-06,B,2", '2024-01-06,"B"'])
    def test_a_last_line_that_is_cut_off_leaves_the_file_for_the_next_time(
        self, read: Reader, end: str
    ) -> None:
        file = read(HEAD + "2024-01-05,A,2,1.5\n" + end)
        assert about(file) == ["the last line is cut off, as if the file were still being written"]
        assert file.issues["action"].iloc[0].startswith("Left for the next refresh")

    @pytest.mark.parametrize(
        "end", ["2024-01-06,B,2,1.5", "Total,,4", "2024-01-06,B,2,1.5\n\n", "End of report"]
    )
    def test_a_last_line_without_an_end_is_read_when_it_is_whole(self, read: Reader, end: str) -> None:
        assert read(HEAD + "2024-01-05,A,2,1.5\n" + end).lines["sku"].iloc[0] == "A"

    def test_where_other_lines_are_short_too_the_last_one_is_whole(self, read: Reader) -> None:
        file = read(HEAD + "2024-01-05,A,2\n2024-01-06,B,2,1.5\n2024-01-07,C,2")
        assert file.lines["sku"].tolist() == ["A", "B", "C"]

    def test_a_folder_a_pipe_and_a_link_that_leads_out_are_told(self, read: Reader, tmp_path: Path) -> None:
        inside = tmp_path / "inside"
        inside.mkdir()
        (tmp_path / "out.csv").write_text(HEAD)
        (inside / "folder.csv").mkdir()
        os.mkfifo(inside / "pipe.csv")
        (inside / "link.csv").symlink_to(tmp_path / "out.csv")
        (inside / "gone.csv").symlink_to(inside / "nowhere.csv")
        (inside / "sales.csv").write_text(HEAD + "2024-01-05,A,2,1.5\n")
        (inside / "same.csv").symlink_to(inside / "sales.csv")
        found = {path.name: read_file(path, NO_MAP) for path in inside.iterdir()}
        assert {name: about(file) for name, file in found.items()} == {
            "folder.csv": ["it is a folder, not a file"], "pipe.csv": ["it is a device or a pipe, not a file"],
            "link.csv": ["it is a link to another folder"], "sales.csv": [], "same.csv": [],
            "gone.csv": ["the file cannot be opened (No such file or directory)"],
        }  # fmt: skip

    @pytest.mark.parametrize("name", [b"sales\xff.csv", b"sales\x01.csv"])
    def test_a_name_that_no_workbook_can_hold_is_told(self, tmp_path: Path, name: bytes) -> None:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path.write_text(HEAD + "2024-01-05,A,2,1.5\n")
        file = read_file(path, NO_MAP)
        assert (file.file, about(file)) == (
            "sales\ufffd.csv",
            ["its name has characters that no workbook can hold"],
        )

    def test_a_file_that_may_not_be_read_is_told(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        monkeypatch.setattr(Path, "write_bytes", lambda *_: None)
        monkeypatch.setattr(files_module, "check_place", lambda _: None)
        assert about(read(HEAD)) == ["the file may not be read"]

    def test_what_would_fill_the_memory_is_told(self, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files_module, "MOST_BYTES", 1000)
        assert about(read(HEAD + "x" * 1000)) == ["the file is larger than 256 MB"]
        assert about(read(gzip.compress(b"0" * 1001))) == ["the file is larger than 256 MB when unpacked"]
        assert about(read(gzip.compress((HEAD + "2024-01-05,A,2,1.5\n").encode()))) == []

    @pytest.mark.parametrize("width", [16_385, 100_000])
    def test_more_columns_than_a_sheet_has_are_told_in_one_sentence(self, read: Reader, width: int) -> None:
        assert about(read("a," * (width - 1) + "a\n")) == [
            f"the header has {width:,} columns, more than the 16,384 of a sheet"
        ]

    def test_as_many_columns_as_a_sheet_has_are_only_unknown(self, read: Reader) -> None:
        assert about(read("," * 3000 + "a\n1\n")) == ["the columns of this file are not known"]

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("2024-01-06," + "x" * 2_000_000 + ",1,1", "must be at most 32,767 characters"),
            ("2024-01-06,A" + ",1" * 500_000, "filled cells where the header has no name (4 names)"),
        ],
        ids=["giant cell", "many cells"],
    )
    def test_a_giant_line_is_refused_alone(self, read: Reader, line: str, problem: str) -> None:
        file = read(HEAD + f"2024-01-05,A,2,1.5\n{line}\n2024-01-07,C,2,1.5\n")
        assert file.lines["sku"].tolist() == ["A", "C"]
        assert [row[3] for row in refused(file)] == [problem]
        assert file.issues["value"].str.len().max() <= 200

    @pytest.mark.parametrize("line", ["x" * 3_000_000, "a," + "x" * 1_001], ids=["giant", "long"])
    def test_a_giant_line_is_no_header(self, read: Reader, line: str) -> None:
        assert len(about(read(line))) == 1
        file = read(f"{line}\n{HEAD}2024-01-05,A,2,1.5\n")
        assert file.lines["sku"].tolist() == ["A"]
        assert file.issues["value"].str.len().max() <= 200


class TestFormat:
    def test_a_word_that_is_none_is_told_and_the_file_decides(self, read: Reader) -> None:
        text = HEAD + "13/01/2024,A,2,1.5\n"
        written = read(text).import_map.assign(format=["backwards", "", "", ""])
        file = read(text, import_map=written)
        assert about(file) == ["format in ImportMap is no way to write days or numbers"]
        assert file.import_map["format"].tolist() == ["day/month/year", "", "decimal point", "decimal point"]

    def test_a_day_that_cannot_be_read_in_the_order_of_the_file_is_refused(self, read: Reader) -> None:
        days = [f"01/{day}/2024" for day in range(13, 30)]
        file = read(HEAD + "".join(f"{day},A,2,1.5\n" for day in [*days, "13/01/2024", "02/03/2024"]))
        assert refused(file) == [(19.0, "date", "13/01/2024", "must be a date")]

    def test_a_file_that_waits_keeps_its_layout_and_columns_in_the_map(self, read: Reader) -> None:
        file = read(HEAD + "02/03/2024,A,2,1.5\n")
        assert file.waits
        assert file.import_map["target_column"].tolist() == ["date", "sku", "quantity", "unit_price"]
        answered = read(
            HEAD + "02/03/2024,A,2,1.5\n", import_map=file.import_map.assign(format=["dmy", "", "", ""])
        )
        assert not answered.waits
        assert answered.lines["date"].tolist() == [45353.0], "2 March 2024 as a spreadsheet counts days"


CELLS = st.sampled_from(
    ["2024-01-05", "31/01/2024", "01/02/2024", "A", "00123", "123", "1.23E+11", "Mar-01", "Total", "Grand total", "date",
     "sku", "quantity", "unit_price", "2", "-1", "1.5", "1,5", "1,234", "", " ", "\ufeff", "\0", '="00123"', "=1+1", "é"]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "", "\nTotal,,5", "\n\n"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=10),
    title=st.sampled_from(["", "Report\n", "Report,of,sales\n\n"]),
    plain=st.booleans(),
    end=ENDS,
)
def test_lines_read_are_taken_or_refused(
    rows: list[list[str]], title: str, plain: bool, end: str, read: Reader
) -> None:
    """However dirty, no line is lost, and each is refused once; *plain* lines tell the file's notation."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [*([["31/01/2024", "A", "2", "1.5"]] * 20 if plain else []), *rows]
    )
    body = (out.getvalue().rstrip("\n") + end).replace("\ufeff", "")
    file = with_whole_codes([read(title + HEAD + body)], {"00123"})[0]
    lines = file.issues["line"].dropna()
    assert lines.is_unique
    assert file.read == len(file.lines) + len(lines)
    if file.layout is not None:
        counted = csv.reader(io.StringIO(body), skipinitialspace=True)
        assert file.read == sum(any(cell for cell in row) for row in counted)
    else:
        assert about(file)
