"""A worksheet function on the command line: ``xlinventory SAFETY_STOCK 20 5 4 0.95``."""

import math
import re
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError, InventoryError
from xlinventory.evaluation import evaluate_or_raise
from xlinventory.registry import WorksheetFunction, registered

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def argument(text: str) -> Any:
    """A word of the command line as a cell value: number, day, TRUE/FALSE, blank, text or a range.

    >>> argument("0.95"), argument(""), argument("{1,2;3,}"), argument("4;5"), argument("fill")
    (0.95, None, [[1.0, 2.0], [3.0, None]], [[4.0], [5.0]], 'fill')
    >>> argument("2011-12-09"), argument("nan")
    (40886.0, 'nan')
    """
    inner = text.strip().removeprefix("{").removesuffix("}")
    if ";" in inner or "," in inner:
        rows = inner.split(";") if ";" in inner else inner.split(",")
        separator = "," if ";" in inner else None
        return [[_cell(cell) for cell in (row.split(separator) if separator else [row])] for row in rows]
    return _cell(text)


def wrong_count(spec: WorksheetFunction, words: list[str]) -> str:
    """What is wrong with the number of arguments, "" when nothing is."""
    least, most = sum(p.required for p in spec.parameters), len(spec.parameters)
    if least <= len(words) <= most:
        return ""
    return f"{spec.name} takes {least} to {most} arguments, got {len(words)}: {spec.syntax}"


def result_lines(spec: WorksheetFunction, words: list[str]) -> list[str]:
    """The result, a line per row with tabs between cells; raises InventoryError saying why there is none."""
    result = evaluate_or_raise(spec, [argument(word) for word in words])
    if isinstance(result, CellError):
        raise InventoryError(
            f"{spec.name} gives {result}: an argument is that error, or the result is out of range"
        )
    rows = result if isinstance(result, list) else [[result]]
    return ["\t".join(_shown(cell) for cell in row) for row in rows]


def help_lines(spec: WorksheetFunction) -> str:
    """Syntax, meaning, arguments, source and example of one function."""
    arguments = "\n".join(
        f"  {p.name:<18}{p.help}{'' if p.required else _default(p.default)}" for p in spec.parameters
    )
    example = " ".join(_word(value) for value in spec.example)
    unit = f"\n\nGives: {spec.returns}" if spec.returns else ""
    meaning = spec.doc.split("\n>>>")[0].rstrip()
    return (
        f"{spec.syntax}\n\n{meaning}{unit}\n\nArguments:\n{arguments}\n\n"
        f"Ranges are written with ; between rows: 12;15;9, days as 2011-12-31.\n"
        f"Example: xlinventory {spec.name} {example}"
    )


def print_functions(console: Console) -> None:
    """All functions, family by family; in a pipe, a line each: name, meaning and syntax with tabs between."""
    if not console.is_terminal:
        lines = (f"{spec.name}\t{spec.summary}\t{spec.syntax}" for spec in registered())
        typer.echo("\n".join(lines), file=console.file)  # a console would turn tabs into spaces
        return
    grid = Grid(box=None, pad_edge=False, show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    family = None
    for spec in registered():
        if spec.family is not family:
            family = spec.family
            grid.add_row("", "")
            grid.add_row(f"[bold]{family.value}[/bold]", "")
        grid.add_row(f"[cyan]{spec.name}[/cyan]", escape(spec.summary))
        grid.add_row("", f"[dim]{escape(spec.syntax)}[/dim]")
    console.print(grid)


def _cell(text: str) -> Any:
    word = text.strip().strip('"')
    if not word:
        return None
    if word.upper() in ("TRUE", "FALSE"):
        return word.upper() == "TRUE"
    if word in {error.value for error in CellError}:
        return CellError(word)
    try:
        number = serial(word) if _DAY.fullmatch(word) else float(word)
    except (ValueError, InventoryError):
        return word
    return number if math.isfinite(number) else word


def _shown(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"{cell:.12g}" if isinstance(cell, float) else str(cell)


def _word(value: Any) -> str:
    if isinstance(value, list):
        rows = value if value and isinstance(value[0], list) else [[cell] for cell in value]
        return '"' + ";".join(",".join(_word(cell) for cell in row) for row in rows) + '"'
    return '""' if value is None else _shown(value)


def _default(default: Any) -> str:
    blank = default is None or default != default  # noqa: PLR0124 - NaN is the value that differs from itself
    return (
        " (optional)"
        if blank
        else f" (default {default:g})"
        if isinstance(default, int | float)
        else f" (default {default})"
    )
