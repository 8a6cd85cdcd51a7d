"""Fields and rules that several layouts share."""

from typing import Any

from xlinventory.imports.catalogue.names import NAME
from xlinventory.imports.layouts import Condition, Field, KindRule, OddCell, Refusal, Sign
from xlinventory.sheets import TABLES
from xlinventory.tables import Column, Kind

MOVEMENTS, ITEMS = TABLES["Movements"], TABLES["Items"]


def moved(column: str, *names: str, needed: bool = False, **more: Any) -> Field:
    """A field that is read as a column of Movements."""
    return Field(MOVEMENTS.column(column), names, needed=needed, **more)


def listed(column: str, *names: str, needed: bool = False, **more: Any) -> Field:
    """A field that is read as a column of Items."""
    return Field(ITEMS.column(column), names, needed=needed, **more)


def aside(name: str, meaning: str, *names: str, needed: bool = False, **more: Any) -> Field:
    """A text that is read for the rules of a layout and not kept."""
    return Field(Column(name, Kind.TEXT, f"{meaning}; not kept"), names, needed=needed, **more)


def named(*names: str) -> Field:
    """What the file calls an item, for items that are new."""
    return Field(ITEM_NAME.column, names)


ITEM_NAME = Field(Column("name", Kind.TEXT, "Name of the item, for items that are new"), NAME)
SOLD_OR_RETURNED = (
    KindRule("CUSTOMER_RETURN", Sign.TURNED, (Condition("quantity", "<", 0),)),
    KindRule("SALE", Sign.TURNED),
)
"""Quantities as a shop counts them: sold is positive, what came back negative."""
NO_UNITS = Refusal(
    (Condition("quantity", "=", 0),),
    "no units were moved",
    "Not taken. Nothing to do, or correct the quantity.",
)
NEGATIVE_PRICE = Refusal(
    (Condition("unit_price", "<", 0),), "a price below zero", "Not taken. Book it as money, not as stock."
)
NO_SKU = Refusal(
    (Condition("sku", "matches", ""),), "no SKU",
    "Not taken: stock is kept by SKU. Give the product one and export again; nothing to do for fees.",
)  # fmt: skip
WITHOUT_MINUS = OddCell(r"[-(](.*?)\)?", r"\1", "", "")
"""Money that is negative where units came back: its sign is that of the units, so only the amount is read."""
