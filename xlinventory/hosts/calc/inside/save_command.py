"""LibreOffice's command Save, taken over in the windows of workbooks that came from Excel.

LibreOffice's own way of writing Excel files loses macros, table styles and the ribbon, so it is asked first.
"Save As" and what LibreOffice saves for its recovery are left alone.
"""

from typing import Any

from xlinventory.hosts.calc.inside.documents import views
from xlinventory.hosts.calc.inside.objects import uno_class
from xlinventory.hosts.calc.inside.saving import save

COMMAND = ".uno:Save"
_taken: list[Any] = []
"""Windows whose command is taken over; one that is closed leaves the list."""


def take_over(context: Any, document: Any) -> None:
    """Take the command over in every window of a document that has it not yet."""
    interceptor = uno_class(_Interceptor, "frame.XDispatchProviderInterceptor", "frame.XInterceptorInfo")
    forgetter = uno_class(_Forgetter, "lang.XEventListener")
    for view in views(document):
        frame = view.Frame
        if frame is not None and frame not in _taken:
            _taken.append(frame)
            frame.registerDispatchProviderInterceptor(interceptor(context, document))
            frame.addEventListener(forgetter())


class _Forgetter:
    """Is told that a window is closed."""

    def disposing(self, event: Any) -> None:
        if event.Source in _taken:
            _taken.remove(event.Source)


class _Interceptor:
    """Stands between a window and its commands; LibreOffice asks it about Save alone."""

    def __init__(self, context: Any, document: Any) -> None:
        self._context, self._document = context, document
        self._slave = self._master = None

    def getInterceptedURLs(self) -> tuple[str, ...]:  # noqa: N802
        return (COMMAND,)

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:  # noqa: N802
        own = self._slave.queryDispatch(url, target, flags) if self._slave else None
        if own is None or url.Complete != COMMAND:
            return own
        return uno_class(_Saving, "frame.XDispatch")(self._context, self._document, own)

    def queryDispatches(self, requests: Any) -> tuple[Any, ...]:  # noqa: N802
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def getSlaveDispatchProvider(self) -> Any:  # noqa: N802
        return self._slave

    def setSlaveDispatchProvider(self, provider: Any) -> None:  # noqa: N802
        self._slave = provider

    def getMasterDispatchProvider(self) -> Any:  # noqa: N802
        return self._master

    def setMasterDispatchProvider(self, provider: Any) -> None:  # noqa: N802
        self._master = provider


class _Saving:
    """The command; when it can be used is what LibreOffice's own command says."""

    def __init__(self, context: Any, document: Any, own: Any) -> None:
        self._context, self._document, self._own = context, document, own

    def dispatch(self, url: Any, arguments: Any) -> None:
        save(self._context, self._document, lambda: self._own.dispatch(url, arguments))

    def addStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
        self._own.addStatusListener(listener, url)

    def removeStatusListener(self, listener: Any, url: Any) -> None:  # noqa: N802
        self._own.removeStatusListener(listener, url)
