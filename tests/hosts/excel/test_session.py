"""``--host excel``: where a book is open already, else in an Excel that is started for it.

LibreOffice stands in for Excel behind xlwings' own front end; whether Excel was started and ended is noted.
"""

import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw

from xlinventory.cli import hosts, running
from xlinventory.hosts.excel.live import session
from xlinventory.workbook import WorkbookError


class Started:
    """An Excel of one's own: LibreOffice, which is not ended; what was asked of it is noted."""

    def __init__(self, app: xw.App) -> None:
        self.books, self.asked, self.display_alerts = app.books, {}, True

    def __call__(self, **asked: Any) -> "Started":
        self.asked = asked
        return self

    def quit(self) -> None:
        self.asked["quit"] = True


@pytest.fixture
def path(tmp_path: Path, write: Any, design: Any) -> Path:
    path = tmp_path / "book.xlsx"
    write(path, {"T": design(["a", "b"], [[1.0, None]], {"b": "=T[[#This Row],[a]]*2"})})
    return path


@pytest.fixture
def excel(calc: xw.App, monkeypatch: pytest.MonkeyPatch) -> Started:
    started = Started(calc)
    monkeypatch.setattr(session, "SYSTEMS", (sys.platform,))
    monkeypatch.setattr(session.xw, "apps", [calc])
    monkeypatch.setattr(session.xw, "App", started)
    return started


def write_five(path: Path) -> None:
    with session.open_book(path, lambda *_: None) as book:
        assert book.path() == path
        book.refuse_if_open_elsewhere()
        book.write_table("T", pd.DataFrame({"a": [5.0]}))
        assert book.keep() == ()


def test_a_save_that_excel_refuses_is_told(
    path: Path, excel: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ComError(Exception):
        """As pywintypes.com_error: what a spreadsheet program throws has no base but Exception."""

    def refuse(*_: object) -> None:
        raise ComError(-2147352567, "Exception occurred.")

    with session.open_book(path, lambda *_: None) as book:
        monkeypatch.setattr(xw.Book, "save", refuse)
        with pytest.raises(WorkbookError, match=r"Excel could not save .*, so the file is as it was"):
            book.keep()


def shown(path: Path) -> tuple[object, object]:
    sheet = openpyxl.load_workbook(path, data_only=True)["T"]
    return sheet["A2"].value, sheet["B2"].value


def test_a_book_that_is_open_is_worked_on_where_it_is_and_stays_open(
    path: Path, excel: Started, calc: xw.App
) -> None:
    book = calc.books.open(path)
    write_five(path)
    assert shown(path) == (5, 10)
    assert (book.sheets["T"]["A2"].value, excel.asked) == (5.0, {})
    assert [each.name for each in calc.books] == ["book.xlsx"]


def test_another_is_opened_unseen_saved_and_closed(path: Path, excel: Started, calc: xw.App) -> None:
    write_five(path)
    assert shown(path) == (5, 10)
    assert excel.asked == {"visible": False, "add_book": False, "quit": True}
    assert (len(calc.books), excel.display_alerts) == (0, False)


def test_after_a_failure_the_file_is_as_it_was_and_nothing_stays_open(
    path: Path, excel: Started, calc: xw.App
) -> None:
    before = path.read_bytes()

    def fail() -> None:
        with session.open_book(path, lambda *_: None) as book:
            book.write_table("T", pd.DataFrame({"a": [5.0]}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert path.read_bytes() == before
    assert (len(calc.books), excel.asked["quit"]) == (0, True)


def test_progress_goes_to_the_terminal_too(path: Path, excel: Started) -> None:
    lines: list[tuple[str, float | None]] = []
    with session.open_book(path, lambda *line: lines.append(line)) as book:
        book.report("Planning", 0.5)
        assert book.uncomputed == ()
    assert lines == [("Starting Excel", None), ("Planning", 0.5)]


def test_a_book_open_elsewhere_is_refused(path: Path, excel: Started) -> None:
    path.with_name("~$book.xlsx").touch()
    with pytest.raises(WorkbookError, match="open in Excel"), session.open_book(path, lambda *_: None):
        pass
    assert not excel.asked


@pytest.mark.parametrize("name", ["missing.xlsx", "book.ods"])
def test_what_is_no_workbook_for_excel_is_refused(name: str, path: Path, excel: Started) -> None:
    path.with_name("book.ods").touch()
    with pytest.raises(WorkbookError, match=name), session.open_book(path.with_name(name), lambda *_: None):
        pass


def test_an_excel_that_does_not_start_is_told(
    path: Path, excel: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("Invalid class string")

    monkeypatch.setattr(session.xw, "App", fail)
    with pytest.raises(WorkbookError, match="could not be started"), session.open_book(path, lambda *_: None):
        pass


def test_where_there_is_no_excel_one_sentence_says_what_to_use(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(WorkbookError, match="use --host file or --host calc"):
        running.run_on_file(hosts.Host.EXCEL, path, "check", dry_run=False)
