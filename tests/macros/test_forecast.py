"""Forecast: demand per period and its correction for time out of stock, on a few days worked by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory import evaluate
from xlinventory.arguments import serial
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import demand as macro
from xlinventory.macros import forecast_told, plan
from xlinventory.macros.calendar import complete_periods
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.forecasts import FORECAST_LATER
from xlinventory.sheets.movements import DEMAND_LATER
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


def add(workbook: MemoryWorkbook, name: str, row: int, **cells: object) -> None:
    """Type something in one row of a table, the first is 0."""
    rows = workbook.read_table(name)
    rows.loc[rows.index[row], list(cells)] = list(cells.values())
    workbook.write_table(name, rows)


def settings(**more: object) -> pd.DataFrame:
    values = {"as_of": MONDAY + 41, "horizon": 3.0} | more
    return table("Settings", pd.DataFrame({"setting": list(values), "value": list(values.values())}))


def items(*skus: str, **columns: list[object]) -> pd.DataFrame:
    return table("Items", pd.DataFrame({"sku": skus} | columns))


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

    def test_what_came_back_undoes_the_sales_before_it(self) -> None:
        """7 sold a week; 10 come back in the fourth: its own 7, and 3 of the third week's."""
        returned = moves((23, "A", "CUSTOMER_RETURN", 10.0))
        workbook = book(pd.concat([steady(), returned]))
        run_macro(workbook, "forecast")
        assert workbook.read_table("Demand")["sold"].tolist() == [7.0, 7.0, 4.0, 0.0, 7.0, 7.0]

    def test_more_returns_than_sales_leave_no_demand_below_zero(self) -> None:
        """Nothing is known of the sales before the first movement that they undo."""
        workbook = book(pd.concat([steady(), moves((1, "A", "CUSTOMER_RETURN", 30.0))]))
        run_macro(workbook, "forecast")
        assert workbook.read_table("Demand")["sold"].tolist() == [0.0, *[7.0] * 5]

    def test_many_items_are_followed_in_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = pd.concat([steady().assign(sku=sku) for sku in "ABCDE"])
        lines.loc[(lines["sku"] == "D") & (lines["kind"] == "OPENING"), "quantity"] = 14.0
        periods = complete_periods("week", MONDAY, MONDAY + 41)
        item = lines["sku"].map(dict(zip("ABCDE", range(5), strict=True))).to_numpy()
        together = macro.in_stock_share(lines, item, 5, periods)
        monkeypatch.setattr(macro, "TOGETHER", 2)
        np.testing.assert_array_equal(macro.in_stock_share(lines, item, 5, periods), together)

    def test_outliers_are_capped_as_demand_clean_does_but_never_an_override(self) -> None:
        """The median is 7, that of the deviations 0, 1, 1, 63, 1, 0 is 1: the cap is 7 + 3 * 1.4826."""
        sold = (7.0, 6.0, 8.0, 70.0, 6.0, 7.0)
        lines = moves((0, "A", "OPENING", 500.0), *((2 + 7 * w, "A", "SALE", -n) for w, n in enumerate(sold)))
        workbook = book(lines, Settings=settings(outlier_z=3.0))
        run_macro(workbook, "forecast")
        assert workbook.read_table("Demand")["demand"].tolist() == [7, 6, 8, pytest.approx(11.4478), 6, 7]
        add(workbook, "Demand", 3, override=90.0)
        run_macro(workbook, "forecast")
        assert workbook.read_table("Demand")["demand"].tolist() == [7, 6, 8, 90, 6, 7]


class TestEvents:
    def test_nothing_is_learned_from_an_event(self) -> None:
        """10 times the usual demand in a promotion: the forecast stays at 7, and the word stays."""
        lines = steady()
        lines.loc[lines.index[3], "quantity"] = -70.0
        workbook = book(lines)
        run_macro(workbook, "forecast")
        assert workbook.read_table("Forecast")["mean"].iloc[0] > 8
        add(workbook, "Demand", 2, event="promotion")
        for _ in range(2):
            told = run_macro(workbook, "forecast").sentence
            week = workbook.read_table("Demand").iloc[2]
            assert week[["sold", "demand", "event"]].tolist() == [70.0, None, "promotion"]
            assert workbook.read_table("Forecast")["mean"].tolist() == pytest.approx([7.0] * 3)
            assert "with your 1 event." in told

    def test_an_override_says_what_an_event_would_have_been(self) -> None:
        workbook = book(steady())
        run_macro(workbook, "forecast")
        add(workbook, "Demand", 2, event="strike", override=9.0)
        told = run_macro(workbook, "forecast").sentence
        assert workbook.read_table("Demand").iloc[2][["demand", "event"]].tolist() == [9.0, "strike"]
        assert "with your 1 override, 1 event." in told

    def test_what_belongs_to_no_item_and_period_is_told(self) -> None:
        workbook = book(steady())
        run_macro(workbook, "forecast")
        rows = workbook.read_table("Demand")
        stray = pd.DataFrame(
            [
                {"sku": "A", "period": MONDAY + 3, "override": 5.0},
                {"sku": "GONE", "period": MONDAY, "event": "fire"},
            ]
        )
        workbook.write_table("Demand", table("Demand", pd.concat([rows, stray])))
        found = run_macro(workbook, "forecast").findings
        assert [line for line in found if "not kept" in line] == [
            (
                "override or event in Demand of no such item or complete period: not kept: "
                "A 2011-12-01, GONE 2011-11-28"
            )
        ]


class TestComingNumbers:
    def test_they_are_kept_while_their_period_is_ahead_and_counted(self) -> None:
        workbook = book(steady(8), Items=items("A"), Settings=settings())
        run_macro(workbook, "forecast")
        add(workbook, "Forecast", 0, override=20.0)
        add(workbook, "Forecast", 2, override=0.0)
        told = run_macro(workbook, "forecast").sentence
        assert workbook.read_table("Forecast")["override"].tolist() == [20.0, None, 0.0]
        assert workbook.read_table("Forecast")["mean"].tolist() == pytest.approx([7.0] * 3)
        assert "with your 2 numbers for a coming period." in told
        add(workbook, "Settings", 0, value=MONDAY + 48)
        outcome = run_macro(workbook, "forecast")
        assert workbook.read_table("Forecast")["override"].tolist() == [None, 0.0, None]
        assert not outcome.findings

    def test_one_that_no_period_fits_is_told(self) -> None:
        workbook = book(steady(), Items=items("A"), Settings=settings())
        run_macro(workbook, "forecast")
        add(workbook, "Forecast", 2, override=20.0)
        add(workbook, "Settings", 1, value=2.0)
        (found,) = run_macro(workbook, "forecast").findings
        assert found.endswith("no such item or coming period: not kept: A 2012-01-23")

    def test_the_plan_goes_by_them(self) -> None:
        """7 a week but 21 in the second: over two weeks (7 + 21) / 14 a day; the spread stays."""
        workbook = book(steady(), Settings=settings())
        run_macro(workbook, "forecast")

        def daily() -> pd.DataFrame:
            run, item = plan.Run(workbook), pd.DataFrame({"sku": ["A"], "lead_time": [7.0]})
            return plan.expected_demand(run, item, run.table("Forecast"), np.full((1, 8), 700.0))

        before = daily()
        add(workbook, "Forecast", 1, override=21.0)
        after = daily()
        assert after["demand_avg"].tolist() == [2.0]
        assert after["demand_sd"].tolist() == before["demand_sd"].tolist()

    def test_a_new_item_can_be_planned_by_them_alone(self) -> None:
        """Nothing is known of N but the planner's number; its spread is that of items like it."""
        workbook = book(steady(), Items=items("A", "N"), Settings=settings())
        run_macro(workbook, "forecast")
        new = pd.DataFrame([{"sku": "N", "period": MONDAY + 42, "override": 14.0}])
        rows = pd.concat([workbook.read_table("Forecast"), new])
        workbook.write_table("Forecast", table("Forecast", rows))
        run_macro(workbook, "forecast")
        mine = workbook.read_table("Forecast").query("sku == 'N'")
        assert mine["override"].tolist() == [14.0, None, None]
        assert mine["mean"].isna().all()
        run_macro(workbook, "plan")
        found = workbook.read_table("Items").query("sku == 'N'").iloc[0]
        assert found["demand_avg"] == 2.0
        assert found["demand_sd"] > np.sqrt(2)  # more than Poisson


class TestNewItems:
    def test_one_without_movements_and_category_is_told_by_name_and_has_no_zero(self) -> None:
        workbook = book(steady(), Items=items("A", "N", "OLD", active=["yes", "yes", "no"]))
        outcome = run_macro(workbook, "forecast")
        assert set(workbook.read_table("Forecast")["sku"]) == {"A"}
        assert set(workbook.read_table("Demand")["sku"]) == {"A"}
        assert outcome.sentence.startswith("Forecast 1 of 2 items")
        assert "1 without a forecast" in outcome.sentence
        assert outcome.findings == ("no demand yet and no category to go by, so no forecast: N",)

    def test_items_that_are_not_listed_are_forecast_and_told(self) -> None:
        lines = pd.concat([steady().assign(sku=f"S{n}") for n in range(8)])
        workbook = book(lines, Items=items("S0"))
        outcome = run_macro(workbook, "forecast")
        assert workbook.read_table("Forecast")["sku"].nunique() == 8
        assert outcome.findings == ("not in Items: forecast, but not planned: S1, S2, S3, S4, S5 and 2 more",)

    def test_one_with_a_short_history_is_forecast_by_its_category(self) -> None:
        """Ten candles sell 7 a week; N has sold 7 once: it goes on with about as much."""
        lines = pd.concat(
            [*(steady().assign(sku=f"S{n}") for n in range(10)), moves((37, "N", "SALE", -7.0))]
        )
        names = [*(f"S{n}" for n in range(10)), "N"]
        workbook = book(lines, Items=items(*names, category=["Candles"] * 11))
        outcome = run_macro(workbook, "forecast")
        mine = workbook.read_table("Forecast").query("sku == 'N'")
        assert mine["route"].tolist() == ["analogue"] * 3
        assert mine["mean"].astype(float).tolist() == pytest.approx([7.0] * 3, rel=0.3)
        assert mine["why"].iloc[0] == "new item, 1 period: from category Candles (10 items)"
        assert "1 by the others of their category" in outcome.sentence
        assert outcome.findings == ("too short a history: forecast by the others of their category: N",)

    def test_case_and_spaces_make_no_other_category(self) -> None:
        lines = pd.concat([steady().assign(sku=f"S{n}") for n in range(5)])
        category = [" Candles", "candles", "CANDLES ", "Candles", "Candles", "candles"]
        workbook = book(lines, Items=items(*(f"S{n}" for n in range(5)), "N", category=category))
        outcome = run_macro(workbook, "forecast")
        assert "1 by the others of their category" in outcome.sentence

    def test_too_few_others_in_a_category_are_told_as_such(self) -> None:
        late = moves((37, "SOLD", "SALE", -1.0))
        names, lines = ("A", "NEW", "SOLD"), pd.concat([steady(), late])
        outcome = run_macro(book(lines, Items=items(*names, category=["Candles"] * 3)), "forecast")
        few = "in their category fewer than 5 others with 6 periods to go by, so no forecast"
        assert outcome.findings == (f"no demand yet and {few}: NEW", f"too short a history and {few}: SOLD")

    def test_one_that_came_but_was_never_sold_is_no_silent_zero(self) -> None:
        """Nothing sold in six weeks in stock is a forecast of none, told by name; an override ends that."""
        lines = pd.concat([steady(), moves((0, "SHELF", "RECEIPT", 5.0))])
        workbook = book(lines, Items=items("A", "SHELF"), Settings=settings())
        little = "less than a unit a year expected, as little was sold of late: SHELF"
        assert run_macro(workbook, "forecast").findings == (little,)
        row = workbook.read_table("Forecast")["sku"].tolist().index("SHELF")
        add(workbook, "Forecast", row, override=4.0)
        assert not run_macro(workbook, "forecast").findings


class TestColumnsOfThePlanner:
    @pytest.mark.parametrize(
        ("name", "column"), [("Demand", "override"), ("Demand", "event"), ("Forecast", "override")]
    )
    def test_a_renamed_one_is_refused_and_nothing_is_lost(self, name: str, column: str) -> None:
        workbook = book(steady())
        run_macro(workbook, "forecast")
        renamed = workbook.read_table(name).rename(columns={column: "mine"})
        tables = {each: workbook.read_table(each) for each in TABLES}
        workbook = MemoryWorkbook(tables | {name: renamed})
        with pytest.raises(WorkbookError, match=f"{name} has no column {column}: it was renamed"):
            run_macro(workbook, "forecast")

    @pytest.mark.parametrize("column", ["sku", "period"])
    def test_without_a_key_the_column_is_named_and_not_its_cells(self, column: str) -> None:
        workbook = book(steady())
        run_macro(workbook, "forecast")
        renamed = workbook.read_table("Forecast").rename(columns={column: "mine"})
        workbook = MemoryWorkbook(
            {each: workbook.read_table(each) for each in TABLES} | {"Forecast": renamed}
        )
        for verb in ("forecast", "plan"):
            with pytest.raises(WorkbookError, match=f"Forecast has no column {column}: it was renamed"):
                run_macro(workbook, verb)

    @pytest.mark.parametrize(
        ("name", "column"), [("Demand", "demand"), ("Forecast", "mean"), ("Forecast", "sd")]
    )
    def test_the_plan_is_not_made_without_what_it_stands_on(self, name: str, column: str) -> None:
        workbook = book(steady(), Items=items("A"), Settings=settings())
        run_macro(workbook, "forecast")
        renamed = workbook.read_table(name).rename(columns={column: "mine"})
        workbook = MemoryWorkbook({each: workbook.read_table(each) for each in TABLES} | {name: renamed})
        with pytest.raises(WorkbookError, match=f"{name} has no column {column}: it was renamed"):
            run_macro(workbook, "plan")


class TestMoreThanASheetHolds:
    def test_the_latest_periods_are_shown_with_all_notes_and_all_are_learned_from(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Room for 8 rows of two items: their last 4 of 6 weeks, and the first week that has an override."""
        lines = pd.concat([steady(), steady().assign(sku="B", quantity=lambda rows: 2 * rows["quantity"])])
        workbook = book(lines, Items=items("A", "B"), Settings=settings())
        run_macro(workbook, "forecast")
        add(workbook, "Demand", 0, override=9.0)
        run_macro(workbook, "forecast")
        everything = workbook.read_table("Forecast")
        monkeypatch.setattr(macro, "MOST_ROWS", 8)
        for _ in range(2):
            outcome = run_macro(workbook, "forecast")
            rows = workbook.read_table("Demand")
            assert rows["sku"].tolist() == ["A"] * 5 + ["B"] * 4
            assert rows["override"].tolist() == [9.0, *[None] * 8]
            assert rows["period"].tolist()[:2] == [MONDAY, MONDAY + 14]
            assert outcome.findings[-1].endswith("Demand shows: the latest 4 of 6 weeks")
            assert "with your 1 override" in outcome.sentence
        pd.testing.assert_frame_equal(workbook.read_table("Forecast"), everything)

    def test_a_horizon_that_no_sheet_has_rows_for_is_refused_at_once(self) -> None:
        lines = pd.concat([steady().assign(sku=f"S{n:04}") for n in range(2_000)])
        workbook = book(lines, Settings=settings(horizon=520.0))
        with pytest.raises(WorkbookError, match="no rows for 520 weeks of 2,000 items; set horizon to 500"):
            run_macro(workbook, "forecast")


class TestCells:
    def test_the_functions_say_of_a_row_of_demand_what_the_sheet_says(self) -> None:
        """Ranges too, as long as they know nothing of the other items; of 40, the sheet's else do."""
        sold = np.random.default_rng(7).poisson(np.linspace(0.3, 20.0, 40)[:, None], (40, 30))
        each = [
            (2 + 7 * w, f"S{i:02}", "SALE", -float(n))
            for i, row in enumerate(sold)
            for w, n in enumerate(row)
        ]
        on = {"as_of": MONDAY + 7 * 30 - 1, "forecast_calibration": "shipped"}
        workbook = book(moves(*each), Settings=settings(**on))
        run_macro(workbook, "forecast")
        rows, demand = (workbook.read_table(name).groupby("sku") for name in ("Forecast", "Demand"))
        for sku in ("S00", "S09", "S20", "S39"):
            history, mine = demand.get_group(sku)["demand"].tolist(), rows.get_group(sku)
            mean, ends = (
                evaluate("DEMAND_FORECAST", history, 3.0),
                evaluate("DEMAND_RANGE", history, 3.0, 0.95),
            )
            np.testing.assert_allclose(np.ravel(mean), mine["mean"].astype(float), rtol=1e-9)
            np.testing.assert_allclose(ends, mine[["low", "high"]].astype(float), rtol=1e-9)


class TestForecast:
    def test_as_of_before_the_first_movement_is_told_in_a_sentence(self) -> None:
        workbook = book(steady(), Settings=settings(as_of=MONDAY - 30))
        with pytest.raises(
            WorkbookError, match="as_of is 2011-10-29, before the first movement on 2011-11-28"
        ):
            run_macro(workbook, "forecast")

    def test_methods_that_are_not_named_are_counted(self) -> None:
        found = forecast_told.chosen(np.array([*"aaabbccdde"], dtype=object))
        assert found == " (a 3, b 2, c 2, d 2, others 1)"

    def test_a_workbook_of_before_is_filled_as_far_as_it_goes(self) -> None:
        workbook = book(
            steady(),
            Forecast=table("Forecast", pd.DataFrame()).drop(columns=list(FORECAST_LATER)),
            Demand=table("Demand", pd.DataFrame()).drop(columns=list(DEMAND_LATER)),
        )
        run_macro(workbook, "forecast")
        rows = workbook.read_table("Forecast")
        assert list(rows.columns) == [name for name in TABLES["Forecast"].names if name not in FORECAST_LATER]
        assert rows["mean"].astype(float).tolist() == pytest.approx([7.0] * 3)
        run_macro(workbook, "forecast")

    def test_each_line_says_why(self) -> None:
        """The same on each line of an item, so that no filter or sort loses it."""
        workbook = book(steady())
        run_macro(workbook, "forecast")
        rows = workbook.read_table("Forecast")
        assert len(set(rows["why"])) == 1
        assert rows["method"].iloc[0] in rows["why"].iloc[0]
        assert (rows["pattern"].iloc[0], rows["runner_up"].iloc[0] == "") == ("smooth", False)

    def test_what_the_method_foresaw_of_the_last_periods_stands_beside_demand(self) -> None:
        """Steady demand is foreseen as it is; the first periods cannot have been foreseen."""
        workbook = book(steady(16), Settings=settings(as_of=MONDAY + 7 * 16 - 1))
        run_macro(workbook, "forecast")
        foreseen = workbook.read_table("Demand")["foreseen"]
        assert foreseen.iloc[0] is None
        assert foreseen.iloc[-1] == pytest.approx(7.0)

    def test_a_surge_of_last_year_that_no_season_can_prove_is_told(self) -> None:
        """10 a month, but 30 in the two months that are coming again: of three months 71 after about 31."""
        sold = (10, 11, 30, 31, 10, 9, 11, 10, 9, 10, 11, 10, 10, 11)
        lines = moves(*((30.4 * m + 5, "A", "SALE", -float(n)) for m, n in enumerate(sold)))
        lines["date"] += serial("2010-01-01") - MONDAY
        month = {"as_of": serial("2011-02-28"), "period": "month", "horizon": 2.0}
        workbook = book(lines, Items=items("A"), Settings=settings(**month))
        told = run_macro(workbook, "forecast").sentence
        rows = workbook.read_table("Forecast")
        assert rows["surge"].astype(float).tolist() == pytest.approx([71 / 31] * 2, rel=0.1)
        assert "1 may be near a surge" in told
        assert "a year ago" in rows["why"].iloc[0]
        old = book(lines, Items=items("A", active=["no"]), Settings=settings(**month))
        assert "surge" not in run_macro(old, "forecast").sentence

    def test_an_item_that_stopped_selling_is_not_forecast_as_before(self) -> None:
        """A year of nothing after 7 a week for as long: less than a tenth of that is expected."""
        lines = steady(52).assign(quantity=lambda rows: rows["quantity"].where(rows["quantity"] < 0, 900.0))
        workbook = book(lines, Settings=settings(as_of=MONDAY + 7 * 104 - 1))
        run_macro(workbook, "forecast")
        assert workbook.read_table("Forecast")["mean"].iloc[0] < 0.7

    def test_no_complete_period_is_no_forecast(self) -> None:
        workbook = book(moves((0, "A", "SALE", -1.0)), Settings=settings(as_of=MONDAY + 3))
        assert run_macro(workbook, "forecast").sentence.startswith("Forecast 0 of 1 item from 0 weeks")

    def test_progress_moves_during_the_forecast_but_not_more_often_than_a_bar(self) -> None:
        lines = pd.concat([steady().assign(sku=f"S{n:04}") for n in range(600)])
        workbook = book(lines)
        run_macro(workbook, "forecast")
        shares = [share for message, share in workbook.reports if message == "Forecasting 600 items"]
        assert 1 < len(shares) <= 21
        assert shares == sorted(shares)

    def test_steady_demand_goes_on(self) -> None:
        workbook = book(steady())
        sentence = run_macro(workbook, "forecast").sentence
        rows = workbook.read_table("Forecast")
        assert rows["mean"].astype(float).tolist() == pytest.approx([7.0] * 3)
        assert rows["period"].tolist() == [MONDAY + 42, MONDAY + 49, MONDAY + 56]
        assert sentence.startswith("Forecast 1 of 1 item from 6 weeks of demand (")

    def test_too_short_a_history_is_told(self) -> None:
        late = moves((37, "B", "SALE", -1.0))
        workbook = book(pd.concat([steady(), late]))
        outcome = run_macro(workbook, "forecast")
        assert "1 without a forecast" in outcome.sentence
        assert "too short a history and no category to go by, so no forecast: B" in outcome.findings
        assert set(workbook.read_table("Forecast")["sku"]) == {"A"}

    def test_nothing_to_forecast_from_is_told_in_a_sentence(self) -> None:
        with pytest.raises(WorkbookError, match="no movements to forecast from"):
            run_macro(book(moves()), "forecast")
        undated = book(steady())
        undated.write_table("Settings", pd.DataFrame({"setting": ["as_of"], "value": [None]}))
        with pytest.raises(WorkbookError, match="as_of is blank"):
            run_macro(undated, "forecast")
