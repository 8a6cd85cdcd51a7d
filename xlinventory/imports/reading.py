"""A file as it was understood: its layout, its typed lines, what is told of it, what ImportMap says of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from xlinventory.imports import issues
from xlinventory.imports.files import NEXT_TIME, shown_name, text_of
from xlinventory.imports.layouts import Layout
from xlinventory.imports.lines import given, typed
from xlinventory.imports.mapping import FILL_IN, ColumnMapping, mapped, merged_rows, stated, with_formats
from xlinventory.imports.notation import Stated, is_understood, notation
from xlinventory.imports.text import Header, RawTable, UnreadableFileError, header_at, places, table_below


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was understood.

    *lines* has a column per field of the layout that the file has; its index is the line in the file.
    *read* counts the lines of the file, *layout* is None when it was not understood. *noted* are issues of
    lines that were taken all the same. *waits*: nothing was taken because its days or numbers can be read
    in two ways; another file may tell. *may_be_note*: nothing in it looks like a table that is known.
    """

    file: str
    layout: Layout | None
    lines: pd.DataFrame
    read: int
    import_map: pd.DataFrame
    issues: pd.DataFrame
    noted: pd.DataFrame
    waits: bool = False
    may_be_note: bool = False


def read_file(path: Path, import_map: pd.DataFrame) -> ReadFile:
    """The lines of one file; one that cannot be read or is not known has none, and an issue that says why."""
    name, found = shown_name(path), None
    try:
        text = text_of(path)
    except UnreadableFileError as error:
        return unreadable(name, import_map, error)
    try:
        found = header_of(name, text, import_map)
        if found.how.layout is not None:
            raw = table_below(text, found.header)
            file = read_rows(name, raw, found, import_map)
            return (
                file if len(raw.rows) else replace(file, issues=issues.joined([file.issues, _no_lines(name)]))
            )
        return replace(_untaken(name, found.how.rows, found.how.issues), may_be_note=not found.how.is_known)
    except UnreadableFileError as error:
        rows = found.how.rows if found else import_map.iloc[:0]
        told = issues.of_file(name, str(error), error.action)
        return replace(_untaken(name, rows, told), may_be_note=found is None)


def unreadable(name: str, import_map: pd.DataFrame, error: UnreadableFileError) -> ReadFile:
    """A file of which nothing is taken, and why."""
    return _untaken(name, import_map.iloc[:0], issues.of_file(name, str(error), error.action))


def read_again(path: Path, import_map: pd.DataFrame, files: Sequence[ReadFile]) -> ReadFile:
    """A file that waits, now that ImportMap says what the other *files* of the folder tell."""
    others = [file.import_map for file in files if not file.waits]
    return read_file(path, merged_rows(import_map, others))


@dataclass(frozen=True, slots=True)
class Found:
    """A header, how its file is mapped, and the lines that stand before it."""

    header: Header
    how: ColumnMapping
    before: Sequence[str]


def header_of(file: str, text: str, import_map: pd.DataFrame) -> Found:
    """The first header among the first lines that is known; else the first that has most words."""
    tried: list[Found] = []
    before: list[str] = []
    failed = None
    for place in places(text):
        try:
            header = header_at(text, place)
            tried.append(Found(header, mapped(file, header.names, import_map), tuple(before)))
        except UnreadableFileError as error:
            failed = failed or (None if tried else error)
        else:
            if tried[-1].how.is_known:
                return tried[-1]
        before.append(text[place.start :].partition("\n")[0] if not before else "")
    if failed:
        raise failed
    return max(tried, key=lambda found: found.header.words)


def read_rows(
    file: str,
    raw: RawTable,
    found: Found,
    import_map: pd.DataFrame,
    texts: Mapping[str, Iterable[str]] | None = None,
) -> ReadFile:
    """The lines of a file, or some of its lines, whose header is known.

    How it is written is told by the distinct *texts* of its fields of days and numbers: those of *raw*, or
    others that are given.
    """
    how, layout = found.how, found.how.layout
    if layout is None:
        raise ValueError(f"{file} has a header that is not known")
    layout = layout.with_copies(list(how.targets.values()))
    cells = given(raw, layout, how.targets)
    if raw.cut_off and not any(rule.marked[-1:].any() for rule in cells.passed):
        raise UnreadableFileError(
            "the last line is cut off, as if the file were still being written", NEXT_TIME
        )
    said = stated(file, raw.header, how, import_map, raw.delimiter)
    way = notation(layout, cells.texts(layout) if texts is None else texts, said)
    rows, told = with_formats(how, way.formats), [how.issues, *_about(file, found, said)]
    if way.asked:
        asked = [
            _question(file, cells.columns[field], DAYS if field in way.days else MARKS, problem)
            for field, problem in way.asked
        ]
        return replace(_untaken(file, rows, issues.joined([*told, *asked])), waits=True)
    lines = typed(file, raw, layout, cells, way)
    told.append(lines.issues)
    return ReadFile(file, layout, lines.taken, len(raw.rows), rows, issues.joined(told), lines.noted)


def _untaken(file: str, import_map: pd.DataFrame, told: pd.DataFrame) -> ReadFile:
    return ReadFile(file, None, pd.DataFrame(), 0, import_map, told, issues.joined([]))


def _about(file: str, found: Found, said: Stated) -> Iterator[pd.DataFrame]:
    """What there is to say of a file as a whole."""
    header, targets = found.header, found.how.targets
    if found.before:
        problem = f"{issues.counted(len(found.before), 'line')} before the header in line {header.line}"
        yield issues.of_file(file, problem, "Passed over. Nothing to do.", value=found.before[0])
    for name in header.again:
        if name in targets:
            problem = f"more than one column is called {name}"
            action = f"The first feeds {targets[name]}. If that is wrong, change target_column in ImportMap."
            yield issues.of_file(file, problem, action, name)
    for column, field in targets.items():
        if not is_understood(said.own.get(field, "")):
            problem = "format in ImportMap is no way to write days or numbers"
            action = f"Not used. Write {DAYS} for days, {MARKS} for numbers."
            yield issues.of_file(file, problem, action, column, said.own[field])


def _no_lines(file: str) -> pd.DataFrame:
    action = "Nothing to do, unless it should have some: then export it again."
    return issues.of_file(file, "the file has a header and no lines", action)


def _question(file: str, column: str, choice: str, problem: str) -> pd.DataFrame:
    """What to write where, so that a file can be read."""
    action = f"{FILL_IN}{choice} in format of {column}, then refresh again."
    return issues.of_file(file, problem, action, column)


DAYS = "day/month/year or month/day/year"
MARKS = "decimal point (1,234.5) or decimal comma (1.234,5)"
