"""The embedded default host: opens, calculates and saves a workbook file with pip packages alone."""

from xlinventory.hosts.file.book import FileWorkbook

__all__ = ["FileWorkbook"]
