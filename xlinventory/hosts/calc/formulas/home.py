"""Formulas as they have to be in LibreOffice, and back: blanks stay blanks, texts are texts.

LibreOffice hands one empty cell to a function as 0, so a bare reference to one cell, also one that ``INDEX``
finds, is written as ``IF(ISBLANK(A1);"";(A1))`` wherever a blank means something else than 0. And it finds no
text equal to one that an add-in gave it in rows, so a function that gives rows of texts gets ``(...&"")``
around it, which makes them LibreOffice's own; one that gives a single text is called by its method over
columns where it may be given some. ``plain_names`` takes all of it back for Excel.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from xlinventory.arguments import Date, NumberOrWord, Range, Word
from xlinventory.hosts.calc.addin.interface import gives_text, stored_column_name
from xlinventory.hosts.calc.formulas.calls import OVER_COLUMNS, STORED, called, rewritten, single_call
from xlinventory.registry import Parameter, WorksheetFunction

_SHEET = r"(?:\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)[.!])?"
ONE_CELL = re.compile(
    rf"\s*(?:{_SHEET}\$?[A-Za-z]{{1,3}}\$?[1-9]\d*"
    r"|[^\W\d][\w.]*\[\[#This Row\][;,]\[(?:'.|[^\[\]'])*\]\])\s*",
    re.IGNORECASE,
)
_LITERAL = re.compile(r'\s*(?:[+-]?[\d.]+(?:E[+-]?\d+)?%?|"(?:[^"]|"")*"|#[\w/]+[!?]?)?\s*', re.IGNORECASE)
_NAME = re.compile(r"\s*([^\W\d][\w.]*)\s*")
_KEPT = re.compile(r"\s*IF\(ISBLANK\((?P<cell>.+)\)[;,]\"\"[;,]\((?P=cell)\)\)\s*", re.IGNORECASE | re.DOTALL)
MISREAD = re.compile(r"[\w.]\[#\w+\]")  # tbl[#Headers]: LibreOffice would not read it as it has it

_BEGIN, _END = "\x02", "\x03"
_ALREADY = re.compile(f'\\({_BEGIN}([^{_BEGIN}{_END}]*){_END}&""\\)')
_WHOLE = {"", "0"}
"""What stands in ``INDEX`` for all rows, or for all columns."""

IsCell = Callable[[str], bool]


@lru_cache(10_000)
def plain_names(formula: str) -> str:
    """A formula with our functions as Excel knows them, whoever's separators it has.

    >>> plain_names('=1+ORG.XLINVENTORY.FUNCTIONS.EOQ(IF(ISBLANK(A1);"";(A1));10;B2;1)')
    '=1+EOQ(A1;10;B2;1)'
    """
    if not called(formula, STORED):
        return formula
    return _unmarked(rewritten(formula, lambda _parameter, text: _taken_back(_unmarked(text)), _plain_call))


def at_home(formula: str, is_cell: IsCell = lambda _name: False) -> str:
    """A LibreOffice formula in which blanks reach our functions as blanks, and their texts are texts.

    *is_cell* tells whether a defined name stands for one cell.

    >>> at_home('=EOQ(A1;10;$S.B2*2;T[[#This Row];[rate]])')
    '=EOQ(IF(ISBLANK(A1);"";(A1));10;$S.B2*2;IF(ISBLANK(T[[#This Row];[rate]]);"";(T[[#This Row];[rate]])))'
    >>> at_home('{=ABC_CLASS(A1:A9)}')
    '{=(ABC_CLASS(A1:A9)&"")}'
    """

    def kept(parameter: Parameter | None, text: str) -> str:
        text = _texts_made(text)
        name = _NAME.fullmatch(text)
        one = ONE_CELL.fullmatch(text) or (name and is_cell(name[1])) or _looks_up_a_cell(text)
        return f'IF(ISBLANK({text});"";({text}))' if one and parameter and differs(parameter) else text

    return _texts_made(rewritten(formula, kept, _text_call))


def _looks_up_a_cell(text: str) -> bool:
    """Whether an argument is ``INDEX`` of a row, or of a row and a column: as good as the cell it finds."""
    found = single_call(text)
    return found is not None and found[0] == "INDEX" and len(found[1]) > 1 and _WHOLE.isdisjoint(found[1])


def differs(parameter: Parameter) -> bool:
    """Whether a blank is something else than 0, and the add-in cannot tell it from 0 by itself."""
    if isinstance(parameter.kind, Word | Date) and not isinstance(parameter.kind, NumberOrWord):
        return False
    return parameter.required or parameter.default != 0


def gives_texts(spec: WorksheetFunction) -> bool:
    """Whether the result is rows of texts and of nothing else."""
    cells = spec.expect if isinstance(spec.expect, list) else [0]
    return all(isinstance(cell, str) for row in cells for cell in (row if isinstance(row, list) else [row]))


def _text_call(head: str, spec: WorksheetFunction, parts: list[str]) -> str:
    if gives_text(spec) and not all(map(_is_single, spec.parameters, parts[::2])):
        head = stored_column_name(spec)
    return _call(head, "".join(parts), in_rows=gives_texts(spec) or head.upper() in OVER_COLUMNS)


def _plain_call(head: str, spec: WorksheetFunction, parts: list[str]) -> str:
    return _call(spec.name, "".join(parts), in_rows=gives_texts(spec) or head.upper() in OVER_COLUMNS)


def _call(head: str, inner: str, *, in_rows: bool) -> str:
    return f"{_BEGIN}{head}({inner}){_END}" if in_rows else f"{head}({inner})"


def _is_single(parameter: Parameter, text: str) -> bool:
    """Whether an argument is surely no column of values; where it is none after all, nothing is lost."""
    return isinstance(parameter.kind, Range) or any(
        pattern.fullmatch(text) for pattern in (_LITERAL, ONE_CELL, _KEPT)
    )


def _texts_made(text: str) -> str:
    return _ALREADY.sub(rf"{_BEGIN}\1{_END}", text).replace(_BEGIN, "(").replace(_END, '&"")')


def _unmarked(text: str) -> str:
    return _ALREADY.sub(r"\1", text).replace(_BEGIN, "").replace(_END, "")


def _taken_back(text: str) -> str:
    kept = _KEPT.fullmatch(text)
    return kept["cell"] if kept else text
