"""What sheets, tables and defined names of a document have in common: the document and a name."""

from typing import Any

from xlwings import base_classes

from xlinventory.hosts.calc.engine.ending import tells_the_end


@tells_the_end
class Named:
    """A thing of a document that has a name; stands before the class of xlwings it belongs to."""

    api = book = None  # xlwings' bases have properties; here each thing has its own

    def __init__(self, book: base_classes.Book, api: Any) -> None:
        self.book, self.api = book, api

    @property
    def name(self) -> str:
        """The name."""
        return self.api.Name

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
