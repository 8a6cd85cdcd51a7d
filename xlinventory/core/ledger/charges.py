"""Landed cost: freight, duty and other charges, shared over the receipts they belong to."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import finite, require
from xlinventory.core.errors import NotEnoughData, WrongInput
from xlinventory.core.landed_cost import share_out
from xlinventory.core.ledger.codes import Integers, Numbers, coded, distinct, totals
from xlinventory.core.ledger.entries import Entries, column, same_length
from xlinventory.core.ledger.kinds import Meaning


def charge(
    entries: Entries,
    reference: list[Any],
    amount: Numbers,
    day: Numbers,
    basis: list[Any],
    weight: ArrayLike | None,
) -> Entries:
    """Entries with a row for each receipt that has a share of charges (m,); a day of NaN is the receipt's."""
    same_length(reference=reference, amount=amount, date=day, basis=basis)
    finite(amount=amount)
    of_charge, receipt = _charged(entries, reference)
    share = share_out(amount, of_charge, _sharing_keys(entries, basis, weight, of_charge, receipt))
    _refuse_negative_costs(entries, receipt, share)
    own_day = np.isnan(day[of_charge])
    when = np.where(own_day, entries.date[receipt], np.fmax(day[of_charge], entries.date[receipt]))
    count = len(receipt)
    return Entries(
        item=np.append(entries.item, entries.item[receipt]),
        date=np.append(entries.date, when),
        quantity=np.append(entries.quantity, np.zeros(count)),
        unit_cost=np.append(entries.unit_cost, np.full(count, np.nan)),
        meaning=np.append(entries.meaning, np.full(count, Meaning.PURCHASE.value, dtype=np.int8)),
        reference=[*(entries.reference or ()), *(reference[place] for place in of_charge.tolist())],
        amount=np.append(entries.amount, share),
        receipt=np.append(entries.receipt, receipt),
        own_day=np.append(entries.own_day, own_day),
    )


def _charged(entries: Entries, names: list[Any]) -> tuple[Integers, Integers]:
    """Pairs of charge and receipt, each charge with all receipts of its reference."""
    codes = distinct(names)
    of_row = coded(entries.reference or [None] * len(entries.item), codes)
    receipt = np.flatnonzero(entries.purchase & (entries.quantity > 0) & (of_row >= 0))
    receipt = receipt[np.argsort(of_row[receipt], kind="stable")]
    wanted, sorted_ = coded(names, codes), of_row[receipt]
    start = np.searchsorted(sorted_, wanted)
    count = np.searchsorted(sorted_, wanted, "right") - start
    lone = np.flatnonzero(count == 0)
    if lone.size:
        raise NotEnoughData(f"no receipt has the reference {names[lone[0]]!r}", count == 0)
    of_charge = np.repeat(np.arange(len(names)), count)
    nth = np.arange(len(of_charge)) - np.repeat(np.cumsum(count) - count, count)
    return of_charge, receipt[start[of_charge] + nth]


def _sharing_keys(
    entries: Entries, basis: list[Any], weight: ArrayLike | None, of_charge: Integers, receipt: Integers
) -> Numbers:
    """What the share of each pair of charge and receipt goes by, by the *basis* (m,) of its charge."""
    words = distinct(basis)
    if strange := [word for word in words if word not in _BASES]:
        raise WrongInput(f"basis must be one of {', '.join(_BASES)}, got {strange[0]!r}")
    of_pair, keys = coded(basis, words)[of_charge], np.zeros(len(receipt))
    for word, place in words.items():
        mine = of_pair == place
        keys[mine] = _BASES[word](entries, weight)[receipt[mine]]
    return keys


def _weights(entries: Entries, weight: ArrayLike | None) -> Numbers:
    if weight is None:
        raise NotEnoughData("basis weight needs weights")
    given = column("weight", weight)
    same_length(weight=given, quantity=entries.quantity[~entries.landed])
    return np.append(given, np.zeros(np.count_nonzero(entries.landed))) * entries.quantity


_BASES: Mapping[str, Callable[[Entries, ArrayLike | None], Numbers]] = {
    "value": lambda entries, _weight: np.nan_to_num(entries.quantity * entries.unit_cost),
    "quantity": lambda entries, _weight: entries.quantity,
    "weight": _weights,
}
"""What each row's share of a charge goes by, for each basis."""


def _refuse_negative_costs(entries: Entries, receipt: Integers, share: Numbers) -> None:
    rows = len(entries.item)
    cost = np.nan_to_num(entries.quantity * entries.unit_cost)
    earlier = totals(entries.receipt[entries.landed], entries.amount[entries.landed], rows)
    landed = (cost + earlier + totals(receipt, share, rows))[receipt]
    require(landed >= -1e-9 * cost[receipt], "a receipt with its share of the charges must cost >= 0", landed)
