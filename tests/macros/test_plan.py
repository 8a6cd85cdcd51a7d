"""Update stock levels: demand over the lead time, classes and the simulated check, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import plan
from xlinventory.macros.frame import Run, run_macro
from xlinventory.macros.stock_steps import Steps
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError


def table(name: str, **columns: list[object]) -> pd.DataFrame:
    rows = pd.DataFrame(columns, dtype=object)
    return rows.reindex(columns=TABLES[name].names).astype(object)


def book(**tables: pd.DataFrame) -> MemoryWorkbook:
    empty = {name: table(name) for name in TABLES}
    empty["Settings"] = table("Settings", setting=["as_of"], value=[40886.0])
    return MemoryWorkbook(empty | tables)


def weekly_forecast(sku: str, *means: float, sd: float = 7.0, carry: float = 0.0) -> pd.DataFrame:
    count = len(means)
    return table(
        "Forecast",
        sku=[sku] * count,
        method=["ses"] * count,
        period=[40889.0 + 7 * i for i in range(count)],
        mean=list(means),
        sd=[sd] * count,
        carry=[carry] * count,
    )


def daily(
    days: float, forecasts: pd.DataFrame, sku: str = "A", as_of: float = 40888.0
) -> tuple[float, float]:
    """Mean and sd a day over those days, one of review, of an item that sold 700 a week for eight weeks."""
    settings = table("Settings", setting=["as_of", "review_days"], value=[as_of, 1.0])
    workbook = book(Settings=settings, Forecast=forecasts)
    run, items = Run(workbook), pd.DataFrame({"sku": [sku], "lead_time": [days - 1]})
    found = plan.expected_demand(run, items, run.table("Forecast"), np.full((1, 8), 700.0))
    return float(found["demand_avg"].iloc[0]), float(found["demand_sd"].iloc[0])


class TestDailyDemand:
    def test_only_the_periods_that_the_days_reach_into_count(self) -> None:
        # 7 and 14 units a week: one week ahead is 1 a day, ten days take 3 of the second: (7 + 3 * 2) / 10.
        forecasts = weekly_forecast("A", 7.0, 14.0, 70.0)
        assert daily(7.0, forecasts)[0] == pytest.approx(1.0)
        assert daily(10.0, forecasts)[0] == pytest.approx(1.3)

    def test_days_that_are_over_do_not_count(self) -> None:
        # Three of the first week's seven days are over: four days of it at 1, and two of the second at 2.
        assert daily(6.0, weekly_forecast("A", 7.0, 14.0, 70.0), as_of=40891.0)[0] == pytest.approx(8 / 6)

    def test_beyond_the_last_forecast_its_last_period_goes_on(self) -> None:
        # Five weeks after the forecast began, only its last period is left.
        assert daily(14.0, weekly_forecast("A", 7.0, 14.0), as_of=40923.0)[0] == pytest.approx(2.0)

    def test_the_spread_of_a_day_is_that_of_a_week_over_the_root_of_seven(self) -> None:
        for days in (1.0, 3.0, 7.0, 28.0):
            assert daily(days, weekly_forecast("A", 7.0, sd=7.0))[1] == pytest.approx(7 / np.sqrt(7))

    def test_errors_that_stay_add_up(self) -> None:
        """Half of an error stays: over two weeks the first counts 1.5 times, 7 * sqrt(1 + 1.5²) in all."""
        found = daily(14.0, weekly_forecast("A", 7.0, 7.0, sd=7.0, carry=0.5))[1]
        assert found * np.sqrt(14) == pytest.approx(7 * np.sqrt(1 + 1.5**2))

    def test_an_item_without_a_forecast_has_no_demand(self) -> None:
        assert np.isnan(daily(7.0, weekly_forecast("A", 7.0), "B")).all()


def test_histories_keep_missing_periods_missing() -> None:
    demand = pd.DataFrame({"sku": ["A", "A", "B"], "period": [1.0, 8.0, 8.0], "demand": [5.0, np.nan, 3.0]})
    found = plan.histories(pd.Series(["B", "A", "C"]), demand)
    np.testing.assert_array_equal(found, [[np.nan, 3.0], [5.0, np.nan], [np.nan, np.nan]])


def test_classes_go_by_yearly_value_and_by_variability() -> None:
    """Values a year 1095, 365 (at price: the cost is unknown), 36.5: shares 73 %, 98 %, 100 %."""
    items = pd.DataFrame(
        {"unit_cost": [3.0, np.nan, 0.1], "sell_price": [9.0, 1.0, 1.0], "demand_avg": [1.0, 1.0, 1.0]}
    )
    steady, wild = [10.0] * 8, [0.0, 0.0, 0.0, 80.0, 0.0, 0.0, 0.0, 10.0]
    found = plan.classes(items, np.array([steady, wild, steady]))
    assert found["abc"].tolist() == ["A", "C", "C"]
    assert found["xyz"].tolist() == ["X", "Z", "X"]
    assert found["pattern"].tolist() == ["smooth", "lumpy", "smooth"]


def test_items_that_cannot_be_classed_stay_blank() -> None:
    items = pd.DataFrame({"unit_cost": [1.0, 1.0], "sell_price": [1.0, 1.0], "demand_avg": [np.nan, 0.0]})
    found = plan.classes(items, np.array([[np.nan] * 5, [0.0] * 5]))
    assert found.to_numpy().tolist() == [["", "", ""], ["", "", ""]]


def stocked(**changes: object) -> pd.DataFrame:
    """One item, ordered at 20 up to 50: 10 a week, two weeks of lead time, a target of 95 %."""
    item = {
        "safety_stock": 0.0, "reorder_point": 20.0, "order_up_to": 50.0, "demand_avg": 10 / 7,
        "demand_sd": 0.0, "lead_time": 14.0, "lead_time_sd": 0.0, "service_target": 0.95, "moq": np.nan,
        "pack_size": np.nan,
    }  # fmt: skip
    return pd.DataFrame([item | changes])


WEEKS = Steps(np.full((1, 13), 10.0), 7.0)
UNMEASURED = np.full((1, 60), np.nan)


def test_a_plan_that_covers_constant_demand_serves_all_of_it_in_simulation() -> None:
    """Reviewed weekly: 20 are used while an order placed at 20 comes; 40 while one of four weeks comes."""
    run = Run(book())
    found = plan.checked(run, stocked(), WEEKS, UNMEASURED)
    assert (found.service.tolist(), found.change.tolist()) == ([1.0], [0.0])  # none can be spared
    late = plan.checked(run, stocked(lead_time=28.0), WEEKS, UNMEASURED)
    assert (late.service.tolist(), late.change.tolist()) == ([0.0], [20.0])
    assert late.service_after.tolist() == [1.0]


def test_what_is_known_of_a_few_periods_only_changes_no_level() -> None:
    few = Steps(np.full((1, 11), 10.0), 7.0)
    found = plan.checked(Run(book()), stocked(lead_time=28.0), few, UNMEASURED)
    assert (found.service.tolist(), found.change.tolist()) == ([0.0], [0.0])


def test_orders_are_simulated_as_large_as_they_must_be() -> None:
    """A minimum of 100 units at 10 a week: 5.2 orders a year instead of 17."""
    found = [
        plan.checked(Run(book()), stocked(moq=moq), WEEKS, UNMEASURED).orders_a_year[0]
        for moq in (1.0, 100.0)
    ]
    assert found == pytest.approx([365 / 7 / 3, 365 / 7 / 10], rel=0.02)


@pytest.mark.parametrize(
    "changes",
    [
        {"reorder_point": np.nan, "order_up_to": np.nan, "pack_size": 6.0},
        {"order_up_to": 0.0},
        {"reorder_point": 0.0, "order_up_to": 0.0, "moq": 6.0},
        {"demand_avg": 0.0},
    ],
    ids=["no plan", "not stocked", "not stocked, with a minimum", "no demand expected"],
)
def test_an_item_without_a_plan_or_without_demand_is_not_simulated(changes: dict[str, float]) -> None:
    assert np.isnan(plan.checked(Run(book()), stocked(**changes), WEEKS, UNMEASURED).service).all()


def test_an_item_that_never_sold_is_not_simulated() -> None:
    never = Steps(np.zeros((1, 13)), 7.0)
    assert np.isnan(plan.checked(Run(book()), stocked(), never, UNMEASURED).service).all()


def test_there_must_be_items_and_a_forecast() -> None:
    with pytest.raises(WorkbookError, match="no items to plan"):
        run_macro(book(), "plan")
    with pytest.raises(WorkbookError, match="press Forecast first"):
        run_macro(book(Items=table("Items", sku=["A"])), "plan")


def test_stock_orders_lead_time_and_demand_are_measured() -> None:
    """On hand 100 - 30; one order of 24 of which 10 came after 12 days; the rest is 14 units, overdue."""
    workbook = book(
        Items=table("Items", sku=["A"], preferred_supplier=["Acme"], unit_cost=[2.0], active=["yes"]),
        Suppliers=table("Suppliers", supplier=["Acme"], promised_lead_days=[10.0]),
        Forecast=weekly_forecast("A", 14.0, 14.0, 14.0, 14.0),
        Demand=table(
            "Demand", sku=["A"] * 6, period=[40840.0 + 7 * i for i in range(6)], demand=[14.0] * 6
        ),
        PurchaseOrders=table(
            "PurchaseOrders", po=["P1"], supplier=["Acme"], sku=["A"], order_date=[40860.0],
            promised_date=[40870.0], quantity=[24.0], unit_price=[2.0], received=[10.0],
        ),
        Movements=table(
            "Movements", date=[40800.0, 40850.0, 40872.0], sku=["A"] * 3,
            kind=["OPENING", "SALE", "RECEIPT"], quantity=[100.0, -40.0, 10.0],
            unit_cost=[2.0, None, 2.0], reference=["", "1", "P1"],
        ),
    )  # fmt: skip
    sentence = run_macro(workbook, "plan").sentence
    item = workbook.read_table("Items").iloc[0]
    assert (item["on_hand"], item["on_order"]) == (70.0, 14.0)
    assert item["demand_avg"] == pytest.approx(2.0)
    assert item["lead_time_receipts"] == 1.0
    assert item["lead_time"] >= 12.0  # the rest is open for 26 days already
    assert (item["abc"], item["pattern"]) == ("A", "smooth")
    assert workbook.read_table("PurchaseOrders").iloc[0][["open_quantity", "status"]].tolist() == [
        14.0,
        "overdue",
    ]
    assert sentence.startswith("Planned 0 of 1 items")  # no formulas in a book in memory


def test_an_item_without_a_preferred_supplier_is_planned_on_the_one_it_is_ordered_from() -> None:
    """The price list names Acme only, who promises 30 days; the default is 14."""
    workbook = book(
        Items=table("Items", sku=["A"], unit_cost=[2.0], active=["yes"]),
        Suppliers=table("Suppliers", supplier=["Acme"], promised_lead_days=[30.0], active=["yes"]),
        SupplierPrices=table("SupplierPrices", sku=["A"], supplier=["Acme"], unit_price=[2.0]),
        Forecast=weekly_forecast("A", 14.0, 14.0),
        Demand=table("Demand", sku=["A"] * 5, period=[40840.0 + 7 * i for i in range(5)], demand=[14.0] * 5),
        Movements=table("Movements", date=[40800.0], sku=["A"], kind=["OPENING"], quantity=[100.0]),
    )
    run_macro(workbook, "plan")
    item = workbook.read_table("Items").iloc[0]
    assert item["lead_time"] == 30.0
    assert item["preferred_supplier"] is None


def test_what_an_order_of_whole_packs_leads_to_is_no_surplus() -> None:
    """Ordered at 20 up to 50.3 in packs of 6: at most 56; a minimum of 40 leads to 60 and a pack."""
    at = pd.DataFrame(
        {
            "on_hand": [10.0] * 6, "position": [56.3, 57.0, 66.0, 67.0, 11.0, 66.0], "status": [""] * 6,
            "reorder_point": [20.0] * 6, "order_up_to": [50.3] * 4 + [0.0, 50.3],
            "moq": [np.nan, np.nan, 40.0, 40.0, np.nan, np.nan], "pack_size": [6.0] * 6,
        }
    )  # fmt: skip
    moved = plan.standing(at, np.array([0.0] * 5 + [10.0]))
    assert moved["status"].tolist() == ["OK", "SURPLUS ORDER", "OK", "SURPLUS ORDER", "REORDER", "OK"]
