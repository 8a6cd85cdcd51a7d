"""Our functions in conditional formats and in the rules for what may be entered.

LibreOffice shows a name that it does not know in small letters there, one that it knows in capitals; it looks
again when the formula is entered anew.
"""

from collections.abc import Iterator
from typing import Any

from xlinventory.hosts.calc.formulas.calls import PLAIN, called, rewritten
from xlinventory.hosts.calc.formulas.grammar import to_calc
from xlinventory.hosts.calc.formulas.home import IsCell, at_home

CONDITION = 0
"""com.sun.star.sheet.ConditionEntryType: one with a formula."""


def pending(sheet: Any, is_cell: IsCell) -> list[tuple[Any, str, str]]:
    """What has to be entered anew: its owner, which formula of it, and that formula."""
    if sheet.isProtected():
        return []
    return [
        (owner, name, new)
        for owner in (*_formats(sheet), *_rules(sheet))
        for name in ("Formula1", "Formula2")
        if (new := _known(_read(owner, name), is_cell))
    ]


def enter(owner: Any, name: str, formula: str) -> None:
    """Enter a formula anew."""
    if isinstance(owner, _Rule):
        owner.enter(name, formula)
    else:
        setattr(owner, name, formula)


class _Rule:
    """The rule for what may be entered into some cells."""

    def __init__(self, cells: Any) -> None:
        self.cells, self.validation = cells, cells.Validation

    def read(self, name: str) -> str:
        return str(getattr(self.validation, f"get{name}")())

    def enter(self, name: str, formula: str) -> None:
        getattr(self.validation, f"set{name}")(formula)
        self.cells.Validation = self.validation


def _read(owner: Any, name: str) -> str:
    return owner.read(name) if isinstance(owner, _Rule) else str(getattr(owner, name))


def _known(formula: str, is_cell: IsCell) -> str:
    """The formula as it has to be entered; "" where it is so already, or none of ours."""
    if not called(formula, PLAIN):
        return ""
    here = to_calc(formula)
    new = rewritten(
        at_home(here, is_cell),
        lambda _, text: text,
        lambda head, _, parts: f"{head.upper()}({''.join(parts)})",
    )
    return "" if new == here else new


def _formats(sheet: Any) -> Iterator[Any]:
    for one in sheet.ConditionalFormats.getConditionalFormats():
        entries = (one.getByIndex(i) for i in range(one.Count))
        yield from (entry for entry in entries if entry.getType() == CONDITION)


def _rules(sheet: Any) -> Iterator[_Rule]:
    groups = sheet.UniqueCellFormatRanges
    return (_Rule(groups.getByIndex(i)) for i in range(groups.Count))
