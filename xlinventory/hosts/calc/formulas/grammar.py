"""Formulas between Excel's grammar and the one LibreOffice's programming interface speaks.

Excel writes ``Sheet!A1``, ``,`` between arguments and ``{1,2;3,4}``; LibreOffice ``$Sheet.A1``, ``;`` and
``{1;2|3;4}``. Text, quoted sheet names and the names of table columns are left as they are.
"""

import re
from functools import lru_cache

_ERROR_NAME = r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)"
_EXCEL = re.compile(
    rf'(?P<text>"(?:[^"]|"")*"|{_ERROR_NAME})'
    r"|(?P<sheet>'(?:[^']|'')+'!|[^\W\d][\w.]*!)"
    r"|(?P<column>\[(?:'.|[^\[\]'])*\])"
    r"|(?P<mark>[,;{}])"
)
_CALC = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<sheet>\$?(?:'(?:[^']|'')+'|[^\W\d]\w*)\.(?=\$?[A-Za-z]{1,3}\$?\d|\$?\d|\$?[A-Za-z]{1,3}:))"
    r"|(?P<column>\[(?:'.|[^\[\]'])*\])"
    r"|(?P<mark>[;|{}])"
)
_TEXT = re.compile(r'("(?:[^"]|"")*")')
_BARE_COLUMN = re.compile(r"(?<![\w\]'])(\[(?:'.|[^\[\]'])*\])|\[\[.*?\]\]")
_THIS_ROW = re.compile(r"(?<=\w)\[@(?:\[((?:'.|[^\[\]'])+)\]|((?:'.|[^\[\]'@])+))\]")
_ERROR = re.compile(rf"=({_ERROR_NAME})\Z")


def to_calc(formula: str) -> str:
    """An Excel formula as LibreOffice takes it.

    >>> to_calc('=SUM(Sheet!A1,Items[@on_hand],{1,2;3,4},"a,b")')
    '=SUM($Sheet.A1;Items[[#This Row];[on_hand]];{1;2|3;4};"a,b")'
    """
    written_out = _outside_text(formula)
    inside = 0

    def one(match: re.Match[str]) -> str:
        nonlocal inside
        if match["sheet"]:
            return f"${match['sheet'][:-1]}."
        inside += {"{": 1, "}": -1}.get(match["mark"] or "", 0)
        return {",": ";", ";": "|" if inside else ";"}.get(match["mark"] or "", match[0])

    return _EXCEL.sub(one, written_out)


@lru_cache(10_000)  # a column of a table is one formula many times over
def to_excel(formula: str) -> str:
    """A LibreOffice formula as Excel writes it; an error value is no formula.

    >>> to_excel("=IF($Items.$B2>1;T[[#This Row];[a;b]];{1;2|3;4})")
    '=IF(Items!$B2>1,T[[#This Row],[a;b]],{1,2;3,4})'
    >>> to_excel("=#N/A")
    '#N/A'
    """
    constant = _ERROR.match(formula)
    if constant:
        return constant[1]

    def one(match: re.Match[str]) -> str:
        if match["sheet"]:
            return f"{match['sheet'].removeprefix('$')[:-1]}!"
        return {";": ",", "|": ";"}.get(match["mark"] or "", match[0])

    return _CALC.sub(one, formula)


def _outside_text(formula: str) -> str:
    """The formula with ``Table[@column]`` written out, which LibreOffice does not know."""
    parts = _TEXT.split(formula)
    return "".join(
        part if i % 2 else _THIS_ROW.sub(lambda m: f"[[#This Row],[{m[1] or m[2]}]]", part)
        for i, part in enumerate(parts)
    )


def with_table_name(formula: str, table: str) -> str:
    """A formula of a totals row with its table named, which LibreOffice needs when it is entered anew.

    >>> with_table_name('=SUBTOTAL(109;[b])+SUM(T[[#All];[b]])&"[b]"', "T")
    '=SUBTOTAL(109;T[b])+SUM(T[[#All];[b]])&"[b]"'
    """
    parts = _TEXT.split(formula)
    named = [
        part if i % 2 else _BARE_COLUMN.sub(lambda m: f"{table}{m[1]}" if m[1] else m[0], part)
        for i, part in enumerate(parts)
    ]
    return "".join(named)
