"""Windows of a document: whether a person can see and answer anything there, and what is asked in one."""

import sys
from typing import Any

from xlinventory.hosts.calc.bridge import system_path, uno, url

SYSTEMS = {"win32": 1, "darwin": 5}
"""com.sun.star.lang.SystemDependent: the kind of window handle to ask for."""
X11 = 6
CHOSEN = 1
"""com.sun.star.ui.dialogs.ExecutableDialogResults.OK"""


def window_of(document: Any) -> Any | None:
    """The window a document is shown in; None where nobody sees it, as in a program without a screen."""
    controller = document.CurrentController
    frame = controller.Frame if controller else None
    window = frame.ContainerWindow if frame else None
    if window is None or not window.isVisible():
        return None
    handle = window.getWindowHandle(uno().ByteSequence(b""), SYSTEMS.get(sys.platform, X11))
    return window if getattr(handle, "WindowHandle", handle) else None


def picked_folder(context: Any, title: str, start: str) -> str | None:
    """The folder that the user picks, None when there is none."""
    picker = context.ServiceManager.createInstanceWithContext("com.sun.star.ui.dialogs.FolderPicker", context)
    picker.setTitle(title)
    if start:
        picker.setDisplayDirectory(url(start))
    return system_path(picker.getDirectory()) if picker.execute() == CHOSEN else None
