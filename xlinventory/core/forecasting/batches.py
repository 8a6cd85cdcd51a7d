"""All items, block by block: with progress, and in several processes where there are many.

Threads do not help: the steps are small and hold Python's lock. A batch that is given to a process is some
thousands of items; since no item's forecast depends on another's, it does not matter which.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import pairwise
from multiprocessing import get_context

import numpy as np

from xlinventory.core.forecasting.histories import SHORTEST, Column, Matrix
from xlinventory.core.forecasting.judging import Judged, judge, nothing
from xlinventory.core.forecasting.routing import Request, blocks

Progress = Callable[[float], None]

BATCH = 2_048
"""Most items that one process is given at a time: enough to be worth the way, few enough to share evenly."""


def judged(
    rows: Matrix,
    lead: Column,
    request: Request,
    processes: int = 1,
    progress: Progress | None = None,
) -> Judged:
    """What every item (n_skus, n_periods) is forecast by; see ``judging``.

    lead: (n_skus,) periods over whose total held-out demand is looked at. One batch starts no process.
    """
    told = progress or (lambda _share: None)
    if processes > 1 and len(rows) > BATCH // 2:
        return _in_processes(rows, lead, request, processes, told)
    return _here(rows, lead, request, told)


def _here(rows: Matrix, lead: Column, request: Request, told: Progress) -> Judged:
    found, done = nothing(len(rows), rows.shape[1], request), 0
    if rows.shape[1] < SHORTEST:
        return found
    for block in blocks(rows, request):
        for whole, part in zip(
            found, judge(rows[block.items], lead[block.items], block, request), strict=True
        ):
            whole[block.items] = part
        done += len(block.items)
        told(done / len(rows))
    return found


def _in_processes(rows: Matrix, lead: Column, request: Request, processes: int, told: Progress) -> Judged:
    """The same, with batches of items given to processes that end with the call."""
    found, done = nothing(len(rows), rows.shape[1], request), 0
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        try:
            tasks = {
                pool.submit(judged, rows[part], lead[part], request): part
                for part in _batches(len(rows), processes)
            }
            for task in as_completed(tasks):
                for whole, part in zip(found, task.result(), strict=True):
                    whole[tasks[task]] = part
                done += tasks[task].stop - tasks[task].start
                told(done / len(rows))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


def _batches(count: int, processes: int) -> Iterator[slice]:
    """Even parts of the items, a whole number for each process."""
    parts = processes * -(-count // (processes * BATCH))
    edges = np.linspace(0, count, parts + 1).astype(int).tolist()
    return (slice(start, stop) for start, stop in pairwise(edges))
