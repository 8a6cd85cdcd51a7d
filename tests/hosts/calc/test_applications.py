"""Applications and workbooks of LibreOffice through xlwings' front doors: App, Book, apps, books."""

import logging
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings as xw

from xlinventory.hosts.calc import engine, register
from xlinventory.hosts.calc.engine import screen
from xlinventory.hosts.excel.package.macro_workbook import build_workbook
from xlinventory.hosts.file import FileWorkbook
from xlinventory.workbook import WorkbookError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook with a table and formulas that no program has calculated yet."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as written:
        sheet = written.add_worksheet("S")
        columns = [{"header": "a"}, {"header": "b", "formula": "=T[[#This Row],[a]]*2"}]
        sheet.add_table("A1:B3", {"name": "T", "columns": columns})
        sheet.write_column("A2", [1, 2])
    return path


@pytest.mark.usefixtures("office")  # skips where LibreOffice is not installed
def test_a_book_opens_where_nothing_runs_yet(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.apps, "_running", {})
    monkeypatch.setattr(xw.engines, "active", None)
    register()
    book = xw.Book(path)
    try:
        assert (xw.apps.count, xw.apps.active) == (1, book.app)
        assert book.sheets["S"]["B2:B3"].value == [2.0, 4.0]  # the file itself says 0
        assert xw.Book(path) == book
        assert [known.fullname for known in xw.books] == [str(path)]
        assert not book.app.visible
        with xw.Book() as empty:
            assert (empty.app, len(xw.books)) == (book.app, 2)
    finally:
        book.app.quit()
    assert xw.apps.count == 0
    with pytest.raises(xw.XlwingsError, match="active App"):
        xw.books.add()


@pytest.mark.usefixtures("office")
def test_an_application_ends_with_its_block_or_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    with xw.App() as app:
        assert xw.apps.active == xw.apps[app.pid] == app
        assert len(app.books) == 1
        process = app.impl.office._process
    assert process.poll() is not None
    assert app.pid not in xw.apps.keys()  # noqa: SIM118 - xlwings' collection is no dict
    killed = xw.App(add_book=False)
    assert len(killed.books) == 0
    killed.kill()
    assert killed.impl.office._process.poll() is not None
    with pytest.raises(KeyError):
        xw.apps[killed.pid]


def test_our_engine_is_the_active_one_only_where_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    excel = object()
    monkeypatch.setattr(xw.engines, "active", excel)
    assert register() is register()
    assert xw.engines.active is excel
    monkeypatch.setattr(xw.engines, "active", None)
    assert register() is xw.engines.active


def test_a_file_is_opened_calculated_saved_and_opened_again(calc: xw.App, path: Path) -> None:
    book = calc.books.open(path)
    assert book.fullname == str(path)
    assert calc.books.open(path) == book
    book.sheets["S"]["A2"].value = 5.0
    book.save()
    book.close()
    saved = openpyxl.load_workbook(path, data_only=True)
    assert saved["S"]["B2"].value == 10
    assert saved["S"].tables["T"].ref == "A1:B3"
    assert len(calc.books) == 0


def test_books_of_one_name_are_not_mixed_up(calc: xw.App, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    other.write_bytes(path.read_bytes())
    first = calc.books.open(path)
    for door in (xw.Book, calc.books.open):
        with pytest.raises(ValueError, match=r"Cannot open two workbooks named 'book\.xlsx'"):
            door(other)
    second = calc.books.impl.open(str(other))  # as a person may do in LibreOffice itself
    for place in (path, other):
        assert calc.books.open(place).fullname == xw.Book(place).fullname == str(place)
    with pytest.raises(WorkbookError, match=r"several workbooks named book\.xlsx are open: .* give the path"):
        calc.books["book.xlsx"]
    second.close()
    assert calc.books["BOOK.xlsx"] == first
    assert "book.xlsx" in calc.books
    assert "other.xlsx" not in calc.books


def test_one_file_is_one_book_by_whatever_name(calc: xw.App, path: Path, tmp_path: Path) -> None:
    alias = tmp_path / "alias.xlsx"
    alias.symlink_to(path)
    book = calc.books.open(path)
    assert calc.books.open(alias) == book
    assert len(calc.books) == 1


def test_the_active_book_is_the_one_activated_last(calc: xw.App) -> None:
    with pytest.raises(xw.XlwingsError, match="no workbook is open"):
        _ = calc.books.active
    first, second = calc.books.add(), calc.books.add()
    assert calc.books.active == second
    first.activate()
    assert calc.books.active == first
    second.sheets[0].activate()
    assert calc.books.active == second
    second.close()
    assert calc.books.active == first


def test_a_workbook_is_saved_in_formats_we_know_alone(calc: xw.App, tmp_path: Path) -> None:
    book = calc.books.add()
    with pytest.raises(WorkbookError, match=r"book\.doc: a workbook is saved as \.xlsx, \.xlsm, \.ods"):
        book.save(tmp_path / "book.doc")
    book.save(tmp_path / "book.ods")
    assert (tmp_path / "book.ods").read_bytes()[:2] == b"PK"
    with pytest.raises(WorkbookError, match=r"book\.xlsx could not be written: is its folder there"):
        book.save(tmp_path / "book.ods" / "book.xlsx")  # the folder is a file
    with pytest.raises(NotImplementedError, match="password"):
        book.save(tmp_path / "locked.xlsx", password="secret")
    assert not (tmp_path / "locked.xlsx").exists()


def test_a_workbook_with_macros_keeps_its_tables(calc: xw.App, tmp_path: Path) -> None:
    """The macros themselves are LibreOffice's version of them; the master is never overwritten from here."""
    master, copy = tmp_path / "inventory.xlsm", tmp_path / "copy.xlsm"
    build_workbook(master)
    book = calc.books.open(master)
    book.save(copy)
    book.close()
    before, after = FileWorkbook.open(master), FileWorkbook.open(copy)
    assert after.table_names() == before.table_names()
    assert (
        after.read_table("Settings")["setting"].tolist() == before.read_table("Settings")["setting"].tolist()
    )
    with zipfile.ZipFile(copy) as package:
        assert "xl/vbaProject.bin" in package.namelist()


def test_what_is_no_workbook_is_refused(calc: xw.App, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(WorkbookError, match=r"could not open .*broken\.xlsx"):
        calc.books.open(tmp_path / "broken.xlsx")
    assert len(calc.books) == 0


def test_a_workbook_is_printed_to_pdf(calc: xw.App, path: Path, tmp_path: Path) -> None:
    book = calc.books.open(path)
    book.sheets.add("Second", after=book.sheets["S"])["A1"].value = "page two"
    sizes = []
    for name, options in {"all": {}, "one": {"exclude": "Second"}, "small": {"quality": "minimum"}}.items():
        printed = Path(book.to_pdf(tmp_path / f"{name}.pdf", **options)).read_bytes()
        assert printed[:5] == b"%PDF-"
        sizes.append(printed.count(b"/Type/Page/"))
    assert sizes == [2, 1, 2]
    with pytest.raises(WorkbookError, match=r"all\.pdf could not be written"):
        book.to_pdf(path / "all.pdf")  # the folder is a file


def test_the_application_keeps_its_settings(calc: xw.App) -> None:
    book = calc.books.add()
    calc.screen_updating = False
    assert book.api.hasControllersLocked()
    calc.screen_updating = True
    assert not book.api.hasControllersLocked()
    calc.calculation = "manual"
    book.sheets[0]["A1"].value = [[5.0, "=A1*2"]]
    assert book.sheets[0]["B1"].value != 10.0
    calc.calculate()
    assert book.sheets[0]["B1"].value == 10.0
    calc.calculation = "automatic"
    calc.status_bar = "Working 40 %"
    assert calc.status_bar == "Working 40 %"
    calc.status_bar = False
    assert calc.status_bar is False
    assert calc.version.major >= 7
    assert list(Path(calc.path).glob("soffice*"))
    calc.visible = True
    assert not calc.visible, "what was started without windows stays so"


@pytest.mark.parametrize(
    ("buttons", "mode", "answer", "level"),
    [
        ("ok", "info", "ok", logging.INFO),
        ("ok", "critical", "ok", logging.ERROR),
        ("ok_cancel", None, "ok", logging.INFO),
        ("yes_no", None, "yes", logging.INFO),
        ("yes_no_cancel", "critical", "yes", logging.ERROR),
    ],
)
def test_where_nobody_looks_a_message_is_logged(
    calc: xw.App, caplog: pytest.LogCaptureFixture, buttons: str, mode: str, answer: str, level: int
) -> None:
    caplog.set_level(logging.INFO, "xlinventory.calc")
    calc.books.add()
    assert calc.alert("12 orders written.", "Inventory", buttons, mode) == answer
    assert caplog.record_tuples == [("xlinventory.calc", level, "Inventory: 12 orders written.")]


def test_a_message_box_of_no_kind_is_refused(calc: xw.App) -> None:
    with pytest.raises(ValueError, match="buttons must be one of ok, ok_cancel, yes_no, yes_no_cancel"):
        calc.alert("text", buttons="abort")
    with pytest.raises(ValueError, match="mode must be info, critical or None, got green"):
        calc.alert("text", mode="green")


class Window:
    """Stands in for LibreOffice's windows: what was asked, and the number of the button pressed."""

    def __init__(self, pressed: int) -> None:
        self.pressed, self.asked, self.disposed = pressed, [], False

    def service(self, name: str) -> "Window":
        assert name == "com.sun.star.awt.Toolkit"
        return self

    def createMessageBox(self, window: Any, kind: Any, buttons: int, title: str, prompt: str) -> "Window":  # noqa: N802
        self.asked.append((window, kind.value, buttons, title, prompt))
        return self

    def execute(self) -> int:
        return self.pressed

    def dispose(self) -> None:
        self.disposed = True


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("buttons", "mode", "pressed", "kind", "number", "answer"),
    [  # com.sun.star.awt: MessageBoxType; MessageBoxButtons OK 1, OK_CANCEL 2, YES_NO 3, YES_NO_CANCEL 4, and
        # DEFAULT_BUTTON_OK 0x10000, DEFAULT_BUTTON_YES 0x40000; MessageBoxResults CANCEL 0, OK 1, YES 2, NO 3
        ("ok", None, 1, "MESSAGEBOX", 1, "ok"),
        ("ok", "info", 0, "INFOBOX", 1, "ok"),
        ("ok", "critical", 1, "ERRORBOX", 1, "ok"),
        ("ok_cancel", None, 0, "QUERYBOX", 0x10000 + 2, "cancel"),
        ("ok_cancel", "critical", 1, "WARNINGBOX", 0x10000 + 2, "ok"),
        ("yes_no", "info", 2, "QUERYBOX", 0x40000 + 3, "yes"),
        ("yes_no", None, 0, "QUERYBOX", 0x40000 + 3, "no"),
        ("yes_no_cancel", None, 3, "QUERYBOX", 0x40000 + 4, "no"),
        ("yes_no_cancel", None, 0, "QUERYBOX", 0x40000 + 4, "cancel"),
    ],
)
def test_a_message_box_has_the_buttons_and_the_answer_of_xlwings(
    buttons: str, mode: str, pressed: int, kind: str, number: int, answer: str
) -> None:
    window = Window(pressed)
    assert screen.ask(window, "over this", "Do it?", "Inventory", buttons, mode) == answer
    assert window.asked == [("over this", kind, number, "Inventory", "Do it?")]
    assert window.disposed


class Indicator:
    """Stands in for the progress line of a window; to start it once more would empty its bar."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def start(self, text: str, end: int) -> None:
        self.shown.append((text, end))

    def setText(self, text: str) -> None:  # noqa: N802
        self.shown.append(text)

    def setValue(self, value: int) -> None:  # noqa: N802
        self.shown.append(value)

    def end(self) -> None:
        self.shown.append("end")


def test_a_share_at_the_end_of_a_progress_line_moves_the_bar(
    calc: xw.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    calc.books.add()
    indicator = Indicator()
    monkeypatch.setattr(type(calc.books.impl.active), "indicator", indicator)
    monkeypatch.setattr(calc.impl, "_visible", True)
    for line in ("Reading", "Forecasting 40 %", "Forecasting 100 %", False, False, "Again"):
        calc.status_bar = line
    forecasting = ["Forecasting 40 %", 40, "Forecasting 100 %", 100]
    assert indicator.shown == [("Reading", 100), 0, *forecasting, "end", ("Again", 100), 0]


@pytest.mark.usefixtures("office")
def test_without_a_screen_no_windows_are_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    register()
    with pytest.raises(WorkbookError, match="LibreOffice cannot open windows here: there is no screen"):
        engine.apps.add(visible=True)
