"""What suppliers do: how long they take and how surely, whether they keep their word, what they cost.

``waiting`` measures lead times, ``credibility`` weighs an item's own against its supplier's, ``punctuality``
compares promise and receipt, ``scoring`` makes points of it all, ``buying`` is what a supplier costs.
"""

from xlinventory.core.suppliers.buying import (
    CostParts,
    cost_parts,
    defect_rate,
    price_variance,
    supplier_cost,
)
from xlinventory.core.suppliers.credibility import Shrunk, shrunk_to_group
from xlinventory.core.suppliers.punctuality import Punctuality, on_time_rate, punctuality
from xlinventory.core.suppliers.scoring import WEIGHTS, score_parts, supplier_score
from xlinventory.core.suppliers.waiting import STATISTICS, Waits, lead_time, waits

__all__ = [
    "STATISTICS", "WEIGHTS", "CostParts", "Punctuality", "Shrunk", "Waits", "cost_parts", "defect_rate",
    "lead_time", "on_time_rate", "price_variance", "punctuality", "score_parts", "shrunk_to_group",
    "supplier_cost", "supplier_score", "waits",
]  # fmt: skip
