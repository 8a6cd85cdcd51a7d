"""The service behind the menu: LibreOffice hands it the entry that was pressed, or the event that happened."""

from importlib import import_module
from typing import Any

from xlinventory.hosts.calc.addin.menu import JOB
from xlinventory.hosts.calc.bridge import uno

SERVICES = (JOB, "com.sun.star.task.Job")
INTERFACES = (
    "com.sun.star.task.XJobExecutor", "com.sun.star.task.XJob", "com.sun.star.lang.XServiceInfo",
)  # fmt: skip


def component() -> type:
    """The class of the job."""
    bases = (import_module("unohelper").Base, *map(uno().getClass, INTERFACES))
    return type("Job", (_Job, *bases), {})


class _Job:
    def __init__(self, context: Any, *_arguments: Any) -> None:
        self._context = context

    def trigger(self, name: str) -> None:
        """An entry was pressed."""
        from xlinventory.hosts.calc.inside.press import press  # noqa: PLC0415 - not before it is needed

        press(self._context, name)

    def execute(self, arguments: Any) -> None:
        """A document was opened or shown."""
        from xlinventory.hosts.calc.inside.opened import happened  # noqa: PLC0415

        told = {item.Name: item.Value for item in arguments}
        event = {item.Name: item.Value for item in told.get("Environment", ())}
        happened(self._context, event.get("EventName", ""), event.get("Model"))

    def getImplementationName(self) -> str:  # noqa: N802
        return JOB

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return SERVICES
