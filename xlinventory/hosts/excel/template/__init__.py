"""What is on the sheets of the template workbook: tables, settings, start page, charts, function examples."""

from xlinventory.hosts.excel.template.workbook import build

__all__ = ["build"]
