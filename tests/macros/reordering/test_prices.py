"""Offers of suppliers and quantities worth ordering, on a few items worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.arguments import serial
from xlinventory.macros.prices import Offer, offers
from xlinventory.tables import BadRowsError

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


def price_list(*lines: tuple[object, ...]) -> pd.DataFrame:
    columns = ["sku", "supplier", "break_qty", "unit_price", "moq", "pack_size", "valid_from", "valid_to"]
    return pd.DataFrame(list(lines), columns=columns).assign(discount_type="")


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

    def test_an_incremental_list_has_the_average_price(self) -> None:
        # 84 units: 50 at 3.40 and 34 at 3.20 are 278.80.
        prices = price_list(
            ("A1", "ACME", 0.0, 3.4, np.nan, np.nan, np.nan, np.nan),
            ("A1", "ACME", 50.0, 3.2, np.nan, np.nan, np.nan, np.nan),
        ).assign(discount_type=["", "incremental"])
        found = offers(item().to_frame().T, prices, SUPPLIERS, TODAY)["A1"]
        assert found.incremental
        assert [found.price_at(q) for q in (0, 50, 84)] == pytest.approx([3.4, 3.4, 278.8 / 84])

    def test_a_list_that_is_both_is_refused_by_its_rows(self) -> None:
        prices = price_list(
            ("A1", "ACME", 0.0, 3.4, np.nan, np.nan, np.nan, np.nan),
            ("A1", "ACME", 50.0, 3.2, np.nan, np.nan, np.nan, np.nan),
            ("A1", "Bolt", 50.0, 3.2, np.nan, np.nan, np.nan, np.nan),
        ).assign(discount_type=["all", "incremental", "all"])
        with pytest.raises(
            BadRowsError, match="SupplierPrices row 0, discount_type: 'all' - lines of one"
        ) as found:
            offers(item().to_frame().T, prices, SUPPLIERS, TODAY)
        assert [fault.row for fault in found.value.faults] == [0, 1]

    def test_a_list_that_begins_above_nothing_holds_its_first_price_below_it(self) -> None:
        prices = price_list(
            ("A1", "ACME", 10.0, 3.4, np.nan, np.nan, np.nan, np.nan),
            ("A1", "ACME", 50.0, 3.2, np.nan, np.nan, np.nan, np.nan),
        )
        found = offers(item().to_frame().T, prices, SUPPLIERS, TODAY)["A1"]
        assert found.break_qtys == (10.0, 50.0)
        assert [found.price_at(q) for q in (5, 10, 50)] == [3.4, 3.4, 3.2]

    def test_each_item_has_its_own(self) -> None:
        """Three items of different lists, terms of one in no other's row."""
        goods = pd.DataFrame(
            [item(sku="A1"), item(sku="B1"), item(sku="C1", preferred_supplier="Bolt", moq=np.nan)]
        )
        prices = price_list(
            ("C1", "Bolt", 0.0, 9.0, np.nan, np.nan, np.nan, np.nan),
            ("A1", "ACME", 50.0, 3.2, 48.0, np.nan, np.nan, np.nan),
            ("A1", "ACME", 0.0, 3.4, 36.0, 6.0, np.nan, np.nan),
        )
        assert offers(goods, prices, SUPPLIERS, TODAY) == {
            "A1": Offer("ACME", (0.0, 50.0), (3.4, 3.2), 36.0, 6.0),
            "B1": Offer("ACME", (0.0,), (3.4,), 24.0, 12.0),
            "C1": Offer("Bolt", (0.0,), (9.0,), 0.0, 12.0),
        }


def break_prices(*lines: tuple[float, float], **more: object) -> list[dict[str, object]]:
    return [{"sku": "A1", "supplier": "ACME", "break_qty": q, "unit_price": p, **more} for q, p in lines]


ACME = ({"supplier": "ACME"},)


class TestQuantity:
    """Annual demand 2.9 x 365 = 1058.5, K 5, i 0.25; 118 - 35 = 83 units are needed."""

    @pytest.mark.parametrize(
        ("lines", "changes", "quantity", "price", "told"),
        [
            # Seven packs of 12 are 84.
            ([(0, 3.2)], {}, 84, 3.2, "up to 118 = 83, pack 12 -> 84, MOQ 24 met; supplier ACME at 3.20"),
            # Nine packs are the first not below 100.
            ([(0, 3.2)], {"moq": 100.0}, 108, 3.2, "pack 12 -> 108, MOQ 100 raises it to 108;"),
            # The price alone saves 1058.5 x 0.30 = 317.55, far above the dearer holding.
            ([(0, 3.2), (120, 2.9)], {}, 120, 2.9, "raised to 120 for the price of 2.90, saving 326.55 a"),
            # 120 at 2.9: 44.10 + 43.50 + 3069.65 = 3157.25. 240 at 2.5: 22.05 + 75.00 + 2646.25 = 2743.30.
            # 84 at 3.2: 63.01 + 33.60 + 3387.20 = 3483.81.
            ([(0, 3.2), (120, 2.9), (240, 2.5)], {}, 240, 2.5, "the price of 2.50, saving 740.50 a year;"),
            # 348 units are 120 days of demand: no price is worth more.
            ([(0, 3.2), (349, 1.0)], {}, 84, 3.2, "MOQ 24 met; supplier"),
            # ... but a minimum of 360 is not to be had for less.
            ([(0, 3.2), (349, 1.0)], {"moq": 360.0}, 360, 1.0, "MOQ 360 raises it to 360; supplier"),
            ([(0, 3.2)], {"moq": 100.0, "max_qty": 50.0}, 48, 3.2, "MOQ 100 is not reached, limited to 50;"),
            ([(0, 3.2), (120, 2.9)], {"max_qty": 50.0}, 48, 3.2, "limited to 50;"),
        ],
    )  # fmt: skip
    def test_in_packs_within_limits_and_at_the_price_that_pays(
        self, lines_of, lines, changes, quantity, price, told
    ) -> None:
        row = lines_of(dict(item(**changes)), prices=break_prices(*lines), suppliers=ACME).loc["A1"]
        assert (row["suggested_qty"], row["unit_price"]) == (quantity, pytest.approx(price))
        assert told in row["why"]

    def test_an_incremental_discount_that_pays_a_larger_order(self, lines_of) -> None:
        """84 units at 3.20 cost 3483.81 a year. Beyond 100 at 2.00 the dearer first units cost 120 extra an
        order: sqrt(2 x 1058.5 x 125 / (0.25 x 2)) = 727 units, in packs 720 or 732; 300 days are 870.
        720 cost 1560.00: 7.351 + 195.000 + 2293.417 = 2495.767; 732 cost 1584.00: 7.230 + 198.000 + 2290.525
        = 2495.755, the least."""
        prices = break_prices((0, 3.2), (100, 2.0), discount_type="incremental")
        row = lines_of(dict(item()), prices=prices, suppliers=ACME, max_cover_days=300.0).loc["A1"]
        assert row["suggested_qty"] == 732
        assert row["unit_price"] == pytest.approx(1584 / 732)
        assert "; raised to 732 for the price of 2.16, saving 988.05 a year; " in row["why"]
        assert "supplier ACME at 2.16 on average from 100" in row["why"]

    def test_of_all_units_the_same_list_asks_for_no_more_than_its_break_in_packs(self, lines_of) -> None:
        row = lines_of(dict(item()), prices=break_prices((0, 3.2), (100, 2.0)), suppliers=ACME).loc["A1"]
        # EOQ at 2.00: sqrt(2 x 1058.5 x 5 / 0.5) = 145.5: 144 is cheaper than 108 and than 156.
        assert (row["suggested_qty"], row["unit_price"]) == (144, 2.0)
