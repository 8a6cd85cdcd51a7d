"""Cells between their XML and their values: numbers, text, truth, errors, blanks."""

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from xml.sax.saxutils import escape

from xlinventory.core.errors import CellError
from xlinventory.workbook import Cell

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\r]")
_TEXT = re.compile(r"<t(?:\s[^>]*)?>(.*?)</t>", re.S)
_PHONETIC = re.compile(r"<rPh\b.*?</rPh>", re.S)
_ERRORS = {error.value: error for error in CellError}


class Formula(NamedTuple):
    """A formula as stored: the opening tag's attributes and the text without "="."""

    attributes: str
    text: str


class Parsed(NamedTuple):
    """One cell: style number as text, value, formula or None, and the metadata number of spills."""

    style: str
    value: Cell
    formula: Formula | None
    metadata: str


_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.S)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_FORMULA = re.compile(r"<f\b([^>]*?)(?:/>|>(.*?)</f>)", re.S)
_VALUE = re.compile(r"<v(?:\s[^>]*)?>(.*?)</v>", re.S)


def cells_of_row(inner: str, shared: list[str]) -> list[tuple[str, Parsed]]:
    """(reference, cell) of each cell in the XML of a row; the reference is "" where it is left out."""
    return [_parsed(match.group(1), match.group(2) or "", shared) for match in _CELL.finditer(inner)]


def _parsed(opening: str, inner: str, shared: list[str]) -> tuple[str, Parsed]:
    attributes = dict(_ATTRIBUTE.findall(opening))
    formula = None
    if "<f" in inner:
        found = _FORMULA.search(inner)
        formula = Formula(found.group(1).strip(), unescape(found.group(2) or ""))
    value = _value(attributes.get("t", "n"), inner, shared)
    return attributes.get("r", ""), Parsed(attributes.get("s", ""), value, formula, attributes.get("cm", ""))


def _value(kind: str, inner: str, shared: list[str]) -> Cell:
    if kind == "inlineStr":
        return plain_text(inner)
    found = _VALUE.search(inner)
    if found is None or (kind == "n" and not found.group(1)):
        return None
    if kind == "s":
        return shared[int(found.group(1))]
    return _DECODERS.get(kind, decode)(found.group(1))


def plain_text(xml: str) -> str:
    """The text of a rich or plain string item."""
    return "".join(decode(part) for part in _TEXT.findall(_PHONETIC.sub("", xml)))


def decode(text: str) -> str:
    """XML text as a string; ``_x000D_`` stands for a control character."""
    text = unescape(text) if "&" in text else text
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def encode(text: str) -> str:
    """A string as XML text, so that reading it gives the same string back."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: f"_x005F{match.group(0)}", text)
    text = _CONTROL.sub(lambda match: f"_x{ord(match.group(0)):04X}_", text)
    return escape(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


_DECODERS: dict[str, Callable[[str], Cell]] = {
    "n": float,
    "b": lambda text: text.strip() in ("1", "true"),
    "e": lambda text: _ERRORS.get(text, CellError.VALUE),
}


def cell_xml(
    reference: str, style: str, value: Cell, formula: Formula | None = None, metadata: str = ""
) -> str:
    """The XML of one cell; text is written inline, never as a formula; "" for nothing at all."""
    styled = f' s="{style}"' if style else ""
    if formula is None:
        if value is None:
            return f'<c r="{reference}"{styled}/>' if style else ""
        if type(value) is float:
            return f'<c r="{reference}"{styled}><v>{number(value)}</v></c>'
        if isinstance(value, str):
            text = f'<t xml:space="preserve">{encode(value)}</t>'
            return f'<c r="{reference}"{styled} t="inlineStr"><is>{text}</is></c>'
    kind, shown = _typed(value)
    extra = f' cm="{metadata}"' if metadata else ""
    body = "" if formula is None else formula_xml(formula)
    return f'<c r="{reference}"{styled}{kind}{extra}>{body}{shown}</c>'


def formula_xml(formula: Formula) -> str:
    """The XML of a formula."""
    opening = f"<f {formula.attributes}" if formula.attributes else "<f"
    return f"{opening}>{escape(formula.text)}</f>" if formula.text else f"{opening}/>"


def number(value: float) -> str:
    """A float in as few digits as give it back."""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


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
