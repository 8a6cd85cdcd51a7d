"""Inventory management in a spreadsheet: the same formula with the same number in every host.

Every worksheet function is here under its snake_case name (``xlinventory.safety_stock`` is
``SAFETY_STOCK``), and ``evaluate`` is the spreadsheet's view of all of them.
"""

from typing import TYPE_CHECKING, Any

from xlinventory.core.errors import (
    CellError,
    InventoryError,
    NotEnoughData,
    OutOfDomain,
    UndefinedRatio,
    WrongInput,
)
from xlinventory.core.forecasting import Forecasts, forecast_many
from xlinventory.core.ledger import StockLedger, ValuedLedger, value_ledger

if TYPE_CHECKING:
    from xlinventory.evaluation import evaluate

__version__ = "0.1.0"

_ALWAYS = (
    "CellError",
    "Forecasts",
    "InventoryError",
    "NotEnoughData",
    "OutOfDomain",
    "StockLedger",
    "UndefinedRatio",
    "ValuedLedger",
    "WrongInput",
    "evaluate",
    "forecast_many",
    "value_ledger",
)


def __getattr__(name: str) -> Any:
    """Find ``evaluate``, or a worksheet function by its Python name, importing them when first asked for."""
    # Who only forecasts does not wait for them.
    from xlinventory.declaration import public_functions  # noqa: PLC0415
    from xlinventory.evaluation import evaluate  # noqa: PLC0415

    if name == "evaluate":
        return evaluate
    functions = public_functions()
    if name == "__all__":
        return [*_ALWAYS, *sorted(functions)]
    try:
        return functions[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> list[str]:
    return [*__getattr__("__all__"), "__version__"]
