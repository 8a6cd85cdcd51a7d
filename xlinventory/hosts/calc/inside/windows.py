"""The window of a workbook, if a person can see and answer anything there, and a folder picked in one."""

from typing import Any

import xlwings as xw

from xlinventory.hosts.calc.bridge import system_path, url

CHOSEN = 1
"""com.sun.star.ui.dialogs.ExecutableDialogResults.OK"""


def window_of(book: xw.Book) -> Any | None:
    """The window a workbook is shown in; None where nobody sees it, as in a program without a screen."""
    window = book.impl.window if book.app.visible else None
    return window if window is not None and window.isVisible() else None


def finish_typing(context: Any, book: xw.Book) -> None:
    """Put what is being typed into its cell: else it would end up in another one."""
    if window_of(book) is None:
        return
    helper = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    frame = book.impl.document.CurrentController.Frame
    helper.executeDispatch(frame, ".uno:AcceptFormula", "", 0, ())


def picked_folder(context: Any, title: str, start: str) -> str | None:
    """The folder that the user picks, None when there is none."""
    picker = context.ServiceManager.createInstanceWithContext("com.sun.star.ui.dialogs.FolderPicker", context)
    picker.setTitle(title)
    if start:
        picker.setDisplayDirectory(url(start))
    return system_path(picker.getDirectory()) if picker.execute() == CHOSEN else None
