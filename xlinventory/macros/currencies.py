"""Money of several currencies in a sentence: each currency's own total, never one sum of all."""

from collections.abc import Mapping

from xlinventory.macros.columns import Row


def currency_of(supplier: Row, otherwise: str) -> str:
    """The currency of a supplier's prices, which is the workbook's where Suppliers names none."""
    named = str(supplier.get("currency") or "").strip()
    return otherwise if not named or named.casefold() == otherwise.casefold() else named


def told_money(totals: Mapping[str, float], understood: str = "") -> str:
    """Totals by currency in words; the *understood* one is not named.

    >>> told_money({"GBP": 1180.0, "USD": 40.5}), told_money({"GBP": 3.2}, "GBP")
    ('1,180.00 GBP and 40.50 USD', '3.20')
    """
    parts = (f"{value:,.2f}" + (f" {name}" if name != understood else "") for name, value in totals.items())
    return " and ".join(parts)
