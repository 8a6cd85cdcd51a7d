"""The ledger says what the slow ledger says, on random books with everything in them."""

import os
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ledger.books import assert_agrees, kept
from tests.core.ledger.histories import charges, full_histories, histories, standards, windows
from tests.core.ledger.slow_ledger import METHODS, PERIODIC, Movement, slow_ledger

every_method = pytest.mark.parametrize("method", METHODS)
many = settings(max_examples=int(os.environ.get("N", "60")), deadline=None)
books = st.one_of(histories(), full_histories())


def agree(rows: list[Movement], method: str, window: tuple[int | None, int | None], **how: object) -> None:
    rows = standards(rows) if method == "STANDARD" else rows
    first, last = window
    built = {name: how.pop(name) for name in ("charges", "receipts_first", "known") if name in how}
    slow = slow_ledger(rows, method, from_date=first, as_of=last, **how, **built)
    ledger = kept(rows, **built)
    valued = ledger.value(method, from_date=first, as_of=last, **how, on_problem="leave_out")
    assert_agrees(slow, valued, ledger, rows)


@every_method
@many
@given(rows=books, window=windows, receipts_first=st.booleans())
def test_on_every_kind_of_movement(
    method: str, rows: list[Movement], window: tuple[int | None, int | None], receipts_first: bool
) -> None:
    agree(rows, method, window, receipts_first=receipts_first)


@every_method
@many
@given(rows=books, window=windows)
def test_on_stock_that_may_go_below_zero(
    method: str, rows: list[Movement], window: tuple[int | None, int | None]
) -> None:
    agree(rows, method, window, negative="allow")


@every_method
@many
@given(
    rows=histories(unknown_costs=True),
    known=st.dictionaries(st.sampled_from(("A", "B")), st.sampled_from((Fraction(0), Fraction(5, 2)))),
)
def test_on_costs_that_are_not_known(method: str, rows: list[Movement], known: dict[str, Fraction]) -> None:
    agree(rows, method, (None, None), negative="allow", known=known)


@every_method
@many
@given(rows=histories(odd_signs=True))
def test_on_signs_that_do_not_go_with_their_kind(method: str, rows: list[Movement]) -> None:
    agree(rows, method, (None, None), negative="allow")


@every_method
@many
@given(rows=full_histories(), window=windows, data=st.data())
def test_on_landed_cost(
    method: str, rows: list[Movement], window: tuple[int | None, int | None], data: st.DataObject
) -> None:
    agree(rows, method, window, charges=data.draw(charges(rows)))


@pytest.mark.parametrize("method", [m for m in METHODS if m not in PERIODIC])
@many
@given(rows=histories(), window=windows, data=st.data())
def test_on_landed_cost_of_stock_that_may_go_below_zero(
    method: str, rows: list[Movement], window: tuple[int | None, int | None], data: st.DataObject
) -> None:
    agree(rows, method, window, charges=data.draw(charges(rows)), negative="allow")


@every_method
@many
@given(rows=books, window=windows)
def test_where_the_sign_alone_says_what_happened(
    method: str, rows: list[Movement], window: tuple[int | None, int | None]
) -> None:
    plain = [m._replace(kind=None, cost=m.cost or Fraction(3)) for m in rows]
    agree(plain, method, window)
