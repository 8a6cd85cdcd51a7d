"""Item numbers that a spreadsheet changed before the file came here: rounded, made a date, without zeros.

A changed number would make a second item of one, and split its history: its lines are refused. A number
that stands in Items as it is, is that item's.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from xlinventory.imports import issues
from xlinventory.imports.layouts import Layout
from xlinventory.imports.reading import ReadFile
from xlinventory.imports.strays import TOTAL_WORDS
from xlinventory.imports.text import name_key

AS_TEXT = "Export it again and do not save it in a spreadsheet, or open it there with this column as text."
ADD = "If it is an item's number indeed, add it to Items."
SPLITS = f"Not taken: it would split {{}} in two. {AS_TEXT} {ADD}"
NUMBERS_TO_TELL = 10
"""Item numbers of one length from which on a shorter one is strange."""
_AMOUNT = re.compile(r"\d{1,3}(?:[,.' ]\d{3})+(?:[.,]0{1,2})?|\d+[.,]0{1,2}")
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|"
    "mrt|mei|ene|abr|ago|dic|gen|mag|giu|lug|set|ott"
)
_MONTH = f"(?:{_MONTHS}|{'|'.join(month.capitalize() for month in _MONTHS.split('|'))})"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an item number, and what to do about it."""

    problem: str
    action: str


ROUNDED = Fault("a long number that a spreadsheet rounded", f"Not taken: its last digits are lost. {AS_TEXT}")
DATED = Fault(
    "a date: a spreadsheet makes one of numbers such as 3-1",
    f"Not taken. {AS_TEXT} {ADD}",
)
ERROR = Fault(
    "an error of a spreadsheet, not an item number",
    "Not taken. Correct it where it comes from, and export it again.",
)
TOTAL = Fault("a word for a total, not an item", f"Not taken. {ADD}")
SHAPES: Sequence[tuple[re.Pattern[str], Fault]] = (
    (re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d{2,3}"), ROUNDED),
    (re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)|#{3,}"), ERROR),
    (re.compile(rf"{_DAY}[-.] ?{_MONTH}\.?|{_MONTH}[-. ]\d\d"), DATED),
    (re.compile(rf"{_DAY}([-./]){_DAY}\1(?:19|20)\d\d|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-{_DAY}"), DATED),
)
"""What numbers look like that a spreadsheet has changed; capitals such as MAR-01 are someone's own."""


def changed_codes(skus: Iterable[str], items: Collection[str], zeros: Iterable[str] = ()) -> dict[str, Fault]:
    """The faults of those *skus* that are not among the *items* and seem to be something else's remains.

    *zeros* are more item numbers that are known, such as those of other files.

    >>> found = changed_codes(["1.23E+11", "123", "A1"], ["00123"])
    >>> [fault.problem for fault in found.values()]
    ['a long number that a spreadsheet rounded', 'an item number without its zeros in front']
    """
    unknown = [sku for sku in skus if sku not in items]
    whole = _with_zeros([*items, *zeros])
    length = _length(items)
    found = {sku: _fault(sku, items, whole, length) for sku in unknown}
    return {sku: fault for sku, fault in found.items() if fault}


def with_whole_codes(
    files: Sequence[ReadFile], items: Collection[str], zeros: Collection[str] = ()
) -> list[ReadFile]:
    """Files whose lines with a changed item number are refused.

    *items* are the numbers in Items, *zeros* those that begin with a zero in other files.
    """
    every = with_zero(files) | set(zeros)
    return [_checked(file, faults_of(_codes(file), file.layout, items, every)) for file in files]


def faults_of(
    skus: Iterable[str], layout: Layout | None, items: Collection[str], zeros: Collection[str]
) -> dict[str, Fault]:
    """``changed_codes`` of a file; where its layout has capitals only, 1-MAR is looked at as 1-Mar."""
    codes = {sku.title() if _has_capitals(layout) else sku: sku for sku in skus}
    return {codes[shown]: fault for shown, fault in changed_codes(codes, items, zeros).items()}


def _has_capitals(layout: Layout | None) -> bool:
    field = layout.field_of("sku") if layout else None
    return field is not None and field.capitals


def with_zero(files: Sequence[ReadFile]) -> set[str]:
    """The item numbers of files that begin with a zero."""
    return {sku for file in files for sku in _codes(file) if sku.startswith("0")}


def _codes(file: ReadFile) -> Sequence[str]:
    return list(file.lines["sku"].unique()) if "sku" in file.lines else []


def _checked(file: ReadFile, faults: Mapping[str, Fault]) -> ReadFile:
    if not faults:
        return file
    sources = dict(zip(file.import_map["target_column"], file.import_map["source_column"], strict=True))
    marked = file.lines["sku"].isin(list(faults))
    values, column = file.lines.loc[marked, "sku"], sources.get("sku", "")
    told = refused(file.file, column, values, faults)
    return replace(file, lines=file.lines[~marked], issues=issues.joined([file.issues, told]))


def refused(file: str, column: str, skus: pd.Series, faults: Mapping[str, Fault]) -> pd.DataFrame:
    """An issue for each of *skus*, whose index is the line in the file, and one for the file."""
    told = issues.refused_lines(file, column, skus, "", "").assign(
        problem=[faults[sku].problem for sku in skus], action=[faults[sku].action for sku in skus]
    )
    names = list(skus.unique())
    problem = f"{issues.counted(len(names), 'item number')} that a spreadsheet seems to have changed: "
    whole = issues.of_file(file, problem + issues.some_of(names), f"Not taken. {AS_TEXT}", column)
    return issues.joined([whole, told])


def _fault(sku: str, items: Collection[str], whole: Mapping[str, Sequence[str]], length: int) -> Fault | None:
    if shape := next((fault for pattern, fault in SHAPES if pattern.fullmatch(sku)), None):
        return shape
    if name_key(sku) in TOTAL_WORDS:
        return TOTAL
    if not _is_number(sku):
        return _amount(sku, items)
    if meant := [code for code in whole.get(sku.lstrip("0"), ()) if len(code) > len(sku)]:
        return Fault("an item number without its zeros in front", SPLITS.format(issues.some_of(meant)))
    if len(sku) < length:
        return Fault(
            f"an item number shorter than the {length} digits that all others have",
            f"Not taken: it seems to have lost its zeros. {AS_TEXT} {ADD}",
        )
    return None


def _amount(sku: str, items: Collection[str]) -> Fault | None:
    """The fault of an item number that was written as an amount: 85123 as 85123.0 or 85,123."""
    meant = re.sub(r"[,.' ]", "", re.sub(r"[.,]0{1,2}$", "", sku)) if _AMOUNT.fullmatch(sku) else ""
    if meant not in items:
        return None
    return Fault("an item number written as an amount", SPLITS.format(meant))


def _with_zeros(codes: Iterable[str]) -> dict[str, list[str]]:
    """Item numbers that begin with zeros, by what is left without them."""
    found: dict[str, list[str]] = {}
    for code in sorted({code for code in codes if code.startswith("0") and _is_number(code)}):
        found.setdefault(code.lstrip("0"), []).append(code)
    return found


def _length(items: Collection[str]) -> int:
    """The digits of item numbers where they are many, of one length, some with a zero in front; else 0."""
    numbers = [item for item in items if _is_number(item)]
    lengths = {len(number) for number in numbers}
    one_length = len(numbers) >= NUMBERS_TO_TELL and len(lengths) == 1
    return lengths.pop() if one_length and any(number.startswith("0") for number in numbers) else 0


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdigit()
