"""The doctor: every finding on computers made up for it, and the repair of a workbook."""

import io
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwings
from rich.console import Console

from xlinventory.cli.findings import print_findings
from xlinventory.hosts.doctor.book_facts import book_facts
from xlinventory.hosts.doctor.checks import OLDEST_XLWINGS, Verdict, examine, repair
from xlinventory.hosts.doctor.machine import LibreOffice, Machine, this_machine, word
from xlinventory.hosts.doctor.project_reader import UnreadableProject, decompress, module_texts
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.package import lite
from xlinventory.hosts.excel.package.config_sheet import Interpreters, write_config
from xlinventory.hosts.excel.vba import Kind, Module, build_project
from xlinventory.workbook import WorkbookError

VERSION = xlwings.__version__
OK, LOOK, WRONG = Verdict.OK, Verdict.LOOK, Verdict.WRONG


def machine(system: str = "win32", files: tuple[str, ...] = (), **facts: Any) -> Machine:
    """A computer on which all is well, but for what a test says."""
    home = Path("/home/ann")
    there = {
        Path("/py/pythonw.exe"),
        Path("/py/python.exe"),
        Path("/py/packages"),
        Path(f"/py/xlwings64-{VERSION}.dll"),
        home / f"Library/Application Scripts/com.microsoft.Excel/xlwings-{VERSION}.applescript",
        *map(Path, files),
    }
    well = Machine(
        system=system,
        python="3.12.4",
        bits=64,
        executable=Path("/py/python.exe"),
        home=home,
        version_of={"xlwings": VERSION, "pywin32": "308"}.get,
        can_import=lambda _: True,
        exists=lambda path: path in there,
        which={"soffice": "/usr/bin/soffice", "pythonw": "/py/pythonw.exe"}.get,
        excel=lambda: "C:/Office/EXCEL.EXE",
        zone=lambda _: None,
        libreoffice=lambda: LibreOffice("/usr/bin/soffice", "7.4.7.2", (3, 12), (Path("/py/packages"),)),
        folders=(Path("/py/packages"),),
    )
    return replace(well, **facts)


def found(on: Machine, book: Path | None = None) -> dict[str, tuple[Verdict, str, str]]:
    return {f.check: (f.verdict, f.found, f.advice) for f in examine(on, book)}


@pytest.fixture
def macro_book(tmp_path: Path) -> Path:
    """A small macro workbook: xlwings' own module, the config sheet, and cells of its user."""
    return build_macro_book(tmp_path / "mine.xlsm", "/py/pythonw.exe")


def build_macro_book(path: Path, interpreter: str, version: str = VERSION) -> Path:
    source = (resources.files("xlwings") / "xlwings.bas").read_text(encoding="utf-8")
    project = build_project(
        [
            Module("ThisWorkbook", Kind.WORKBOOK, ""),
            Module("Sheet1", Kind.SHEET, ""),
            Module("Sheet2", Kind.SHEET, ""),
            Module("xlwings", Kind.STANDARD, source.replace(f'"{VERSION}"', f'"{version}"')),
            Module("xlinventory_udfs", Kind.STANDARD, ""),
            Module("Mine", Kind.STANDARD, "Sub Hello()\nEnd Sub\n"),
        ]
    )
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Data").write_row(0, 0, ["text", 1.5, "=A1"])
        write_config(
            book,
            "xlwings",
            Interpreters(windows=interpreter, mac=interpreter.replace("pythonw.exe", "python.exe")),
        ).hide()
        book.add_vba_project(BytesIO(project), is_stream=True)
    return path


# -- the computer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_where_all_is_well_nothing_is_in_the_way(system: str, macro_book: Path) -> None:
    findings = found(machine(system), macro_book)
    assert {verdict for verdict, _, _ in findings.values()} == {OK}
    assert ("pywin32" in findings) == (system == "win32")
    assert ("RunPython" in findings) == (system == "darwin")
    assert ("it starts" in findings) == (system != "linux")


def nothing(_: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("facts", "check", "verdict", "advice"),
    [
        ({"python": "3.10.9"}, "Python", WRONG, "3.11"),
        ({"bits": 32}, "Python", LOOK, "64 bit"),
        ({"version_of": nothing}, "xlwings", WRONG, "pip install"),
        ({"version_of": {"xlwings": "0.30.1"}.get}, "xlwings", WRONG, "pip install"),
        ({"can_import": lambda _: False}, "pywin32", WRONG, "pip install"),
        ({"executable": Path("/other/python.exe")}, "xlwings DLL", WRONG, "pip install"),
        ({"excel": lambda: None}, "Excel", LOOK, "LibreOffice"),
        ({"system": "darwin", "home": Path("/home/bob")}, "RunPython", WRONG, "xlwings runpython install"),
        ({"which": nothing}, "LibreOffice", OK, ""),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(
    facts: dict[str, Any], check: str, verdict: Verdict, advice: str
) -> None:
    said = found(machine(**facts))[check]
    assert said[0] is verdict
    assert advice in said[2]


def test_the_library_may_be_a_folder_up_as_in_a_virtual_environment() -> None:
    """xlwings.bas tries the interpreter's folder, then the one above."""
    inside = machine(files=(f"/env/xlwings64-{VERSION}.dll",), executable=Path("/env/Scripts/python.exe"))
    assert found(inside)["xlwings DLL"][0] is OK


def test_the_doctor_runs_on_this_computer() -> None:
    findings = found(this_machine())
    assert findings["Python"][0] is OK
    assert findings["xlwings"][:2] == (OK, VERSION)


# -- a workbook ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "what"), [("0.99.1", "run: pip install xlwings==0.99.1"), ("0.37.4", "build a new workbook")]
)
def test_a_workbook_of_another_xlwings_asks_for_that_version_if_the_package_can_work_with_it(
    tmp_path: Path, version: str, what: str
) -> None:
    """pyproject.toml asks for 0.37.5 or newer."""
    book = build_macro_book(tmp_path / "other.xlsm", "/py/pythonw.exe", version=version)
    verdict, told, advice = found(machine(), book)["its xlwings"]
    assert verdict is WRONG
    assert told == f"{version}, installed is {VERSION}"
    assert what in advice


def test_the_oldest_xlwings_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    (needed,) = (line for line in project["project"]["dependencies"] if line.startswith("xlwings"))
    assert needed.startswith(f"xlwings>={'.'.join(map(str, OLDEST_XLWINGS))},")


def test_a_workbook_that_starts_a_python_of_elsewhere_is_found(macro_book: Path) -> None:
    verdict, told, advice = found(machine(exists=lambda _: False), macro_book)["it starts"]
    assert verdict is WRONG
    assert told.startswith("/py/pythonw.exe")
    assert advice == f"run: xlinventory doctor {word(macro_book, 'win32')} --repair"


def test_a_bare_name_is_searched_on_the_path(tmp_path: Path) -> None:
    book = build_macro_book(tmp_path / "b.xlsm", "pythonw")
    verdict, told, advice = found(machine(), book)["it starts"]
    assert (verdict, told) == (LOOK, "pythonw, by name alone: Excel may find another or none")
    assert "--repair" in advice, "a terminal, above all in an activated environment, has another path"
    assert found(machine(which=nothing), book)["it starts"][0] is WRONG


def test_another_python_than_this_one_is_told_and_repaired(macro_book: Path) -> None:
    """It is there, but nobody says that this package is: without the repair the workbook stays dead."""
    other = machine(files=("/new/pythonw.exe",), executable=Path("/new/python.exe"))
    verdict, told, advice = found(other, macro_book)["it starts"]
    assert (verdict, told) == (LOOK, "/py/pythonw.exe: another Python than this one")
    assert "--repair" in advice
    assert repair(other, macro_book) == f"mine.xlsm starts {Path('/new/pythonw.exe')} now."
    assert found(other, macro_book)["it starts"][0] is OK


def test_a_bare_name_is_replaced_by_the_path_of_this_python(tmp_path: Path) -> None:
    """Excel has another search path than a terminal with an activated environment."""
    book = build_macro_book(tmp_path / "b.xlsm", "pythonw")
    assert repair(machine(), book) == f"b.xlsm starts {Path('/py/pythonw.exe')} now."


def test_a_workbook_of_xlwings_without_our_functions_is_told() -> None:
    """xlwings' own example workbook."""
    findings = found(machine(), Path(str(resources.files("xlwings") / "quickstart.xlsm")))
    verdict, told, _ = findings["workbook"]
    assert "it starts" not in findings
    assert (verdict, told) == (LOOK, "quickstart.xlsm, with other macros than ours")


def test_a_workbook_whose_settings_are_gone_is_not_sent_to_the_repair(
    macro_book: Path, tmp_path: Path
) -> None:
    """xlwings renames its example's sheet to switch it off: _xlwings.conf."""
    off, part = tmp_path / "off.xlsm", "xl/workbook.xml"
    with zipfile.ZipFile(macro_book) as old, zipfile.ZipFile(off, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'"xlwings.conf"', b'"_xlwings.conf"') if name == part else data)
    verdict, _, advice = found(machine(), off)["it starts"]
    assert verdict is WRONG
    assert "xlinventory new" in advice


@pytest.mark.parametrize(
    "texts", [None, b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'/>"]
)
def test_missing_texts_are_a_finding(macro_book: Path, tmp_path: Path, texts: bytes | None) -> None:
    broken, part = tmp_path / "broken.xlsm", "xl/sharedStrings.xml"
    with zipfile.ZipFile(macro_book) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
            elif texts is not None:
                new.writestr(name, texts)
    verdict, told, _ = found(machine(), broken)["workbook"]
    assert verdict is WRONG
    assert told.startswith("broken.xlsm is damaged: ")
    assert "None" not in told


@pytest.mark.parametrize(("zone", "told"), [(None, False), (1, False), (3, True), (4, True)])
def test_a_file_from_the_internet_is_told(macro_book: Path, zone: int | None, told: bool) -> None:
    """Zones of Windows: 0 this computer, 1 the local network, 2 trusted, 3 the internet, 4 restricted."""
    assert ("origin" in found(machine(zone=lambda _: zone), macro_book)) is told


def test_a_plain_and_a_lite_workbook_are_told_apart(tmp_path: Path) -> None:
    plain, for_lite = tmp_path / "plain.xlsx", tmp_path / "lite.xlsx"
    template.build(plain)
    lite.build(for_lite)
    assert "without macros" in found(machine(), plain)["workbook"][1]
    assert "xlwings Lite" in found(machine(), for_lite)["workbook"][1]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_workbook_is_a_finding_not_a_failure(tmp_path: Path, content: bytes | None) -> None:
    book = tmp_path / "no.xlsm"
    if content is not None:
        book.write_bytes(content)
    assert found(machine(), book)["workbook"][0] is WRONG


def test_a_damaged_project_is_a_finding(macro_book: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsm"
    with zipfile.ZipFile(macro_book) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[:700] if name.endswith("vbaProject.bin") else data)
    assert found(machine(), broken)["its xlwings"][0] is WRONG


# -- repair -------------------------------------------------------------------------------------------------


def test_repair_changes_the_one_cell_and_nothing_else(macro_book: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.xlsm"
    shutil.copy(macro_book, before)
    elsewhere = machine(files=("/new & own/pythonw.exe",), executable=Path("/new & own/python.exe"))
    elsewhere = replace(elsewhere, exists=lambda path: path == Path("/new & own/pythonw.exe"))
    assert repair(elsewhere, macro_book) == f"mine.xlsm starts {Path('/new & own/pythonw.exe')} now."
    assert found(elsewhere, macro_book)["it starts"][:2] == (OK, str(Path("/new & own/pythonw.exe")))
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(macro_book) as new:
        assert old.namelist() == new.namelist()
        assert [n for n in old.namelist() if old.read(n) != new.read(n)] == ["xl/worksheets/sheet2.xml"]
    old, new = (openpyxl.load_workbook(p, keep_vba=True)["xlwings.conf"] for p in (before, macro_book))
    changed = [
        (a.coordinate, b.value)
        for row, other in zip(old, new, strict=True)
        for a, b in zip(row, other, strict=True)
        if a.value != b.value
    ]
    assert changed == [("B1", str(Path("/new & own/pythonw.exe")))]


def test_repair_of_what_is_right_changes_nothing(macro_book: Path) -> None:
    build_macro_book(macro_book, str(Path("/py/pythonw.exe")))
    before = macro_book.read_bytes()
    assert repair(machine(), macro_book).endswith("nothing was changed.")
    assert macro_book.read_bytes() == before


def test_repair_refuses_what_it_cannot_do(macro_book: Path, tmp_path: Path) -> None:
    template.build(tmp_path / "plain.xlsx")
    with pytest.raises(WorkbookError, match="INTERPRETER_WIN"):
        repair(machine(which=nothing), tmp_path / "plain.xlsx")
    with pytest.raises(WorkbookError, match="Windows or macOS"):
        repair(machine("linux"), macro_book)


# -- reading a VBA project ----------------------------------------------------------------------------------


def test_module_texts_are_those_that_oletools_reads(macro_book: Path, modules: Any) -> None:
    """oletools is an independent reader; xlwings' own workbooks are from its developers."""
    shipped = [
        Path(str(resources.files("xlwings"))) / name for name in ("quickstart.xlsm", "quickstart_addin.xlam")
    ]
    for path in (macro_book, *shipped):
        with zipfile.ZipFile(path) as archive:
            texts = module_texts(archive.read("xl/vbaProject.bin"))
        assert sorted(text.replace("\r\n", "\n") for text in texts) == sorted(modules(path).values())


def test_a_long_repetition_unpacks() -> None:
    """MS-OVBA 3.2.2, the example of normal compression, and 3.2.1, a text without a repetition."""
    packed = (
        "2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 30 "
        "6d 6e 6f 70 06 71 02 70 04 10 72 73 74 75 76 10 77 78 79 7a 00 3c"
    )
    assert decompress(bytes.fromhex(packed)) == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    plain = "19 b0 00 61 62 63 64 65 66 67 68 00 69 6a 6b 6c 6d 6e 6f 70 00 71 72 73 74 75 76 2e"
    assert decompress(bytes.fromhex(plain)) == b"abcdefghijklmnopqrstuv."


def test_damaged_projects_are_refused_and_never_hang(macro_book: Path) -> None:
    with zipfile.ZipFile(macro_book) as archive:
        whole = archive.read("xl/vbaProject.bin")
    for cut in range(0, len(whole), 997):
        for damaged in (
            whole[:cut],
            whole[:cut] + b"\xff" * 64 + whole[cut + 64 :],
            whole[:cut] + b"\0" * 64 + whole[cut + 64 :],
        ):
            try:
                texts = module_texts(damaged)
            except UnreadableProject:
                continue
            assert all(isinstance(text, str) for text in texts)


# -- the command --------------------------------------------------------------------------------------------


def test_the_table_says_whether_something_is_in_the_way() -> None:
    text = io.StringIO()
    console = Console(file=text, width=120)
    assert print_findings(console, examine(machine(can_import=lambda _: False)))
    assert not print_findings(console, examine(machine()))
    assert "pip install --force-reinstall pywin32" in text.getvalue()


def doctor(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "xlinventory", "doctor", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_ends_with_1_and_no_traceback_when_something_is_wrong(tmp_path: Path) -> None:
    assert "Traceback" not in doctor().stderr
    nowhere = doctor(str(tmp_path / "nowhere.xlsm"))
    assert nowhere.returncode == 1
    assert "Traceback" not in nowhere.stdout + nowhere.stderr
    assert doctor("--repair").returncode == 1


def test_facts_of_a_macro_book(macro_book: Path) -> None:
    facts = book_facts(macro_book)
    assert (facts.has_project, facts.module_version, facts.for_lite) == (True, VERSION, False)
    assert facts.settings["UDF MODULES"] == "xlinventory.hosts.excel.live.udfs"


def office(
    python: tuple[int, int] | None = (3, 12), version: str | None = "24.8.1", *folders: str
) -> LibreOffice:
    return LibreOffice("soffice", version, python, tuple(map(Path, folders)) or None)


OFFICES: dict[str, tuple[LibreOffice | None, str, Verdict, str]] = {
    "none": (None, "LibreOffice", OK, "not needed"),
    "another Python": (office((3, 9)), "LibreOffice", LOOK, "install xlinventory for Python 3.9"),
    "Python unknown": (office(None, None), "LibreOffice", OK, "soffice"),
    "too old": (office(version="7.3.7.2"), "LibreOffice", LOOK, "7.4 or newer"),
    "not installed": (office(), "its extension", OK, "xlinventory calc install"),
    "gone": (office((3, 12), "24.8", "/old/packages"), "its extension", WRONG, "/old/packages any more"),
    "unreadable": (replace(office(), folders=()), "its extension", WRONG, "calc install"),
    "of another": (office((3, 12), "24.8", "/py/python.exe"), "its extension", LOOK, "another Python"),
    "well": (office((3, 12), "24.8", "/py/packages"), "its extension", OK, "this Python"),
}
"""A LibreOffice, and the finding about it."""


@pytest.mark.parametrize("case", OFFICES)
def test_libreoffice_and_the_extension_in_it(case: str) -> None:
    there, check, verdict, told = OFFICES[case]
    findings = found(machine("linux", libreoffice=lambda: there))
    assert findings[check][0] is verdict
    assert told in " ".join(findings[check][1:])
    assert ("its extension" in findings) is (there is not None)
