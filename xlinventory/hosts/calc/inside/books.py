"""The documents of the LibreOffice we run inside, as xlwings sees them."""

import os
from typing import Any

import xlwings as xw

from xlinventory.hosts.calc.engine import engine, register
from xlinventory.hosts.calc.engine.books import Book
from xlinventory.hosts.calc.program.office import Inside


def application(context: Any) -> xw.App:
    """This LibreOffice; the one that xlwings means by "active"."""
    register().activate()
    if os.getpid() not in engine.apps.keys():  # noqa: SIM118 - what xlwings calls its list of programs
        engine.apps.attach(Inside(context))
    return xw.App(impl=engine.apps[os.getpid()])


def book_of(context: Any, document: Any) -> xw.Book:
    """A document as a workbook."""
    return xw.Book(impl=Book(application(context).impl, document))


def in_front(context: Any) -> xw.Book | None:
    """The workbook in front; where nothing has a window, the one opened last; None if there is none."""
    app = application(context)
    return app.books.active if len(app.books) else None
