"""``--host calc`` beside ``--host file``: the same verbs on the same workbook give the same tables.

Both run on the items of the shipped data that come first, with all that belongs to them. One LibreOffice serves
all tests but those of the real command, which starts and ends its own.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.cli import hosts, running
from xlinventory.hosts.calc import session
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.workbook import Workbook, WorkbookError

ITEMS = 12
VERBS = (
    "refresh", "forecast", "plan", "reorder", "orders", "export", "receive", "overdue", "value", "turnover",
    "suppliers", "check", "selftest", "undo", "about",
)  # fmt: skip
OF_THE_CLOCK = {"Log": ["when", "seconds"]}


@pytest.fixture(scope="module")
def csv_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lines of the shipped files that are about the first items, and all suppliers."""
    folder, shipped = tmp_path_factory.mktemp("csv"), Path(str(files("xlinventory") / "demo_data"))
    kept = set(pd.read_csv(shipped / "items.csv", dtype=str)["sku"].head(ITEMS))
    for file in shipped.glob("*.csv"):
        lines = pd.read_csv(file, dtype=str, keep_default_na=False)
        key = next((name for name in ("sku", "StockCode") if name in lines), None)
        (lines if key is None else lines[lines[key].isin(kept)]).to_csv(folder / file.name, index=False)
    return folder


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("new") / "inventory.xlsx"
    template.build(path)
    return path


@pytest.fixture(scope="module")
def started() -> Iterator[Any]:
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
    opener = lambda path, report: session.open_book(path, report, started)  # noqa: E731
    monkeypatch.setitem(hosts.OPENERS, hosts.Host.CALC, opener)


def options(verb: str, csv: Path, out: Path) -> dict[str, str]:
    return {"refresh": {"folder": str(csv)}, "export": {"folder": str(out)}}.get(verb, {})


def tables(book: Workbook) -> dict[str, pd.DataFrame]:
    frames = {name: book.read_table(name) for name in book.table_names()}
    return {name: frame.drop(columns=OF_THE_CLOCK.get(name, [])) for name, frame in frames.items()}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame], after: str) -> None:
    assert list(one) == list(other)
    for name, frame in one.items():
        expected = other[name].map(plain)
        pd.testing.assert_frame_equal(
            frame.map(plain).infer_objects(), expected.infer_objects(), rtol=1e-9, atol=1e-9, obj=f"{name} after {after}"
        )


def plain(cell: Any) -> Any:
    """An empty text, as formulas give it, counts as a blank."""
    return None if cell == "" else cell


def test_every_verb_gives_the_same_tables_and_the_saved_file_holds_them(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any
) -> None:
    mine, theirs = (Path(shutil.copy(empty_book, tmp_path / name)) for name in ("file.xlsx", "calc.xlsx"))
    book = FileWorkbook.open(mine)
    with session.open_book(theirs, lambda *_: None, started) as live:
        for verb in VERBS:
            given = options(verb, csv_files, tmp_path / "orders")
            here, there = (outcome_of(each, verb, given, tmp_path / "orders") for each in (book, live))
            assert here == there, verb
            book.calculate()
            live.calculate()
            assert_same(tables(live), tables(book), verb)
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


def test_the_shared_run_saves_previews_and_leaves_the_rest_of_the_file(
    empty_book: Path, csv_files: Path, tmp_path: Path, calc: None, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {host: Path(shutil.copy(empty_book, tmp_path / f"{host.value}.xlsx")) for host in (hosts.Host.FILE, hosts.Host.CALC)}
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


def command(*words: str, cwd: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "xlinventory", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TMPDIR": str(cwd / "tmp")},
    )


def test_the_real_command_before_and_after_the_verb(
    empty_book: Path, csv_files: Path, tmp_path: Path, started: Any
) -> None:
    (tmp_path / "tmp").mkdir()
    path = Path(shutil.copy(empty_book, tmp_path / "book.xlsx"))
    done = command("--host", "calc", "refresh", "book.xlsx", str(csv_files), cwd=tmp_path)
    out, error = done.communicate()
    assert (done.returncode, error) == (0, "")
    assert len(out.strip().splitlines()) == 1
    assert len(FileWorkbook.open(path).read_table("Items")) == ITEMS
    assert not list((tmp_path / "tmp").iterdir())
