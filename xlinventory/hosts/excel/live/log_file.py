"""The log file of what runs inside Excel: tracebacks go here, so that none ends up in a message box."""

import logging
import os
import sys
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 1_000_000
KEPT = 2
FOLDERS: Mapping[str, tuple[str, ...]] = {
    "win32": ("AppData", "Local", "xlinventory"),
    "darwin": ("Library", "Logs", "xlinventory"),
}
ELSEWHERE = (".local", "state", "xlinventory")
TOLD_BY = {"win32": "LOCALAPPDATA", "linux": "XDG_STATE_HOME"}
"""Variables of the environment in which a person may have said where such files go."""

_logger = logging.getLogger("xlinventory")


def path() -> Path:
    """Where the log is: in the folder that the system keeps for such files of this user."""
    told = os.environ.get(TOLD_BY.get(sys.platform, ""))
    home = Path(told) / "xlinventory" if told else Path.home().joinpath(*FOLDERS.get(sys.platform, ELSEWHERE))
    return home / "xlinventory.log"


def open_log() -> None:
    """Write to the log file from now on; a file that cannot be written is no reason to stop."""
    target = path()
    if any(getattr(handler, "baseFilename", None) == str(target) for handler in _logger.handlers):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            target, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    _logger.addHandler(handler)
    _logger.setLevel(logging.INFO)
