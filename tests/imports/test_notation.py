# ruff: noqa: E501 - notations are listed side by side
"""How a file writes days and numbers: told by its cells, stated in ImportMap, told by files like it, or asked for."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.cells import DayOrder, DecimalMark
from xlinventory.imports.notation import (
    Stated,
    alike,
    day_telling,
    decided,
    is_understood,
    mark_telling,
    meant,
    notation,
)
from xlinventory.sheets import TABLES

DAY, MONTH = DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST
POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA
SALES = LAYOUTS["Sales"]


class TestDayOrder:
    @pytest.mark.parametrize(
        ("cells", "order"),
        [
            (["13/12/2011", "01/02/2011"], DAY), (["12/13/2011", "01/02/2011"], MONTH), (["1.2.2011"], DAY),
            (["1.2.2011", "1.13.2011"], MONTH), (["13-12-11 8:26"], DAY), (["31/13/2011", "12/31/2011"], MONTH),
        ],
    )  # fmt: skip
    def test_days_above_twelve_and_points_tell(self, cells: list[str], order: DayOrder) -> None:
        found = decided(day_telling(cells), DAY)
        assert (found.way, found.is_known, found.asked) == (order, True, "")

    @pytest.mark.parametrize(
        "cells", [[], ["2011-12-09"], ["9 Dec 2011"], ["05/05/2024"], ["40886"], ["soon"]]
    )
    def test_where_no_order_matters_none_is_stated_and_nothing_asked(self, cells: list[str]) -> None:
        found = decided(day_telling(cells), DAY)
        assert (found.is_known, found.asked) == (False, "")

    def test_what_no_cell_tells_is_asked_for(self) -> None:
        assert (
            "01/02/2011 could be day/month/year or month/day/year"
            in decided(day_telling(["01/02/2011"]), DAY).asked
        )

    def test_a_few_days_of_the_other_order_do_not_overrule_the_others(self) -> None:
        """One in eleven is a slip, which its line is refused for; one in two is another way to write."""
        days = [f"12/{day}/2011" for day in range(13, 23)]
        assert decided(day_telling([*days, "13/12/2011", "01/02/2011"]), DAY).asked == ""
        assert decided(day_telling([*days, "13/12/2011", "01/02/2011"]), DAY).way is MONTH
        mixed = decided(day_telling(["12/13/2011", "13/12/2011", "01/02/2011"]), DAY)
        assert "13/12/2011 is day/month/year" in mixed.asked
        assert "12/13/2011 is month/day/year" in mixed.asked

    def test_days_that_each_tell_themselves_need_no_answer(self) -> None:
        assert decided(day_telling(["12/13/2011", "12/14/2011", "13/12/2011"]), DAY).asked == ""

    @settings(max_examples=40, deadline=None)
    @given(when=st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)), english=st.booleans())
    def test_no_day_is_ever_read_in_the_order_it_was_not_written_in(
        self, when: dt.date, english: bool
    ) -> None:
        text = when.strftime("%m/%d/%Y" if english else "%d/%m/%Y")
        found = decided(day_telling([text]), DAY)
        if when.day > 12:
            assert found.way is (MONTH if english else DAY)
        assert bool(found.asked) == (when.day <= 12 and when.day != when.month)


class TestDecimalMark:
    @pytest.mark.parametrize(
        ("cells", "mark"),
        [
            (["12,50"], COMMA), (["12.50"], POINT), (["€ 1.50"], POINT), (["1,50 €"], COMMA), (["(1,5)"], COMMA),
            (["1.234.567"], COMMA), (["1,234,567"], POINT), (["1.234,5"], COMMA), (["0.234"], POINT),
            (["1234.567"], POINT), (["1.234", "0.5"], POINT), (["1'234.50"], POINT), (["1 234,567"], COMMA),
            (["1,23,456"], POINT), (["1,23,456.00"], POINT),
        ],
    )  # fmt: skip
    def test_numbers_tell(self, cells: list[str], mark: DecimalMark) -> None:
        for default in DecimalMark:
            found = decided(mark_telling(cells), default)
            assert (found.way, found.is_known, found.asked) == (mark, True, "")

    @pytest.mark.parametrize("cells", [["1.234"], ["12", "1,234"], ["£9,999"]])
    def test_what_no_number_tells_is_asked_for(self, cells: list[str]) -> None:
        assert "could be decimal point or decimal comma" in decided(mark_telling(cells), POINT).asked

    @pytest.mark.parametrize("cells", [[], ["12", "1'234", "-5"], ["x"]])
    def test_whole_numbers_need_no_answer(self, cells: list[str]) -> None:
        found = decided(mark_telling(cells), COMMA)
        assert (found.way, found.is_known, found.asked) == (COMMA, False, "")


class TestStated:
    TEXTS = {"date": ["01/02/2024"], "quantity": ["1,234"]}  # noqa: RUF012 - read only

    def test_what_import_map_says_is_gone_by(self) -> None:
        own = {"date": "MM/DD/YYYY", "quantity": "Decimal Point"}
        found = notation(SALES, self.TEXTS, Stated(own))
        assert (found.days, found.marks, found.asked) == ({"date": MONTH}, {"quantity": POINT}, [])
        assert found.formats == {"date": "month/day/year", "quantity": "decimal point"}

    def test_a_column_stated_speaks_for_the_others_of_the_file(self) -> None:
        texts = {"quantity": ["1,234"], "unit_price": ["2,345"]}
        found = notation(SALES, texts, Stated({"unit_price": "decimal comma"}))
        assert found.marks == {"quantity": COMMA, "unit_price": COMMA}

    def test_columns_may_be_stated_each_in_its_own_way(self) -> None:
        texts = {"quantity": ["1,234"], "unit_price": ["2,345"]}
        found = notation(SALES, texts, Stated({"unit_price": "decimal comma", "quantity": "decimal point"}))
        assert found.marks == {"quantity": POINT, "unit_price": COMMA}

    def test_what_every_telling_cell_contradicts_is_asked_for(self) -> None:
        """The file was exported in another notation since: neither its days nor what is stated are trusted."""
        found = notation(SALES, {"date": ["13/02/2024", "01/02/2024"]}, Stated({"date": "month/day/year"}))
        assert found.asked == [
            ("date", "ImportMap says month/day/year, but 13/02/2024 can only be day/month/year")
        ]

    def test_then_the_layout_then_files_like_it_then_it_is_asked_for(self) -> None:
        texts = {"date": ["01/02/2024"]}
        shop = LAYOUTS["Online Retail"]
        assert notation(shop, texts, Stated({}, frozenset({DAY}))).days == {"date": MONTH}
        assert notation(SALES, texts, Stated({}, frozenset({MONTH, POINT}))).days == {"date": MONTH}
        for sisters in (frozenset(), frozenset({DAY, MONTH}), frozenset({POINT})):
            asked = notation(SALES, texts, Stated({}, sisters)).asked
            assert [field for field, _ in asked] == ["date"]

    def test_days_with_the_year_first_are_stated_so_and_whole_numbers_not_at_all(self) -> None:
        found = notation(SALES, {"date": ["2024-01-05"], "quantity": ["12"]}, Stated({}))
        assert found.formats == {"date": "year-month-day", "quantity": ""}

    def test_what_the_file_no_longer_tells_stays_stated(self) -> None:
        own = {"date": "day/month/year", "quantity": "decimal comma"}
        assert notation(SALES, {"date": [], "quantity": []}, Stated(own)).formats == own

    def test_a_semicolon_goes_with_a_comma_where_no_answer_is_needed(self) -> None:
        assert notation(SALES, {"quantity": ["3"]}, Stated({}, delimiter=";")).marks == {"quantity": COMMA}
        assert notation(SALES, {"quantity": ["1,5"]}, Stated({}, delimiter=";")).asked == []


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("day/month/year", DAY), ("Day Month Year", DAY), ("DD.MM.YYYY", DAY), ("d/m/yyyy", DAY), ("month/day/year", MONTH),
        ("mm-dd-yyyy", MONTH), ("decimal comma", COMMA), ("Decimal-Point", POINT), ("1,234.5", POINT), ("1.234,50", COMMA),
        ("year-month-day", None), ("", None), ("1234.5", None), ("whatever", None),
    ],
)  # fmt: skip
def test_words_for_a_format(text: str, way: object) -> None:
    assert meant(text) is way
    assert is_understood(text) == (text not in ("1234.5", "whatever"))


def test_files_like_it_have_the_same_layout_and_header() -> None:
    rows = [
        ("old.csv", "Sales", "Sales", "date", "date", "day/month/year"), ("old.csv", "Sales", "Sales", "qty", "quantity", ""),
        ("new.csv", "Sales", "Sales", "date", "date", "month/day/year"), ("new.csv", "Sales", "Sales", "qty", "quantity", ""),
        ("wide.csv", "Sales", "Sales", "date", "date", "month/day/year"), ("wide.csv", "Sales", "Sales", "x", "", ""),
        ("other.csv", "Items", "Items", "date", "date", "month/day/year"), ("other.csv", "Items", "Items", "qty", "", ""),
    ]  # fmt: skip
    import_map = pd.DataFrame(rows, columns=TABLES["ImportMap"].names)
    assert alike("new.csv", ["qty", "date"], "Sales", import_map) == {DAY}
    assert alike("newer.csv", ["qty", "date"], "Sales", import_map) == {DAY, MONTH}
