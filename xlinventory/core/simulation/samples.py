"""What a simulation draws from: the past values of each item, each as likely as the other."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xlinventory.core.checks import require
from xlinventory.core.errors import NotEnoughData

Column: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Sorted values of each item (n, most), and how many each has (n, 1)."""

    values: Column
    count: NDArray[np.int_]

    def draw(self, chance: Column) -> Column:
        """One value per item and run from uniform numbers (n, runs) or (runs,)."""
        place = (chance * self.count).astype(np.intp)
        return np.take_along_axis(self.values, place, axis=1)

    def of(self, items: slice) -> "Sample":
        """That of some items."""
        return Sample(self.values[items], self.count[items])

    def unit(self) -> Column:
        """Units that demand comes in (n, 1): the greatest that divides all of an item's values, or 0.

        Without it a demand of always 10 would be met at positions that it never reaches.
        """
        known = np.where(np.isnan(self.values), 0.0, self.values)
        whole = ((known == np.floor(known)) & (known < 2.0**53)).all(axis=1, keepdims=True)
        divisor = np.gcd.reduce(np.where(whole, known, 0.0).astype(np.int64), axis=1, keepdims=True)
        lowest, highest = self.values[:, :1], known.max(axis=1, keepdims=True)
        constant = np.where(lowest == highest, lowest, 0.0)
        return np.where(whole, divisor.astype(float), constant)


def sample(rows: ArrayLike, name: str, most: float) -> Sample:
    """Checked rows (n, any) of values from 0 to *most*, NaN = missing."""
    values = np.sort(np.atleast_2d(np.asarray(rows, dtype=float)), axis=1)  # NaN go last
    count = (~np.isnan(values)).sum(axis=1, keepdims=True)
    require(count[:, 0] > 0, f"{name} must have a value for every item", count[:, 0], NotEnoughData)
    lowest, highest = values[:, :1], np.take_along_axis(values, count - 1, axis=1)
    require(lowest[:, 0] >= 0, f"{name} must be >= 0", lowest[:, 0])
    require(highest[:, 0] <= most, f"{name} must be <= {most:g}", highest[:, 0])
    return Sample(values, count)
