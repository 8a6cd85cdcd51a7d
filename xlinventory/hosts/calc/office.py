"""A LibreOffice of our own: started without windows in a private profile, reached through a pipe, ended."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from xlinventory.hosts.calc.bridge import uno
from xlinventory.workbook import WorkbookError

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_SWITCHES = ("--headless", "--invisible", "--norestore", "--nodefault", "--nolockcheck", "--nologo")
_FOREIGN = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}  # they would mislead LibreOffice's own Python


class Office:
    """A running LibreOffice: ``with Office() as office`` starts one and ends it, whatever happens."""

    def __init__(self, profile: Path | None = None) -> None:
        command = shutil.which("soffice")
        if command is None:
            raise WorkbookError("LibreOffice is not installed: there is no program soffice")
        uno()
        self._scratch = None if profile else tempfile.TemporaryDirectory(prefix="xlinventory-calc-")
        folder = profile or Path(self._scratch.name)
        self._stopped = False
        pipe = f"xlinventory-{uuid4().hex}"
        self._process = subprocess.Popen(  # noqa: S603 - the program found on the path, fixed switches
            [
                command, *_SWITCHES, f"-env:UserInstallation={folder.absolute().as_uri()}",
                f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name not in _FOREIGN},
            start_new_session=True,  # the starter and the program end together
        )  # fmt: skip
        try:
            self.context = self._connected(pipe)
        except BaseException:
            self._kill()
            self._forget_profile()
            raise
        self.desktop = self.service("com.sun.star.frame.Desktop")

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    def service(self, name: str) -> Any:
        """A new object of one of LibreOffice's services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def stop(self) -> None:
        """Close every document without saving and end the program; does nothing when it has ended."""
        if self._stopped:
            return
        self._stopped = True
        if not self._ends_when_asked():
            self._kill()
        self._forget_profile()

    def _ends_when_asked(self) -> bool:
        """Ask the program to end; whether it did. A starter that is gone may have left it behind."""
        if self._process.poll() is not None:
            return False
        try:
            for document in list(_documents(self.desktop)):
                document.setModified(False)
                document.close(True)  # noqa: FBT003 - UNO takes no names
            self.desktop.terminate()
            self._process.wait(STOP_SECONDS)
        except Exception:  # noqa: BLE001 - whatever it answers, it is ended by its number then
            return False
        return True

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def _forget_profile(self) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _connected(self, pipe: str) -> Any:
        """The remote component context, as soon as the program listens."""
        local = uno().getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        refused = uno().getClass("com.sun.star.connection.NoConnectException")
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            except refused as error:
                if self._process.poll() not in (None, 0) or time.monotonic() > deadline:
                    raise WorkbookError("LibreOffice did not start") from error
                time.sleep(0.05)

    def __enter__(self) -> "Office":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _documents(desktop: Any) -> Any:
    """The open documents."""
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        yield components.nextElement()


class Inside:
    """The LibreOffice that this Python runs inside: the same surface as ``Office``, but never ended."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.pid = os.getpid()
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """A new object of one of LibreOffice's services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def stop(self) -> None:
        """Nothing: it is not ours to end."""
