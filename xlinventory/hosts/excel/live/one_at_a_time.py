"""One button at a time, on a Mac: there Excel goes on while Python works, and would take the next press.

Two macros that write the same tables at once would leave neither's rows. On Windows Excel waits by itself.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlinventory.workbook import WorkbookError

STILL_WORKING = "Another button is still at work; wait until the status bar is empty, then press again."


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let a second Python wait outside: WorkbookError while another one holds the lock in *folder*.

    The system lets go of the lock when its process ends, however it ends.
    """
    if sys.platform != "darwin":
        yield
        return
    import fcntl  # noqa: PLC0415 - Windows has none

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "button.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkbookError(STILL_WORKING) from None
        yield
