"""The ledger says what the slow ledger says, on random books with everything in them, by every method.

Each time both ways of replaying are looked at: all items side by side, and one item after the other.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from tests.core.ledger.books import assert_agrees, kept, laws
from tests.core.ledger.histories import charges, full_histories, histories, standards, windows
from tests.core.ledger.slow_ledger import METHODS, Movement, slow_ledger

Window = tuple[int | None, int | None]
books = st.one_of(histories(), full_histories())
ANY_DAY = (None, None)


def agree(
    rows: list[Movement],
    window: Window = ANY_DAY,
    negative: str = "error",
    periods: Sequence[int] = (),
    **built: Any,
) -> None:
    """Every method, and both ways of replaying it."""
    for method in METHODS:
        own = standards(rows) if method == "STANDARD" else rows
        how: dict[str, Any] = {"from_date": window[0], "as_of": window[1], "negative": negative}
        how["periods"] = periods
        slow = slow_ledger(own, method, **how, **built)
        for accounts_side_by_side in (1, len(rows) + 1):
            ledger = kept(own, **built)
            with patch("xlinventory.core.ledger.replay._WIDE", accounts_side_by_side):
                valued = ledger.value(method, **how, on_problem="leave_out")
            assert_agrees(slow, valued, ledger, own)


@laws
@given(rows=books, window=windows, receipts_first=st.booleans())
def test_on_every_kind_of_movement(rows: list[Movement], window: Window, receipts_first: bool) -> None:
    agree(rows, window, receipts_first=receipts_first)


@laws
@given(rows=books, window=windows)
def test_on_stock_that_may_go_below_zero(rows: list[Movement], window: Window) -> None:
    agree(rows, window, "allow")


@laws
@given(
    rows=histories(unknown_costs=True),
    known=st.dictionaries(st.sampled_from(("A", "B")), st.sampled_from((Fraction(0), Fraction(5, 2)))),
)
@example(rows=[Movement("A", 1.0, Fraction(-1), kind="SUPPLIER_RETURN")], known={"A": Fraction(5, 2)})
def test_on_costs_that_are_not_known(rows: list[Movement], known: dict[str, Fraction]) -> None:
    agree(rows, negative="allow", known=known)


@laws
@given(rows=histories(odd_signs=True))
def test_on_signs_that_do_not_go_with_their_kind(rows: list[Movement]) -> None:
    agree(rows, negative="allow")


@laws
@given(rows=full_histories(), window=windows, receipts_first=st.booleans(), data=st.data())
def test_on_landed_cost(
    rows: list[Movement], window: Window, receipts_first: bool, data: st.DataObject
) -> None:
    agree(rows, window, charges=data.draw(charges(rows)), receipts_first=receipts_first)


@laws
@given(rows=histories(), window=windows, data=st.data())
def test_on_landed_cost_of_stock_that_may_go_below_zero(
    rows: list[Movement], window: Window, data: st.DataObject
) -> None:
    agree(rows, window, "allow", charges=data.draw(charges(rows)))


@laws
@given(rows=full_histories(), window=windows, periods=st.lists(st.integers(0, 9), max_size=3), data=st.data())
def test_on_periods_before_the_window(
    rows: list[Movement], window: Window, periods: list[int], data: st.DataObject
) -> None:
    agree(rows, window, "allow", periods, charges=data.draw(charges(rows)))


@laws
@given(rows=books, window=windows)
def test_where_the_sign_alone_says_what_happened(rows: list[Movement], window: Window) -> None:
    agree([m._replace(kind=None, cost=m.cost or Fraction(3)) for m in rows], window)
