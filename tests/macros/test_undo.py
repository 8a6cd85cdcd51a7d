"""Undo through a file: what was remembered fits what the disk gives back."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import TableColumn, TableFormula

from xlinventory.core.errors import CellError
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros import frame, images
from xlinventory.macros.frame import Run, run_macro
from xlinventory.macros.rows import stored_columns
from xlinventory.workbook import WorkbookError

UNDO = pd.DataFrame(columns=["run", "table", "part", "image"], dtype=object)
CELLS = st.one_of(
    st.none(), st.text(max_size=5), st.booleans(), st.sampled_from(list(CellError)),
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53).map(float),
)  # fmt: skip


def cells(rows: list[list[object]], columns: str = "ab") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(frame, "_macros", dict(frame._macros))
    template.build(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def press(path: Path, body: Callable[[Run], str] | None = None) -> str:
    """Press a button as the command line does: open, run, calculate, save."""
    if body is not None:
        body.__doc__ = "A macro of a test."
        frame.macro("try", "Try")(body)
    book = FileWorkbook.open(path)
    sentence = run_macro(book, "undo" if body is None else "try").sentence
    book.calculate()
    book.save()
    return sentence


def supplied(rows: pd.DataFrame) -> Callable[[Run], str]:
    def body(run: Run) -> str:
        run.write("Suppliers", rows)
        return "Supplied."

    return body


def stored(path: Path, table: str = "Suppliers") -> list[list[object]]:
    rows = FileWorkbook.open(path).read_table(table)
    return rows[stored_columns(table, rows.columns)].to_numpy(dtype=object).tolist()


HARD = pd.DataFrame(
    {
        "supplier": ["=1+1", "00123", "_x000D_", "two\r\nlines", " x ", "ü🙂"],
        "email": ["", None, "@a", "\x01", "#N/A", "TRUE"],
        "promised_lead_days": [-0.0, 1 / 3, 1e300, np.nan, 7.0, 2.0**53],
        "min_order_value": pd.Series([1, 2, 3, 4, 5, 6]),
        "active": [True, False, True, True, False, True],
    }
)


def test_a_run_is_undone_after_the_file_was_closed_and_opened(path: Path) -> None:
    before = stored(path)
    press(path, supplied(HARD))
    first = stored(path)
    press(path, supplied(HARD.iloc[::-1]))
    assert stored(path) != first
    assert "run 2 (try)" in press(path)
    assert stored(path) == first
    assert "run 1 (try)" in press(path)
    assert stored(path) == before
    with pytest.raises(WorkbookError, match="no run to undo"):
        press(path)


def test_a_run_is_undone_after_another_program_saved_the_file(path: Path) -> None:
    press(path, supplied(HARD[["supplier", "promised_lead_days", "active"]].drop(index=[2, 3])))
    first = stored(path)
    press(path, supplied(HARD[["supplier"]].iloc[[0]]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it drops
        openpyxl.load_workbook(path).save(path)
    press(path)
    assert stored(path) == first


def test_undo_refuses_to_lose_what_was_typed_into_the_file_since(path: Path) -> None:
    press(path, supplied(HARD))
    book = FileWorkbook.open(path)
    rows = book.read_table("Suppliers")
    rows["promised_lead_days"] = 5.0
    book.write_table("Suppliers", rows)
    book.save()
    content = path.read_bytes()
    with pytest.raises(WorkbookError, match="Suppliers was changed by hand after that run"):
        press(path)
    assert path.read_bytes() == content


def test_a_damaged_image_is_told_in_one_sentence(path: Path) -> None:
    press(path, supplied(HARD))
    book = FileWorkbook.open(path)
    kept = book.read_table("_undo")
    for image in (None, "not base64!", kept["image"].iloc[0][:-8], "QUJD"):
        book.write_table("_undo", kept.assign(image=image))
        with pytest.raises(WorkbookError, match="_undo is damaged"):
            run_macro(book, "undo")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6), st.data())
def test_any_table_is_recalled_as_it_was(rows: list[list[object]], data: st.DataObject) -> None:
    before = cells(rows)
    now = data.draw(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6))
    after = cells(data.draw(st.sampled_from([now, rows, rows + now, rows[:-1]])))
    undo = images.remember(UNDO, 1.0, {"T": before}, {"T": after})
    recalled = images.recall(undo, 1.0, {"T": after})["T"]
    assert list(recalled.columns) == list(before.columns)
    assert images.same_cells(recalled, before)
    assert recalled.map(type).replace({str: type(None)}).equals(before.map(type).replace({str: type(None)}))


def test_a_large_image_is_kept_in_parts_that_fit_a_cell() -> None:
    noise = np.random.default_rng(7).random(20_000)
    before, after = cells([[x, None] for x in noise]), cells([["x", 1.0]])
    undo = images.remember(UNDO, 3.0, {"T": before}, {"T": after})
    assert len(undo) > 5
    assert undo["image"].str.len().max() <= 32_767
    shuffled = undo.sample(frac=1, random_state=1)  # a user may sort the sheet
    assert images.recall(shuffled, 3.0, {"T": after})["T"]["a"].tolist() == noise.tolist()


def test_an_image_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "LARGEST_IMAGE", 50)
    with pytest.raises(WorkbookError, match="T is too large to be kept for undo"):
        images.remember(UNDO, 1.0, {"T": cells([[1.0, 2.0]])}, {"T": cells([[3.0, 4.0]])})


def test_rows_added_at_the_end_are_remembered_by_their_number() -> None:
    many = cells([[float(i), f"text {i}"] for i in range(50_000)])
    undo = images.remember(UNDO, 1.0, {"T": many.iloc[:10]}, {"T": many})
    assert undo["image"].str.len().sum() < 500
    assert len(images.recall(undo, 1.0, {"T": many})["T"]) == 10


def test_a_program_that_keeps_20_decimals_changes_nothing() -> None:
    """LibreOffice 7.4 saves 1.91203941568574e-10 into an .ods file as 1.9120394157e-10, read back so."""
    ours = images.fingerprint(cells([[1.91203941568574e-10, "x"]]))
    assert images.fingerprint(cells([[1.9120394157e-10, "x"]])) == ours
    assert images.fingerprint(cells([[1.9120394158e-10, "x"]])) != ours
    tiny = [5e-324, 9.999999999999999e-06, -9.999999999999999e-06]
    assert len({images.fingerprint(cells([[number, "x"]])) for number in tiny}) == 3


def test_a_program_that_keeps_15_digits_changes_nothing() -> None:
    """LibreOffice saves 0.1 + 0.2 as 0.3; a number and the text of it are still two things."""
    ours = images.fingerprint(cells([[0.1 + 0.2, "x"]]))
    assert images.fingerprint(cells([[0.3, "x"]])) == ours
    assert images.fingerprint(cells([[0.3000000001, "x"]])) != ours
    assert images.fingerprint(cells([["0.3", "x"]])) != ours


@pytest.mark.parametrize(
    ("number", "saved"),
    [
        (0.9728552278820375, 0.972855227882038),
        (9.865276448582295, 9.8652764485823),
        (526.3169999999994, 526.316999999999),
        (0.0, 0.0),
        (-7.0, -7.0),
    ],
)
def test_numbers_as_libreoffice_saved_them_are_the_same(number: float, saved: float) -> None:
    """Seen in workbooks that LibreOffice 7.4 had saved."""
    assert images.fingerprint(cells([[number, "x"]])) == images.fingerprint(cells([[saved, "x"]]))


def add_column(path: Path, table: str, name: str, formula: str) -> None:
    """A calculated column of the user's own, as Excel makes it; its formula refers to its row as {row}."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl drops extensions it does not know
        book = openpyxl.load_workbook(path)
        sheet = book[table]
        there = sheet.tables[table]
        left, right = there.ref.split(":")
        first, last = (int(re.sub(r"\D", "", corner)) for corner in (left, right))
        column = len(there.tableColumns) + 1
        sheet.cell(first, column, name)
        for row in range(first + 1, last + 1):
            sheet.cell(row, column, formula.format(row=row))
        declared = TableFormula(attr_text=formula.format(row=first + 1).removeprefix("="))
        there.tableColumns.append(TableColumn(id=column, name=name, calculatedColumnFormula=declared))
        there.ref = there.autoFilter.ref = f"{left}:{get_column_letter(column)}{last}"
        book.save(path)


def test_a_formula_column_of_the_user_that_follows_the_data_does_not_stop_undo(path: Path) -> None:
    first = pd.DataFrame({"supplier": ["Acme", "Brick"], "promised_lead_days": [7.0, 9.0]})
    second = pd.DataFrame({"supplier": ["Brick", "Acme"], "promised_lead_days": [9.0, 70.0]})
    press(path, supplied(first))
    days = list(FileWorkbook.open(path).read_table("Suppliers").columns).index("promised_lead_days")
    add_column(path, "Suppliers", "twice", f"={get_column_letter(days + 1)}{{row}}*2")
    before = stored(path)
    press(path, supplied(second))
    assert FileWorkbook.open(path).read_table("Suppliers")["twice"].tolist() == [18.0, 140.0]
    press(path)
    assert [row[:-1] for row in stored(path)] == [row[:-1] for row in before]
    assert FileWorkbook.open(path).read_table("Suppliers")["twice"].tolist() == [14.0, 18.0]


def test_notes_written_after_a_run_stay_and_notes_of_rows_that_come_back_come_back(
    make_book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_macros", dict(frame._macros))
    book = make_book(Suppliers=[{"supplier": "Acme"}, {"supplier": "Brick"}])
    book.add_column("Suppliers", "note", ["old", "of Brick"])
    body = supplied(pd.DataFrame({"supplier": ["Acme", "Coal"]}))
    body.__doc__ = "A macro of a test."
    frame.macro("try", "Try")(body)
    run_macro(book, "try")
    rows = book.read_table("Suppliers")
    rows["note"] = ["new", "of Coal"]
    book.write_table("Suppliers", rows)
    run_macro(book, "undo")
    there = book.read_table("Suppliers")[["supplier", "note"]]
    assert there.to_numpy().tolist() == [["Acme", "new"], ["Brick", "of Brick"]]
