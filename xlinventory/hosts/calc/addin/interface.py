"""The functions as LibreOffice's type library has them: one method each, made from the registry.

Every argument is an ``any``, which takes a value, a range or an array. A result is rows of cells, the one
type that LibreOffice takes arrays in, and that it shows as a single value where there is one cell. Only where
that is a text it is an ``any``: LibreOffice finds no text equal to one that came to it in rows.
"""

from collections.abc import Iterator

import xlinventory.functions  # noqa: F401 - fills the registry
from xlinventory.registry import WorksheetFunction, registered

MODULE = ("org", "xlinventory")
INTERFACE = "XFunctions"
SERVICE = "org.xlinventory.Functions"


def method_name(spec: WorksheetFunction) -> str:
    """The method behind a worksheet function.

    >>> from xlinventory.registry import find
    >>> method_name(find("SAFETY_STOCK"))
    'safetyStock'
    """
    first, *others = spec.name.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def stored_name(spec: WorksheetFunction) -> str:
    """The name under which LibreOffice keeps the function in a file.

    >>> from xlinventory.registry import find
    >>> stored_name(find("SAFETY_STOCK"))
    'ORG.XLINVENTORY.FUNCTIONS.SAFETYSTOCK'
    """
    return f"{SERVICE}.{method_name(spec)}".upper()


def gives_text(spec: WorksheetFunction) -> bool:
    """Whether the result is one text."""
    return isinstance(spec.expect, str)


def idl() -> str:
    """The interface as text, which LibreOffice parses when the extension is installed."""
    return "\n".join(
        [
            *(f"module {name} {{" for name in MODULE),
            f"interface {INTERFACE} {{", *_methods(), "};", *("};" for _ in MODULE), "",
        ]
    )  # fmt: skip


def _methods() -> Iterator[str]:
    for spec in registered():
        arguments = ", ".join(f"[in] any argument{i}" for i in range(1, len(spec.parameters) + 1))
        result = "any" if gives_text(spec) else "sequence< sequence< any > >"
        yield f"    {result} {method_name(spec)}({arguments});"
