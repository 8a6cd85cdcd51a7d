"""The kinds of movement of a stock ledger, and what each means for its cost."""

from collections.abc import Mapping, Sequence
from enum import Flag, auto

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.errors import WrongInput
from xlinventory.core.ledger.codes import Integers, Numbers


class Meaning(Flag):
    """What a kind of movement is to the books."""

    PURCHASE = auto()
    """Comes in at what it cost, or goes back for a credit."""
    SALE = auto()
    """Goes out to a customer, or comes back from one."""
    STILL = auto()
    """Changes neither quantity nor value."""


KINDS: Mapping[str, Meaning] = {
    "OPENING": Meaning.PURCHASE,
    "RECEIPT": Meaning.PURCHASE,
    "SALE": Meaning.SALE,
    "CUSTOMER_RETURN": Meaning.SALE,
    "SUPPLIER_RETURN": Meaning.PURCHASE,
    "ADJUSTMENT": Meaning(0),
    "TRANSFER": Meaning.STILL,
    "WRITE_OFF": Meaning(0),
}

_CODES = {kind: place for place, kind in enumerate(KINDS)}
_MEANINGS: NDArray[np.int64] = np.array([meaning.value for meaning in KINDS.values()], dtype=np.int64)


def meanings(kind: Sequence[str] | None, quantity: Numbers) -> Integers:
    """Meaning (n,) of each row as flag values; without kinds what comes in was bought and what goes out sold."""
    if kind is None:
        return np.where(quantity > 0, Meaning.PURCHASE.value, Meaning.SALE.value)
    try:
        codes = np.frombuffer(bytes(map(_CODES.__getitem__, kind)), dtype=np.uint8)
    except KeyError as unknown:
        raise WrongInput(f"kind must be one of {', '.join(KINDS)}, got {unknown.args[0]!r}") from None
    return _MEANINGS[codes]
