"""The engine that xlwings drives: applications, their settings, and cells between it and Python."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import xlwings
from xlwings import base_classes

from xlinventory.hosts.calc.bridge import member, properties
from xlinventory.hosts.calc.engine.books import Books
from xlinventory.hosts.calc.engine.cells import DayNumber
from xlinventory.hosts.calc.inside.windows import window_of
from xlinventory.hosts.calc.office import Office
from xlinventory.hosts.excel.live.cells import ERROR_CODES

NAME = "libreoffice"


class Engine:
    """What ``xlwings.Engine(impl=...)`` wants of a spreadsheet program."""

    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        """One value on its way into a cell: plain Python types, None for a blank."""
        if value is None or isinstance(value, str | bool):
            return value
        item = getattr(value, "item", None)  # NumPy's numbers
        if item is not None and not isinstance(value, np.datetime64):
            value = item()
        if isinstance(value, np.datetime64):
            value = pd.Timestamp(value)
        if value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
            return None
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @staticmethod
    def clean_value_data(
        rows: list[list[Any]],
        dates: Callable[..., Any],
        blank: Any,
        numbers: Callable[[float], Any] | None,
        err_to_str: Any,
    ) -> list[list[Any]]:
        """Cells on their way to the user of xlwings: dates as dates, errors as text or None."""

        def clean(value: Any) -> Any:
            if value is None or value == "":
                return blank
            if isinstance(value, DayNumber):
                moment = value.moment()
                parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                return dates(**{part: getattr(moment, part) for part in parts}, tzinfo=None)
            if isinstance(value, int) and value in ERROR_CODES:
                return str(ERROR_CODES[value]) if err_to_str else None
            return numbers(value) if numbers is not None and isinstance(value, float) else value

        return [[clean(value) for value in row] for row in rows]


class Apps(base_classes.Apps):
    """Every LibreOffice we started, by process number."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._running: dict[int, App] = {}

    def attach(self, office: Office) -> "App":
        """Take a running LibreOffice in."""
        app = self._running[office.pid] = App(self, office)
        return app

    def forget(self, pid: int) -> None:
        """Drop one that has ended."""
        self._running.pop(pid, None)

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> "App":  # noqa: ARG002
        """Start a LibreOffice."""
        app = self.attach(Office())
        if add_book:
            app.books.add()
        return app

    def keys(self) -> list[int]:
        """Process numbers."""
        return list(self._running)

    def __iter__(self) -> Iterator["App"]:
        return iter(list(self._running.values()))

    def __len__(self) -> int:
        return len(self._running)

    def __getitem__(self, pid: int) -> "App":
        return self._running[pid]


class App(base_classes.App):
    """One LibreOffice."""

    engine = None  # the base has a property; here each one has its own

    visible = False
    display_alerts = True  # a program without windows shows none
    enable_events = True
    interactive = True

    def __init__(self, apps: Apps, office: Office) -> None:
        self._apps, self.office = apps, office
        self.engine = apps.engine
        self._status: str | bool = False
        self._updating = True
        self._calculation = "automatic"

    @property
    def api(self) -> Any:
        """LibreOffice's own desktop object."""
        return self.office.desktop

    @property
    def pid(self) -> int:
        """The process number."""
        return self.office.pid

    @property
    def version(self) -> str:
        """The program's version, such as 7.4.7."""
        reader = self.office.service("com.sun.star.configuration.ConfigurationProvider")
        node = reader.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            properties(nodepath="/org.openoffice.Setup/Product"),
        )
        return str(node.getByName("ooSetupVersionAboutBox"))

    @property
    def books(self) -> Books:
        """The open workbooks."""
        return Books(self)

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002 - as xlwings calls it
        """Nothing to bring to the front: there are no windows."""

    def quit(self) -> None:
        """End the program without saving."""
        self._apps.forget(self.pid)
        self.office.stop()

    def kill(self) -> None:
        """The same: it is ended by its number if it does not answer."""
        self.quit()

    def calculate(self) -> None:
        """Calculate every formula of every open workbook: a resized table marks none of its readers stale."""
        for book in self.books:
            book.document.calculateAll()

    @property
    def screen_updating(self) -> bool:
        """Whether windows are redrawn."""
        return self._updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if bool(value) != self._updating:
            for book in self.books:
                (book.document.unlockControllers if value else book.document.lockControllers)()
        self._updating = bool(value)

    @property
    def calculation(self) -> str:
        """``automatic`` or ``manual``."""
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        automatic = {"automatic": True, "semiautomatic": True, "manual": False}[value]
        for book in self.books:
            book.document.enableAutomaticCalculation(automatic)
        self._calculation = value

    @property
    def status_bar(self) -> str | bool:
        """The text we show in the status bar, or False when the program has it."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._status = value if isinstance(value, str) else False
        for book in self.books:
            controller = book.document.CurrentController
            indicator = controller.StatusIndicator if controller else None
            if indicator is not None:
                if self._status:
                    indicator.start(self._status, 0)
                else:
                    indicator.end()

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, _callback: Any = None
    ) -> str:
        """A message box; where there is no window it is answered "ok" or "yes" by itself."""
        document = self.api.getCurrentComponent()
        window = window_of(document) if document else None
        if window is None:
            return "yes" if (buttons or "").startswith("yes") else "ok"
        box = {"yes_no": 3, "yes_no_cancel": 4, "ok_cancel": 2}.get(buttons, 1)
        kind = "QUERYBOX" if buttons and buttons != "ok" else {"critical": "ERRORBOX"}.get(mode, "INFOBOX")
        toolkit = self.office.service("com.sun.star.awt.Toolkit")
        made = toolkit.createMessageBox(window, member("awt.MessageBoxType", kind), box, title or "", prompt)
        return {0: "cancel", 1: "ok", 2: "yes", 3: "no"}[made.execute()]


engine = Engine()


def register() -> xlwings.Engine:
    """Make the engine known to xlwings, once."""
    if NAME not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=engine))
    return xlwings.engines[NAME]
