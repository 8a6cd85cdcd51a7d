# ruff: noqa: E501 - notations are listed side by side
"""Numbers and days in the notations of shops, suppliers and spreadsheets; expected values as a reader takes them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.arguments import serial
from xlinventory.imports.cells import DayOrder, DecimalMark, days, numbers, yes_no
from xlinventory.tables import day_text

MARKS = {mark.sign: mark for mark in DecimalMark}


def number(text: str, mark: str = ".") -> float | None:
    """The number a cell is read as; None when it is refused."""
    read = numbers(pd.Series([text], dtype=object), MARKS[mark])
    return None if read.bad[0] else float(read.values.iloc[0])


def day(text: str, order: DayOrder = DayOrder.DAY_FIRST) -> str | None:
    read = days(pd.Series([text], dtype=object), order)
    return None if read.bad[0] else day_text(read.values.iloc[0])


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12", 12), ("12.5", 12.5), (".5", 0.5), ("5.", 5), (" 7 ", 7), ("+7", 7), ("1E5", 100_000), ("2e-2", 0.02),
            ("1,234", 1234), ("1,234.50", 1234.5), ("1,234,567", 1_234_567), ("1 234.5", 1234.5),
            ("1\u00a0234", 1234), ("1\u202f234", 1234), ("1\u2009234", 1234), ("1,23,456.00", 123_456), ("1,00,000", 100_000),
            ("₹ 12,34,567", 1_234_567), ("Rs. 5", 5), ("5 kr", 5), ("1'234.50", 1234.5), ("1’234", 1234),
            ("£1.50", 1.5), ("1.50 €", 1.5), ("$ 1,234.50", 1234.5), ("USD 5", 5), ("5EUR", 5), ("-£5", -5), ("£-5", -5),
            ("-5", -5), ("−5", -5), ("5-", -5), ("(5)", -5), ("(£1,234.50)", -1234.5), ("95%", 0.95), ("-5 %", -0.05),
        ],
    )  # fmt: skip
    def test_usual_notations_are_read(self, text: str, value: float) -> None:
        assert number(text) == pytest.approx(value)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12,5", 12.5),
            ("1.234,50", 1234.5),
            ("1'234,50", 1234.5),
            ("1.234", 1234),
            ("1 234,5", 1234.5),
            (",5", 0.5),
        ],
    )
    def test_with_a_decimal_comma_the_point_groups_thousands(self, text: str, value: float) -> None:
        assert number(text, ",") == pytest.approx(value)

    @pytest.mark.parametrize(
        "text",
        [
            "abc", "nan", "NaN", "inf", "-inf", "Infinity", "None", "#N/A", "1/2", "12 34", "5 6", "1,5", "1,00,00", "1,000,00", "1.2.3",
            "0x10", "1_000", "٣", "--5", "-5-", "(-5)", "(5", "5)", "5%%", "$", "-", ".", "12 pcs", "=1+1", "9" * 400,
        ],
    )  # fmt: skip
    def test_what_is_no_number_is_refused(self, text: str) -> None:
        assert number(text) is None

    def test_blank_is_missing_and_zero_is_zero(self) -> None:
        read = numbers(pd.Series(["", "0", "-0", "  "], dtype=object), DecimalMark.POINT)
        assert read.values.isna().tolist() == [True, False, False, True]
        assert not read.bad.any()

    def test_a_column_without_cells_is_read(self) -> None:
        assert numbers(pd.Series([], dtype=object), DecimalMark.POINT).values.tolist() == []

    @given(value=st.floats(-1e9, 1e9).map(lambda v: round(v, 2)), mark=st.sampled_from(".,"))
    @settings(max_examples=30, deadline=None)
    def test_a_number_written_with_groups_is_read_back(self, value: float, mark: str) -> None:
        english = f"{value:,.2f}"
        text = english if mark == "." else english.translate(str.maketrans(".,", ",."))
        assert number(text, mark) == pytest.approx(value, abs=1e-9)


class TestDays:
    @pytest.mark.parametrize(
        "text",
        [
            "2011-12-09", "2011/12/9", "20111209", "2011-12-09 08:26", "2011-12-09T10:30:00.000Z", "2011-12-09 10:30:00 -0500",
            "2011-12-09T18:53:56+ 00:00", "9.12.2011", "09/12/11", "9-12-2011 8:26", "9 Dec 2011", "9-DEC-11", "9DEC2011",
            "December 9, 2011", "DEC 9 2011", "40886", "40886.75", "2011-12-09 10:30 PM",
        ],
    )  # fmt: skip
    def test_usual_notations_are_the_same_day(self, text: str) -> None:
        assert day(text) == "2011-12-09"

    def test_month_first_when_asked(self) -> None:
        assert day("12/9/2011 8:26", DayOrder.MONTH_FIRST) == "2011-12-09"

    @pytest.mark.parametrize(
        "text",
        ["2011-02-30", "31/02/2011", "201112", "2011129", "12/2011", "2011", "0", "99999", "1899-01-01", "2500-01-01",
         "00/00/0000", "today", "nan", "1/2", "1/1/1", "=TODAY()"],
    )  # fmt: skip
    def test_what_is_no_day_is_refused(self, text: str) -> None:
        assert day(text) is None

    @given(when=st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)))
    @settings(max_examples=30, deadline=None)
    def test_every_day_is_read_back_from_every_notation(self, when: dt.date) -> None:
        written = [
            when.isoformat(),
            when.strftime("%d/%m/%Y"),
            when.strftime("%d.%m.%y"),
            when.strftime("%d-%b-%Y"),
        ]
        read = days(pd.Series(written, dtype=object), DayOrder.DAY_FIRST)
        assert read.values.tolist() == [serial(when)] * 4

    def test_two_digit_years_turn_at_1970(self) -> None:
        assert (day("1/1/69"), day("1/1/70")) == ("2069-01-01", "1970-01-01")


def test_yes_and_no_in_the_words_of_shops() -> None:
    words = ["Yes", "TRUE", "1", "active", "x", "No", "false", "0", "archived", "Draft"]
    read = yes_no(pd.Series([*words, "", "perhaps"], dtype=object))
    assert read.values.tolist()[:10] == [True] * 5 + [False] * 5
    assert read.bad.tolist() == [False] * 11 + [True]
    assert np.isnan(read.values.iloc[10])
