"""The worksheet functions as a LibreOffice add-in: one method each, with the words of the function wizard."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from xlinventory.evaluation import evaluate
from xlinventory.hosts.buttons import TITLE
from xlinventory.hosts.calc.addin.interface import INTERFACE, MODULE, SERVICE, gives_text, method_name
from xlinventory.hosts.calc.bridge import struct, uno
from xlinventory.hosts.calc.inside.cells import reader, rows_of, text_of
from xlinventory.registry import Parameter, WorksheetFunction, registered

SERVICES = (SERVICE, "com.sun.star.sheet.AddIn")
INTERFACES = (
    "com.sun.star.sheet.XAddIn", "com.sun.star.sheet.XCompatibilityNames", "com.sun.star.lang.XServiceName",
    "com.sun.star.lang.XServiceInfo", ".".join((*MODULE, INTERFACE)),
)  # fmt: skip


def component() -> type:
    """The class of the add-in, which can only be made where its interface is known: inside LibreOffice."""
    bases = (import_module("unohelper").Base, *map(uno().getClass, INTERFACES))
    methods = {method_name(spec): _method(spec) for spec in registered()}
    return type("Functions", (_Described, *bases), methods)


def _method(spec: WorksheetFunction) -> Callable[..., Any]:
    name, readers = spec.name, tuple(map(reader, spec.parameters))
    give = text_of if gives_text(spec) else rows_of

    def method(_self: Any, *arguments: Any) -> Any:
        return give(evaluate(name, *[read(value) for read, value in zip(readers, arguments, strict=True)]))

    return method


def argument_help(parameter: Parameter) -> str:
    """What the function wizard says of an argument; by itself it calls every one of them optional."""
    if parameter.required:
        return f"Needed. {parameter.help}"
    default = parameter.default
    told = "" if default is None else f"{default:g}" if isinstance(default, float) else default
    return f"{parameter.help}; may be left out" + (f": {told}" if told not in ("", "nan") else "")


class _Described:
    """What LibreOffice asks about the functions; its spelling of its own method is kept."""

    def __init__(self, _context: Any, *_arguments: Any) -> None:
        self._specs = {method_name(spec): spec for spec in registered()}
        self._methods = {spec.name: method for method, spec in self._specs.items()}
        self._locale = struct("lang.Locale", Language="en", Country="US", Variant="")

    def getServiceName(self) -> str:  # noqa: N802
        return SERVICE

    def getImplementationName(self) -> str:  # noqa: N802
        return SERVICE

    def supportsService(self, name: str) -> bool:  # noqa: N802
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        return SERVICES

    def setLocale(self, locale: Any) -> None:  # noqa: N802
        self._locale = locale

    def getLocale(self) -> Any:  # noqa: N802
        return self._locale

    def getProgrammaticFuntionName(self, shown: str) -> str:  # noqa: N802
        return self._methods.get(shown.upper(), "")

    def getDisplayFunctionName(self, method: str) -> str:  # noqa: N802
        return self._specs[method].name if method in self._specs else ""

    def getFunctionDescription(self, method: str) -> str:  # noqa: N802
        return self._specs[method].summary if method in self._specs else ""

    def getDisplayArgumentName(self, method: str, place: int) -> str:  # noqa: N802
        return self._specs[method].parameters[place].name

    def getArgumentDescription(self, method: str, place: int) -> str:  # noqa: N802
        return argument_help(self._specs[method].parameters[place])

    def getProgrammaticCategoryName(self, _method: str) -> str:  # noqa: N802
        return "Add-In"

    def getDisplayCategoryName(self, _method: str) -> str:  # noqa: N802
        return TITLE

    def getCompatibilityNames(self, method: str) -> tuple[Any, ...]:  # noqa: N802
        if method not in self._specs:
            return ()
        return (struct("sheet.LocalizedName", Locale=self.getLocale(), Name=self._specs[method].name),)
