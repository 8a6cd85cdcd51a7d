"""What stock may be carried at: never more than selling it will bring in.

Source: IAS 2 Inventories, paragraphs 6, 9 and 28 to 33. US GAAP: ASC 330-10-35-1B for FIFO and average;
LIFO is carried at the lower of cost and *market* there (35-1C), which is not worked out here.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, at_least
from xlinventory.core.landed_cost import share_out

Column: TypeAlias = NDArray[np.float64]


def lower_of_cost_nrv(
    quantity: ArrayLike, unit_cost: ArrayLike, selling_price: ArrayLike, cost_to_sell: ArrayLike = 0.0
) -> Floats:
    """Stock at the lower of cost and net realisable value: selling price less cost to sell, at least 0.

    Source: IAS 2 Inventories, paragraphs 6 and 9.

    >>> print(lower_of_cost_nrv([10, 18], [30, 43], [32, 40]))
    [300. 720.]
    """
    at_least(0, quantity=quantity, unit_cost=unit_cost)
    at_least(0, selling_price=selling_price, cost_to_sell=cost_to_sell)
    units, cost, price, selling = (
        np.asarray(c, dtype=float) for c in (quantity, unit_cost, selling_price, cost_to_sell)
    )
    worth: Column = units * np.minimum(cost, np.maximum(price - selling, 0.0))
    return worth[()]


def write_downs(cost: ArrayLike, nrv: ArrayLike, groups: ArrayLike | None = None) -> Column:
    """What each item has to be written down by, compared item by item or within groups of items.

    *cost* and *nrv* are (n,) money of the whole stock of each item. An item whose nrv is not known (NaN)
    stays at cost and takes no part; stock of no or of negative cost has nothing to write down; an nrv below
    0 is 0.

    *groups* (n,) are labels: within one, what some items will bring in above their cost makes up for what
    others will not, and the rest is shared by these others in proportion to what they fall short. The parts
    add up to the group's write-down, and none is more than its item's cost. One label for all items compares
    the totals; None compares item by item.

    Under IAS 2, paragraph 29, item by item is the rule, and groups are for similar or related items only:
    neither a whole class of inventory nor all of it. ASC 330-10-35-8 allows items, major categories or the
    total.

    >>> print(write_downs([100, 100, 100], [70, 90, 125]))
    [30. 10.  0.]
    >>> print(write_downs([100, 100, 100], [70, 90, 125], ["all", "all", "all"]))
    [11.25  3.75  0.  ]
    """
    costs, worth = np.asarray(cost, dtype=float), np.maximum(np.asarray(nrv, dtype=float), 0.0)
    gain = np.where((costs > 0) & ~np.isnan(worth), worth - costs, 0.0)
    short: Column = np.maximum(-gain, 0.0)
    if groups is None:
        return short
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    wanting, excess = np.zeros(labels.size), np.zeros(labels.size)
    np.add.at(wanting, group, short)
    np.add.at(excess, group, np.maximum(gain, 0.0))
    rest: Column = np.maximum(wanting - excess, 0.0)
    return _shared(rest, wanting, group, short)


def _shared(rest: Column, wanting: Column, group: NDArray[np.intp], short: Column) -> Column:
    """The write-down of each group over its items: all they fall short by, or a part of it, or nothing."""
    in_part = (rest > 0) & (rest < wanting)
    number = np.cumsum(in_part) - 1
    rows = in_part[group]
    out: Column = np.where(rest[group] > 0, short, 0.0)
    parts = share_out(rest[in_part], number[group[rows]], short[rows])
    out[rows] = np.minimum(parts, short[rows])  # the last place of a tiny item's part may be rounded up
    return out


def change(write_down: ArrayLike, before: ArrayLike) -> Column:
    """What the books have to say now: a further write-down (positive) or the reversal of one (negative).

    *write_down* is what the stock has to be written down by today (NaN: its nrv is not known, so nothing),
    *before* what the units still in stock were written down by already. A reversal takes back what was
    written down and no more, so that stock is never carried above its cost (IAS 2, paragraph 33). US GAAP
    knows no reversal: the written-down value is the cost from then on (ASC 330-10-35-14), and a negative
    figure here is not booked there.

    >>> print(change([58, 20, 0], [0, 50, 50]))
    [ 58. -30. -50.]
    """
    at_least(0, before=before)
    wanted = np.asarray(write_down, dtype=float)
    now = np.where(np.isnan(wanted), 0.0, wanted)
    at_least(0, write_down=now)
    more: Column = now - np.asarray(before, dtype=float)
    return more
