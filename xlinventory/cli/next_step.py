"""What to do with a new file on this system, in one sentence."""

from collections.abc import Mapping
from pathlib import Path

from xlinventory.hosts.doctor.machine import word

ELSEWHERE = "linux"
_BY_COMMAND = "fill Settings and Items, or run: xlinventory refresh {book} FOLDER"

STEPS: Mapping[tuple[str, str], str] = {
    (".xlsx", ELSEWHERE): _BY_COMMAND,
    (".ods", ELSEWHERE): "open it with: xlinventory calc open {book} - its menu Inventory has the buttons",
    (".xlsm", "win32"): "open it in Excel, allow its macros, and press Refresh from CSV on the tab Inventory",
    (".xlsm", "darwin"): (
        "run once: xlwings runpython install - then open it in Excel, allow its macros, and press Refresh "
        "from CSV on the tab Inventory (on a Mac the buttons work, the formulas do not)"
    ),
    (".xlsm", ELSEWHERE): f"its buttons and formulas work in Excel on Windows; here {_BY_COMMAND}",
    (
        ".xlam",
        "win32",
    ): "in Excel choose it under File, Options, Add-ins, Go, Browse: the tab Inventory add-in",
    (".xlam", "darwin"): (
        "run once: xlwings runpython install - then choose it in Excel under Tools, Excel Add-ins, Browse: "
        "the tab Inventory add-in"
    ),
    (".xlam", ELSEWHERE): "it works in Excel on Windows, and its buttons on a Mac; build it there",
}
"""What comes next, by the file's ending and the system; what is the same everywhere stands once."""


def next_step(book: Path, system: str) -> str:
    """The sentence for a file just built, on a system as ``sys.platform`` names it."""
    ending = book.suffix.lower()
    told = STEPS.get((ending, system)) or STEPS[ending, ELSEWHERE]
    return f"Built {book}: {told.format(book=word(book, system))}"
