"""Whom each item is ordered from and on what terms: the price list lines that hold today."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ordering.price_lists import OrderLimits, PriceLists, average_price
from xlinventory.tables import BadRowsError, Fault

INCREMENTAL = "incremental"
_LINE = ["sku", "supplier"]
_RULE = "lines of one price list must be all of one discount type, all or incremental"


@dataclass(frozen=True, slots=True)
class Offer:
    """One supplier's terms for one item: breaks ascending, each with its unit price.

    *passed_over* says why the preferred supplier is not the one, if there is one.
    """

    supplier: str
    break_qtys: tuple[float, ...]
    unit_prices: tuple[float, ...]
    moq: float
    pack_size: float
    passed_over: str = ""
    incremental: bool = False

    def price_at(self, quantity: float) -> float:
        """Unit price of an order of that many units: their average where discounts are incremental."""
        breaks = np.array([[0.0, *self.break_qtys[1:]]])
        lists = PriceLists(breaks, np.array([self.unit_prices]), np.array([self.incremental]))
        return float(average_price(lists, np.array([quantity], dtype=float))[0])


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that each item is ordered on, in the order of the items.

    *breaks* are as they stand in the list; in *lists* the first price holds from 0 on.
    """

    supplier: NDArray[np.object_]
    passed_over: NDArray[np.object_]
    breaks: NDArray[np.float64]
    lists: PriceLists
    limits: OrderLimits

    def offers(self) -> list[Offer]:
        """The same item by item."""
        breaks, prices = self.breaks.tolist(), self.lists.prices.tolist()
        lengths = np.isfinite(self.breaks).sum(axis=1).tolist()
        columns = (
            self.supplier, lengths, breaks, prices, self.limits.moq.tolist(), self.limits.pack_size.tolist(),
            self.passed_over, self.lists.incremental.tolist(),
        )  # fmt: skip
        return [
            Offer(supplier, tuple(q[:m]), tuple(p[:m]), moq, pack, passed_over, incremental)
            for supplier, m, q, p, moq, pack, passed_over, incremental in zip(*columns, strict=True)
        ]


def offers(
    items: pd.DataFrame, prices: pd.DataFrame, suppliers: pd.DataFrame, as_of: float
) -> dict[str, Offer]:
    """The offer each item is ordered at: its preferred supplier's, else the cheapest active one's."""
    return dict(zip(items["sku"], terms_of(items, prices, suppliers, as_of).offers(), strict=True))


def terms_of(items: pd.DataFrame, prices: pd.DataFrame, suppliers: pd.DataFrame, as_of: float) -> Terms:
    """The terms of each item: its preferred supplier's, else the cheapest active one's, else its own.

    Raises BadRowsError where a price list mixes the types of discount.
    """
    active = dict(zip(suppliers["supplier"], suppliers["active"], strict=True))
    lines = _lines_today(prices[prices["supplier"].map(active).eq(True)], as_of)  # noqa: FBT003 - a cell
    supplier, passed_over = _chosen(items, lines, active)
    chosen = pd.Series(supplier, index=items["sku"].to_numpy(dtype=object))
    mine = lines[lines["supplier"].eq(lines["sku"].map(chosen))]
    at, step = pd.Index(chosen.index).get_indexer(mine["sku"]), mine.groupby(_LINE).cumcount().to_numpy()
    shape = len(items), int(step.max(initial=0)) + 1
    breaks, unit_prices = np.full(shape, np.inf), np.full(shape, np.nan)
    breaks[:, 0], unit_prices[:, 0] = 0.0, items["unit_cost"].to_numpy(dtype=float)
    breaks[at, step], unit_prices[at, step] = mine["break_qty"], mine["unit_price"]
    incremental = np.zeros(len(items), dtype=bool)
    incremental[at] = mine["incremental"]
    own = items["max_qty"].to_numpy(dtype=float) if "max_qty" in items else np.full(len(items), np.nan)
    first = step == 0
    moq = _theirs(items["moq"], mine.loc[first, "moq"], at[first], 0.0)
    pack = _theirs(items["pack_size"], mine.loc[first, "pack_size"], at[first], 1.0)
    from_nothing = np.append(np.zeros((len(items), 1)), breaks[:, 1:], axis=1)
    lists = PriceLists(from_nothing, unit_prices, incremental)
    return Terms(supplier, passed_over, breaks, lists, OrderLimits(moq, pack, own))


def _lines_today(prices: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Lines that hold today in order of their breaks; of several for a break the one that began last."""
    valid = prices[~(prices["valid_from"] > as_of) & ~(prices["valid_to"] < as_of)]
    valid = valid.assign(break_qty=valid["break_qty"].fillna(0.0))
    valid = valid.sort_values(["break_qty", "valid_from"], na_position="first", kind="stable")
    valid = valid.drop_duplicates([*_LINE, "break_qty"], keep="last")
    told = valid["discount_type"].where(valid["discount_type"].ne(""))
    per_list = told.groupby([valid[name] for name in _LINE])
    mixed = told.notna() & per_list.transform("nunique").gt(1)
    if mixed.any():
        raise BadRowsError(
            [
                Fault("SupplierPrices", int(row), "discount_type", told[row], _RULE)
                for row in told.index[mixed]
            ]
        )
    return valid.assign(incremental=per_list.transform("first").eq(INCREMENTAL))


def _chosen(
    items: pd.DataFrame, lines: pd.DataFrame, active: dict[str, bool]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The supplier each item is ordered from, and why its preferred one is passed over if it is."""
    preferred = items["preferred_supplier"].fillna("").to_numpy(dtype=object)
    asked = _smallest_orders(items, lines)
    cheapest = asked.sort_values("unit_price", kind="stable").drop_duplicates("sku").set_index("sku")
    instead = cheapest["supplier"].reindex(items["sku"]).fillna("").to_numpy(dtype=object)
    absent = {
        name: f"{name} is not {'active' if name in active else 'in Suppliers'}"
        for name in set(preferred)
        if name and not active.get(name)
    }
    passed_over = np.array([absent.get(name, "") for name in preferred], dtype=object)
    stays = (preferred != "") & (passed_over == "")
    return np.where(stays, preferred, instead).astype(object), passed_over


def _smallest_orders(items: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Of each price list the line that holds for the item's smallest order: what it is sure to cost.

    The price of a break far beyond that says nothing of what an order would cost.
    """
    least = np.fmax(items["moq"].to_numpy(dtype=float), 1.0)
    quantity = lines["sku"].map(dict(zip(items["sku"], least, strict=True)))
    holds = (lines["break_qty"] <= quantity) | ~lines.duplicated(_LINE)
    return lines[holds].drop_duplicates(_LINE, keep="last")


def _theirs(own: pd.Series, theirs: pd.Series, at: NDArray[np.intp], otherwise: float) -> NDArray[np.float64]:
    """The item's own value, their one where the price list has it."""
    out = own.to_numpy(dtype=float)
    out = np.where(np.isnan(out), otherwise, out)
    given = theirs.to_numpy(dtype=float)
    out[at[~np.isnan(given)]] = given[~np.isnan(given)]
    return out
