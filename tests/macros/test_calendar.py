"""Planning periods; expected days read off a printed calendar of 2011."""

import numpy as np
import pytest

from xlinventory.arguments import serial
from xlinventory.macros.calendar import complete_periods, next_periods
from xlinventory.tables import day_text


def days(periods) -> list[str]:
    return [day_text(day) for day in periods.starts]


def test_weeks_begin_on_monday_and_the_running_week_is_not_complete() -> None:
    # 2011-11-17 was a Thursday, 2011-12-09 a Friday: complete weeks begin on 14, 21 and 28 November.
    weeks = complete_periods("week", serial("2011-11-17"), serial("2011-12-09"))
    assert days(weeks) == ["2011-11-14", "2011-11-21", "2011-11-28", "2011-12-05"]
    assert len(weeks) == 3


def test_a_week_is_complete_on_its_sunday() -> None:
    assert len(complete_periods("week", serial("2011-11-28"), serial("2011-12-03"))) == 0
    assert len(complete_periods("week", serial("2011-11-28"), serial("2011-12-04"))) == 1


def test_months_have_their_own_length() -> None:
    months = complete_periods("month", serial("2011-01-15"), serial("2011-03-31"))
    assert days(months) == ["2011-01-01", "2011-02-01", "2011-03-01", "2011-04-01"]
    assert np.diff(months.starts).tolist() == [31.0, 28.0, 31.0]


def test_days_are_periods_too() -> None:
    assert len(complete_periods("day", serial("2011-12-01"), serial("2011-12-09"))) == 9


def test_a_day_falls_in_its_period() -> None:
    weeks = complete_periods("week", serial("2011-11-14"), serial("2011-12-09"))
    when = np.array(
        [serial(day) for day in ("2011-11-13", "2011-11-14", "2011-11-20", "2011-11-21", "2011-12-06")]
    )
    assert weeks.index_of(when).tolist() == [-1, 0, 0, 1, 3]


@pytest.mark.parametrize(
    ("name", "first"), [("week", "2011-12-05"), ("month", "2011-12-01"), ("day", "2011-12-07")]
)
def test_the_forecast_begins_with_the_running_period(name: str, first: str) -> None:
    ahead = next_periods(name, serial("2011-12-07"), 3)
    assert len(ahead) == 3
    assert days(ahead)[0] == first
