"""One macro at a time in a LibreOffice, and no clicks into the workbook while it runs.

The status bar is kept alive by letting events in; a second press, or a cell typed over, would come with them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import xlwings as xw

from xlinventory.hosts.calc.inside.documents import views
from xlinventory.hosts.calc.inside.windows import window_of
from xlinventory.hosts.excel.live.one_at_a_time import STILL_WORKING
from xlinventory.hosts.excel.live.quiet import quiet
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
def still(book: xw.Book) -> Iterator[xw.Book]:
    """Keep the program still, and its user's keys and clicks away from the windows of the book."""
    windows = [view.Frame.ContainerWindow for view in views(book.impl.document)]
    focus = window_of(book)
    for window in windows:
        window.setEnable(False)
    try:
        with quiet(book):
            yield book
    finally:
        for window in windows:
            window.setEnable(True)
        if focus is not None:
            focus.setFocus()
