"""Quantities worth ordering and the sentences beside them, on a few items worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.arguments import serial
from xlinventory.macros import reasons
from xlinventory.macros.prices import Choice, Offer, choose_quantity, offers

TODAY = serial("2011-12-09")


def item(**changes: object) -> pd.Series:
    """The item of the worked sentence: position 35, reorder point 62, level 118, pack 12."""
    base = {
        "sku": "A1", "active": True, "on_hand": 40.0, "on_order": 0.0, "committed": 5.0, "position": 35.0,
        "reorder_point": 62.0, "order_up_to": 118.0, "demand_avg": 2.9, "demand_sd": 2.0, "lead_time": 14.0,
        "lead_time_sd": 4.1, "lead_time_receipts": 9.0, "service_target": 0.95, "simulated_service": 0.946,
        "max_qty": np.nan, "moq": 24.0, "pack_size": 12.0, "unit_cost": 3.4, "preferred_supplier": "ACME",
    }  # fmt: skip
    return pd.Series(base | changes)


@pytest.fixture
def context() -> reasons.Context:
    return reasons.Context({"A1": {"method": "sba", "mase": 0.81}}, {})


def price_list(*lines: tuple[object, ...]) -> pd.DataFrame:
    columns = ["sku", "supplier", "break_qty", "unit_price", "moq", "pack_size", "valid_from", "valid_to"]
    return pd.DataFrame(list(lines), columns=columns)


SUPPLIERS = pd.DataFrame({"supplier": ["ACME", "Bolt", "Gone"], "active": [True, True, False]})


class TestOffers:
    def test_the_preferred_supplier_s_valid_prices_are_taken(self) -> None:
        prices = price_list(
            ("A1", "ACME", 0.0, 3.5, np.nan, np.nan, np.nan, TODAY - 1),
            ("A1", "ACME", 0.0, 3.4, np.nan, 6.0, TODAY, np.nan),
            ("A1", "ACME", 50.0, 3.2, np.nan, 6.0, TODAY, np.nan),
            ("A1", "Bolt", 0.0, 3.0, np.nan, np.nan, np.nan, np.nan),
        )
        found = offers(item().to_frame().T, prices, SUPPLIERS, TODAY)["A1"]
        assert found == Offer("ACME", (0.0, 50.0), (3.4, 3.2), 24.0, 6.0)
        assert [found.price_at(q) for q in (1, 49, 50)] == [3.4, 3.4, 3.2]

    @pytest.mark.parametrize("preferred", ["", "Gone"])
    def test_without_an_active_preferred_supplier_the_cheapest_is_taken(self, preferred: str) -> None:
        prices = price_list(
            ("A1", "ACME", 0.0, 3.5, np.nan, np.nan, np.nan, np.nan),
            ("A1", "Bolt", np.nan, 3.0, 5.0, np.nan, np.nan, np.nan),
            ("A1", "Gone", 0.0, 1.0, np.nan, np.nan, np.nan, np.nan),
        )
        found = offers(item(preferred_supplier=preferred).to_frame().T, prices, SUPPLIERS, TODAY)["A1"]
        assert (found.supplier, found.price_at(1), found.moq) == ("Bolt", 3.0, 5.0)

    @pytest.mark.parametrize(
        ("preferred", "told"),
        [("Gone", "Gone is not active"), ("Nobody", "Nobody is not in Suppliers"), ("", ""), ("ACME", "")],
    )
    def test_a_preferred_supplier_that_is_passed_over_is_named(self, preferred: str, told: str) -> None:
        found = offers(item(preferred_supplier=preferred).to_frame().T, price_list(), SUPPLIERS, TODAY)["A1"]
        assert found.passed_over == told

    def test_a_price_that_began_later_replaces_one_that_always_held(self) -> None:
        prices = price_list(
            ("A1", "ACME", 0.0, 3.2, np.nan, np.nan, TODAY - 5, np.nan),
            ("A1", "ACME", 0.0, 3.5, np.nan, np.nan, np.nan, np.nan),
        )
        assert offers(item().to_frame().T, prices, SUPPLIERS, TODAY)["A1"].unit_prices == (3.2,)

    def test_without_a_price_list_the_item_s_own_terms_stand(self) -> None:
        found = offers(item().to_frame().T, price_list(), SUPPLIERS, TODAY)["A1"]
        assert found == Offer("ACME", (0.0,), (3.4,), 24.0, 12.0)


class TestQuantity:
    def test_up_to_the_level_in_packs(self) -> None:
        # 118 - 35 = 83, seven packs of 12 = 84
        choice = choose_quantity(Offer("ACME", (0.0,), (3.2,), 24.0, 12.0), item(), 5.0, 0.25)
        assert choice == Choice(84.0, 3.2, "up to 118 = 83, pack 12 -> 84, MOQ 24 met")

    def test_the_minimum_raises_it(self) -> None:
        choice = choose_quantity(Offer("ACME", (0.0,), (3.2,), 100.0, 12.0), item(), 5.0, 0.25)
        assert choice.quantity == 108.0  # nine packs are the first not below 100
        assert "MOQ 100 raises it to 108" in choice.steps

    def test_a_price_break_is_taken_when_a_year_costs_less(self) -> None:
        # Annual demand 1058.5: price alone saves 1058.5 * 0.30 = 317.55, far above the dearer holding.
        choice = choose_quantity(Offer("ACME", (0.0, 120.0), (3.2, 2.9), 24.0, 12.0), item(), 5.0, 0.25)
        assert (choice.quantity, choice.unit_price) == (120.0, 2.9)
        assert "raised to 120 for the price of 2.90" in choice.steps

    def test_of_several_price_breaks_the_one_that_saves_most_is_taken(self) -> None:
        # Annual demand 1058.5, K 5, i 0.25. 120 at 2.9: 44.10 + 43.50 + 3069.65 = 3157.25.
        # 240 at 2.5: 22.05 + 75.00 + 2646.25 = 2743.30. 84 at 3.2: 63.01 + 33.60 + 3387.20 = 3483.81.
        terms = Offer("ACME", (0.0, 120.0, 240.0), (3.2, 2.9, 2.5), 24.0, 12.0)
        choice = choose_quantity(terms, item(), 5.0, 0.25)
        assert (choice.quantity, choice.unit_price) == (240.0, 2.5)
        assert "saving 740.50 a year" in choice.steps

    def test_a_price_break_that_costs_more_to_hold_is_left(self) -> None:
        choice = choose_quantity(Offer("ACME", (0.0, 120_000.0), (3.2, 3.1), 24.0, 12.0), item(), 5.0, 0.25)
        assert choice.quantity == 84.0

    def test_a_minimum_that_is_not_reached_is_told(self) -> None:
        choice = choose_quantity(Offer("ACME", (0.0,), (3.2,), 100.0, 12.0), item(max_qty=50.0), 5.0, 0.25)
        assert choice.quantity == 48.0
        assert "MOQ 100 is not reached, limited to 50" in choice.steps

    def test_the_largest_order_is_kept(self) -> None:
        choice = choose_quantity(
            Offer("ACME", (0.0, 120.0), (3.2, 2.9), 0.0, 12.0), item(max_qty=50.0), 5.0, 0.25
        )
        assert choice.quantity == 48.0
        assert "limited to 50" in choice.steps


class TestReasons:
    def test_the_sentence_of_an_order(self, context: reasons.Context) -> None:
        offer = Offer("ACME", (0.0, 50.0), (3.4, 3.2), 24.0, 12.0)
        choice = choose_quantity(offer, item(), 5.0, 0.25)
        assert reasons.needed(item(), context, choice, offer) == (
            "on hand 40 + on order 0 - committed 5 = 35 <= reorder point 62 "
            "(lead time 14 d from 9 receipts, sd 4.1; demand 2.9/d by sba, MASE 0.81; "
            "service 95% -> simulated 94.6%); "
            "up to 118 = 83, pack 12 -> 84, MOQ 24 met; supplier ACME at 3.20 from 50"
        )

    @pytest.mark.parametrize(
        ("method", "overrides", "told"),
        [
            ("sba", [9.0, None], "demand 2.9/d by sba and your number for 1 period; service"),
            ("sba", [9.0, 0.0], "demand 2.9/d by sba and your numbers for 2 periods; service"),
            ("", [9.0, None], "demand 2.9/d by your number for 1 period; service"),
        ],
    )
    def test_numbers_of_the_planners_for_coming_periods_are_told(
        self, method: str, overrides: list[float | None], told: str
    ) -> None:
        lines = pd.DataFrame(
            {"sku": "A1", "method": method, "mase": np.nan, "override": overrides}, dtype=object
        )
        lines = lines.astype({"mase": float, "override": float})
        context = reasons.Context(reasons.forecast_lines(lines), {})
        offer = Offer("ACME", (0.0,), (3.4,), 0.0, 1.0)
        assert told in reasons.needed(item(), context, choose_quantity(offer, item(), 5.0, 0.25), offer)

    def test_a_plan_without_a_forecast_line_says_that_it_is_yours(self) -> None:
        offer = Offer("ACME", (0.0,), (np.nan,), 0.0, 1.0)
        choice = choose_quantity(offer, item(lead_time_receipts=0.0), 5.0, 0.25)
        told = reasons.needed(item(lead_time_receipts=0.0), reasons.Context({}, {}), choice, offer)
        assert "demand 2.9/d by an entry of yours; service" in told
        assert "not yet measured on receipts" in told
        assert "supplier ACME (no price known)" in told

    @pytest.mark.parametrize(
        ("supplier", "passed_over", "ending"),
        [
            ("Bolt", "Gone is not active", "supplier Bolt at 3.40, as Gone is not active"),
            ("", "Gone is not active", "no supplier at 3.40, as Gone is not active"),
            ("", "", "no supplier known at 3.40"),
        ],
    )
    def test_the_reason_names_a_supplier_that_is_passed_over(
        self, supplier: str, passed_over: str, ending: str, context: reasons.Context
    ) -> None:
        offer = Offer(supplier, (0.0,), (3.4,), 24.0, 12.0, passed_over)
        told = reasons.needed(item(), context, choose_quantity(offer, item(), 5.0, 0.25), offer)
        assert told.endswith(f"; {ending}")

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"active": False}, "not active"),
            ({"max_qty": 0.0}, "never ordered"),
            ({"demand_avg": np.nan}, "no forecast"),
            ({"reorder_point": np.nan}, "no reorder point: press Update stock levels"),
            ({"reorder_point": np.nan, "lead_time": np.nan}, "lead time is not known"),
            ({"demand_avg": 0.0}, "no demand expected"),
            ({"demand_avg": 0.0, "reorder_point": np.nan}, "no demand expected"),
            ({"position": 100.0, "on_hand": 105.0}, "= 100 > reorder point 62: enough for 34 days"),
            ({"position": 130.0, "on_hand": 135.0}, "12 above the level of 118 worth 40.80"),
            ({"position": 60.0, "order_up_to": 55.0}, "already at its level of 55"),
            ({}, ""),
        ],
    )
    def test_the_reasons_not_to_order(
        self, changes: dict[str, object], told: str, context: reasons.Context
    ) -> None:
        reason = reasons.not_needed(item(**changes), context)
        assert told in reason
        assert bool(reason) == bool(told)

    def test_what_is_on_its_way_is_told(self) -> None:
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
