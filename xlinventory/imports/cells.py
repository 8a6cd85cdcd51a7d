"""From text to values: numbers with a point or a comma, days in any usual order, yes and no.

Every reader gives the values and marks the cells it could not read; blank cells are missing, not bad.
A column is read by its distinct texts, so half a million lines cost no more than their few thousand dates.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.arguments import EPOCH

_THOUSANDS = {mark: re.compile(rf"[-+]?[1-9]\d{{0,2}}(\{mark}\d{{3}})+") for mark in ".,"}
_DECIMALS = {
    ",": re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(\.\d{3})+)?,\d+"),
    ".": re.compile(r"[-+]?(\d+|[1-9]\d{0,2}(,\d{3})+)?\.\d+"),
}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?"
_DECORATION = r"[\s\u00a0\u202f'’£€$¥]|\b(?:GBP|EUR|USD)\b"
_ZONE = r"\s*(?:Z|UTC|[-+]\d{2}:?\d{2})?"
_TIME = rf"(?:[T ]\s*\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?{_ZONE})?"
_YEAR_FIRST = rf"(?P<y>\d{{4}})([-/.]?)(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_TIME}"
_YEAR_LAST = rf"(?P<a>\d{{1,2}})([-/. ])(?P<b>\d{{1,2}})\2(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME = rf"(?P<d>\d{{1,2}})[-/. ]*(?P<m>[A-Za-z]{{3}})[a-z]*[-/., ]*(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME_FIRST = rf"(?P<m>[A-Za-z]{{3}})[a-z]*[. ]+(?P<d>\d{{1,2}}),? +(?P<y>\d{{4}}){_TIME}"
_SERIAL = r"[2-7]\d{4}(?:\.\d+)?"
_MONTHS = {
    name: float(i + 1)
    for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())  # noqa: SIM905 - a list of words reads best as words
}
_YES_NO = {
    "yes": True, "y": True, "true": True, "1": True, "active": True, "x": True,
    "no": False, "n": False, "false": False, "0": False, "inactive": False,
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


@dataclass(frozen=True, slots=True)
class DayOrderFound:
    """The order of day and month in a file, and what is doubtful about it ("" when nothing is)."""

    order: DayOrder
    doubt: str = ""


def decimal_mark(cells: Iterable[str], delimiter: str) -> str:
    """The decimal mark of a file's numbers: what its numbers prove, else what its delimiter suggests.

    A semicolon goes with a decimal comma. "1.234" proves nothing, "0.234" and "1.5" do.

    >>> decimal_mark(["12,50"], ";"), decimal_mark(["12.50", "3.345"], ";"), decimal_mark(["1,234"], ",")
    (',', '.', '.')
    """
    usual = "," if delimiter == ";" else "."
    proved = {
        mark
        for cell in {cell.strip() for cell in cells}
        for mark in ".,"
        if _DECIMALS[mark].fullmatch(cell) and not _THOUSANDS[mark].fullmatch(cell)
    }
    return proved.pop() if len(proved) == 1 else usual


def numbers(cells: pd.Series, mark: str) -> Values:
    """Numbers, NaN for blank; currency signs, thousands marks, percent and (12.50) are understood."""
    codes, texts = _distinct(cells)
    plain = texts.str.replace(_DECORATION, "", regex=True)
    percent = plain.str.endswith("%")
    negative = plain.str.fullmatch(r"\(.*\)")
    plain = plain.str.rstrip("%").str.strip("()")
    other = "." if mark == "," else ","
    grouped = plain.str.fullmatch(rf"[-+]?\d{{1,3}}(?:\{other}\d{{3}})+(?:\{mark}\d*)?")
    plain = plain.where(~grouped, plain.str.replace(other, "", regex=False))
    alien = plain.str.contains(other, regex=False)
    plain = plain.str.replace(mark, ".", regex=False)
    good = plain.str.fullmatch(_NUMBER) & ~alien
    value = pd.to_numeric(plain.where(good), errors="coerce").astype(float)
    value = value.where(~percent, value / 100).where(~negative, -value)
    return _spread(cells, codes, np.asarray(value, dtype=np.float64), (~good & texts.ne("")).to_numpy())


def day_order(cells: Iterable[str]) -> DayOrderFound:
    """Whether day or month comes first in a file, by its days above 12; with points, the day does.

    >>> day_order(["12/13/2011", "01/02/2011"]).order.value
    'month/day/year'
    """
    texts = pd.Series(sorted({str(cell).strip() for cell in cells}), dtype=object)
    parts = texts.str.extract(f"^{_YEAR_LAST}$").dropna(subset=["a"])
    if parts.empty:
        return DayOrderFound(DayOrder.DAY_FIRST)
    first, second = parts["a"].astype(int) > 12, parts["b"].astype(int) > 12
    order = DayOrder.MONTH_FIRST if second.sum() > first.sum() else DayOrder.DAY_FIRST
    if first.any() and second.any():
        doubt = f"some dates are day/month, some month/day; all were read as {order.value}"
        return DayOrderFound(order, doubt)
    if not first.any() and not second.any() and not parts[1].eq(".").all():
        return DayOrderFound(
            order, f"no date tells day from month (such as {texts[parts.index[0]]}); read as {order.value}"
        )
    return DayOrderFound(order)


def days(cells: pd.Series, order: DayOrder) -> Values:
    """Day serials, the time of day dropped; ISO, d/m/y, m/d/y, month names and serials are understood."""
    codes, texts = _distinct(cells)
    value = np.full(len(texts), np.nan)
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _MONTH_NAME, _MONTH_NAME_FIRST):
        open_ = np.flatnonzero(np.isnan(value))
        value[open_] = _serials(texts.iloc[open_].str.extract(f"^{pattern}$"), order)
    is_serial = texts.str.fullmatch(_SERIAL).to_numpy(dtype=bool)
    value[is_serial] = np.floor(texts[is_serial].astype(float))
    return _spread(cells, codes, value, np.isnan(value) & texts.ne("").to_numpy())


def yes_no(cells: pd.Series) -> Values:
    """True or False, None for blank."""
    words = cells.str.strip().str.casefold()
    return Values(words.map(_YES_NO).astype(object), (~words.isin([*_YES_NO, ""])).to_numpy())


def _distinct(cells: pd.Series) -> tuple[NDArray[np.int_], pd.Series]:
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    return codes, pd.Series(texts, dtype=object).str.strip() if len(texts) else pd.Series(dtype=str)


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
