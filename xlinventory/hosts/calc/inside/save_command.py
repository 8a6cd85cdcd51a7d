"""LibreOffice's command Save, taken over in the windows of workbooks that came from Excel.

LibreOffice's own way of writing Excel files loses macros, table styles and the ribbon, so it is asked first.
"Save As" and what LibreOffice saves for its recovery are left alone.
"""

from functools import cache
from importlib import import_module
from typing import Any

from xlinventory.hosts.calc.bridge import uno
from xlinventory.hosts.calc.inside.saving import save

COMMAND = ".uno:Save"
_taken: list[Any] = []
"""Windows whose command is taken over; one that is closed leaves the list."""


def take_over(context: Any, document: Any) -> None:
    """Take the command over in every window of a document that has it not yet."""
    for controller in _controllers(document):
        frame = controller.Frame
        if frame is not None and frame not in _taken:
            interceptor = _interceptor()(context, document)
            _taken.append(frame)
            frame.registerDispatchProviderInterceptor(interceptor)
            frame.addEventListener(_forgetter()())


def _controllers(document: Any) -> list[Any]:
    found, controllers = [], document.getControllers()
    while controllers.hasMoreElements():
        found.append(controllers.nextElement())
    return found


@cache
def _forgetter() -> type:
    """The class of what is told that a window is closed."""

    class Forgetter(import_module("unohelper").Base, uno().getClass("com.sun.star.lang.XEventListener")):
        def disposing(self, event: Any) -> None:
            if event.Source in _taken:
                _taken.remove(event.Source)

    return Forgetter


@cache
def _saving() -> type:
    """The class of the command, which can only be made where its interfaces are known."""

    class Saving(import_module("unohelper").Base, uno().getClass("com.sun.star.frame.XDispatch")):
        def __init__(self, context: Any, document: Any, own: Any) -> None:
            self._context, self._document, self._own = context, document, own

        def dispatch(self, url: Any, arguments: Any) -> None:
            save(self._context, self._document, lambda: self._own.dispatch(url, arguments))

        def addStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
            self._own.addStatusListener(listener, url)

        def removeStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
            self._own.removeStatusListener(listener, url)

    return Saving


@cache
def _interceptor() -> type:
    """The class of what stands between a window and its commands; LibreOffice asks it about Save alone."""
    interfaces = ("com.sun.star.frame.XDispatchProviderInterceptor", "com.sun.star.frame.XInterceptorInfo")

    class Interceptor(import_module("unohelper").Base, *map(uno().getClass, interfaces)):
        def __init__(self, context: Any, document: Any) -> None:
            self._context, self._document = context, document
            self._slave = self._master = None

        def getInterceptedURLs(self) -> tuple[str, ...]:  # noqa: N802
            return (COMMAND,)

        def queryDispatch(self, url: Any, target: str, flags: int) -> Any:  # noqa: N802
            own = self._slave.queryDispatch(url, target, flags) if self._slave else None
            if own is None or url.Complete != COMMAND:
                return own
            return _saving()(self._context, self._document, own)

        def queryDispatches(self, requests: Any) -> tuple[Any, ...]:  # noqa: N802
            return tuple(
                self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests
            )

        def getSlaveDispatchProvider(self) -> Any:  # noqa: N802
            return self._slave

        def setSlaveDispatchProvider(self, provider: Any) -> None:  # noqa: N802
            self._slave = provider

        def getMasterDispatchProvider(self) -> Any:  # noqa: N802
            return self._master

        def setMasterDispatchProvider(self, provider: Any) -> None:  # noqa: N802
            self._master = provider

    return Interceptor
