"""From rows of text to typed lines of a layout, with an issue for every line that is refused."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from xlinventory.imports import cells, issues, strays
from xlinventory.imports.layouts import SIGNED, Field, Layout, Mask, OddCell, Rule, holds
from xlinventory.imports.notation import NUMBERS, Notation
from xlinventory.imports.text import RawTable, name_key
from xlinventory.tables import Kind

LONGEST_TEXT = 32_767
"""Characters a cell of a spreadsheet holds."""
UNREADABLE = "\ufffd"
_WRITTEN_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
"""The trick by which a CSV keeps a spreadsheet from changing a code: ="00123"."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that keep every rule, the issues of the others, and what there is to say of those taken."""

    taken: pd.DataFrame
    issues: pd.DataFrame
    noted: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Given:
    """The cells of a file by field, as they stand and as they are to be *used*; *columns* names their source.

    *passed* are the rules of lines that are no lines of the table, *odd* the cells that hold something else.
    """

    cells: Mapping[str, pd.Series]
    used: Mapping[str, pd.Series]
    columns: Mapping[str, str]
    passed: Sequence["Broken"]
    odd: Sequence[tuple[str, OddCell, Mask]]

    def texts(self, layout: Layout) -> dict[str, set[str]]:
        """The distinct texts of each field of days or numbers, lines that are passed over left out."""
        fields = [field.name for field in layout.fields if field.column.kind in {Kind.DATE, *NUMBERS}]
        some = next(iter(self.used.values()), pd.Series(dtype=object))
        read = ~strays.any_of([rule.marked for rule in self.passed], len(some))
        return {name: set(self.used[name][read].unique()) for name in fields if name in self.used}


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that lines break: the field whose cell is shown, the lines, what to tell."""

    field: str
    marked: Mask
    problem: str
    action: str


def given(raw: RawTable, layout: Layout, targets: Mapping[str, str]) -> Given:
    """The cells of the fields of a file, before any is read as a number or a day."""
    found = {target: _plain(raw.rows[column]) for column, target in targets.items()}
    columns = {target: column for column, target in targets.items()}
    passed = [*_against(layout.passed_over, pd.DataFrame(found, index=raw.rows.index)),
              *_strays(layout, found, columns, raw.rows)]  # fmt: skip
    used, odd = _without_odd_cells(layout, _told_for_all(layout, found))
    return Given(found, used, columns, passed, odd)


def typed(file: str, raw: RawTable, layout: Layout, found: Given, notation: Notation) -> Lines:
    """Typed lines, and one issue for each that is refused: the first rule it broke."""
    lines, broken = _read_fields(layout, found.used, notation, raw.rows.index)
    told, refused = _misshapen(file, raw), raw.overlong | raw.misquoted
    for rule in [*found.passed, *_unread(found.odd), *broken, *_against(layout.refusals, lines)]:
        if (rule.marked & ~refused).any():
            told.append(_shown(file, raw, found, rule, ~refused))
            refused = refused | rule.marked
    for rule in _halves(layout, found, refused):
        told.append(_shown(file, raw, found, rule, ~refused))
        refused = refused | rule.marked
    notices = [*_read_otherwise(found.odd), *_against(layout.notices, lines)]
    noted = [_shown(file, raw, found, rule, ~refused) for rule in notices if rule.marked.any()]
    return Lines(lines[~refused], issues.joined(told), issues.joined(noted))


def _halves(layout: Layout, found: Given, refused: Mask) -> Iterator[Broken]:
    """The other lines of an item of which one line of a count is refused: its count would be too low."""
    if layout.counts and "sku" in found.cells:
        sku, passed = found.cells["sku"], strays.any_of([rule.marked for rule in found.passed], len(refused))
        marked = sku.isin(sku[refused & ~passed]).to_numpy(dtype=bool) & ~passed
        action = "Not taken: half a count would be booked as a loss. Correct that line and refresh again."
        yield Broken("sku", marked, "another line of the count of this item is refused", action)


def _shown(file: str, raw: RawTable, found: Given, rule: Broken, left: Mask) -> pd.DataFrame:
    """An issue for each of the lines *left* that a rule marks."""
    values = found.cells.get(rule.field, raw.rows.iloc[:, 0])[rule.marked & left]
    return issues.refused_lines(file, found.columns.get(rule.field, ""), values, rule.problem, rule.action)


def _plain(texts: pd.Series) -> pd.Series:
    """Cells without spaces around them, and without the formula that some exports put around a text."""
    codes, distinct = pd.factorize(texts.to_numpy(dtype=object))
    plain = np.array([_as_meant(text.strip()) for text in distinct], dtype=object)
    return pd.Series(plain[codes], index=texts.index, dtype=object) if len(plain) else texts


def _as_meant(text: str) -> str:
    tricked = _WRITTEN_AS_FORMULA.fullmatch(text)
    return tricked[1].replace('""', '"').strip() if tricked else text


def _strays(
    layout: Layout, cells_: Mapping[str, pd.Series], columns: Mapping[str, str], rows: pd.DataFrame
) -> Iterator[Broken]:
    """The lines that no export means as lines of its table."""
    again, other = strays.headers_again(cells_, columns)
    first = min(columns, key=lambda name: list(rows.columns).index(columns[name]))
    yield Broken(first, again, "the header again", "Not taken. Nothing to do.")
    yield Broken(first, other, OTHER_HEADER, SPLIT)
    totals = strays.totals(layout, cells_, rows)
    for name in cells_ if totals.any() else ():
        named = totals & strays.is_total(cells_[name])
        yield Broken(name, named, *TOTALS)
    yield Broken(first, totals, *TOTALS)


TOTALS = ("a line of totals", "Not taken: the lines it adds up are. Nothing to do.")
OTHER_HEADER = "below another header, with the columns in another order"
SPLIT = "Not taken. Make a file of its own of the lines from that header on, and refresh again."


def _unread(odd: Sequence[tuple[str, OddCell, Mask]]) -> Iterator[Broken]:
    """The lines whose odd cell cannot be read as anything."""
    for name, cell, marked in odd:
        if cell.becomes is None:
            yield Broken(name, marked, cell.problem, cell.action)


def _read_otherwise(odd: Sequence[tuple[str, OddCell, Mask]]) -> Iterator[Broken]:
    """The lines that are taken with an odd cell read as something else."""
    for name, cell, marked in odd:
        if cell.becomes is not None and cell.problem:
            yield Broken(name, marked, cell.problem, cell.action)


def _told_for_all(layout: Layout, given: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """The cells of each field; blank ones of a field told once have the first filled cell of their group."""
    out = dict(given)
    for each in layout.fields:
        if each.name in given and each.told_once_for in given:
            texts, group = given[each.name], given[each.told_once_for]
            first = texts[texts.ne("")].groupby(group).first()
            told = group.map(first).astype(object).where(group.ne(""), "").fillna("")
            out[each.name] = texts.where(texts.ne(""), told)
    return out


def _read_fields(
    layout: Layout, used: Mapping[str, pd.Series], notation: Notation, numbers: pd.Index
) -> tuple[pd.DataFrame, list[Broken]]:
    """The values of every field that the file has, and the rules their cells break."""
    lines, broken = pd.DataFrame(index=numbers), []
    for field in layout.fields:
        if field.name in used:
            lines[field.name], faults = read_field(field, used[field.name], notation)
            broken += [Broken(field.name, marked, rule, issues.CORRECT_CELL) for marked, rule in faults]
        elif field.same_as in lines:
            lines[field.name] = lines[field.same_as]
    for field in layout.fields:
        if field.name in lines and field.added_to in lines:
            added = SIGNED[field.added_as](lines[field.name])
            lines[field.added_to] = lines[field.added_to].add(added, fill_value=0.0)
    for field in layout.fields:
        if field.name in lines and field.total_of in lines:
            units = lines[field.total_of].abs()
            lines[field.name] /= units.where(units > 0)
    return lines, broken


def _against(rules: Sequence[Rule], lines: pd.DataFrame) -> Iterator[Broken]:
    """The lines for which a rule of the layout holds."""
    for rule in rules:
        yield Broken(rule.shown, holds(rule.when, lines), rule.problem, rule.action)


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
    if column.kind is Kind.TEXT and (column.required or field.needed):
        strange = text.isin([each for each in text.unique() if UNREADABLE in each])
        faults.append((strange.to_numpy(dtype=bool), "has a character that cannot be read"))
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


def _expected(field: Field) -> str:
    if field.column.choices and field.column.kind is Kind.TEXT:
        return f"must be one of {', '.join(field.column.choices)}"
    if field.column.kind is Kind.TEXT:
        return f"must be at most {LONGEST_TEXT:,} characters"
    return f"must be a {field.column.kind.value}"


def _number(field: Field, text: pd.Series, notation: Notation) -> cells.Values:
    return cells.numbers(text, notation.marks[field.name])


def _days(field: Field, text: pd.Series, notation: Notation) -> cells.Values:
    return cells.days(text, notation.days[field.name])


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
