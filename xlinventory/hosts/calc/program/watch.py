"""A LibreOffice that does not outlive us: if we are killed, a waiting shell ends it and clears up."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlinventory.hosts.calc.program.office import Office

_WAIT = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null; sleep 1; rm -rf -- "$2"'
"""Reading ends when the other end of the pipe is closed, as the system does for a process that is gone."""


@contextmanager
def watched(office: Office, scratch: Path) -> Iterator[None]:
    """End the LibreOffice and remove *scratch* should this process be killed inside."""
    if os.name != "posix":
        yield
        return
    watcher = subprocess.Popen(  # noqa: S603 - a fixed command; a number and a folder of our own
        ["/bin/sh", "-c", _WAIT, "watch", str(office.pid), str(scratch)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C in the terminal is not for it
    )
    try:
        yield
    finally:
        watcher.kill()
        watcher.stdin.close()
        watcher.wait()
