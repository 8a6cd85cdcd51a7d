"""The standard cost in force on each row of a journal."""

import numpy as np

from xlinventory.core.checks import require
from xlinventory.core.errors import NotEnoughData
from xlinventory.core.ledger.codes import Numbers
from xlinventory.core.ledger.entries import NONE
from xlinventory.core.ledger.journal import Journal


def standards_in_force(given: Numbers | None, journal: Journal) -> Numbers:
    """The standard (j,) of each row: the last one *given* (n,) up to it, the first for rows before that."""
    if given is None:
        raise NotEnoughData("the method STANDARD needs standard costs")
    if not len(journal.row):
        return np.zeros(0)
    entered = np.append(given, np.full(max(0, int(journal.row.max()) + 1 - len(given)), np.nan))
    standard = entered[journal.row]
    place, known = np.arange(len(standard)), ~np.isnan(standard)
    before = np.maximum.accumulate(np.where(known, place, NONE))
    after = np.minimum.accumulate(np.where(known, place, len(place) - 1)[::-1])[::-1]
    of_account = journal.account[before] == journal.account
    source = np.where((before >= 0) & of_account, before, after)
    ok = known[source] & (journal.account[source] == journal.account)
    require(ok, "every item needs a standard cost: row", journal.row + 1, NotEnoughData)
    require(standard[source] >= 0, "standard_cost must be >= 0", standard[source])
    return standard[source]
