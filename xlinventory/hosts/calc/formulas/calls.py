"""Calls of our functions inside a formula, whichever program wrote it: found by reading it, not by guessing.

Text, quoted sheet names and the columns of tables are skipped as wholes, so nothing inside them is taken for
a call; arguments are split at ``;`` or ``,`` outside of braces and brackets.
"""

import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import NamedTuple

from xlinventory.hosts.calc.addin.interface import SERVICE, gives_text, stored_column_name, stored_name
from xlinventory.registry import Parameter, WorksheetFunction, registered

_TOKEN = re.compile(
    r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\''
    r"|\[(?:\[(?:'.|[^\[\]'])*\]|'.|[^\[\]'])*\]"
    r"|(?P<call>[^\W\d][\w.]*)(?P<gap>\s*)\("
    r"|[^\W\d][\w.]*"
    r"|.",
    re.DOTALL,
)
PLAIN: Mapping[str, WorksheetFunction] = {spec.name: spec for spec in registered()}
OVER_COLUMNS: Mapping[str, WorksheetFunction] = {
    stored_column_name(spec): spec for spec in registered() if gives_text(spec)
}
STORED: Mapping[str, WorksheetFunction] = {stored_name(spec): spec for spec in registered()} | OVER_COLUMNS
Argument = Callable[[Parameter | None, str], str]
Whole = Callable[[str, WorksheetFunction, list[str]], str]


class _Call(NamedTuple):
    spec: WorksheetFunction | None
    head: str
    gap: str
    parts: list[str]


_HINT = re.compile("|".join(sorted((*PLAIN, SERVICE), key=len, reverse=True)), re.IGNORECASE)


def called(formula: str, names: Mapping[str, WorksheetFunction]) -> bool:
    """Whether a formula calls one of these functions.

    >>> called('=1+eoq(A1;"x")', PLAIN), called('="EOQ("&A1', PLAIN)
    (True, False)
    """
    return _HINT.search(formula) is not None and any(
        token["call"] and token["call"].upper() in names for token in _TOKEN.finditer(formula)
    )


def single_call(text: str) -> tuple[str, list[str]] | None:
    """The name and the arguments of a call that is all there is.

    >>> single_call(" INDEX(T[a];MATCH(1;B1:B9;0)) "), single_call("INDEX(A1:A9;1)+F(1)")
    (('INDEX', ['T[a]', 'MATCH(1;B1:B9;0)']), None)
    """
    name, depth, parts = "", 0, [""]
    tokens = list(_TOKEN.finditer(text.strip()))
    for i, token in enumerate(tokens):
        opens = token["call"] is not None or token[0] == "("
        if (i == 0 and not token["call"]) or (i and depth == 0):
            return None
        depth += opens - (token[0] == ")")
        if i == 0:
            name = token["call"]
        elif depth == 1 and token[0] in (";", ","):
            parts.append("")
        elif depth:
            parts[-1] += token[0]
    return (name.upper(), parts) if tokens and depth == 0 else None


def rewritten(formula: str, argument: Argument, whole: Whole) -> str:
    """The formula with our calls put through these, inner ones first.

    *argument* gets each argument and what it is for (None for one too many); *whole* the name as it
    stands, its function, and what is between the brackets: arguments, and separators between them.
    """
    if formula.startswith("{="):
        return f"{{{rewritten(formula[1:-1], argument, whole)}}}"
    stack, braces = [_Call(None, "", "", [""])], 0
    for token in _TOKEN.finditer(formula):
        text = token[0]
        if text == "(" or token["call"]:
            spec = PLAIN.get((token["call"] or "").upper()) or STORED.get((token["call"] or "").upper())
            stack.append(_Call(spec, token["call"] or "", token["gap"] or "", [""]))
        elif text == ")" and len(stack) > 1:
            closed = stack.pop()
            stack[-1].parts[-1] += _closed(closed, argument, whole)
        else:
            braces += {"{": 1, "}": -1}.get(text, 0)
            if text in ";," and not braces and stack[-1].spec:
                stack[-1].parts.extend((text, ""))
            else:
                stack[-1].parts[-1] += text
    return "".join(f"{call.head}{call.gap}(" * bool(i) + "".join(call.parts) for i, call in enumerate(stack))


def _closed(call: _Call, argument: Argument, whole: Whole) -> str:
    if call.spec is None:
        return f"{call.head}{call.gap}({''.join(call.parts)})"
    given = call.parts[::2]
    pairs = zip_longest(call.spec.parameters[: len(given)], given)
    call.parts[::2] = [argument(parameter, text) for parameter, text in pairs]
    return whole(call.head, call.spec, call.parts)
