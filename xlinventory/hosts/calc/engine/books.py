"""Workbooks of LibreOffice: opened without a window, saved, closed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlinventory.hosts.calc.bridge import properties, system_path, url
from xlinventory.hosts.calc.engine.names import Names
from xlinventory.hosts.calc.engine.sheets import Sheets
from xlinventory.workbook import WorkbookError

if TYPE_CHECKING:
    from xlinventory.hosts.calc.engine.applications import App

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
}
"""What LibreOffice calls the file formats we save."""
NEVER_EXECUTE = 0
"""com.sun.star.document.MacroExecMode: macros of a file stay where they are."""


class Books(base_classes.Books):
    """The open workbooks of one LibreOffice."""

    def __init__(self, app: "App") -> None:
        self.app = app

    @property
    def api(self) -> Any:
        """LibreOffice's own desktop object."""
        return self.app.api

    @property
    def active(self) -> "Book":
        """The workbook opened last."""
        return self._all()[-1]

    def __call__(self, name_or_index: str | int) -> "Book":
        """One workbook by its name or place."""
        books = self._all()
        if isinstance(name_or_index, int):
            return books[name_or_index - 1]
        for book in books:
            if book.name.lower() == name_or_index.lower():
                return book
        raise KeyError(name_or_index)

    def __iter__(self) -> Iterator["Book"]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def add(self) -> "Book":
        """A new, empty workbook."""
        return self._load("private:factory/scalc")

    def open(self, fullname: str, update_links: Any = None, read_only: Any = None, *_more: Any) -> "Book":  # noqa: ARG002
        """Open a file, every formula calculated anew: files built from text hold none or old results."""
        book = self._load(url(fullname), ReadOnly=bool(read_only))
        book.document.calculateAll()
        return book

    def _load(self, address: str, **options: Any) -> "Book":
        given = properties(Hidden=True, MacroExecutionMode=NEVER_EXECUTE, **options)
        document = self.api.loadComponentFromURL(address, "_blank", 0, given)
        if document is None:
            raise WorkbookError(f"LibreOffice could not open {address}")
        return Book(self.app, document)

    def _all(self) -> list["Book"]:
        found, components = [], self.api.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(Book(self.app, component))
        return sorted(found, key=lambda book: int(book.document.RuntimeUID))


class Book(base_classes.Book):
    """One workbook."""

    app = None  # the base has a property; here each book has its own

    def __init__(self, app: "App", document: Any) -> None:
        self.app, self.document = app, document

    @property
    def api(self) -> Any:
        """LibreOffice's own document object."""
        return self.document

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

    def save(self, path: str | None = None, password: str | None = None) -> None:  # noqa: ARG002
        """Write the file, under its own name when none is given."""
        target = Path(path or self.fullname)
        if target.suffix.lower() not in FILTERS:
            raise WorkbookError(f"{target.name}: a workbook is saved as {', '.join(FILTERS)}")
        given = properties(FilterName=FILTERS[target.suffix.lower()], Overwrite=True)
        self.document.storeAsURL(url(target), given)

    def close(self) -> None:
        """Close it without saving."""
        self.document.setModified(False)
        self.document.close(True)  # noqa: FBT003 - UNO takes no names

    def activate(self) -> None:
        """Nothing to bring to the front: there are no windows."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Book) and self.document.RuntimeUID == other.document.RuntimeUID

    def __hash__(self) -> int:
        return hash(self.document.RuntimeUID)
