"""The functions as LibreOffice's type library has them: one method each, made from the registry.

Every argument is an ``any``, which takes a value, a range or an array. A result is rows of cells, the one
type that LibreOffice takes arrays in, and that it shows as a single value where there is one cell. Only where
that is a text it is an ``any``: LibreOffice finds no text equal to one that came to it in rows. An ``any`` in
turn is never rows, so such a function has a second method, for whole columns.
"""

from collections.abc import Iterator

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


def column_method_name(spec: WorksheetFunction) -> str:
    """The method behind a function of one text where it is given columns."""
    return f"{method_name(spec)}Column"


def stored_name(spec: WorksheetFunction) -> str:
    """The name under which LibreOffice keeps the function in a file.

    >>> from xlinventory.registry import find
    >>> stored_name(find("SAFETY_STOCK"))
    'ORG.XLINVENTORY.FUNCTIONS.SAFETYSTOCK'
    """
    return f"{SERVICE}.{method_name(spec)}".upper()


def stored_column_name(spec: WorksheetFunction) -> str:
    """The same for its method over columns.

    >>> from xlinventory.registry import find
    >>> stored_column_name(find("STOCK_STATUS"))
    'ORG.XLINVENTORY.FUNCTIONS.STOCKSTATUSCOLUMN'
    """
    return f"{SERVICE}.{column_method_name(spec)}".upper()


def shown_column_name(spec: WorksheetFunction) -> str:
    """What the function wizard calls it.

    >>> from xlinventory.registry import find
    >>> shown_column_name(find("STOCK_STATUS"))
    'STOCK_STATUS_COLUMN'
    """
    return f"{spec.name}_COLUMN"


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
        rows = "sequence< sequence< any > >"
        yield f"    {'any' if gives_text(spec) else rows} {method_name(spec)}({arguments});"
        if gives_text(spec):
            yield f"    {rows} {column_method_name(spec)}({arguments});"
