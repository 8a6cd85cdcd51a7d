"""A spreadsheet program kept still while a macro works in it, and the progress line it shows meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import xlwings as xw

SECONDS_BETWEEN_LINES = 0.2
"""A progress line costs a call into the program; a person reads no more than five in a second."""
STILL = {"screen_updating": False, "enable_events": False, "calculation": "manual"}
"""Without redrawing, without the workbook's own event macros, without calculating after every write."""


@contextmanager
def quiet(book: xw.Book) -> Iterator[xw.Book]:
    """Keep a book's program still; afterwards everything is as it was, whatever happened."""
    app = book.app
    with ExitStack() as undo:
        undo.callback(_restore, app, "status_bar", app.status_bar)
        for name, value in STILL.items():
            before = getattr(app, name)
            if before != value:
                undo.callback(_restore, app, name, before)
                setattr(app, name, value)
        yield book


def _restore(app: xw.App, name: str, value: Any) -> None:
    """Set one property back; that it cannot be must not keep the others from it."""
    with suppress(Exception):
        setattr(app, name, value)


class Progress:
    """Lines such as ``Forecasting 40 %`` in the status bar, no more often than they can be read."""

    def __init__(self, app: xw.App, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._message, self._next = "", clock()

    def show(self, message: str, share: float | None = None) -> None:
        """Show a line; a new message always, another share of the same one when it is time."""
        now = self._clock()
        if message == self._message and now < self._next:
            return
        self._message, self._next = message, now + SECONDS_BETWEEN_LINES
        self._app.status_bar = message if share is None else f"{message} {share:.0%}".replace("%", " %")
