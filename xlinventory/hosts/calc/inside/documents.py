"""What a document is: loaded from an Excel workbook, one with our tables, changed, in how many windows."""

from typing import Any

from xlinventory.sheets import TABLES

FILTERS = ("Calc MS Excel 2007 XML", "Calc MS Excel 2007 VBA XML", "Calc MS Excel 2007 XML Template")
"""LibreOffice's names for .xlsx, .xlsm and .xltx."""


OWN_FILTERS = ("calc8", "calc8_template")
"""LibreOffice's names for .ods and .ots."""


def is_from_excel(document: Any) -> bool:
    """Whether it is the contents of an .xlsx or .xlsm file."""
    return _filter(document) in FILTERS


def is_of_libreoffice(document: Any) -> bool:
    """Whether it is the contents of an .ods file."""
    return _filter(document) in OWN_FILTERS


def _filter(document: Any) -> str | None:
    """What it was read with, or saved with since."""
    return {item.Name: item.Value for item in document.getArgs()}.get("FilterName")


def has_our_tables(document: Any) -> bool:
    """Whether it has at least one of the tables that macros work on."""
    return any(name in TABLES for name in document.DatabaseRanges.ElementNames)


def views(document: Any) -> list[Any]:
    """Its controllers, one for each window."""
    found, controllers = [], document.getControllers()
    while controllers.hasMoreElements():
        found.append(controllers.nextElement())
    return found


def set_modified(document: Any, *, modified: bool) -> None:
    """Whether LibreOffice takes a document for changed: its charts too, which follow their cells."""
    document.setModified(modified)
    if modified or not document.isModified():
        return
    for i in range(document.Sheets.Count):
        charts = document.Sheets.getByIndex(i).Charts
        for name in charts.ElementNames:
            charts.getByName(name).EmbeddedObject.setModified(False)
