"""What stock may be carried at: never more than selling it will bring in.

Source: IAS 2 Inventories, paragraphs 6, 9 and 28 to 33; ASC 330-10-35 for US GAAP, which knows no reversal.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import Floats, at_least

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
