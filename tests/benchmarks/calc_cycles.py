"""What stays behind of 200 workbooks opened, worked in and closed in one LibreOffice.

    python tests/benchmarks/calc_cycles.py [cycles]

The template is opened, its totals row is put aside and back, a macro is run in it, it is saved and closed.
Resident memory, open files and threads of LibreOffice (and of this Python) and open documents are compared
with what they were after a tenth of the cycles. Linux alone tells these figures.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import xlwings as xw

from xlinventory.hosts.calc import Office, engine, register
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

LINES = 200
"""Lines of every file of the demo data; what stays behind does not depend on how much there was."""


def prepared(folder: Path) -> Path:
    """The template with the beginning of each table of the demo data, calculated."""
    path, exports = folder / "inventory.xlsx", folder / "exports"
    exports.mkdir()
    for file in (files("xlinventory") / "demo_data").iterdir():
        if file.name.endswith(".csv"):
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (exports / file.name).write_text("".join(lines[: LINES + 1]), encoding="utf-8")
    template.build(path)
    book = FileWorkbook.open(path)
    run_macro(book, "refresh", folder=str(exports))
    book.calculate()
    book.save()
    return path


def cycle(app: xw.App, path: Path) -> None:
    """One workbook opened, worked in, saved as another and closed."""
    book = app.books.open(path)
    table = book.sheets["Items"].tables[0]
    table.impl.show_totals = True
    table.impl.show_totals = False
    with quiet(book):
        run_macro(LiveWorkbook(book), "value")
    book.save(path.with_name("saved.xlsx"))
    book.close()


def program(office: Office) -> int:
    """The process of LibreOffice itself, which its starter has started."""
    return max(_members(office.pid), key=_memory)


def _members(group: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    yield int(entry.name)
            except ProcessLookupError:
                continue


def _memory(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def figures(app: xw.App) -> dict[str, float]:
    """What LibreOffice and this Python hold."""
    found: dict[str, float] = {"documents": len(app.books), "totals rows kept": len(app.impl.aside)}
    for name, pid in (("LibreOffice", program(app.impl.office)), ("Python", os.getpid())):
        found[f"{name}: memory, MB"] = _memory(pid) / 2**20
        found[f"{name}: open files"] = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        found[f"{name}: threads"] = len(list(Path(f"/proc/{pid}/task").iterdir()))
    return found


def main(cycles: int) -> None:
    register()
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        app = xw.App(impl=engine.apps.attach(office))
        path, warm = prepared(Path(folder)), {}
        for number in range(1, cycles + 1):
            clock = time.perf_counter()
            cycle(app, path)
            if number == max(1, cycles // 10):
                warm = figures(app)
            if number % max(1, cycles // 10) == 0:
                memory = figures(app)["LibreOffice: memory, MB"]
                print(f"{number:4d} cycles, {time.perf_counter() - clock:.2f} s, {memory:.0f} MB", flush=True)
        for name, end in figures(app).items():
            begin = warm[name]
            print(f"{name}: {begin:.0f} -> {end:.0f}" + (f", {end / begin:.2f} times" if begin else ""))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
