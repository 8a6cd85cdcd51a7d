"""SupplierChoice: a year by hand, sums, laws, and what is no offer."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets.supplier_choice import COST_PARTS

from .conftest import TODAY, make_book

PARTS = list(COST_PARTS)
SETTINGS = {"order_cost": 20.0, "holding_rate": 0.25, "review_days": 7.0, "max_cover_days": 365.0}


def item(**changes: Any) -> dict[str, Any]:
    planned = {
        "sku": "A1", "name": "Lamp", "active": "yes", "preferred_supplier": "Acme", "unit_cost": 5.0,
        "demand_avg": 1000 / 365, "demand_sd": 2.0, "lead_time": 12.0, "lead_time_sd": 3.0,
        "service_target": 0.95, "eoq": 180.0, "pattern": "smooth",
    }  # fmt: skip
    return planned | changes


def price(supplier: str, unit_price: float, break_qty: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"sku": "A1", "supplier": supplier, "unit_price": unit_price, "break_qty": break_qty} | more


def supplier(name: str, days: float, **more: Any) -> dict[str, Any]:
    return {"supplier": name, "promised_lead_days": days, "active": "yes"} | more


SUPPLIERS = (supplier("Acme", 9.0), supplier("Bolt", 25.0), supplier("Cord", 9.0, active="no"))
PRICES = (price("Acme", 5.0), price("Bolt", 4.8))


def book(prices: Any = PRICES, items: Any = None, **tables: Any) -> MemoryWorkbook:
    content = {"Items": items or [item()], "Suppliers": SUPPLIERS, "SupplierPrices": prices} | tables
    return make_book(SETTINGS, **content)


def compared(workbook: MemoryWorkbook) -> pd.DataFrame:
    run_macro(workbook, "suppliers")
    return workbook.read_table("SupplierChoice").set_index("supplier")


def test_a_year_at_each_supplier_by_hand() -> None:
    found = compared(book())
    for name, unit, days in (("Acme", 5.0, 9), ("Bolt", 4.8, 25)):
        # EOQ sqrt(2 * 1000 * 20 / (0.25 c)) in whole units; z 0.95 = 1.644854, sd 2 a day, reviewed weekly.
        size = np.ceil(np.sqrt(2 * 1000 * 20 / (0.25 * unit)))
        safety = 1.6448536 * 2 * np.sqrt(days + 7)
        row = found.loc[name]
        assert row[["unit_price", "order_qty", "lead_time", "lead_time_sd", "reject_rate"]].tolist() == [
            unit, size, days, 0, 0
        ]  # fmt: skip
        parts = [1000 * unit, 20 * 1000 / size, 0.25 * unit * size / 2, 0.25 * unit * safety, 0]
        assert row[PARTS].tolist() == pytest.approx(parts, rel=1e-6)
        assert row["total_cost"] == pytest.approx(sum(parts), rel=1e-6)
    assert found["rank"].to_dict() == {"Bolt": 1, "Acme": 2}
    assert found.loc["Acme", ["preferred", "difference"]].tolist() == ["yes", 0]
    gap = found.loc["Bolt", "total_cost"] - found.loc["Acme", "total_cost"]
    assert found.loc["Bolt", "difference"] == pytest.approx(gap)


def test_the_sentence_has_the_numbers_of_the_rows() -> None:
    found = compared(book())
    bolt, acme = found.loc["Bolt"], found.loc["Acme"]
    costs = f"{bolt['total_cost']:,.2f} a year against {acme['total_cost']:,.2f}"
    assert bolt["why"].startswith(
        f"buy from Bolt: {costs} at Acme (preferred), {-bolt['difference']:,.2f} less: price saves 200.00, "
    )
    # 1.644854 * 2 * (sqrt(32) - sqrt(16)) = 5.45 units.
    dearer = bolt["safety_cost"] - acme["safety_cost"]
    assert f"5 more units of safety stock cost {dearer:,.2f} more" in bolt["why"]
    assert acme["why"].startswith(
        f"{-bolt['difference']:,.2f} a year more than Bolt: price costs 200.00 more, "
    )
    told = [float(number) for number in re.findall(r"saves? ([\d.]+)", bolt["why"])]
    lost = [float(number) for number in re.findall(r"costs? ([\d.]+) more", bolt["why"])]
    assert sum(told) - sum(lost) == pytest.approx(-bolt["difference"], abs=0.02)


def test_one_unit_and_no_difference_are_told_as_such() -> None:
    prices = (price("Acme", 5.0), price("Bolt", 5.0))
    near = compared(book(prices, Suppliers=[supplier("Acme", 9), supplier("Bolt", 11)]))
    assert "stay with Acme (preferred): " in near.loc["Acme", "why"]
    assert "1 more unit of safety stock costs" in near.loc["Bolt", "why"]
    same = compared(book(prices, Suppliers=[supplier("Acme", 9), supplier("Bolt", 9)]))
    assert same["rank"].to_dict() == {"Acme": 1, "Bolt": 2}  # the preferred one of two that cost the same
    assert same.loc["Bolt", "why"] == "0.00 a year more than Acme"


def test_a_supplier_s_own_receipts_and_refused_units_count() -> None:
    orders = [
        {"po": f"P{i}", "supplier": "Bolt", "sku": "A1", "order_date": TODAY - 60,
         "promised_date": TODAY - 35, "quantity": 50.0, "received": 40.0, "rejected": 10.0,
         "receipt_date": TODAY - 60 + days}
        for i, days in enumerate((20, 30))
    ]  # fmt: skip
    found = compared(book(PurchaseOrders=orders)).loc["Bolt"]
    assert found["lead_time"] == pytest.approx(25)
    assert found["lead_time_sd"] == pytest.approx(np.std([20, 30], ddof=1))
    assert found["reject_rate"] == pytest.approx(0.2)
    assert found["reject_cost"] == pytest.approx(0.2 * 4800)


def test_a_price_break_is_used_where_a_year_costs_less() -> None:
    # 1,000 a year: at 4.80 from 400 on 4800 + 50 + 240 = 5090, at 5.00 5000 + 111.7 + 111.9 = 5223.6.
    found = compared(book((price("Acme", 5.0), price("Acme", 4.8, 400.0), price("Bolt", 6.0))))
    assert found.loc["Acme", ["order_qty", "unit_price"]].tolist() == [400, 4.8]
    # From 4,000 on 4.9 costs 4900 + 5 + 2450.
    far = compared(book((price("Acme", 5.0), price("Acme", 4.9, 4000.0), price("Bolt", 6.0))))
    assert far.loc["Acme", ["order_qty", "unit_price"]].tolist() == [179, 5.0]


def test_a_fill_rate_goes_by_the_order_quantity_at_each_supplier() -> None:
    # 400 at a time leave a shortage of 0.4 a cycle, 50 at a time one of 0.05: that needs more safety stock.
    workbook = book(
        (price("Acme", 5.0, moq=400.0), price("Bolt", 5.0)), [item(service_target=0.999, max_qty=400.0)],
        Suppliers=[supplier("Acme", 9.0), supplier("Bolt", 9.0)],
    )  # fmt: skip
    settings = workbook.read_table("Settings")
    settings.loc[settings["setting"] == "service_type", "value"] = "fill"
    settings.loc[settings["setting"] == "max_cover_days", "value"] = 50 / (1000 / 365)
    workbook.write_table("Settings", settings.reset_index(drop=True))
    found = compared(workbook)
    assert found["order_qty"].to_dict() == {"Bolt": 50, "Acme": 400}
    for name, size in (("Acme", 400), ("Bolt", 50)):
        # The normal loss function: sd (phi(k) - k (1 - Phi(k))) = 0.001 size at k = stock / sd, sd 8.
        k = found.loc[name, "safety_stock"] / 8
        assert 8 * (norm.pdf(k) - k * norm.sf(k)) == pytest.approx(0.001 * size)


def test_packs_and_limits_of_the_supplier_hold() -> None:
    found = compared(book((price("Acme", 5.0, pack_size=50.0), price("Bolt", 4.8, moq=500.0))))
    assert found["order_qty"].to_dict() == {"Acme": 200, "Bolt": 500}
    limited = compared(book(items=[item(max_qty=60.0)]))
    assert limited["order_qty"].tolist() == [60, 60]


def test_the_preferred_supplier_without_a_price_list_offers_at_the_unit_cost() -> None:
    found = compared(book((price("Bolt", 4.8),)))
    assert found.loc["Acme", "unit_price"] == 5.0


def test_without_an_active_preferred_supplier_there_is_no_difference() -> None:
    found = compared(book(items=[item(preferred_supplier="Cord")]))
    assert found["difference"].tolist() == [None, None]
    assert found["preferred"].tolist() == [None, None]
    assert found["why"].iloc[0].startswith("buy from Bolt: ")
    assert " at Acme, the next, " in found["why"].iloc[0]


@pytest.mark.parametrize(
    ("prices", "changes"),
    [
        ((price("Acme", 5.0),), {}),
        ((price("Acme", 5.0), price("Cord", 4.0)), {}),  # not active
        ((price("Acme", 5.0), price("Bolt", 4.0, valid_to=TODAY - 1)), {}),
        ((price("Acme", 5.0), price("Bolt", 4.0, valid_from=TODAY + 1)), {}),
        ((price("Bolt", 4.0),), {"unit_cost": None}),
        (PRICES, {"active": "no"}),
        (PRICES, {"demand_avg": None}),
        (PRICES, {"demand_avg": 0.0}),
        (PRICES, {"max_qty": 0.0}),  # never ordered
        (PRICES, {"service_target": None}),
    ],
)
def test_what_cannot_be_compared_has_no_row(prices: Any, changes: Mapping[str, Any]) -> None:
    workbook = book(prices, [item(**changes)])
    assert "several offers" not in run_macro(workbook, "suppliers").sentence
    assert workbook.read_table("SupplierChoice").empty


def test_the_biggest_saving_comes_first_and_the_sentence_adds_them_up() -> None:
    lines = [price("Acme", 5.0), price("Bolt", 4.8)]
    both = [*lines, *(line | {"sku": "B1"} for line in (price("Acme", 5.0), price("Bolt", 4.0)))]
    third = [line | {"sku": "C1"} for line in (price("Acme", 5.0), price("Bolt", 9.0))]
    workbook = book([*both, *third], [item(), item(sku="B1"), item(sku="C1")])
    sentence = run_macro(workbook, "suppliers").sentence
    found = workbook.read_table("SupplierChoice")
    assert found["sku"].tolist() == ["B1", "B1", "A1", "A1", "C1", "C1"]
    assert found["item"].tolist() == [1, 1, 2, 2, 3, 3]
    saved = -found.loc[found["rank"] == 1, "difference"].sum()
    assert f"Of 3 items with several offers 2 would cost {saved:,.2f} GBP a year less elsewhere" in sentence
    none = run_macro(book([price("Acme", 5.0), price("Bolt", 9.0)]), "suppliers").sentence
    assert "Of 1 item with several offers none costs less elsewhere." in none


def test_an_older_workbook_without_the_sheet_is_scored_all_the_same() -> None:
    new = book()
    old = MemoryWorkbook(
        {name: new.read_table(name) for name in new.table_names() if name != "SupplierChoice"}
    )
    assert "would cost" in run_macro(old, "suppliers").sentence
    assert "SupplierChoice" not in old.table_names()


offers = st.lists(
    st.tuples(st.floats(0.5, 50), st.sampled_from([0.0, 12.0, 200.0]), st.floats(1, 60)),
    min_size=2,
    max_size=4,
)


@settings(max_examples=6, deadline=None)
@given(terms=offers, rate=st.floats(0.1, 30))
def test_the_first_is_the_cheapest_and_its_parts_add_up(
    terms: list[tuple[float, float, float]], rate: float
) -> None:
    names = [f"S{i}" for i in range(len(terms))]
    prices = [price(name, cost, moq=least) for name, (cost, least, _) in zip(names, terms, strict=True)]
    suppliers = [supplier(name, days) for name, (_, _, days) in zip(names, terms, strict=True)]
    workbook = make_book(
        SETTINGS, Items=[item(demand_avg=rate, preferred_supplier="S0")], Suppliers=suppliers,
        SupplierPrices=prices,
    )  # fmt: skip
    found = compared(workbook)
    assert sorted(found.index) == names
    total = found["total_cost"].astype(float)
    assert total.to_numpy() == pytest.approx(found[PARTS].sum(axis=1).to_numpy(float))
    assert total.iloc[0] == total.min()
    assert found["rank"].tolist() == list(range(1, len(names) + 1))
    assert found["difference"].to_numpy(float) == pytest.approx((total - total["S0"]).to_numpy(), abs=1e-6)
    recommended = re.match(r"(?:buy from|stay with) (S\d)", found["why"].iloc[0])
    assert recommended.group(1) == total.idxmin()
