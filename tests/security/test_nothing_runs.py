"""Nothing is executed from data and nothing goes over a network: the source has no means for either."""

import ast
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import xlinventory
from tests.fuzz.shop_files import empty_book
from xlinventory.macros.frame import run_macro

PACKAGE = Path(xlinventory.__file__).parent
SOURCES = {str(path.relative_to(PACKAGE).as_posix()): path for path in sorted(PACKAGE.rglob("*.py"))}

RUNS_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
RUNS_DATA = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "cloudpickle", "code", "runpy", "imp"}
NETWORK = {
    "socket", "ssl", "http", "urllib", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib",
    "poplib", "imaplib",
    "telnetlib", "xmlrpc", "webbrowser", "socketserver", "asyncio", "websockets", "paramiko", "pyodide_http",
}  # fmt: skip
ENDS = {
    "popen",
    "startfile",
    "read_pickle",
    "to_pickle",
    "execv",
    "execve",
    "execl",
    "spawnl",
    "spawnv",
    "posix_spawn",
    "eval",
    "query",
}
CONNECTS = (".connect", ".urlopen", ".create_connection", ".create_server")

MAY_KNOW_A_NETWORK = {
    "hosts/calc/program/profiles.py": "this computer's name, as LibreOffice writes it into its lock file",
    "hosts/calc/program/watch.py": "two ends of a pair in this process: one thread wakes another",
    "hosts/file/turns.py": "this computer's name, left beside a workbook that a run has",
    "hosts/excel/live/lite_tables.py": "asyncio: waits for the Excel that the browser shows",
}
"""LibreOffice itself is spoken to through a pipe of this computer that its bridge opens, never a port."""
MAY_START_PROGRAMS = {
    "hosts/calc/program/office.py": "starts LibreOffice",
    "hosts/calc/program/personal.py": "starts LibreOffice, and its tool for extensions",
    "hosts/calc/program/systems.py": "where LibreOffice stands",
    "hosts/calc/program/watch.py": "ends the LibreOffice that was started",
    "hosts/doctor/machine.py": "asks Excel's helpers for their version",
}
"""Always a list of words, so that no shell reads them."""


LOCAL = ("duckdb.",)
"""A database in memory, which no server has."""


class Source(NamedTuple):
    """The modules a source imports, and where and how it calls what."""

    modules: frozenset[str]
    calls: tuple[tuple[str, str, ast.Call], ...]


@cache
def source(name: str) -> Source:
    modules: set[str] = set()
    calls: list[tuple[str, str, ast.Call]] = []
    for node in ast.walk(ast.parse(SOURCES[name].read_bytes())):
        if isinstance(node, ast.Call):
            calls.append((f"{name}:{node.lineno}", dotted(node.func), node))
        elif isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.split(".")[0])
    return Source(frozenset(modules), tuple(calls))


def dotted(function: ast.expr) -> str:
    """A function's name as it is called."""
    if isinstance(function, ast.Attribute):
        return f"{dotted(function.value)}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else "?"


def running(name: str) -> Iterator[str]:
    """What could run text, or objects that were stored."""
    yield from (f"{name} imports {module}" for module in source(name).modules & RUNS_DATA)
    for place, what, _ in source(name).calls:
        last = what.rpartition(".")[2] if "." in what else ""
        if what in RUNS_TEXT or what == "os.system" or last in ENDS:
            yield f"{place} calls {what}"


def connecting(name: str) -> Iterator[str]:
    """What could open a connection."""
    if name not in MAY_KNOW_A_NETWORK:
        yield from (f"{name} imports {module}" for module in source(name).modules & NETWORK)
    for place, what, _ in source(name).calls:
        if what.endswith(CONNECTS) and not what.startswith(LOCAL):
            yield f"{place} calls {what}"


def starting(name: str) -> Iterator[str]:
    """What could start a program somewhere else, or through a shell."""
    if "subprocess" in source(name).modules and name not in MAY_START_PROGRAMS:
        yield f"{name} starts programs"
    for place, what, call in source(name).calls:
        if any(keyword.arg == "shell" for keyword in call.keywords):
            yield f"{place} gives {what} a shell"


@pytest.mark.parametrize("rule", [running, connecting, starting], ids=lambda rule: rule.__name__)
def test_no_source_has_the_means(rule: Callable[[str], Iterator[str]]) -> None:
    assert [found for name in SOURCES for found in rule(name)] == []


def test_what_may_is_there() -> None:
    """An exception that nobody needs any more is taken off the lists."""
    assert all(source(name).modules & NETWORK for name in MAY_KNOW_A_NETWORK)
    assert all("subprocess" in source(name).modules for name in MAY_START_PROGRAMS)


BAD = """
import pickle, urllib.request, subprocess
from http import client
x.eval('1'); eval('1'); os.system('ls'); frame.query(text)
socket.connect(); run('ls', shell=True)
"""


def test_what_is_looked_for_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(BAD)
    monkeypatch.setitem(SOURCES, "bad", bad)
    assert [len(list(rule("bad"))) for rule in (running, connecting, starting)] == [5, 3, 2]


def test_a_refresh_and_the_orders_need_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (tmp_path / "sales.csv").write_text(
        'date,sku,quantity,price,name\n2011-12-09,http://x.example,1,2,=WEBSERVICE("http://x.example")\n'
    )
    book = empty_book()
    assert "1 taken" in run_macro(book, "refresh", folder=str(tmp_path)).sentence
    run_macro(book, "export", folder=str(tmp_path))
    run_macro(book, "check")
