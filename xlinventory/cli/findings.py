"""What the terminal shows of the doctor's findings."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from xlinventory.hosts.doctor.checks import Finding, Verdict

COLOURS = {Verdict.OK: "green", Verdict.LOOK: "yellow", Verdict.WRONG: "bold red"}


def print_findings(console: Console, findings: Iterable[Finding]) -> bool:
    """One line a finding; returns whether something is in the way."""
    grid = Grid(box=SIMPLE_HEAD)
    for title in ("check", "found", "", "what to do"):
        grid.add_column(title, overflow="fold")
    wrong = False
    for finding in findings:
        verdict = Text(finding.verdict.value, style=COLOURS[finding.verdict])
        grid.add_row(Text(finding.check), Text(finding.found), verdict, Text(finding.advice))
        wrong = wrong or finding.verdict is Verdict.WRONG
    console.print(grid)
    return wrong
