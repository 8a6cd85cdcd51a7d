"""What a layout says about its lines is done to them: passed over, noted, told once, a total for some units.

Expected values are read off the small files by eye.
"""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.layouts import Condition, Field, Layout, Notice, Refusal
from xlinventory.imports.lines import Lines, given, typed
from xlinventory.imports.notation import Stated, notation
from xlinventory.imports.text import table_of_text
from xlinventory.sheets import TABLES
from xlinventory.tables import Column, Kind

MOVEMENTS = TABLES["Movements"]
STATE = Column("order_status", Kind.TEXT, "State")


def layout(*fields: Field, **more: Any) -> Layout:
    """A layout of sales with date, sku, quantity and these fields."""
    plain = tuple(Field(MOVEMENTS.column(name), needed=True) for name in ("date", "sku", "quantity"))
    return replace(LAYOUTS["Sales"], fields=(*plain, *fields), refusals=(), **more)


def read(text: str, how: Layout) -> Lines:
    """The lines of a file whose columns have the names of the fields."""
    raw = table_of_text(text)
    found = given(raw, how, {name: name for name in raw.header})
    return typed("sales.csv", raw, how, found, notation(how, found.texts(how), Stated({})))


def told(issues: pd.DataFrame) -> list[tuple[object, ...]]:
    """Line, column, value and problem of issues about lines."""
    rows = issues[issues["line"].notna()]
    return list(rows[["line", "column", "value", "problem"]].itertuples(index=False, name=None))


class TestPassedOver:
    TOTALS = Refusal((Condition("sku", "matches", "(?i)total"),), "a total", "Not taken. Nothing to do.")

    def test_lines_are_refused_with_their_words_before_a_cell_is_read(self) -> None:
        lines = read(
            "date,sku,quantity\n2024-01-05,A,2\n,Total,two\n2024-01-06,B,3\n",
            layout(passed_over=(self.TOTALS,)),
        )
        assert lines.taken["sku"].tolist() == ["A", "B"]
        assert told(lines.issues) == [(3.0, "sku", "Total", "a total")]

    def test_they_do_not_speak_for_the_notation_of_the_file(self) -> None:
        """13/01 would prove the day first; the days of the lines themselves prove the month first."""
        text = "date,sku,quantity\n01/20/2024,A,2\n13/01/2024,Total,2\n"
        lines = read(text, layout(passed_over=(self.TOTALS,)))
        assert lines.taken["date"].tolist() == [45311.0], "20 January 2024 as a spreadsheet counts days"
        assert lines.issues["line"].notna().all()

    def test_a_rule_about_a_column_the_file_lacks_passes_over_nothing(self) -> None:
        rule = replace(self.TOTALS, when=(Condition("order_status", "=", ""),))
        lines = read("date,sku,quantity\n2024-01-05,A,2\n", layout(Field(STATE), passed_over=(rule,)))
        assert len(lines.taken) == 1


class TestNotices:
    MANY = Notice((Condition("quantity", ">", 99),), "more than usual", "Taken. Look at it.")

    def test_lines_are_taken_and_told(self) -> None:
        lines = read("date,sku,quantity\n2024-01-05,A,2\n2024-01-06,B,300\n", layout(notices=(self.MANY,)))
        assert lines.taken["sku"].tolist() == ["A", "B"]
        assert lines.issues.empty
        assert told(lines.noted) == [(3.0, "quantity", "300", "more than usual")]

    def test_a_line_that_is_refused_is_told_as_that_alone(self) -> None:
        lines = read("date,sku,quantity\nsoon,B,300\n", layout(notices=(self.MANY,)))
        assert [row[3] for row in told(lines.issues)] == ["must be a date"]
        assert lines.noted.empty


class TestTotalOf:
    TOTAL = Field(MOVEMENTS.column("unit_price"), total_of="quantity")

    @pytest.mark.parametrize(
        ("quantity", "total", "price"),
        [("4", "10", 2.5), ("-4", "10", 2.5), ("1", "", None)],
    )
    def test_the_money_of_a_line_is_told_for_a_unit(
        self, quantity: str, total: str, price: float | None
    ) -> None:
        text = f"unit_price,date,sku,quantity\n{total},2024-01-05,A,{quantity}\n"
        found = read(text, layout(self.TOTAL)).taken["unit_price"]
        assert [None if pd.isna(value) else value for value in found] == [price]

    def test_without_units_there_is_no_price_of_one(self) -> None:
        text = "date,sku,quantity,unit_price\n2024-01-05,A,0,10\n"
        assert read(text, layout(self.TOTAL)).taken["unit_price"].isna().all()


class TestToldOnce:
    TITLE = Field(Column("name", Kind.TEXT, "Name"), told_once_for="reference")
    REFERENCE = Field(MOVEMENTS.column("reference"))

    def test_the_first_filled_cell_of_a_group_holds_for_its_blank_ones(self) -> None:
        text = (
            "reference,name,date,sku,quantity\n"
            "R1,,2024-01-05,A,1\nR1,Zebra,2024-01-05,B,1\nR2,Lamp,2024-01-05,C,1\nR1,Ape,2024-01-05,D,1\n"
            "R1,,2024-01-05,E,1\nR3,,2024-01-05,F,1\n"
        )  # fmt: skip
        lines = read(text, layout(self.REFERENCE, self.TITLE))
        assert lines.taken["name"].tolist() == ["Zebra", "Zebra", "Lamp", "Ape", "Zebra", ""]

    def test_lines_of_no_group_share_nothing(self) -> None:
        text = "reference,name,date,sku,quantity\n,Lamp,2024-01-05,A,1\n,,2024-01-05,B,1\n"
        assert read(text, layout(self.REFERENCE, self.TITLE)).taken["name"].tolist() == ["Lamp", ""]

    def test_a_needed_cell_that_is_told_once_is_not_blank(self) -> None:
        how = layout(self.REFERENCE)
        date = replace(how.fields[0], told_once_for="reference")
        text = "reference,date,sku,quantity\nR1,2024-01-05,A,1\nR1,,B,1\nR2,,C,1\n"
        lines = read(text, replace(how, fields=(date, *how.fields[1:])))
        assert lines.taken["date"].tolist() == [45296.0] * 2, "5 January 2024"
        assert told(lines.issues) == [(4.0, "date", "", "must not be blank")]
