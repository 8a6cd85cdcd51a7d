"""Our extension in a LibreOffice: installed, asked for, taken out, through its own extension manager."""

import tempfile
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from xlinventory.hosts.calc.addin import IDENTIFIER, build
from xlinventory.hosts.calc.bridge import uno, url
from xlinventory.workbook import WorkbookError

PLACE = "user"
"""Which of the extension manager's repositories: that of the person, which needs no administrator."""

P, R = ParamSpec("P"), TypeVar("R")


def _plainly(step: Callable[P, R]) -> Callable[P, R]:
    """One sentence in place of what UNO raises, which no context manager can let pass."""

    @wraps(step)
    def told(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return step(*arguments, **named)
        except uno().getClass("com.sun.star.uno.Exception") as error:
            ended = type(error).__name__.endswith("DisposedException")
            reason = "LibreOffice ended meanwhile" if ended else str(error)
        raise WorkbookError(f"LibreOffice's extension manager failed: {reason}")

    return told


@_plainly
def install(context: Any, folders: list[Path] | None = None, scratch: Path | None = None) -> None:
    """Build the extension, in the folder *scratch*, and add it, in place of an older one."""
    manager = _manager(context)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        file = build(Path(folder) / "xlinventory.oxt", folders)
        manager.addExtension(url(file), (), PLACE, manager.createAbortChannel(), _consent())


@_plainly
def installed(context: Any) -> bool:
    """Whether it is there."""
    manager = _manager(context)
    found = manager.getDeployedExtensions(PLACE, manager.createAbortChannel(), _consent())
    return any(package.getIdentifier().Value == IDENTIFIER for package in found)


@_plainly
def uninstall(context: Any) -> None:
    """Take it out."""
    manager = _manager(context)
    manager.removeExtension(IDENTIFIER, "", PLACE, manager.createAbortChannel(), _consent())


def _manager(context: Any) -> Any:
    return context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")


def _consent() -> Any:
    """Yes to what the extension manager asks, such as whether to replace an older version."""
    helper = import_module("unohelper")
    approve = uno().getTypeByName("com.sun.star.task.XInteractionApprove")

    class Consent(
        helper.Base,
        uno().getClass("com.sun.star.task.XInteractionHandler"),
        uno().getClass("com.sun.star.ucb.XCommandEnvironment"),
    ):
        def getInteractionHandler(self) -> Any:  # noqa: N802
            return self

        def getProgressHandler(self) -> None:  # noqa: N802
            return None

        def handle(self, request: Any) -> None:
            for answer in request.getContinuations():
                if answer.queryInterface(approve):
                    answer.select()
                    return

    return Consent()
