"""Whom to buy an item from: what a year costs at each supplier that offers it today, part by part."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from xlinventory.core.economic_order import economic_order_quantity
from xlinventory.core.stock_control import round_to_pack
from xlinventory.core.suppliers import cost_parts
from xlinventory.macros import lead_times
from xlinventory.macros.columns import Row, records
from xlinventory.macros.frame import Run
from xlinventory.macros.prices import Offer, offers
from xlinventory.macros.supplier_lateness import safety_stocks
from xlinventory.sheets.items import LEAST_A_YEAR
from xlinventory.sheets.supplier_choice import COST_PARTS, SUPPLIER_CHOICE

YEAR = 365.0
PARTS = list(COST_PARTS)
PAIR = ["sku", "supplier"]
CENT = 0.005
"""Parts that differ by less are not told."""


def choices(
    run: Run, items: pd.DataFrame, found: lead_times.Deliveries, accept_rate: pd.Series
) -> pd.DataFrame:
    """SupplierChoice: a row for each item with two or more offers and each supplier of them, cheapest first.

    Safety stock is that of the item's target with this supplier's lead time for the item; units refused are
    this supplier's share, 0 while nothing was received from it. Items come by what the cheapest saves.
    """
    planned = items[items["active"] & (items["demand_avg"] * YEAR >= LEAST_A_YEAR)]
    pairs = _pairs(run, planned)
    rows = _with_orders(run, pairs.merge(planned, on="sku")) if len(pairs) else pairs
    if rows.empty:
        return pd.DataFrame(columns=SUPPLIER_CHOICE.names)
    measured = lead_times.item_lead_times(
        rows[["sku"]].assign(preferred_supplier=rows["supplier"]),
        run.table("Suppliers"), found, run.setting("default_lead_days"),
    )  # fmt: skip
    rows[["lead_time", "lead_time_sd"]] = measured[["lead_time", "lead_time_sd"]]
    order = rows["order_qty"].clip(lower=1.0)
    rows["safety_stock"] = safety_stocks(run, rows, rows["lead_time"], rows["lead_time_sd"], order)
    rows["reject_rate"] = (1.0 - rows["supplier"].map(accept_rate).astype(float)).fillna(0.0).clip(0.0, 1.0)
    return _ranked(_with_parts(run, _several(rows[rows["safety_stock"].notna()])))


def switches(compared: pd.DataFrame) -> pd.DataFrame:
    """The rows of suppliers that cost less than the preferred one, the best of each item."""
    return compared[compared["rank"].eq(1) & compared["difference"].lt(-CENT)]


def _pairs(run: Run, items: pd.DataFrame) -> pd.DataFrame:
    """Items and suppliers that offer them today, with the offer, where at least two do.

    An offer is a line of a price list that holds today, or the preferred supplier at the item's unit_cost.
    """
    suppliers, as_of = run.table("Suppliers"), run.setting("as_of")
    active = suppliers.loc[suppliers["active"], "supplier"]
    prices = run.table("SupplierPrices")
    prices = prices[prices["supplier"].isin(active) & prices["sku"].isin(items["sku"])]
    today = prices[~(prices["valid_from"] > as_of) & ~(prices["valid_to"] < as_of)]
    usual = items[items["preferred_supplier"].isin(active)].rename(columns={"preferred_supplier": "supplier"})
    pairs = _several(pd.concat([today[PAIR], usual[PAIR]]).drop_duplicates())
    offer: dict[tuple[str, str], Offer] = {}
    turns = pairs.groupby("sku").cumcount()  # an item's first supplier, its second, ...
    for _, turn in pairs.groupby(turns):
        asked = items.merge(turn, on="sku").assign(preferred_supplier=lambda rows: rows["supplier"])
        terms = offers(asked, today.merge(turn, on=PAIR), suppliers, as_of)
        offer |= {(sku, terms[sku].supplier): terms[sku] for sku in asked["sku"]}
    found = [offer[key] for key in zip(pairs["sku"], pairs["supplier"], strict=True)]
    pairs = pairs.assign(offer=pd.Series(found, pairs.index, dtype=object))
    return _several(pairs[[min(each.unit_prices) >= 0 for each in found]]) if found else pairs


def _several(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of items that have two or more."""
    return rows[rows["sku"].duplicated(keep=False)].reset_index(drop=True)


def _with_orders(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    """Each offer at the order quantity that costs least a year to buy, order and hold, and its price there.

    Looked at are the EOQ at each price of the list, raised to where that price begins, in packs and within
    the limits; it covers at least the days between reviews and at most max_cover_days.
    """
    place = np.repeat(np.arange(len(rows)), [len(each.break_qtys) for each in rows["offer"]])
    tried = rows.iloc[place].reset_index(drop=True)
    price = np.concatenate([each.unit_prices for each in rows["offer"]])
    begins = np.concatenate([each.break_qtys for each in rows["offer"]])
    year, rate = tried["demand_avg"].to_numpy() * YEAR, run.setting("holding_rate")
    wanted = economic_order_quantity(year, run.setting("order_cost"), np.maximum(price, 1e-9), rate)
    days = max(run.setting("review_days"), 0.0), run.setting("max_cover_days")
    wanted = np.clip(wanted, year / YEAR * min(days), year / YEAR * days[1])
    packs, least = (
        np.array([getattr(each, name) for each in tried["offer"]]) for name in ("pack_size", "moq")
    )
    wanted = np.maximum(np.maximum(wanted, begins), 1e-9)
    size = np.asarray(round_to_pack(wanted, packs, least, tried["max_qty"].to_numpy()))
    tried["order_qty"] = np.where(size > 0, size, np.nan)
    tried["unit_price"] = [
        each.price_at(quantity) for each, quantity in zip(tried["offer"], size.tolist(), strict=True)
    ]
    ready = _with_parts(run, tried[tried["order_qty"].notna()].assign(safety_stock=0.0, reject_rate=0.0))
    best = ready.sort_values("total_cost", kind="stable").drop_duplicates(PAIR)
    return best.sort_index().reset_index(drop=True)


def _with_parts(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the parts of a year's cost and their sum."""
    names = ("unit_price", "order_qty", "safety_stock", "reject_rate")
    price, size, safety, refused = (rows[name].to_numpy(float) for name in names)
    year, rate = rows["demand_avg"].to_numpy(float) * YEAR, run.setting("holding_rate")
    parts = cost_parts(year, price, size, run.setting("order_cost"), rate, safety, refused)
    return rows.assign(**dict(zip(PARTS, parts, strict=True)), total_cost=np.sum(parts, axis=0))


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Suppliers of each item by cost, items by what the cheapest saves, each row with its sentence."""
    mine = rows["supplier"].eq(rows["preferred_supplier"])
    usual = rows["total_cost"].where(mine).groupby(rows["sku"]).transform("max")
    rows = rows.assign(difference=rows["total_cost"] - usual, other=~mine)
    rows["preferred"] = np.where(mine, "yes", "")
    saved = -rows.groupby("sku")["difference"].transform("min").fillna(0.0)
    rows = rows.assign(saved=saved.round(6), total=rows["total_cost"].round(6))
    rows = rows.sort_values(["saved", "sku", "total", "other", "supplier"], ascending=[False, *[True] * 4])
    rows["rank"] = rows.groupby("sku").cumcount() + 1.0
    rows["item"] = rows["rank"].eq(1).cumsum().astype(float)
    of_item = [group for _, group in pd.Series(records(rows)).groupby(rows["item"].to_numpy())]
    rows["why"] = [told for group in of_item for told in _told(group.tolist())]
    return rows[SUPPLIER_CHOICE.names].reset_index(drop=True)


def _told(rows: Sequence[Row]) -> list[str]:
    """The sentence of each supplier of an item, the cheapest first."""
    best = rows[0]
    usual = next((row for row in rows if row["preferred"]), None)
    against = usual if usual and usual is not best else rows[1]
    return [_recommended(best, against), *(_dearer(row, best) for row in rows[1:])]


def _recommended(best: Row, other: Row) -> str:
    gain = other["total_cost"] - best["total_cost"]
    verb, mark = ("stay with", " (preferred)") if best["preferred"] else ("buy from", "")
    which = " (preferred)" if other["preferred"] else ", the next"
    costs = f"{best['total_cost']:,.2f} a year against {other['total_cost']:,.2f}"
    return (
        f"{verb} {best['supplier']}{mark}: {costs} at {other['supplier']}{which}, "
        f"{gain:,.2f} less{_differences(best, other)}"
    )


def _dearer(row: Row, best: Row) -> str:
    more = row["total_cost"] - best["total_cost"]
    return f"{more:,.2f} a year more than {best['supplier']}{_differences(row, best)}"


def _differences(row: Row, other: Row) -> str:
    """What each part saves or costs beside another supplier, the largest first."""
    parts = [(row[name] - other[name], name) for name in PARTS]
    parts = sorted((part for part in parts if abs(part[0]) >= CENT), key=lambda part: -abs(part[0]))
    told = [_part(row, other, name, more) for more, name in parts]
    return f": {', '.join(told)}" if told else ""


def _part(row: Row, other: Row, name: str, more: float) -> str:
    words = COST_PARTS[name]
    units = row["safety_stock"] - other["safety_stock"]
    if name == "safety_cost" and abs(units) >= 0.5 and units * more > 0:
        count = f"{abs(units):,.0f}"
        noun = "unit" if count == "1" else "units"
        words = f"{count} {'more' if units > 0 else 'fewer'} {noun} of safety stock"
    several = words == "refused units" or "units of" in words
    verb = ("cost" if more > 0 else "save") + ("" if several else "s")
    return f"{words} {verb} {abs(more):,.2f}{'' if more < 0 else ' more'}"
