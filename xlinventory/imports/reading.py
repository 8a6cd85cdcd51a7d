"""From a file to typed lines of its layout, with an issue for every line that is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from xlinventory.imports import cells, issues
from xlinventory.imports.layouts import Field, Layout, Mask, OddCell, Rule, holds
from xlinventory.imports.mapping import mapped
from xlinventory.imports.text import RawTable, UnreadableFileError, name_key, raw_table
from xlinventory.tables import Kind

NUMBERS = {Kind.NUMBER, Kind.WHOLE, Kind.MONEY, Kind.RATIO}
LONGEST_TEXT = 32_767
"""Characters a cell of a spreadsheet holds."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was understood.

    *lines* has a column per field of the layout that the file has; its index is the line in the file.
    *read* counts the lines of the file, *layout* is None when it was not understood. *noted* are issues of
    lines that were taken all the same.
    """

    file: str
    layout: Layout | None
    lines: pd.DataFrame
    read: int
    import_map: pd.DataFrame
    issues: pd.DataFrame
    noted: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that keep every rule, the issues of the others, and what there is to say of those taken."""

    taken: pd.DataFrame
    issues: pd.DataFrame
    noted: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Notation:
    """How a file writes numbers and days."""

    decimal: cells.MarkFound
    days: cells.DayOrderFound


def read_file(path: Path, import_map: pd.DataFrame) -> ReadFile:
    """The lines of one file; a file that cannot be read or is not known has no lines and one issue."""
    none = issues.joined([])
    try:
        raw = raw_table(path)
    except UnreadableFileError as error:
        told = issues.of_file(path.name, str(error), "Nothing of the file was taken. Export it again as CSV.")
        return ReadFile(path.name, None, pd.DataFrame(), 0, import_map.iloc[:0], told, none)
    how = mapped(path.name, raw.header, import_map)
    if how.layout is None:
        return ReadFile(path.name, None, pd.DataFrame(), 0, how.rows, how.issues, none)
    lines = typed(path.name, raw, how.layout, how.targets)
    told = issues.joined([how.issues, lines.issues])
    return ReadFile(path.name, how.layout, lines.taken, len(raw.rows), how.rows, told, lines.noted)


def typed(file: str, raw: RawTable, layout: Layout, targets: Mapping[str, str]) -> Lines:
    """Typed lines, and one issue for each that is refused: the first rule it broke."""
    given = {target: raw.rows[column].str.strip() for column, target in targets.items()}
    columns = {target: column for column, target in targets.items()}
    passed = list(_against(layout.passed_over, pd.DataFrame(given, index=raw.rows.index)))
    used, odd = _without_odd_cells(layout, _told_for_all(layout, given))
    read = ~_any_of(passed, len(raw.rows))
    notation = _notation(layout, {name: texts[read] for name, texts in used.items()}, raw.delimiter)
    told = [*_doubts(file, notation), *_misshapen(file, raw)]
    lines, broken = _read_fields(layout, used, notation, raw.rows.index)
    refused, first = raw.overlong | raw.misquoted, raw.rows.iloc[:, 0]

    def shown(rule: _Broken) -> pd.DataFrame:
        values = given.get(rule.field, first)[rule.marked & ~refused]
        return issues.refused_lines(file, columns.get(rule.field, ""), values, rule.problem, rule.action)

    for rule in [*passed, *_unread(odd), *broken, *_against(layout.refusals, lines)]:
        told.append(shown(rule))
        refused = refused | rule.marked
    noted = [shown(rule) for rule in [*_read_otherwise(odd), *_against(layout.notices, lines)]]
    return Lines(lines[~refused], issues.joined(told), issues.joined(noted))


@dataclass(frozen=True, slots=True)
class _Broken:
    """A rule that lines break: the field whose cell is shown, the lines, what to tell."""

    field: str
    marked: Mask
    problem: str
    action: str


def _unread(odd: Sequence[tuple[str, OddCell, Mask]]) -> Iterator[_Broken]:
    """The lines whose odd cell cannot be read as anything."""
    for name, cell, marked in odd:
        if cell.becomes is None:
            yield _Broken(name, marked, cell.problem, cell.action)


def _read_otherwise(odd: Sequence[tuple[str, OddCell, Mask]]) -> Iterator[_Broken]:
    """The lines that are taken with an odd cell read as something else."""
    for name, cell, marked in odd:
        if cell.becomes is not None:
            yield _Broken(name, marked, cell.problem, cell.action)


def _any_of(rules: Sequence[_Broken], count: int) -> Mask:
    """The lines, of *count*, that at least one rule marks."""
    marked = np.zeros(count, dtype=bool)
    for rule in rules:
        marked |= rule.marked
    return marked


def _told_for_all(layout: Layout, given: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """The cells of each field; blank ones of a field told once have the first filled cell of their group."""
    out = dict(given)
    for each in layout.fields:
        if each.name in given and each.told_once_for in given:
            texts, group = given[each.name], given[each.told_once_for]
            first = texts[texts.ne("")].groupby(group).first()
            told = group.map(first).where(group.ne(""), "").fillna("")
            out[each.name] = texts.where(texts.ne(""), told)
    return out


def _read_fields(
    layout: Layout, used: Mapping[str, pd.Series], notation: Notation, numbers: pd.Index
) -> tuple[pd.DataFrame, list[_Broken]]:
    """The values of every field that the file has, and the rules their cells break."""
    lines, broken = pd.DataFrame(index=numbers), []
    for field in layout.fields:
        if field.name in used:
            lines[field.name], faults = read_field(field, used[field.name], notation)
            broken += [_Broken(field.name, marked, rule, issues.CORRECT_CELL) for marked, rule in faults]
        elif field.same_as in lines:
            lines[field.name] = lines[field.same_as]
    for field in layout.fields:
        if field.name in lines and field.total_of in lines:
            units = lines[field.total_of].abs()
            lines[field.name] /= units.where(units > 0)
    return lines, broken


def _against(rules: Sequence[Rule], lines: pd.DataFrame) -> Iterator[_Broken]:
    """The lines for which a rule of the layout holds."""
    for rule in rules:
        yield _Broken(rule.shown, holds(rule.when, lines), rule.problem, rule.action)


def _without_odd_cells(
    layout: Layout, given: Mapping[str, pd.Series]
) -> tuple[dict[str, pd.Series], list[tuple[str, OddCell, Mask]]]:
    """The cells of each field as they are to be read, and which were odd how."""
    used, odd = dict(given), []
    for each in layout.fields:
        for cell in each.odd if each.name in given else ():
            marked = given[each.name].str.fullmatch(cell.pattern).to_numpy(dtype=bool)
            meant = used[each.name].str.replace(f"^(?:{cell.pattern})$", cell.becomes or "", regex=True)
            used[each.name] = used[each.name].where(~marked, meant)
            odd.append((each.name, cell, marked))
    return used, odd


def _misshapen(file: str, raw: RawTable) -> list[pd.DataFrame]:
    """An issue for each row whose cells are not those of the header."""
    first, width = raw.rows.iloc[:, 0], len(raw.header)
    return [
        issues.refused_lines(
            file, raw.header[0], first[raw.misquoted],
            "a quotation mark does not stand around a whole cell, so the next lines run into this one",
            "Not taken, nor are the lines that ran into it. Correct the quotation marks and refresh again.",
        ),
        issues.refused_lines(
            file, raw.header[0], first[raw.overlong & ~raw.misquoted],
            f"filled cells where the header has no name ({width} names)",
            "Not taken. Name the column, or put quotation marks around text that holds the delimiter.",
        ),
    ]  # fmt: skip


def read_field(field: Field, text: pd.Series, notation: Notation) -> tuple[pd.Series, list[tuple[Mask, str]]]:
    """Values of one field, and the lines that break a rule of its column with that rule."""
    column = field.column
    read = _READERS.get(column.kind, _number)(field, text, notation)
    values, faults = read.values, [(read.bad, _expected(field))]
    if column.required:
        faults.append((text.eq("").to_numpy(dtype=bool), "must not be blank"))
    if column.kind in NUMBERS:
        faults += [(mask.to_numpy(dtype=bool), rule) for mask, rule in _limits(field, values)]
    if field.blank is not None:
        values = values.fillna(field.blank)
    return values, faults


def _limits(field: Field, values: pd.Series) -> Iterator[tuple["pd.Series[bool]", str]]:
    column = field.column
    if column.minimum is not None:
        yield values < column.minimum, f"must be >= {column.minimum:g}"
    if column.maximum is not None:
        yield values > column.maximum, f"must be <= {column.maximum:g}"
    if column.kind is Kind.WHOLE:
        yield values.notna() & values.ne(values.round()), "must be a whole number"


def _notation(layout: Layout, used: Mapping[str, pd.Series], delimiter: str) -> Notation:
    """Decimal mark and order of days, decided once for all columns of a file."""
    numbers, days = _cells_of(layout, used, NUMBERS), _cells_of(layout, used, {Kind.DATE})
    return Notation(cells.decimal_mark(numbers, delimiter), cells.day_order(days, layout.day_order))


def _cells_of(layout: Layout, used: Mapping[str, pd.Series], kinds: set[Kind]) -> set[str]:
    out: set[str] = set()
    for field in layout.fields:
        if field.name in used and field.column.kind in kinds:
            out |= set(used[field.name].unique())
    return out


def _doubts(file: str, notation: Notation) -> list[pd.DataFrame]:
    told = {
        notation.days.doubt: "Taken. If that is wrong: undo, export dates as 2011-12-31.",
        notation.decimal.doubt: "Taken. If that is wrong: undo, export numbers as 1234.50.",
    }
    return [issues.of_file(file, doubt, action) for doubt, action in told.items() if doubt]


def _expected(field: Field) -> str:
    if field.column.choices and field.column.kind is Kind.TEXT:
        return f"must be one of {', '.join(field.column.choices)}"
    if field.column.kind is Kind.TEXT:
        return f"must be at most {LONGEST_TEXT:,} characters"
    return f"must be a {field.column.kind.value}"


def _number(_field: Field, text: pd.Series, notation: Notation) -> cells.Values:
    return cells.numbers(text, notation.decimal.mark)


def _days(_field: Field, text: pd.Series, notation: Notation) -> cells.Values:
    return cells.days(text, notation.days.order)


def _yes_no(_field: Field, text: pd.Series, _notation: Notation) -> cells.Values:
    return cells.yes_no(text)


def _text(field: Field, text: pd.Series, _notation: Notation) -> cells.Values:
    """Text as it stands; where a column has choices, the choice that is meant."""
    if field.capitals:
        text = text.str.upper()
    if not field.column.choices:
        return cells.Values(text.astype(object), (text.str.len() > LONGEST_TEXT).to_numpy(dtype=bool))
    choices = {name_key(word): kind for word, kind in field.words.items()}
    choices |= {name_key(choice): choice for choice in field.column.choices}
    meant = text.map({cell: choices.get(name_key(cell), "") for cell in text.unique()})
    return cells.Values(meant.astype(object), (meant.eq("") & text.ne("")).to_numpy(dtype=bool))


_READERS: Mapping[Kind, Callable[[Field, pd.Series, Notation], cells.Values]] = {
    Kind.TEXT: _text,
    Kind.DATE: _days,
    Kind.YES_NO: _yes_no,
}
