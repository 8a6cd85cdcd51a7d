"""Tables: LibreOffice keeps them as database ranges."""

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from xlinventory.hosts.calc.engine.ending import tells_the_end
from xlinventory.hosts.calc.engine.named import Named
from xlinventory.hosts.calc.engine.ranges import Range, range_of


@tells_the_end
class Tables(base_classes.Tables):
    """The tables of one sheet, from top left to bottom right."""

    api = None  # the base has a property; here each one has its own

    def __init__(self, sheet: base_classes.Sheet) -> None:
        self.sheet = sheet
        self.api = sheet.book.document.DatabaseRanges
        self._mine: list[Table] | None = None  # looked for once: every table of the book has to be asked

    def __iter__(self) -> Iterator["Table"]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, name: str) -> bool:
        return any(table.name == name for table in self._all())

    def __call__(self, name_or_index: str | int) -> "Table":
        """One table by its name or place."""
        mine = self._all()
        if isinstance(name_or_index, int):
            return mine[name_or_index - 1]
        for table in mine:
            if table.name.lower() == name_or_index.lower():
                return table
        raise KeyError(name_or_index)

    def add(
        self,
        source_type: Any = None,  # noqa: ARG002 - xlwings hands every option over by name
        source: Any = None,
        link_source: Any = None,  # noqa: ARG002
        has_headers: bool | None = None,  # noqa: FBT001 - given by name
        destination: Any = None,  # noqa: ARG002
        table_style_name: str | None = None,  # noqa: ARG002 - database ranges have no style
        name: str | None = None,
    ) -> "Table":
        """Make a table of cells."""
        numbered = (f"Table{number}" for number in range(1, self.api.Count + 2))
        chosen = name or next(free for free in numbered if not self.api.hasByName(free))
        self.api.addNewByName(chosen, source.impl.api.RangeAddress)
        area = self.api.getByName(chosen)
        area.ContainsHeader, area.AutoFilter = bool(has_headers), True
        self._mine = None
        return Table(self.sheet.book, area)

    def _all(self) -> list["Table"]:
        if self._mine is not None:
            return self._mine
        here, place = [], self.sheet.index - 1
        for name in self.api.ElementNames:
            area = self.api.getByName(name)
            address = area.DataArea
            if address.Sheet == place:
                here.append((address.StartColumn, address.StartRow, Table(self.sheet.book, area)))
        self._mine = [table for _, _, table in sorted(here, key=lambda found: found[:2])]
        return self._mine


@tells_the_end
class Table(Named, base_classes.Table):
    """One table."""

    display_name = Named.name

    @property
    def parent(self) -> base_classes.Sheet:
        """The sheet it stands on."""
        return self.range.sheet

    @property
    def range(self) -> Range:
        """Header, body and totals row."""
        return range_of(self.book, self.api.DataArea)

    @property
    def show_headers(self) -> bool:
        """Whether it has a header row."""
        return self.api.ContainsHeader

    @property
    def header_row_range(self) -> Range | None:
        """The header row."""
        return self.range.rows_from(0, 1) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        """The rows between header and totals."""
        above, count = int(self.show_headers), self.range.shape[0]
        rows = count - above - int(self.show_totals)
        return self.range.rows_from(above, rows) if rows > 0 else None

    @property
    def totals_row_range(self) -> Range | None:
        """The totals row."""
        return self.range.rows_from(self.range.shape[0] - 1, 1) if self.show_totals else None

    @property
    def show_totals(self) -> bool:
        """Whether it has a totals row."""
        return self.api.TotalsRow

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        """Put the totals row aside, or back below the last row; like Excel, remember what was in it."""
        if bool(value) == self.show_totals:
            return
        aside, place = self.book.app.aside, (self.book.number, self.name)
        if value:
            self._stretch(1)
            aside.put_back(*place, self.totals_row_range.api)
        else:
            aside.keep(*place, self.totals_row_range.api)
            self.totals_row_range.clear()
            self._stretch(-1)

    def _stretch(self, rows: int) -> None:
        area = self.api.DataArea
        area.EndRow += rows
        self.api.TotalsRow = rows > 0
        self.api.setDataArea(area)

    @property
    def autofilter(self) -> "AutoFilter":
        """Its filter."""
        return AutoFilter(self)

    @property
    def show_autofilter(self) -> bool:
        """Whether its header has filter buttons."""
        return self.api.AutoFilter

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.api.AutoFilter = bool(value)

    def resize(self, area: Any) -> None:
        """Give it other rows and columns, the same header cell; *area* is xlwings' own range."""
        self.api.setDataArea(area.impl.api.RangeAddress)


@tells_the_end
class AutoFilter(base_classes.AutoFilter):
    """The filter of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """One entry for every column; what LibreOffice filters by is not told apart."""
        fields = {field.Field for field in self.table.api.getFilterDescriptor().getFilterFields()}
        return [
            base_classes.empty_autofilter_criteria(i + 1, "unknown" if i in fields else "none")
            for i in range(self.table.range.shape[1])
        ]

    def clear(self, field: int | None = None) -> None:
        """Show all rows again; xlwings' other filters by one field are not served."""
        if field is not None:
            raise NotImplementedError("clearing one field of a filter")
        area = self.table.range.api
        nothing = area.createFilterDescriptor(True)  # noqa: FBT003 - an empty one
        nothing.ContainsHeader = True
        area.filter(nothing)
        self.table.api.getFilterDescriptor().setFilterFields(())
