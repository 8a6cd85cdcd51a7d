"""The stock ledger: what stock and sales cost, by any cost flow, for many items and movements at once.

Columns are entered (``entries``, ``charges``), put in order and linked (``journal``), gathered into steps
(``events``), and taken through a stock (``replay``) by the rule of a cost flow (``flows``); the stock is
counted (``valued``) and, when asked for, taken apart again (``consumption``).
"""

from xlinventory.core.ledger.consumption import Consumed, Layers, RowMoney
from xlinventory.core.ledger.flows import METHODS
from xlinventory.core.ledger.kinds import KINDS
from xlinventory.core.ledger.ledger import StockLedger, value_ledger
from xlinventory.core.ledger.problems import NegativeStock, Problem, UnknownCost, UnknownLot
from xlinventory.core.ledger.valued import ValuedLedger

__all__ = [
    "KINDS",
    "METHODS",
    "Consumed",
    "Layers",
    "NegativeStock",
    "Problem",
    "RowMoney",
    "StockLedger",
    "UnknownCost",
    "UnknownLot",
    "ValuedLedger",
    "value_ledger",
]
