"""``--host`` before the verb and after it: which program a verb works in, and what is wrong usage."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from xlinventory.cli import hosts, main
from xlinventory.hosts.calc.program import systems
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import macros

VERBS = [macro.name for macro in macros()]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    template.build(path)
    return path


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[hosts.Host]:
    """The hosts that were asked to open a book; each is the file host here."""
    found: list[hosts.Host] = []

    def opener(host: hosts.Host) -> hosts.Opener:
        @contextmanager
        def opened(path: Path, report: hosts.Report) -> Iterator[Any]:
            found.append(host)
            yield FileWorkbook.open(path, on_report=report)

        return opened

    for host in hosts.Host:
        monkeypatch.setitem(hosts.OPENERS, host, opener(host))
    return found


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["xlinventory", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_takes_the_host_before_it_and_after_it(
    verb: str, book: Path, used: list[hosts.Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, "--host", "calc", verb, str(book), "--dry-run")
    run(monkeypatch, verb, str(book), "--dry-run", "--host", "excel")
    run(monkeypatch, "--host", "excel", verb, str(book), "--dry-run", "--host", "calc")
    run(monkeypatch, verb, str(book), "--dry-run")
    assert used == [hosts.Host.CALC, hosts.Host.EXCEL, hosts.Host.CALC, hosts.Host.FILE]


@pytest.mark.parametrize(
    "words",
    [
        ("--host", "word", "plan", "book.xlsx"),
        ("plan", "book.xlsx", "--host", "word"),
        ("--host", "calc", "new", "book.xlsx"),
        ("--host", "calc", "version"),
    ],
)
def test_wrong_usage(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *words) == 2
    assert "Usage" in capsys.readouterr().err


def test_the_help_names_all_hosts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "plan", "--help") == 0
    told = capsys.readouterr().out
    assert "file (needs no spreadsheet program), calc (a" in " ".join(told.split())


def test_libreoffices_own_format_is_for_libreoffice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "plan", "book.ods") == 1
    assert (
        capsys.readouterr().err == "xlinventory: book.ods is in LibreOffice's own format: use --host calc\n"
    )


@pytest.mark.parametrize("name", ["book.csv", "missing.xlsx", "missing.ods"])
def test_what_is_no_workbook_is_told_before_libreoffice_starts(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "plan", name, "--host", "calc") == 1
    assert name in capsys.readouterr().err


def test_without_libreoffice_one_sentence_says_what_to_install(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(systems, "SYSTEMS", {"linux": systems.System((), "")})
    before = book.read_bytes()
    assert run(monkeypatch, "plan", str(book), "--host", "calc") == 1
    told = capsys.readouterr().err
    assert told.startswith("xlinventory: LibreOffice is not installed")
    assert "install LibreOffice 7.4 or newer" in told
    assert len(told.splitlines()) == 1
    assert book.read_bytes() == before
