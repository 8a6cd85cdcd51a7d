"""Valuation against textbooks and the test suites of Odoo, Tryton, ERPNext and beancount.

Every number in valuation.json comes from the source it names. Left out of the collection it is taken from:
specific identification (valuation.specific_id#01, #03), which is no function of ours. valuation.lcnrv#03
compares the totals of an inventory, where LOWER_OF_COST_NRV goes item by item: it is used in
core/test_net_realisable_value.py. Returns are linked to their row by the engine of the Movements table, not
by a worksheet function, so they are replayed there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import xlinventory
from xlinventory.arguments import day_serials
from xlinventory.core.cost_layers import COST_FLOWS, Replay, Rows, replay

CASES = json.loads((Path(__file__).parent / "valuation.json").read_text(encoding="utf-8"))
METHODS = {
    "fifo": ("FIFO", "FIFO_PERIODIC"),  # they agree whenever the stock never goes negative
    "lifo_perpetual": ("LIFO",),
    "lifo_periodic": ("LIFO_PERIODIC",),
    "moving_average": ("WAC",),
    "wac_periodic": ("WAC_PERIODIC",),
}
INCOMING = {"opening", "purchase", "sale_return"}


def of_kind(*words: str) -> list[Any]:
    """Cases and methods of the functions whose last word is one of *words* ("" for plain ledgers)."""
    chosen = []
    for case in CASES:
        _, flow, *last = case["function"].split(".")
        if flow in METHODS and "".join(last) in words:
            methods = METHODS[flow][:1] if last else METHODS[flow]
            chosen += [pytest.param(case, method, id=f"{case['id']}-{method}") for method in methods]
    return chosen


def ledger(case: dict[str, Any]) -> tuple[list[str], list[float], list[float | None]]:
    moves = case["inputs"]["transactions"]
    signed = [move["qty"] if move["type"] in INCOMING else -move["qty"] for move in moves]
    return [move["date"] for move in moves], signed, [move.get("unit_cost") for move in moves]


def replayed(case: dict[str, Any], method: str) -> Replay:
    days, units, costs = ledger(case)
    links = [move.get("ref", 0) - 1 for move in case["inputs"]["transactions"]]
    unit_costs = [0.0 if cost is None else cost for cost in costs]
    return replay(Rows(day_serials(days).tolist(), units, unit_costs, links), COST_FLOWS[method])


def near(case: dict[str, Any], name: str) -> Any:
    tolerance = case["tolerance"]
    wide = {"abs": tolerance} if tolerance >= 5e-5 else {"rel": tolerance, "abs": tolerance}
    return pytest.approx(case["expected"][name], **wide)


def merged(layers: list[tuple[float, float, float, float]]) -> list[tuple[float, float]]:
    """Quantity and unit cost of the layers, neighbours of equal cost as one: the form of the cases."""
    out: list[tuple[float, float]] = []
    for _, quantity, unit_cost, _ in layers:
        if out and out[-1][1] == unit_cost:
            out[-1] = (out[-1][0] + quantity, unit_cost)
        else:
            out.append((quantity, unit_cost))
    return out


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
    line = dict(zip(names, xlinventory.valuation_compare(*ledger(case)), strict=True))[method]
    assert line.closing == near(case, "ending_value")
    if "cogs" in case["expected"]:
        assert line.cost_of_sales == near(case, "cogs")


@pytest.mark.parametrize(("case", "method"), of_kind("", "negative_stock"))
def test_worksheet_functions_reproduce_the_published_ledgers(case: dict[str, Any], method: str) -> None:
    moves, expected = ledger(case), case["expected"]
    negative = "allow" if "negative_stock" in case["function"] else "error"
    assert xlinventory.stock_value(*moves, method, negative=negative) == near(case, "ending_value")
    if "cogs" in expected:
        assert xlinventory.cost_of_sales(*moves, method, negative=negative) == near(case, "cogs")
    if "unit_cost" in expected:
        assert xlinventory.unit_cost(*moves, method, negative=negative) == near(case, "unit_cost")
    layers = xlinventory.cost_layers(*moves, method, negative=negative)
    assert sum(layer[1] for layer in layers) == near(case, "ending_qty")
    for got, wanted in zip(merged(layers), expected.get("layers", merged(layers)), strict=True):
        assert got == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("case", "method"), [p for p in of_kind("") if "issue_costs" in p.values[0]["expected"]]
)
def test_each_issue_costs_what_is_published(case: dict[str, Any], method: str) -> None:
    charged = [cost for cost in replayed(case, method).charged if cost]
    assert charged == near(case, "issue_costs")


@pytest.mark.parametrize(("case", "method"), of_kind("sale_return", "purchase_return"))
def test_linked_returns_go_back_at_the_cost_they_came_or_left_with(case: dict[str, Any], method: str) -> None:
    result, expected = replayed(case, method), case["expected"]
    assert result.stock.value == near(case, "ending_value")
    assert result.stock.quantity == near(case, "ending_qty")
    if "cogs" in expected:
        came_back = sum(
            money
            for money, move in zip(result.received, case["inputs"]["transactions"], strict=True)
            if move["type"] == "sale_return"
        )
        assert sum(result.charged) - came_back == near(case, "cogs")
    if "unit_cost" in expected:
        assert result.stock.layers[0].unit_cost == near(case, "unit_cost")
    if "layers" in expected:
        assert [[layer.quantity, layer.unit_cost] for layer in result.stock.layers] == expected["layers"]


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
    used = {
        param.values[0]["id"] for param in of_kind("", "negative_stock", "sale_return", "purchase_return")
    }
    assert used | {f"valuation.lcnrv#0{n}" for n in (1, 3, 5)} == {case["id"] for case in CASES}
