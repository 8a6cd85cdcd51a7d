"""Lower of cost and net realisable value against the laws of IAS 2."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import OutOfDomain
from xlinventory.core.net_realisable_value import lower_of_cost_nrv

laws = settings(max_examples=60, deadline=None)
money = st.floats(0, 1e6)


@laws
@given(units=money, cost=money, price=money, selling=money, more=money)
def test_carrying_value_is_never_above_cost_and_settles_at_once(
    units: float, cost: float, price: float, selling: float, more: float
) -> None:
    """V17."""
    carrying = lower_of_cost_nrv(units, cost, price, selling)
    assert 0 <= carrying <= units * cost
    assert carrying <= lower_of_cost_nrv(units, cost, price + more, selling)
    unit = lower_of_cost_nrv(1, cost, price, selling)
    assert lower_of_cost_nrv(units, unit, price, selling) == carrying
    with pytest.raises(OutOfDomain):
        lower_of_cost_nrv(-1, cost, price)
