"""The command line: the same verbs as the buttons, the same functions as the sheet."""

from xlinventory.cli.commands import main

__all__ = ["main"]
