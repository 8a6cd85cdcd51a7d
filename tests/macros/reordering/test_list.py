"""The reorder list on a few items worked out by hand: figures, order, what you decided, and the sentence."""

from statistics import NormalDist

import numpy as np
import pytest

from xlinventory.macros import reorder
from xlinventory.macros.frame import Run

TODAY = 40886.0  # Friday 9 December 2011


def test_figures_beside_a_line(item, lines_of) -> None:
    row = lines_of(item("A1")).loc["A1"]
    assert (row["suggested_qty"], row["order_qty"], row["take"], row["decision"]) == (50, 50, True, "order")
    assert row["order_day"] == TODAY
    assert row["stockout_date"] == TODAY + 5  # 20 units at 4 a day
    assert row["order_by"] == TODAY  # 20 units last 5 days, the lead time is 9
    assert row["expected"] == TODAY + 9
    assert row["next_order_day"] == TODAY + 7  # the next review
    assert row["due"] == TODAY
    assert row["cover_after"] == 70 / 4
    assert (row["overstock"], row["surplus_order"]) == (0, 0)
    # Demand over 9 days: mean 36, sd 2 * 3.
    assert row["stockout_risk"] == pytest.approx(1 - NormalDist(36, 6).cdf(20))


def test_dates_of_an_item_that_is_not_due(item, lines_of) -> None:
    # (60 - 46) / 4 = 3.5 days until it is due, 15 until it runs out, 15 - 9 until the last order in time.
    row = lines_of(item("A1", on_hand=60.0)).loc["A1"]
    assert (row["due"], row["stockout_date"], row["order_by"]) == (TODAY + 3, TODAY + 15, TODAY + 6)
    assert row[["order_day", "expected", "next_order_day", "cost_avoided"]].isna().all()


def test_what_comes_in_puts_the_stock_out_off_but_not_a_gap_before_it(item, lines_of) -> None:
    order = {"po": "P", "supplier": "Acme", "order_date": TODAY - 9, "quantity": 80.0}
    found = lines_of(
        item("A1", on_order=80.0), item("B1", on_order=80.0), item("C1", on_order=80.0),
        orders=[
            order | {"sku": "A1", "promised_date": TODAY + 4},
            order | {"sku": "B1", "promised_date": TODAY + 8},
            order | {"sku": "C1", "promised_date": TODAY - 1},  # late: tomorrow at the earliest
        ],
    )  # fmt: skip
    # All have 100 units, for 25 days. B1 is out from day 5 to day 8, which an order of today, here on day 9,
    # would not help.
    assert found["stockout_date"].to_dict() == {"A1": TODAY + 25, "B1": TODAY + 5, "C1": TODAY + 25}
    assert found["order_by"].to_dict() == dict.fromkeys(("A1", "B1", "C1"), TODAY + 16)


def test_an_item_without_demand_does_not_stop_the_run(item, lines_of) -> None:
    found = lines_of(
        item("A1"), item("B1", demand_avg=0.0, pattern="lumpy", reorder_point=None, order_up_to=None)
    )
    assert found.index.tolist() == ["A1", "B1"]
    assert np.isnan(found.loc["B1", "stockout_risk"])
    assert found.loc["B1", "why"].startswith("no demand expected")
    assert not found.loc["B1", "take"]


def test_the_most_urgent_come_first(item, lines_of) -> None:
    found = lines_of(item("A1", on_hand=44.0), item("B1"), item("C1", on_hand=60.0), item("D1", on_hand=30.0))
    assert found.index.tolist() == ["B1", "D1", "A1", "C1"]


def test_a_day_that_no_spreadsheet_knows_stays_blank(item, lines_of) -> None:
    row = lines_of(item("A1", on_hand=50.0, demand_avg=1e-5)).loc["A1"]
    assert row[["order_by", "stockout_date"]].isna().all()


def test_an_older_workbook_lacks_the_new_columns_and_settings(item, lines_of) -> None:
    """Nothing is known there of discount types or decisions; blank they count as before."""
    before = [{"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "no"}]
    row = lines_of(item("A1"), before=before).loc["A1"]
    assert (row["order_qty"], row["take"]) == (30, False)


class TestYourDecisions:
    def test_what_was_decided_stays_while_the_suggestion_does(self, item, lines_of) -> None:
        before = {"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "no"}
        kept = lines_of(item("A1"), before=[before]).loc["A1"]
        assert (kept["order_qty"], kept["take"]) == (30, False)
        assert kept["why"].endswith("; your 30 instead of 50")
        anew = lines_of(item("A1"), before=[before | {"suggested_qty": 48.0}]).loc["A1"]
        assert (anew["order_qty"], anew["take"]) == (50, True)

    def test_what_went_on_an_order_is_judged_anew(self, item, lines_of) -> None:
        """Its tick was taken off by Create POs, not by the user: what is still needed is proposed again."""
        before = {"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "no"}
        ordered = before | {"why": "few left; ordered: 30 on PO-2011-0001"}
        row = lines_of(item("A1"), before=[ordered]).loc["A1"]
        assert (row["order_qty"], row["take"]) == (50, True)

    def test_the_price_is_that_of_your_quantity(self, item, lines_of) -> None:
        prices = [
            {"sku": "A1", "supplier": "Acme", "break_qty": q, "unit_price": p}
            for q, p in ((0, 2.5), (40, 2.0))
        ]
        before = [{"sku": "A1", "suggested_qty": 50.0, "order_qty": 30.0, "take": "yes"}]
        row = lines_of(item("A1"), prices=prices, before=before).loc["A1"]
        assert row["unit_price"] == 2.5
        assert "supplier Acme at 2.50;" in row["why"]
        assert lines_of(item("A1"), prices=prices).loc["A1", "unit_price"] == 2.0

    @pytest.mark.parametrize("settings", [{}, {"budget": 150.0}, {"budget": 40.0}])
    def test_pressing_twice_gives_the_same_list(self, item, lines_of, again, settings) -> None:
        goods = [
            item("A1"), item("B1", sell_price=17.0, pack_size=12.0), item("C1", on_hand=60.0),
            item("D1", preferred_supplier="Bolt"), item("E1", preferred_supplier="Bolt", on_hand=50.0),
        ]  # fmt: skip
        suppliers = [
            {"supplier": "Acme", "order_weekday": "Monday"},
            {"supplier": "Bolt", "min_order_value": 130.0, "order_weekday": "Tuesday"},
        ]
        first = lines_of(*goods, suppliers=suppliers, **settings)
        second = lines_of(*goods, suppliers=suppliers, before=again(first), **settings)
        assert second.equals(first)


class TestWhatYouTyped:
    """A supplier, a tick, a quantity: what a press of Reorder run must not take away."""

    SUPPLIERS = (
        {"supplier": "Acme"}, {"supplier": "Bolt", "order_weekday": "Monday"},
        {"supplier": "Gone", "active": "no"},
    )  # fmt: skip
    PRICES = ({"sku": "A1", "supplier": "Bolt", "break_qty": 0.0, "unit_price": 4.0, "pack_size": 12.0},)

    @pytest.fixture(name="pressed")
    def _pressed(self, item, lines_of, again):
        """The line of a second run, made of the first one's with something typed into it, and of a third."""

        def press(typed, **changes):
            goods, more = [item("A1", **changes)], {"suppliers": self.SUPPLIERS, "prices": self.PRICES}
            first = lines_of(*goods, **more)
            second = lines_of(*goods, **more, before=again(first, A1=typed))
            third = lines_of(*goods, **more, before=again(second))
            assert third.equals(second)
            return second.loc["A1"]

        return press

    def test_another_supplier_stays_with_its_price_packs_and_order_day(self, pressed) -> None:
        # On Monday, 12 of the 20 units are gone: 62 more are six packs of 12, or 72.
        row = pressed({"supplier": "Bolt"})
        assert row[["supplier", "suggested_qty", "order_qty", "unit_price", "order_day"]].tolist() == [
            "Bolt", 72, 72, 4, TODAY + 3,
        ]  # fmt: skip
        assert "; supplier Bolt at 4.00, your choice instead of Acme" in row["why"]

    def test_and_so_does_the_quantity_typed_with_it(self, pressed) -> None:
        row = pressed({"supplier": "Bolt", "order_qty": 36.0})
        assert (row["supplier"], row["order_qty"], row["take"]) == ("Bolt", 36, True)

    def test_the_run_s_own_supplier_typed_again_is_no_choice(self, item, lines_of, again, pressed) -> None:
        chosen = pressed({"supplier": "Bolt"}).to_frame().T.rename_axis("sku")
        back = again(chosen, A1={"supplier": "Acme"})
        row = lines_of(item("A1"), suppliers=self.SUPPLIERS, prices=self.PRICES, before=back).loc["A1"]
        assert row["supplier"] == "Acme"
        assert "your choice" not in row["why"]

    def test_one_that_is_not_active_is_not_taken(self, pressed) -> None:
        assert pressed({"supplier": "Gone"})["supplier"] == "Acme"

    def test_a_line_that_was_not_suggested_stays_ticked(self, pressed) -> None:
        row = pressed({"take": "yes", "order_qty": 24.0, "supplier": "Bolt"}, on_hand=60.0)
        assert (row["suggested_qty"], row["order_qty"], row["take"]) == (0, 24, True)
        assert (row["order_day"], row["expected"]) == (TODAY + 3, TODAY + 12)
        assert row["why"].endswith(
            "; your 24 instead of 0; supplier Bolt at 4.00, your choice instead of Acme"
        )

    @pytest.mark.parametrize("take", [None, "no"])
    def test_but_not_one_that_you_never_ticked(self, pressed, take) -> None:
        assert not pressed({"take": take, "order_qty": 24.0}, on_hand=60.0)["take"]

    def test_a_line_that_you_left_out_says_so(self, pressed) -> None:
        row = pressed({"take": "no"})
        assert not row["take"]
        assert row["why"].endswith("; left out by you")


def test_a_supplier_that_cannot_be_ordered_from_is_told(make_book) -> None:
    typed = {
        "sku": "A", "supplier": "Gone", "suggested_qty": 5.0, "order_qty": 5.0, "take": "yes",
        "why": "; supplier Acme at 2.00",
    }  # fmt: skip
    run = Run(make_book(Suppliers=[{"supplier": "Acme"}], Reorder=[typed]))
    assert reorder._your_suppliers(run, run.table("Suppliers")).empty
    assert run.findings == ["A: Gone, your choice, is not an active supplier in Suppliers; it was not taken"]


def test_money_of_other_currencies_is_no_sum_with_ours_and_is_told(item, lines_of, make_book) -> None:
    """50 units at 2.00 of each supplier, one of which has its prices in dollars."""
    suppliers = [{"supplier": "Acme"}, {"supplier": "Bolt", "currency": "USD"}]
    lines = lines_of(item("A1"), item("B1", preferred_supplier="Bolt"), suppliers=suppliers)
    foreign = reorder._foreign(Run(make_book(Suppliers=suppliers)), lines)
    assert "from 2 suppliers for 100.00 and 100.00 USD;" in reorder._sentence(lines, foreign)
    assert [reorder._as_it_stands(*of, "GBP") for of in foreign.items()] == [
        "Prices of Bolt are in USD: against the budget and other suppliers they count as if they were GBP."
    ]


def test_the_last_order_day_in_time_goes_by_whole_days_as_expected_does(item, lines_of) -> None:
    # 47 units at 4 a day last 11.75 days. An order takes 2.3 days, so it is there on the third: one of day 8
    # comes on day 11, one of day 9 on day 12 would be too late.
    row = lines_of(item("A1", on_hand=47.0, lead_time=2.3)).loc["A1"]
    assert (row["stockout_date"], row["order_by"]) == (TODAY + 11, TODAY + 8)


def test_sums_of_prices_reach_a_smallest_order_as_if_exact(item, lines_of) -> None:
    """9 at 0.70 and 1 at 0.10 are 6.40, though floating point has 6.3999999999999995."""
    assert 9 * 0.7 + 0.1 < 6.4
    found = lines_of(
        item("A1", on_hand=69.5, reorder_point=69.5, unit_cost=0.1),
        item("B1", on_hand=41.0, order_up_to=50.0, unit_cost=0.7),
        suppliers=[{"supplier": "Acme", "min_order_value": 6.4}],
    )
    assert found["suggested_qty"].to_dict() == {"A1": 1, "B1": 9}
    assert found["take"].all()


def test_without_a_preferred_supplier_a_far_break_is_no_reason(item, lines_of) -> None:
    """50 units are ordered: 2.00 each at Acme, 4.00 at Bolt, whose 1.00 is that of 100,000."""
    prices = [
        {"sku": "A1", "supplier": name, "break_qty": q, "unit_price": p}
        for name, q, p in (("Acme", 0.0, 2.0), ("Bolt", 0.0, 4.0), ("Bolt", 100_000.0, 1.0))
    ]
    suppliers = [{"supplier": "Acme"}, {"supplier": "Bolt"}]
    row = lines_of(item("A1", preferred_supplier=None), prices=prices, suppliers=suppliers).loc["A1"]
    assert (row["supplier"], row["unit_price"]) == ("Acme", 2)


def test_the_sentence_tells_what_is_not_known(item, lines_of) -> None:
    """50 units at 2.00, 50 without a supplier or a price, and one item above its reorder point."""
    found = lines_of(
        item("A1"), item("B1", preferred_supplier=None, unit_cost=None), item("C1", on_hand=60.0)
    )
    assert reorder._sentence(found, {}) == (
        "2 lines to order from 1 supplier for 100.00, 1 without a supplier, 1 without a price; "
        "1 item not ordered, each with its reason."
    )


class TestTooMuch:
    def test_orders_beyond_the_level_could_be_delayed_the_last_to_come_first(self, item, lines_of) -> None:
        # 20 + 150 = 170, 100 above the level of 70. The last to come brings 60, 40 more of the one before.
        order = {"supplier": "Acme", "sku": "A1", "order_date": TODAY - 9, "unit_price": 1.5}
        row = lines_of(
            item("A1", on_order=150.0, order_up_to=70.0),
            orders=[
                order | {"po": "P1", "quantity": 90.0, "promised_date": TODAY + 3},
                order | {"po": "P2", "quantity": 60.0, "promised_date": TODAY + 9, "unit_price": 1.0},
            ],
        ).loc["A1"]
        # An order in units of 1 leads to 71 at most: 99 are to spare, 60 at 1.00 and 39 at 1.50.
        assert (row["overstock"], row["overstock_value"]) == (100, 200)
        assert (row["surplus_order"], row["surplus_value"]) == (99, 60 + 58.5)
        assert (
            "100 above the level of 70 worth 200.00; 99 on order worth 118.50 could be delayed or cancelled: "
            "60 of P2, 39 of P1" in row["why"]
        )

    def test_stock_beyond_the_level_is_no_order_to_spare(self, item, lines_of) -> None:
        row = lines_of(item("A1", on_hand=170.0)).loc["A1"]
        assert (row["overstock"], row["overstock_value"], row["surplus_order"]) == (100, 200, 0)
        assert "delayed" not in row["why"]
        assert row["status"] == "EXCESS"

    def test_an_order_raised_for_its_price_is_none_to_spare(self, item, lines_of) -> None:
        prices = [
            {"sku": "A1", "supplier": "Acme", "break_qty": q, "unit_price": p}
            for q, p in ((0, 2.5), (200, 1.5))
        ]
        first = lines_of(item("A1"), prices=prices).loc["A1"]
        assert first["suggested_qty"] == 200
        coming = {
            "po": "P1", "supplier": "Acme", "sku": "A1", "order_date": TODAY, "quantity": 200.0,
            "promised_date": TODAY + 9,
        }  # fmt: skip
        then = lines_of(item("A1", on_order=200.0), prices=prices, orders=[coming]).loc["A1"]
        assert (then["suggested_qty"], then["overstock"], then["surplus_order"]) == (0, 0, 0)
        assert then["status"] == "OK"  # 220 is above the level of 70, but no surplus

    def test_no_part_of_a_pack_is_to_spare(self, item, lines_of) -> None:
        # 20 + 96 = 116; in packs of 24 an order leads to 70 + 24 at most: 22 more are less than a pack.
        coming = {"po": "P1", "supplier": "Acme", "sku": "A1", "order_date": TODAY, "quantity": 96.0}
        row = lines_of(item("A1", on_order=96.0, pack_size=24.0), orders=[coming]).loc["A1"]
        assert (row["overstock"], row["surplus_order"]) == (46, 0)
