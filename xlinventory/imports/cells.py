"""From text to values: numbers with a point or a comma, days in any usual order, yes and no.

Every reader gives the values and marks the cells it could not read; blank cells are missing, not bad.
A column is read by its distinct texts, so half a million lines cost no more than their few thousand dates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.arguments import EPOCH

_SPACES = " '\u2019\u00a0\u2009\u202f"
"""What groups thousands besides point and comma: spaces of all widths, and the apostrophe of Switzerland."""
_CODES = "GBP|EUR|USD|CHF|CAD|AUD|NZD|INR|JPY|CNY|SEK|NOK|DKK|PLN|CZK|ZAR|SGD|HKD|BRL|MXN|TRY"
_CURRENCY = rf"(?:[£€$¥₹₺]|(?<![A-Za-z])(?:{_CODES}|Rs\.?|kr|zł)(?![A-Za-z]))?"
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212])?\s*{_CURRENCY}\s*(?P<inner>[-+\u2212])?\s*"
    rf"(?P<digits>\d[\d.,{_SPACES}]*|[.,]\d+)(?P<power>[eE][-+]?\d{{1,2}})?\s*(?P<percent>%)?\s*{_CURRENCY}"
    r"\s*(?P<after>-)?\s*(?P<close>\))?"
)
_INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}"
_IN_SPACES = rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+"
_SPACED = rf"{_IN_SPACES}(?:[.,]\d*)?"
_PROOFS = {
    ".": (
        rf"(?:\d*|\d{{1,3}}(?:,\d{{3}})+|{_INDIAN}|{_IN_SPACES})\.\d+"
        rf"|\d{{1,3}}(?:,\d{{3}}){{2,}}|{_INDIAN}"
    ),
    ",": rf"(?:\d*|\d{{1,3}}(?:\.\d{{3}})+|{_IN_SPACES}),\d+|\d{{1,3}}(?:\.\d{{3}}){{2,}}",
}
"""What the digits of a number must look like to prove a decimal mark; a group of three does not."""
_GROUP_OF_THREE = r"[1-9]\d{0,2}[.,]\d{3}"
_ZONE = r"\s*(?:Z|UTC|[-+]\s?\d{2}:?\d{2})?"
_TIME = rf"(?:[T ]\s*\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?{_ZONE})?"
_YEAR_FIRST = rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_TIME}"
_DIGITS = rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}"
_YEAR_LAST = rf"(?P<a>\d{{1,2}})([-/. ])(?P<b>\d{{1,2}})\2(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME = rf"(?P<d>\d{{1,2}})[-/. ]*(?P<m>[A-Za-z]{{3}})[A-Za-z]*[-/., ]*(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME_FIRST = rf"(?P<m>[A-Za-z]{{3}})[A-Za-z]*[. ]+(?P<d>\d{{1,2}}),? +(?P<y>\d{{4}}){_TIME}"
_MONTH_NAME_DASHED = rf"(?P<m>[A-Za-z]{{3}})-(?P<d>\d{{1,2}})-(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_DAYS = (_YEAR_FIRST, _DIGITS, _YEAR_LAST, _MONTH_NAME, _MONTH_NAME_FIRST, _MONTH_NAME_DASHED)
LONGEST_VALUE = 64
"""Characters of a number or a day; what is longer is none."""
_SPACE_AGAIN = r"\s{2,}"
_SERIAL = r"[2-7]\d{4}(?:\.\d+)?"
_MONTHS = {
    name: float(i + 1)
    for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())  # noqa: SIM905 - a list of words reads best as words
}
MINUS = ("-", "\u2212", "(")
_YES_NO = {
    "yes": True, "y": True, "true": True, "1": True, "active": True, "enabled": True, "x": True,
    "no": False, "n": False, "false": False, "0": False, "inactive": False, "disabled": False,
    "draft": False, "archived": False, "discontinued": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Values:
    """What a column of text holds; *bad* marks cells that are filled and hold no such value."""

    values: pd.Series
    bad: NDArray[np.bool_]


class DayOrder(Enum):
    """How a file writes days whose year stands last."""

    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"


class DecimalMark(Enum):
    """What stands before the decimals of a file's numbers."""

    POINT = "decimal point"
    COMMA = "decimal comma"

    @property
    def sign(self) -> str:
        """The mark itself."""
        return "." if self is DecimalMark.POINT else ","


@dataclass(frozen=True, slots=True)
class NumberShapes:
    """The digits of number cells: those that prove each decimal mark, and those that could have either."""

    proofs: Mapping[DecimalMark, list[str]]
    either: list[str]


def number_shapes(texts: Iterable[str]) -> NumberShapes:
    """What the digits of numbers look like: "1.5" and "0.234" prove a point, "1.234" proves nothing.

    >>> found = number_shapes(["12.50", "1,234", "7"])
    >>> found.proofs[DecimalMark.POINT], found.either
    (['12.50'], ['1,234'])
    """
    digits = _parts(_tidy(pd.Series(sorted(set(texts)), dtype=object)))["digits"].dropna().astype(object)
    either = digits.str.fullmatch(_GROUP_OF_THREE).to_numpy(dtype=bool)
    clear = digits[~either]
    proofs = {
        mark: clear[clear.str.fullmatch(_PROOFS[mark.sign]).to_numpy(dtype=bool)].tolist()
        for mark in DecimalMark
    }
    return NumberShapes(proofs, digits[either].tolist())


def days_with_year_last(texts: Iterable[str]) -> pd.DataFrame:
    """First and second number, *a* and *b*, of days whose year stands last, and whether points part them."""
    days = pd.Series(sorted(set(map(_without_time, texts))), dtype=object)
    found = _tidy(days).str.extract(f"^{_YEAR_LAST}$").set_axis(days, axis=0).dropna(subset=["a"])
    return found[["a", "b"]].astype(int).assign(point=found[1].eq("."))


def numbers(cells: pd.Series, decimal: DecimalMark) -> Values:
    """Numbers, NaN for blank; currency signs, thousands marks, percent, 12.50- and (12.50) are understood."""
    codes, texts = _distinct(cells)
    parts, mark = _parts(texts), decimal.sign
    other = "." if mark == "," else ","
    plain = parts["digits"].fillna("")
    plain = _without(plain, _SPACED, f"[{_SPACES}]")
    plain = _without(plain, rf"\d{{1,3}}(?:\{other}\d{{3}})+(?:\{mark}\d*)?", rf"\{other}")
    if decimal is DecimalMark.POINT:
        plain = _without(plain, rf"{_INDIAN}(?:\.\d*)?", ",")
    good = plain.str.fullmatch(rf"\d+\{mark}?\d*|\{mark}\d+")
    plain = plain.where(good, "").str.replace(mark, ".", regex=False) + parts["power"].fillna("")
    value = pd.to_numeric(plain, errors="coerce").astype(float)
    signs = parts[["open", "sign", "inner", "after"]]
    value /= np.where(parts["percent"].isna(), 1.0, 100.0) * np.where(
        signs.isin(MINUS).any(axis=1), -1.0, 1.0
    )
    known = (
        value.abs().lt(np.inf) & signs.count(axis=1).le(1) & parts["open"].isna().eq(parts["close"].isna())
    )
    read = np.where(known, value.to_numpy(dtype=np.float64), np.nan)
    return _spread(cells, codes, read, (~known & texts.ne("")).to_numpy(dtype=bool))


def days(cells: pd.Series, order: DayOrder) -> Values:
    """Day serials, the time of day dropped; ISO, d/m/y, m/d/y, month names and serials are understood."""
    codes, texts = _distinct(cells)
    value = np.full(len(texts), np.nan)
    for pattern in _DAYS:
        open_ = np.flatnonzero(np.isnan(value) & texts.ne("").to_numpy(dtype=bool))
        if not len(open_):
            break
        value[open_] = _serials(texts.iloc[open_].str.extract(f"^{pattern}$"), order)
    is_serial = texts.str.fullmatch(_SERIAL).to_numpy(dtype=bool)
    value[is_serial] = np.floor(texts[is_serial].astype(float))
    return _spread(cells, codes, value, np.isnan(value) & texts.ne("").to_numpy())


def yes_no(cells: pd.Series) -> Values:
    """True or False, None for blank."""
    words = cells.str.strip().str.casefold()
    return Values(words.map(_YES_NO).astype(object), (~words.isin([*_YES_NO, ""])).to_numpy())


def _without_time(text: str) -> str:
    """The text up to the hour: a day has many times, and they tell nothing of its order."""
    day, colon, _ = text.strip().partition(":")
    return day.rstrip("0123456789").rstrip("T ") if colon else day


def _parts(texts: pd.Series) -> pd.DataFrame:
    """The pieces of number cells: brackets, signs, digits with their marks, power, percent; NaN for none."""
    found = texts.astype(object).str.extract(f"^(?:{_NUMBER.pattern})$").astype(object)
    found["digits"] = found["digits"].str.rstrip(_SPACES)
    return found


def _without(texts: pd.Series, shape: str, marks: str) -> pd.Series:
    """Texts of a *shape* without the *marks* that group their digits."""
    return texts.where(~texts.str.fullmatch(shape), texts.str.replace(marks, "", regex=True))


def _distinct(cells: pd.Series) -> tuple[NDArray[np.int_], pd.Series]:
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    return codes, _tidy(pd.Series(texts, dtype=object)) if len(texts) else pd.Series(dtype=str)


def _tidy(texts: pd.Series) -> pd.Series:
    """Texts without spaces around them and spaces again; "?" for what is too long to be a value.

    The patterns allow spaces in many places: a few thousand in a row could be shared out among those in more
    ways than can be tried in a lifetime.
    """
    short = texts.str.strip().where(texts.str.len() <= LONGEST_VALUE, "?")
    return short.str.replace(_SPACE_AGAIN, " ", regex=True)


def _spread(
    cells: pd.Series, codes: NDArray[np.int_], value: NDArray[np.float64], bad: NDArray[np.bool_]
) -> Values:
    return Values(pd.Series(value[codes], index=cells.index, dtype=float), np.asarray(bad[codes], dtype=bool))


def _serials(parts: pd.DataFrame, order: DayOrder) -> NDArray[np.float64]:
    """Day serials of year, month and day texts; NaN where there is no such day."""
    if "a" in parts:
        names = ("d", "m") if order is DayOrder.DAY_FIRST else ("m", "d")
        parts = parts.rename(columns=dict(zip("ab", names, strict=True)))
    year = parts["y"].astype(float)
    year += 1900.0 * (year < 100) + 100.0 * (year < 70)
    months = parts["m"].str.lower().map(_MONTHS)
    month = months.where(months.notna(), pd.to_numeric(parts["m"], errors="coerce"))
    when = pd.to_datetime(
        pd.DataFrame({"year": year, "month": month, "day": parts["d"].astype(float)}), errors="coerce"
    )
    serials = ((when - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)).to_numpy(dtype=float)
    return np.where((year >= 1900) & (year <= 2200), serials, np.nan)
