"""A program that adds to a cell of a workbook in its turn, as often as it is asked, and stops if asked.

Each line that comes in is a workbook, an amount, and perhaps *stop*, with tabs between. It says when it waits
for its turn, when it has it, and when it is done; after *stop* it goes on when another line comes in.
"""

import signal
import sys
from pathlib import Path

import pandas as pd

from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.file.turns import turn

signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores Ctrl+C


def say(message: str, _share: float | None = None) -> None:
    """One line."""
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def add(path: Path, amount: float, *, stop: bool) -> None:
    """Read the cell, add to it, save."""
    with turn(path, say):
        book = FileWorkbook.open(path)
        before = book.read_table("T")["a"].iloc[0]
        say("In turn")
        if stop:
            sys.stdin.readline()
        book.write_table("T", pd.DataFrame({"a": [before + amount]}))
        book.save()


if __name__ == "__main__":
    while line := sys.stdin.readline():
        book_, amount_, *more = line.rstrip("\n").split("\t")
        try:
            add(Path(book_), float(amount_), stop=more == ["stop"])
            say("Done")
        except KeyboardInterrupt:
            say("Stopped")
