"""One macro at a time in a LibreOffice, and no clicks into the workbook while it runs.

The status bar is kept alive by letting events in; a second press, or a cell typed over, would come with them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from xlinventory.hosts.excel.live.one_at_a_time import STILL_WORKING
from xlinventory.workbook import WorkbookError

_lock = Lock()


@contextmanager
def alone() -> Iterator[None]:
    """WorkbookError while another macro is at work, whichever workbook it works in."""
    if not _lock.acquire(blocking=False):
        raise WorkbookError(STILL_WORKING)
    try:
        yield
    finally:
        _lock.release()


@contextmanager
def closed_to_input(window: Any | None) -> Iterator[None]:
    """Neither keys nor clicks reach the window; None is no window at all."""
    if window is None:
        yield
        return
    window.setEnable(False)
    try:
        yield
    finally:
        window.setEnable(True)
        window.setFocus()
