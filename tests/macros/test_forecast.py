"""Forecast: demand per period and its correction for time out of stock, on a few days worked by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import forecast as macro
from xlinventory.macros.calendar import complete_periods
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

MONDAY = 40875.0  # 28 November 2011


def moves(*lines: tuple[float, str, str, float]) -> pd.DataFrame:
    """Day after the first Monday, SKU, kind, quantity."""
    rows = pd.DataFrame(lines, columns=["date", "sku", "kind", "quantity"])
    return rows.assign(date=rows["date"] + MONDAY)


def table(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reindex(columns=TABLES[name].names).astype(object).where(lambda frame: frame.notna(), None)


def book(movements: pd.DataFrame, **tables: pd.DataFrame) -> MemoryWorkbook:
    empty = {name: pd.DataFrame(columns=TABLES[name].names, dtype=object) for name in TABLES}
    settings = pd.DataFrame({"setting": ["as_of", "horizon"], "value": [MONDAY + 41, 3.0]})
    content = {"Settings": table("Settings", settings), "Movements": table("Movements", movements)}
    return MemoryWorkbook(empty | content | tables)


def steady(weeks: int = 6) -> pd.DataFrame:
    """100 in stock, 7 sold every Wednesday."""
    return moves((0, "A", "OPENING", 100.0), *((2 + 7 * w, "A", "SALE", -7.0) for w in range(weeks)))


def shares(movements: pd.DataFrame) -> list[float]:
    periods = complete_periods("week", MONDAY, MONDAY + 13)
    item = np.zeros(len(movements), dtype=int)
    return macro.in_stock_share(movements, item, 1, periods)[0].tolist()


class TestInStock:
    def test_a_day_counts_while_there_is_stock_or_some_moves(self) -> None:
        """Sold out on the third day, received on the tenth: 3 days of the first week, 5 of the second."""
        found = shares(moves((0, "A", "OPENING", 5.0), (2, "A", "SALE", -5.0), (9, "A", "RECEIPT", 5.0)))
        assert found == [3 / 7, 5 / 7]

    def test_an_item_whose_supply_is_not_recorded_counts_as_in_stock(self) -> None:
        assert shares(moves((0, "A", "SALE", -5.0), (9, "A", "SALE", -1.0))) == [1.0, 1.0]
        assert shares(moves((0, "A", "OPENING", 5.0), (2, "A", "SALE", -6.0))) == [1.0, 1.0]


class TestDemand:
    def test_sales_are_scaled_up_by_the_time_in_stock_and_returns_taken_off(self) -> None:
        rows = moves(
            (0, "A", "OPENING", 8.0), (1, "A", "SALE", -7.0), (1, "A", "CUSTOMER_RETURN", 2.0),
            (2, "A", "SALE", -3.0), (13, "A", "RECEIPT", 4.0),
        )  # fmt: skip
        workbook = book(pd.concat([rows, steady().assign(sku="B")]))
        run_macro(workbook, "forecast")
        demand = workbook.read_table("Demand")
        first = demand[demand["sku"] == "A"].iloc[0]
        assert (first["sold"], first["in_stock"]) == (8.0, pytest.approx(3 / 7))
        assert first["demand"] == pytest.approx(8 / (3 / 7))

    def test_an_override_wins_and_is_kept(self) -> None:
        workbook = book(steady())
        run_macro(workbook, "forecast")
        demand = workbook.read_table("Demand")
        demand.loc[demand.index[1], "override"] = 50.0
        workbook.write_table("Demand", demand)
        run_macro(workbook, "forecast")
        assert workbook.read_table("Demand").iloc[1][["demand", "override"]].tolist() == [50.0, 50.0]

    def test_an_item_begins_with_its_first_movement(self) -> None:
        late = moves(*((16 + 7 * w, "B", "SALE", -1.0) for w in range(4)))
        workbook = book(pd.concat([steady(), late]))
        run_macro(workbook, "forecast")
        mine = workbook.read_table("Demand").query("sku == 'B'")
        assert mine["sold"].isna().tolist() == [True, True, False, False, False, False]


class TestForecast:
    def test_steady_demand_goes_on(self) -> None:
        workbook = book(steady())
        sentence = run_macro(workbook, "forecast").sentence
        rows = workbook.read_table("Forecast")
        assert rows["mean"].astype(float).tolist() == pytest.approx([7.0] * 3)
        assert rows["period"].tolist() == [MONDAY + 42, MONDAY + 49, MONDAY + 56]
        assert sentence.startswith("Forecast 1 of 1 items from 6 weeks of demand (")

    def test_too_short_a_history_is_told(self) -> None:
        late = moves((37, "B", "SALE", -1.0))
        workbook = book(pd.concat([steady(), late]))
        assert "1 have too short a history" in run_macro(workbook, "forecast").sentence
        assert set(workbook.read_table("Forecast")["sku"]) == {"A"}

    def test_nothing_to_forecast_from_is_told_in_a_sentence(self) -> None:
        with pytest.raises(WorkbookError, match="no movements to forecast from"):
            run_macro(book(moves()), "forecast")
        undated = book(steady())
        undated.write_table("Settings", pd.DataFrame({"setting": ["as_of"], "value": [None]}))
        with pytest.raises(WorkbookError, match="as_of is blank"):
            run_macro(undated, "forecast")
