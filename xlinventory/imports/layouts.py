"""What a layout of a file is: a description, not code. The layouts themselves are in ``catalogue/``.

A layout says which columns a file has and by which names, what its lines become, and which lines are
refused with which reason. Recognising, reading and merging go by that description alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.imports.cells import DayOrder
from xlinventory.imports.text import name_key
from xlinventory.tables import Column
from xlinventory.workbook import Cell

Mask = NDArray[np.bool_]
RELATIONS: Mapping[str, Callable[[pd.Series, Any], pd.Series]] = {
    "<": lambda values, limit: values < limit,
    "<=": lambda values, limit: values <= limit,
    "=": lambda values, limit: values == limit,
    ">=": lambda values, limit: values >= limit,
    ">": lambda values, limit: values > limit,
    "matches": lambda values, pattern: values.str.fullmatch(str(pattern)),
    "differs from": lambda values, pattern: ~values.str.fullmatch(str(pattern)).astype(bool),
}
"""How a condition compares a column; patterns are regular expressions for the whole cell."""


class Sign(Enum):
    """How the quantity of a file becomes one of the ledger, where what came in is positive."""

    AS_GIVEN = 1
    TURNED = -1
    OUT = -2
    IN = 2


SIGNED: Mapping[Sign, Callable[[Any], Any]] = {
    Sign.AS_GIVEN: lambda numbers: numbers,
    Sign.TURNED: lambda numbers: -numbers,
    Sign.IN: abs,
    Sign.OUT: lambda numbers: -abs(numbers),
}
"""What each sign makes of numbers."""


@dataclass(frozen=True, slots=True)
class OddCell:
    """Cells of one field that hold something else than it, as the source is known to write them.

    A cell whose whole text matches the *pattern* is read as *becomes*, a replacement as of re.sub, and told;
    with None its line is refused. *problem* and *action* are told in ImportIssues, if there is a problem.
    """

    pattern: str
    becomes: str | None
    problem: str
    action: str


@dataclass(frozen=True, slots=True)
class Field:
    """One column a file may have: the workbook's column it is read as, and other names it goes by.

    *needed*: a file without it has another layout. *blank* is what a blank cell stands for.
    *capitals*: the source mixes cases of one code. *words* are other words for the column's choices.
    *told_once_for*: the field that groups the lines of which only one has it, such as an order's number.
    *odd* are cells known to hold something else. *same_as*: the field whose value it has where a file has no
    column for it. *total_of*: the field of units that the money in the cell is for. *added_to*: the field to
    whose number its own is added, *added_as* that sign. *repeats*: every column that no other field has feeds
    it, too, as a copy of it that is added, numbered from 2 on.
    """

    column: Column
    names: tuple[str, ...] = ()
    needed: bool = False
    blank: float | None = None
    capitals: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    told_once_for: str = ""
    odd: tuple[OddCell, ...] = ()
    same_as: str = ""
    total_of: str = ""
    added_to: str = ""
    added_as: Sign = Sign.AS_GIVEN
    repeats: bool = False

    @property
    def name(self) -> str:
        """The name the column has in ImportMap."""
        return self.column.name

    @property
    def keys(self) -> list[str]:
        """All names it goes by, normalised, its own first."""
        return [name_key(name) for name in (self.name, *self.names)]

    def copy(self, number: str) -> "Field":
        """The field of one more column that feeds this one."""
        column = replace(self.column, name=f"{self.name} {number}", required=False)
        return replace(self, column=column, names=(), needed=False, repeats=False, added_to=self.name)


@dataclass(frozen=True, slots=True)
class OtherField:
    """The value that another field has on the same line."""

    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of one field of a line, such as ``Condition("quantity", "<", 0)``."""

    field: str
    relation: str
    operand: Cell | OtherField


@dataclass(frozen=True, slots=True)
class Rule:
    """What is told in ImportIssues of the lines for which all of *when* holds, and what to do about it."""

    when: tuple[Condition, ...]
    problem: str
    action: str

    @property
    def shown(self) -> str:
        """The field whose value is shown with the problem."""
        return self.when[0].field


class Refusal(Rule):
    """Lines that are not taken."""


class Notice(Rule):
    """Lines that are taken all the same."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """Lines for which all of *when* holds are movements of this kind; "" leaves the line's own."""

    kind: str
    sign: Sign
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file. The first of *kinds* that holds makes a line a movement of that kind.

    *own_names*: whether its columns may also go by the names of this workbook. *passed_over* are lines that
    are no lines of the table at all, such as totals: judged before any cell is read. *line_of* names the
    fields by which, with the reference, the source knows a line, so that one which comes again changed is a
    correction; without them a line is known by its content. *undone* are lines that move nothing (any more):
    refused, unless they are known from an earlier time; then they correct that to no units.
    *counts*: its quantities are stock that was counted, not moved. *tells*: of whose sales it tells, where
    other layouts tell of them, too. *unused* are columns that feed nothing.
    *source* is the public page that says what is in such a file.
    """

    name: str
    table: str
    fields: tuple[Field, ...]
    kinds: tuple[KindRule, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    passed_over: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()
    line_of: tuple[str, ...] = ()
    undone: tuple[Refusal, ...] = ()
    counts: bool = False
    tells: str = ""
    excluded: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    file_words: tuple[str, ...] = ()
    least: int = 1
    own_names: bool = True
    help: str = ""
    source: str = ""
    day_order: DayOrder | None = None

    @property
    def is_of_receipts(self) -> bool:
        """Whether its lines are deliveries against purchase orders, with units accepted and refused."""
        return self.field_of("received") is not None and self.table == "Movements"

    def field_of(self, name: str) -> Field | None:
        """The field of that name as a user may have written it, or None; a copy of one that repeats, too."""
        key = name_key(name)
        found = next((field for field in self.fields if name_key(field.name) == key), None)
        stem = key.rstrip("0123456789")
        repeated = [field for field in self.fields if field.repeats and name_key(field.name) == stem]
        return found or (repeated[0].copy(key.removeprefix(stem)) if repeated else None)

    def with_copies(self, targets: Sequence[str]) -> "Layout":
        """The layout with the copies of fields that are among *targets*."""
        own = {field.name for field in self.fields}
        copies = [self.field_of(name) for name in targets if name not in own]
        return replace(self, fields=(*self.fields, *(field for field in copies if field)))

    def missing(self, targets: Sequence[str]) -> list[str]:
        """Names of the fields a file of this layout cannot do without and that are not in *targets*."""
        return [field.name for field in self.fields if field.needed and field.name not in targets]


@dataclass(frozen=True, slots=True)
class Recognised:
    """Layouts that fit a header equally well (none, one, or several) and what its columns feed."""

    layouts: tuple[Layout, ...]
    targets: Mapping[str, str]


def holds(conditions: Sequence[Condition], lines: pd.DataFrame) -> Mask:
    """Marks the lines for which every condition holds; a blank number meets none."""
    out = np.ones(len(lines), dtype=bool)
    for condition in conditions:
        if condition.field not in lines:
            return np.zeros(len(lines), dtype=bool)
        operand = condition.operand
        limit = lines[operand.name] if isinstance(operand, OtherField) else operand
        met = RELATIONS[condition.relation](lines[condition.field], limit)
        out &= met.to_numpy(dtype=bool)
    return out


def match(layout: Layout, header: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which column feeds which field, {column: field}; *given* is kept, the rest is matched by name.

    A column that has a field's own name feeds it before one that has another name of it.
    """
    targets = dict(given or {})
    free = {name_key(name): name for name in reversed(header) if name not in targets}
    for own in (True, False) if layout.own_names else (False,):
        for candidate in layout.fields:
            if candidate.name in targets.values():
                continue
            keys = candidate.keys[:1] if own else candidate.keys[1:]
            if key := next((key for key in keys if key in free), None):
                targets[free.pop(key)] = candidate.name
    others = [name for key, name in reversed(free.items()) if key not in set(map(name_key, layout.unused))]
    for candidate in layout.fields:
        if candidate.repeats:
            names = (candidate.name, *(f"{candidate.name} {number}" for number in range(2, len(header) + 2)))
            targets |= dict(
                zip(others, (name for name in names if name not in targets.values()), strict=False)
            )
    return targets


def recognise(layouts: Sequence[Layout], header: Sequence[str], file_name: str) -> Recognised:
    """The layout that uses most of a header; the file's name only breaks ties.

    A header with every column of a layout is of that, as a sheet of this workbook is that was saved as CSV.
    """
    keys = {name_key(name) for name in header}
    found = []
    for layout in layouts:
        targets = match(layout, header)
        fits = not layout.missing(list(targets.values())) and len(targets) >= layout.least
        whole = all(field.keys[0] in keys for field in layout.fields)
        if fits and (whole or keys.isdisjoint(map(name_key, layout.excluded))):
            found.append((layout, targets))
    used = [sum(1 for field in layout.fields if field.name in targets.values()) for layout, targets in found]
    best = [pair for pair, number in zip(found, used, strict=True) if number == max(used)]
    words = name_key(file_name)
    named = [pair for pair in best if any(word in words for word in pair[0].file_words)]
    best = named if len(named) == 1 else best
    return Recognised(tuple(layout for layout, _ in best), best[0][1] if best else {})
