"""The sentences: the worked one, each reason not to order, and that their numbers are those of the row."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from xlinventory.arguments import serial
from xlinventory.macros import reasons

TODAY = 40886.0  # Friday 9 December 2011
ACME = ({"supplier": "ACME"}, {"supplier": "Bolt"}, {"supplier": "Gone", "active": "no"})
FORECAST = {"sku": "A1", "period": TODAY + 7, "method": "sba", "mase": 0.81}


@pytest.fixture(scope="session")
def worked(item):
    """The item of the worked sentence: position 35, reorder point 62, level 118, pack 12."""

    def row(**changes):
        base = {
            "on_hand": 40.0, "committed": 5.0, "reorder_point": 62.0, "order_up_to": 118.0, "demand_avg": 2.9,
            "lead_time": 14.0, "lead_time_sd": 4.1, "lead_time_receipts": 9.0, "service_target": 0.95,
            "simulated_service": 0.946, "moq": 24.0, "pack_size": 12.0, "unit_cost": 3.4,
            "preferred_supplier": "ACME",
        }  # fmt: skip
        return item("A1", **(base | changes))

    return row


@pytest.fixture(scope="session")
def told(worked, lines_of):
    def why(forecast=(FORECAST,), **changes):
        return lines_of(worked(**changes), suppliers=ACME, forecast=forecast).loc["A1", "why"]

    return why


def test_the_sentence_of_an_order(worked, lines_of) -> None:
    prices = [
        {"sku": "A1", "supplier": "ACME", "break_qty": q, "unit_price": p} for q, p in ((0, 3.4), (50, 3.2))
    ]
    found = lines_of(
        worked(demand_sd=0.0, lead_time=12.0), prices=prices, suppliers=ACME, forecast=[FORECAST]
    )
    assert found.loc["A1", "why"] == (
        "on hand 40 + on order 0 - committed 5 = 35 <= reorder point 62 "
        "(lead time 12 d from 9 receipts, sd 4.1; demand 2.9/d by sba, MASE 0.81; "
        "service 95% -> simulated 94.6%); "
        "up to 118 = 83, pack 12 -> 84, MOQ 24 met; supplier ACME at 3.20 from 50"
    )


def test_stock_that_is_gone_before_the_order_comes_is_told(told) -> None:
    # 35 units last 12.07 days, to 21 December; the order comes after 14, on the 23rd.
    assert told().endswith("; runs out 2011-12-21, before it arrives 2011-12-23")


@pytest.mark.parametrize(
    ("method", "overrides", "expected"),
    [
        ("sba", [9.0, None], "demand 2.9/d by sba and your number for 1 period; service"),
        ("sba", [9.0, 0.0], "demand 2.9/d by sba and your numbers for 2 periods; service"),
        (None, [9.0, None], "demand 2.9/d by your number for 1 period; service"),
    ],
)
def test_numbers_of_the_planners_for_coming_periods_are_told(told, method, overrides, expected) -> None:
    lines = [
        {"sku": "A1", "period": TODAY + 7 * step, "method": method, "override": number}
        for step, number in enumerate(overrides, 1)
    ]
    assert expected in told(forecast=lines)


def test_a_plan_without_a_forecast_line_says_that_it_is_yours(told) -> None:
    found = told(forecast=(), lead_time_receipts=0.0, unit_cost=None)
    assert "demand 2.9/d by an entry of yours; service" in found
    assert "not yet measured on receipts" in found
    assert "supplier ACME (no price known)" in found


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [
        ("Gone", "; no supplier at 3.40, as Gone is not active;"),
        ("Nobody", "; no supplier at 3.40, as Nobody is not in Suppliers;"),
        (None, "; no supplier known at 3.40;"),
    ],
)
def test_the_reason_names_a_supplier_that_is_passed_over(told, preferred, expected) -> None:
    assert expected in told(preferred_supplier=preferred)


def test_and_the_one_instead(worked, lines_of) -> None:
    prices = [{"sku": "A1", "supplier": "Bolt", "break_qty": 0.0, "unit_price": 3.1}]
    found = lines_of(worked(preferred_supplier="Gone"), prices=prices, suppliers=ACME)
    assert "; supplier Bolt at 3.10, as Gone is not active;" in found.loc["A1", "why"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"active": "no"}, "not active"),
        ({"max_qty": 0.0}, "max_qty is 0: never ordered"),
        ({"max_qty": 5.0}, "needs 83, but max_qty 5 is less than a pack of 12"),
        ({"demand_avg": None}, "no forecast: fewer than 4 periods of history, or none"),
        ({"reorder_point": None}, "no reorder point: press Update stock levels"),
        ({"reorder_point": None, "lead_time": None}, "no reorder point: the lead time is not known"),
        ({"position": None}, "its position is not known"),
        ({"demand_avg": 0.0}, "no demand expected, less than a unit a year: on hand 40"),
        ({"demand_avg": 0.0, "reorder_point": None}, "no demand expected"),
        ({"on_hand": 105.0}, "= 100 > reorder point 62: enough for 34 days, due 2011-12-22"),
        ({"on_hand": 167.0}, "; 44 above the level of 118 worth 149.60"),
        ({"on_hand": 67.3, "reorder_point": 62.2}, "= 62.3 > reorder point 62.2: enough for 21 days"),
        ({"on_hand": 65.0, "order_up_to": 55.0}, "= 60 is already at its level of 55"),
    ],
)
def test_the_reasons_not_to_order(told, changes, expected) -> None:
    assert expected in told(**changes)


def test_what_is_on_its_way_is_told() -> None:
    orders = pd.DataFrame(
        {
            "po": ["PO-2", "PO-1", "PO-3"],
            "sku": ["A1", "A1", "A1"],
            "promised_date": [serial("2011-12-20"), TODAY - 3, np.nan],
            "open_quantity": [48.0, 12.0, 0.0],
            "status": ["open", "overdue", "received"],
        }
    )
    told = reasons.open_orders(orders)
    assert told == {"A1": "PO-1 brings 12 by 2011-12-06 (overdue), PO-2 brings 48 by 2011-12-20"}


NUMBER = r"(-?[\d,]+(?:\.\d+)?)"
DATE = r"(\d{4}-\d\d-\d\d)"
IN_THE_ROW = {
    rf"on hand {NUMBER}": "on_hand", rf"on order {NUMBER} -": "on_order",
    rf"- committed {NUMBER}": "committed",
    rf"committed \S+ = {NUMBER}": "position", rf"reorder point {NUMBER}": "reorder_point",
    rf"lead time {NUMBER} d": "lead_time", rf"from {NUMBER} receipt": "lead_time_receipts",
    rf"receipts?, sd {NUMBER}": "lead_time_sd", rf"demand {NUMBER}/d": "demand_avg",
    rf"up to {NUMBER} =": "order_up_to",
    rf"MASE {NUMBER}": "mase", rf"MOQ {NUMBER}": "moq", rf"pack {NUMBER} ->": "pack_size",
    rf"enough for {NUMBER} days": "cover_after", rf"level of {NUMBER}": "order_up_to",
    rf"{NUMBER} above the level": "overstock", rf"level of \S+ worth {NUMBER}": "overstock_value",
    rf"; {NUMBER} on order worth": "surplus_order", rf"on order worth {NUMBER}": "surplus_value",
    rf"supplier \w+ at {NUMBER}": "unit_price", rf"not ticked: {NUMBER} to avoid": "value",
    rf"to avoid {NUMBER} of stock-out": "cost_avoided", rf"cut to {NUMBER} of": "order_qty",
    rf"cut to \S+ of {NUMBER} for": "suggested_qty", rf"which avoid {NUMBER} of": "cost_avoided",
    rf"cut to \S+ of \S+ for {NUMBER},": "value", rf"your {NUMBER} instead": "order_qty",
    rf"instead of {NUMBER}": "suggested_qty",
    rf"(?:smallest of|at least|no order below) {NUMBER}": "min_order_value",
    rf"budget of {NUMBER}": "budget",
}  # fmt: skip
SHARES = {r"service (\d+)%": "service_target", r"simulated ([\d.]+)%": "simulated_service"}
DATES = {
    rf"due {DATE}": "due", rf"next order day {DATE}": "next_order_day", rf"runs out {DATE}": "stockout_date",
    rf"before it arrives {DATE}": "expected",
}  # fmt: skip


def same(text: str, value: float) -> bool:
    """A number as told is that of the row, at the digits that are told; below 10 at two of them."""
    digits = len(text.partition(".")[2])
    return abs(number(text) - value) <= 0.5 * 10.0**-digits + 1e-9


def check(why: str, row: dict[str, float]) -> int:
    """How many numbers of the sentence were compared with the row."""
    numbers = [
        (text, scale * row[name])
        for scale, patterns in ((1.0, IN_THE_ROW), (100.0, SHARES))
        for pattern, name in patterns.items()
        for text in re.findall(pattern, why)
    ]
    numbers += [(text, row["suggested_qty"]) for text in last_step(why)]
    assert not [told for told in numbers if not same(*told)], why
    for pattern, name in DATES.items():
        for text in re.findall(pattern, why):
            assert (dt.date.fromisoformat(text) - dt.date(1899, 12, 30)).days == row[name], (name, why)
    for position, going, left in re.findall(rf"= {NUMBER}, less {NUMBER} by \S+ = {NUMBER}", why):
        assert abs(number(position) - number(going) - number(left)) <= 1.5
    return len(numbers)


def last_step(why: str) -> list[str]:
    """The quantity that the steps end with."""
    raised = re.findall(rf"(?:raised to|no more than) {NUMBER} (?:for the price|as \w+ takes)", why)
    return raised[-1:] or re.findall(rf"(?:pack \S+|whole units) -> {NUMBER}", why)


def number(told: str) -> float:
    return float(told.replace(",", ""))


def random_item(draw, i, item):
    """Numbers of every size, blanks, limits that contradict each other."""
    point, stock = draw.uniform(0.5, 200), draw.choice([float(draw.integers(0, 300)), draw.uniform(0, 20)])
    return item(
        f"A{i}", on_hand=stock, committed=draw.choice([0.0, 5.0]), demand_avg=10 ** draw.uniform(-3, 1.3),
        demand_sd=draw.uniform(0, 10), lead_time=float(draw.integers(1, 40)), lead_time_sd=draw.uniform(0, 9),
        lead_time_receipts=float(draw.integers(0, 30)), reorder_point=point, order_up_to=1.6 * point,
        unit_cost=draw.choice([None, draw.uniform(0.01, 40)]), service_target=draw.choice([0.9, 0.95, 0.975]),
        simulated_service=draw.choice([None, draw.uniform(0.8, 1)]), moq=draw.choice([None, 6.0, 50.0]),
        pack_size=draw.choice([None, 6.0, 12.0]), max_qty=draw.choice([None, None, None, 5.0, 40.0]),
        preferred_supplier=draw.choice(["Acme", "Bolt"]), active=draw.choice(["yes", "yes", "yes", "no"]),
        pattern=draw.choice(["smooth", "lumpy"]), on_order=draw.choice([0.0, float(draw.integers(0, 300))]),
    )  # fmt: skip


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    seed=st.integers(0, 2**31), budget=st.sampled_from([None, 500.0, 5000.0]),
    review=st.sampled_from([1.0, 7.0]),
    yours=st.sampled_from([None, 7.0]),
)  # fmt: skip
def test_the_numbers_in_every_sentence_are_those_of_its_row(
    seed, budget, review, yours, item, lines_of, again
) -> None:
    draw = np.random.default_rng(seed)
    rows = [random_item(draw, i, item) for i in range(60)]
    suppliers = [
        {"supplier": "Acme", "order_weekday": "Tuesday", "min_order_value": 400.0},
        {"supplier": "Bolt", "min_order_value": 900.0},
    ]
    orders = [
        {"po": f"P{i}", "supplier": "Acme", "sku": row["sku"], "order_date": TODAY - 5,
         "quantity": row["on_order"], "promised_date": TODAY + i % 9 - 3, "unit_price": 1.25}
        for i, row in enumerate(rows) if row["on_order"] > 0
    ]  # fmt: skip
    prices = [
        {"sku": row["sku"], "supplier": row["preferred_supplier"], "break_qty": q, "unit_price": p,
         "discount_type": "incremental" if i % 3 == 0 else None}
        for i, row in enumerate(rows[::2]) for q, p in ((0.0, 2.5), (40.0, 2.2), (200.0, 1.9))
    ]  # fmt: skip
    more = {
        "suppliers": suppliers,
        "orders": orders,
        "prices": prices,
        "budget": budget,
        "review_days": review,
    }
    found = lines_of(*rows, **more)
    if yours:
        found = lines_of(
            *rows, **more, before=again(found, **{sku: {"order_qty": yours} for sku in found.index[:3]})
        )
    known = pd.DataFrame(rows).set_index("sku")
    least = pd.DataFrame(suppliers).set_index("supplier")["min_order_value"]
    pack = {name: known[name].fillna(default) for name, default in (("moq", 0.0), ("pack_size", 1.0))}
    whole = found.drop(columns=["position"]).join(
        known.drop(columns=[*found.columns.intersection(known.columns)])
    )
    whole = whole.assign(
        **pack, position=known["position"], value=found["order_qty"] * found["unit_price"], budget=budget,
        min_order_value=found["supplier"].map(least), reorder_point=known["reorder_point"],
    )  # fmt: skip
    compared = sum(check(row["why"], row) for row in whole.to_dict("records"))
    assert compared > len(rows)
    assert (found["why"].str.len() > 5).all()
