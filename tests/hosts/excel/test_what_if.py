"""The WhatIf sheet through the file host: every number on it against scipy, by hand, or a plain loop.

The three items of the book are those of the equations: "N" normal, "G" gamma, "L" intermittent (negbin).
"""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy import integrate, optimize, stats

from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.template import what_if_panels as panels
from xlinventory.hosts.excel.template import what_if_places as cells
from xlinventory.hosts.file import FileWorkbook

WEEKS = 60
RNG = np.random.default_rng(5)
PAST = {
    "00123": np.full(WEEKS, 70.0),
    "N": np.round(RNG.normal(60, 12, WEEKS)),
    "G": np.round(RNG.gamma(2, 50, WEEKS)),
    "L": np.where(RNG.random(WEEKS) < 0.25, np.round(RNG.gamma(2, 20, WEEKS)), 0.0),
}
ITEMS = pd.DataFrame(
    {
        "sku": ["123", "00123", "N", "G", "L", "M", "Z"],
        "name": ["One", "Zero", "Normal", "Gamma", "Lumpy", "Missing", "Still"],
        "unit_cost": [1.0, 2.0, 4.0, 10.0, 2.5, np.nan, 3.0],
        "demand_avg": [1.0, 10.0, 10.0, 12.0, 0.9, np.nan, 0.001],
        "demand_sd": [1.0, 0.0, 4.0, 15.0, 3.0, np.nan, 0.5],
        "lead_time": [7.0, 14.0, 10.0, 21.0, 14.0, np.nan, 7.0],
        "lead_time_sd": [0.0, 0.0, 3.0, 4.0, 2.0, np.nan, 0.0],
        "service_level": [0.95, 0.95, 0.97, 0.9, 0.93, 0.9, 0.9],
        "pattern": ["smooth", "smooth", "smooth", "erratic", "lumpy", "", "lumpy"],
        "abc": "A",
    }
)
REVIEW, HOLDING, ORDER_COST, COVER = 7.0, 0.25, 5.0, 120.0  # the settings of an empty workbook


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("what_if") / "empty.xlsx"
    template.build(path)
    return path


@pytest.fixture(scope="module")
def book(empty: Path) -> Path:
    path = empty.with_name("book.xlsx")
    path.write_bytes(empty.read_bytes())
    opened = FileWorkbook.open(path)
    opened.write_table("Items", ITEMS.astype(object).where(ITEMS.notna(), None))
    weeks = 40000.0 + 7 * np.arange(WEEKS)
    pasts = (pd.DataFrame({"sku": sku, "period": weeks, "demand": past}) for sku, past in PAST.items())
    demand = pd.concat(pasts, ignore_index=True)
    opened.write_table("Demand", demand.astype(object))
    opened.save()
    return path


class Shown:
    """The sheet with an item chosen and some numbers typed."""

    def __init__(self, book: Path, sku: str, typed: Mapping[str, float | str] | None = None) -> None:
        path = book.with_name("typed.xlsx")
        places = {cells.SKU.replace("$", ""): sku} if sku else {}
        for name, value in (typed or {}).items():
            places[cells.input_cell(name, cells.YOURS).replace("$", "")] = value
        type_in(book, path, places)
        opened = FileWorkbook.open(path)
        opened.calculate()
        assert not opened.uncomputed
        opened.save()
        self.sheet = openpyxl.load_workbook(path, data_only=True)[cells.SHEET]

    def at(self, place: str) -> object:
        return self.sheet[place.replace("$", "")].value

    def used(self, name: str) -> object:
        return self.at(cells.input_cell(name))

    def answer(self, name: str, column: int = cells.WHAT_IF) -> object:
        return self.at(cells.answer_cell(name, column))

    def curve(self, name: str) -> np.ndarray:
        return np.array([self.at(cells.curve_cell(name, i)) for i in range(len(cells.LEVELS))], dtype=float)

    def block(self, block: cells.Block, name: str) -> list[object]:
        return [self.at(block.cell(name, i)) for i in range(block.rows)]

    def fact(self, name: str) -> object:
        return self.at(cells.fact(name))

    @property
    def message(self) -> str:
        return self.sheet.cell(cells.CHOICE + 2, 2).value

    @property
    def errors(self) -> list[object]:
        return [c.coordinate for row in self.sheet.iter_rows() for c in row if c.data_type == "e"]


def type_in(book: Path, path: Path, places: Mapping[str, float | str]) -> None:
    """Write cells of the sheet's own XML, so that charts and rules stay as they are."""
    part = "xl/worksheets/sheet3.xml"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode()
                for place, value in places.items():
                    kind = ' t="inlineStr"' if isinstance(value, str) else ""
                    inner = f"<is><t>{value}</t></is>" if kind else f"<v>{value}</v>"
                    text, count = re.subn(
                        rf'<c r="{place}"([^>]*)/>', rf'<c r="{place}"\1{kind}>{inner}</c>', text
                    )
                    assert count == 1
                data = text.encode()
            new.writestr(name, data)


class Expected:
    """The equations of the module's docstring, for a continuous distribution of scipy's."""

    def __init__(self, sku: str, **typed: float) -> None:
        row = ITEMS.set_index("sku").loc[sku]
        self.mu, self.sd = typed.get("demand", row.demand_avg), typed.get("demand_sd", row.demand_sd)
        self.lead, self.lead_sd = typed.get("lead_time", row.lead_time), row.lead_time_sd
        self.review, self.cost = typed.get("review", REVIEW), typed.get("unit_cost", row.unit_cost)
        eoq = np.sqrt(2 * 365 * row.demand_avg * ORDER_COST / (row.unit_cost * HOLDING))
        self.lot = typed.get("quantity", min(eoq, COVER * row.demand_avg))
        self.shape = {"smooth": "normal", "erratic": "gamma"}[row.pattern]
        asked, spread = self.mu * self.review, self.review * self.sd**2
        self.mean = self.mu * self.lead + (self.sd**2 / self.mu + asked) / 2
        self.spread = np.sqrt(
            self.lead * self.sd**2 + (self.mu * self.lead_sd) ** 2 + asked**2 / 12 + spread / 2
        )
        unmet = self.loss(self.lot, asked, np.sqrt(spread))
        self.orders = 365 / self.review * (asked - unmet) / self.lot

    def law(self, mean: float, sd: float):
        if self.shape == "normal":
            return stats.norm(mean, sd)
        return stats.gamma((mean / sd) ** 2, scale=sd**2 / mean)

    def loss(self, point: float, mean: float, sd: float) -> float:
        """E[(X - point)+] as the area above the distribution function."""
        return integrate.quad(self.law(mean, sd).sf, point, point + 60 * sd, limit=500)[0]

    def safety(self, level: float) -> float:
        mean = self.mu * (self.lead + self.review)
        sd = np.hypot(np.sqrt(self.lead + self.review) * self.sd, self.mu * self.lead_sd)
        return self.law(mean, sd).ppf(level) - mean

    def point(self, level: float) -> float:
        return self.law(self.mean, self.spread).ppf(level)

    def stock(self, level: float) -> float:
        return self.point(level) + self.lot / 2 - self.mu * (self.lead + self.review / 2)

    def short(self, level: float) -> float:
        return self.loss(self.point(level), self.mean, self.spread)


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("sku", "level"), [("N", 0.97), ("G", 0.90)])
def test_answers_of_the_plan(book: Path, sku: str, level: float) -> None:
    shown, expected = Shown(book, sku), Expected(sku)
    stock, short = expected.stock(level), expected.orders * expected.short(level)
    answers = {
        "service": level, "safety": expected.safety(level), "point": expected.point(level), "stock": stock,
        "value": stock * expected.cost, "orders": expected.orders, "risk": 1 - level, "short": short,
        "filled": 1 - short / (365 * expected.mu), "holding": stock * expected.cost * HOLDING,
        "ordering": expected.orders * ORDER_COST, "shortage": None,
        "total": stock * expected.cost * HOLDING + expected.orders * ORDER_COST,
    }  # fmt: skip
    assert answers.keys() == panels.ANSWERS.keys()
    for name, value in answers.items():
        for column in (cells.NOW, cells.WHAT_IF):
            assert shown.answer(name, column) == (None if value is None else close(value)), name
        assert shown.answer(name, cells.BEST) is None
    assert not shown.errors


@pytest.mark.parametrize("sku", ["?", "N*", "~*"])
def test_a_sku_with_signs_that_stand_for_any_text_is_only_itself(book: Path, sku: str) -> None:
    """A lookup takes ? as any letter, * as any text, and ~ as what makes them plain; "N" stands before it."""
    renamed = book.with_name("renamed.xlsx")
    opened = FileWorkbook.open(book)
    for name in ("Items", "Demand"):
        rows = opened.read_table(name)
        rows["sku"] = rows["sku"].replace("G", sku)
        opened.write_table(name, rows[opened.stored_columns(name)])
    opened.save(renamed)
    shown = Shown(renamed, sku)
    assert shown.used("demand") == 12.0
    assert shown.fact("past mean") == pytest.approx(PAST["G"].mean())


def test_the_plan_column_is_what_items_shows(book: Path) -> None:
    opened = FileWorkbook.open(book)
    opened.calculate()
    items = opened.read_table("Items").set_index("sku")
    for sku in ("00123", "N", "G", "L"):
        shown = Shown(book, sku)
        assert shown.answer("safety", cells.NOW) == close(items.loc[sku, "safety_stock"])
        assert shown.answer("point", cells.NOW) == close(items.loc[sku, "reorder_point"])


def test_the_curve(book: Path) -> None:
    shown, expected = Shown(book, "G", {"shortage_cost": 3.0}), Expected("G")
    levels = cells.LEVELS
    stock = np.array([expected.stock(level) for level in levels])
    short = np.array([expected.short(level) for level in levels])
    holding, shortage = stock * 10.0 * HOLDING, short * expected.orders * 3.0
    columns = {
        "service": levels, "safety": [expected.safety(level) for level in levels],
        "point": [expected.point(level) for level in levels], "stock": stock, "value": stock * 10.0,
        "holding": holding, "risk": 1 - np.array(levels), "short_cycle": short,
        "stockouts": (1 - np.array(levels)) * expected.orders, "short": short * expected.orders,
        "shortage": shortage, "cost": holding + shortage,
    }  # fmt: skip
    assert columns.keys() == panels.CURVE.keys()
    for name, values in columns.items():
        np.testing.assert_allclose(shown.curve(name), values, rtol=1e-6, err_msg=name)
    np.testing.assert_allclose(shown.block(cells.POINT, "cost"), holding + shortage, rtol=1e-6)


@pytest.mark.parametrize(("target", "row"), [(0.97, 9), (0.963, 8), (0.9999, 15), (0.5, 1)])
def test_the_row_nearest_to_the_target_is_marked(book: Path, target: float, row: int) -> None:
    shown = Shown(book, "N", {"service": target})
    marks = [shown.sheet.cell(cells.CURVE + 1 + i, 1).value for i in range(len(cells.LEVELS))]
    assert [i for i, mark in enumerate(marks, 1) if mark] == [row]
    assert shown.at(cells.MARK.cell("level", 0)) == target
    assert shown.at(cells.MARK.cell("holding", 0)) == shown.answer("holding")


def test_the_service_level_that_costs_least_is_the_lowest_point_of_the_curve(book: Path) -> None:
    """Found by minimising holding + shortage cost over the level, not by the equation 1 - ic/(Bn)."""
    price = 0.5
    shown, expected = Shown(book, "N", {"shortage_cost": price}), Expected("N")

    def cost(level: float) -> float:
        return expected.stock(level) * 4.0 * HOLDING + expected.orders * expected.short(level) * price

    found = optimize.minimize_scalar(cost, bounds=(0.5, 0.9999), method="bounded", options={"xatol": 1e-9})
    assert shown.fact("best") == pytest.approx(found.x, abs=1e-4)
    assert shown.answer("shortage", cells.BEST) + shown.answer("holding", cells.BEST) == close(found.fun)
    assert shown.at(cells.MARK.cell("level", 1)) == shown.fact("best")
    assert shown.at(cells.MARK.cell("holding", 1)) == close(found.fun)
    total = [shown.answer("total", column) for column in (cells.NOW, cells.BEST)]
    assert total[1] < total[0]


def test_a_shortage_too_cheap_to_hold_stock_for_has_no_least_cost_policy(book: Path) -> None:
    """By hand: holding a unit costs 4.00 x 25 % = 1.00 a year, all shortages of it 26 x 0.01 at most."""
    shown = Shown(book, "N", {"shortage_cost": 0.01})
    assert shown.fact("best") == 0
    assert shown.answer("service", cells.BEST) is None
    assert not shown.errors


def test_each_number_can_be_overridden(book: Path) -> None:
    typed = {"demand": 20.0, "demand_sd": 5.0, "lead_time": 30.0, "review": 14.0, "unit_cost": 8.0,
             "quantity": 500.0}  # fmt: skip
    rest = {"lead_time_sd": 3.0, "holding_rate": 0.5, "order_cost": 9.0, "service": 0.9}
    shown, expected = Shown(book, "N", typed | rest), Expected("N", **typed)
    stock = expected.stock(0.9)
    assert {name: shown.used(name) for name in typed | rest} == typed | rest
    assert shown.answer("point") == close(expected.point(0.9))
    assert shown.answer("holding") == close(stock * 8.0 * 0.5)
    assert shown.answer("ordering") == close(expected.orders * 9.0)
    assert shown.answer("point", cells.NOW) == close(Expected("N").point(0.97))
    assert shown.message.startswith("10 of the numbers below are yours")


def test_a_fill_rate_target_and_a_shape_can_be_chosen(book: Path) -> None:
    """By its definition: the reorder point leaves (1 - fill rate) of an order quantity short in a cycle."""
    shown = Shown(book, "G", {"service_type": "fill", "service": 0.98, "shape": "normal", "shortage_cost": 9})
    expected = Expected("G")
    expected.shape = "normal"
    point = shown.answer("point")
    assert expected.loss(point, expected.mean, expected.spread) == close(0.02 * expected.lot)
    assert shown.answer("risk") == close(stats.norm.sf(point, expected.mean, expected.spread))
    assert shown.at(cells.MARK.cell("level", 1)) == shown.answer("filled", cells.BEST)


def test_targets_that_need_no_stock_leave_their_rows_blank(book: Path) -> None:
    """With an order quantity of 100,000 a fill rate of 80 % lets a shortage of 20,000 happen in a cycle."""
    shown = Shown(book, "N", {"service_type": "fill", "service": 0.999, "quantity": 100_000.0})
    holding = [shown.at(cells.curve_cell("holding", i)) for i in range(len(cells.LEVELS))]
    first = next(i for i, value in enumerate(holding) if value is not None)
    assert first > 0
    assert shown.block(cells.POINT, "holding") == [holding[first]] * first + holding[first:]
    assert not shown.errors
    low = Shown(book, "N", {"service_type": "fill", "service": 0.5, "quantity": 100_000.0})
    assert low.message.startswith("No reorder point fits")


def test_simulation_of_steady_demand_by_hand(book: Path) -> None:
    """70 a week, ordered at 140 in lots of 350, two weeks to come: the saw-tooth falls from 350 to 0.

    So: no stock-out, average stock 175, one order in five weeks.
    """
    shown = Shown(book, "00123", {"review": 0.0, "quantity": 350.0})
    simulated = {name: shown.answer(name, cells.SIMULATED) for name in panels.ANSWERS}
    assert shown.answer("point") == close(140.0)
    assert (simulated["service"], simulated["risk"], simulated["short"], simulated["filled"]) == (1, 0, 0, 1)
    assert simulated["stock"] == close(175.0)
    assert simulated["value"] == close(350.0)
    assert simulated["holding"] == close(350.0 * HOLDING)
    assert simulated["orders"] == close(365 / 35)
    assert simulated["ordering"] == close(365 / 35 * ORDER_COST)
    assert shown.answer("stock") == close(175.0)


def test_past_demand_is_brought_to_the_mean_used(book: Path) -> None:
    """Twice the demand of an item whose past never varied is twice that demand in every week."""
    shown = Shown(book, "00123", {"demand": 20.0})
    assert shown.block(cells.PAST, "drawn") == [140.0] * WEEKS + [None] * (cells.MOST_HISTORY - WEEKS)
    half = Shown(book, "N", {"demand": 4.0}).block(cells.PAST, "drawn")[:WEEKS]
    np.testing.assert_allclose(np.array(half, dtype=float), PAST["N"] * 28 / PAST["N"].mean())


def test_demand_that_comes_now_and_then_comes_less_often(book: Path) -> None:
    """The sizes stay; periods of 0 come in, until the mean is a third of what it was."""
    mean = PAST["L"].mean()
    drawn = np.array(Shown(book, "L", {"demand": mean / 21}).block(cells.PAST, "drawn"), dtype=float)
    known = drawn[~np.isnan(drawn)]
    np.testing.assert_array_equal(known[:WEEKS], PAST["L"])
    np.testing.assert_array_equal(known[WEEKS:], 0)
    assert known.mean() == close(mean / 3)
    rare = np.array(Shown(book, "L", {"demand": mean / 7 / 10}).block(cells.PAST, "drawn"), dtype=float)
    assert len(rare) == cells.MOST_HISTORY
    assert rare.mean() == close(mean / 10)


@pytest.mark.parametrize("sku", ["N", "G"])
def test_simulation_agrees_with_a_plain_loop_over_weeks(book: Path, sku: str) -> None:
    """One order of the same lots at a time, week by week, from the past and the lead times on the sheet."""
    shown = Shown(book, sku)
    past = [value for value in shown.block(cells.PAST, "drawn") if value is not None]
    service, stock, orders = weeks_of(
        past, shown.block(cells.DRAW, "lead"), shown.answer("point"), shown.used("quantity")
    )
    assert shown.answer("service", cells.SIMULATED) == pytest.approx(service, abs=0.02)
    assert shown.answer("stock", cells.SIMULATED) == pytest.approx(stock, rel=0.02)
    assert shown.answer("orders", cells.SIMULATED) == pytest.approx(orders, rel=0.02)


def weeks_of(past: list[float], leads: list[float], point: float, lot: float) -> tuple[float, float, float]:
    """Cycle service, average stock and orders a year of 20,000 weeks, in time steps of a fiftieth."""
    draw, steps = np.random.default_rng(11), 50
    net = position = point + lot
    due: list[tuple[int, float]] = []
    cycles, good, placed, held = 0, 0, 0, 0.0
    for week in range(20_000):
        demand = draw.choice(past) / steps
        for step in range(week * steps, (week + 1) * steps):
            for order in [order for order in due if order[0] <= step]:
                cycles, good = cycles + 1, good + (net >= 0)
                net += order[1]
                due.remove(order)
            held += max(net - demand / 2, 0.0)
            net -= demand
        position -= demand * steps
        if position <= point:
            lots = lot * (np.floor((point - position) / lot) + 1)
            due.append(((week + 1) * steps + round(draw.choice(leads) * steps), lots))
            position, placed = position + lots, placed + 1
    return good / cycles, held / 20_000 / steps, placed / 20_000 * 365 / 7


def test_lead_times_and_demands_made_up_have_the_mean_and_sd_asked_for(book: Path) -> None:
    shown = Shown(book, "N", {"demand_sd": 6.0})
    for name, mean, sd in (("lead", 10 / 7, 3 / 7), ("demand", 70.0, 6.0 * np.sqrt(7))):
        drawn = np.array(shown.block(cells.DRAW, name), dtype=float)
        assert (drawn.mean(), drawn.std()) == (pytest.approx(mean, rel=0.002), close(sd))
    raw = np.array(shown.block(cells.DRAW, "raw lead"), dtype=float)
    gamma = stats.gamma(100 / 9, scale=9 / 10 / 7)
    np.testing.assert_allclose(raw, gamma.ppf((np.arange(20) + 0.5) / 20), rtol=1e-6)


def test_an_item_without_a_past_is_simulated_with_made_up_demand(book: Path) -> None:
    """SKU "123" has no rows in Demand; those of "00123" are not its own."""
    shown = Shown(book, "123")
    assert (shown.fact("known"), shown.fact("own")) == (0, 0)
    assert "made-up demand" in shown.sheet.cell(cells.PANELS + len(cells.INPUTS) + 1, 2).value
    assert shown.answer("service", cells.SIMULATED) == pytest.approx(0.95, abs=0.04)


def test_from_a_demand_table_in_another_order_come_only_the_items_own_rows(
    book: Path, tmp_path: Path
) -> None:
    path = tmp_path / "mixed.xlsx"
    path.write_bytes(book.read_bytes())
    opened = FileWorkbook.open(path)
    demand = opened.read_table("Demand").sort_values("period", kind="stable", ignore_index=True)
    opened.write_table("Demand", demand.astype(object))
    opened.save()
    drawn = [v for v in Shown(path, "G").block(cells.PAST, "wanted") if v is not None]
    assert drawn
    assert set(drawn) <= set(PAST["G"])


@pytest.mark.parametrize(
    ("sku", "typed", "word"),
    [
        ("nothing like it", {}, "nothing like it is not in Items: choose an item from the list."),
        ("*", {}, "* is not in Items: choose an item from the list."),
        ("M", {}, "This item is not planned yet"),
        ("M", {"demand": 1, "demand_sd": 1, "lead_time": 7}, "This item has no unit cost: type one."),
        ("Z", {}, "Less than a unit a year is expected: no stock is kept."),
        ("N", {"service": 2.0}, "Something typed is too small or too large."),
        ("N", {"review": "often"}, "Something typed is not a number."),
        ("N", {"shape": "square"}, "No reorder point fits"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(
    book: Path, sku: str, typed: dict[str, float | str], word: str
) -> None:
    shown = Shown(book, sku, typed)
    assert shown.message.startswith(word)
    assert not shown.errors
    assert [shown.answer(name) for name in panels.ANSWERS] == [None] * len(panels.ANSWERS)
    assert shown.at(cells.curve_cell("holding", 3)) is None


def test_an_item_that_is_not_planned_is_answered_from_typed_numbers_alone(book: Path) -> None:
    typed = {"demand": 10.0, "demand_sd": 4.0, "lead_time": 10.0, "lead_time_sd": 3.0, "unit_cost": 4.0,
             "shape": "normal", "service": 0.97, "quantity": 200.0}  # fmt: skip
    shown = Shown(book, "M", typed)
    assert shown.answer("point") == close(Expected("N").point(0.97))
    assert shown.answer("point", cells.NOW) is None


def test_left_blank_the_item_of_the_dashboard_is_shown(book: Path) -> None:
    """By hand: yearly values 1, 20, 40, 120, 2.25 a day, so G."""
    assert Shown(book, "").fact("sku") == "G"


def test_the_empty_workbook_asks_for_items(empty: Path) -> None:
    shown = Shown(empty, "")
    assert shown.message == "There are no items yet: refresh from CSV first."
    assert not shown.errors
    assert shown.block(cells.POINT, "holding") == [0] * len(cells.LEVELS)


def test_numbers_you_may_type_have_their_limits(empty: Path) -> None:
    sheet = openpyxl.load_workbook(empty)[cells.SHEET]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["D3"].formula1 == "Items_sku"
    for name, given in panels.INPUTS.items():
        rule = rules[cells.input_cell(name, cells.YOURS).replace("$", "")]
        if given.choices:
            assert rule.formula1 == f'"{",".join(given.choices)}"'
        else:
            assert (float(rule.formula1), float(rule.formula2)) == panels.LIMITS[name]
