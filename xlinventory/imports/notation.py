"""How a file writes numbers and days: what its own cells tell, what ImportMap says, what files like it tell.

Nothing is guessed. "03/04/2024" and "1,234" are two things each; where no cell of a file tells which, the
file is asked for: ImportMap has a column for the answer, and the next refresh goes by it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pandas as pd

from xlinventory.imports.cells import DayOrder, DecimalMark, days_with_year_last, number_shapes
from xlinventory.imports.layouts import Layout
from xlinventory.imports.text import name_key
from xlinventory.tables import Kind

NUMBERS = frozenset((Kind.NUMBER, Kind.WHOLE, Kind.MONEY, Kind.RATIO))
FEW = 10
"""One telling text in so many may be written another way: its line is refused; with more, the file is."""
YEAR_BEFORE = "year-month-day"
"""What is stated of days that begin with the year: they need no order of day and month."""
WORDS: Mapping[str, DayOrder | DecimalMark] = {
    **dict.fromkeys(("daymonthyear", "ddmmyyyy", "ddmmyy", "dmyyyy", "dmy", "dayfirst"),
                    DayOrder.DAY_FIRST),
    **dict.fromkeys(("monthdayyear", "mmddyyyy", "mmddyy", "mdyyyy", "mdy", "monthfirst"),
                    DayOrder.MONTH_FIRST),
    **dict.fromkeys(("decimalpoint", "point", "dot", "decimaldot"), DecimalMark.POINT),
    **dict.fromkeys(("decimalcomma", "comma"), DecimalMark.COMMA),
}  # fmt: skip
"""What a user may write in ImportMap; case, spaces and signs do not matter."""
NO_ORDER = frozenset(("", "yearmonthday", "yyyymmdd", "ymd", "yearfirst", "iso"))
_BOTH_MARKS = {
    re.compile(r"\d{1,3}(,\d{3})+\.\d+"): DecimalMark.POINT,
    re.compile(r"\d{1,3}(\.\d{3})+,\d+"): DecimalMark.COMMA,
}
"""A number says it, too, when it has both marks; another may be one that a spreadsheet changed."""

Choice = TypeVar("Choice", DayOrder, DecimalMark)


@dataclass(frozen=True, slots=True)
class Telling(Generic[Choice]):
    """What texts tell: those that can be read in one way *only*, and one that can be read in *either*."""

    only: Mapping[Choice, Sequence[str]]
    either: str = ""

    @property
    def told(self) -> list[Choice]:
        """The ways that some text proves, the one most of them prove first."""
        return sorted((way for way in self.only if self.only[way]), key=lambda way: -len(self.only[way]))


@dataclass(frozen=True, slots=True)
class Decision(Generic[Choice]):
    """How some columns are read. *is_known*: not by default. *asked*: why none may be read, or ""."""

    way: Choice
    is_known: bool = True
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Notation:
    """How each field of days and of numbers is read, the format ImportMap states of it, and what is asked.

    *asked* has the field and the problem of everything that keeps the file from being read.
    """

    days: Mapping[str, DayOrder]
    marks: Mapping[str, DecimalMark]
    formats: Mapping[str, str]
    asked: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said about a file without looking into it.

    *own*: what ImportMap has in format for its fields. *alike*: what it says of files with the same layout
    and header. *delimiter*: a semicolon goes with a decimal comma, where no number needs an answer.
    """

    own: Mapping[str, str]
    alike: frozenset[DayOrder | DecimalMark] = frozenset()
    delimiter: str = ","


def notation(layout: Layout, texts: Mapping[str, Iterable[str]], stated: Stated) -> Notation:
    """How a file of a layout is written, from the distinct *texts* of each of its fields of days and numbers.

    >>> from xlinventory.imports.catalogue import LAYOUTS
    >>> found = notation(LAYOUTS["Sales"], {"date": ["13/01/2024"], "quantity": ["1,5"]}, Stated({}))
    >>> dict(found.formats)
    {'date': 'day/month/year', 'quantity': 'decimal comma'}
    """
    kinds = {field.name: field.column.kind for field in layout.fields}
    dates = {name: set(found) for name, found in texts.items() if kinds[name] is Kind.DATE}
    numbers = {name: set(found) for name, found in texts.items() if kinds[name] in NUMBERS}
    usual_mark = DecimalMark.COMMA if stated.delimiter == ";" else DecimalMark.POINT
    days = _by_field(dates, stated, day_telling, DayOrder.DAY_FIRST, layout.day_order)
    marks = _by_field(numbers, stated, mark_telling, usual_mark, None)
    every: dict[str, Decision[Any]] = {**days, **marks}
    asked: dict[str, str] = {}
    for name, found in every.items():
        asked.setdefault(found.asked, name)
    return Notation(
        {name: found.way for name, found in days.items()},
        {name: found.way for name, found in marks.items()},
        {
            name: _format(dates.get(name, set()), stated.own.get(name, ""), found)
            for name, found in every.items()
        },
        [(name, problem) for problem, name in asked.items() if problem],
    )


def meant(text: str) -> DayOrder | DecimalMark | None:
    """What a format written in ImportMap means; None for none, or one that leaves nothing to say.

    >>> meant("DD.MM.YYYY").value, meant("1.234,5").value, meant("year-month-day")
    ('day/month/year', 'decimal comma', None)
    """
    for shape, mark in _BOTH_MARKS.items():
        if shape.fullmatch(text.strip()):
            return mark
    return WORDS.get(name_key(text))


def is_understood(text: str) -> bool:
    """Whether what is written in format is one of the words."""
    return meant(text) is not None or name_key(text) in NO_ORDER


def alike(file: str, header: Iterable[str], layout: str, import_map: pd.DataFrame) -> frozenset[Any]:
    """What ImportMap says of the days and numbers of other files with the same layout and header."""
    others = import_map[import_map["layout"].eq(layout) & import_map["file"].ne(file)]
    wanted = frozenset(header)
    same = [rows for _, rows in others.groupby("file") if frozenset(rows["source_column"]) == wanted]
    return frozenset(meant(text) for rows in same for text in rows["format"].unique()) - {None}


def decided(
    telling: Telling[Choice],
    default: Choice,
    stated: Choice | None = None,
    usual: Sequence[Choice | None] = (),
) -> Decision[Choice]:
    """The way that is *stated* or that the texts tell; else the first that is *usual*; else it is asked for.

    >>> decided(day_telling(["01/02/2024"]), DayOrder.DAY_FIRST).asked
    '01/02/2024 could be day/month/year or month/day/year, and no cell of the file tells which'
    """
    told = telling.told
    if stated is not None:
        against = told and stated not in told
        return Decision(stated, asked=_contradicted(stated, telling) if against else "")
    if not told:
        way = next((way for way in usual if way is not None), None)
        if way is not None or not telling.either:
            return Decision(way or default, is_known=bool(telling.either))
        choice = " or ".join(way.value for way in telling.only)
        return Decision(
            default, asked=f"{telling.either} could be {choice}, and no cell of the file tells which"
        )
    odd = sum(len(telling.only[way]) for way in told[1:])
    mixed = telling.either and odd * FEW > len(telling.only[told[0]]) + odd
    return Decision(told[0], asked=_mixed(telling) if mixed else "")


def day_telling(texts: Iterable[str]) -> Telling[DayOrder]:
    """What days whose year stands last tell: one above 12 is no month; with points, the day comes first."""
    days = days_with_year_last(texts)
    high = days[["a", "b"]].gt(12)
    month_first = high["b"] & ~high["a"]
    points = days["point"] & (not (month_first & days["point"]).any())
    day_first = ~high["b"] & (high["a"] | points)
    either = ~month_first & ~day_first & days["a"].ne(days["b"]) & ~high.any(axis=1)
    return Telling(
        {
            DayOrder.DAY_FIRST: days[day_first].index.tolist(),
            DayOrder.MONTH_FIRST: days[month_first].index.tolist(),
        },
        next(iter(days[either].index), ""),
    )


def mark_telling(texts: Iterable[str]) -> Telling[DecimalMark]:
    """What numbers tell: "1.5" and "0.234" prove a decimal point, "1.234" proves nothing."""
    shapes = number_shapes(texts)
    return Telling(shapes.proofs, next(iter(shapes.either), ""))


def _by_field(
    texts: Mapping[str, set[str]],
    stated: Stated,
    telling: Callable[[Iterable[str]], Telling[Choice]],
    default: Choice,
    usual: Choice | None,
) -> dict[str, Decision[Choice]]:
    """The decision of each field: those stated alike together, then all others together."""
    kind = type(default)
    own = {name: meant(stated.own.get(name, "")) for name in texts}
    said = {name: way for name, way in own.items() if isinstance(way, kind)}
    ways: set[Choice] = set(said.values())
    sisters = {way for way in stated.alike if isinstance(way, kind)}
    others = (_only(ways), usual, _only(sisters))
    out: dict[str, Decision[Choice]] = {}
    for way in _and_none(ways):
        names = [name for name in texts if said.get(name) is way]
        found = telling({text for name in names for text in texts[name]})
        out |= dict.fromkeys(names, decided(found, default, way, others))
    return {name: out[name] for name in texts}


def _and_none(ways: Iterable[Choice]) -> Iterator[Choice | None]:
    yield from ways
    yield None


def _only(ways: set[Choice]) -> Choice | None:
    return next(iter(ways)) if len(ways) == 1 else None


def _format(dates: set[str], written: str, found: Decision[Any]) -> str:
    """What is stated of a column: how it is read; of days with the year first, that; else what it was."""
    if found.asked:
        return written if is_understood(written) else ""
    if found.is_known:
        return str(found.way.value)
    if any(re.match(r"\s*\d{4}", text) for text in dates):
        return YEAR_BEFORE
    return written if is_understood(written) else ""


def _contradicted(stated: Choice, telling: Telling[Choice]) -> str:
    way = telling.told[0]
    return f"ImportMap says {stated.value}, but {telling.only[way][0]} can only be {way.value}"


def _mixed(telling: Telling[Choice]) -> str:
    shown = " and ".join(f"{telling.only[way][0]} is {way.value}" for way in telling.told)
    return f"the file is written in two ways: {shown}, and {telling.either} could be either"
