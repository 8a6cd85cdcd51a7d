"""The engine that xlwings drives LibreOffice with: applications, workbooks, sheets, tables, names, cells."""

from xlinventory.hosts.calc.engine.applications import engine, register

__all__ = ["engine", "register"]
