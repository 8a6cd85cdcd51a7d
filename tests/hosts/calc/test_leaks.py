"""What an application keeps of workbooks that are closed: nothing."""

import os
import sys
from pathlib import Path

import pytest
import xlsxwriter
import xlwings as xw


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        columns = [{"header": "a", "total_string": "Total"}, {"header": "b", "total_function": "sum"}]
        book.add_worksheet("S").add_table("A1:B4", {"name": "T", "columns": columns, "total_row": True})
    return path


def test_a_totals_row_put_aside_is_dropped_with_its_workbook(calc: xw.App, path: Path) -> None:
    first = calc.books.open(path)
    first.sheets["S"].tables["T"].impl.show_totals = False
    second = calc.books.add()
    second.close()
    assert len(calc.impl.aside) == 1, "its workbook is still open"
    first.close()
    assert len(calc.impl.aside) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="open files and threads are counted in /proc")
def test_files_threads_and_documents_do_not_pile_up(calc: xw.App, path: Path) -> None:
    group = calc.impl.office.pid

    def held() -> tuple[int, int, int]:
        mine = [p for p in Path("/proc").iterdir() if p.name.isdigit() and is_member(p, group)]
        opened, threads = (sum(len(list((p / part).iterdir())) for p in mine) for part in ("fd", "task"))
        return len(calc.books), opened, threads

    for number in range(8):
        book = calc.books.open(path)
        book.sheets["S"]["A2"].value = [["x", 1.0]]
        book.save(path.with_name("saved.xlsx"))
        book.close()
        if number == 2:
            before = held()
    after = held()
    assert after[0] == before[0] == 0
    assert after[1] - before[1] <= 2, "files"
    assert after[2] - before[2] <= 4, "threads, of which LibreOffice keeps a few ready"


def is_member(process: Path, group: int) -> bool:
    try:
        return os.getpgid(int(process.name)) == group
    except ProcessLookupError:
        return False
