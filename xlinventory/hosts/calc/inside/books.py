"""The documents of the LibreOffice we run inside, as xlwings sees them."""

import os
from typing import Any

import xlwings as xw

from xlinventory.hosts.calc.engine import engine, register
from xlinventory.hosts.calc.engine.books import Book
from xlinventory.hosts.calc.office import Inside

SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"


def application(context: Any) -> xw.App:
    """This LibreOffice."""
    xw.engines.active = register()  # xlwings asks it which program is in front
    if os.getpid() not in engine.apps.keys():  # noqa: SIM118 - what xlwings calls its list of programs
        engine.apps.attach(Inside(context))
    return xw.App(impl=engine.apps[os.getpid()])


def book_of(context: Any, document: Any) -> xw.Book:
    """A document as a workbook."""
    return xw.Book(impl=Book(application(context).impl, document))


def in_front(context: Any) -> Any | None:
    """The spreadsheet in front; where nothing has a window, the one opened last; None if there is none."""
    app = application(context)
    current = app.impl.api.getCurrentComponent()
    if current is not None:
        return current if current.supportsService(SPREADSHEET) else None
    books = list(app.impl.books)
    return books[-1].document if books else None
