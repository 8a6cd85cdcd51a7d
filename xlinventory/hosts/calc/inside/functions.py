"""The worksheet functions as a LibreOffice add-in: one method each, with the words of the function wizard."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from xlinventory.evaluation import evaluate
from xlinventory.hosts.buttons import TITLE
from xlinventory.hosts.calc.addin.interface import (
    INTERFACE,
    MODULE,
    SERVICE,
    column_method_name,
    gives_text,
    method_name,
    shown_column_name,
)
from xlinventory.hosts.calc.bridge import struct, uno
from xlinventory.hosts.calc.inside.cells import reader, rows_of, text_of
from xlinventory.registry import Parameter, WorksheetFunction, registered

SERVICES = (SERVICE, "com.sun.star.sheet.AddIn")
INTERFACES = (
    "com.sun.star.sheet.XAddIn", "com.sun.star.sheet.XCompatibilityNames", "com.sun.star.lang.XServiceName",
    "com.sun.star.lang.XServiceInfo", ".".join((*MODULE, INTERFACE)),
)  # fmt: skip


_OF_ONE_TEXT = [spec for spec in registered() if gives_text(spec)]
OVER_COLUMNS = "{name} of whole columns at once, as an array formula. In Excel {name} itself does it."


def component() -> type:
    """The class of the add-in, which can only be made where its interface is known: inside LibreOffice."""
    bases = (import_module("unohelper").Base, *map(uno().getClass, INTERFACES))
    single = {
        method_name(spec): _method(spec, text_of if gives_text(spec) else rows_of) for spec in registered()
    }
    columns = {column_method_name(spec): _method(spec, rows_of) for spec in _OF_ONE_TEXT}
    return type("Functions", (_Described, *bases), single | columns)


def _method(spec: WorksheetFunction, give: Callable[[Any], Any]) -> Callable[..., Any]:
    name, readers = spec.name, tuple(map(reader, spec.parameters))

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
        columns = {column_method_name(spec): spec for spec in _OF_ONE_TEXT}
        self._specs = {method_name(spec): spec for spec in registered()} | columns
        self._shown = {method: spec.name for method, spec in self._specs.items()}
        self._shown |= {method: shown_column_name(spec) for method, spec in columns.items()}
        self._told = {method: spec.summary for method, spec in self._specs.items()}
        self._told |= {method: OVER_COLUMNS.format(name=spec.name) for method, spec in columns.items()}
        self._methods = {shown: method for method, shown in self._shown.items()}
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
        return self._shown.get(method, "")

    def getFunctionDescription(self, method: str) -> str:  # noqa: N802
        return self._told.get(method, "")

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
        return (struct("sheet.LocalizedName", Locale=self.getLocale(), Name=self._shown[method]),)
