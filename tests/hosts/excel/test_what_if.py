"""The WhatIf sheet through the file host: every number on it against scipy, by hand, or a plain loop.

The three items of the book are those of the equations: "N" normal, "G" gamma, "L" intermittent (negbin).
"""

import functools
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
from xlinventory.macros.stock_steps import step_days

WEEKS = 60
SUPPLIER = "S*"
"""A name that stands for others too where a formula looks for it carelessly."""
RNG = np.random.default_rng(5)
PAST = {
    "00123": np.full(WEEKS, 70.0),
    "N": np.round(RNG.normal(60, 12, WEEKS)),
    "G": np.round(RNG.gamma(2, 50, WEEKS)),
    "L": np.where(RNG.random(WEEKS) < 0.25, np.round(RNG.gamma(2, 20, WEEKS)), 0.0),
}
ITEMS = pd.DataFrame(
    {
        "sku": ["123", "00123", "N", "G", "L", "M", "Z", "K"],
        "name": ["One", "Zero", "Normal", "Gamma", "Lumpy", "Missing", "Still", "Checked"],
        "unit_cost": [1.0, 2.0, 4.0, 10.0, 2.5, np.nan, 3.0, 4.0],
        "demand_avg": [1.0, 10.0, 10.0, 12.0, 0.9, np.nan, 0.001, 10.0],
        "demand_sd": [1.0, 0.0, 4.0, 15.0, 3.0, np.nan, 0.5, 4.0],
        "lead_time": [7.0, 14.0, 10.0, 21.0, 14.0, np.nan, 7.0, 10.0],
        "lead_time_sd": [0.0, 0.0, 3.0, 4.0, 2.0, np.nan, 0.0, 3.0],
        "service_level": [0.95, 0.95, 0.97, 0.9, 0.93, 0.9, 0.9, 0.97],
        "pattern": ["smooth", "smooth", "smooth", "erratic", "lumpy", "", "lumpy", "smooth"],
        "preferred_supplier": [None] * 7 + [SUPPLIER],
        "simulated_change": [np.nan] * 7 + [25.0],
        "check": [None] * 7 + ["moved in a test"],
        "abc": "A",
    }
)
_LINES = np.arange(90)
PURCHASES = pd.DataFrame(
    {
        "po": [f"P{line}" for line in _LINES],
        "supplier": np.where(_LINES % 3 == 1, "S and more", SUPPLIER),
        "order_date": 40000.0 + _LINES,
        "receipt_date": np.where(_LINES % 5 == 4, np.nan, 40000.0 + _LINES + 5 + _LINES * 7 % 11),
    }
)
PURCHASES.loc[30, "receipt_date"] = 40029.0
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
    opened.write_table("PurchaseOrders", PURCHASES.astype(object).where(PURCHASES.notna(), None))
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

    def told(self, line: int) -> str:
        """What the lines below both panels say of the simulation, and of the plan's check."""
        return self.sheet.cell(cells.PANELS + len(cells.INPUTS) + 1 + line, 2).value

    @property
    def message(self) -> str:
        return self.sheet.cell(cells.CHOICE + 2, 2).value

    @property
    def errors(self) -> list[object]:
        return [c.coordinate for row in self.sheet.iter_rows() for c in row if c.data_type == "e"]


@functools.cache
def _shown(book: Path, sku: str, typed: tuple[tuple[str, float | str], ...]) -> Shown:
    return Shown(book, sku, dict(typed))


def shown_of(book: Path, sku: str, typed: Mapping[str, float | str] | None = None) -> Shown:
    """The sheet with an item chosen and some numbers typed; calculated once for all tests that look at it."""
    return _shown(book, sku, tuple((typed or {}).items()))


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
        self.under = (self.sd**2 / self.mu + asked) / 2
        self.mean = self.mu * self.lead + self.under
        self.spread = np.sqrt(
            self.lead * self.sd**2 + (self.mu * self.lead_sd) ** 2 + asked**2 / 12 + spread / 2
        )
        level = typed.get("service", row.service_level)
        self.gap = max(self.lot, self.top(level) - self.point(level))
        self.orders = min(365 * self.mu / (self.gap + self.under), 365 / self.review)

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

    def top(self, level: float) -> float:
        return self.mu * (self.lead + self.review) + self.safety(level)

    def point(self, level: float) -> float:
        return self.law(self.mean, self.spread).ppf(level)

    def stock(self, level: float) -> float:
        """The position is uniform above s for most reviews, and at s + gap for those that order."""
        share = self.under / (self.gap + self.under)
        position = share * self.gap + (1 - share) * self.gap / 2
        return self.point(level) + position - self.mu * (self.lead + self.review / 2)

    def short(self, level: float) -> float:
        return self.loss(self.point(level), self.mean, self.spread)


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("sku", "level"), [("N", 0.97), ("G", 0.90)])
def test_answers_of_the_plan(book: Path, sku: str, level: float) -> None:
    shown, expected = shown_of(book, sku), Expected(sku)
    stock, short = expected.stock(level), expected.orders * expected.short(level)
    answers = {
        "service": level, "safety": expected.safety(level), "point": expected.point(level),
        "top": expected.point(level) + expected.gap, "stock": stock,
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
    shown = shown_of(renamed, sku)
    assert shown.used("demand") == 12.0
    past = [value for value in shown.block(cells.PAST, "wanted") if value is not None]
    assert past == PAST["G"].tolist()


def test_the_plan_column_is_what_items_shows(book: Path) -> None:
    opened = FileWorkbook.open(book)
    opened.calculate()
    items = opened.read_table("Items").set_index("sku")
    for sku in ("00123", "N", "G", "L"):
        shown = shown_of(book, sku)
        assert shown.answer("safety", cells.NOW) == close(items.loc[sku, "safety_stock"])
        assert shown.answer("point", cells.NOW) == close(items.loc[sku, "reorder_point"])


def test_the_curve(book: Path) -> None:
    shown, expected = shown_of(book, "G", {"shortage_cost": 3.0}), Expected("G")
    levels = cells.LEVELS
    stock = np.array([expected.stock(level) for level in levels])
    short = np.array([expected.short(level) for level in levels])
    holding, shortage = stock * 10.0 * HOLDING, short * expected.orders * 3.0
    columns = {
        "service": levels, "safety": [expected.safety(level) for level in levels],
        "point": [expected.point(level) for level in levels], "stock": stock,
        "holding": holding, "risk": 1 - np.array(levels),
        "stockouts": (1 - np.array(levels)) * expected.orders, "short": short * expected.orders,
        "shortage": shortage, "cost": holding + shortage,
    }  # fmt: skip
    assert columns.keys() | {"simulated", "simulated_holding"} == panels.CURVE.keys()
    for name, values in columns.items():
        np.testing.assert_allclose(shown.curve(name), values, rtol=1e-6, err_msg=name)
    np.testing.assert_allclose(shown.block(cells.POINT, "cost"), holding + shortage, rtol=1e-6)
    np.testing.assert_allclose(shown.block(cells.POINT, "value"), stock * 10.0, rtol=1e-6)


@pytest.mark.parametrize(("target", "row"), [(0.97, 9), (0.963, 8), (0.9999, 15), (0.5, 1)])
def test_the_row_nearest_to_the_target_is_marked(book: Path, target: float, row: int) -> None:
    shown = shown_of(book, "N", {"service": target})
    marks = [shown.sheet.cell(cells.CURVE + 1 + i, 1).value for i in range(len(cells.LEVELS))]
    assert [i for i, mark in enumerate(marks, 1) if mark] == [row]
    assert shown.at(cells.MARK.cell("level", 0)) == target
    assert shown.at(cells.MARK.cell("holding", 0)) == shown.answer("holding")


def test_the_service_level_that_costs_least_is_the_lowest_point_of_the_curve(book: Path) -> None:
    """Found by minimising holding + shortage cost over the level, not by the equation 1 - ic/(Bn)."""
    price = 0.5
    shown, expected = shown_of(book, "N", {"shortage_cost": price}), Expected("N")

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
    """By hand: holding a unit costs 4.00 x 25 % = 1.00 a year, all shortages of it 52 x 0.01 at most."""
    shown = shown_of(book, "N", {"shortage_cost": 0.01})
    assert shown.fact("best") == 0
    assert shown.answer("service", cells.BEST) is None
    assert not shown.errors


def test_each_number_can_be_overridden(book: Path) -> None:
    typed = {"demand": 20.0, "demand_sd": 5.0, "lead_time": 30.0, "review": 14.0, "unit_cost": 8.0,
             "quantity": 500.0}  # fmt: skip
    rest = {"lead_time_sd": 3.0, "holding_rate": 0.5, "order_cost": 9.0, "service": 0.9}
    shown, expected = shown_of(book, "N", typed | rest), Expected("N", service=0.9, **typed)
    stock = expected.stock(0.9)
    assert {name: shown.used(name) for name in typed | rest} == typed | rest
    assert shown.answer("point") == close(expected.point(0.9))
    assert shown.answer("holding") == close(stock * 8.0 * 0.5)
    assert shown.answer("ordering") == close(expected.orders * 9.0)
    assert shown.answer("point", cells.NOW) == close(Expected("N").point(0.97))
    assert shown.message.startswith("10 of the numbers below are yours")


def test_a_fill_rate_target_and_a_shape_can_be_chosen(book: Path) -> None:
    """By its definition: the reorder point leaves (1 - fill rate) of an order quantity short in a cycle."""
    shown = shown_of(
        book, "G", {"service_type": "fill", "service": 0.98, "shape": "normal", "shortage_cost": 9}
    )
    expected = Expected("G")
    expected.shape = "normal"
    point = shown.answer("point")
    assert expected.loss(point, expected.mean, expected.spread) == close(0.02 * expected.lot)
    assert shown.answer("risk") == close(stats.norm.sf(point, expected.mean, expected.spread))
    assert shown.at(cells.MARK.cell("level", 1)) == shown.answer("filled", cells.BEST)


def test_targets_that_need_no_stock_are_told_like_others(book: Path) -> None:
    """With an order quantity of 100,000 a fill rate of 80 % lets a shortage of 20,000 happen in a cycle."""
    shown = shown_of(book, "N", {"service_type": "fill", "service": 0.999, "quantity": 100_000.0})
    holding = [shown.at(cells.curve_cell("holding", i)) for i in range(len(cells.LEVELS))]
    low = shown_of(book, "N", {"service_type": "fill", "service": 0.5, "quantity": 100_000.0})
    assert not shown.errors
    assert holding == sorted(holding)
    assert min(holding) >= 0
    assert low.answer("point") == 0.0
    assert not low.errors


def test_simulation_of_steady_demand_by_hand(book: Path) -> None:
    """70 a week, ordered at 140 in lots of 350, two weeks to come: the saw-tooth falls from 350 to 0.

    So: no stock-out, average stock 175, one order in five weeks.
    """
    shown = shown_of(book, "00123", {"review": 0.0, "quantity": 350.0})
    simulated = {name: shown.answer(name, cells.SIMULATED) for name in panels.ANSWERS}
    assert shown.answer("point") == close(140.0)
    assert (simulated["service"], simulated["risk"], simulated["short"], simulated["filled"]) == (1, 0, 0, 1)
    near = {"rel": 2e-3}  # 2,000 days are no whole number of saw-teeth
    assert simulated["stock"] == pytest.approx(175.0, **near)
    assert simulated["value"] == pytest.approx(350.0, **near)
    assert simulated["holding"] == pytest.approx(350.0 * HOLDING, **near)
    assert simulated["orders"] == pytest.approx(365 / 35, **near)
    assert simulated["ordering"] == pytest.approx(365 / 35 * ORDER_COST, **near)
    assert shown.answer("stock") == close(175.0)


def test_past_demand_is_brought_to_the_mean_used(book: Path) -> None:
    """By hand: 140 a week now, ordered at 280 in lots of 700; the saw-tooth falls from 700 to 0."""
    shown = shown_of(book, "00123", {"demand": 20.0, "review": 0.0, "quantity": 700.0})
    assert shown.answer("service", cells.SIMULATED) == 1
    assert shown.answer("stock", cells.SIMULATED) == pytest.approx(350.0, rel=2e-3)
    assert shown.answer("orders", cells.SIMULATED) == pytest.approx(365 / 35, rel=2e-3)


def test_the_simulated_curve_of_steady_demand_by_hand(book: Path) -> None:
    """No level needs more than 140, what is asked for until the order comes; half of 350 lie in stock."""
    shown = shown_of(book, "00123", {"review": 0.0, "quantity": 350.0})
    np.testing.assert_allclose(shown.curve("simulated"), 140.0)
    np.testing.assert_allclose(shown.curve("simulated_holding"), 175.0 * 2.0 * HOLDING, rtol=2e-3)
    drawn = np.array(shown.block(cells.POINT, "simulated"), dtype=float)
    np.testing.assert_array_equal(drawn, shown.curve("simulated_holding"))


@pytest.mark.parametrize("sku", ["N", "G"])
def test_simulation_agrees_with_a_plain_loop_over_weeks(book: Path, sku: str) -> None:
    """Week by week, from the past at the mean and spread used, and from the lead times on the sheet."""
    shown, item = shown_of(book, sku), ITEMS.set_index("sku").loc[sku]
    past = PAST[sku]
    mean, spread = item.demand_avg * 7, item.demand_sd * np.sqrt(7)
    drawn = np.maximum(mean + (past - past.mean()) * spread / past.std(), 0.0)
    leads = [lead for lead in shown.block(cells.LEAD, "lead") if lead is not None]
    service, stock, orders = weeks_of(
        drawn * mean / drawn.mean(), leads, shown.answer("point"), shown.answer("top")
    )
    assert shown.answer("service", cells.SIMULATED) == pytest.approx(service, abs=0.02)
    assert shown.answer("stock", cells.SIMULATED) == pytest.approx(stock, rel=0.02)
    assert shown.answer("orders", cells.SIMULATED) == pytest.approx(orders, rel=0.02)
    assert shown.answer("stock") == pytest.approx(stock, rel=0.03), "by formula"
    assert shown.answer("orders") == pytest.approx(orders, rel=0.03), "by formula"
    assert np.all(np.diff(shown.curve("simulated")) >= 0)


def weeks_of(past: np.ndarray, leads: list[float], point: float, top: float) -> tuple[float, float, float]:
    """Cycle service, average stock and orders a year of 20,000 weeks, in time steps of a fiftieth."""
    draw, steps = np.random.default_rng(11), 50
    net = position = top
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
            due.append(((week + 1) * steps + round(draw.choice(leads) * steps), top - position))
            position, placed = top, placed + 1
    return good / cycles, held / 20_000 / steps, placed / 20_000 * 365 / 7


def test_lead_times_and_demands_made_up_have_the_mean_and_sd_asked_for(book: Path) -> None:
    shown = shown_of(book, "N", {"demand_sd": 6.0})
    gammas = {"lead": (cells.LEAD, 10 / 7, 3 / 7), "demand": (cells.DRAW, 70.0, 6.0 * np.sqrt(7))}
    for name, (block, mean, sd) in gammas.items():
        drawn = np.array(shown.block(block, name)[: cells.PARTS], dtype=float)
        assert (drawn.mean(), drawn.std()) == (pytest.approx(mean, rel=0.002), close(sd))
    raw = np.array(shown.block(cells.LEAD, "raw")[: cells.PARTS], dtype=float)
    gamma = stats.gamma(100 / 9, scale=9 / 10 / 7)
    np.testing.assert_allclose(raw, gamma.ppf((np.arange(cells.PARTS) + 0.5) / cells.PARTS), rtol=1e-6)


def test_lead_times_are_those_of_the_suppliers_latest_receipts(book: Path) -> None:
    """Of 90 lines every third is of another supplier, every fifth not here yet; one came before its order."""
    shown = shown_of(book, "K")
    lines = PURCHASES[PURCHASES["supplier"] == SUPPLIER]
    came = lines[lines["receipt_date"] >= lines["order_date"]]
    days = (came["receipt_date"] - came["order_date"]).to_numpy(dtype=float)
    assert 0 < len(days) < len(lines) < len(PURCHASES)
    assert shown.fact("receipts") == len(days)
    assert shown.block(cells.LEAD, "received")[: len(days)] == days.tolist()
    drawn = np.array(shown.block(cells.LEAD, "lead")[: len(days)], dtype=float)
    np.testing.assert_allclose(drawn, (10 + (days - days.mean()) * 3 / days.std()) / 7, rtol=1e-9)
    assert f"the lead times of its supplier's last {len(days)} receipts" in shown.told(0)


def test_of_many_receipts_the_latest_60_are_drawn_from(book: Path, tmp_path: Path) -> None:
    """1,000 lines, of which the last 100 took longer than any before."""
    path = tmp_path / "many.xlsx"
    path.write_bytes(book.read_bytes())
    opened = FileWorkbook.open(path)
    ordered, days = (
        40000.0 + np.arange(1000),
        np.where(np.arange(1000) < 900, 3.0, 10.0 + np.arange(1000) % 7),
    )
    rows = pd.DataFrame(
        {"po": "P", "supplier": SUPPLIER, "order_date": ordered, "receipt_date": ordered + days}
    )
    opened.write_table("PurchaseOrders", rows.astype(object))
    opened.save()
    assert shown_of(path, "K").block(cells.LEAD, "received") == days[-60:].tolist()


def test_levels_that_the_check_moved_are_those_of_items(book: Path) -> None:
    """25 units more of each: what the formulas say of the same item without a check, and 25."""
    shown, expected = shown_of(book, "K"), Expected("N")
    levels = {
        "safety": expected.safety(0.97), "point": expected.point(0.97),
        "top": expected.point(0.97) + expected.gap,
    }  # fmt: skip
    for name, level in levels.items():
        assert shown.answer(name, cells.NOW) == shown.answer(name) == close(level + 25)
    assert shown.answer("stock") == close(expected.stock(0.97) + 25)
    assert shown.answer("risk") == close(stats.norm.sf(levels["point"] + 25, expected.mean, expected.spread))
    assert shown.curve("point")[cells.LEVELS.index(0.97)] == close(levels["point"]), "the formula alone"
    assert shown.at(cells.MARK.cell("holding", 0)) == shown.answer("holding")
    assert "moved all levels by +25 units" in shown.message
    assert "+25 by the check" in shown.sheet.cell(8, 2).value
    assert shown.told(1) == "The plan: moved in a test."
    assert shown.fact("periods") == 10_000


def test_what_the_check_moved_can_be_taken_back(book: Path) -> None:
    shown = shown_of(book, "K", {"moved": 0.0})
    assert shown.answer("point") == close(Expected("N").point(0.97))
    assert shown.answer("point", cells.NOW) == close(Expected("N").point(0.97) + 25)


def test_levels_that_the_check_only_proposes_are_not_moved(book: Path, tmp_path: Path) -> None:
    path = tmp_path / "proposed.xlsx"
    path.write_bytes(book.read_bytes())
    opened = FileWorkbook.open(path)
    settings = opened.read_table("Settings")
    settings.loc[settings["setting"] == "simulated_levels", "value"] = "propose"
    opened.write_table("Settings", settings)
    opened.save()
    shown = shown_of(path, "K")
    assert shown.used("moved") == 0
    assert shown.answer("point") == shown.answer("point", cells.NOW) == close(Expected("N").point(0.97))
    assert shown.message.startswith("As planned. ")


def test_an_item_without_a_past_is_simulated_with_made_up_demand(book: Path) -> None:
    """SKU "123" has no rows in Demand; those of "00123" are not its own."""
    shown = shown_of(book, "123")
    assert (shown.fact("known"), shown.fact("own")) == (0, 0)
    assert "made-up demand" in shown.told(0)
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
    drawn = [v for v in shown_of(path, "G").block(cells.PAST, "wanted") if v is not None]
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
    shown = shown_of(book, sku, typed)
    assert shown.message.startswith(word)
    assert not shown.errors
    assert [shown.answer(name) for name in panels.ANSWERS] == [None] * len(panels.ANSWERS)
    assert shown.at(cells.curve_cell("holding", 3)) is None


def test_an_item_that_is_not_planned_is_answered_from_typed_numbers_alone(book: Path) -> None:
    typed = {"demand": 10.0, "demand_sd": 4.0, "lead_time": 10.0, "lead_time_sd": 3.0, "unit_cost": 4.0,
             "shape": "normal", "service": 0.97, "quantity": 200.0}  # fmt: skip
    shown = shown_of(book, "M", typed)
    assert shown.answer("point") == close(Expected("N").point(0.97))
    assert shown.answer("point", cells.NOW) is None


def test_left_blank_the_item_of_the_dashboard_is_shown(book: Path) -> None:
    """By hand: yearly values 1, 20, 40, 120, 2.25 a day, so G."""
    assert shown_of(book, "").fact("sku") == "G"


def test_the_empty_workbook_asks_for_items(empty: Path) -> None:
    shown = shown_of(empty, "")
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


@pytest.mark.parametrize(("review", "days"), [(7.0, 7), (10.0, 5)])
def test_the_simulation_goes_in_the_steps_of_the_check(book: Path, review: float, days: float) -> None:
    """As many whole steps as lie between two reviews, none longer than a week."""
    assert step_days(review, "week") == days
    typed = {} if review == REVIEW else {"review": review}
    assert shown_of(book, "00123", typed).fact("step days") == days
