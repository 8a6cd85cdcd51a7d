"""A running LibreOffice: one of our own behind a pipe, or the one that this Python runs inside of."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from xlinventory.hosts.calc.bridge import uno
from xlinventory.hosts.calc.program import systems
from xlinventory.workbook import WorkbookError

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_SWITCHES = ("--norestore", "--nodefault", "--nolockcheck", "--nologo")
_HIDDEN = ("--headless", "--invisible")
_REFUSALS = ("com.sun.star.connection.NoConnectException", "com.sun.star.uno.RuntimeException")
"""Nobody listens yet; it ended while it answered."""

_TEMPORARY = ("TMPDIR", "TEMP", "TMP")
_ONE_HEAP = {"MALLOC_ARENA_MAX": "1"}
"""Every call comes in on another thread, and the C library of Linux gives each its own heap and keeps them:
without this, LibreOffice grows by tens of megabytes with every workbook that is saved and closed."""


class Running:
    """A LibreOffice that answers: its component context, its desktop, its services."""

    visible = False
    """Whether it was started with windows."""
    pid: int
    """Its process."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """A new object of one of LibreOffice's services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def answers(self) -> bool:
        """Whether it is still there."""
        try:
            return self.context.ServiceManager is not None
        except Exception:  # noqa: BLE001 - a bridge that is gone answers in several ways
            return False

    def stop(self) -> None:
        """Nothing is ended: it belongs to somebody else."""

    def kill(self) -> None:
        """Nothing is ended."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class Inside(Running):
    """The LibreOffice whose own Python runs this code, by the component context it hands to its jobs."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.pid = os.getpid()
        self.visible = not systems.without_windows()


class Office(Running):
    """A LibreOffice of our own in a private profile: ``with Office() as office`` starts one and ends it.

    It has no windows unless *visible*. What it writes for itself meanwhile goes to the folder *temporary*.
    Its number is told to *on_start* before it is up. Instead of a *profile* it takes what *prepare* makes of
    an empty folder.
    """

    def __init__(
        self,
        profile: Path | None = None,
        *,
        visible: bool = False,
        prepare: Callable[[Path], Path] = lambda folder: folder,
        temporary: Path | None = None,
        on_start: Callable[[int], None] | None = None,
    ) -> None:
        command = systems.find_program()
        uno()
        if visible:
            systems.require_screen()
        self.visible = visible
        self._own_variables = dict.fromkeys(_TEMPORARY, str(temporary)) if temporary else {}
        self._scratch = None if profile else _scratch()
        self._stopped = False
        pipe = f"xlinventory-{uuid4().hex}"
        self._process = self._started(command, pipe, profile or prepare(Path(self._scratch.name)))
        self.pid = self._process.pid
        try:
            if on_start is not None:
                on_start(self.pid)
            super().__init__(self._connected(pipe))
        except BaseException:
            self._stopped = True
            self._kill()
            self._forget_profile()
            raise

    def answers(self) -> bool:
        """Whether it is still there."""
        return not self._stopped and super().answers()

    def stop(self) -> None:
        """Close every document without saving and end the program; does nothing when it has ended."""
        if self._stopped:
            return
        self._stopped = True
        if not self._ends_when_asked():
            self._kill()
        self._forget_profile()

    def kill(self) -> None:
        """End it at once, without asking."""
        if not self._stopped:
            self._stopped = True
            self._kill()
            self._forget_profile()

    def _started(self, command: str, pipe: str, folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the program that was found, fixed switches
            [
                command, *_SWITCHES, *(() if self.visible else _HIDDEN),
                f"-env:UserInstallation={folder.absolute().as_uri()}",
                f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_ONE_HEAP | systems.environment() | self._own_variables,
            start_new_session=True,  # the starter and the program end together
        )  # fmt: skip

    def _ends_when_asked(self) -> bool:
        """Ask the program to end; whether it did. A starter that is gone may have left it behind."""
        if self._process.poll() is not None:
            return False
        asking = threading.Thread(target=self._ask_to_end, daemon=True)  # one that hangs never answers
        asking.start()
        asking.join(STOP_SECONDS)
        try:
            return not asking.is_alive() and self._process.wait(STOP_SECONDS) is not None
        except subprocess.TimeoutExpired:
            return False

    def _ask_to_end(self) -> None:
        with suppress(Exception):  # whatever it answers, it is ended by its number then
            for document in list(_documents(self.desktop)):
                document.setModified(False)
                document.close(True)  # noqa: FBT003 - UNO takes no names
            self.desktop.terminate()

    def _kill(self) -> None:
        systems.end_group(self._process.pid)
        self._process.wait(STOP_SECONDS)

    def _forget_profile(self) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _connected(self, pipe: str) -> Any:
        """The remote component context, as soon as the program listens."""
        local = uno().getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        refused = tuple(map(uno().getClass, _REFUSALS))
        end = threading.Timer(START_SECONDS, systems.end_group, (self.pid,))  # it may hang in the first call
        end.daemon = True
        end.start()
        try:
            while True:
                try:
                    return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                except refused as error:
                    if self._process.poll() not in (None, 0) or not end.is_alive():
                        raise WorkbookError("LibreOffice did not start") from error
                    time.sleep(0.05)
        finally:
            end.cancel()


def _scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for a profile; what a program that is just ending holds on to must not keep us."""
    return tempfile.TemporaryDirectory(prefix="xlinventory-calc-", ignore_cleanup_errors=True)


def _documents(desktop: Any) -> Any:
    """The open documents."""
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        yield components.nextElement()
