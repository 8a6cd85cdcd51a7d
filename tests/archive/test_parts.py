"""Parts: what is written is read again, and what is not what was written is refused by one sentence."""

import os
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.archive.connection import connect
from xlinventory.archive.parts import (
    COLUMNS,
    described,
    new_name,
    parts_of,
    relation,
    strays,
    table_of,
    without,
    write_part,
)
from xlinventory.archive.stored import Stored
from xlinventory.sheets.movements import KINDS, MOVEMENTS
from xlinventory.tables import Kind
from xlinventory.workbook import WorkbookError

DAY = 40000.0


def lines(*rows: dict) -> pd.DataFrame:
    """Typed rows of Movements, blank where nothing is given."""
    frame = pd.DataFrame(list(rows), columns=MOVEMENTS.names)
    for column in MOVEMENTS.columns:
        cells = frame[column.name]
        text = column.kind is Kind.TEXT
        frame[column.name] = cells.astype(object).where(cells.notna(), "") if text else cells.astype(float)
    return frame


SOME = lines(
    {"date": DAY, "sku": "00123", "kind": "OPENING", "quantity": 10, "unit_cost": 2.5},
    {"date": DAY + 1, "sku": "00123", "kind": "SALE", "quantity": -1, "unit_price": 9, "reference": "=S1"},
)


def keep(workbook: Path, rows: pd.DataFrame, source: str = "Movements"):
    """A part of these rows beside a workbook."""
    file = new_name(workbook, source)
    (workbook.parent / file).parent.mkdir(exist_ok=True)
    write_part(rows, workbook.parent / file)
    return described(workbook, file, source)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return tmp_path / "shop [1] 'a'.xlsx"


def test_a_part_lies_beside_its_workbook_and_tells_its_lines_and_days(workbook: Path) -> None:
    part = keep(workbook, SOME, "sales.csv.gz")
    assert part.file.startswith("shop [1] 'a' movements/sales-")
    assert (part.lines, part.left_out, part.first_day, part.last_day) == (2, 0, DAY, DAY + 1)
    assert part.bytes == part.path.stat().st_size
    assert parts_of(table_of([part]), workbook) == [part]


def test_another_program_finds_dates_and_blanks_in_a_part(workbook: Path) -> None:
    part = keep(workbook, SOME.assign(colour=["red", None]))
    with connect(workbook.parent) as database:
        first = database.execute(
            f"SELECT * FROM read_parquet('{str(part.path).replace(chr(39), 2 * chr(39))}')"
        )
        names, row = [column[0] for column in first.description], first.fetchone()
    told = dict(zip(names, row, strict=True))
    assert str(told["date"]) == "2009-07-06"  # Excel: =TEXT(40000,"yyyy-mm-dd")
    assert (told["sku"], told["quantity"], told["unit_cost"]) == ("00123", 10.0, 2.5)
    assert [told[name] for name in ("unit_price", "reference", "order_line", "line")] == [None] * 4
    assert told["your colour"] == "red"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LINE = st.fixed_dictionaries(
    {
        "date": st.integers(1, 80_000).map(float),
        "sku": TEXT.filter(bool),
        "kind": st.sampled_from(KINDS),
        "quantity": st.floats(-1e12, 1e12),
        "unit_cost": st.none() | st.floats(0, 1e12),
        "unit_price": st.none() | st.floats(0, 1e12),
        "reference": TEXT,
        "source": TEXT,
        "order_line": TEXT,
    }
)


@settings(max_examples=6, deadline=None)
@given(rows=st.lists(LINE, min_size=1, max_size=6))
def test_what_is_kept_is_found_again(tmp_path_factory: pytest.TempPathFactory, rows: list[dict]) -> None:
    given_ = lines(*rows)
    part = keep(tmp_path_factory.mktemp("kept") / "book.xlsx", given_)
    found = Stored([part]).alike(given_)
    assert found["row"].tolist() == list(range(len(given_)))
    pd.testing.assert_frame_equal(found[MOVEMENTS.names], given_, check_exact=True)


def test_rows_that_are_left_out_do_not_count(workbook: Path) -> None:
    part = keep(workbook, SOME)
    with connect(part.path.parent) as database:
        place = str(part.left_out_path).replace("'", "''")
        database.execute(f"COPY (SELECT 0::BIGINT AS row) TO '{place}' (FORMAT parquet)")
    part = described(workbook, part.file, "Movements", left_out=1)
    assert (part.lines, part.first_day) == (1, DAY + 1)
    (again,) = parts_of(table_of([part]), workbook)
    assert Stored([again]).units().to_dict() == {"00123": -1.0}
    with connect(part.path.parent) as database:
        assert database.execute(f'SELECT "row" FROM {relation([again])}').fetchall() == [(1,)]


def test_the_queries_of_the_docs_count_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[2] / "docs" / "large.md"
    every, counting = re.findall(r"^```sql\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    folder = tmp_path / "inventory movements"
    folder.mkdir()
    write_part(SOME, folder / "sales-5d2a.parquet")
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as database:
        assert database.execute(every).fetchall() == [("00123", 9.0)]
        write = f"COPY (SELECT 1::BIGINT AS row) TO '{folder}/sales-5d2a.left_out.parquet' (FORMAT parquet)"
        database.execute(write)
        assert [row[2] for row in database.execute(counting).fetchall()] == ["OPENING"]


def test_a_renamed_workbook_finds_its_parts_where_the_folder_goes_along(
    workbook: Path, tmp_path: Path
) -> None:
    rows = table_of([keep(workbook, SOME)])
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (tmp_path / "shop [1] 'a' movements").rename(moved / "shop [1] 'a' movements")
    assert len(parts_of(rows, moved / "renamed.xlsm")) == 1
    with pytest.raises(
        WorkbookError, match=r"Movements are missing: .* is not beside shop .* move the folder"
    ):
        parts_of(rows, workbook)


ELSEWHERE = [
    "../x movements/a.parquet", "/etc/x movements/a.parquet", "x movements/../a.parquet", "a.parquet",
    "x movements/a.csv", "x movements\\a.parquet", "C:x movements/a.parquet", "http://x movements/a.parquet",
    "x movements/deep/a.parquet", "x movements/*.parquet", "x movements/a\x00.parquet",
    ".. movements/..parquet", "other/a.parquet", "",
]  # fmt: skip


@pytest.mark.parametrize("place", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_cell_that_points_elsewhere_is_refused(workbook: Path, place: str) -> None:
    rows = table_of([keep(workbook, SOME)]).assign(file=place)
    with pytest.raises(WorkbookError, match=r"MovementFiles names|Movements are missing"):
        parts_of(rows, workbook)


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_link_to_another_place_is_refused(workbook: Path, tmp_path: Path, linked: str) -> None:
    part = keep(workbook, SOME)
    place = part.path if linked == "file" else part.path.parent
    elsewhere = tmp_path / "elsewhere.parquet"
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    with pytest.raises(WorkbookError, match="is a link to another place"):
        parts_of(table_of([part]), workbook)


DAMAGE = {
    "longer": lambda content: content + b"\0",
    "shorter": lambda content: content[:-1],
    "empty": lambda _content: b"",
    "garbage": lambda content: b"\0" * len(content),
    "no end": lambda content: content[:-8] + b"\0" * 8,
    "text": lambda content: (b"date,sku\n" * len(content))[: len(content)],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_part_is_refused(workbook: Path, damage: str) -> None:
    part = keep(workbook, SOME)
    part.path.write_bytes(DAMAGE[damage](part.path.read_bytes()))
    with pytest.raises(WorkbookError, match=r"^shop .* is not the file of movements that was written \("):
        parts_of(table_of([part]), workbook)


def test_another_file_of_the_same_size_is_refused(workbook: Path) -> None:
    part = keep(workbook, SOME)
    with pytest.raises(WorkbookError, match="has 2 rows, not 3"):
        parts_of(table_of([part]).assign(lines=3), workbook)
    with connect(part.path.parent) as database:
        place = str(part.path).replace("'", "''")
        database.execute(f"COPY (SELECT 'x' AS sku FROM range(2)) TO '{place}' (FORMAT parquet)")
    with pytest.raises(WorkbookError, match="has no column date of the type DATE"):
        parts_of(table_of([part]).assign(bytes=part.path.stat().st_size), workbook)


def test_a_part_that_is_damaged_inside_is_refused_when_it_is_read(workbook: Path) -> None:
    part = keep(workbook, SOME)
    content = part.path.read_bytes()
    part.path.write_bytes(content[:4] + b"\xff" * 100 + content[104:])
    (again,) = parts_of(table_of([part]), workbook)
    with pytest.raises(WorkbookError, match=r"^Movements beside the workbook cannot be read \(.*parquet\.$"):
        Stored([again]).units()


@pytest.mark.parametrize("column", ["date", "sku", "kind", "quantity"])
def test_rows_that_are_no_movements_are_refused(workbook: Path, column: str) -> None:
    part = keep(workbook, SOME)
    strange = {name: "NULL" if name == column else name for name in COLUMNS}
    with connect(part.path.parent) as database:
        place = str(part.path).replace("'", "''")
        cells = ", ".join(f"CAST({cell} AS {COLUMNS[name]}) AS {name}" for name, cell in strange.items())
        database.execute(f"CREATE TABLE rows AS SELECT {cells} FROM read_parquet('{place}')")
        database.execute(f"COPY rows TO '{place}' (FORMAT parquet)")
    with pytest.raises(WorkbookError, match="holds rows that are no movements"):
        Stored([part]).daily()


def test_a_link_in_the_place_of_the_folder_is_not_written_to(workbook: Path) -> None:
    (workbook.parent / f"{workbook.stem} movements").write_text("a file of the user's")
    with pytest.raises(WorkbookError, match="is no plain folder; rename it"):
        new_name(workbook, "Movements")


def test_a_missing_list_of_left_out_rows_is_missed(workbook: Path) -> None:
    rows = table_of([keep(workbook, SOME)]).assign(lines=1, left_out=1)
    with pytest.raises(WorkbookError, match=r"left_out.parquet is not beside"):
        parts_of(rows, workbook)


def test_a_part_without_some_rows_keeps_the_others_with_all_they_have(workbook: Path) -> None:
    part = keep(workbook, pd.concat([SOME, SOME], ignore_index=True).assign(colour=list("abcd")))
    with connect(part.path.parent) as database:
        place = str(part.left_out_path).replace("'", "''")
        database.execute(f"COPY (SELECT 0::BIGINT AS row) TO '{place}' (FORMAT parquet)")
    part = described(workbook, part.file, "Movements", left_out=1)
    left = without(part, new_name(workbook, "Movements"), [2])
    assert (left.lines, left.left_out, left.source) == (2, 0, "Movements")
    with connect(left.path.parent) as database:
        place = str(left.path).replace("'", "''")
        rows = database.execute(f"SELECT quantity, \"your colour\" FROM read_parquet('{place}')").fetchall()
    assert rows == [(-1.0, "b"), (-1.0, "d")]
    assert parts_of(table_of([part, left]), workbook) == [part, left]


def test_files_no_row_names_are_told(workbook: Path) -> None:
    part, other = keep(workbook, SOME), keep(workbook, SOME)
    assert strays([part], workbook) == [other.path]
    assert strays([], workbook) == sorted([part.path, other.path])
    assert strays([part, other], workbook) == []


def test_the_database_opens_no_other_file_and_no_network(workbook: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    with connect(inside) as database:
        for source in (outside, inside / ".." / "outside.csv", "https://example.org/a.csv"):
            with pytest.raises(Exception, match="disabled by configuration"):
                database.execute(f"SELECT * FROM read_csv('{source}')")
        with pytest.raises(Exception, match="disabled by configuration"):
            database.execute("INSTALL httpfs")
        with pytest.raises(Exception, match="configuration has been locked"):
            database.execute("SET enable_external_access = true")


def test_without_duckdb_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(WorkbookError, match="pip install duckdb"):
        connect(None)


def test_nan_is_blank(workbook: Path) -> None:
    (unit_cost,) = Stored([keep(workbook, SOME.iloc[1:])]).alike(SOME)["unit_cost"]
    assert np.isnan(unit_cost)
