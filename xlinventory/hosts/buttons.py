"""The buttons of every host, in one table: Excel's ribbon and LibreOffice's menu are made from it.

What a macro's button says comes from the macro itself; here is only where it stands, what it looks like
and which sheet its result is on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import xlinventory.macros  # noqa: F401  - importing it records the macros
from xlinventory.macros.frame import Macro, macros

TITLE = "Inventory"
"""Name of the ribbon tab, of the menu and of every message box."""


class Size(Enum):
    """How much room a button takes, in the words of the ribbon."""

    LARGE = "large"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Action:
    """A button that runs the macro of its name, then shows the sheet its result is on, if it has one."""

    id: str
    sheet: str | None
    icon: str
    size: Size = Size.NORMAL

    @property
    def macro(self) -> str:
        """The verb it runs."""
        return self.id

    @property
    def label(self) -> str:
        """What stands on it."""
        return self._told.title

    @property
    def help(self) -> str:
        """What it does, in one sentence."""
        return self._told.help

    @property
    def _told(self) -> Macro:
        return next(macro for macro in macros() if macro.name == self.id)


@dataclass(frozen=True, slots=True)
class View:
    """A button that only shows a sheet."""

    id: str
    sheet: str
    icon: str
    label: str
    help: str
    size: Size = Size.NORMAL

    macro = None


Button = Action | View


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that stand together under one heading."""

    label: str
    buttons: tuple[Button, ...]


GROUPS = (
    Group("Data", (
        Action("refresh", "Start", "RefreshAll", Size.LARGE),
        View("import_settings", "ImportMap", "GetExternalDataFromText", "Import settings",
             "See and change which column of a CSV file is read as what."),
        Action("check", None, "ErrorChecking"),
    )),
    Group("Plan", (
        Action("forecast", "Forecast", "ChartTypeLineInsertGallery", Size.LARGE),
        Action("plan", "Items", "CalculateNow", Size.LARGE),
        Action("reorder", "Reorder", "TableInsertExcel", Size.LARGE),
        View("whatif", "WhatIf", "WhatIfAnalysisMenu", "What-if",
             "Try other service levels, lead times and costs beside the plan, without changing it."),
    )),
    Group("Orders", (
        Action("orders", "PurchaseOrders", "FileNew", Size.LARGE),
        Action("export", None, "FileSaveAsExcelXlsx"),
        Action("receive", "PurchaseOrders", "FileCheckIn"),
        Action("overdue", "Overdue", "ConditionalFormattingHighlightDateOccuring"),
    )),
    Group("Accounts", (
        Action("value", "Valuation", "AccountingFormatMenu", Size.LARGE),
        Action("close", "Closings", "SheetProtect"),
    )),
    Group("Reports", (
        Action("turnover", "Turnover", "PivotTableInsert"),
        Action("suppliers", "SupplierScores", "ConditionalFormattingIconSetsGallery"),
        View("dashboard", "Dashboard", "ChartTypeColumnInsertGallery", "Dashboard",
             "Six figures and seven charts of how things stand."),
    )),
    Group("Safety", (
        Action("undo", None, "Undo", Size.LARGE),
        View("log", "Log", "ReviewTrackChangesMenu", "Log", "See what was run when, and what it said."),
    )),
    Group("Help", (
        View("functions", "Functions", "FunctionWizard", "Functions",
             "Every worksheet function with a live example that tests itself."),
        Action("selftest", "Functions", "FormulaEvaluate"),
        Action("about", None, "Help"),
    )),
)  # fmt: skip


def buttons() -> Iterator[Button]:
    """All buttons in order."""
    return (button for group in GROUPS for button in group.buttons)


def find_button(name: str) -> Button:
    """The button of that name; KeyError if there is none."""
    return {button.id: button for button in buttons()}[name]
