"""Why an item is forecast as it is, in one sentence."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.forecasting.histories import Column
from xlinventory.core.forecasting.reasons import reasons

NAN = np.nan


class Told(NamedTuple):
    """The fields of a forecast that a sentence tells of."""

    route: NDArray[np.object_]
    method: NDArray[np.object_]
    season_length: NDArray[np.int_]
    error: Column
    runner_up: NDArray[np.object_]
    runner_up_error: Column
    naive_error: Column
    analogue: NDArray[np.object_]
    surge: Column


def sentence(
    route: str,
    method: str = "comb",
    season: int = 0,
    error: float = NAN,
    runner_up: tuple[str, float] = ("", NAN),
    naive: float = NAN,
    analogue: str = "",
    surge: float = NAN,
    **counts: int,
) -> str:
    text = (np.array([value], dtype=object) for value in (route, method, runner_up[0], analogue))
    routes, methods, runners, analogues = text
    numbers = (np.array([value]) for value in (error, runner_up[1], naive, surge))
    errors, runner_errors, naives, surges = numbers
    told = Told(
        routes, methods, np.array([season]), errors, runners, runner_errors, naives, analogues, surges
    )
    (only,) = reasons(told, **{name: np.array([count]) for name, count in counts.items()})
    return only


def test_method_season_and_errors() -> None:
    got = sentence("seasonal", "comb", 12, 0.712, ("hw", 0.736), 1.0)
    assert got == "seasonal (12 periods): comb, MASE 0.71 held out; next best hw 0.74, naive 1.00"


def test_what_is_not_known_is_not_told() -> None:
    assert sentence("smooth", "ses", 0, 0.9) == "smooth: ses, MASE 0.90 held out"
    assert (
        sentence("smooth", "ses", 1, 0.9, ("theta", NAN), 1.2)
        == "smooth: ses, MASE 0.90 held out; naive 1.20"
    )
    assert sentence("short", "mean") == "short history: mean, no error could be held out"
    assert sentence("intermittent", "tsb", 0, np.inf) == "intermittent: tsb, no error could be held out"


def test_new_items() -> None:
    assert sentence("analogue", "", analogue="Candles") == "new item: from category Candles"
    got = sentence("analogue", "", analogue="Candles", known=3, members=14)
    assert got == "new item, 3 periods: from category Candles (14 items)"
    got = sentence("analogue", "", analogue="Tea", known=1, members=5)
    assert got == "new item, 1 period: from category Tea (5 items)"
    assert sentence("analogue", "", analogue="Tea", known=0).startswith("new item, 0 periods: ")


def test_no_forecast() -> None:
    assert sentence("", "") == "no forecast: too little history"
    assert sentence("", "", known=2) == "no forecast, 2 periods: too little history"


def test_a_surge_is_told_last() -> None:
    got = sentence("smooth", "comb", 0, 0.71, ("theta", 0.74), 1.0, surge=2.4)
    assert got == (
        "smooth: comb, MASE 0.71 held out; next best theta 0.74, naive 1.00; "
        "a year ago 2.4 times the forecast was sold: one year proves no season"
    )
    assert len(got) <= 140


def test_a_ratio_to_next_to_nothing_is_told_as_far_more() -> None:
    told = [sentence("smooth", "ses", surge=ratio).split("; ")[-1] for ratio in (9.94, 43.17, 1988.93)]
    assert [text.removeprefix("a year ago ").split(" the ")[0] for text in told] == [
        "9.9 times",
        "43 times",
        "over 100 times",
    ]


def test_naive_is_told_once() -> None:
    got = sentence("smooth", "ses", 0, 0.8, ("naive", 0.9), 0.9)
    assert got == "smooth: ses, MASE 0.80 held out; next best naive 0.90"
    got = sentence("seasonal", "snaive", 12, 0.8, ("ses", 0.9), 0.8)
    assert got == "seasonal (12 periods): snaive, MASE 0.80 held out; next best ses 0.90"


def test_where_absolute_errors_do_not_choose_it_is_told() -> None:
    """Else a planner would ask why naive, with less error, was not taken."""
    got = sentence("intermittent", "slow", 0, 0.55, ("comb", 0.58), 0.51)
    assert got == (
        "intermittent: slow, MASE 0.55 held out; next best comb 0.58, naive 0.51, chosen by squared error"
    )


def test_long_names_are_cut() -> None:
    got = sentence(
        "analogue", "", analogue="Candle holders, lanterns and lamps of all kinds", known=0, members=9999
    )
    assert got == "new item, 0 periods: from category Candle holders, lanterns and lamps of a… (9999 items)"
    assert len(got) <= 140


def test_one_sentence_an_item_and_none_without_items() -> None:
    words, numbers = np.empty(0, dtype=object), np.empty(0)
    none = Told(words, words, np.empty(0, dtype=int), numbers, words, numbers, numbers, words, numbers)
    assert reasons(none) == []
    two = Told(*(np.repeat(field, 2) for field in _some()))
    assert reasons(two) == ["smooth: ses, MASE 0.90 held out"] * 2


def _some() -> Told:
    text = [np.array([word], dtype=object) for word in ("smooth", "ses", "", "")]
    number = [np.array([value]) for value in (0.9, NAN)]
    return Told(text[0], text[1], np.array([0]), number[0], text[2], number[1], number[1], text[3], number[1])
