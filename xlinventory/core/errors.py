"""One small tree of errors; each leaf carries the error value a cell shows."""

from enum import Enum

import numpy as np
from numpy.typing import NDArray


class CellError(Enum):
    """An error value of a spreadsheet cell: ``CellError("#NUM!")`` is ``CellError.NUM``."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    SPILL = "#SPILL!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value


class InventoryError(Exception):
    """Base of every error a caller may want to catch.

    ``where`` marks the elements of the broadcast arguments that are at fault
    (a 0-d or 1-d boolean array), or is None when the whole call is.
    """

    cell_error: CellError = CellError.VALUE

    def __init__(self, message: str, where: NDArray[np.bool_] | None = None) -> None:
        super().__init__(message)
        self.where = where


class WrongInput(InventoryError):
    """An argument has the wrong type, an unknown word or a length that does not fit."""

    cell_error = CellError.VALUE


class OutOfDomain(InventoryError):
    """A number is outside the range in which the formula has a meaning."""

    cell_error = CellError.NUM


class NotEnoughData(InventoryError):
    """Too little data, a key that is not found, or a required argument left blank."""

    cell_error = CellError.NA


class UndefinedRatio(InventoryError):
    """A ratio whose denominator is zero."""

    cell_error = CellError.DIV0
