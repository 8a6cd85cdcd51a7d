"""Defined names of a workbook."""

from collections.abc import Iterator

from xlwings import base_classes

from xlinventory.hosts.calc.bridge import struct
from xlinventory.hosts.calc.engine.ending import tells_the_end
from xlinventory.hosts.calc.engine.named import Named
from xlinventory.hosts.calc.engine.ranges import Range, range_of
from xlinventory.hosts.calc.formulas.grammar import to_calc, to_excel


@tells_the_end
class Names(base_classes.Names):
    """The names a workbook defines."""

    api = None  # the base has a property; here each one has its own

    def __init__(self, book: base_classes.Book) -> None:
        self.book = book
        self.api = book.document.NamedRanges

    def __len__(self) -> int:
        return self.api.Count

    def __iter__(self) -> Iterator["Name"]:
        return iter([Name(self.book, self.api.getByName(name)) for name in self.api.ElementNames])

    def __call__(self, name_or_index: str | int) -> "Name":
        """One name by its text or place."""
        if isinstance(name_or_index, int):
            return list(self)[name_or_index - 1]
        if not self.contains(name_or_index):
            raise KeyError(name_or_index)
        return Name(self.book, self.api.getByName(name_or_index))

    def contains(self, name: str) -> bool:
        """Whether there is such a name."""
        return bool(self.api.hasByName(name))

    def add(self, name: str, refers_to: str) -> "Name":
        """Define a name, or define it anew."""
        if self.contains(name):
            self.api.removeByName(name)
        content = to_calc(refers_to).removeprefix("=")
        self.api.addNewByName(name, content, struct("table.CellAddress", Sheet=0, Column=0, Row=0), 0)
        return self(name)


@tells_the_end
class Name(Named, base_classes.Name):
    """One defined name."""

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return to_excel("=" + self.api.Content)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.setContent(to_calc(value).removeprefix("="))

    @property
    def refers_to_range(self) -> Range:
        """The cells it stands for."""
        return range_of(self.book, self.api.getReferredCells().RangeAddress)

    def delete(self) -> None:
        """Remove it."""
        self.book.document.NamedRanges.removeByName(self.api.Name)
