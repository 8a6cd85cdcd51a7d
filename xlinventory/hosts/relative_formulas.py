"""Formulas apart from the row they stand in, so that the rows of a table can be compared and filled."""

import re

_RELATIVE = re.compile(
    r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\[[^\[\]]*\]"
    r"|(?<![\w.\\$])(\$?[A-Za-z]{1,3})(\d+)(?![\w(.!\[])"
)
_OFFSET = re.compile("\x01(-?\\d+)\x02")


def relative(formula: str, row: int) -> str:
    """A formula with the rows it refers to written as distances from its own row."""

    def distance(match: re.Match[str]) -> str:
        return (
            match.group(0)
            if match.group(2) is None
            else f"{match.group(1)}\x01{int(match.group(2)) - row}\x02"
        )

    return _RELATIVE.sub(distance, formula)


def at_row(form: str, row: int) -> str:
    """The formula of one row from its ``relative`` form."""
    if "\x01" not in form:
        return form
    return _OFFSET.sub(lambda match: str(max(int(match.group(1)) + row, 1)), form)
