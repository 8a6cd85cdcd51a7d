"""LibreOffice Calc: the program behind a pipe, as an engine of xlwings."""

from xlinventory.hosts.calc.engine import engine, register
from xlinventory.hosts.calc.office import Office

__all__ = ["Office", "engine", "register"]
