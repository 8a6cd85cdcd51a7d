"""What became of the lines of all files: every line read is taken, already there or refused."""

from dataclasses import dataclass, field

import pandas as pd

from xlinventory.imports.issues import counted


@dataclass
class Tally:
    """Lines *read*, *taken* and *refused*, counted as it is told; those left over were already there."""

    read: int = 0
    taken: int = 0
    refused: int = 0
    issues: list[pd.DataFrame] = field(default_factory=list)

    def tell(self, found: pd.DataFrame) -> None:
        """Keep issues; those about a line count it as refused, those about a whole file have no line."""
        self.issues.append(found)
        self.refused += int(found["line"].notna().sum())

    def note(self, found: pd.DataFrame) -> None:
        """Keep issues of lines that are taken all the same."""
        self.issues.append(found)

    def sentence(self, known: int, unknown: int, added: int, beside: int) -> str:
        """What is said of a refresh: *known* and *unknown* files, items *added*, movements kept *beside*."""
        there = self.read - self.taken - self.refused
        see = " (see ImportIssues)" if self.refused or unknown else ""
        told = (
            f"Read {counted(self.read, 'line')} from {counted(known, 'file')}: {self.taken:,} taken, "
            f"{there:,} already there, {self.refused:,} refused{see}"
        )
        if unknown:
            told += f"; {counted(unknown, 'file')} not understood"
        if added:
            told += f"; {counted(added, 'new item')} added to Items"
        if beside:
            told += f"; {counted(beside, 'movement')} kept beside the workbook (see MovementFiles)"
        return f"{told}."
