"""A press of a button in Excel: what is asked, run, shown and said; nothing ever leaves as an exception.

Excel is a stand-in that notes what it is told; the macros are the real ones, on a book in memory.
"""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from xlinventory.hosts.buttons import Action, buttons
from xlinventory.hosts.excel.live import buttons as live
from xlinventory.hosts.excel.live import log_file
from xlinventory.hosts.excel.live.book import place_of_file
from xlinventory.hosts.excel.live.one_at_a_time import STILL_WORKING
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import Outcome
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.workbook import WorkbookError

SHEETS = ("Start", "Items", "Forecast", "Log", "ImportMap")


class App:
    """Notes every message box and answers questions."""

    def __init__(self) -> None:
        self.boxes: list[tuple[str, str | None]] = []
        self.answer = "yes"

    def alert(
        self, prompt: str, title: str | None = None, buttons: str = "ok", mode: str | None = None
    ) -> str:
        assert title == "Inventory"
        self.boxes.append((prompt, buttons if buttons != "ok" else mode))
        return self.answer if buttons == "yes_no" else "ok"


class Sheet:
    def __init__(self, name: str, book: "Book") -> None:
        self.name, self._book = name, book

    def activate(self) -> None:
        self._book.shown.append(self.name)


class Sheets(dict[str, Sheet]):
    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.values())


class Book:
    """A book as far as a button needs it."""

    def __init__(self) -> None:
        self.app, self.shown, self.quiet = App(), [], []
        self.sheets = Sheets({name: Sheet(name, self) for name in SHEETS})
        self.tables = MemoryWorkbook(
            {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
        )


@contextlib.contextmanager
def noted(book: Book) -> Iterator[None]:
    """Where the real one turns screen and calculation off and on again."""
    book.quiet.append("on")
    try:
        yield
    finally:
        book.quiet.append("off")


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Book]:
    made = Book()
    monkeypatch.setattr(live, "LiveWorkbook", lambda book: book.tables)
    monkeypatch.setattr(live, "quiet", noted)
    monkeypatch.setattr(live.xw.Book, "caller", lambda: made)
    monkeypatch.setattr(log_file, "path", lambda: tmp_path / "log" / "xlinventory.log")
    logger = logging.getLogger("xlinventory")
    before = list(logger.handlers)
    yield made
    for handler in [handler for handler in logger.handlers if handler not in before]:
        logger.removeHandler(handler)
        handler.close()


def logged() -> str:
    return log_file.path().read_text(encoding="utf-8")


def failing(error: Exception) -> object:
    def macro(*_: object, **__: object) -> Outcome:
        raise error

    return macro


def test_a_refusal_is_one_sentence_and_no_sheet_is_shown(book: Book) -> None:
    live.press("undo")
    assert book.app.boxes == [("There is no run to undo.", "critical")]
    assert book.shown == []
    assert book.quiet == ["on", "off"]


def test_a_macro_says_its_sentence_and_shows_its_sheet(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def macro(tables: MemoryWorkbook, name: str) -> Outcome:
        called.append((tables, name))
        return Outcome("2 items planned.")

    monkeypatch.setattr(live, "run_macro", macro)
    live.press("plan")
    assert called == [(book.tables, "plan")]
    assert book.app.boxes == [("2 items planned.", "info")]
    assert book.shown == ["Items"]
    assert book.quiet == ["on", "off"]


def test_findings_are_shown_and_the_rest_is_counted(book: Book) -> None:
    """14 items that order less than nothing: more than fit into a box."""
    rows = pd.DataFrame({"sku": [f"A{i}" for i in range(14)], "moq": -1.0}, dtype=object)
    book.tables.write_table("Items", rows.reindex(columns=TABLES["Items"].names).astype(object))
    live.press("check")
    (text, mode) = book.app.boxes[0]
    sentence, blank, *findings = text.splitlines()
    assert mode == "info"
    assert blank == ""
    assert len(findings) == 11
    assert findings[0].startswith("Items")
    count = int(sentence.split()[0])
    assert findings[-1] == f"... and {count - 10} more"


def test_what_should_not_happen_is_one_sentence_with_the_details_in_the_log(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "run_macro", failing(ZeroDivisionError("deep inside")))
    live.press("forecast")
    ((text, mode),) = book.app.boxes
    assert mode == "critical"
    assert "\n" not in text
    assert str(log_file.path()) in text
    assert "deep inside" not in text
    assert "Traceback" in logged()
    assert "ZeroDivisionError: deep inside" in logged()
    assert book.quiet == ["on", "off"]


def test_refresh_says_first_what_it_would_do_and_a_no_leaves_everything(book: Book, tmp_path: Path) -> None:
    _folder(book, tmp_path)
    before = {name: book.tables.read_table(name) for name in book.tables.table_names()}
    book.app.answer = "no"
    live.press("refresh")
    ((question, asked),) = book.app.boxes
    assert asked == "yes_no"
    assert "\nMovements 3 added\n" in question
    assert question.endswith("Do it?")
    for name, rows in before.items():
        pd.testing.assert_frame_equal(book.tables.read_table(name), rows)
    assert book.shown == []
    assert book.quiet == ["on", "off"]


@pytest.mark.parametrize(("asking", "asked"), [("refresh", False), ("plan", True)])
def test_the_plan_asks_first_where_the_setting_says_so(book: Book, *, asking: str, asked: bool) -> None:
    """An item with a forecast; a no leaves it without a demand."""
    settings = book.tables.read_table("Settings")
    row = pd.DataFrame([{"setting": "ask_first", "value": asking}], columns=settings.columns, dtype=object)
    others = settings[settings["setting"] != "ask_first"]
    book.tables.write_table("Settings", pd.concat([others, row], ignore_index=True))
    weeks = {"sku": "A1", "period": [40889.0, 40896.0], "mean": 7.0, "sd": 2.0, "carry": 0.0}
    for name, rows in {"Items": {"sku": ["A1"], "active": "yes"}, "Forecast": weeks}.items():
        cells = pd.DataFrame(rows, dtype=object).reindex(columns=TABLES[name].names)
        book.tables.write_table(name, cells.astype(object))
    book.app.answer = "no"
    live.press("plan")
    ((text, mode),) = book.app.boxes
    assert mode == ("yes_no" if asked else "info")
    assert ("would change" in text) == asked
    assert (book.tables.read_table("Items")["demand_avg"].iloc[0] is None) == asked


def test_refresh_writes_after_a_yes(book: Book, tmp_path: Path) -> None:
    _folder(book, tmp_path)
    live.press("refresh")
    assert [mode for _, mode in book.app.boxes] == ["yes_no", "info"]
    assert len(book.tables.read_table("Movements")) == 3
    assert book.shown == ["Start"]
    assert book.quiet == ["on", "off", "on", "off"]
    live.press("refresh")
    assert [mode for _, mode in book.app.boxes[2:]] == ["info"]
    assert "3 already there" in book.app.boxes[2][0]


def test_orders_are_exported_beside_the_workbook(book: Book, tmp_path: Path) -> None:
    book.fullname = str(tmp_path / "inventory.xlsm")
    orders = pd.DataFrame(
        {"po": ["P1"], "supplier": ["ACME"], "sku": ["A"], "order_date": [45000.0], "quantity": [5.0]}
    )
    rows = orders.assign(unit_price=2.0, open_quantity=5.0, status="open")
    book.tables.write_table(
        "PurchaseOrders", rows.reindex(columns=TABLES["PurchaseOrders"].names).astype(object)
    )
    live.press("export")
    assert {path.name for path in (tmp_path / "orders").iterdir()} == {"P1.csv", "P1.pdf"}
    assert book.app.boxes[0][1] == "info"


@pytest.mark.parametrize("name", ["Book1", "https://example.org/stock/inventory.xlsm"])
def test_a_workbook_that_is_in_no_folder_has_none(name: str, book: Book) -> None:
    book.fullname = name
    assert live.folder_of(book) == ""
    assert place_of_file(book) is None


def _folder(book: Book, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(
        "date,sku,quantity\n2024-01-01,A,1\n2024-01-02,A,2\n2024-01-03,B,3\n", encoding="utf-8"
    )
    rows = [["csv_folder", str(tmp_path), None, None]]
    book.tables.write_table("Settings", pd.DataFrame(rows, columns=TABLES["Settings"].names, dtype=object))


def test_a_button_that_only_shows_a_sheet_says_nothing(book: Book) -> None:
    live.press("log")
    assert (book.shown, book.app.boxes, book.quiet) == (["Log"], [], [])


def test_a_book_without_the_sheet_stays_where_it_is(book: Book) -> None:
    live.press("dashboard")
    assert (book.shown, book.app.boxes) == ([], [])


@pytest.mark.parametrize("error", [WorkbookError("no book"), RuntimeError("no caller")])
def test_nothing_leaves_as_an_exception_when_there_is_no_book(
    error: Exception, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live.xw.Book, "caller", failing(error))
    live.press("about")
    assert book.app.boxes == []
    assert str(error) in logged()


def test_nothing_leaves_as_an_exception_when_excel_shows_no_box(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book.app, "alert", failing(OSError("Excel has gone")))
    live.press("undo")
    assert "Excel has gone" in logged()
    assert "There is no run to undo." in logged()


def test_what_was_done_is_told_even_if_its_sheet_cannot_be_shown(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "run_macro", lambda *_, **__: Outcome("Done."))
    monkeypatch.setattr(Sheet, "activate", failing(OSError("no such window")))
    live.press("plan")
    assert book.app.boxes == [("Done.", "info")]
    assert "no such window" in logged()


def test_an_unknown_name_runs_nothing(book: Book) -> None:
    live.press("nonsense'); import os; ('")
    assert [mode for _, mode in book.app.boxes] == ["critical"]
    assert book.quiet == []


def test_every_button_with_a_preview_has_a_macro() -> None:
    asking = {name for names in live.PREVIEWED.values() for name in names}
    assert asking <= {button.id for button in buttons() if isinstance(button, Action)}
    (choices,) = (setting.choices for setting in SETTINGS if setting.name == "ask_first")
    assert choices == tuple(live.PREVIEWED)


def test_the_log_is_where_each_system_keeps_such_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft: Local AppData for files of this machine; Apple: ~/Library/Logs; XDG: ~/.local/state."""
    home = Path.home()
    for told_by in ("LOCALAPPDATA", "XDG_STATE_HOME"):
        monkeypatch.delenv(told_by, raising=False)
    for system, folder in (
        ("win32", "AppData/Local/xlinventory"),
        ("darwin", "Library/Logs/xlinventory"),
        ("linux", ".local/state/xlinventory"),
    ):
        monkeypatch.setattr("sys.platform", system)
        assert log_file.path() == home / folder / "xlinventory.log"
    for system, told_by in (("win32", "LOCALAPPDATA"), ("linux", "XDG_STATE_HOME")):
        monkeypatch.setattr("sys.platform", system)
        monkeypatch.setenv(told_by, str(home / "elsewhere"))
        assert log_file.path() == home / "elsewhere" / "xlinventory" / "xlinventory.log"


def test_on_a_mac_a_second_press_is_refused_while_the_first_works(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel on macOS does not wait for RunPython: https://docs.xlwings.org, and its AppleScript ends in &."""
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr("sys.platform", "darwin")
    folder = log_file.path().parent
    folder.mkdir(parents=True)
    with (folder / "button.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        live.press("undo")
    assert book.app.boxes == [(STILL_WORKING, "critical")]
    assert book.quiet == []
    live.press("undo")
    assert book.app.boxes[1:] == [("There is no run to undo.", "critical")]


@pytest.mark.parametrize("system", ["win32", "linux"])
def test_elsewhere_nothing_is_locked(book: Book, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", system)
    live.press("undo")
    assert book.app.boxes == [("There is no run to undo.", "critical")]
    assert not (log_file.path().parent / "button.lock").exists()
