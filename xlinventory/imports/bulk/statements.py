"""A layout in SQL: what each of its columns is read as, which kind a line is, and which lines are odd.

Only layouts that compare columns can be written so; the others are read by the readers of small files. Two
statements read a file. The first makes Parquet of all its lines, which is where the time goes, so that texts
are left as they are there. The second looks for odd lines, in columns of which a text that stands there a
million times is compared once. An odd line is one that may break a rule or may have to be told: what becomes
of it, the readers of small files decide.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import TypeAlias

from xlinventory.archive.connection import quoted
from xlinventory.imports.bulk.ways import Way
from xlinventory.imports.layouts import Condition, Field, Layout, OtherField, Rule, Sign
from xlinventory.imports.lines import LONGEST_TEXT
from xlinventory.imports.notation import NUMBERS
from xlinventory.tables import Kind

_KNOWN = frozenset(
    ("name", "table", "fields", "kinds", "refusals", "passed_over", "notices", "undone", "excluded",
     "unused", "file_words", "least", "own_names", "help", "source", "day_order", "tells")
)  # fmt: skip
"""What of a layout is acted on here; one that says more is not for SQL."""
_PLAIN_FIELD = frozenset(("column", "names", "needed", "capitals", "total_of"))
_ONE_OF_LETTERS = re.compile(r"\[(\w+)\]\.\*")
STORED = ("date", "sku", "quantity", "unit_cost", "reference", "unit_price", "order_line", "name")
"""Fields that a part of the archive keeps, by these names."""
_STRANGE = r"""^=|^[\s\pZ\x{85}]|[\s\pZ\x{85}]$|[\x00-\x08\x0a-\x1f\x7f\x{feff}\x{fffd}-\x{ffff}]"""
"""Texts that are not read as they stand: spaces around them, a formula, line breaks, what is no text."""
_BEYOND_ASCII = r"[^\x00-\x7f]"
"""Letters whose capitals are not the same everywhere."""
_FIRST_DAY, _LAST_DAY = "DATE '1900-01-01'", "DATE '2200-12-31'"
_LARGEST, _SMALLEST = 1e90, 1e-90
"""Numbers beyond these are written in a way that the readers of small files do not know."""
Sight: TypeAlias = Callable[[str], str]
"""How a condition sees the column of a field."""


def is_for_sql(layout: Layout, targets: Mapping[str, str]) -> bool:
    """Whether the layout, its columns fed so, is a matter of comparing columns."""
    used = [each for each in layout.fields if each.name in targets.values()]
    return (
        layout.table == "Movements"
        and not layout.is_of_receipts
        and _says_only(layout, _KNOWN)
        and all(_says_only(each, _PLAIN_FIELD) and not each.column.choices for each in used)
        and all(each.column.kind in {Kind.TEXT, Kind.DATE, *NUMBERS} for each in used)
        and {rule.sign for rule in layout.kinds} in ({Sign.TURNED}, {Sign.AS_GIVEN})
        and all(rule.kind for rule in layout.kinds)
        and not layout.kinds[-1].when
    )


def _says_only(given: Layout | Field, known: frozenset[str]) -> bool:
    """Whether everything but what is *known* is as it is where nothing is said."""
    return all(
        getattr(given, each.name) == (each.default if each.default is not MISSING else {})
        for each in fields(given)
        if each.name not in known
    )


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one layout for one file.

    *places*: the number of the column that feeds each field. *ways*: how numbers and days are read.
    *trimmed*: the texts that often have spaces around them. *untold*: the numbers of which it is not known
    whether a mark in them is that of decimals. *blanks*: the fields in which a blank cell is nothing odd.
    """

    layout: Layout
    places: Mapping[str, int]
    ways: Mapping[str, Way]
    trimmed: frozenset[str] = frozenset()
    untold: frozenset[str] = frozenset()
    blanks: frozenset[str] = frozenset()

    @property
    def used(self) -> list[Field]:
        """The fields that the file has."""
        return [each for each in self.layout.fields if each.name in self.places]

    @property
    def stored(self) -> list[Field]:
        """Those of them that movements keep."""
        return [each for each in self.used if each.name in STORED]

    @property
    def optional(self) -> list[Field]:
        """Numbers and days that movements keep and that may be blank."""
        return [
            each for each in self.stored if each.column.kind is not Kind.TEXT and not each.column.required
        ]

    def spool(self, rows: str) -> str:
        """All lines as movements, and whether a line is odd by what movements do not keep."""
        parts = [self._in_ledger(each.name) for each in self.stored]
        parts += [f"{self._kind()} AS kind", *(f"({when}) AS is_odd" for when in [self._early()] if when)]
        cells = [f"c{place}" for place in sorted(set(self.places.values()))]
        read = [f"{self._read(each)} AS {each.name}" for each in self.used]
        return f"SELECT {', '.join(parts)} FROM (SELECT {', '.join([*cells, *read])} FROM {rows})"

    def unread(self, rows: str, name: str) -> str:
        """Whether a field has texts that are not blank and cannot be read as they stand."""
        cell = self._cell(name)
        return (
            f"SELECT count(*) AS unread FROM {rows} "
            f"WHERE {self.ways[name].sql(cell)} IS NULL AND {cell} <> ''"
        )

    def odd_texts(self) -> dict[str, str]:
        """By field, which of its different texts are odd in themselves, whatever else is in their line."""
        found = {}
        for each in self.stored:
            if each.column.kind is Kind.TEXT:
                mine = [rule for rule in self._rules() if self._is_of_one_text(rule)]
                alone = [self._all_hold(rule.when, str) for rule in mine if rule.shown == each.name]
                found[each.name] = " OR ".join(f"({when})" for when in [*self._odd_text(each), *alone])
        return found

    def odd(self, texts: Collection[str]) -> str:
        """That a line is odd, over the first statement's columns.

        *texts* are the fields with odd texts, which the tables odd_<field> have.
        """
        conditions = [f"{name} IN (SELECT {name} FROM odd_{name})" for name in texts]
        conditions += [when for each in self.stored for when in self._odd_cells(each)]
        rules = [rule for rule in self._rules() if not _is_early(rule) and not self._is_of_one_text(rule)]
        conditions += [self._all_hold(rule.when, self._as_in_file) for rule in rules]
        return " OR ".join(f"({when})" for when in [*conditions, *(["is_odd"] if self._early() else [])])

    def _is_of_one_text(self, rule: Rule) -> bool:
        """Whether a rule looks at one field of text and nothing else."""
        names = {when.field for when in rule.when}
        texts = {each.name for each in self.stored if each.column.kind is Kind.TEXT}
        return len(names) == 1 and names <= texts and not _compares_fields(rule.when)

    def _odd_text(self, each: Field) -> Iterator[str]:
        """What a text may be that is not right, or not for certain."""
        strange = f"{_STRANGE}|{_BEYOND_ASCII}" if each.capitals else _STRANGE
        yield f"regexp_matches({each.name}, {quoted(strange)})"
        yield f"length({each.name}) > {LONGEST_TEXT}"

    def passed(self) -> str:
        """That a line is passed over, over the cells themselves."""
        found = [self._all_hold(rule.when, self._cell) for rule in self.layout.passed_over]
        return " OR ".join(f"coalesce({when}, false)" for when in found if when != "(false)") or "false"

    def _rules(self) -> list[Rule]:
        """What the layout says of lines: refused, noted, or of nothing that moved."""
        return [*self.layout.refusals, *self.layout.notices, *self.layout.undone]

    def _early(self) -> str:
        """That a line is odd by what movements do not keep, over what was read and the cells themselves."""
        found = [self._all_hold(rule.when, str) for rule in self._rules() if _is_early(rule)]
        found += [] if (passed := self.passed()) == "false" else [passed]
        others = [each for each in self.used if each.name not in STORED]
        found += [when for each in others for when in self._odd_cells(each)]
        found += [f"contains({self._cell(name)}, '{mark}')" for name in sorted(self.untold) for mark in ",."]
        return " OR ".join(f"coalesce({when}, false)" for when in found if when != "false")

    def _odd_cells(self, each: Field) -> Iterator[str]:
        """What a cell of a field may be and is not right, or not for certain."""
        column, name, value = each.column, each.name, self._as_in_file(each.name)
        if each.needed or column.required or (column.kind is not Kind.TEXT and name not in self.blanks):
            yield f"{name} IS NULL"
        if column.kind is Kind.TEXT and name not in STORED:
            yield from self._odd_text(each)
        if column.kind is Kind.DATE:
            yield f"{name} NOT BETWEEN {_FIRST_DAY} AND {_LAST_DAY}"
        if column.kind in NUMBERS:
            yield f"NOT isfinite({name}) OR abs({name}) > {_LARGEST}"
            yield f"abs({name}) < {_SMALLEST} AND {name} <> 0"
        if column.kind is Kind.WHOLE:
            yield f"{name} <> round({name})"
        for relation, limit in (("<", column.minimum), (">", column.maximum)):
            if limit is not None:
                yield f"{value} {relation} {limit!r}"

    def _all_hold(self, conditions: Sequence[Condition], see: Sight) -> str:
        """All conditions, those of numbers first: texts are then seldom looked at."""
        ordered = sorted(conditions, key=lambda each: isinstance(each.operand, str))
        return " AND ".join(f"({self._condition(each, see)})" for each in ordered) or "true"

    def _condition(self, condition: Condition, see: Sight) -> str:
        operand = condition.operand
        asked = {condition.field, operand.name if isinstance(operand, OtherField) else condition.field}
        if not asked <= {*self.places, "kind"}:
            return "false"
        if isinstance(operand, OtherField):
            return f"{see(condition.field)} {condition.relation} {see(operand.name)}"
        return _RELATIONS[condition.relation](see(condition.field), operand)

    def _cell(self, name: str) -> str:
        """A field as it stands in the file."""
        return f"trim(c{self.places[name]})"

    def _as_in_file(self, name: str) -> str:
        """A field of a movement as it was before its quantity was turned."""
        return "(-quantity)" if name == "quantity" and self._is_turned else name

    @property
    def _is_turned(self) -> bool:
        return self.layout.kinds[0].sign is Sign.TURNED

    def _in_ledger(self, name: str) -> str:
        return "-quantity AS quantity" if name == "quantity" and self._is_turned else name

    def _read(self, each: Field) -> str:
        """A cell as what it says."""
        if each.column.kind is not Kind.TEXT:
            return self._number_or_day(each)
        cell = f"c{self.places[each.name]}"
        cell = f"nullif(trim({cell}), '')" if each.name in self.trimmed else cell
        return f"upper({cell})" if each.capitals else cell

    def _number_or_day(self, each: Field) -> str:
        read = self.ways[each.name].sql(f"c{self.places[each.name]}")
        if each.total_of not in self.places:
            return read
        units = self.ways[each.total_of].sql(f"c{self.places[each.total_of]}")
        return f"{read} / nullif(abs({units}), 0)"

    def _kind(self) -> str:
        """The kind of a line; as an ENUM, which is quicker to write than text and read back as text."""
        kinds = ", ".join(dict.fromkeys(quoted(rule.kind) for rule in self.layout.kinds))
        cases = " ".join(
            f"WHEN {self._all_hold(rule.when, str)} THEN {quoted(rule.kind)}::ENUM({kinds})"
            for rule in self.layout.kinds
        )
        return f"CASE {cases} END"


def _compares_fields(conditions: Sequence[Condition]) -> bool:
    return any(isinstance(each.operand, OtherField) for each in conditions)


def _is_early(rule: Rule) -> bool:
    """Whether a rule looks at a field that movements do not keep."""
    others = {each.operand.name for each in rule.when if isinstance(each.operand, OtherField)}
    return not {each.field for each in rule.when} | others <= {*STORED, "kind"}


def _matches(value: str, pattern: object) -> str:
    letters = _ONE_OF_LETTERS.fullmatch(str(pattern))
    if letters:  # quicker than a regular expression, over every line
        return f"{value}[1] IN ({', '.join(map(quoted, letters[1]))})"
    every_digit = str(pattern).replace(r"\d", r"\p{Nd}")  # those of all scripts, as elsewhere
    matched = f"regexp_full_match({value}, {quoted(every_digit)})"
    return f"({value} IS NULL OR {matched})" if re.fullmatch(str(pattern), "") else matched


def _differs(value: str, pattern: object) -> str:
    blank = "false" if re.fullmatch(str(pattern), "") else "true"
    return f"coalesce(NOT ({_matches(value, pattern)}), {blank})"


def _compared(relation: str) -> Callable[[str, object], str]:
    def compared(value: str, operand: object) -> str:
        return f"{value} {relation} {quoted(operand) if isinstance(operand, str) else operand}"

    return compared


_RELATIONS: Mapping[str, Callable[[str, object], str]] = {
    **{relation: _compared(relation) for relation in ("<", "<=", "=", ">=", ">")},
    "matches": _matches,
    "differs from": _differs,
}
