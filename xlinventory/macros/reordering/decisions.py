"""What of the list is ticked: what you decided before, what suppliers accept, what the budget pays."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.ordering.budget import within_budget
from xlinventory.core.ordering.price_lists import average_price
from xlinventory.core.ordering.running_out import Outlook, shortage_avoided
from xlinventory.macros.columns import distribution_of
from xlinventory.macros.prices import Terms
from xlinventory.macros.reordering.words import CHOICE, CUT, NOT_TICKED, ORDERED, Decision

Column = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONEY_DECIMALS = 6
"""Sums of prices are compared as if exact: 0.1 and 0.7 are 0.8."""
LEAST_SHARE = 0.25
"""Of an order that is cut, at least so much stays: ordering a quarter at a time costs twice as much a year.

(Q/Q* + Q*/Q) / 2 = 2.125 times the ordering and holding cost of an economic order (Harris 1913).
"""


def your_suppliers(before: pd.DataFrame) -> pd.Series:
    """The suppliers that you typed into the list, by sku.

    One is yours where the reason of the line names another, or says that it is your choice; where it names
    none, as the line was not suggested, if you have ticked it.
    """
    before = before[
        before["supplier"].ne("") & ~before["why"].str.contains(ORDERED, regex=False).astype(bool)
    ]
    ticked = before["take"] & before["order_qty"].gt(0) & before["suggested_qty"].eq(0)
    yours = [
        CHOICE in why or not re.search(rf"; supplier {re.escape(name)} (at [\d,.]+|\(no price)", why)
        if "supplier " in why
        else own
        for name, why, own in zip(before["supplier"], before["why"], ticked, strict=True)
    ]
    mine = before[np.array(yours, dtype=bool)]
    return mine.drop_duplicates("sku").set_index("sku")["supplier"]


def with_suppliers(items: pd.DataFrame, yours: pd.Series) -> pd.DataFrame:
    """Items to be ordered from *yours* (by sku), *chosen* where that is another than their preferred one."""
    typed = items["sku"].map(yours)
    chosen = typed.notna() & typed.ne(items["preferred_supplier"])
    return items.assign(
        chosen=chosen,
        instead_of=items["preferred_supplier"].where(chosen, ""),
        preferred_supplier=items["preferred_supplier"].mask(chosen, typed),
    )


def with_your_decisions(items: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Keep what you decided on a line whose suggestion has not changed; else propose anew.

    What the run itself left out or cut, and what has been ordered since, was no decision of yours. Where you
    have just typed another supplier, your tick stays whatever is suggested now, and so does your quantity.
    """
    out = items.copy()
    before = before.drop_duplicates("sku").set_index("sku")
    before = before[~before["why"].str.contains(ORDERED, regex=False).astype(bool)]
    own = [
        f"{CUT}{qty:,.10g} of " not in why
        for qty, why in zip(before["order_qty"], before["why"], strict=True)
    ]
    left_out = before["why"].str.contains(NOT_TICKED, regex=False).astype(bool)
    yours = before["take"].astype(object).mask(left_out & ~before["take"])
    suggested = out["suggested_qty"].to_numpy()
    told = before["suggested_qty"].reindex(out["sku"]).to_numpy()
    anew = _newly_chosen(out, before)
    typed = before["order_qty"].where(np.array(own, dtype=bool)).reindex(out["sku"]).to_numpy()
    taken = yours.reindex(out["sku"]).to_numpy()
    same = (told == suggested) | anew
    edited = same & ~pd.isna(typed) & ~(anew & (typed == told))
    out["order_qty"] = np.where(edited, typed, suggested)
    on_its_own = edited & (typed > 0) & (suggested == 0)
    taken = np.where(
        same & ~pd.isna(taken), taken, (suggested > 0) | left_out.reindex(out["sku"], fill_value=False)
    )
    out["take"] = ((suggested > 0) | on_its_own) & taken.astype(bool)
    return out


def _newly_chosen(items: pd.DataFrame, before: pd.DataFrame) -> Flags:
    """Whose supplier you have typed since the last run."""
    known = before["why"].reindex(items["sku"]).fillna("").str.contains(CHOICE, regex=False).astype(bool)
    return np.asarray(items["chosen"].to_numpy(dtype=bool) & ~known.to_numpy())


def with_money(items: pd.DataFrame, terms: Terms, shortage_cost: float) -> pd.DataFrame:
    """Price and value of what is to be ordered, and the stock-out cost that it avoids."""
    out = items.copy()
    units = np.where(out["order_qty"] > 0, out["order_qty"], out["suggested_qty"])
    out["unit_price"] = average_price(terms.lists, units)
    out["value"] = out["order_qty"] * out["unit_price"]
    out["cost_avoided"] = _cost_avoided(out, shortage_cost)
    return out


def without_small_orders(items: pd.DataFrame) -> pd.DataFrame:
    """Untick the lines of an order that its supplier would not take, with its *order_value*.

    An order with a price that is not known is not judged.
    """
    out = items.copy()
    asked = (out["take"] & (out["order_qty"] > 0)).to_numpy(dtype=bool)
    out["order_value"] = _order_values(out, asked)
    small = asked & (out["order_value"].round(MONEY_DECIMALS) < out["min_order_value"]).to_numpy(dtype=bool)
    out.loc[small, "take"] = False
    out.loc[small, "decision"] = Decision.TOO_SMALL.value
    return out


def within_the_budget(items: pd.DataFrame, terms: Terms, budget: float, shortage_cost: float) -> pd.DataFrame:
    """Untick or cut lines until the rest costs no more than *budget* (NaN: no limit), the best ones first.

    Best is what avoids most stock-out cost for its money. A quantity of yours is not cut. An order that falls
    below its supplier's minimum that way is left out as a whole, and its money is free for others.
    """
    out = items.assign(asked_qty=items["order_qty"], below_minimum=False)
    asked = (out["take"] & (out["value"] > 0)).to_numpy(dtype=bool)
    if np.isnan(budget) or not asked.any():
        return out
    dropped = np.zeros(len(out), dtype=bool)
    while True:
        kept = _kept(out, terms, budget, asked & ~dropped)
        worst = _smallest_order(out, terms, kept, asked)
        if worst is None:
            break
        dropped |= out["supplier"].eq(worst).to_numpy(dtype=bool)
    return _cut(out, terms, kept, (asked, dropped & asked), shortage_cost)


def _kept(items: pd.DataFrame, terms: Terms, budget: float, asked: Flags) -> Column:
    kept = np.zeros(len(items))
    mine, limits = items[asked], terms.limits.of(asked)
    least = np.maximum(limits.moq, LEAST_SHARE * mine["suggested_qty"].to_numpy(dtype=float))
    kept[asked] = within_budget(
        mine["order_qty"].to_numpy(dtype=float),
        mine["cost_avoided"].to_numpy(dtype=float),
        terms.lists.of(asked),
        limits._replace(moq=least),
        budget,
        mine["order_qty"].eq(mine["suggested_qty"]).to_numpy(dtype=bool),
    )
    return kept


def _smallest_order(items: pd.DataFrame, terms: Terms, kept: Column, asked: Flags) -> str | None:
    """Of the suppliers whose kept lines are too small an order, the one that avoids least for its money."""
    value = np.where(kept > 0, kept * average_price(terms.lists, kept), 0.0)
    value[(items["take"] & items["value"].isna()).to_numpy(dtype=bool)] = np.nan
    sums = pd.DataFrame({"value": value, "avoided": items["cost_avoided"].where(asked, 0.0)})
    totals = sums.groupby(items["supplier"]).sum(min_count=1)
    unknown = pd.Series(np.isnan(value)).groupby(items["supplier"].to_numpy()).any()
    least = items.groupby("supplier")["min_order_value"].first()
    small = totals[(totals["value"] > 0) & (totals["value"].round(MONEY_DECIMALS) < least) & ~unknown]
    if small.empty:
        return None
    return str((small["avoided"] / small["value"]).idxmin())


def _cut(
    items: pd.DataFrame, terms: Terms, kept: Column, which: tuple[Flags, Flags], shortage_cost: float
) -> pd.DataFrame:
    asked, dropped = which
    out = items.copy()
    left_out, fewer = asked & (kept == 0), asked & (kept > 0) & (kept < out["order_qty"])
    out.loc[left_out, "take"] = False
    out.loc[left_out, "decision"] = Decision.OVER_BUDGET.value
    out.loc[dropped, "below_minimum"] = True
    out.loc[fewer, "order_qty"] = kept[fewer]
    out.loc[fewer, "decision"] = Decision.FEWER.value
    return with_money(out, terms, shortage_cost)


def _order_values(items: pd.DataFrame, asked: Flags) -> Column:
    """Of each line, the value of its supplier's whole order; NaN where a price of it is not known."""
    value = items["value"].where(asked, 0.0)
    per_supplier = value.groupby(items["supplier"])
    whole = per_supplier.transform("sum")
    unknown = value.isna().groupby(items["supplier"]).transform("any")
    return np.asarray(whole.where(~unknown), dtype=float)


def _cost_avoided(items: pd.DataFrame, shortage_cost: float) -> Column:
    """Units that an order saves from being short, by what one costs; 0 where nothing is to be ordered."""
    rows = (items["order_qty"] > 0) & items["demand_avg"].gt(0) & items["lead_time"].notna()
    mine = items[rows]
    lead = mine["lead_time"].to_numpy(dtype=float)
    wait = (mine["next_order_day"] - mine["order_day"]).to_numpy(dtype=float)
    arrives = (mine["days_to_next"].to_numpy(dtype=float) - wait) + lead
    demand_sd, lead_sd = (
        mine[name].fillna(0.0).to_numpy(dtype=float) for name in ("demand_sd", "lead_time_sd")
    )
    distributions = distribution_of(mine["pattern"]).to_numpy(dtype=object)
    outlook = Outlook(mine["demand_avg"].to_numpy(dtype=float), demand_sd, lead_sd, distributions)
    position, units = (mine[name].to_numpy(dtype=float) for name in ("position", "order_qty"))
    out = np.where(items["order_qty"] > 0, 0.0, np.nan)
    out[rows] = shortage_avoided(position, units, outlook, arrives, arrives + wait) * _cost_short(
        mine, shortage_cost
    )
    return out


def _cost_short(items: pd.DataFrame, share: float) -> Column:
    """Money that a unit short costs: its margin; a share of its price where no margin is known."""
    margin = items["sell_price"] - items["unit_price"]
    price = items["sell_price"].where(items["sell_price"] > 0, items["unit_price"])
    return margin.where(margin > 0, share * price).to_numpy(dtype=float)
