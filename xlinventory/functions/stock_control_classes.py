"""Stock control: which items matter and which are steady."""

from collections.abc import Callable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from xlinventory.arguments import Grid, Number, Series
from xlinventory.core import classification
from xlinventory.core.errors import InventoryError
from xlinventory.declaration import worksheet_function
from xlinventory.functions.vocabulary import FloatArray
from xlinventory.registry import Family, Shape

AnnualValues = Annotated[
    FloatArray, Series("money / year", "Yearly value of each item: demand times unit cost", blanks="missing")
]
AShare = Annotated[float, Number("0 to 1", "Share of the total value up to which items are A; blank is 0.8")]
BShare = Annotated[float, Number("0 to 1", "Share of the total value up to which items are B; blank is 0.95")]
HistoryRows = Annotated[
    FloatArray,
    Grid("units", "Demand, one item a row and one period a column; a blank is a missing period",
         blanks="missing"),
]  # fmt: skip
XLimit = Annotated[float, Number("ratio", "Largest coefficient of variation of class X; blank is 0.5")]
YLimit = Annotated[float, Number("ratio", "Largest coefficient of variation of class Y; blank is 1")]
Cells = NDArray[np.object_]


@worksheet_function(
    Family.STOCK_CONTROL,
    example=([90000, 77000, 26350, 15001, 12500, 8502, 1200, 850, 504, 150], 0.8, 0.96),
    expect=["A", "A", "B", "B", "B", "C", "C", "C", "C", "C"],
    shape=Shape.COLUMN,
)
def abc_class(annual_values: AnnualValues, a_share: AShare = 0.8, b_share: BShare = 0.95) -> Cells:
    """Class of each item by its place in the total value: A the few that make most of it, C the many.

    Items are ranked by value, equal ones in the order given. A while the cumulative share including the item
    is <= a_share, B while it is <= b_share, then C; the largest item is A whatever its share.

    In one row only: #N/A for a blank value, #NUM! for a negative one. #DIV/0!: all values are 0. #NUM!:
    shares outside 0 to 1, or a_share above b_share.

    Source: Heizer & Render, Operations Management, ABC analysis, Example 1 (Silicon Chips).

    >>> print(*abc_class([90000, 77000, 26350, 15001, 12500, 8502, 1200, 850, 504, 150], 0.8, 0.96))
    A A B B B C C C C C
    """
    return _row_by_row(lambda rows: classification.abc_class(rows, a_share, b_share), annual_values)


@worksheet_function(
    Family.STOCK_CONTROL,
    example=([[9.0, 10.0, 11.0], [1.0, 10.0, 19.0], [0.0, 0.0, 30.0]],),
    expect=["X", "Y", "Z"],
    shape=Shape.COLUMN,
)
def xyz_class(history_rows: HistoryRows, x_limit: XLimit = 0.5, y_limit: YLimit = 1.0) -> Cells:
    """Class of each row of demand by its variability: X steady, Y variable, Z erratic.

    Coefficient of variation (sample sd / mean) <= x_limit is X, <= y_limit is Y, above is Z.

    In one row only: #DIV/0! for a mean not above 0 or fewer than 2 periods. #NUM!: limits that are negative
    or do not rise.

    Source: Scholz-Reiter, Heger, Meinecke & Bergmann (2012), ABC-XYZ analysis; the sd of 1, 10, 19 is 9.

    >>> print(*xyz_class([[9, 10, 11], [1, 10, 19], [0, 0, 30]]))
    X Y Z
    """
    return _row_by_row(lambda rows: classification.xyz_class(rows, x_limit, y_limit), history_rows)


def _row_by_row(classify: Callable[[FloatArray], Cells], rows: FloatArray) -> Cells:
    """Classes of a column in which a bad row shows its own error and the others theirs."""
    cells = np.empty(len(rows), dtype=object)
    live = np.arange(len(rows))
    while live.size:
        try:
            cells[live] = classify(rows[live])
        except InventoryError as error:
            if error.where is None or error.where.shape != live.shape:
                raise
            cells[live[error.where]] = error.cell_error
            live = live[~error.where]
        else:
            break
    return cells
