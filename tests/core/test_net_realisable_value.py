"""Lower of cost and net realisable value: published cases, figures by hand, and law V17."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.net_realisable_value import change, lower_of_cost_nrv, write_downs

PUBLISHED = Path(__file__).parent.parent / "published" / "valuation.json"
CASES = [c for c in json.loads(PUBLISHED.read_text(encoding="utf-8")) if c["function"] == "valuation.lcnrv"]
laws = settings(max_examples=100, deadline=None)

# ---------------------------------------------------------------- stocks to try

cents = st.integers(0, 10**9).map(lambda whole: whole / 100)
known = st.tuples(cents, cents)
stocks = st.lists(
    st.tuples(
        cents | st.just(0.0), cents | st.just(float("nan")), st.sampled_from("ABC"), st.sampled_from("xy")
    ),
    min_size=1,
    max_size=20,
)  # cost, nrv, and two labels, the second within the first


def columns(rows: list[tuple[float, float, str, str]]) -> tuple[Any, Any, dict[str, Any]]:
    """Cost and nrv of each row, and its labels on every basis from the finest to the widest."""
    cost, nrv = (np.array([row[place] for row in rows]) for place in (0, 1))
    bases = {
        "item": None,
        "range": [row[2] + row[3] for row in rows],
        "category": [row[2] for row in rows],
        "total": ["all"] * len(rows),
    }
    return cost, nrv, bases


def near(value: Any) -> Any:
    """Money up to 10 million a row, to a thousandth of a cent."""
    return pytest.approx(value, rel=1e-9, abs=1e-5)


# ---------------------------------------------------------------- published and by hand


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_cases_on_the_basis_they_name(case: dict[str, Any]) -> None:
    items = case["inputs"]["items"]
    units, costs = (np.array([item[name] for item in items]) for name in ("qty", "unit_cost"))
    net = [item.get("unit_nrv", item.get("selling_price", 0) - item.get("selling_cost", 0)) for item in items]
    basis = {"item": None, "total": ["all"] * len(items)}[case["inputs"]["basis"]]
    down = write_downs(units * costs, units * np.array(net), basis)
    expected, within = case["expected"], {"rel": 0, "abs": case["tolerance"]}
    assert down.sum() == pytest.approx(expected["write_down"], **within)
    assert (units * costs - down).sum() == pytest.approx(expected["carrying"], **within)


def test_there_are_published_cases_of_both_bases() -> None:
    assert {case["inputs"]["basis"] for case in CASES} == {"item", "total"}


def test_a_group_shares_its_write_down_by_shortfall() -> None:
    """By hand: short 30 and 10, above 25, so 15 in all, three quarters of it the first's; B is only short."""
    down = write_downs([100, 100, 100, 50, 50], [70, 90, 125, 20, 40], ["A", "A", "A", "B", "B"])
    assert down.tolist() == [11.25, 3.75, 0, 30, 10]


def test_a_group_that_brings_in_its_cost_is_not_written_down() -> None:
    """By hand: short 30, above 30."""
    assert write_downs([100, 100], [70, 130], ["A", "A"]).tolist() == [0, 0]


def test_unknown_values_and_stock_below_zero_take_no_part() -> None:
    """A gain of what is not compared makes up for nothing."""
    cost, nrv = [100, 100, -50, 0], [70, np.nan, 500, 500]
    assert write_downs(cost, nrv).tolist() == [30, 0, 0, 0]
    assert write_downs(cost, nrv, [1, 1, 1, 1]).tolist() == [30, 0, 0, 0]


def test_what_costs_more_to_sell_than_it_brings_in_is_worth_nothing() -> None:
    """An item is written down by its cost, not more."""
    assert write_downs([100, 100], [-40, 80]).tolist() == [100, 20]
    assert write_downs([100, 100], [-40, 150], [0, 0]).tolist() == [50, 0]


def test_no_stock_is_no_write_down() -> None:
    assert write_downs([], []).tolist() == []
    assert write_downs([], [], []).tolist() == []


def test_a_write_down_is_reversed_as_far_as_it_went() -> None:
    """By hand: cost 150; worth 92, 130, 400 and at last an unknown price."""
    steps, before = [], 0.0
    for worth in (92, 130, 400, np.nan):
        (now,) = write_downs([150], [worth])
        steps.append(float(change(now, before)))
        before = now
    assert steps == [58, -38, -20, 0]
    assert change([np.nan], [20]).tolist() == [-20]


@pytest.mark.parametrize("figures", [([-1], [0]), ([0], [-1]), ([np.inf], [0]), ([0], [np.nan])])
def test_write_downs_are_never_negative_or_unknown(figures: tuple[list[float], list[float]]) -> None:
    with pytest.raises(OutOfDomain):
        change(*figures)


# ---------------------------------------------------------------- law V17


@laws
@given(rows=stocks)
def test_the_wider_the_basis_the_higher_the_carrying_value(rows: list[tuple[float, float, str, str]]) -> None:
    cost, nrv, bases = columns(rows)
    carrying = [float((cost - write_downs(cost, nrv, groups)).sum()) for groups in bases.values()]
    for finer, wider in zip(carrying, [*carrying[1:], float(cost.sum())], strict=True):
        assert finer <= wider + 1e-5


@laws
@given(rows=stocks, basis=st.sampled_from(["item", "range", "category", "total"]))
def test_no_item_is_written_down_by_more_than_it_falls_short(
    rows: list[tuple[float, float, str, str]], basis: str
) -> None:
    cost, nrv, bases = columns(rows)
    down = write_downs(cost, nrv, bases[basis])
    assert np.all(down >= 0)
    assert np.all(down <= np.where(np.isnan(nrv), 0, np.maximum(cost - nrv, 0)))
    assert np.all(cost - down >= 0)


@laws
@given(rows=stocks, basis=st.sampled_from(["range", "category", "total"]))
def test_the_parts_add_up_to_what_the_group_falls_short(
    rows: list[tuple[float, float, str, str]], basis: str
) -> None:
    """The definition, group by group, in whole cents."""
    cost, nrv, bases = columns(rows)
    down, labels = write_downs(cost, nrv, bases[basis]), np.array(bases[basis])
    for label in set(bases[basis]):
        mine = (labels == label) & ~np.isnan(nrv) & (cost > 0)
        whole = sum(round(100 * c) - round(100 * n) for c, n in zip(cost[mine], nrv[mine], strict=True))
        assert down[labels == label].sum() == near(max(whole, 0) / 100)


@laws
@given(whole=st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**7)), min_size=1, max_size=20))
def test_whole_money_adds_up_exactly(whole: list[tuple[int, int]]) -> None:
    cost, nrv = (list(column) for column in zip(*whole, strict=True))
    parts = write_downs(cost, nrv, ["all"] * len(whole))
    assert sum(map(Fraction, parts.tolist()), Fraction(0)) == max(sum(cost) - sum(nrv), 0)


@laws
@given(rows=stocks, basis=st.sampled_from(["item", "range", "category", "total"]), more=cents, data=st.data())
def test_a_higher_value_never_lowers_the_carrying_value(
    rows: list[tuple[float, float, str, str]], basis: str, more: float, data: st.DataObject
) -> None:
    cost, nrv, bases = columns(rows)
    before = (cost - write_downs(cost, nrv, bases[basis])).sum()
    nrv[data.draw(st.integers(0, len(rows) - 1))] += more
    assert (cost - write_downs(cost, nrv, bases[basis])).sum() >= before - 1e-5


@laws
@given(rows=stocks, basis=st.sampled_from(["item", "range", "category", "total"]))
def test_what_is_written_down_once_stays(rows: list[tuple[float, float, str, str]], basis: str) -> None:
    cost, nrv, bases = columns(rows)
    carried = cost - write_downs(cost, nrv, bases[basis])
    assert write_downs(carried, nrv, bases[basis]) == near(np.zeros(len(rows)))


@laws
@given(cost=cents, steps=st.lists(cents | st.just(float("nan")), min_size=1, max_size=8))
def test_stock_is_never_carried_above_its_cost_whatever_is_reversed(cost: float, steps: list[float]) -> None:
    carried, before = cost, 0.0
    for worth in steps:
        (now,) = write_downs([cost], [worth])
        booked = float(change(now, before))
        assert booked >= -before
        carried, before = carried - booked, now
        assert carried >= -1e-5
        assert carried <= cost + 1e-5
        assert carried == near(cost if np.isnan(worth) else min(cost, worth))


@laws
@given(units=cents, cost=cents, price=cents, selling=cents, more=cents)
def test_the_worksheet_function_obeys_the_law_too(
    units: float, cost: float, price: float, selling: float, more: float
) -> None:
    carrying = lower_of_cost_nrv(units, cost, price, selling)
    assert 0 <= carrying <= units * cost
    assert carrying <= lower_of_cost_nrv(units, cost, price + more, selling)
    unit = lower_of_cost_nrv(1, cost, price, selling)
    assert lower_of_cost_nrv(units, unit, price, selling) == carrying
    assert units * cost - write_downs([units * cost], [units * (price - selling)])[0] == pytest.approx(
        carrying, rel=1e-9, abs=units * cost * 1e-9
    )
    with pytest.raises(OutOfDomain):
        lower_of_cost_nrv(-1, cost, price)
