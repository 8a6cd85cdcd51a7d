"""What LibreOffice tells our job of by itself: a workbook was opened, saved, or is about to be closed."""

from xlinventory.hosts.calc.addin import configuration as xcu
from xlinventory.hosts.calc.addin.menu import JOB, SPREADSHEETS

NAME = "org.xlinventory.job"
SHOWN, CLOSING = "OnViewCreated", "OnPrepareViewClosing"
"""A document has got a window, the one event that also comes when that window is hidden; a window is about to
be closed, and its user not yet asked whether to save."""
SAVED, SAVED_AS = "OnSaveDone", "OnSaveAsDone"
EVENTS = (SHOWN, CLOSING, SAVED, SAVED_AS)


def jobs() -> str:
    """The file Jobs.xcu; LibreOffice itself sees to it that documents of other kinds are passed over."""
    return xcu.file(
        "Jobs", "org.openoffice.Office",
        [
            xcu.group("Jobs", xcu.entry(NAME, xcu.text("Service", JOB), xcu.text("Context", SPREADSHEETS))),
            xcu.group("Events", *(
                xcu.entry(event, xcu.group("JobList", xcu.entry(NAME)), operation="fuse") for event in EVENTS
            )),
        ],
    )  # fmt: skip
