"""Workbooks of LibreOffice: opened, saved, printed, closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xlwings import XlwingsError, base_classes

from xlinventory.hosts.calc.bridge import properties, system_path, uno, url
from xlinventory.hosts.calc.engine.ending import tells_the_end
from xlinventory.hosts.calc.engine.names import Names
from xlinventory.hosts.calc.engine.sheets import Sheets
from xlinventory.workbook import WorkbookError

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
}
"""What LibreOffice calls the file formats we save."""
PDF = {"standard": {}, "minimum": {"Quality": 50, "ReduceImageResolution": True, "MaxImageResolution": 150}}
"""Settings of LibreOffice's PDF export, by xlwings' names of quality."""
_REFUSALS = ("com.sun.star.io.IOException", "com.sun.star.lang.IllegalArgumentException")
NEVER_EXECUTE = 0
"""com.sun.star.document.MacroExecMode: macros of a file stay where they are."""


class SameNameError(WorkbookError, KeyError):
    """Several open workbooks have the name that was asked for."""

    def __str__(self) -> str:
        return WorkbookError.__str__(self)


@tells_the_end
class Books(base_classes.Books):
    """The open workbooks of one LibreOffice."""

    def __init__(self, app: base_classes.App) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        """LibreOffice's own desktop object."""
        return self.app.api

    @property
    def active(self) -> "Book":
        """The workbook in front: whose window it is, or the one opened or activated last."""
        books = self._all()
        if not books:
            raise XlwingsError("no workbook is open")
        shown = self.api.CurrentComponent if self.app.visible else None
        number = getattr(shown, "RuntimeUID", self.app.front)
        return next((book for book in books if book.number == number), books[-1])

    def __call__(self, name_or_index: str | int) -> "Book":
        """One workbook by its name or place.

        Raises SameNameError when several have the name: in xlwings, ``books.open`` asks for the path then.
        """
        books = self._all()
        if isinstance(name_or_index, int):
            return books[name_or_index - 1]
        found = [book for book in books if book.name.lower() == name_or_index.lower()]
        if not found:
            raise KeyError(name_or_index)
        if len(found) > 1:
            places = " and ".join(book.fullname for book in found)
            raise SameNameError(f"several workbooks named {name_or_index} are open: {places}; give the path")
        return found[0]

    def __contains__(self, name: str) -> bool:
        return any(book.name.lower() == name.lower() for book in self._all())

    def __iter__(self) -> Iterator["Book"]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def add(self) -> "Book":
        """A new, empty workbook."""
        return self._load("private:factory/scalc", "a new workbook")

    def open(self, fullname: str, update_links: Any = None, read_only: Any = None, *_more: Any) -> "Book":  # noqa: ARG002
        """Open a file, every formula calculated anew: files built from text hold none or old results.

        A file that is open already is not opened twice.
        """
        for book in self._all():
            if book.is_at(fullname):
                return book
        book = self._load(url(fullname), fullname, ReadOnly=bool(read_only))
        book.document.calculateAll()
        return book

    def _load(self, address: str, name: str, **options: Any) -> "Book":
        given = properties(Hidden=not self.app.visible, MacroExecutionMode=NEVER_EXECUTE, **options)
        with _plainly(f"LibreOffice could not open {name}"):
            document = self.api.loadComponentFromURL(address, "_blank", 0, given)
        if document is None:
            raise WorkbookError(f"LibreOffice could not open {name}")
        if not _is_workbook(document):
            document.close(True)  # noqa: FBT003 - UNO takes no names
            raise WorkbookError(f"{name} is not a workbook")
        self.app.front = document.RuntimeUID
        return Book(self.app, document)

    def _all(self) -> list["Book"]:
        found, components = [], self.api.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if _is_workbook(component):
                found.append(Book(self.app, component))
        return sorted(found, key=lambda book: int(book.number))


@tells_the_end
class Book(base_classes.Book):
    """One workbook."""

    app = None  # the base has a property; here each book has its own

    def __init__(self, app: base_classes.App, document: Any) -> None:
        self.app, self.document = app, document

    @property
    def api(self) -> Any:
        """LibreOffice's own document object."""
        return self.document

    @property
    def number(self) -> str:
        """What LibreOffice tells its documents apart by."""
        return self.document.RuntimeUID

    @property
    def fullname(self) -> str:
        """The path of its file, or its title when it has none."""
        return system_path(self.document.URL) if self.document.URL else self.document.Title

    @property
    def name(self) -> str:
        """The name of its file."""
        return Path(self.fullname).name

    @property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """Its defined names."""
        return Names(self)

    @property
    def window(self) -> Any:
        """Its window; one that is not visible when it was opened without, None when it has none at all."""
        controller = self.document.CurrentController
        return controller.Frame.ContainerWindow if controller else None

    @property
    def indicator(self) -> Any:
        """The progress line of its window, or None."""
        controller = self.document.CurrentController
        return controller.StatusIndicator if controller else None

    def is_at(self, path: str) -> bool:
        """Whether its file is the one at a path, by whatever name."""
        place = Path(self.fullname)
        return bool(self.document.URL) and place.exists() and Path(path).exists() and place.samefile(path)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Write the file, under its own name when none is given."""
        target = Path(path or self.fullname)
        if target.suffix.lower() not in FILTERS:
            raise WorkbookError(f"{target.name}: a workbook is saved as {', '.join(FILTERS)}")
        if password:
            raise NotImplementedError("saving with a password")  # LibreOffice would leave .xlsx open to all
        given = properties(FilterName=FILTERS[target.suffix.lower()], Overwrite=True)
        with _not_written(target):
            self.document.storeAsURL(url(target), given)

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        """Print all visible sheets into a PDF file."""
        settings = uno().Any("[]com.sun.star.beans.PropertyValue", properties(**PDF[quality]))
        given = properties(FilterName="calc_pdf_Export", FilterData=settings, Overwrite=True)
        with _not_written(Path(path)):
            self.document.storeToURL(url(path), given)

    def close(self) -> None:
        """Close it without saving."""
        self.app.aside.forget(*(book.number for book in self.app.books if book != self))
        self.document.setModified(False)
        self.document.close(True)  # noqa: FBT003 - UNO takes no names

    def activate(self) -> None:
        """Bring it to the front."""
        self.app.front = self.number
        if self.app.visible and self.window is not None:
            self.document.CurrentController.Frame.activate()
            self.window.toFront()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Book) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


def _is_workbook(component: Any) -> bool:
    """Whether something that is open is a workbook; the help window, for one, is nothing of the kind."""
    services = getattr(component, "supportsService", None)
    return services is not None and services("com.sun.star.sheet.SpreadsheetDocument")


def _not_written(target: Path) -> Any:
    return _plainly(
        f"{target} could not be written: is its folder there, and the file free and yours to change?"
    )


@contextmanager
def _plainly(sentence: str) -> Iterator[None]:
    """One sentence in place of LibreOffice's own; the end of the program itself is told elsewhere."""
    refusals = tuple(map(uno().getClass, _REFUSALS))
    try:
        yield
    except refusals as error:
        raise WorkbookError(sentence) from error
