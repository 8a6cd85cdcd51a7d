"""What a press of a button in Excel comes to: the macro runs in the open book and says one sentence.

RunPython calls ``press``. Nothing may leave it as an exception: Excel would show a window full of text.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple

import xlwings as xw

from xlinventory.core.errors import InventoryError
from xlinventory.hosts.buttons import TITLE, Action, Button, find_button
from xlinventory.hosts.excel.live import log_file
from xlinventory.hosts.excel.live.book import LiveWorkbook, place_of_file
from xlinventory.hosts.excel.live.one_at_a_time import one_at_a_time
from xlinventory.hosts.excel.live.quiet import quiet
from xlinventory.macros.frame import Outcome, Run, preview, run_macro

SHOWN = 10
"""Findings that a message box shows; the rest is counted."""
PREVIEWED = {"refresh": ("refresh",), "plan": ("refresh", "plan", "reorder")}
"""Buttons that say first what they would do, and ask; by the setting ask_first."""

Still = Callable[[xw.Book], AbstractContextManager[xw.Book]]

log = logging.getLogger("xlinventory.buttons")


class Told(NamedTuple):
    """What a press has to say, "" for nothing, and the kind of message box it is said in."""

    sentence: str
    mode: str


def press(name: str) -> None:
    """Do what the button of that name does in the book it was pressed in."""
    log_file.open_log()
    found: list[xw.Book] = []

    def work() -> str:
        found.append(xw.Book.caller())
        with one_at_a_time(log_file.path().parent):
            return serve(find_button(name), *found)

    told = told_by(name, work)
    if told.sentence:
        _show(told, *found)


def told_by(name: str, work: Callable[[], str]) -> Told:
    """What comes of some work; whatever goes wrong in it is a sentence, and in the log."""
    try:
        return Told(work(), "info")
    except InventoryError as error:
        log.info("%s: %s", name, error)
        return Told(str(error), "critical")
    except Exception:
        log.exception("%s failed", name)
        return Told(f"Something went wrong that should not; the details are in {log_file.path()}", "critical")


def serve(button: Button, book: xw.Book, still: Still | None = None, **more: str) -> str:
    """Do what the button is for; returns what there is to say, "" for nothing.

    *still* keeps the program still while a macro is at work, as ``quiet`` does; *more* is what its user was
    asked beforehand.
    """
    if not isinstance(button, Action):
        show_sheet(book, button.sheet)
        return ""
    given, still = options(button, book) | more, still or quiet
    if _asks_first(button, book) and not _wanted(button, book, still, given):
        return ""
    with still(book):
        outcome = run_macro(LiveWorkbook(book), button.macro, **given)
    if button.sheet:
        _show_result(book, button.sheet)
    return in_words(outcome)


def _asks_first(button: Action, book: xw.Book) -> bool:
    """Whether a button is one that asks, by the setting where there is a choice."""
    choices = [choice for choice, asking in PREVIEWED.items() if button.id in asking]
    if len(choices) in {0, len(PREVIEWED)}:
        return bool(choices)
    return Run(LiveWorkbook(book)).setting("ask_first") in choices


def options(button: Action, book: xw.Book) -> dict[str, str]:
    """What a macro has to know about the file: files for others go beside the workbook."""
    return {"beside": folder_of(book)} if button.id == "export" else {}


def folder_of(book: xw.Book) -> str:
    """The folder that the workbook is saved in; "" while it is in none, or in one that only the web knows."""
    place = place_of_file(book)
    return "" if place is None else str(place.parent)


def in_words(outcome: Outcome) -> str:
    """The sentence of an outcome, and below it the first findings and how many more there are.

    >>> print(in_words(Outcome("2 problems.", ("Items row 3: no name", "Items row 5: no name"))))
    2 problems.
    <BLANKLINE>
    Items row 3: no name
    Items row 5: no name
    """
    found = outcome.findings
    more = [f"... and {len(found) - SHOWN:,} more"] if len(found) > SHOWN else []
    return "\n".join([outcome.sentence, *([""] if found else []), *found[:SHOWN], *more])


def show_sheet(book: xw.Book, name: str) -> None:
    """Bring a sheet of the book in front; a book that lacks it stays as it is."""
    if name in [sheet.name for sheet in book.sheets]:
        book.sheets[name].activate()


def _show_result(book: xw.Book, name: str) -> None:
    """Bring the sheet of a result in front; what the macro has done is told even if that fails."""
    try:
        show_sheet(book, name)
    except Exception:
        log.exception("%s could not be shown", name)


def _wanted(button: Action, book: xw.Book, still: Still, given: Mapping[str, str]) -> bool:
    """Whether the user says yes to what the macro would change; nobody is asked about nothing."""
    with still(book):
        outcome = preview(LiveWorkbook(book), button.macro, **given)
    if not outcome.changed:
        return True
    changes = "\n".join(str(change) for change in outcome.changed)
    question = f"{button.label} would change:\n\n{changes}\n\nDo it?"
    return book.app.alert(question, title=TITLE, buttons="yes_no") == "yes"


def _show(told: Told, book: xw.Book | None = None) -> None:
    """A message box; the log alone when the program cannot even show that."""
    try:
        app = xw.apps.active if book is None else book.app
        app.alert(told.sentence, title=TITLE, mode=told.mode)
    except Exception:
        log.exception("could not be shown: %s", told.sentence)
