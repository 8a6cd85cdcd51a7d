"""Formulas typed into a workbook from Excel: as soon as their cells are left, blanks reach our functions.

LibreOffice tells of some changes of cells only, and not of array formulas; but whatever is entered is entered
into what is selected, so what was selected is looked at when something else is. It is not looked at at once:
LibreOffice is in the middle of something then.
"""

import logging
from typing import Any

from xlinventory.hosts.calc.bridge import uno
from xlinventory.hosts.calc.formulas.adoption import adopt, adopt_cells
from xlinventory.hosts.calc.inside.at_work import at_work
from xlinventory.hosts.calc.inside.documents import views
from xlinventory.hosts.calc.inside.objects import uno_class

CELLS = "com.sun.star.sheet.SheetCellRanges", "com.sun.star.sheet.SheetCellRange"
"""What a selection of cells is; it may be a drawing or a chart."""
_watched: list[Any] = []
"""Views whose selection we are told of; one that is closed leaves the list."""

log = logging.getLogger("xlinventory.typed")


def watch(context: Any, document: Any) -> None:
    """Be told of the selection in every view of a document that is not watched yet."""
    later = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context)
    for view in views(document):
        if view not in _watched:
            _watched.append(view)
            listener = uno_class(_Selected, "view.XSelectionChangeListener")
            view.addSelectionChangeListener(listener(document, view, later))


def settle(document: Any) -> None:
    """Adopt what was typed, pasted or written anywhere, as on opening."""
    if not document.isReadonly():
        adopt(document)


class _Selected:
    """Is told that something else is selected in a view."""

    def __init__(self, document: Any, view: Any, later: Any) -> None:
        self._document, self._view, self._later = document, view, later
        self._left = view.getSelection()

    def selectionChanged(self, _event: Any) -> None:  # noqa: N802
        left, self._left = self._left, self._view.getSelection()
        if left is not None and any(map(left.supportsService, CELLS)):
            self._later.addCallback(uno_class(_Later, "awt.XCallback")(self._document, left), None)

    def disposing(self, _event: Any) -> None:
        if self._view in _watched:
            _watched.remove(self._view)


class _Later:
    """Is called when LibreOffice has nothing else to do."""

    def __init__(self, document: Any, cells: Any) -> None:
        self._document, self._cells = document, cells

    def notify(self, _data: Any) -> None:
        """Adopt what is in the cells, unless a macro writes: that is looked at when it is done."""
        try:
            if not at_work() and not self._document.isReadonly():
                adopt_cells(self._document, self._cells)
        except uno().getClass("com.sun.star.lang.DisposedException"):
            return  # the document was closed meanwhile
        except Exception:
            log.exception("what was typed could not be looked at")
