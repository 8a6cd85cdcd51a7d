"""The menu's entries as LibreOffice carries them out: by their commands, in its own Python, without a window.

Where nobody is there to read a message box its text is in the log, and that is where the tests read it.
"""

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
import xlwings as xw

from xlinventory.hosts.buttons import find_button
from xlinventory.hosts.calc import Office, engine, register
from xlinventory.hosts.calc.addin import menu
from xlinventory.hosts.calc.bridge import properties, url
from xlinventory.hosts.calc.inside import press as job
from xlinventory.hosts.calc.inside.at_work import alone
from xlinventory.hosts.calc.program.prepared import with_extension
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.registry import registered
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

ITEMS = 12
MAIN_JOB = ("refresh", "forecast", "plan", "reorder", "orders", "value", "suppliers")
COMPARED = sorted(set(TABLES) - {"Log", "_undo"})  # these say when it was
WRONG = "Something went wrong that should not"


class Menu:
    """A LibreOffice with our extension, its commands, and what they had to say."""

    def __init__(self, office: Office, log: Path) -> None:
        self.office, self.log = office, log
        self.app = xw.App(impl=engine.apps.attach(office))
        self._helper = office.service("com.sun.star.frame.DispatchHelper")

    def open(self, path: Path, **options: Any) -> LiveWorkbook:
        """As a person or a program opens it: nothing is calculated or mended but by the extension."""
        given = properties(Hidden=True, **options)
        self.office.desktop.loadComponentFromURL(url(path), "_blank", 0, given)
        return LiveWorkbook(self.app.books[path.name])

    def press(self, book: LiveWorkbook, name: str) -> str:
        """Carry an entry's command out; returns what it said."""
        return self.dispatch(book, f"service:org.xlinventory.Job?{name}")

    def dispatch(self, book: LiveWorkbook, command: str) -> str:
        before = self._said()
        frame = book.book.impl.document.CurrentController.Frame
        self._helper.executeDispatch(frame, command, "_self", 0, ())
        return self._said()[len(before) :]

    def command(self, frame: Any, command: str, **given: Any) -> None:
        """A command of LibreOffice's own."""
        self._helper.executeDispatch(frame, command, "", 0, properties(**given))

    def ask_nothing_about_formats(self) -> None:
        """LibreOffice asks whether Excel's format is meant, and without a window nobody answers."""
        settings = self.office.service("com.sun.star.configuration.ConfigurationProvider")
        node = settings.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationUpdateAccess",
            properties(nodepath="/org.openoffice.Office.Common/Save/Document"),
        )
        node.WarnAlienFormat = False
        node.commitChanges()

    def _said(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Menu]:
    """A LibreOffice of our own, for its log is not to be that of the person who runs the tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(home))
        try:
            profile = with_extension(home)
        except WorkbookError as error:
            pytest.skip(str(error))
        register()
        with Office(profile) as running:
            yield Menu(running, home / "xlinventory" / "xlinventory.log")


@pytest.fixture
def lo(started: Menu) -> Iterator[Menu]:
    yield started
    for book in list(started.app.books):
        book.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "inventory.xlsx"
    template.build(path)
    return path


@pytest.fixture(scope="module")
def data(first_items: Callable[[int], Path]) -> Path:
    return first_items(ITEMS)


@pytest.fixture
def opened(lo: Menu, empty: Path, tmp_path: Path) -> LiveWorkbook:
    return lo.open(Path(shutil.copy(empty, tmp_path)))


def set_setting(book: LiveWorkbook, name: str, value: Any) -> None:
    settings = book.read_table("Settings")
    row = settings.index[settings["setting"] == name][0]
    book.book.sheets["Settings"].range((int(row), 2)).value = value


def tables(book: Any) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name)[TABLES[name].stored] for name in COMPARED}


def assert_alike(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name in COMPARED:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=False, rtol=1e-9, obj=name)


def test_the_main_job_by_the_menu_gives_the_tables_of_the_file_host(
    lo: Menu, opened: LiveWorkbook, data: Path
) -> None:
    path = Path(opened.book.fullname)
    file = FileWorkbook.open(path)
    set_setting(opened, "csv_folder", str(data))
    for name in MAIN_JOB:
        outcome = run_macro(file, name, **({"folder": str(data)} if name == "refresh" else {}))
        assert outcome.sentence in lo.press(opened, name)
        assert opened.book.sheets.active.name == find_button(name).sheet
    done = tables(file)
    assert_alike(tables(opened), done)
    for book in (opened, file):
        book.calculate()
    live, own = opened.read_table("Items"), file.read_table("Items")
    assert live["status"].tolist() == own["status"].tolist()
    assert {"OK", "EXCESS"} <= set(own["status"])
    assert "Undid run" in lo.press(opened, "undo")
    run_macro(file, "undo")
    assert_alike(tables(opened), tables(file))
    assert not tables(opened)["SupplierScores"].equals(done["SupplierScores"])


def test_every_entry_says_something_or_shows_its_sheet(lo: Menu, opened: LiveWorkbook) -> None:
    """In an empty workbook most have nothing to work on; each says so in a sentence of its own."""
    for entry in menu.entries():
        said = lo.press(opened, entry.id)
        assert WRONG not in said, entry.id
        if entry.id != "save" and find_button(entry.id).macro is None:
            assert said == "", entry.id
            assert opened.book.sheets.active.name == find_button(entry.id).sheet
        else:
            assert "xlinventory" in said, entry.id


def test_a_macro_that_refuses_leaves_everything_as_it_was(lo: Menu, opened: LiveWorkbook) -> None:
    opened.book.sheets["Items"]["A2"].value = "A-1"
    opened.book.sheets["Items"]["I2"].value = "a dozen"
    document = opened.book.impl.document
    document.setModified(False)
    before, steps = tables(opened), document.UndoManager.getAllUndoActionTitles()
    assert "a dozen" in lo.press(opened, "plan")
    assert_alike(tables(opened), before)
    assert document.UndoManager.getAllUndoActionTitles() == steps != ()


def test_what_a_macro_wrote_is_not_on_the_undo_list(lo: Menu, opened: LiveWorkbook, data: Path) -> None:
    set_setting(opened, "csv_folder", str(data))
    document = opened.book.impl.document
    assert document.UndoManager.isUndoPossible()
    lo.press(opened, "refresh")
    assert not document.UndoManager.isUndoPossible()
    assert document.isModified()


def test_a_crash_is_told_and_logged(lo: Menu, opened: LiveWorkbook) -> None:
    opened.book.sheets["Items"]["B1"].value = "sku"  # two columns of one name
    said = lo.press(opened, "plan")
    assert WRONG in said
    assert "Traceback" in said


def test_a_workbook_that_is_not_ours_is_told_apart(lo: Menu, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as book:
        book.add_worksheet("S").write("A1", "x")
    other = lo.open(tmp_path / "other.xlsx")
    assert job.NOT_OURS in lo.press(other, "plan")
    assert f"{job.NO_SHEET}Dashboard" in lo.press(other, "dashboard")
    assert "xlinventory" in lo.press(other, "about")
    assert not other.book.impl.document.isModified()


def test_a_workbook_open_for_reading_only_is_refused(lo: Menu, empty: Path, tmp_path: Path) -> None:
    book = lo.open(Path(shutil.copy(empty, tmp_path)), ReadOnly=True)
    assert job.READ_ONLY in lo.press(book, "refresh")


def test_a_protected_sheet_is_refused(lo: Menu, opened: LiveWorkbook, data: Path) -> None:
    set_setting(opened, "csv_folder", str(data))
    opened.book.sheets["Items"].api.protect("secret")
    assert "is its sheet protected" in lo.press(opened, "refresh")
    assert opened.read_table("Movements").empty


def test_one_macro_at_a_time() -> None:
    with alone(), pytest.raises(WorkbookError, match="still at work"), alone():
        pass
    with alone():
        pass


def test_our_functions_work_in_a_workbook_that_is_opened(lo: Menu, opened: LiveWorkbook) -> None:
    document = opened.book.impl.document
    assert not document.isModified()
    assert document.UndoManager.getAllUndoActionTitles() == ()
    document.calculateAll()
    marks = opened.book.sheets["Functions"]["H1:H100"].value
    assert marks.count("✓") == len(list(registered()))
    assert "✗" not in marks
    written = document.Sheets.getByName("Functions").getCellRangeByName("Z1")
    written.setFormula("=EOQ(Z2;10;0.5;1)")  # as another macro may write it: nothing is told of it
    assert written.Value == 0.0
    lo.press(opened, "about")
    assert written.String == "#N/A", "a press looks for formulas that are new"


def type_in(lo: Menu, book: LiveWorkbook, place: str, formula: str) -> None:
    """What keys do: go there, enter it, go elsewhere; over several cells it is an array formula."""
    array = ":" in place
    frame = book.book.impl.document.CurrentController.Frame
    enter = (".uno:InsertMatrix", "Formula") if array else (".uno:EnterString", "StringName")
    for command, name, value in (
        (".uno:GoToCell", "ToPoint", place), (*enter, formula), (".uno:GoToCell", "ToPoint", "$A$1"),
    ):  # fmt: skip
        lo.command(frame, command, **{name: value})
    lo.office.service("com.sun.star.awt.Toolkit").processEventsToIdle()


def test_formulas_that_are_typed_give_what_they_give_in_excel(lo: Menu, tmp_path: Path) -> None:
    """A blank for a number that is needed is #N/A; shares of 100: 80 %, 95 %, 100 % make one A."""
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as book:
        book.add_worksheet("S").write_column("A1", [80, 15, 5])
    other = lo.open(tmp_path / "other.xlsx")
    sheet = other.book.impl.document.Sheets.getByIndex(0)
    type_in(lo, other, "$B$1", "=EOQ(A9;10;0.5;1)")
    type_in(lo, other, "$C$1:$C$3", "=ABC_CLASS(A1:A3)")
    type_in(lo, other, "$D$1:$D$3", "=STOCK_STATUS(A1:A3;5;10;20)")
    type_in(lo, other, "$B$2", '=COUNTIF(C1:C3;"A")')
    assert [sheet.getCellRangeByName(place).String for place in ("B1", "B2", "C3", "D3")] == [
        "#N/A", "1", "C", "REORDER",
    ]  # fmt: skip
    titles = other.book.impl.document.UndoManager.getAllUndoActionTitles()
    assert len(titles) == 4, "what the extension did is not on the list"
    for _ in titles:
        lo.dispatch(other, ".uno:Undo")
    assert sheet.getCellRangeByName("B1:D3").getDataArray() == (("", "", ""),) * 3


def test_save_writes_into_the_excel_file(lo: Menu, opened: LiveWorkbook, data: Path) -> None:
    path = Path(opened.book.fullname)
    with zipfile.ZipFile(path) as file:
        parts = {name for name in file.namelist() if name.startswith(("xl/tables/", "xl/charts/"))}
        look = file.read("xl/styles.xml")
    set_setting(opened, "order_cost", 12.5)
    lo.dispatch(opened, ".uno:Save")
    with zipfile.ZipFile(path) as file:
        assert parts <= set(file.namelist())
        assert file.read("xl/styles.xml") == look, "LibreOffice would write styles of its own"
    rows = openpyxl.load_workbook(path)["Settings"].iter_rows(max_col=2, values_only=True)
    assert dict(rows)["order_cost"] == 12.5


def test_what_libreoffice_saved_its_own_way_is_no_strangers_work(
    lo: Menu, opened: LiveWorkbook, tmp_path: Path
) -> None:
    """Nor does an old lock, as one that was killed leaves it, count as the time of opening."""
    lo.ask_nothing_about_formats()
    path = Path(opened.book.fullname)
    for save in (opened.book.impl.document.store, lambda: opened.book.save(tmp_path / "other.xlsx")):
        save()
        path = Path(opened.book.fullname)
        os.utime(path.with_name(f".~lock.{path.name}#"), (0, 0))
        set_setting(opened, "order_cost", 12.5)
        assert f"into {path.name}" in lo.press(opened, "save")
        set_setting(opened, "order_cost", 13.5)
    os.utime(path)
    assert "changed by another program" in lo.press(opened, "save")


def test_a_workbook_without_our_tables_is_saved_as_ever(lo: Menu, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "other.xlsx") as book:
        book.add_worksheet("S").write("A1", "x")
    other = lo.open(tmp_path / "other.xlsx")
    other.book.sheets["S"]["A1"].value = "y"
    lo.ask_nothing_about_formats()
    lo.dispatch(other, ".uno:Save")
    with zipfile.ZipFile(tmp_path / "other.xlsx") as file:
        assert b"<Application>LibreOffice" in file.read("docProps/app.xml")
    assert openpyxl.load_workbook(tmp_path / "other.xlsx")["S"]["A1"].value == "y"
