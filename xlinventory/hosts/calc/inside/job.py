"""The service behind the menu: it is handed the entry that was pressed, or the document it is about.

What it needs for that is imported then, so that a program that only calculates starts faster.
"""

import logging
from importlib import import_module
from typing import Any

from xlinventory.hosts.calc.addin.jobs import CLOSING, SAVED, SAVED_AS, SHOWN
from xlinventory.hosts.calc.addin.menu import JOB
from xlinventory.hosts.calc.inside.objects import uno_class

SERVICES = (JOB, "com.sun.star.task.Job")


SERVED = {SHOWN: "opened", CLOSING: "closing", SAVED: "saved", SAVED_AS: "saved"}
"""The module that serves an event."""

log = logging.getLogger("xlinventory.job")


def component() -> type:
    """The class of the job."""
    return uno_class(_Job, "task.XJobExecutor", "task.XJob", "lang.XServiceInfo")


class _Job:
    def __init__(self, context: Any, *_arguments: Any) -> None:
        self._context = context

    def trigger(self, name: str) -> None:
        """An entry was pressed."""
        _call("press", self._context, name)

    def execute(self, arguments: Any) -> None:
        """A document was opened, saved, or is about to be closed."""
        told = {item.Name: item.Value for item in arguments}
        event = {item.Name: item.Value for item in told.get("Environment", ())}
        _call(SERVED[event["EventName"]], self._context, event.get("Model"))

    def getImplementationName(self) -> str:  # noqa: N802
        return JOB

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return SERVICES


def _call(name: str, *arguments: Any) -> None:
    """Call the function that its module is named after; LibreOffice would swallow an exception."""
    try:
        getattr(import_module(f"xlinventory.hosts.calc.inside.{name}"), name)(*arguments)
    except Exception:
        log.exception("%s failed", name)
