"""Every LibreOffice that xlwings may drive, and the engine it drives them by."""

from collections.abc import Iterator
from typing import Any

import xlwings
from xlwings import base_classes

from xlinventory.hosts.calc.engine import values
from xlinventory.hosts.calc.engine.application import App
from xlinventory.hosts.calc.program.office import Office, Running
from xlinventory.hosts.calc.program.prepared import with_extension

NAME = "libreoffice"


class Engine:
    """What ``xlwings.Engine(impl=...)`` wants of a spreadsheet program."""

    name, type = NAME, "desktop"
    prepare_xl_data_element = staticmethod(values.for_a_cell)
    clean_value_data = staticmethod(values.for_a_person)

    def __init__(self) -> None:
        self.apps = Apps(self)


class Apps(base_classes.Apps):
    """Every LibreOffice we started or were given, by process number, the active one first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._running: dict[int, App] = {}

    def attach(self, office: Running) -> App:
        """Take a running LibreOffice in; it is the active one then."""
        self.forget(office.pid)
        app = self._running[office.pid] = App(self.engine, office)
        return app

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:  # noqa: ARG002
        """Start a LibreOffice that has our extension, with windows when *visible* is True."""
        app = self.attach(Office(visible=visible is True, prepare=with_extension))
        if add_book:
            app.books.add()
        return app

    def forget(self, pid: int) -> None:
        """Drop one that has ended."""
        self._running.pop(pid, None)

    def to_front(self, app: App) -> None:
        """Make one the active one, and this engine the one that xlwings looks for it in."""
        self._running[app.pid] = self._running.pop(app.pid, app)
        register().activate()

    @staticmethod
    def cleanup() -> None:
        """Nothing is left over: every LibreOffice ends with all it started."""

    def keys(self) -> list[int]:
        """Process numbers."""
        return [app.pid for app in self]

    def __iter__(self) -> Iterator[App]:
        for pid, app in reversed(list(self._running.items())):
            if app.office.answers():
                yield app
            else:
                self.forget(pid)
                app.office.stop()  # what is left of it

    def __len__(self) -> int:
        return len(self.keys())

    def __getitem__(self, pid: int) -> App:
        for app in self:
            if app.pid == pid:
                return app
        raise KeyError(pid)


engine = Engine()


def register() -> xlwings.Engine:
    """Make the engine known to xlwings, and its active one where there is no Excel to drive."""
    if NAME not in xlwings.engines.engines_by_name:
        xlwings.engines.add(xlwings.Engine(impl=engine))
    known = xlwings.engines[NAME]
    if xlwings.engines.active is None:
        known.activate()
    return known
