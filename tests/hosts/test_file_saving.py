"""The file host saves all or nothing, and refuses in one sentence what it cannot serve."""

import errno
import os
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


def test_leftovers_of_killed_saves_are_removed_by_a_later_one(path: Path) -> None:
    """Whoever saves has the turn, so none of them belongs to a save under way; those of other books stay."""
    mine, other = path.parent / ".book.xlsx-aaaa.tmp", path.parent / ".other.xlsx-cccc.tmp"
    for file in (mine, other):
        file.write_text("half")
    changed(path).save()
    assert sorted(file.name for file in path.parent.iterdir()) == [other.name, path.name]


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


def owner_file(name: str) -> bytes:
    """What Excel writes while it has a file open.

    165 bytes: the length of the user's name and the name in one byte a letter, with spaces up to 55 bytes;
    then the same in two bytes a letter (LibreOffice, svl/source/misc/msodocumentlockfile.cxx).
    """
    narrow = bytes([len(name)]) + name.encode("cp1252")
    wide = len(name).to_bytes(2, "little") + name.encode("utf-16-le")
    return narrow.ljust(55, b" ") + wide + b" \0" * ((110 - len(wide)) // 2)


LOCKS = {
    "excel": ("~$book.xlsx", owner_file("Zoë Berg"), "Excel (Zoë Berg)"),
    "excel, unreadable": ("~$book.xlsx", b"me", "Excel"),
    "excel, zeros": ("~$book.xlsx", bytes(165), "Excel"),
    "excel, cut off": ("~$book.xlsx", owner_file("Zoë Berg")[:60], "Excel"),
    "libreoffice": (
        ".~lock.book.xlsx#",
        b"Anna Berg,anna,pc7,26.11.2026 10:03,file:///home/anna/.config/libreoffice/4;",
        "LibreOffice (Anna Berg)",
    ),
    "libreoffice, no name": (
        ".~lock.book.xlsx#",
        b",anna,pc7,26.11.2026 10:03,;",
        "LibreOffice (anna on pc7)",
    ),
    "libreoffice, escaped": (".~lock.book.xlsx#", b"Berg\\, A.\n,anna,pc7,,;", "LibreOffice (Berg, A.)"),
    "libreoffice, empty": (".~lock.book.xlsx#", b"", "LibreOffice"),
}


@pytest.mark.parametrize("kind", LOCKS)
def test_a_file_open_in_a_program_is_not_overwritten_and_who_has_it_is_named(path: Path, kind: str) -> None:
    lock, told, who = LOCKS[kind]
    book = changed(path)
    (path.parent / lock).write_bytes(told)
    with pytest.raises(WorkbookError) as caught:
        book.save()
    assert str(caught.value) == (
        f"book.xlsx is open in {who}, so nothing was changed; close it there and run this again "
        f"(if it is not open, delete {lock})"
    )
    assert content(path) == ["old"]
    (path.parent / lock).unlink()
    book.save()
    assert content(path) == ["new"]


def test_a_lock_that_may_not_be_read_names_nobody(path: Path) -> None:
    """Excel on Windows keeps its own file to itself; a folder cannot be read as a file either."""
    (path.parent / "~$book.xlsx").mkdir()
    with pytest.raises(WorkbookError, match="is open in Excel, so nothing was changed"):
        changed(path).save()


def test_a_read_only_file_is_not_overwritten(path: Path) -> None:
    book = changed(path)
    path.chmod(0o444)
    with pytest.raises(
        WorkbookError, match=r"book\.xlsx is read-only, so nothing was changed; allow writing"
    ):
        book.save()
    path.chmod(0o644)
    assert content(path) == ["old"]


def failing(times: int, code: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let renaming fail so many times; the attempts."""
    attempts: list[int] = []
    replace = Path.replace

    def rename(temporary: Path, target: Path) -> Path:
        attempts.append(code)
        if len(attempts) <= times:
            raise OSError(code, os.strerror(code))
        return replace(temporary, target)

    monkeypatch.setattr(Path, "replace", rename)
    monkeypatch.setattr(disk, "PAUSES", (0.0,) * len(disk.PAUSES))
    return attempts


def test_a_file_that_is_held_for_a_moment_is_replaced_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a virus scanner or a cloud drive does just after a file was written."""
    attempts = failing(3, errno.EBUSY, monkeypatch)
    changed(path).save()
    assert len(attempts) == 4
    assert content(path) == ["new"]


def test_a_file_that_stays_held_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = failing(99, errno.EBUSY, monkeypatch)
    with pytest.raises(WorkbookError, match="so it is as it was; close it in whatever program holds it"):
        changed(path).save()
    assert len(attempts) == len(disk.PAUSES) + 1
    assert content(path) == ["old"]
    assert list(path.parent.iterdir()) == [path]


def test_what_no_waiting_helps_is_tried_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that another disk is mounted in: EXDEV."""
    attempts = failing(99, errno.EXDEV, monkeypatch)
    with pytest.raises(WorkbookError, match="so it is as it was; put that right and run this again"):
        changed(path).save()
    assert len(attempts) == 1


def test_windows_says_access_denied_of_a_file_that_is_held(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "HELD", {*disk.HELD, errno.EACCES})  # as on Windows
    failing(1, errno.EACCES, monkeypatch)
    changed(path).save()
    assert content(path) == ["new"]


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_disk_that_is_really_full_leaves_the_old_file(path: Path, write, design) -> None:
    """A limit on the size of files: the system refuses the write that goes beyond it, as on a full disk."""
    import resource  # noqa: PLC0415 - Windows has none
    import signal  # noqa: PLC0415 - only here

    before, book = path.read_bytes(), changed(path)
    limits, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        with pytest.raises(WorkbookError) as caught:
            book.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert str(caught.value).endswith("so it is as it was; make room on the disk and run this again")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    book.save()
    assert content(path) == ["new"]


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(path: Path) -> None:
    before, book = path.read_bytes(), changed(path)
    path.parent.chmod(0o555)
    try:
        with pytest.raises(WorkbookError, match=r"cannot write in its folder .*, so nothing was changed"):
            book.save()
    finally:
        path.parent.chmod(0o755)
    assert path.read_bytes() == before


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
