"""What is said when LibreOffice ends in the middle of a call, or refuses it: one sentence, no UNO exception.

UNO's exceptions are not quite Python's: nobody can set their traceback, so they cannot pass through a context
manager of the standard library.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from xlwings import XlwingsError

from xlinventory.hosts.calc.bridge import uno
from xlinventory.workbook import WorkbookError

ENDED = "LibreOffice has ended; open the workbook again: it is as it was last saved"
_OWNERS = ("app", "book", "sheet", "table")
"""What the things of an application know it by, one or more steps up."""
C = TypeVar("C", bound=type)


def tells_the_end(kind: C) -> C:
    """Make every method and property of a class raise WorkbookError when its LibreOffice has ended.

    Whatever else UNO complains of becomes an XlwingsError.
    """
    for name, member in list(vars(kind).items()):
        if isinstance(member, property):
            parts = (member.fget, member.fset, member.fdel)
            setattr(kind, name, property(*(part and _told(part) for part in parts), doc=member.__doc__))
        elif callable(member) and not isinstance(member, type) and name != "__init__":
            setattr(kind, name, _told(member))
    return kind


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def told(self: Any, *arguments: Any, **named: Any) -> Any:
        try:
            return method(self, *arguments, **named)
        except _unos_errors() as error:
            if not _office(self).answers():
                _office(self).stop()  # what is left of it
                raise WorkbookError(ENDED) from error
            what = type(error).__name__.rpartition(".")[2]
            raise XlwingsError(f"LibreOffice refused: {what} {error}") from error

    return told


def _unos_errors() -> tuple[type, ...]:
    """What UNO raises; a bridge that is gone is an unknown property, an illegal object, or disposed."""
    return (uno().getClass("com.sun.star.uno.Exception"), uno().getClass("com.sun.star.uno.RuntimeException"))


def _office(thing: Any) -> Any:
    """The LibreOffice that something belongs to."""
    known = vars(thing)
    return known["office"] if "office" in known else _office(known[next(o for o in _OWNERS if o in known)])
