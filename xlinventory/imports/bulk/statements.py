"""A layout in SQL: what each of its columns is read as, which kind a line is, and which rule a line breaks.

Only layouts that compare columns can be written so; the others are read by the readers of small files. Two
statements read a file. The first makes Parquet of all its lines, which is where the time goes, so that texts
are left as they are there. The second looks for lines that break a rule: it reads columns in which a text
that stands there a million times is compared once.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from xlinventory.imports import issues
from xlinventory.imports.bulk.notation import Reader
from xlinventory.imports.bulk.plain import quoted
from xlinventory.imports.layouts import Condition, Field, Layout, OtherField, Rule, Sign
from xlinventory.imports.reading import LONGEST_TEXT, NUMBERS
from xlinventory.tables import Kind

_KNOWN = frozenset(
    ("name", "table", "fields", "kinds", "refusals", "passed_over", "notices", "line_of", "excluded",
     "file_words", "least", "own_names", "help", "source", "day_order")
)  # fmt: skip
"""What of a layout is acted on here; one that says more is not for SQL."""
_PLAIN_FIELD = frozenset(("column", "names", "needed", "capitals", "total_of"))
_ONE_OF_LETTERS = re.compile(r"\[(\w+)\]\.\*")
STORED = ("date", "sku", "quantity", "unit_cost", "reference", "unit_price", "order_line", "name")
"""Fields that a part of the archive keeps, by these names."""


def is_for_sql(layout: Layout, targets: Mapping[str, str]) -> bool:
    """Whether the layout, its columns fed so, is a matter of comparing columns."""
    used = [each for each in layout.fields if each.name in targets.values()]
    return (
        layout.table == "Movements"
        and not layout.is_of_receipts
        and _is_all_default(layout, _KNOWN)
        and all(_is_all_default(each, _PLAIN_FIELD) and not each.column.choices for each in used)
        and all(each.column.kind in (Kind.TEXT, Kind.DATE, *NUMBERS) for each in used)
        and bool(layout.kinds)
        and len({rule.sign for rule in layout.kinds}) == 1
        and layout.kinds[0].sign in (Sign.TURNED, Sign.AS_GIVEN)
        and all(rule.kind for rule in layout.kinds)
    )


def _is_all_default(given: Layout | Field, known: frozenset[str]) -> bool:
    others = [each for each in fields(given) if each.name not in known]
    defaults = [each.default_factory() if callable(each.default_factory) else each.default for each in others]
    return all(getattr(given, each.name) == value for each, value in zip(others, defaults, strict=True))


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule in SQL, over the columns of the first statement; *field* is the one whose cell is shown.

    *shown*: the column with that cell's text, where it is another.
    """

    field: str
    when: str
    problem: str
    action: str
    shown: str = ""


Sight: TypeAlias = Callable[[str], str]
"""How a condition sees the column of a field."""


@dataclass(frozen=True, slots=True)
class Statements:
    """The SQL of one layout for one file: *places* has the number of the column of each field that it has.

    *odd* are the fields with texts that cannot be read as they stand: a table odd_<field> then says what each
    text is read as.
    """

    layout: Layout
    places: Mapping[str, int]
    readers: Mapping[str, Reader]
    odd: frozenset[str] = frozenset()

    @property
    def used(self) -> list[Field]:
        """The fields that the file has."""
        return [each for each in self.layout.fields if each.name in self.places]

    @property
    def stored(self) -> list[str]:
        """The columns of the first statement that movements keep."""
        return [each.name for each in self.used if each.name in STORED]

    def spool(self, rows: str) -> str:
        """All lines with typed cells, their kind, and the texts that could not be read as they stand."""
        parts = [self._in_ledger(name) for name in self.stored]
        parts.append(f"{self._kind()} AS kind")
        parts += [f"CASE WHEN {name} IS NULL THEN text_{name} END AS odd_{name}" for name in self._odd()]
        parts += [
            f"CASE WHEN {rule.when} THEN coalesce({self._cell(rule.field)}, '') END AS rule_{i}"
            for i, rule in self._early()
        ]
        cells = [f"c{place}" for place in sorted(set(self.places.values()))]
        read = [f"{self._read(each)} AS {each.name}" for each in self.used]
        texts = [f"odd_{name}.text AS text_{name}" for name in self._odd()]
        joins = "".join(
            f" LEFT JOIN odd_{name} ON odd_{name}.text = trim(c{self.places[name]})" for name in self._odd()
        )
        return (
            f"SELECT {', '.join(parts)} FROM (SELECT {', '.join([*cells, *read, *texts])} FROM {rows}{joins})"
        )

    def unread(self, rows: str, name: str) -> str:
        """The distinct texts of a field that are not blank and cannot be read as they stand."""
        cell = f"c{self.places[name]}"
        return (
            f"SELECT DISTINCT trim({cell}) AS text FROM {rows} "
            f"WHERE {self.readers[name].sql(cell)} IS NULL AND trim({cell}) <> ''"
        )

    def rules(self) -> list[BrokenRule]:
        """What lines must not be, over the first statement's columns: the first that holds is told."""
        early = dict(self._early())
        late = self._all_rules(self._as_in_file)
        return [replace(rule, when=f"rule_{i}") if i in early else rule for i, rule in enumerate(late)]

    def notices(self) -> list[BrokenRule]:
        """What is told of lines that are taken, over the first statement's columns."""
        return [self._rule(each, self._as_in_file) for each in self.layout.notices]

    def shown(self, rule: BrokenRule) -> str:
        """What stood in the cell that a rule is about, over the first statement's columns; "" if not kept."""
        if rule.shown or rule.field not in self.stored:
            return rule.shown
        value = self._as_in_file(rule.field)
        return f"coalesce(odd_{rule.field}, {value}::VARCHAR)" if rule.field in self.odd else value

    def _odd(self) -> list[str]:
        return sorted(self.odd)

    def _all_rules(self, see: Sight) -> list[BrokenRule]:
        """Every rule in the order of the readers of small files."""
        passed = [self._rule(each, self._cell) for each in self.layout.passed_over]
        cells = [rule for each in self.used for rule in self._field_rules(each, see)]
        return [*passed, *cells, *(self._rule(each, see) for each in self.layout.refusals)]

    def _early(self) -> list[tuple[int, BrokenRule]]:
        """Rules about what no movement keeps: the first statement has to judge them."""
        rules = list(enumerate(self._all_rules(str)))
        passed = rules[: len(self.layout.passed_over)]
        refusals = rules[len(rules) - len(self.layout.refusals) :]
        return passed + [
            rule
            for rule, refusal in zip(refusals, self.layout.refusals, strict=True)
            if not {each.field for each in refusal.when} <= {*STORED, "kind"}
        ]

    def _field_rules(self, each: Field, see: Sight) -> Iterator[BrokenRule]:
        """What the cells of a field must not be."""
        column, value = each.column, see(each.name)
        conditions = {
            f"must be a {column.kind.value}": self._is_odd(each),
            f"must be at most {LONGEST_TEXT:,} characters": _is_too_long(each),
            "must not be blank": f"{value} IS NULL" if column.required else "",
            f"must be >= {column.minimum or 0:g}": _limit(value, "<", column.minimum),
            f"must be <= {column.maximum or 0:g}": _limit(value, ">", column.maximum),
        }
        for problem, when in conditions.items():
            if when:
                yield BrokenRule(each.name, when, problem, issues.CORRECT_CELL)

    def _is_odd(self, each: Field) -> str:
        """That a cell is neither blank nor read."""
        endless = [f"NOT isfinite({each.name})"] if each.column.kind in NUMBERS else []
        unread = [f"odd_{each.name} IS NOT NULL"] if each.name in self.odd else []
        return " OR ".join(endless + unread)

    def _rule(self, rule: Rule, see: Sight) -> BrokenRule:
        return BrokenRule(rule.shown, self._all_hold(rule.when, see), rule.problem, rule.action)

    def _all_hold(self, conditions: Sequence[Condition], see: Sight) -> str:
        """All conditions, those of numbers first: texts are then seldom looked at."""
        ordered = sorted(conditions, key=lambda each: isinstance(each.operand, str))
        return " AND ".join(f"({self._condition(each, see)})" for each in ordered) or "true"

    def _condition(self, condition: Condition, see: Sight) -> str:
        operand = condition.operand
        asked = {condition.field, operand.name if isinstance(operand, OtherField) else condition.field}
        if not asked <= {*self.places, "kind"}:
            return "false"
        other = see(operand.name) if isinstance(operand, OtherField) else operand
        return _RELATIONS[condition.relation](see(condition.field), other)

    def _cell(self, name: str) -> str:
        """A field as it stands in the file."""
        return f"trim(c{self.places[name]})" if name in self.places else "NULL"

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
        if each.column.kind is Kind.TEXT:
            cell = f"c{self.places[each.name]}"
            return f"upper({cell})" if each.capitals else cell
        read = self._number_or_day(each.name)
        units = each.total_of
        return f"{read} / nullif(abs({self._number_or_day(units)}), 0)" if units in self.places else read

    def _number_or_day(self, name: str) -> str:
        read = self.readers[name].sql(f"c{self.places[name]}")
        return f"coalesce({read}, odd_{name}.value)" if name in self.odd else read

    def _kind(self) -> str:
        """The kind of a line; as an ENUM, which is quicker to write than text and read back as text."""
        kinds = ", ".join(dict.fromkeys(quoted(rule.kind) for rule in self.layout.kinds))
        cases = " ".join(
            f"WHEN {self._all_hold(rule.when, str)} THEN {quoted(rule.kind)}::ENUM({kinds})"
            for rule in self.layout.kinds
        )
        return f"CASE {cases} END"


def _is_too_long(each: Field) -> str:
    """That a text has more characters than a cell; that it has more bytes is quicker to see."""
    if each.column.kind is not Kind.TEXT or each.name not in STORED:
        return ""
    return f"strlen({each.name}) > {LONGEST_TEXT} AND length({each.name}) > {LONGEST_TEXT}"


def _limit(value: str, relation: str, limit: float | None) -> str:
    return "" if limit is None else f"{value} {relation} {limit!r}"


def _matches(value: str, pattern: object) -> str:
    letters = _ONE_OF_LETTERS.fullmatch(str(pattern))
    if letters:  # quicker than a regular expression, over every line
        return " OR ".join(f"starts_with({value}, {quoted(letter)})" for letter in letters[1])
    matched = f"regexp_full_match({value}, {quoted(str(pattern))}, 's')"
    return f"({value} IS NULL OR {matched})" if re.fullmatch(str(pattern), "") else matched


def _differs(value: str, pattern: object) -> str:
    blank = "false" if re.fullmatch(str(pattern), "") else "true"
    return f"coalesce(NOT ({_matches(value, pattern)}), {blank})"


def _compared(relation: str) -> Callable[[str, object], str]:
    return lambda value, operand: f"{value} {relation} {operand}"


_RELATIONS: Mapping[str, Callable[[str, object], str]] = {
    **{relation: _compared(relation) for relation in ("<", "<=", "=", ">=", ">")},
    "matches": _matches,
    "differs from": _differs,
}
