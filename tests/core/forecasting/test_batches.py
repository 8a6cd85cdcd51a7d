"""Many items in blocks and in several processes: the same numbers, told progress, and an end to all of it."""

from multiprocessing import active_children, get_context

import numpy as np
import pytest
from numpy.typing import NDArray

from xlinventory import forecast_many
from xlinventory.core.errors import WrongInput
from xlinventory.core.forecasting import batches
from xlinventory.core.forecasting.batches import judged
from xlinventory.core.forecasting.routing import AUTO, Request

REQUEST = Request(0, 0, AUTO, 2)


def items(count: int) -> NDArray[np.float64]:
    """Steady and rare demand, and every fifth item with too little history."""
    rows = np.random.default_rng(1).poisson(np.tile([20.0, 0.4], count)[:count, None], (count, 24)) * 1.0
    rows[::5, :21] = np.nan
    return rows


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SMALLEST_BATCH", 5)


@pytest.mark.usefixtures("small_batches")
def test_processes_find_what_one_process_finds() -> None:
    rows, lead, shares = items(20), np.full(20, 2.5), list[float]()
    alone, shared = judged(rows, lead, REQUEST), judged(rows, lead, REQUEST, 2, shares.append)
    for name, one, other in zip(alone._fields, alone, shared, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
    assert shares == sorted(shares)
    assert (len(shares), shares[-1]) == (4, 1.0)  # 20 items in batches of 5 at least


@pytest.mark.usefixtures("small_batches")
def test_whatever_ends_the_work_no_process_is_left() -> None:
    def interrupted(_share: float) -> None:
        raise KeyboardInterrupt

    before = active_children()
    with pytest.raises(KeyboardInterrupt):
        judged(items(40), np.zeros(40), REQUEST, 2, interrupted)
    assert active_children() == before


@pytest.mark.usefixtures("small_batches")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_processes_that_do_not_live_are_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_listen", str.upper)  # what every process begins with: no such method
    with pytest.raises(WrongInput, match=r"processes must be 1 where .*, got 2"):
        judged(items(20), np.zeros(20), REQUEST, 2)


def test_a_batch_that_nobody_waits_for_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_told_to_stop", bool)  # put back afterwards
    stop = get_context("spawn").Event()
    batches._listen(stop)
    assert batches._batch(items(9), np.zeros(9), REQUEST).method[1] != ""
    stop.set()
    with pytest.raises(batches._Stopped):
        batches._batch(items(9), np.zeros(9), REQUEST)


@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("rows", [items(7), np.full((3, 9), np.nan), np.empty((0, 9)), np.ones((3, 2))])
def test_progress_ends_with_all_of_it(rows: NDArray[np.float64], processes: int) -> None:
    """Few items start no process; items that cannot be forecast are no work."""
    before, shares = active_children(), list[float]()
    forecast_many(rows, processes=processes, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[-1], shares.count(1.0)) == (1.0, 1)
    assert active_children() == before


def test_what_progress_raises_ends_the_work() -> None:
    def cancelled(_share: float) -> None:
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        forecast_many(items(3), progress=cancelled)
