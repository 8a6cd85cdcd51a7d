"""Order days, lines that go with an order, and smallest orders, on a few items worked out by hand."""

import pytest

TODAY = 40886.0  # Friday 9 December 2011
MONDAYS = ({"supplier": "Acme", "order_weekday": "Monday"},)
FRIDAYS = ({"supplier": "Acme", "order_weekday": "Friday"},)


class TestLookingAhead:
    def test_an_item_due_before_the_order_goes_out_is_ordered(self, item, lines_of) -> None:
        """On Monday, 3 days on, 12 units fewer are there: 56 are due then, 59 are not."""
        found = lines_of(item("A1", on_hand=56.0), suppliers=MONDAYS)
        row = found.loc["A1"]
        assert (row["decision"], row["suggested_qty"]) == ("order", 70 - (56 - 12))
        assert (row["order_day"], row["expected"], row["next_order_day"]) == (
            TODAY + 3,
            TODAY + 12,
            TODAY + 10,
        )
        assert "= 56, less 12 by 2011-12-12 = 44 <= reorder point 46" in row["why"]
        assert lines_of(item("A1", on_hand=59.0), suppliers=MONDAYS).loc["A1", "decision"] == "enough"

    def test_where_reviews_come_more_often_than_order_days_it_looks_further(self, item, lines_of) -> None:
        """A review every day covers one day of the seven until next Friday: 24 units are looked ahead."""
        goods = item("A1", on_hand=70.0), item("B1", on_hand=71.0)
        found = lines_of(*goods, suppliers=FRIDAYS, review_days=1.0, bring_forward="none")
        assert found["decision"].to_dict() == {"A1": "order", "B1": "enough"}
        assert found.loc["A1", "suggested_qty"] == 70 - (70 - 24)

    @pytest.mark.parametrize("weekday", ["any", None, "Friday"])
    def test_the_review_that_the_reorder_point_covers_is_not_covered_twice(
        self, item, lines_of, weekday
    ) -> None:
        suppliers = [{"supplier": "Acme", "order_weekday": weekday}]
        found = lines_of(
            item("A1", on_hand=46.0), item("B1", on_hand=47.0), suppliers=suppliers, bring_forward="none"
        )
        assert found["decision"].to_dict() == {"A1": "order", "B1": "enough"}

    def test_the_last_day_to_order_is_an_order_day(self, item, lines_of) -> None:
        # 84 units last 21 days; 9 days before that is day 12, a Wednesday: the Monday before is day 10.
        row = lines_of(item("A1", on_hand=84.0), suppliers=MONDAYS).loc["A1"]
        assert (row["stockout_date"], row["order_by"]) == (TODAY + 21, TODAY + 10)


class TestGoingWithOthers:
    def test_lines_due_before_the_next_order_day_go_with_an_order_there_is_anyway(
        self, item, lines_of
    ) -> None:
        """Due on days 3, 6 and 8; the next Friday is day 7. Of the one due on day 6: 70 - 70 is nothing."""
        goods = [
            item("B1", on_hand=60.0),
            item("C1", on_hand=70.0, order_up_to=82.0),
            item("D1", on_hand=78.0),
        ]
        found = lines_of(item("A1"), *goods, suppliers=FRIDAYS)
        assert found["decision"].to_dict() == {"A1": "order", "B1": "early", "C1": "early", "D1": "enough"}
        assert found["suggested_qty"].to_dict() == {"A1": 50, "B1": 10, "C1": 12, "D1": 0}
        assert found.loc["B1", "due"] == TODAY + 3
        assert (
            "= 60 > reorder point 46, due 2011-12-12 before the next order day 2011-12-16: goes with the "
            "other lines" in found.loc["B1", "why"]
        )
        assert set(lines_of(*goods, suppliers=FRIDAYS)["decision"]) == {"enough"}

    @pytest.mark.parametrize(
        ("bring_forward", "weekday", "decision"),
        [
            ("order days", "Friday", "early"), ("order days", "any", "enough"), ("all", "any", "early"),
            ("all", "Friday", "early"), ("none", "Friday", "enough"),
        ],
    )  # fmt: skip
    def test_whose_lines_do_is_a_setting(self, item, lines_of, bring_forward, weekday, decision) -> None:
        suppliers = [{"supplier": "Acme", "order_weekday": weekday}]
        found = lines_of(
            item("A1"), item("B1", on_hand=60.0), suppliers=suppliers, bring_forward=bring_forward
        )
        assert found.loc["B1", "decision"] == decision

    def test_an_order_to_someone_else_brings_nothing_forward(self, item, lines_of) -> None:
        found = lines_of(
            item("A1"), item("B1", on_hand=60.0, preferred_supplier="Bolt"),
            suppliers=[*FRIDAYS, {"supplier": "Bolt", "order_weekday": "Friday"}],
        )  # fmt: skip
        assert found.loc["B1", "decision"] == "enough"


class TestSmallestOrders:
    def test_it_is_filled_up_with_the_lines_due_soonest_in_packs(self, item, lines_of) -> None:
        """50 at 2.00 are 100.00 of 130.00: 10 of B1, due in 3.5 days, 10.00 of C1's 40 units."""
        suppliers = [{"supplier": "Acme", "min_order_value": 130.0}]
        found = lines_of(
            item("A1"), item("B1", on_hand=60.0), item("C1", on_hand=62.0, order_up_to=102.0, pack_size=5.0),
            item("D1", on_hand=69.0), suppliers=suppliers,
        )  # fmt: skip
        assert found["suggested_qty"].to_dict() == {"A1": 50, "B1": 10, "C1": 5, "D1": 0}
        assert found["decision"].to_dict() == {"A1": "order", "B1": "top up", "C1": "top up", "D1": "enough"}
        why = found.loc["C1", "why"]
        assert "> reorder point 46, due 2011-12-13: fills up the order to Acme, at least 130.00" in why
        assert "up to 102 = 40, pack 5 -> 40; no more than 5 as Acme takes no order below 130.00" in why

    def test_where_no_line_is_left_its_own_are_raised(self, item, lines_of) -> None:
        suppliers = [{"supplier": "Acme", "min_order_value": 130.0}]
        row = lines_of(item("A1", pack_size=10.0), suppliers=suppliers).loc["A1"]
        assert (row["suggested_qty"], row["decision"]) == (70, "order")
        assert "pack 10 -> 50; raised to 70 as Acme takes no order below 130.00" in row["why"]

    def test_what_cannot_be_filled_up_waits_and_says_what_is_missing(self, item, lines_of, again) -> None:
        """20 days of cover are 80 units at most, so 60 at 2.00 of the 200.00 that are asked."""
        suppliers = [{"supplier": "Acme", "min_order_value": 200.0}]
        found = lines_of(item("A1"), suppliers=suppliers, max_cover_days=20.0)
        row = found.loc["A1"]
        assert (row["take"], row["suggested_qty"], row["decision"]) == (False, 50, "too small")
        told = "; not ticked: the order to Acme, 100.00, is 100.00 short of their smallest of 200.00"
        assert row["why"].endswith(told)
        more = again(found, A1={"order_qty": 100.0, "take": "yes"})
        row = lines_of(item("A1"), suppliers=suppliers, max_cover_days=20.0, before=more).loc["A1"]
        assert (row["take"], row["order_qty"], row["decision"]) == (True, 100, "order")

    def test_an_order_too_small_for_what_you_left_out_is_not_ticked(self, item, lines_of, again) -> None:
        suppliers = [{"supplier": "Acme", "min_order_value": 130.0}]
        first = lines_of(item("A1"), item("B1"), suppliers=suppliers)
        assert first["take"].all()
        row = lines_of(
            item("A1"), item("B1"), suppliers=suppliers, before=again(first, A1={"take": "no"})
        ).loc["B1"]
        assert not row["take"]
        assert row["why"].endswith(
            "; not ticked: the order to Acme, 100.00, is 30.00 short of their smallest of 130.00"
        )

    def test_an_order_with_an_unknown_price_is_not_judged(self, item, lines_of) -> None:
        suppliers = [{"supplier": "Acme", "min_order_value": 130.0}]
        found = lines_of(item("A1"), item("B1", unit_cost=None), suppliers=suppliers)
        assert found["take"].all()
