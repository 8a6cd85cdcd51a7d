"""The extension in a person's LibreOffice: in, in again, out, out again - in a profile of the test's own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from xlinventory.hosts.calc.addin.component import our_folders
from xlinventory.hosts.calc.program import personal, systems
from xlinventory.hosts.calc.program.office import Office
from xlinventory.hosts.calc.program.profiles import Profile, profile, python_of
from xlinventory.workbook import WorkbookError


@pytest.fixture(scope="module")
def soffice() -> str:
    try:
        return systems.find_program()
    except WorkbookError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def mine(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return profile(tmp_path_factory.mktemp("person") / "profile")


def test_in_and_again_and_out_and_again(mine: Profile) -> None:
    assert mine.extension() is None
    assert personal.install(mine).startswith("Installed the extension in ")
    assert mine.extension() == our_folders()
    assert personal.install(mine).startswith("Installed the extension anew in ")
    assert personal.uninstall(mine).startswith("Took the extension out")
    assert mine.extension() is None
    assert "nothing was changed" in personal.uninstall(mine)
    assert not mine.is_in_use()


def test_an_empty_profile_is_not_even_made_for_taking_out(tmp_path: Path) -> None:
    assert "nothing was changed" in personal.uninstall(profile(tmp_path / "none"))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[Path]:
    """As LibreOffice writes it (desktop/source/app/lockfile.cxx), on a computer of another name."""
    lock = tmp_path / ".lock"
    lock.write_text("[Lockdata]\nUser=ann\nHost=elsewhere\nStamp=1\nTime=now\nIPCServer=true\n\n")
    return lock


def test_a_libreoffice_that_is_open_is_left_alone(
    soffice: str, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("nothing may be started"))
    with pytest.raises(WorkbookError, match="LibreOffice is open; close all its windows"):
        personal.install(profile(lock.parent))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are looked at in /proc")
def test_a_lock_left_by_a_killed_one_does_not_count(lock: Path) -> None:
    lock.write_text(f"[Lockdata]\nUser=ann\nHost={socket.gethostname()}\nStamp=1\n")
    assert not profile(lock.parent).is_in_use()


def test_a_running_one_is_known_by_its_profile(soffice: str, tmp_path: Path) -> None:
    folder = tmp_path / "in use"
    with Office(folder):
        (folder / ".lock").write_text(f"[Lockdata]\nHost={socket.gethostname()}\n")
        assert profile(folder).is_in_use()
        assert not profile(tmp_path / "other").is_in_use()


@pytest.mark.parametrize(
    ("system", "variable", "folder"),
    [
        ("linux", "HOME", ".config/libreoffice/4"),
        ("darwin", "HOME", "Library/Application Support/LibreOffice/4"),
        ("win32", "APPDATA", "LibreOffice/4"),
    ],
)
def test_the_usual_profile(
    system: str, variable: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where LibreOffice's help (UserProfile, "Default location") says that it is."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    assert profile().folder == tmp_path / folder
    assert profile().switches == []
    monkeypatch.delenv(variable)
    with pytest.raises(WorkbookError, match=variable):
        profile()


@pytest.mark.parametrize(
    ("name", "content", "version"),
    [
        ("program/libpyuno.so", b"\0libpython3.11.so.1.0\0", (3, 11)),
        ("program/pyuno.pyd", b"\0python38.dll\0", (3, 8)),
        ("program/pyuno.pyd", b"\0python310.dll\0", (3, 10)),
        ("Frameworks/libpyuno.dylib", b"\0@path/LibreOfficePython.framework/Versions/3.9/Lib\0", (3, 9)),
        ("program/libpyuno.so", b"nothing", None),
    ],
)  # fmt: skip
def test_libreoffices_python_is_read_from_its_bridge(
    name: str, content: bytes, version: tuple[int, int] | None, tmp_path: Path
) -> None:
    """Names of the library that Python is on Linux, Windows and macOS, as a linker writes them."""
    (tmp_path / "program").mkdir()
    (tmp_path / "Frameworks").mkdir()
    (tmp_path / name).write_bytes(content)
    assert python_of(str(tmp_path / "program" / "soffice")) == version


def test_this_libreoffice_works_with_the_python_that_its_bridge_names(soffice: str) -> None:
    assert python_of(soffice) == sys.version_info[:2]
    personal.refuse_other_python(soffice)


def test_another_python_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "libpyuno.so").write_bytes(b"libpython3.7m.so")
    with pytest.raises(
        WorkbookError, match=r"works with Python 3\.7, .* install xlinventory for Python 3\.7"
    ):
        personal.refuse_other_python(str(tmp_path / "soffice"))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Programs that would have been started, with a screen there."""
    commands: list[list[str]] = []
    monkeypatch.setattr(systems, "find_program", lambda: "/opt/soffice")
    monkeypatch.setattr(systems, "require_screen", lambda: None)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: commands.append(command))
    return commands


def test_open_shows_the_book_and_installs_first(
    started: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Profile] = []

    def install(where: Profile) -> str:
        done.append(where)
        return "Installed the extension in here: start it."

    monkeypatch.setattr(personal, "install", install)
    book = tmp_path / "my book.xlsm"
    book.touch()
    told = personal.open_book(profile(tmp_path / "p"), book)
    assert (
        told == "Installed the extension in here. "
        "LibreOffice opens my book.xlsm; its menu Inventory has the buttons."
    )
    assert done == [profile(tmp_path / "p")]
    uri = (tmp_path / "p").as_uri()
    assert started == [["/opt/soffice", f"-env:UserInstallation={uri}", "--calc", str(book)]]


@pytest.mark.parametrize("name", ["missing.xlsx", "book.csv"])
def test_open_refuses_what_is_no_workbook(started: list[list[str]], tmp_path: Path, name: str) -> None:
    (tmp_path / "book.csv").touch()
    with pytest.raises(WorkbookError, match=name):
        personal.open_book(profile(tmp_path), tmp_path / name)
    assert not started


def test_where_there_is_no_libreoffice_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "PATH", "")
    monkeypatch.setattr(systems, "SYSTEMS", {"linux": systems.System((), "")})
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(WorkbookError, match="LibreOffice is not installed"):
        personal.install(Profile(Path("nowhere")))
