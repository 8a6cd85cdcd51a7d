"""LibreOffice found, started, ended and missed on every system."""

import contextlib
import os
import select
import shutil
import signal
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import xlwings as xw

from xlinventory.hosts.calc import Office, bridge, engine, register
from xlinventory.hosts.calc.program import office as office_module
from xlinventory.hosts.calc.program import systems
from xlinventory.hosts.calc.program.office import Running
from xlinventory.workbook import WorkbookError


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.usefixtures("office")
def test_an_office_ends_although_its_starter_is_gone(tmp_path: Path) -> None:
    with Office(tmp_path / "profile") as running:
        programs = [os.pidfd_open(pid) for pid in members(running.pid) if pid != running.pid]
        running._process.kill()
        running._process.wait(15)
        assert programs
        assert not select.select(programs, [], [], 0)[0], "the program itself goes on"
    for descriptor in programs:
        assert select.select([descriptor], [], [], 15)[0] == [descriptor], (
            "a process descriptor is ready at its end"
        )
        os.close(descriptor)
    running.stop()


def members(group: int) -> list[int]:
    """Processes of a group, by their numbers."""
    found = []
    for path in Path("/proc").iterdir():
        with contextlib.suppress(ProcessLookupError):
            if path.name.isdigit() and os.getpgid(int(path.name)) == group:
                found.append(int(path.name))
    return found


ENGINE = Path(office_module.__file__).parents[1] / "engine"


def killed(app: Any) -> None:
    """End a LibreOffice as a crash does: its programs are gone, nobody was asked."""
    for pid in members(app.impl.office.pid):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.usefixtures("office")
def test_a_libreoffice_that_is_killed_is_one_sentence_and_forgotten(tmp_path: Path) -> None:
    app = register().apps.add(add_book=True)
    path = tmp_path / "book.xlsx"
    book, profile = app.books[0], Path(app.impl.office._scratch.name)
    book.sheets[0]["A1"].value = "kept"
    book.save(path)
    saved = path.read_bytes()
    sheet, table = book.sheets[0], book.sheets[0].tables.add(source=book.sheets[0]["A1:A3"])
    killed(app)
    attempts = (
        lambda: sheet["A1:L50000"].value,
        lambda: setattr(sheet["A1"], "value", [[1.0] * 12] * 1000),
        lambda: sheet.name,
        lambda: table.range,
        lambda: list(book.sheets),
        lambda: book.names.add("N", "=A1"),
        book.save,
        lambda: app.books.open(path),
        lambda: setattr(app, "status_bar", "Reading") or app.books[0],
        app.calculate,
        lambda: app.version,
    )
    for attempt in attempts:
        with pytest.raises(WorkbookError, match=r"^LibreOffice has ended; open the workbook again"):
            attempt()
    assert app.pid not in engine.apps.keys()  # noqa: SIM118 - xlwings' collection is no dict
    assert app.impl not in list(engine.apps)
    assert path.read_bytes() == saved
    assert not profile.exists()
    app.quit()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.usefixtures("office")
def test_a_libreoffice_killed_in_the_middle_of_a_call_is_the_same_sentence() -> None:
    app = register().apps.add(add_book=True)
    cells = app.books[0].sheets[0]["A1:C3"]
    caller = threading.get_ident()

    def kill_when_called() -> None:
        while not Path(sys._current_frames()[caller].f_code.co_filename).is_relative_to(ENGINE):
            os.sched_yield()
        killed(app)

    for pid in members(app.impl.office.pid):
        os.kill(pid, signal.SIGSTOP)  # so that no call can be answered
    killer = threading.Thread(target=kill_when_called)
    killer.start()
    with pytest.raises(WorkbookError, match=r"^LibreOffice has ended"):
        cells.value = [[1.0] * 3] * 3
    killer.join()
    assert app.impl not in list(engine.apps)


def test_a_workbook_closed_by_somebody_else_is_not_the_end(calc: xw.App) -> None:
    book = calc.books.add()
    sheet = book.sheets[0]
    book.api.close(True)
    with pytest.raises(xw.XlwingsError, match=r"^LibreOffice refused: "):
        _ = sheet["A1"].value
    assert len(calc.books) == 0


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [  # where the installers of libreoffice.org put it
        ("win32", {"ProgramFiles": "{folder}"}, "LibreOffice/program/soffice.exe"),
        ("win32", {"ProgramFiles(x86)": "{folder}"}, "LibreOffice/program/soffice.exe"),
        ("darwin", {"HOME": "{folder}"}, "Applications/LibreOffice.app/Contents/MacOS/soffice"),
    ],
)
def test_libreoffice_is_found_where_its_installers_put_it(
    platform: str, variables: dict[str, str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soffice = tmp_path / place
    soffice.parent.mkdir(parents=True)
    soffice.touch()
    monkeypatch.setattr(systems.shutil, "which", lambda _name: None)
    monkeypatch.setattr(systems.sys, "platform", platform)
    monkeypatch.setattr(os, "environ", {n: text.format(folder=tmp_path) for n, text in variables.items()})
    assert Path(systems.find_program()) == soffice
    soffice.unlink()
    with pytest.raises(WorkbookError, match=r"LibreOffice is not installed: install LibreOffice 7\.4"):
        systems.find_program()


def test_the_program_on_the_path_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems.shutil, "which", lambda name: f"/somewhere/{name}")
    assert systems.find_program() == "/somewhere/soffice"


@pytest.mark.skipif(not systems.SYSTEM_PYTHON.exists(), reason="it is for the system's own Python")
def test_an_active_virtual_environment_does_not_mislead_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python finds its library from the first python3 on the path (docs.python.org, sys.prefix)."""
    (tmp_path / "python3").touch(0o755)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    given = systems.environment()
    assert shutil.which("python3", path=given["PATH"]) == str(systems.SYSTEM_PYTHON)
    assert str(tmp_path) in given["PATH"].split(os.pathsep)
    assert "VIRTUAL_ENV" not in given


def test_windows_ends_a_program_with_all_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(systems.sys, "platform", "win32")
    monkeypatch.setattr(systems.subprocess, "run", lambda command, **_options: called.append(command))
    systems.end_group(123)
    assert called == [["taskkill", "/F", "/T", "/PID", "123"]]


def test_without_libreoffice_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systems.shutil, "which", lambda _name: None)
    monkeypatch.setattr(systems, "SYSTEMS", {"linux": systems.System((), "")})
    with pytest.raises(WorkbookError, match="LibreOffice is not installed"):
        Office()


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        ("linux", "install the package python3-uno, and use the system's own Python"),
        (
            "darwin",
            r"use LibreOffice's own Python \(/Applications/LibreOffice\.app/Contents/Resources/python\)",
        ),
        ("win32", r"use LibreOffice's own Python \(python\.exe in its folder program\)"),
    ],
)
def test_without_the_bridge_there_is_one_sentence(
    platform: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> ModuleType:
        raise ImportError(name)

    bridge.uno.cache_clear()
    monkeypatch.setattr(bridge, "import_module", missing)
    monkeypatch.setattr(systems.sys, "platform", platform)
    version = "{}.{}".format(*sys.version_info)
    with pytest.raises(
        WorkbookError, match=rf"is missing, or is for another Python than this {version}: {words}"
    ):
        bridge.uno()


@pytest.mark.parametrize(("of_the_system", "looked"), [("python3.99", False), ("python3", True)])
def test_packages_for_another_python_are_left_alone(
    of_the_system: str, looked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bridge of another minor version would take this Python down with it."""
    program_file = tmp_path / of_the_system
    program_file.touch()
    link = tmp_path / "python3"
    if link != program_file:
        link.symlink_to(program_file)
    monkeypatch.setattr(bridge, "SYSTEM_PYTHON", link)
    monkeypatch.setattr(bridge, "SYSTEM_PACKAGES", tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    bridge._look_beside_the_system()
    assert (str(tmp_path) in sys.path) == looked


@pytest.mark.parametrize(
    ("words", "windowless"),
    [
        (["soffice", "--headless", "--norestore"], True),
        (["soffice", "-headless"], True),
        (["soffice", "--convert-to", "pdf", "a.ods"], True),
        (["soffice", "--calc", "headless.ods"], False),
    ],
)
def test_the_switches_say_whether_there_are_windows(
    words: list[str], windowless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systems, "_command_line", lambda: words)
    assert systems.without_windows() is windowless


def test_what_belongs_to_somebody_else_is_not_ended(office: Office) -> None:
    with Running(office.context) as borrowed:
        borrowed.stop()
        borrowed.kill()
    assert office.answers()
