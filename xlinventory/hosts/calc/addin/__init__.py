"""The LibreOffice extension (.oxt): functions, menu, toolbar, written from registry and buttons."""

from xlinventory.hosts.calc.addin.package import IDENTIFIER, build

__all__ = ["IDENTIFIER", "build"]
