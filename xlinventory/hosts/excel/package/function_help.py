"""What the function wizard shows besides a function's first line: its category and its arguments."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from xlinventory.registry import Family, WorksheetFunction, registered

BUILT_IN_GROUPS = 19
"""Categories that Excel itself has; the first of ours has the next number."""
GROUP_NUMBERS = {family: BUILT_IN_GROUPS + 1 + i for i, family in enumerate(Family)}
"""Number of each family's category: what a wrapper's VB_Invoke_Func names."""
NAMES_OF_2010 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def group_name(family: Family) -> str:
    """The category as the wizard lists it; they stand together under one word.

    >>> group_name(Family.SAFETY_STOCK)
    'Inventory: Safety stock'
    """
    return f"Inventory: {family.value}"


def with_function_help(workbook_part: bytes) -> bytes:
    """The part xl/workbook.xml with the categories and the help of every argument."""
    text = workbook_part.decode()
    for place, addition in (("</sheets>", _groups()), ("</workbook>", None)):
        if text.count(place) != 1:
            raise ValueError(f"xl/workbook.xml has no single {place}")
        text = text.replace(place, place + addition if addition else _extension() + place)
    return text.encode()


def _groups() -> str:
    names = "".join(f"<functionGroup name={quoteattr(group_name(family))}/>" for family in GROUP_NUMBERS)
    return f'<functionGroups builtInGroupCount="{BUILT_IN_GROUPS}">{names}</functionGroups>'


def _extension() -> str:
    names = "".join(_described(spec) for spec in registered())
    return (
        f'<extLst><ext xmlns:x14="{NAMES_OF_2010}" uri="{{8193D73E-4604-4355-AFF4-8A2333D13BE4}}">'
        f"<x14:definedNames>{names}</x14:definedNames></ext></extLst>"
    )


def _described(spec: WorksheetFunction) -> str:
    arguments = list(_arguments(spec))
    return (
        f'<x14:definedName name="{spec.name}"><x14:argumentDescriptions count="{len(arguments)}">'
        f"{''.join(arguments)}</x14:argumentDescriptions></x14:definedName>"
    )


def _arguments(spec: WorksheetFunction) -> Iterator[str]:
    for i, parameter in enumerate(spec.parameters):
        told = escape(parameter.help)
        yield f'<x14:argumentDescription index="{i}">{told}</x14:argumentDescription>'
