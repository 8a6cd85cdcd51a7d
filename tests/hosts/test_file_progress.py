"""A long sheet says how far its reading is, and what is being saved."""

from pathlib import Path

import pytest
import xlsxwriter

from xlinventory.hosts.file import FileWorkbook, sheet


def test_progress_moves_while_a_long_sheet_is_read_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "book.xlsx", []
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet("Moves").add_table(
            0, 0, 7, 0, {"name": "Moves", "columns": [{"header": "sku"}], "data": [["x"]] * 7}
        )
    monkeypatch.setattr(sheet, "ROWS_BETWEEN_REPORTS", 3)
    book = FileWorkbook.open(path, lambda message, share=None: told.append((message, share)))
    rows = book.read_table("Moves")
    assert told == [("Reading Moves, row 3", None), ("Reading Moves, row 6", None)]
    book.write_table("Moves", rows.assign(sku="y"))
    book.save()
    assert told[2:] == [("Saving Moves", None)]
