"""Valuation against textbooks and the test suites of Odoo, Tryton, ERPNext and beancount.

Every number in valuation.json comes from the source it names. The worksheet functions know plain ledgers, the
stock ledger all of them: returns linked to their row, lots by name. The slow ledger that the tests hold
the stock ledger against has to reproduce them too. valuation.lcnrv#03, which compares the totals of an
inventory where LOWER_OF_COST_NRV goes item by item, is used in tests/core/test_net_realisable_value.py.
"""

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import xlinventory
from tests.core.ledger.books import kept
from tests.core.ledger.slow_ledger import Account, Movement, slow_ledger
from xlinventory.core.ledger import ValuedLedger

CASES = json.loads((Path(__file__).parent / "valuation.json").read_text(encoding="utf-8"))
METHODS = {
    "fifo": ("FIFO", "FIFO_PERIODIC"),  # they agree whenever the stock never goes negative
    "lifo_perpetual": ("LIFO",),
    "lifo_periodic": ("LIFO_PERIODIC",),
    "moving_average": ("WAC",),
    "wac_periodic": ("WAC_PERIODIC",),
    "specific_id": ("SPECIFIC",),
}
KINDS = {
    "opening": "OPENING",
    "purchase": "RECEIPT",
    "sale": "SALE",
    "sale_return": "CUSTOMER_RETURN",
    "purchase_return": "SUPPLIER_RETURN",
}
INCOMING = {"opening", "purchase", "sale_return"}
SERIAL_0 = dt.date(1899, 12, 30)


def of_kind(*words: str, lots: bool = False) -> list[Any]:
    """Cases and methods of the functions whose last word is one of *words* ("" for plain ledgers)."""
    chosen = []
    for case in CASES:
        _, flow, *last = case["function"].split(".")
        if flow in METHODS and "".join(last) in words and (lots or flow != "specific_id"):
            methods = METHODS[flow][:1] if last else METHODS[flow]
            chosen += [pytest.param(case, method, id=f"{case['id']}-{method}") for method in methods]
    return chosen


EVERY_WORD = ("", "negative_stock", "sale_return", "purchase_return")
every_ledger = pytest.mark.parametrize(("case", "method"), of_kind(*EVERY_WORD, lots=True))


def columns(case: dict[str, Any]) -> tuple[list[str], list[float], list[float | None]]:
    """Dates, signed quantities and unit costs, as the worksheet functions take them."""
    moves = case["inputs"]["transactions"]
    signed = [move["qty"] if move["type"] in INCOMING else -move["qty"] for move in moves]
    return [move["date"] for move in moves], signed, [move.get("unit_cost") for move in moves]


def movements(case: dict[str, Any]) -> list[Movement]:
    """The rows with their kinds; what a return refers to, and a lot, is a reference; a row for each pick."""
    rows = []
    for move in case["inputs"]["transactions"]:
        day = float((dt.date.fromisoformat(move["date"]) - SERIAL_0).days)
        cost = None if move.get("unit_cost") is None else Fraction(str(move["unit_cost"]))
        sign = 1 if move["type"] in INCOMING else -1
        reference = move.get("lot", str(move.get("ref", move["seq"])))
        for lot, quantity in move.get("picks", [[reference, move["qty"]]]):
            units = sign * Fraction(str(quantity))
            rows.append(Movement("A", day, units, cost, KINDS[move["type"]], lot))
    return rows


def negative(case: dict[str, Any]) -> str:
    return "allow" if "negative_stock" in case["function"] else "error"


def near(case: dict[str, Any], name: str) -> Any:
    tolerance = case["tolerance"]
    wide = {"abs": tolerance} if tolerance >= 5e-5 else {"rel": tolerance, "abs": tolerance}
    return pytest.approx(case["expected"][name], **wide)


def merged(layers: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Quantity and unit cost of the layers, neighbours of equal cost as one: the form of the cases."""
    out: list[tuple[float, float]] = []
    for quantity, unit_cost in layers:
        if out and out[-1][1] == unit_cost:
            out[-1] = (out[-1][0] + quantity, unit_cost)
        else:
            out.append((quantity, unit_cost))
    return out


def assert_layers(case: dict[str, Any], layers: list[tuple[float, float]]) -> None:
    assert sum(quantity for quantity, _ in layers) == near(case, "ending_qty")
    expected = case["expected"].get("layers", merged(layers))
    for got, wanted in zip(merged(layers), expected, strict=True):
        assert got == pytest.approx(wanted, rel=1e-9)
    if "unit_cost" in case["expected"]:
        assert layers[-1][1] == near(case, "unit_cost")


# ---------------------------------------------------------------- worksheet functions


@pytest.mark.parametrize(("case", "method"), of_kind(""))
def test_the_comparison_has_each_method_s_published_line(case: dict[str, Any], method: str) -> None:
    names = (
        "FIFO",
        "LIFO",
        "WAC",
        "FIFO_PERIODIC",
        "LIFO_PERIODIC",
        "WAC_PERIODIC",
    )  # as its help lists them
    line = dict(zip(names, xlinventory.valuation_compare(*columns(case)), strict=True))[method]
    assert line.closing == near(case, "ending_value")
    if "cogs" in case["expected"]:
        assert line.cost_of_sales == near(case, "cogs")


@pytest.mark.parametrize(("case", "method"), of_kind("", "negative_stock"))
def test_worksheet_functions_reproduce_the_published_ledgers(case: dict[str, Any], method: str) -> None:
    moves, expected = columns(case), case["expected"]
    how = {"method": method, "negative": negative(case)}
    assert xlinventory.stock_value(*moves, **how) == near(case, "ending_value")
    if "cogs" in expected:
        assert xlinventory.cost_of_sales(*moves, **how) == near(case, "cogs")
    if "unit_cost" in expected:
        assert xlinventory.unit_cost(*moves, **how) == near(case, "unit_cost")
    layers = xlinventory.cost_layers(*moves, **how)
    assert_layers(case, [(layer[1], layer[2]) for layer in layers])


@pytest.mark.parametrize(("case", "method"), of_kind("", "negative_stock"))
def test_cells_reproduce_the_published_ledgers(case: dict[str, Any], method: str) -> None:
    cells = [[[value] for value in column] for column in columns(case)]
    value = xlinventory.evaluate("STOCK_VALUE", *cells, method, None, negative(case))
    assert value == near(case, "ending_value")
    if "cogs" in case["expected"]:
        sales = xlinventory.evaluate("COST_OF_SALES", *cells, method, None, None, negative(case))
        assert sales == near(case, "cogs")


# ---------------------------------------------------------------- the stock ledger, and the slow one


def valued(case: dict[str, Any], method: str) -> ValuedLedger:
    """The case between two other items of the same rows, each for itself."""
    own = movements(case)
    others = [move._replace(sku=sku) for sku in ("0", "Z") for move in own]
    return kept([*others, *own]).value(method, negative=negative(case))


@every_ledger
def test_the_stock_ledger_reproduces_the_published_ledgers(case: dict[str, Any], method: str) -> None:
    found, expected = valued(case, method), case["expected"]
    assert list(found.sku) == ["0", "Z", "A"]
    for item in range(3):
        assert found.quantity[item] == near(case, "ending_qty")
        assert found.value[item] == near(case, "ending_value")
        assert found.check[item] == 0
        if "cogs" in expected:
            assert found.cost_of_sales[item] == near(case, "cogs")
        layers, own = found.layers(), found.layers().item == item
        pairs = zip(layers.quantity[own].tolist(), layers.unit_cost[own].tolist(), strict=True)
        assert_layers(case, list(pairs))


@pytest.mark.parametrize(
    ("case", "method"), [p for p in of_kind("") if "issue_costs" in p.values[0]["expected"]]
)
def test_each_issue_costs_what_is_published(case: dict[str, Any], method: str) -> None:
    rows = movements(case)
    found = kept(rows).value(method)
    charged = found.by_row().charged
    assert charged[charged > 0].tolist() == near(case, "issue_costs")
    taken = found.consumed()
    by_row = np.bincount(taken.row, taken.quantity * taken.unit_cost, len(rows))
    assert by_row[by_row > 0].tolist() == near(case, "issue_costs")


@every_ledger
def test_the_slow_ledger_of_the_tests_reproduces_them_too(case: dict[str, Any], method: str) -> None:
    account = slow_ledger(movements(case), method, negative=negative(case))["A"]
    assert isinstance(account, Account)
    assert float(account.value) == near(case, "ending_value")
    if "cogs" in case["expected"]:
        assert float(account.cost_of_sales) == near(case, "cogs")
    assert_layers(case, [(float(lot.quantity), float(lot.cost)) for lot in account.layers])


# ---------------------------------------------------------------- lower of cost and NRV


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["inputs"].get("basis") == "item"], ids=lambda c: c["id"]
)
def test_lower_of_cost_or_nrv_item_by_item(case: dict[str, Any]) -> None:
    items = case["inputs"]["items"]
    price = [item.get("unit_nrv", item.get("selling_price")) for item in items]
    to_sell = [item.get("selling_cost", 0) for item in items]
    units, costs = [item["qty"] for item in items], [item["unit_cost"] for item in items]
    carrying = xlinventory.lower_of_cost_nrv(units, costs, price, to_sell).sum()
    assert carrying == near(case, "carrying")
    assert sum(q * c for q, c in zip(units, costs, strict=True)) - carrying == near(case, "write_down")


def test_all_cases_are_used() -> None:
    used = {param.values[0]["id"] for param in of_kind(*EVERY_WORD, lots=True)}
    assert used | {f"valuation.lcnrv#0{n}" for n in (1, 3, 5)} == {case["id"] for case in CASES}
