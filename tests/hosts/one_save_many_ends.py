"""A program that refreshes a workbook once and ends its save in every way there is, for a test to look at.

It runs the command line up to the save. From there a copy of it goes on for each way to end: killed before a
step, or with a step refused by the system. What each left behind is written down, and the folder is put back
as it was, the very same files, before the next. So one start and one refresh serve all of them.

    python one_save_many_ends.py FOLDER EVERY

*steps* are what the save asks Python for: this needs no other program. *calls* are its system calls that
change anything on the disk, ended by strace, where that is installed and allowed. Of the many writes, EVERY
so-manieth is taken.
"""

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from xlinventory.cli import main
from xlinventory.hosts.file import FileWorkbook, disk
from xlinventory.sheets import LATER, TABLES

FIRST = "sku,name,unit_cost\nA,Anvil,2\nB,Bolt,3\n"
SECOND = "sku,name,unit_cost\nA,Anvil,2.5\nB,Bolt,3\nC,Cord,4\n"
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.EDQUOT)
UNUSED = ("Demand", "Forecast", "Reorder", "Valuation", "Turnover", "SupplierScores")
"""Tables a refresh does without."""
CALLS = (
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "copy_file_range", "sendfile",
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "rename", "renameat", "renameat2", "link",
    "linkat", "unlink", "unlinkat", "flock", "close",
)  # fmt: skip
"""What changes the disk, or who has it; a kill before any other call leaves the same disk."""

Way = tuple[str, int, int]
"""How a save ends: before which step, the how-manieth of its name, by which error; 0 is a kill."""
WHOLE: Way = ("", 0, 0)


class Steps:
    """Counts the steps of a save, and ends it before one of them."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.end = WHOLE

    def before(self, name: str) -> None:
        """Come to a step."""
        self.seen[name] += 1
        if (name, self.seen[name]) == self.end[:2]:
            if not self.end[2]:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(self.end[2], os.strerror(self.end[2]))

    def watch(self, owner: Any, name: str) -> None:
        """Make the calls of one function steps."""
        real = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.before(name)
            return real(*given, **named)

        setattr(owner, name, counted)

    def watch_all(self) -> None:
        """Make every function by which a save changes the disk a step."""
        fdopen = os.fdopen
        os.fdopen = lambda *given, **named: Stream(fdopen(*given, **named), self)  # type: ignore[assignment]
        for owner, names in (
            (disk.tempfile, ["mkstemp"]),
            (shutil, ["copymode"]),
            (Path, ["replace", "unlink"]),
            (os, ["fsync", "open", "close", "chown"]),
        ):
            for name in names:
                self.watch(owner, name)


class Stream:
    """A stream of which every write is a step, and is on the disk when the next one begins."""

    def __init__(self, stream: Any, steps: Steps) -> None:
        self._stream, self._steps = stream, steps

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, data: bytes) -> int:
        """One step."""
        self._steps.before("write")
        count = self._stream.write(data)
        self._stream.flush()
        return int(count)


class Ends:
    """What each way to end left in the folder of the workbook."""

    def __init__(self, place: Path) -> None:
        self.folder, self.kept, self.states = (place / name for name in ("book", "kept", "states"))
        self.said, self.trace = place / "said", place / "trace"
        self.found: list[dict[str, Any]] = []
        self._known: dict[str, str] = {}
        for new in (self.kept, self.states):
            new.mkdir()
        for file in self.folder.iterdir():
            (self.kept / file.name).hardlink_to(file)

    def note(self, way: Way, status: int) -> None:
        """Write down what there is, and put the folder back as it was."""
        code = os.waitstatus_to_exitcode(status)
        files = {file.name: self._kept(file) for file in self.folder.iterdir()}
        self.found.append({"way": way, "code": code, "said": self.said.read_text(), "files": files})
        for name in files:
            (self.folder / name).unlink()
        for file in self.kept.iterdir():
            (self.folder / file.name).hardlink_to(file)

    def _kept(self, file: Path) -> str:
        """The name under which the content of a file is kept."""
        content = file.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        if name not in self._known:
            (self.states / name).write_bytes(content)
        return self._known.setdefault(name, name)

    def speak_into_file(self) -> None:
        """Let what this process says go where ``note`` reads it."""
        handle = os.open(self.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.close(handle)


def by_steps(ends: Ends, every: int) -> Iterator[Way]:
    """In each copy of the program: the way it is to end, its steps watched."""
    steps = Steps()

    def copy(way: Way) -> bool:
        process = os.fork()
        if process:
            ends.note(way, os.waitpid(process, 0)[1])
            return False
        ends.speak_into_file()
        steps.end = way
        steps.watch_all()
        at_the_end.append(lambda: ends.trace.write_text(json.dumps(steps.seen)))
        return True

    if copy(WHOLE):
        yield WHOLE
    for name, count in json.loads(ends.trace.read_text()).items():
        ways = [(name, nth, 0) for nth in range(1, count + 1, every if name == "write" else 1)]
        ways += [(name, 1, code) for code in CODES] + [(name, count, CODES[0])] * (count > 1)
        yield from filter(copy, ways)


def by_calls(ends: Ends, every: int) -> Iterator[Way]:
    """In each copy of the program: the way it is to end, which strace sees to."""

    def copy(way: Way) -> bool:
        waiting, go = os.pipe()
        process = os.fork()
        if process:
            with attached(process, way, ends.trace):
                os.write(go, b"!")
                ends.note(way, os.waitpid(process, 0)[1])
            os.close(waiting)
            os.close(go)
            return False
        ends.speak_into_file()
        os.read(waiting, 1)
        return True

    if shutil.which("strace") is None:
        return
    if copy(WHOLE):
        yield WHOLE
    seen: Counter[str] = Counter()
    for name, given in re.findall(r"^(\w+)\((.*)", ends.trace.read_text(), flags=re.M):
        seen[name] += 1
        often = name in ("write", "close")
        if (name == "openat" and "O_CREAT" not in given) or (often and seen[name] % every):
            continue
        errors = () if often else (errno.ENOSPC,)
        yield from filter(copy, [(name, seen[name], code) for code in (0, *errors)])


class NotAllowedError(Exception):
    """The system does not let strace look at another process."""


class attached:  # noqa: N801 - used as a context
    """strace on a process that waits, to end it as is wished."""

    def __init__(self, process: int, way: Way, trace: Path) -> None:
        name, nth, code = way
        how = f"error={errno.errorcode[code]}" if code else "signal=KILL"
        wish = ["-e", f"inject={name}:{how}:when={nth}"] if name else []
        self.command = [
            "strace",
            "-p",
            str(process),
            "-o",
            str(trace),
            "-e",
            f"trace={','.join(CALLS)}",
            *wish,
        ]

    def __enter__(self) -> None:
        self.tracer = subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)
        assert self.tracer.stderr is not None
        line = self.tracer.stderr.readline()
        if "attached" not in line:
            raise NotAllowedError(line)

    def __exit__(self, *error: object) -> None:
        self.tracer.communicate()


WAYS: Mapping[str, Callable[[Ends, int], Iterator[Way]]] = {"steps": by_steps, "calls": by_calls}
at_the_end: list[Callable[[], object]] = []


def build(path: Path) -> None:
    """A workbook with the tables that a refresh needs, one on a sheet, blank."""
    with xlsxwriter.Workbook(path) as book:
        for name, table in TABLES.items():
            if name not in LATER and name not in UNUSED:
                columns = [{"header": column} for column in table.names]
                book.add_worksheet(name).add_table(
                    0, 0, 1, len(columns) - 1, {"name": name, "columns": columns}
                )


def refresh(place: Path, content: str) -> None:
    """Refresh the workbook from a file of items, on the command line."""
    (place / "csv").mkdir(exist_ok=True)
    (place / "csv" / "items.csv").write_text(content)
    sys.argv = ["xlinventory", "refresh", str(place / "book" / "book.xlsx"), str(place / "csv")]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise


def end_in_every_way(place: Path, every: int) -> None:
    """A workbook that was refreshed before is refreshed once more, and saved as often as there are ways."""
    (place / "book").mkdir()
    build(place / "book" / "book.xlsx")
    refresh(place, FIRST)
    real = FileWorkbook.save

    def save(book: FileWorkbook, *given: Any, **named: Any) -> None:
        ends, found = Ends(place), {}
        for kind, ways in WAYS.items():
            ends.found = found[kind] = []
            try:
                for _ in ways(ends, every):  # only a copy of this process gets here
                    return real(book, *given, **named)
            except NotAllowedError:
                found[kind] = []
        (place / "found.json").write_text(json.dumps(found))
        os._exit(0)

    FileWorkbook.save = save  # type: ignore[method-assign]
    code = 0
    try:
        refresh(place, SECOND)
    except SystemExit as end:
        code = int(end.code or 0)
    for last in at_the_end:
        last()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    end_in_every_way(Path(sys.argv[1]), int(sys.argv[2]))
