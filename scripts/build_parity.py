"""Write docs/parity.md, every function in every host: ``python scripts/build_parity.py``.

It needs LibreOffice, and takes most of a minute.
"""

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import parity_hosts
from parity_hosts import Placed, Rows
from parity_inputs import cases, strict_cases

from xlinventory.core.errors import CellError
from xlinventory.hosts.calc import Office
from xlinventory.hosts.calc.program.prepared import with_extension
from xlinventory.registry import registered

PAGE = Path(__file__).resolve().parent.parent / "docs" / "parity.md"
HOSTS = {"file": "workbook file", "calc": "LibreOffice cell", "vba": "VBA wrapper"}
ALLOWED = 1e-9
INTRODUCTION = """\
Made by `scripts/build_parity.py`: each worksheet function over its published inputs, its example and
generated ones (blanks, texts, errors, columns, words, days), compared with `evaluate` in Python: in a
workbook file calculated without a spreadsheet program, in the cells of LibreOffice 7.4 that opened that
file, and through the VBA wrappers of the macro workbook, run by LibreOffice's Basic. The differences are
the largest ones, relative to the value; texts and kinds of errors must be the same, and count as results.

Of the generated inputs at most three for each function are errors. What the last table lists cannot be
compared in LibreOffice and is left out of them: truth values, empty texts, errors inside ranges, two errors
at once; {strict:,} inputs of these kinds are compared in the workbook file only. Numbers too small for a
normal float are left out everywhere.
"""
WHY_LIMITS = """\
LibreOffice prepares what a cell hands to an add-in and what comes back, and some of it is lost on the way.
A workbook from Excel is adopted when it is opened, and what is typed into it when its cells are left, which
makes the lines with a star good: not on protected sheets, nor for a blank that comes through brackets,
`OFFSET`, `INDIRECT`, `CHOOSE` or `IF`. Formulas in LibreOffice's own files have all lines.
"""
LIMITS = (
    ("★ one empty cell alone, as in `EOQ(A1;10;0.5;1)`",
     "0; a blank where 0 cannot be meant: words and days", "a blank"),
    ('a cell with an empty text, as in `=""`', "a blank", "a text"),
    ("`TRUE`", "1", "a truth value, which is no number: `#VALUE!`"),
    ("a range with an error in it",
     "nothing: the cell shows `Err:504`", "the error; in a column, in its own row"),
    ("two arguments that are errors", "nothing: the cell shows the last one", "the first one"),
    ("★ texts of `ABC_CLASS` and `XYZ_CLASS`",
     'no text is equal to them: write `ABC_CLASS(...)&""`', "texts like any other"),
    ("texts among the numbers of a result of several cells",
     'no text is equal to them: compare `B1&""` or `INDEX(...)`', "texts like any other"),
    ("★ `STOCK_STATUS` over whole columns",
     "`#VALUE!`: write `STOCK_STATUS_COLUMN(...)&\"\"`", "a column of words"),
    ("`ERROR.TYPE` of a function",
     "`#N/A`; `ISERROR`, `ISNA`, `IFERROR` and `IFNA` are right", "the number of the error"),
    ("a result of several cells in one cell",
     "its first cell: enter an array formula over all of them", "it spills"),
)  # fmt: skip
"""Each line has its test in tests/hosts/calc/test_addin_limits.py."""


def difference(wanted: Any, got: Any) -> float:
    """How far a cell is from another, relative to the larger; infinite where they differ in kind."""
    if isinstance(wanted, float) and isinstance(got, float | int) and not isinstance(got, bool):
        return 0.0 if wanted == got else abs(wanted - got) / max(abs(wanted), abs(got))
    return 0.0 if type(wanted) is type(got) and wanted == got else math.inf


def furthest(wanted: Rows, got: Rows) -> float:
    """The largest difference of two results."""
    pairs = [pair for rows in zip(wanted, got, strict=True) for pair in zip(*rows, strict=True)]
    return max(difference(*pair) for pair in pairs)


def measured(placed: Sequence[Placed], inputs: Any, office: Office) -> Mapping[str, list[float]]:
    """The difference of every case from ``evaluate``, host by host."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parity.xlsx"
        parity_hosts.build(path, placed, inputs)
        results = {
            "calc": parity_hosts.calc(path, placed, office),  # first: it leaves the file as it is
            "file": parity_hosts.file(path, placed),
            "vba": parity_hosts.vba(placed, inputs),
        }
    return {
        host: [furthest(one.expected, got) for one, got in zip(placed, results[host], strict=True)]
        for host in HOSTS
    }


def page(placed: Sequence[Placed], differences: Mapping[str, list[float]]) -> str:
    """The text of the page."""
    lines = [_line(spec.name, placed, differences) for spec in registered()]
    return "\n".join(
        [
            "# The same number in every host",
            "",
            INTRODUCTION.rstrip().format(strict=len(strict_cases())),
            f"{len(placed):,} inputs, {sum(_cells(one) for one in placed):,} cells.",
            "",
            f"| function | published | example, generated | of all errors | {' | '.join(HOSTS.values())} |",
            f"|---|{'--:|' * (3 + len(HOSTS))}",
            *lines,
            "",
            "## What LibreOffice does not tell apart",
            "",
            WHY_LIMITS.rstrip(),
            "",
            "| in LibreOffice | what happens | in Excel |",
            "|---|---|---|",
            *(f"| {' | '.join(limit)} |" for limit in LIMITS),
            "",
        ]
    )


def counts(name: str, placed: Sequence[Placed]) -> tuple[int, int, int]:
    """Published inputs of a function, all others, and how many of all give an error."""
    mine = [one for one in placed if one.case.function == name]
    published = sum(one.case.origin == "published" for one in mine)
    errors = sum(isinstance(one.expected[0][0], CellError) for one in mine)
    return published, len(mine) - published, errors


def _cells(one: Placed) -> int:
    return sum(map(len, one.expected))


def _line(name: str, placed: Sequence[Placed], differences: Mapping[str, list[float]]) -> str:
    mine = [i for i, one in enumerate(placed) if one.case.function == name]
    largest = (f"{max(differences[host][i] for i in mine):.0e}".replace("0e+00", "0") for host in HOSTS)
    return f"| {name} | {' | '.join(map(str, counts(name, placed)))} | {' | '.join(largest)} |"


def main() -> None:
    """Measure and write."""
    placed, inputs = parity_hosts.placed(cases())
    with Office(prepare=with_extension) as office:
        differences = measured(placed, inputs, office)
    PAGE.write_text(page(placed, differences), encoding="utf-8")


if __name__ == "__main__":
    main()
