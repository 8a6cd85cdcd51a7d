"""Supplier scores on a workbook small enough to work out by hand."""

from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.macros.supplier_lateness import COSTS
from xlinventory.macros.supplier_scores import POINTS, WEIGHTS
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.workbook import WorkbookError

TODAY = 40886.0  # 9 December 2011
SERVICE = 0.95


def table(name: str, *rows: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TABLES[name].names, dtype=object)


def order(po: str, supplier: str, ordered: float, promised: float, **more: object) -> dict[str, object]:
    days = {"order_date": TODAY - ordered, "promised_date": TODAY - promised}
    return {"po": po, "supplier": supplier, "sku": "A1", "quantity": 100.0, **days, **more}


def receipt(po: str, day: float, quantity: float) -> dict[str, object]:
    return {"date": TODAY - day, "sku": "A1", "kind": "RECEIPT", "quantity": quantity, "reference": po}


def item(sku: str, supplier: str, **changes: object) -> dict[str, object]:
    planned = {
        "active": "yes", "unit_cost": 2.0, "demand_avg": 10.0, "demand_sd": 4.0, "lead_time": 12.0,
        "lead_time_sd": 3.0, "service_target": SERVICE, "eoq": 50.0, "pattern": "smooth",
    }  # fmt: skip
    return {"sku": sku, "preferred_supplier": supplier, **planned, **changes}


ORDERS = (
    order("PO1", "Acme", 60, 50, unit_price=2.0, received=100.0, receipt_date=TODAY - 50),
    order("PO2", "Acme", 40, 30, unit_price=2.0, received=90.0, rejected=10.0, receipt_date=TODAY - 26),
    order("PO3", "Bolt", 50, 36, unit_price=2.5, received=100.0, receipt_date=TODAY - 36),
    order("PO4", "Bolt", 30, 16, unit_price=2.5, quantity=50.0),
    order("PO5", "Bolt", 90, 80, unit_price=1.0, status="cancelled"),
    order("PO6", "Bolt", -3, -20, unit_price=1.0),
)
RECEIPTS = (receipt("PO1", 50, 100.0), receipt("PO2", 26, 90.0), receipt("PO3", 36, 100.0))


def workbook(
    orders: tuple[Mapping[str, object], ...] = ORDERS,
    chosen: Mapping[str, object] | None = None,
    **tables: pd.DataFrame,
) -> MemoryWorkbook:
    values = {setting.name: setting.value for setting in SETTINGS} | {"as_of": TODAY} | dict(chosen or {})
    content = {name: table(name) for name in TABLES}
    content["Settings"] = table("Settings", *({"setting": n, "value": v} for n, v in values.items()))
    content["Suppliers"] = table(
        "Suppliers",
        {"supplier": "New"},
        {"supplier": "Bolt", "promised_lead_days": 14.0},
        {"supplier": "Acme", "promised_lead_days": 10.0},
    )
    content["PurchaseOrders"] = table("PurchaseOrders", *orders)
    content["Movements"] = table("Movements", *RECEIPTS)
    content["Items"] = table("Items", item("A1", "Acme"))
    return MemoryWorkbook(content | tables)


def scores(book: MemoryWorkbook) -> pd.DataFrame:
    return book.read_table("SupplierScores").set_index("supplier")


def test_every_measure_of_a_supplier_and_its_score() -> None:
    book = workbook()
    sentence = run_macro(book, "suppliers").sentence
    found = scores(book)
    acme = found.loc["Acme"]
    # One of two lines on time, 190 of 200 units accepted, the cheaper price; one line took 10 days, one 14.
    mean, sd = 12, np.std([10, 14], ddof=1)
    assert acme[["lines", "on_time", "accept_rate", "price_index", "days_late"]].tolist() == pytest.approx(
        [2, 0.5, 0.95, 1, 2]
    )
    assert acme[["promised_days", "lead_time", "lead_time_sd"]].tolist() == pytest.approx([10, mean, sd])
    points = 0.4 * 50 + 0.3 * 95 + 0.2 * 100 + 0.1 * 100 / (1 + sd / mean)
    assert acme["score"] == pytest.approx(points)
    # Bolt: one line on time, one 16 days overdue and open for 30; a quarter dearer; one receipt has no sd.
    bolt = found.loc["Bolt"]
    assert bolt[["lines", "on_time", "accept_rate", "price_index", "days_late"]].tolist() == pytest.approx(
        [2, 0.5, 1, 1.25, 8]
    )
    assert bolt["lead_time"] == pytest.approx((14 + 30) / 2)
    assert bolt["lead_time_sd"] is None
    assert bolt["score"] == pytest.approx((0.4 * 50 + 0.3 * 100 + 0.2 * 80) / 0.9)
    assert found["rank"].to_dict() == {"Acme": 1, "Bolt": 2, "New": 3}
    assert found.loc["New", ["lines", "score"]].tolist() == [0, None]
    assert "Scored 2 of 3 suppliers: Acme is best with 77, Bolt last with 73" in sentence
    kept = book.read_table("Suppliers").set_index("supplier")
    assert kept.index.tolist() == ["New", "Bolt", "Acme"]
    assert kept["receipts"].tolist() == [0, 1, 2]
    assert kept.loc["Acme", "score"] == pytest.approx(points)


def test_lateness_costs_the_buffer_that_a_steady_lead_time_would_not_need() -> None:
    # Reviewed weekly: z (sqrt(19 * 4² + 10² * 3²) - sqrt(19 * 4²)), at 2 a unit, held for 25 % a year; 12
    # days where 10 are promised: z (sqrt(19 * 4²) - sqrt(17 * 4²)).
    book = workbook()
    sentence = run_macro(book, "suppliers").sentence
    z = NormalDist().inv_cdf(SERVICE)
    varying, later = (
        z * (np.sqrt(19 * 16 + 900) - np.sqrt(19 * 16)),
        z * (np.sqrt(19 * 16) - np.sqrt(17 * 16)),
    )
    units = varying + later
    found = scores(book)
    assert found.loc["Acme", COSTS].tolist() == pytest.approx([varying, later, units, 2 * units, units / 2])
    assert found.loc["Bolt", "lateness_cost"] == 0
    assert f"cost {units / 2:,.2f} GBP a year" in sentence


@pytest.mark.parametrize(
    "more",
    [
        item("B1", "Acme", lead_time_sd=0.0, lead_time=10.0),  # as promised
        item("B1", "Acme", lead_time_sd=0.0, lead_time=8.0),  # earlier than promised
        item("B1", "Acme", active="no"),
        item("B1", "Acme", demand_avg=None),
        item("B1", "Acme", demand_avg=0.0, pattern="lumpy"),  # no negative binomial has sd 4 at mean 0
        item("B1", "Acme", service_target=0.4),  # a stock below the mean is no buffer
        item("B1", "", lead_time_sd=5.0),
    ],
)
def test_items_without_such_a_buffer_add_nothing(more: Mapping[str, object]) -> None:
    alone, both = workbook(), workbook(Items=table("Items", item("A1", "Acme"), more))
    run_macro(alone, "suppliers")
    run_macro(both, "suppliers")
    assert scores(both).loc["Acme", "buffer_units"] == pytest.approx(
        scores(alone).loc["Acme", "buffer_units"]
    )


def test_a_buffer_without_a_known_cost_is_counted_in_units() -> None:
    book = workbook(Items=table("Items", item("A1", "Acme", unit_cost=None)))
    run_macro(book, "suppliers")
    acme = scores(book).loc["Acme"]
    assert acme["buffer_units"] > 0
    assert acme["buffer_value"] == 0


def test_a_line_received_in_part_is_neither_late_nor_on_time_before_its_day() -> None:
    part = order("PO1", "Acme", 5, -5, received=40.0, receipt_date=TODAY - 1)
    book = workbook((part,), Movements=table("Movements", receipt("PO1", 1, 40.0)))
    assert "None of 3 suppliers" not in run_macro(book, "suppliers").sentence
    acme = scores(book).loc["Acme"]
    assert acme[["on_time", "days_late"]].tolist() == [None, None]
    assert acme["accept_rate"] == 1


def test_without_any_delivery_nobody_has_a_score() -> None:
    book = workbook((order("PO1", "Acme", 5, -5),), Movements=table("Movements"))
    assert run_macro(book, "suppliers").sentence.startswith("None of 3 suppliers has a receipt or a price")


def points(row: pd.Series) -> list[float]:
    return [np.nan if value is None else value for value in row[list(POINTS)]]


def test_the_points_add_up_to_the_score_and_say_what_is_missing() -> None:
    book = workbook()
    run_macro(book, "suppliers")
    acme, bolt, new = (scores(book).loc[name] for name in ("Acme", "Bolt", "New"))
    steady = 100 / (1 + np.std([10, 14], ddof=1) / 12)
    assert points(acme) == pytest.approx([20, 28.5, 20, 0.1 * steady])
    assert sum(points(acme)) == pytest.approx(acme["score"])
    assert acme["why"] == (
        "20.0 on time (50.0 x 0.40) + 28.5 accepted (95.0 x 0.30) + 20.0 price (100.0 x 0.20) + "
        "8.1 steady (80.9 x 0.10) = 76.6"
    )
    # Bolt has one receipt: the weight of a steady lead time goes to the others.
    assert points(bolt) == pytest.approx([50 * 4 / 9, 100 * 3 / 9, 80 * 2 / 9, np.nan], nan_ok=True)
    assert np.nansum(points(bolt)) == pytest.approx(bolt["score"])
    assert bolt["why"].endswith(" = 73.3; not measured: steady (fewer than 2 receipts)")
    assert new["why"] == (
        "not measured: on time (no line is due), accepted (nothing was received), price (no price to "
        "compare), steady (fewer than 2 receipts)"
    )


def test_weights_are_those_of_settings() -> None:
    chosen = dict(zip(WEIGHTS, (3.0, 0.0, 1.0, 0.0), strict=True))
    book = workbook(chosen=chosen)
    run_macro(book, "suppliers")
    acme = scores(book).loc["Acme"]
    assert points(acme) == pytest.approx([37.5, np.nan, 25, np.nan], nan_ok=True)
    assert acme["why"] == "37.5 on time (50.0 x 0.75) + 25.0 price (100.0 x 0.25) = 62.5"


def test_a_supplier_with_none_of_the_measures_that_count_has_no_score() -> None:
    chosen = dict(zip(WEIGHTS, (0.0, 0.0, 0.0, 1.0), strict=True))
    book = workbook(chosen=chosen)
    run_macro(book, "suppliers")
    assert scores(book)["score"].notna().to_dict() == {"Acme": True, "Bolt": False, "New": False}


@pytest.mark.parametrize(
    ("weight", "told"), [(0.0, "all are 0"), (-1.0, r"score_weight_on_time: -1.0 - must be >= 0")]
)
def test_weights_that_cannot_weigh_are_refused(weight: float, told: str) -> None:
    chosen = {name: min(weight, 0.0) for name in WEIGHTS}
    with pytest.raises(WorkbookError, match=told):
        run_macro(workbook(chosen=chosen), "suppliers")


def test_an_older_workbook_without_the_weights_has_their_first_values() -> None:
    new, old = workbook(), workbook()
    settings = old.read_table("Settings")
    known = ~settings["setting"].isin([*WEIGHTS, "price_reference"])
    old.write_table("Settings", settings[known].reset_index(drop=True))
    run_macro(new, "suppliers")
    run_macro(old, "suppliers")
    pd.testing.assert_frame_equal(scores(new), scores(old))


def test_prices_may_be_held_against_the_standard() -> None:
    # Standard 2 a unit: Acme was paid 2, Bolt 2.5; with a standard of 4 Acme is at half of it.
    book = workbook(chosen={"price_reference": "standard"})
    run_macro(book, "suppliers")
    assert scores(book)["price_index"].to_dict() == {"Acme": 1.0, "Bolt": 1.25, "New": None}
    four = workbook(
        chosen={"price_reference": "standard"}, Items=table("Items", item("A1", "Acme", unit_cost=4.0))
    )
    run_macro(four, "suppliers")
    assert scores(four).loc["Acme", ["price_index", "points_price"]].tolist() == [0.5, pytest.approx(20)]
    none = workbook(
        chosen={"price_reference": "standard"}, Items=table("Items", item("A1", "Acme", unit_cost=None))
    )
    run_macro(none, "suppliers")
    assert scores(none)["price_index"].isna().all()


def test_promised_against_real() -> None:
    book = workbook()
    run_macro(book, "suppliers")
    columns = ["promised_days", "lead_time", "lead_time_p90", "share_late", "days_late", "days_late_of_late"]
    # Acme's 10 and 14 days: 90th percentile 13.6, one of two lines 4 days late. Bolt's open line is 16.
    assert scores(book).loc["Acme", columns].tolist() == pytest.approx([10, 12, 13.6, 0.5, 2, 4])
    assert scores(book).loc["Bolt", ["share_late", "days_late", "days_late_of_late"]].tolist() == [0.5, 8, 16]


def test_a_supplier_that_only_has_orders_is_scored_and_named() -> None:
    listed = table("Suppliers", {"supplier": "Acme"})
    book = workbook(Suppliers=listed)
    sentence = run_macro(book, "suppliers").sentence
    assert sentence.endswith(" Not in Suppliers, but in PurchaseOrders: Bolt.")
    found = scores(book)
    assert found["rank"].to_dict() == {"Acme": 1, "Bolt": 2}
    assert found["promised_days"].to_dict() == {"Acme": 10, "Bolt": 14}  # as their orders say
    assert book.read_table("Suppliers")["supplier"].tolist() == ["Acme"]


def test_a_single_supplier_is_not_last_as_well() -> None:
    book = workbook(ORDERS[:2], Suppliers=table("Suppliers", {"supplier": "Acme"}))
    assert "Scored 1 of 1 supplier: Acme is best with 77; " in run_macro(book, "suppliers").sentence


def test_a_receipt_before_its_order_is_told() -> None:
    early = receipt("PO1", 70, 5.0)
    book = workbook(Movements=table("Movements", *RECEIPTS, early))
    assert "1 receipt is dated before the order" in run_macro(book, "suppliers").sentence


def test_pressing_twice_changes_nothing() -> None:
    book = workbook()
    first = run_macro(book, "suppliers").sentence
    before = {name: book.read_table(name) for name in ("Suppliers", "SupplierScores", "SupplierChoice")}
    assert run_macro(book, "suppliers").sentence == first
    for name, rows in before.items():
        pd.testing.assert_frame_equal(book.read_table(name), rows)


def test_without_suppliers_it_says_so() -> None:
    with pytest.raises(WorkbookError, match="no suppliers to score"):
        run_macro(workbook((), Suppliers=table("Suppliers")), "suppliers")
