"""LibreOffice Calc: the program behind a pipe, as an engine of xlwings."""

from xlinventory.hosts.calc.engine import engine, register
from xlinventory.hosts.calc.program.office import Office

__all__ = ["Office", "engine", "register"]
