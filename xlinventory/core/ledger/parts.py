"""Quantities as whole numbers of parts, so that nothing is lost or left over when they are added up.

0.1 is not a number a computer can hold, and seventy times 0.1 is not 7. Counted in tenths they are 1 and 70,
and an emptied stock is empty. Each account has the parts its own quantities need: ones, tenths, millionths.
Quantities that no such part fits (a third of a box) are counted in parts so small that their rounding is far
below *slack*, within which what is left of a layer is a rounding error of the person who typed it.
"""

from typing import NamedTuple

import numpy as np

from xlinventory.core.checks import require
from xlinventory.core.ledger.codes import Integers, Mask, Numbers, totals

_MOST_DECIMALS = 6
_SAME = 1e-15
"""Relative difference of two floats that mean one decimal number: a few units in the last place."""
_ALL, _EACH = 62, 52
"""Bits that the parts of all accounts together, and those of one, stay below: sums of either are exact."""
_SLACK = 1e-10
"""Share of an account's largest movement below which a rest is rounding: 3 times 0.333333333333 is 1."""


class Parts(NamedTuple):
    """*moved* (n,): signed parts of each row; *scale* (accounts,): parts in a unit; *slack* (accounts,)."""

    moved: Integers
    scale: Numbers
    slack: Integers


def whole_parts(quantity: Numbers, account: Integers, accounts: int) -> Parts:
    """Quantities (n,) of *accounts* accounts counted in whole parts.

    >>> whole_parts(np.array([7.0, -0.1]), np.array([0, 0]), 1).moved.tolist()
    [70, -1]
    """
    gross = totals(account, np.abs(quantity), accounts)
    require(np.isfinite(gross), "the quantities of an item must add up to a number", gross)
    scale, odd = np.ones(accounts), np.zeros(accounts, dtype=bool)
    fractional = np.flatnonzero(quantity != np.rint(quantity))
    if fractional.size:
        scale, odd = _decimal_scale(quantity[fractional], account[fractional], accounts)
    bits = min(_EACH, _ALL - accounts.bit_length())
    odd |= gross * scale >= 2.0**bits
    if odd.any():
        scale[odd] = np.ldexp(1.0, np.clip(bits - np.frexp(gross[odd])[1], -1000, 1000))
    rows_scale = scale[account] if fractional.size or odd.any() else 1.0
    moved = np.rint(quantity * rows_scale).astype(np.int64)
    return Parts(moved, scale, _slack(moved, account, odd))


def _decimal_scale(quantity: Numbers, account: Integers, accounts: int) -> tuple[Numbers, Mask]:
    """Parts in a unit by the decimals of each account's quantities, and which accounts they do not fit."""
    decimals = np.zeros(len(quantity), dtype=np.int64)
    left = np.arange(len(quantity))
    for places in range(1, _MOST_DECIMALS + 1):
        shifted = quantity[left] * 10.0**places
        fits = np.abs(shifted - np.rint(shifted)) <= _SAME * np.abs(shifted)
        decimals[left[fits]] = places
        left = left[~fits]
    most, odd = np.zeros(accounts, dtype=np.int64), np.zeros(accounts, dtype=bool)
    np.maximum.at(most, account, decimals)
    odd[account[left]] = True
    return np.power(10.0, most), odd


def _slack(moved: Integers, account: Integers, odd: Mask) -> Integers:
    slack = np.zeros(len(odd), dtype=np.int64)
    if odd.any():
        np.maximum.at(slack, account, np.abs(moved))
        slack = np.where(odd, slack * _SLACK, 0).astype(np.int64)
    return slack
