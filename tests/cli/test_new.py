"""``xlinventory new``: the ending says what is built, nothing is overwritten, and what to do next is said."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from xlinventory.cli import main
from xlinventory.cli.next_step import STEPS, next_step

TYPES = {
    "book.xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "book.xlsm": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "Book.XLSM": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "tools.xlam": b"application/vnd.ms-excel.addin.macroEnabled.main+xml",
}
"""What the main part is called in each kind of file (ECMA-376, MS-OFFMACRO2)."""


def new(monkeypatch: pytest.MonkeyPatch, folder: Path, *words: str) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["xlinventory", "new", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize("name", TYPES)
def test_the_ending_says_what_is_built(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert new(monkeypatch, tmp_path, name) == 0
    with zipfile.ZipFile(tmp_path / name) as archive:
        assert TYPES[name] in archive.read("[Content_Types].xml")
        assert ("xl/vbaProject.bin" in archive.namelist()) == (not name.endswith("xlsx"))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_add_in_can_be_asked_for_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert new(monkeypatch, tmp_path, "--addin", "tools.xlam") == 0
    assert (tmp_path / "tools.xlam").exists()


def test_the_add_in_has_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert new(monkeypatch, tmp_path, "--addin") == 0
    assert [path.name for path in tmp_path.iterdir()] == ["xlinventory.xlam"]


@pytest.mark.parametrize("words", [(), ("--lite",)])
def test_a_workbook_has_not(
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert new(monkeypatch, tmp_path, *words) == 2
    assert "name the new file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [("--addin", "book.xlsm"), ("book.xls",), ("book",)])
def test_an_ending_that_does_not_fit_is_refused_in_one_sentence(
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert new(monkeypatch, tmp_path, *words) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["book.xlsm", "tools.xlam"])
def test_a_file_that_is_there_stays_as_it_is(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("mine")
    assert new(monkeypatch, tmp_path, name) == 1
    assert "exists already" in capsys.readouterr().err
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("ending", [".xlsx", ".xlsm", ".xlam", ".ods"])
@pytest.mark.parametrize("system", ["win32", "darwin", "linux", "freebsd14"])
def test_what_comes_next_is_said_on_every_system(ending: str, system: str) -> None:
    told = next_step(Path("my{0}book").with_suffix(ending), system)
    assert told.startswith(f"Built my{{0}}book{ending}: ")
    assert told.count("\n") == 0
    assert len(told) > 40


def test_a_mac_is_told_how_buttons_start_python() -> None:
    """xlwings' guide for macOS: RunPython needs its AppleScript installed once."""
    for ending in (".xlsm", ".xlam"):
        assert "xlwings runpython install" in STEPS[ending, "darwin"]
        assert "xlwings runpython install" not in STEPS[ending, "win32"]


@pytest.mark.parametrize(
    ("system", "word"),
    [("win32", '"my book.xlsx"'), ("linux", "'my book.xlsx'"), ("darwin", "'my book.xlsx'")],
)
def test_the_command_that_comes_next_can_be_copied(system: str, word: str) -> None:
    """As cmd and PowerShell, and as POSIX shells, take a name with a space."""
    assert f"xlinventory refresh {word} FOLDER" in next_step(Path("my book.xlsx"), system)


def test_a_folder_that_takes_no_files_is_told_by_the_name_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", str(tmp_path / "tmp3dgncvo3"))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    assert new(monkeypatch, tmp_path, "book.xlsm") == 1
    assert capsys.readouterr().err == "xlinventory: book.xlsm: cannot write here (Permission denied)\n"


def test_an_output_without_greek_letters_gets_question_marks() -> None:
    """Code page 1252 is what a pipe has on Windows; it has no sigma, small or capital."""
    done = subprocess.run(
        [sys.executable, "-m", "xlinventory", "SAFETY_STOCK", "--help"],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )
    assert b"?" in done.stdout
    assert b"service_level" in done.stdout
