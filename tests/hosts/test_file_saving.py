"""The file host saves all or nothing, and refuses in one sentence what it cannot serve."""

import errno
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.file import FileWorkbook, disk
from xlinventory.workbook import WorkbookError


@pytest.fixture
def path(tmp_path: Path, write, design) -> Path:
    path = tmp_path / "book.xlsx"
    write(path, {"T": design(["a"], [["old"]])})
    return path


def changed(path: Path) -> FileWorkbook:
    book = FileWorkbook.open(path)
    book.write_table("T", pd.DataFrame({"a": ["new"]}))
    return book


def content(path: Path) -> list[Any]:
    return FileWorkbook.open(path).read_table("T")["a"].tolist()


def fail_with(code: int) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    return fail


STEPS = {
    "write": (zipfile.ZipFile, "writestr"),
    "flush": (os, "fsync"),
    "mode": (disk.shutil, "copymode"),
    "rename": (Path, "replace"),
    "create": (disk.tempfile, "mkstemp"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_failure_at_any_step_leaves_the_old_file_and_no_other(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    before, book = path.read_bytes(), changed(path)
    monkeypatch.setattr(*STEPS[step], fail_with(code))
    with pytest.raises(WorkbookError) as caught:
        book.save()
    monkeypatch.undo()
    assert os.strerror(code) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    book.save()  # and it can be tried again
    assert content(path) == ["new"]


def test_an_interrupt_leaves_the_old_file_and_no_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before, book = path.read_bytes(), changed(path)
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        book.save()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


KILLED = """
import sys
import pandas as pd
from xlinventory.hosts.file import FileWorkbook

book = FileWorkbook.open(sys.argv[1])
print("ready", flush=True)
for i in range(10_000):
    book.write_table("T", pd.DataFrame({"a": [f"{i}-{j}" for j in range(2_000)]}))
    book.save()
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")
def test_a_kill_while_saving_leaves_a_whole_file(path: Path) -> None:
    for delay in (0.0, 0.004, 0.011, 0.023, 0.05):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        cells = content(path)
        assert cells == ["old"] or len({cell.split("-")[0] for cell in cells}) == 1
        assert len(cells) in (1, 2_000)


def test_leftovers_of_a_killed_save_are_removed_by_a_later_one(path: Path) -> None:
    old, young = path.parent / ".book.xlsx-aaaa.tmp", path.parent / ".book.xlsx-bbbb.tmp"
    other = path.parent / ".other.xlsx-cccc.tmp"
    for file in (old, young, other):
        file.write_text("half")
    for file in (old, other):
        os.utime(file, (time.time() - 7200,) * 2)
    changed(path).save()
    assert sorted(file.name for file in path.parent.iterdir()) == sorted([young.name, other.name, path.name])


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_the_mode_of_the_file_is_kept(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    changed(path).save()
    assert path.stat().st_mode & 0o777 == 0o640
    book = changed(path)
    book.save(tmp_path / "copy.xlsx")
    assert (tmp_path / "copy.xlsx").stat().st_mode & 0o777 == 0o640
    assert content(tmp_path / "copy.xlsx") == ["new"]


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_a_link_stays_a_link_and_its_file_is_written(path: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.symlink_to(path)
    changed(link).save()
    assert link.is_symlink()
    assert content(path) == ["new"]


def test_saving_elsewhere_leaves_the_first_file_and_goes_on_from_there(path: Path, tmp_path: Path) -> None:
    book = changed(path)
    book.save(tmp_path / "other.xlsx")
    assert content(path) == ["old"]
    book.write_table("T", pd.DataFrame({"a": ["third"]}))
    book.save()
    assert content(tmp_path / "other.xlsx") == ["third"]


def test_nothing_changed_writes_nothing(path: Path) -> None:
    before = path.stat()
    book = FileWorkbook.open(path)
    book.read_table("T")
    book.save()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_another_program_saved_meanwhile_is_not_overwritten(
    path: Path, tmp_path: Path, write, design
) -> None:
    book = changed(path)
    write(path, {"T": design(["a"], [["typed meanwhile"]])})
    with pytest.raises(WorkbookError, match="was changed by another program meanwhile"):
        book.save()
    assert content(path) == ["typed meanwhile"]


@pytest.mark.parametrize(
    ("lock", "program"), [("~$book.xlsx", "Excel"), (".~lock.book.xlsx#", "LibreOffice")]
)
def test_a_file_open_in_a_program_is_not_overwritten(path: Path, lock: str, program: str) -> None:
    book = changed(path)
    (path.parent / lock).write_text("me")
    with pytest.raises(WorkbookError, match=f"book.xlsx is open in {program}; close it there"):
        book.save()
    assert content(path) == ["old"]
    (path.parent / lock).unlink()
    book.save()
    assert content(path) == ["new"]


def test_a_read_only_file_is_not_overwritten(path: Path) -> None:
    book = changed(path)
    path.chmod(0o444)
    with pytest.raises(WorkbookError, match=r"book\.xlsx is read-only; nothing was changed"):
        book.save()
    path.chmod(0o644)
    assert content(path) == ["old"]


def test_a_folder_that_does_not_exist_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"nowhere.*cannot write here"):
        changed(path).save(tmp_path / "nowhere" / "book.xlsx")


def zipped(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


WORKBOOK = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"%s>%s</workbook>'


TRANSITIONAL = b"schemas.openxmlformats.org/spreadsheetml/2006"


def whole(book: bytes) -> dict[str, bytes]:
    return {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": book}


REFUSED = {
    "no file": (None, "there is no such workbook"),
    "empty": (b"", "is not a workbook file, or it is damaged"),
    "text": (b"sku;quantity\n", "is not a workbook file, or it is damaged"),
    "old or encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted or an old .xls file"),
    "cut off": (b"PK\x03\x04" + bytes(100), "is not a workbook file, or it is damaged"),
    "another zip": ({"content.xml": b"<x/>"}, "is not an Excel workbook"),
    "binary workbook": ({"[Content_Types].xml": b"", "xl/workbook.bin": b""}, "is not an Excel workbook"),
    "broken xml": (whole(b"<workbook"), "damaged: xl/workbook.xml cannot be read"),
    "entities": (
        whole(b'<!DOCTYPE x [<!ENTITY a "b">]>' + WORKBOOK % (b"", b"&a;")),
        "document type definition",
    ),
    "missing part": (
        whole(
            WORKBOOK
            % (
                b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"',
                b'<sheets><sheet name="A" r:id="x"/></sheets>',
            )
        ),
        "its list of sheets cannot be read",
    ),
    "dates from 1904": (whole(WORKBOOK % (b"", b'<workbookPr date1904="1"/>')), "counts dates from 1904"),
    "strict": (
        whole((WORKBOOK % (b"", b"")).replace(TRANSITIONAL, b"purl.oclc.org/ooxml/spreadsheetml")),
        "is a Strict Open XML workbook",
    ),
    "bomb": (whole(b"<workbook>" + b" " * (20 << 20)), "would unpack to"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path, (made, said) = tmp_path / "book.xlsx", REFUSED[kind]
    if isinstance(made, bytes):
        path.write_bytes(made)
    elif made is not None:
        zipped(path, made)
    with pytest.raises(WorkbookError, match=said) as caught:
        FileWorkbook.open(path)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("where", ["shared", "cell", "number", "part", "crc"])
def test_a_damaged_sheet_is_refused_in_one_sentence(path: Path, where: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    if where == "crc":
        data = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(sheet)
        start = info.header_offset + 30 + len(sheet) + 20
        data[start : start + 20] = bytes(20)
        path.write_bytes(data)
    else:
        damage = {
            "shared": (b"<v>0</v>", b"<v>99</v>"),
            "cell": (b't="s"><v>1</v>', b't="n"><v>what</v>'),
            "number": (b'r="A2"', b'r="2"'),
            "part": (b"sheetData", b"sheetDate"),
        }[where]
        assert damage[0] in parts[sheet]
        parts[sheet] = parts[sheet].replace(*damage)
        zipped(path, parts)
    with pytest.raises(WorkbookError) as caught:
        FileWorkbook.open(path).read_table("T")
    assert len(str(caught.value).splitlines()) == 1
    assert "book.xlsx" in str(caught.value) or "sheet" in str(caught.value)
