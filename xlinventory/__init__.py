"""Inventory management in a spreadsheet: the same formula with the same number in every host.

Every worksheet function is here under its snake_case name (``xlinventory.safety_stock`` is
``SAFETY_STOCK``), and ``evaluate`` is the spreadsheet's view of all of them.
"""

from typing import Any

from xlinventory import functions as _functions  # fills the registry
from xlinventory.core.errors import (
    CellError,
    InventoryError,
    NotEnoughData,
    OutOfDomain,
    UndefinedRatio,
    WrongInput,
)
from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.declaration import public_functions as _public_functions
from xlinventory.evaluation import evaluate

__version__ = "0.1.0"
__all__ = [
    "CellError",
    "Forecasts",
    "InventoryError",
    "NotEnoughData",
    "OutOfDomain",
    "UndefinedRatio",
    "WrongInput",
    "evaluate",
    "forecast_many",
    *sorted(_public_functions()),
]


def __getattr__(name: str) -> Any:
    """Find a worksheet function by its Python name."""
    try:
        return _public_functions()[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
