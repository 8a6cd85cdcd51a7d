"""What LibreOffice shows a person: a message box over a window, and progress in its status bar."""

import logging
import re
from typing import Any

from xlinventory.hosts.calc.bridge import member

LOG = logging.getLogger("xlinventory.calc")
"""Where messages go that nobody is there to read."""
OK_FIRST, YES_FIRST = 0x10000, 0x40000
BUTTONS = {"ok": 1, "ok_cancel": 2 | OK_FIRST, "yes_no": 3 | YES_FIRST, "yes_no_cancel": 4 | YES_FIRST}
"""com.sun.star.awt.MessageBoxButtons, by xlwings' names; Enter presses the first button, as in Excel."""
ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
"""com.sun.star.awt.MessageBoxResults, in xlwings' words."""
KINDS = {
    (None, False): "MESSAGEBOX", ("info", False): "INFOBOX", ("critical", False): "ERRORBOX",
    (None, True): "QUERYBOX", ("info", True): "QUERYBOX", ("critical", True): "WARNINGBOX",
}  # fmt: skip
"""com.sun.star.awt.MessageBoxType, by xlwings' mode and whether there is something to choose."""
LEVELS = {"critical": logging.ERROR}
_SHARE = re.compile(r"(\d{1,3}) ?%\s*$")


def ask(office: Any, window: Any, prompt: str, title: str, buttons: str, mode: str | None) -> str:
    """The button pressed in a message box over *window*; a closed box is its last button."""
    kind = member("awt.MessageBoxType", KINDS[mode, buttons != "ok"])
    toolkit = office.service("com.sun.star.awt.Toolkit")
    box = toolkit.createMessageBox(window, kind, BUTTONS[buttons], title, prompt)
    try:
        answer = ANSWERS[box.execute()]
    finally:
        box.dispose()
    choices = buttons.split("_")
    return answer if answer in choices else choices[-1]


def note(prompt: str, title: str, buttons: str, mode: str | None) -> str:
    """The same where there is no window to ask in: into the log, and the first button."""
    LOG.log(LEVELS.get(mode, logging.INFO), "%s: %s", title, prompt)
    return buttons.split("_", maxsplit=1)[0]


def refuse_unknown(buttons: str, mode: str | None) -> None:
    """Raise ValueError for a message box that xlwings has no name for."""
    if buttons not in BUTTONS:
        raise ValueError(f"buttons must be one of {', '.join(BUTTONS)}, got {buttons}")
    if (mode, True) not in KINDS:
        raise ValueError(f"mode must be info, critical or None, got {mode}")


def show_progress(indicator: Any, text: str, *, begun: bool) -> None:
    """A line in the status bar; a share at its end, as in ``Forecasting 40 %``, is the place of the bar.

    What has *begun* goes on: to start anew would empty the bar.
    """
    if begun:
        indicator.setText(text)
    else:
        indicator.start(text, 100)
    indicator.setValue(share(text))


def share(text: str) -> int:
    """The per cent at the end of a progress line.

    >>> share("Forecasting 40 %"), share("Reading 3 files")
    (40, 0)
    """
    found = _SHARE.search(text)
    return min(int(found[1]), 100) if found else 0
