"""A workbook from Excel was saved LibreOffice's own way: the file is our own work, not a stranger's."""

from typing import Any

from xlinventory.hosts.calc.inside.documents import is_from_excel


def saved(_context: Any, document: Any | None) -> None:
    """Remember the file as it is now."""
    if document is not None and is_from_excel(document):
        from xlinventory.hosts.calc.files.stamps import remember  # noqa: PLC0415 - only when it is needed

        remember(document)
