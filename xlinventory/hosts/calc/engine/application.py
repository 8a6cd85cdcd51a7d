"""One LibreOffice as xlwings knows an application: its settings, its workbooks, what it shows a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from xlwings import base_classes

from xlinventory.hosts.calc.bridge import properties, system_path
from xlinventory.hosts.calc.engine import screen
from xlinventory.hosts.calc.engine.books import Books
from xlinventory.hosts.calc.engine.ending import tells_the_end
from xlinventory.hosts.calc.engine.totals import Aside
from xlinventory.hosts.calc.program.office import Running

CALCULATION = {"automatic": True, "semiautomatic": True, "manual": False}
"""Whether LibreOffice calculates by itself, by xlwings' names."""


@tells_the_end
class App(base_classes.App):
    """One LibreOffice."""

    engine = None  # the base has a property; here each one has its own

    display_alerts = True  # nothing is asked that could be kept back
    enable_events = True
    interactive = True

    def __init__(self, engine: Any, office: Running) -> None:
        self.engine, self.office = engine, office
        self.aside = Aside()
        self.front: str | None = None
        """The document that was opened or activated last, by its number."""
        self._visible = office.visible
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
    def path(self) -> str:
        """The folder of the program."""
        settings = self.office.service("com.sun.star.util.PathSubstitution")
        return str(Path(system_path(settings.getSubstituteVariableValue("$(prog)"))))

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

    @property
    def visible(self) -> bool:
        """Whether its windows are shown."""
        return self._visible

    @visible.setter
    def visible(self, value: bool) -> None:
        """Show or hide its windows; one that was started without any stays so, as in ``xw.App()``."""
        if not self.office.visible or bool(value) == self._visible:
            return
        self._visible = bool(value)
        for book in self.books:
            if book.window is not None:
                book.window.setVisible(self._visible)

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002 - as xlwings calls it
        """Make it the one that xlwings means by "active", with its window in front when there is one."""
        self.engine.apps.to_front(self)
        if steal_focus and self._visible and len(self.books):
            self.books.active.window.toFront()

    def quit(self) -> None:
        """End the program without saving."""
        self.engine.apps.forget(self.pid)
        self.office.stop()

    def kill(self) -> None:
        """End the program at once, by its number."""
        self.engine.apps.forget(self.pid)
        self.office.kill()

    def calculate(self) -> None:
        """Calculate every formula of every open workbook: a resized table marks none of its readers stale."""
        for book in self.books:
            book.document.calculateAll()

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, _callback: Any
    ) -> str:
        """The button pressed in a message box; without a window, the text is logged and taken as yes."""
        buttons, words = buttons or "ok", (prompt or "", title or "")
        screen.refuse_unknown(buttons, mode)
        window = self.books.active.window if self._visible and len(self.books) else None
        if window is None or not window.isVisible():
            return screen.note(*words, buttons, mode)
        return screen.ask(self.office, window, *words, buttons, mode)

    @property
    def screen_updating(self) -> bool:
        """Whether windows are redrawn."""
        return self._updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if bool(value) != self._updating:
            self._for_documents(
                lambda document: document.unlockControllers() if value else document.lockControllers()
            )
        self._updating = bool(value)

    @property
    def calculation(self) -> str:
        """``automatic`` or ``manual``."""
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        automatic = CALCULATION[value]
        self._for_documents(lambda document: document.enableAutomaticCalculation(automatic))
        self._calculation = value

    @property
    def status_bar(self) -> str | bool:
        """The text we show in the status bar, or False when the program has it."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        had, self._status = self._status, value if isinstance(value, str) else False
        if not self._visible or (had is False and self._status is False):
            return
        for book in self.books:
            indicator = book.indicator
            if indicator is None:
                continue
            if self._status is False:
                indicator.end()
            else:
                screen.show_progress(indicator, self._status, begun=had is not False)

    def _for_documents(self, change: Callable[[Any], Any]) -> None:
        for book in self.books:
            change(book.document)
