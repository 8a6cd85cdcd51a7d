"""Cells between their XML and their values: numbers, text, truth, errors, blanks."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import NamedTuple
from xml.sax.saxutils import escape

from xlinventory.arguments import serial
from xlinventory.core.errors import CellError
from xlinventory.workbook import Cell

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\r]")
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f&<>\ud800-\udfff\ufffe\uffff]|_x")
_TEXT = re.compile(r"<t(?:\s[^<>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(r"<rPh(?=[\s/>]).*?</rPh>", re.S)
_ATTRIBUTE = re.compile(r'(?<![\w:])([\w:]+)="([^"]*)"')
_FORMULA = re.compile(r"<f(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</f>)")
_VALUE = re.compile(r"<v(?:\s[^<>]*)?>([^<]*)</v>")
_ODD = ("<extLst", "<r>", "<rPh", "<phoneticPr")
_ERRORS = {error.value: error for error in CellError}
_KNOWN_ATTRIBUTES = {"r", "s", "t", "cm"}

SCAN = re.compile(
    r"<row(?=[\s/>])([^>]*?)/?>"
    r'|<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
    r'(?:/>|>(?:<f>([^<]*)</f>)?<v>([^<]*)</v></c>|><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>)'
    r"|<c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</c>)",
    re.S,
)
"""A row's opening, a plain cell (column, style, type, formula, value, inline text) or any other cell.

Like the patterns above it searches no further than the next tag, or for an end that is there in every part
that is well-formed: a file made to have it search in vain would keep it busy for days.
"""
ROW_GROUP, OTHER_GROUP = 1, 8


class Formula(NamedTuple):
    """A formula as stored: the opening tag's attributes and the text without "="."""

    attributes: str
    text: str


class Parsed(NamedTuple):
    """One cell: style number as text, value, formula or None, and the metadata number of spills."""

    style: str
    value: Cell
    formula: Formula | None = None
    metadata: str = ""


class Strings(NamedTuple):
    """The shared texts of a workbook, and the numbers of those that have formats inside."""

    texts: list[str]
    rich: frozenset[int]


def other_cell(opening: str, inner: str, strings: Strings) -> tuple[str, Parsed, bool]:
    """(reference or "", cell, whether it holds more than we model) from the XML of any cell."""
    attributes = dict(_ATTRIBUTE.findall(opening))
    formula, kind = None, attributes.get("t", "n")
    if "<f" in inner:
        found = _FORMULA.search(inner)
        formula = Formula(found.group(1).strip(), unescape(found.group(2) or ""))
    if kind == "inlineStr":
        value = plain_text(inner)
    else:
        shown = _VALUE.search(inner)
        value = plain_value(kind, None if shown is None else shown.group(1), strings)
    odd = not attributes.keys() <= _KNOWN_ATTRIBUTES or any(tag in inner for tag in _ODD)
    return (
        attributes.get("r", ""),
        Parsed(attributes.get("s", ""), value, formula, attributes.get("cm", "")),
        odd,
    )


def plain_value(kind: str | None, shown: str | None, strings: Strings) -> Cell:
    """The value of a cell from its type and the text of its <v>."""
    if shown is None:
        return None
    if kind is None or kind == "n":
        return plain_number(shown) if shown else None
    return strings.texts[shared_number(shown)] if kind == "s" else _DECODERS.get(kind, decode)(shown)


def plain_number(shown: str) -> float:
    """The number that <v> shows; raises ValueError for what is none, and for what no cell holds."""
    value = float(shown)
    if value - value != 0.0:  # the quickest way to tell NaN and infinity
        raise ValueError(f"{shown} is no number of a cell")
    return value


def shared_number(shown: str) -> int:
    """The number of a shared text; raises ValueError for one below 0, which would count from the end."""
    number = int(shown)
    if number < 0:
        raise ValueError(f"there is no shared text {shown}")
    return number


def plain_text(xml: str) -> str:
    """The text of a rich or plain string item."""
    if "<rPh" in xml:
        end = xml.rfind("</rPh>") + len("</rPh>")
        xml = _PHONETIC.sub("", xml[:end]) + xml[end:]
    return "".join(decode(part) for part in _TEXT.findall(xml))


def decode(text: str) -> str:
    """XML text as a string; ``_x000D_`` stands for a control character.

    >>> decode("a&amp;b_x005F_x000D_")
    'a&b_x000D_'
    """
    text = unescape(text) if "&" in text else text
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def encode(text: str) -> str:
    """A string as XML text, so that reading it gives the same string back."""
    if _SPECIAL.search(text) is None:
        return text
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    text = _CONTROL.sub(lambda match: f"_x{ord(match.group(0)):04X}_", text)
    return escape(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _day(text: str) -> float:
    return serial(dt.datetime.fromisoformat(text))


_DECODERS: dict[str, Callable[[str], Cell]] = {
    "b": lambda text: text.strip() in ("1", "true"),
    "e": lambda text: _ERRORS.get(text, CellError.VALUE),
    "d": _day,
}


def cell_xml(
    reference: str, style: str, value: Cell, formula: Formula | None = None, metadata: str = ""
) -> str:
    """The XML of one cell; text is written inline, never as a formula; "" for nothing at all."""
    styled = f' s="{style}"' if style else ""
    if formula is None:
        if value is None:
            return f'<c r="{reference}"{styled}/>' if style else ""
        if isinstance(value, str):
            return f'<c r="{reference}"{styled}{inline_text(value)}'
    kind, shown = _typed(value)
    extra = f' cm="{metadata}"' if metadata else ""
    body = "" if formula is None else formula_xml(formula)
    return f'<c r="{reference}"{styled}{kind}{extra}>{body}{shown}</c>'


def column_xml(letter: str, first: int, style: str, values: list[Cell]) -> list[str]:
    """The XML of cells one below the other, constants of one style."""
    styled = f' s="{style}"' if style else ""
    texts: dict[str, str] = {}
    out = []
    for row, value in enumerate(values, first):
        if type(value) is float:
            out.append(f'<c r="{letter}{row}"{styled}><v>{number(value)}</v></c>')
        elif type(value) is str:
            text = texts.get(value)
            if text is None:
                text = texts[value] = inline_text(value)
            out.append(f'<c r="{letter}{row}"{styled}{text}')
        else:
            out.append(cell_xml(f"{letter}{row}", style, value))
    return out


def formulas_xml(
    letter: str, first: int, style: str, values: list[Cell], formulas: Iterable[str]
) -> list[str]:
    """The XML of formula cells one below the other, of one style; *formulas* are the XML of each."""
    styled = f' s="{style}"' if style else ""
    out = []
    for row, (value, formula) in enumerate(zip(values, formulas, strict=True), first):
        if type(value) is float:
            out.append(f'<c r="{letter}{row}"{styled}>{formula}<v>{number(value)}</v></c>')
        else:
            kind, shown = _typed(value)
            out.append(f'<c r="{letter}{row}"{styled}{kind}>{formula}{shown}</c>')
    return out


def inline_text(text: str) -> str:
    """The end of a text cell's XML, from its type on."""
    return f' t="inlineStr"><is><t xml:space="preserve">{encode(text)}</t></is></c>'


def formula_xml(formula: Formula) -> str:
    """The XML of a formula."""
    opening = f"<f {formula.attributes}" if formula.attributes else "<f"
    return f"{opening}>{escape(formula.text)}</f>" if formula.text else f"{opening}/>"


def number(value: float) -> str:
    """A float in as few digits as give it back.

    >>> number(3.0), number(-0.0), number(0.1), number(1e300)
    ('3', '0', '0.1', '1e+300')
    """
    return repr(int(value)) if abs(value) < 1e15 and value.is_integer() else repr(value)


def _typed(value: Cell) -> tuple[str, str]:
    if value is None:
        return "", ""
    if isinstance(value, bool):
        return ' t="b"', f"<v>{int(value)}</v>"
    if isinstance(value, CellError):
        return ' t="e"', f"<v>{value}</v>"
    if isinstance(value, str):
        return ' t="str"', f"<v>{encode(value)}</v>"
    return "", f"<v>{number(float(value))}</v>"
