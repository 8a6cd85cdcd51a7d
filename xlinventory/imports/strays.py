"""Lines of a file that are no lines of its table: totals, and the header again between joined exports."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from xlinventory.imports.layouts import Layout, Mask
from xlinventory.imports.text import name_key
from xlinventory.tables import Kind

TOTAL_WORDS = frozenset(
    name_key(word)
    for word in (
        "total", "totals", "grand total", "sub total", "sum", "sum total", "overall",
        "summe", "gesamt", "gesamtsumme", "zwischensumme", "endsumme", "totaal", "eindtotaal", "subtotaal",
        "somme", "total général", "sous-total", "suma", "suma total", "total general", "totale",
        "totale generale", "soma", "total geral", "i alt", "totalt", "summa", "yhteensä", "razem", "celkem",
        "összesen", "toplam", "genel toplam", "итого", "всего", "合計", "合计", "总计",
    )
)  # fmt: skip
"""What programs write into a line of totals, in the languages of their users."""


def is_total(texts: pd.Series) -> Mask:
    """Marks the cells that hold nothing but a word for a total; case and signs do not matter.

    >>> is_total(pd.Series(["Grand Total:", "Totem", "Gesamt"])).tolist()
    [True, False, True]
    """
    words = {text for text in texts.unique() if name_key(text) in TOTAL_WORDS}
    return texts.isin(words).to_numpy(dtype=bool)


def totals(layout: Layout, given: Mapping[str, pd.Series], rows: pd.DataFrame) -> Mask:
    """Marks the lines of totals: one of the keys is blank and some cell a word for a total, or all keys are.

    Keys are the texts and days that no line can do without. A supplier may well be called Total, an item not.
    """
    needed = [field for field in layout.fields if field.column.required and field.name in given]
    keys = {field.name: given[field.name] for field in needed if field.column.kind in (Kind.TEXT, Kind.DATE)}
    blank = any_of([key.eq("").to_numpy(dtype=bool) for key in keys.values()], len(rows))
    words = any_of([is_total(rows[name][blank].str.strip()) for name in rows], int(blank.sum()))
    blank[blank] = words
    return blank | _all_of(map(is_total, keys.values())) if "sku" in keys else blank


def headers_again(given: Mapping[str, pd.Series], columns: Mapping[str, str]) -> tuple[Mask, Mask]:
    """Marks the lines that are the header again, and those from a header in another order on.

    *columns* are the names that the columns of the *given* cells have in the header.
    """
    names = {name_key(name) for name in columns.values()}
    found = _all_of(_is_one_of(given[name], names) for name in columns)
    if not found.any():
        return found, found
    own = _all_of(_is_one_of(given[name], {name_key(columns[name])}) for name in columns)
    other = found & ~own
    places = np.arange(len(own))
    last_own = np.maximum.accumulate(np.where(own, places, -1))
    last_other = np.maximum.accumulate(np.where(other, places, -1))
    return own, last_other > last_own


def any_of(masks: Iterable[Mask], count: int) -> Mask:
    """Marks what at least one of the masks marks, of *count* lines."""
    marked = np.zeros(count, dtype=bool)
    for mask in masks:
        marked |= mask
    return marked


def _all_of(masks: Iterable[Mask]) -> Mask:
    """Marks what each of the masks marks; none is made after one that leaves nothing."""
    each = iter(masks)
    marked = next(each)
    while marked.any() and (mask := next(each, None)) is not None:
        marked = marked & mask
    return marked


def _is_one_of(texts: pd.Series, keys: set[str]) -> Mask:
    same = {text for text in texts.unique() if text and name_key(text) in keys}
    return texts.isin(same).to_numpy(dtype=bool)
