"""About: which version this is, what it runs on, and where the help is."""

import platform
from importlib.metadata import PackageNotFoundError, version

from xlinventory import __version__
from xlinventory.macros.frame import Run, macro
from xlinventory.registry import registered

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "xlwings", "openpyxl", "XlsxWriter", "formualizer")


@macro("about", "About", logged=False)
def about(run: Run) -> str:
    """Tell the version, what this workbook is, and where its help is."""
    run.findings.append(f"Python {platform.python_version()} on {platform.system()}")
    run.findings += [f"{name} {_version(name)}" for name in PACKAGES]
    count = len(list(registered()))
    return (
        f"xlinventory {__version__}: inventory management in a spreadsheet, with {count} worksheet functions "
        "and a reason on every line of the reorder list. Help: the sheet Start for the steps, the sheet "
        "Functions and fx for formulas, the note on each column header for tables."
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"
