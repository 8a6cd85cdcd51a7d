"""The reorder list on a few items worked out by hand; the formulas' results stand in the table already."""

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import reorder
from xlinventory.macros.frame import Run
from xlinventory.macros.reorder import reorder_lines
from xlinventory.sheets import TABLES

TODAY = 40886.0  # 9 December 2011


def table(name: str, *rows: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)


def item(sku: str, **changes: object) -> dict[str, object]:
    planned = {
        "name": sku, "active": "yes", "preferred_supplier": "Acme", "unit_cost": 2.0, "sell_price": 5.0,
        "on_hand": 20.0, "on_order": 0.0, "committed": 0.0, "position": 20.0, "demand_avg": 4.0,
        "demand_sd": 2.0, "lead_time": 9.0, "lead_time_sd": 0.0, "service_target": 0.9, "reorder_point": 46.0,
        "order_up_to": 70.0, "pattern": "smooth", "status": "REORDER", "lead_time_receipts": 3.0,
    }  # fmt: skip
    return {"sku": sku, **planned, **changes}


def lines(*items: Mapping[str, object], before: tuple[Mapping[str, object], ...] = (), **settings: object):
    values = {"as_of": TODAY, **settings}
    content = {name: table(name) for name in TABLES}
    content["Settings"] = table("Settings", *({"setting": s, "value": v} for s, v in values.items()))
    content["Items"] = table("Items", *items)
    content["Suppliers"] = table("Suppliers", {"supplier": "Acme"})
    content["Reorder"] = table("Reorder", *before)
    run = Run(MemoryWorkbook(content))
    orders = run.table("PurchaseOrders")
    return reorder_lines(run, run.table("Items"), orders, TODAY).set_index("sku")


def test_figures_beside_a_line() -> None:
    row = lines(item("A1")).loc["A1"]
    assert (row["suggested_qty"], row["order_qty"], row["take"]) == (50, 50, True)
    assert row["order_by"] == TODAY  # 20 units last 5 days, the lead time is 9
    assert row["expected"] == TODAY + 9
    assert row["cover_after"] == 70 / 4
    # Demand over 9 days: mean 36, sd 2 * 3.
    assert row["stockout_risk"] == pytest.approx(1 - NormalDist(36, 6).cdf(20))


def test_an_item_without_demand_does_not_stop_the_run() -> None:
    found = lines(
        item("A1"), item("B1", demand_avg=0.0, pattern="lumpy", reorder_point=None, order_up_to=None)
    )
    assert found.index.tolist() == ["A1", "B1"]
    assert np.isnan(found.loc["B1", "stockout_risk"])
    assert found.loc["B1", "why"].startswith("no demand expected")
    assert not found.loc["B1", "take"]


def test_the_most_urgent_come_first() -> None:
    found = lines(
        item("A1", position=44.0, on_hand=44.0), item("B1"), item("C1", position=60.0, on_hand=60.0),
        item("D1", position=30.0, on_hand=30.0),
    )  # fmt: skip
    assert found.index.tolist() == ["B1", "D1", "A1", "C1"]


def test_what_was_decided_stays_while_the_suggestion_does() -> None:
    before = {"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "no"}
    kept = lines(item("A1"), before=(before,)).loc["A1"]
    assert (kept["order_qty"], kept["take"]) == (30, False)
    anew = lines(item("A1"), before=(before | {"suggested_qty": 48.0},)).loc["A1"]
    assert (anew["order_qty"], anew["take"]) == (50, True)


def test_what_went_on_an_order_is_judged_anew() -> None:
    """Its tick was taken off by Create POs, not by the user: what is still needed is proposed again."""
    before = {"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "no"}
    ordered = before | {"why": "few left; ordered: 30 on PO-2011-0001"}
    again = lines(item("A1"), before=(ordered,)).loc["A1"]
    assert (again["order_qty"], again["take"]) == (50, True)


def test_a_budget_goes_to_the_lines_that_avoid_most_shortage_for_their_money() -> None:
    # Each line costs 100; B1 earns five times as much on a unit short.
    found = lines(item("A1"), item("B1", sell_price=17.0), budget=150.0)
    assert found["take"].to_dict() == {"A1": False, "B1": True}
    assert found.loc["A1", "why"].endswith("; not ticked: 100.00 more would pass the budget of 150.00")
    assert lines(item("A1"), item("B1"), budget=200.0)["take"].all()


def test_a_shortage_over_a_lead_time_that_varies_weighs_more() -> None:
    found = lines(item("A1", position=40.0), item("B1", position=40.0, lead_time_sd=6.0), budget=70.0)
    assert found["take"].to_dict() == {"A1": False, "B1": True}


def test_the_sentence_tells_what_is_not_known() -> None:
    """50 units at 2.00, 50 without a supplier or a price, and one item above its reorder point."""
    found = lines(item("A1"), item("B1", preferred_supplier=None, unit_cost=None), item("C1", position=60.0))
    assert reorder._sentence(found) == (
        "2 lines to order from 1 supplier for 100.00, 1 without a supplier, 1 without a price; "
        "1 item not ordered, each with its reason."
    )


def test_the_budget_is_judged_anew_by_every_run() -> None:
    """What the budget left out is not the user's no: the reason stays, and more money brings it back."""
    first = lines(item("A1"), item("B1", sell_price=17.0), budget=150.0)
    before = tuple(
        {**line, "sku": sku, "take": "yes" if line["take"] else "no"}
        for sku, line in first[["take", "suggested_qty", "order_qty", "why"]].to_dict("index").items()
    )
    again = lines(item("A1"), item("B1", sell_price=17.0), before=before, budget=150.0)
    assert again["why"].tolist() == first["why"].tolist()
    assert again["take"].tolist() == first["take"].tolist()
    assert lines(item("A1"), item("B1", sell_price=17.0), before=before)["take"].all()


def test_a_day_that_no_spreadsheet_knows_stays_blank() -> None:
    found = lines(item("A1", position=50.0, demand_avg=1e-5, reorder_point=46.0))
    assert np.isnan(found.loc["A1", "order_by"])
