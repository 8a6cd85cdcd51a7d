"""Numbers of new purchase orders: they go on from those there are, and none is ever used twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

import pandas as pd

from xlinventory.tables import day_text

RECENT = 20
"""Orders looked at to see how orders are numbered here."""
_NUMBERED = re.compile(r"(.*?)(\d{1,15})", re.S)
_OWN = re.compile(r"PO-\d{4}-")


def new_numbers(orders: pd.DataFrame, elsewhere: Iterable[str], as_of: float) -> Iterator[str]:
    """Order numbers after the highest one there is, in the manner of the last orders.

    Without any it is PO-2025-0001, and each year begins anew. *elsewhere* are orders that are no longer in
    the table: undone, or deleted after they were delivered.
    """
    prefix, digits = _manner(orders, as_of)
    pattern = re.compile(rf"{re.escape(prefix)}(\d{{1,15}})", re.I)  # po-7 and PO-7 would be one to a reader
    matches = (pattern.fullmatch(po) for po in (*orders["po"], *elsewhere))
    last = max((int(match[1]) for match in matches if match), default=0)
    return (f"{prefix}{number:0{digits}d}" for number in count(last + 1))


def span(numbers: list[str]) -> str:
    """The first and the last of some order numbers; ``told_in`` reads it again."""
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


def told_in(sentences: Iterable[str]) -> Iterator[str]:
    """Order numbers that sentences of Create POs name.

    >>> list(told_in(["Created 2 purchase orders (A-1 to A-2) of 3 lines for 12.00 GBP."]))
    ['A-1', 'A-2']
    """
    for sentence in sentences:
        if match := re.search(r"purchase orders? \((.*?)\) of \d", sentence):
            yield from match[1].split(" to ")


def _manner(orders: pd.DataFrame, as_of: float) -> tuple[str, int]:
    """What most of the last orders begin with, and how many digits their numbers have."""
    recent = orders.sort_values("order_date", kind="stable").drop_duplicates("po", keep="last")["po"]
    matches = [match for po in recent.tail(RECENT) if (match := _NUMBERED.fullmatch(po))]
    common = Counter(match[1] for match in matches).most_common(1)
    if not common or _OWN.fullmatch(common[0][0]):
        return f"PO-{day_text(as_of)[:4]}-", 4
    prefix = common[0][0]
    return prefix, min(len(match[2]) for match in matches if match[1] == prefix)
