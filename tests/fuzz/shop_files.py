"""Target *shop files*: CSV files of every layout and encoding, spoilt, read and taken into a workbook."""

import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd

from tests.fuzz.mutating import changed_one, odd_text, some, span, spoilt_bytes
from tests.fuzz.running import Target, Wrong
from xlinventory.archive.connection import connected
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports.bulk.reading import BulkFile, read_plain
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.layouts import Field, Layout
from xlinventory.imports.reading import ReadFile, read_file
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import Kind

FILE = "shop.csv"
TODAY = 45000.0
ONE_OF = 10
"""Files of which one goes into a workbook, which takes ten times as long as reading it."""
NO_MAP = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)
ONE_WAY = {
    "09/12/2011": "2011-12-10", "13/01/2012": "2012-01-13", "9.12.2011": "2011-12-11", "1,000": "1000",
    "1.234,50": "1234.50", "2011-12-09T10:20:30Z": "2011-12-09", "£2.50": "2.50", "95%": "0.95",
}  # fmt: skip
"""What of GOOD is written in other ways than the rest, as no file of a program is."""
MILD = 0.25
"""Share of files with odd cells only, as large files are read by SQL while there is nothing else wrong."""
Rows = list[list[str]]

GOOD = {
    Kind.DATE: ("2011-12-09", "09/12/2011", "13/01/2012", "9.12.2011", "2011-12-09T10:20:30Z"),
    Kind.NUMBER: ("1", "-2", "3.5", "1,000", "12"),
    Kind.WHOLE: ("1", "12", "0"),
    Kind.MONEY: ("1.99", "£2.50", "1.234,50", "0", "12"),
    Kind.RATIO: ("0.5", "95%", "1"),
    Kind.YES_NO: ("yes", "no", "active"),
    Kind.TEXT: ("A1", "00123", "A1", "B-2", "Mug, blue", "x"),
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8", "replace"),
    "utf-8-sig": lambda text: text.encode("utf-8-sig", "replace"),
    "utf-16": lambda text: text.encode("utf-16", "replace"),
    "utf-16-le": lambda text: text.encode("utf-16-le", "replace"),
    "cp1252": lambda text: text.encode("cp1252", "replace"),
    "gzip": lambda text: gzip.compress(text.encode("utf-8", "replace"), 1, mtime=0),
}


def make(chance: Random) -> bytes:
    """The bytes of a file: rows of a layout, spoilt as rows, as text, and as bytes."""
    layout = chance.choice(list(LAYOUTS.values()))
    rows = _rows(chance, layout)
    if chance.random() < MILD:
        rows = _rows(chance, chance.choice([each for each in LAYOUTS.values() if each.table == "Movements"]))
        rows = [[ONE_WAY.get(cell, cell) for cell in row] for row in rows]
        for _ in range(chance.choice((0, 0, 1, 3))):
            rows = _odd_cell(chance, rows)
        return "".join(",".join(_quoted(cell) for cell in row) + "\n" for row in rows).encode(
            "utf-8", "replace"
        )
    for _ in range(chance.randint(0, 5)):
        rows = chance.choice(_ROWS)(chance, rows)
    text = _written(chance, rows)
    for _ in range(chance.randint(0, 2)):
        text = chance.choice(_TEXT)(chance, text)
    data = ENCODINGS[chance.choice(list(ENCODINGS))](text)
    for _ in range(chance.choice((0, 0, 0, 1, 2, 8))):
        data = spoilt_bytes(chance, data)
    return data


def attempt(data: bytes) -> None:
    """The file is read, each line of it taken or told; refreshing with it twice is refreshing once."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / FILE
        path.write_bytes(data)
        found = read_file(path, NO_MAP)
        check(found)
        if found.layout is not None and found.layout.table == "Movements" and data[:1].isalpha():
            _check_stream(path, found)
        if data[-1:] and sum(data[-8:]) % ONE_OF == 0:
            twice_is_once(empty_book(), path.parent)


def check(file: ReadFile) -> None:
    """Every line is taken or has one issue, and what is taken can stand in a workbook."""
    lines, told = file.lines, file.issues["line"].dropna()
    if file.layout is None:
        if file.read or len(lines) or not len(file.issues):
            raise Wrong("a file that is not known has lines, or nothing is told of it")
        return
    if lines.index.has_duplicates or told.duplicated().any() or set(lines.index) & set(told):
        raise Wrong("a line counts twice")
    if file.read != len(lines) + len(told):
        raise Wrong(f"lines do not add up: {file.read} read, {len(lines)} taken, {len(told)} told")
    _check_cells(lines)
    told_texts = file.issues[["column", "value", "problem", "action"]].to_numpy().ravel()
    if any("Traceback" in text or len(text) > 5_000 for text in map(str, told_texts)):
        raise Wrong("an issue nobody can read")


def _check_stream(path: Path, small: ReadFile) -> None:
    """The reader of large files, where it takes this one, comes to what the reader of small ones comes to."""
    part = path.with_suffix(".parquet")
    with connected(path.parent) as database:
        large = read_plain(path, NO_MAP, part, database)
        if not isinstance(large, BulkFile):
            return
        if large.rows.taken != len(small.lines):
            raise Wrong(f"as a large file other lines are taken: {large.rows.taken}, not {len(small.lines)}")
        if not large.odd.issues.reset_index(drop=True).equals(small.issues.reset_index(drop=True)):
            raise Wrong(f"as a large file other things are told:\n{large.odd.issues}\n{small.issues}")


def _check_cells(lines: pd.DataFrame) -> None:
    for name, column in lines.items():
        if column.dtype.kind == "f" and np.isinf(column).any():
            raise Wrong(f"infinite: {name}")
        if column.dtype == object and any(map(_is_no_cell, column)):
            raise Wrong(f"no text of a cell: {name}")


def twice_is_once(book: MemoryWorkbook, folder: Path) -> None:
    """A refresh counts what it read; the same again changes nothing but the log, and undo takes it back."""
    try:
        first = run_macro(book, "refresh", folder=str(folder))
    except InventoryError as error:
        one_sentence(error)
        return
    figures = [int(word.replace(",", "")) for word in first.sentence.split() if word[0].isdigit()]
    if first.sentence.startswith("Read ") and figures[0] != sum(figures[2:5]):
        raise Wrong(f"counts do not add up: {first.sentence}")
    before = {name: book.read_table(name) for name in TABLES if name not in {"Log", "_undo"}}
    again = run_macro(book, "refresh", folder=str(folder))
    told = before.pop("ImportIssues").to_csv()
    more = [line for line in _lines(book.read_table("ImportIssues")) if line not in told]
    if more:  # fewer is right: what was booked is told once
        raise Wrong(f"twice is not once in ImportIssues: {more}")
    for name, rows in before.items():
        if not rows.equals(book.read_table(name)):
            raise Wrong(f"twice is not once in {name}: {again.sentence}")


def _lines(rows: pd.DataFrame) -> list[str]:
    return rows.to_csv(index=False, header=False).splitlines()


def one_sentence(error: InventoryError) -> None:
    """A message is one line that a person can read."""
    text = str(error)
    if not text or "Traceback" in text or len(text) > 5_000:
        raise Wrong(f"no sentence: {text[:300]!r}")


def empty_book() -> MemoryWorkbook:
    """A workbook with settings and nothing else."""
    values = [{"setting": s.name, "value": TODAY if s.name == "as_of" else s.value} for s in SETTINGS]
    rows = {"Settings": pd.DataFrame(values, columns=TABLES["Settings"].names, dtype=object)}
    none = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    return MemoryWorkbook(none | rows)


def good_cell(chance: Random, field: Field) -> str:
    """A cell that its field can read."""
    if field.column.choices and chance.random() < 0.9:
        return str(chance.choice([*field.column.choices, *field.words]))
    return chance.choice(GOOD.get(field.column.kind, GOOD[Kind.TEXT]))


def _rows(chance: Random, layout: Layout) -> Rows:
    """A header and some lines of a layout."""
    fields = [field for field in layout.fields if field.needed or chance.random() < 0.5]
    names = [
        chance.choice([*field.names, *([field.name] if layout.own_names else [])] or [field.name])
        for field in fields
    ]
    lines = [[good_cell(chance, field) for field in fields] for _ in range(chance.randint(0, 12))]
    return [names, *lines]


def _written(chance: Random, rows: Rows) -> str:
    delimiter, end = chance.choice(",,;\t|"), chance.choice(("\n", "\n", "\r\n", "\r"))
    always = chance.random() < 0.2

    def cell(text: str) -> str:
        needs = always or any(sign in text for sign in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs and chance.random() < 0.98 else text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _odd_cell(chance: Random, rows: Rows) -> Rows:
    place = chance.randrange(len(rows))
    rows[place] = changed_one(chance, rows[place], lambda _: odd_text(chance))
    return rows


def _odd_column(chance: Random, rows: Rows) -> Rows:
    if not rows[0]:
        return rows
    place, text = chance.randrange(len(rows[0])), odd_text(chance)
    for row in rows[1:]:
        if place < len(row):
            row[place] = text
    return rows


def _lost_or_more(chance: Random, rows: Rows) -> Rows:
    row = chance.choice(rows)
    if row and chance.random() < 0.5:
        row.pop(chance.randrange(len(row)))
    else:
        row.insert(chance.randint(0, len(row)), odd_text(chance))
    return rows


def _again(chance: Random, rows: Rows) -> Rows:
    start, end = span(chance, len(rows))
    return [*rows[:end], *[list(row) for row in rows[start:end]] * some(chance), *rows[end:]] or rows


def _total(_chance: Random, rows: Rows) -> Rows:
    return [*rows, ["Total", *["12"] * (len(rows[0]) - 1)]]


def _same_header(chance: Random, rows: Rows) -> Rows:
    if rows[0]:
        rows[0] = changed_one(chance, rows[0], lambda _: chance.choice(rows[0]))
    return rows


def _other_layout(chance: Random, rows: Rows) -> Rows:
    other = _rows(chance, chance.choice(list(LAYOUTS.values())))
    return [row + extra for row, extra in zip(rows, other, strict=False)] or rows


def _wide(chance: Random, rows: Rows) -> Rows:
    return [row + [""] * chance.choice((1, 5, 300)) for row in rows]


def _put_in(chance: Random, text: str) -> str:
    place = chance.randrange(len(text) + 1)
    return (
        text[:place]
        + chance.choice(('"', "\n", "\r", ",", ";", "\t", "\0", '""', '"\n"', "\x1a"))
        + text[place:]
    )


def _lost_text(chance: Random, text: str) -> str:
    start, end = span(chance, len(text))
    return text[:start] + text[end:]


def _before(chance: Random, text: str) -> str:
    return (
        chance.choice(("sep=;\n", "sep=,\n", '"sep=|"\n', "\n\n", "My shop\n", " \n", "#\n", "\ufeff")) + text
    )


def _is_no_cell(cell: object) -> bool:
    return isinstance(cell, str) and (
        len(cell) > 32_767 or any(sign < " " and sign not in "\n\t" for sign in cell)
    )


_ROWS = (
    _odd_cell, _odd_cell, _odd_cell, _odd_column, _lost_or_more, _again, _total, _same_header,
    _other_layout, _wide,
)  # fmt: skip
_TEXT = (_put_in, _put_in, _lost_text, _before)

TARGET = Target("shop_files", make, attempt)
