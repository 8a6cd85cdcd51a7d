"""All items, block by block: with progress, and in several processes where there are many.

Threads do not help: the steps are small and hold Python's lock. Since no item's forecast depends on
another's, it does not matter which process a batch of items goes to.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.synchronize import Event

import numpy as np
from numpy.typing import NDArray

from xlinventory.core.errors import WrongInput
from xlinventory.core.forecasting.histories import SHORTEST, Column, Matrix
from xlinventory.core.forecasting.judging import Judged, judge, nothing
from xlinventory.core.forecasting.routing import Request, blocks

Progress = Callable[[float], None]

BATCHES_EACH = 8
"""Batches for each process: so many that all end at about the same time."""
AHEAD = 2
"""Batches that each other process has at a time: one to do, one to go on with."""
SMALLEST_BATCH = 512
"""Items below which a batch is not worth the way to a process."""


def judged(
    rows: Matrix,
    lead: Column,
    request: Request,
    processes: int = 1,
    progress: Progress | None = None,
) -> Judged:
    """What every item (n_skus, n_periods) is forecast by; see ``judging``.

    lead: (n_skus,) periods over whose total held-out demand is looked at. progress is told the share that is
    done, 1 in the end; what it raises ends the work. This process is one of the processes; for less than two
    batches no other is started.
    """
    told = progress or (lambda _share: None)
    if processes > 1 and len(rows) >= 2 * SMALLEST_BATCH:
        return _in_processes(rows, lead, request, processes, told)
    return _here(rows, lead, request, told)


def _here(rows: Matrix, lead: Column, request: Request, told: Progress) -> Judged:
    found, done = nothing(len(rows), rows.shape[1], request), 0
    pending = list(blocks(rows, request)) if rows.shape[1] >= SHORTEST else []
    able = sum(len(block.items) for block in pending)
    for block in pending:
        _put(found, block.items, judge(rows[block.items], lead[block.items], block, request))
        done += len(block.items)
        told(done / able)
    if not pending:
        told(1.0)
    return found


def _in_processes(rows: Matrix, lead: Column, request: Request, processes: int, told: Progress) -> Judged:
    """The same, shared with processes that end with the call, however it ends."""
    found = nothing(len(rows), rows.shape[1], request)
    context = get_context("spawn")
    stop = context.Event()
    with ProcessPoolExecutor(processes - 1, context, _listen, (stop,)) as pool:
        try:
            done = 0
            for part, batch in _results(pool, processes - 1, rows, lead, request):
                _put(found, part, batch)
                done += part.stop - part.start
                told(done / len(rows))
        except BrokenProcessPool as broken:
            rule = "processes must be 1 where a process cannot be started or does not live, got"
            raise WrongInput(f"{rule} {processes}: {broken}") from broken
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _results(
    pool: ProcessPoolExecutor, others: int, rows: Matrix, lead: Column, request: Request
) -> Iterator[tuple[slice, Judged]]:
    """The batches as they are done, by this process as well while the others have enough to do."""
    waiting, running = deque(_batches(len(rows), others + 1)), dict[Future[Judged], slice]()
    while waiting or running:
        while waiting and len(running) < AHEAD * others:
            part = waiting.popleft()
            running[pool.submit(_batch, rows[part], lead[part], request)] = part
        if waiting:
            part = waiting.pop()
            yield part, _here(rows[part], lead[part], request, lambda _share: None)
        else:
            wait(running, return_when=FIRST_COMPLETED)
        for task in [task for task in running if task.done()]:
            yield running.pop(task), task.result()


def _put(found: Judged, items: NDArray[np.int_] | slice, part: Judged) -> None:
    for whole, some in zip(found, part, strict=True):
        whole[items] = some


class _Stopped(Exception):
    """Nobody waits for the batch any more."""


_told_to_stop: Callable[[], bool] = bool
"""Whether the call that this process works for has ended; in a process of its own, never."""


def _listen(stop: Event) -> None:
    """Begin a process: between blocks it looks whether it is still wanted."""
    global _told_to_stop  # noqa: PLW0603 -- the one way to hand an event to a process of a pool
    _told_to_stop = stop.is_set


def _batch(rows: Matrix, lead: Column, request: Request) -> Judged:
    """What a process does with one batch."""

    def told(_share: float) -> None:
        if _told_to_stop():
            raise _Stopped

    return _here(rows, lead, request, told)


def _batches(count: int, processes: int) -> Iterator[slice]:
    """Even parts of the items."""
    parts = max(min(processes * BATCHES_EACH, count // SMALLEST_BATCH), 1)
    edges = np.linspace(0, count, parts + 1).astype(int).tolist()
    return (slice(start, stop) for start, stop in pairwise(edges))
