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

_SPACES = " '\u2019\u00a0\u202f"
_CURRENCY = r"(?:[£€$¥]|(?<![A-Za-z])(?:GBP|EUR|USD|CHF|CAD|AUD)(?![A-Za-z]))?"
_NUMBER = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+\u2212])?\s*{_CURRENCY}\s*(?P<inner>[-+\u2212])?\s*"
    rf"(?P<digits>\d[\d.,{_SPACES}]*|[.,]\d+)(?P<power>[eE][-+]?\d{{1,2}})?\s*(?P<percent>%)?\s*{_CURRENCY}"
    r"\s*(?P<after>-)?\s*(?P<close>\))?"
)
_SPACED = rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d*)?"
_GROUP_OF_THREE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # "1,234" may be a thousand or a little more than one
_PROOFS = {
    mark: re.compile(rf"(?:\d*|\d{{1,3}}(?:\{other}\d{{3}})+)\{mark}\d+|\d{{1,3}}(?:\{other}\d{{3}}){{2,}}")
    for mark, other in (".,", ",.")
}
"""What a number that is no group of three must look like to prove a decimal mark."""
_ZONE = r"\s*(?:Z|UTC|[-+]\s?\d{2}:?\d{2})?"
_TIME = rf"(?:[T ]\s*\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?{_ZONE})?"
_YEAR_FIRST = rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_TIME}"
_DIGITS = rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_TIME}"
_YEAR_LAST = rf"(?P<a>\d{{1,2}})([-/. ])(?P<b>\d{{1,2}})\2(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME = rf"(?P<d>\d{{1,2}})[-/. ]*(?P<m>[A-Za-z]{{3}})[A-Za-z]*[-/., ]*(?P<y>\d{{4}}|\d{{2}}){_TIME}"
_MONTH_NAME_FIRST = rf"(?P<m>[A-Za-z]{{3}})[A-Za-z]*[. ]+(?P<d>\d{{1,2}}),? +(?P<y>\d{{4}}){_TIME}"
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


@dataclass(frozen=True, slots=True)
class MarkFound:
    """The decimal mark of a file, and what is doubtful about it ("" when nothing is)."""

    mark: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class DayOrderFound:
    """The order of day and month in a file, and what is doubtful about it ("" when nothing is)."""

    order: DayOrder
    doubt: str = ""


def decimal_mark(cells: Iterable[str], delimiter: str) -> MarkFound:
    """The decimal mark of a file's numbers: what its numbers prove, else what its delimiter suggests.

    A semicolon goes with a decimal comma. "1.234" proves nothing, "0.234" and "1.5" do.

    >>> decimal_mark(["12,50 €"], ";").mark, decimal_mark(["12.50", "3.345"], ";").mark
    (',', '.')
    >>> decimal_mark(["1,234"], ",")
    MarkFound(mark='.', doubt='no number tells the decimal mark (such as 1,234); it was read as 1234')
    """
    usual = "," if delimiter == ";" else "."
    digits = _parts(pd.Series(sorted(set(cells)), dtype=object))["digits"].dropna().unique()
    unclear = next(filter(_GROUP_OF_THREE.fullmatch, digits), None)
    clear = [cell for cell in digits if not _GROUP_OF_THREE.fullmatch(cell)]
    proved = [mark for mark, proof in _PROOFS.items() if any(map(proof.fullmatch, clear))]
    if proved or unclear is None:
        return MarkFound(proved[0] if len(proved) == 1 else usual)
    read = numbers(pd.Series([unclear], dtype=object), usual).values.iloc[0]
    return MarkFound(usual, f"no number tells the decimal mark (such as {unclear}); it was read as {read:g}")


def numbers(cells: pd.Series, mark: str) -> Values:
    """Numbers, NaN for blank; currency signs, thousands marks, percent, 12.50- and (12.50) are understood."""
    codes, texts = _distinct(cells)
    parts = _parts(texts)
    other = "." if mark == "," else ","
    plain = parts["digits"].fillna("")
    plain = _without(plain, _SPACED, f"[{_SPACES}]")
    plain = _without(plain, rf"\d{{1,3}}(?:\{other}\d{{3}})+(?:\{mark}\d*)?", rf"\{other}")
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


def day_order(cells: Iterable[str], usual: DayOrder | None = None) -> DayOrderFound:
    """Whether day or month comes first in a file, by its days above 12; with points, the day does.

    *usual* is the order of a layout that has one: no day above 12 leaves no doubt then.

    >>> day_order(["12/13/2011", "01/02/2011"]).order.value
    'month/day/year'
    """
    texts = pd.Series(sorted({str(cell).strip() for cell in cells}), dtype=object)
    parts = texts.str.extract(f"^{_YEAR_LAST}$").dropna(subset=["a"])
    if parts.empty:
        return DayOrderFound(DayOrder.DAY_FIRST)
    first, second = parts["a"].astype(int) > 12, parts["b"].astype(int) > 12
    order = DayOrder.MONTH_FIRST if second.sum() > first.sum() else DayOrder.DAY_FIRST
    if usual is not None and second.sum() == first.sum():
        order = usual
    if first.any() and second.any():
        doubt = f"some dates are day/month, some month/day; all were read as {order.value}"
        return DayOrderFound(order, doubt)
    if usual is None and not first.any() and not second.any() and not parts[1].eq(".").all():
        return DayOrderFound(
            order, f"no date tells day from month (such as {texts[parts.index[0]]}); read as {order.value}"
        )
    return DayOrderFound(order)


def days(cells: pd.Series, order: DayOrder) -> Values:
    """Day serials, the time of day dropped; ISO, d/m/y, m/d/y, month names and serials are understood."""
    codes, texts = _distinct(cells)
    value = np.full(len(texts), np.nan)
    for pattern in (_YEAR_FIRST, _DIGITS, _YEAR_LAST, _MONTH_NAME, _MONTH_NAME_FIRST):
        open_ = np.flatnonzero(np.isnan(value))
        value[open_] = _serials(texts.iloc[open_].str.extract(f"^{pattern}$"), order)
    is_serial = texts.str.fullmatch(_SERIAL).to_numpy(dtype=bool)
    value[is_serial] = np.floor(texts[is_serial].astype(float))
    return _spread(cells, codes, value, np.isnan(value) & texts.ne("").to_numpy())


def yes_no(cells: pd.Series) -> Values:
    """True or False, None for blank."""
    words = cells.str.strip().str.casefold()
    return Values(words.map(_YES_NO).astype(object), (~words.isin([*_YES_NO, ""])).to_numpy())


def _parts(texts: pd.Series) -> pd.DataFrame:
    """The pieces of number cells: brackets, signs, digits with their marks, power, percent; NaN for none."""
    found = texts.astype(object).str.strip().str.extract(f"^(?:{_NUMBER.pattern})$").astype(object)
    found["digits"] = found["digits"].str.rstrip(_SPACES)
    return found


def _without(texts: pd.Series, shape: str, marks: str) -> pd.Series:
    """Texts of a *shape* without the *marks* that group their digits."""
    return texts.where(~texts.str.fullmatch(shape), texts.str.replace(marks, "", regex=True))


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
