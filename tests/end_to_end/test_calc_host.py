"""``--host calc`` beside ``--host file``: the same verbs on the same workbook give the same tables.

Both run on the items of the shipped data that come first, with all that belongs to them. One LibreOffice
serves all tests but those of the real command, which starts and ends its own.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.cli import hosts, running
from xlinventory.hosts.calc.files import parity, session
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.workbook import Workbook, WorkbookError

ITEMS = 6
VERBS = (
    "refresh", "forecast", "plan", "reorder", "orders", "export", "receive", "overdue", "value", "turnover",
    "suppliers", "check", "selftest", "undo", "about",
)  # fmt: skip
OF_THE_CLOCK = {"Log": ["when", "seconds"]}


@pytest.fixture(scope="module")
def csv_files(first_items: Callable[[int], Path]) -> Path:
    return first_items(ITEMS)


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("new") / "inventory.xlsx"
    template.build(path)
    return path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of what is kept for the next start: filled by the first one, used by the commands."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def started(kept: Path) -> Iterator[Any]:
    """One LibreOffice for all that want one, handed out as ``open_book`` starts its own."""
    try:
        own = session.office_with_extension()
        office, scratch = own.__enter__()
    except WorkbookError as error:
        pytest.skip(str(error))

    @contextmanager
    def start() -> Iterator[Any]:
        yield office, scratch

    yield start
    own.__exit__(None, None, None)


@pytest.fixture
def calc(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """``Host.CALC`` works in that LibreOffice."""
    monkeypatch.setitem(hosts.OPENERS, hosts.Host.CALC, in_libreoffice(started))


def options(verb: str, csv: Path, out: Path) -> dict[str, str]:
    return {"refresh": {"folder": str(csv)}, "export": {"folder": str(out)}}.get(verb, {})


def table(book: Workbook, name: str) -> pd.DataFrame:
    return book.read_table(name).drop(columns=OF_THE_CLOCK.get(name, []))


def tables(book: Workbook) -> dict[str, pd.DataFrame]:
    return {name: table(book, name) for name in book.table_names()}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame], after: str) -> None:
    assert list(one) == list(other)
    for name, frame in one.items():
        expected = other[name].map(plain)
        pd.testing.assert_frame_equal(
            frame.map(plain).infer_objects(),
            expected.infer_objects(),
            rtol=1e-9,
            atol=1e-9,
            obj=f"{name} after {after}",
        )


def plain(cell: Any) -> Any:
    """An empty text, as formulas give it, counts as a blank."""
    return None if cell == "" else cell


@pytest.mark.nightly
def test_every_verb_gives_the_same_tables_and_the_saved_file_holds_them(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any
) -> None:
    mine, theirs = (Path(shutil.copy(empty_book, tmp_path / name)) for name in ("file.xlsx", "calc.xlsx"))
    book = FileWorkbook.open(mine)
    with session.open_book(theirs, lambda *_: None, started) as live:
        assert (book.path(), live.path()) == (mine, theirs)
        known = tables(book)
        for verb in VERBS:
            given = options(verb, csv_files, tmp_path / "orders")
            here, there = (outcome_of(each, verb, given, tmp_path / "orders") for each in (book, live))
            assert here == there, verb
            book.calculate()
            live.calculate()
            now = tables(book)
            changed = {name: rows for name, rows in now.items() if not rows.equals(known[name])}
            assert_same({name: table(live, name) for name in changed}, changed, verb)
            known = now
        assert_same(tables(live), known, "all")
        assert live.keep() == ()
    book.keep()
    assert_same(tables(FileWorkbook.open(theirs)), tables(FileWorkbook.open(mine)), "saving")


def outcome_of(book: Workbook, verb: str, given: dict[str, str], orders: Path) -> tuple[Any, ...]:
    """What a verb says, and the files it leaves, which are taken away again."""
    try:
        outcome = run_macro(book, verb, **given)
        said = (outcome.sentence, outcome.findings)
    except WorkbookError as error:
        said = (str(error), ())
    left = {path.name: path.read_bytes() for path in orders.glob("*")} if orders.exists() else {}
    shutil.rmtree(orders, ignore_errors=True)
    return *said, left


@pytest.mark.nightly
def test_the_shared_run_saves_previews_and_leaves_the_rest_of_the_file(
    empty_book: Path, csv_files: Path, tmp_path: Path, calc: None, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {
        host: Path(shutil.copy(empty_book, tmp_path / f"{host.value}.xlsx"))
        for host in (hosts.Host.FILE, hosts.Host.CALC)
    }
    before = empty_book.read_bytes()
    said = {}
    for dry_run in (True, False):
        for host, path in paths.items():
            running.run_on_file(host, path, "refresh", dry_run=dry_run, folder=str(csv_files))
            said[host] = capsys.readouterr()
            assert (path.read_bytes() == before) is dry_run
        assert said[hosts.Host.FILE] == said[hosts.Host.CALC]
    assert_same(*(tables(FileWorkbook.open(path)) for path in paths.values()), "refresh")
    assert {path.name for path in tmp_path.iterdir()} == {"file.xlsx", "calc.xlsx"}


@pytest.mark.nightly
def test_libreoffices_own_format_holds_the_same(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file has no columns of tables, only places: they must grow with the tables all the same."""
    monkeypatch.setattr(session, "office_with_extension", started)
    mine, theirs = Path(shutil.copy(empty_book, tmp_path / "book.xlsx")), tmp_path / "book.ods"
    session.build(mine, theirs)
    for path, opener in ((mine, hosts.OPENERS[hosts.Host.FILE]), (theirs, in_libreoffice(started))):
        for verb in ("refresh", "value"):
            with opener(path, lambda *_: None) as book:
                run_macro(book, verb, **options(verb, csv_files, tmp_path))
                assert book.keep() == ()
    expected = FileWorkbook.open(mine)
    with in_libreoffice(started)(theirs, lambda *_: None) as book:
        assert_same(tables(book), tables(expected), "saving as .ods")
        document = book.book.impl.document
        assert [where for where, *_ in parity.differences(document, expected) if "Start!F" not in where] == []
    assert {path.name for path in tmp_path.iterdir()} == {"book.xlsx", "book.ods"}


def in_libreoffice(started: Any) -> hosts.Opener:
    return lambda path, report: session.open_book(path, report, started)


def command(*words: str, cwd: Path, start: Sequence[str] = ("-m", "xlinventory")) -> "subprocess.Popen[str]":
    """The command with a folder of its own for scratch files, so that what it leaves behind can be seen."""
    return subprocess.Popen(
        [sys.executable, *start, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ
        | {"COLUMNS": "200", "NO_COLOR": "1", "TMPDIR": str(cwd / "tmp"), "PATH": as_in_a_venv()},
    )


def as_in_a_venv() -> str:
    """The path of an active virtual environment, whose Python is not LibreOffice's."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def test_the_real_command_before_and_after_the_verb(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any
) -> None:
    (tmp_path / "tmp").mkdir()
    path = Path(shutil.copy(empty_book, tmp_path / "book.xlsx"))
    done = command("--host", "calc", "refresh", "book.xlsx", str(csv_files), cwd=tmp_path)
    out, error = done.communicate(timeout=120)
    assert (done.returncode, error) == (0, "")
    assert len(out.strip().splitlines()) == 1
    assert len(FileWorkbook.open(path).read_table("Items")) == ITEMS
    assert not list((tmp_path / "tmp").iterdir())


AT_WORK = """
import sys
from xlinventory.cli import main
from xlinventory.hosts.calc.files import session

def stop_here(book, name, rows):
    print("at work", flush=True)
    sys.stdin.readline()
    return write(book, name, rows)

write, session.CalcBook.write_table = session.CalcBook.write_table, stop_here
main()
"""
"""The command line, which says when it is about to write a table and waits for a line."""
on_linux = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="processes are looked at as Linux has them"
)


@pytest.fixture
def at_work(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any
) -> Iterator["subprocess.Popen[str]"]:
    """``--host calc refresh`` in the middle of its macro."""
    (tmp_path / "tmp").mkdir()
    shutil.copy(empty_book, tmp_path / "book.xlsx")
    words = ("refresh", "book.xlsx", str(csv_files), "--host", "calc")
    process = command(*words, cwd=tmp_path, start=("-c", AT_WORK))
    assert process.stdout.readline() == "at work\n", process.communicate()
    yield process
    process.kill()
    process.communicate()


def processes_of(folder: Path) -> dict[str, int]:
    """Processes whose command line names a folder, by the name of their program."""
    found = {}
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = words.read_text().split("\0")
        except OSError:
            continue  # it has just ended
        if any(str(folder) in word for word in command[1:]):
            found[Path(command[0]).name] = int(words.parent.name)
    return found


def wait_for_the_end_of(pids: Sequence[int]) -> None:
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        assert select.select([handle], [], [], 60)[0], f"process {pid} is still there"
        os.close(handle)


@on_linux
def test_libreoffice_killed_at_work_leaves_the_file_as_it_was(
    at_work: "subprocess.Popen[str]", empty_book: Path, tmp_path: Path
) -> None:
    program = processes_of(tmp_path / "tmp")["soffice.bin"]
    os.kill(program, signal.SIGKILL)
    wait_for_the_end_of([program])
    out, error = at_work.communicate("go on\n" * 100, timeout=120)
    assert (at_work.returncode, out) == (1, "at work\n" * out.count("at work"))
    assert error == (
        "xlinventory: LibreOffice ended while it was at work; book.xlsx is as it was, run this again\n"
    )
    assert (tmp_path / "book.xlsx").read_bytes() == empty_book.read_bytes()
    assert not processes_of(tmp_path / "tmp")
    assert {path.name for path in tmp_path.iterdir()} == {"book.xlsx", "tmp"}
    assert not list((tmp_path / "tmp").iterdir())


@on_linux
def test_our_own_end_takes_libreoffice_with_it(
    at_work: "subprocess.Popen[str]", empty_book: Path, tmp_path: Path
) -> None:
    """A kill that nothing can be done about: a shell that waits for it ends LibreOffice and clears up."""
    running_ones = processes_of(tmp_path / "tmp")
    assert {"soffice.bin", "sh"} <= set(running_ones)
    at_work.kill()
    wait_for_the_end_of([running_ones["soffice.bin"], running_ones["sh"]])
    assert (tmp_path / "book.xlsx").read_bytes() == empty_book.read_bytes()
    left = {path.name for path in tmp_path.iterdir()}
    assert left - {".book.xlsx.lock"} == {"book.xlsx", "tmp"}  # a lock that nobody holds keeps nobody out
    assert not list((tmp_path / "tmp").iterdir())
