"""The service behind the menu: it is handed the entry that was pressed, or the document that was opened."""

from typing import Any

from xlinventory.hosts.calc.addin.menu import JOB
from xlinventory.hosts.calc.inside.objects import uno_class

SERVICES = (JOB, "com.sun.star.task.Job")


def component() -> type:
    """The class of the job."""
    return uno_class(_Job, "task.XJobExecutor", "task.XJob", "lang.XServiceInfo")


class _Job:
    def __init__(self, context: Any, *_arguments: Any) -> None:
        self._context = context

    def trigger(self, name: str) -> None:
        """An entry was pressed."""
        from xlinventory.hosts.calc.inside.press import press  # noqa: PLC0415 - not before it is needed

        press(self._context, name)

    def execute(self, arguments: Any) -> None:
        """A document was opened."""
        from xlinventory.hosts.calc.inside.opened import opened  # noqa: PLC0415

        told = {item.Name: item.Value for item in arguments}
        event = {item.Name: item.Value for item in told.get("Environment", ())}
        opened(self._context, event.get("Model"))

    def getImplementationName(self) -> str:  # noqa: N802
        return JOB

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return SERVICES
