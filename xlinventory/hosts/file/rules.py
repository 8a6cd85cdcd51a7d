"""Validations and conditional formats of a sheet, and the rows of a table that they are for."""

import re

from openpyxl.utils import get_column_letter, range_boundaries

from xlinventory.hosts.file.references import TableArea

_SQREF = re.compile(r'(<(?:conditionalFormatting|dataValidation)\b[^>]*?\bsqref=")([^"]*)(")')
_EXTENDED_SQREF = re.compile(r"(<xm:sqref>)([^<]*)(</xm:sqref>)")


def resized(tail: str, old: TableArea, new: TableArea) -> str:
    """Ranges of validations and conditional formats that ended with the table end with it again."""

    def one(reference: str) -> str:
        try:
            left, top, right, bottom = range_boundaries(reference)
        except ValueError:
            return reference
        inside = old.left <= left and right <= old.right and top >= old.top
        if not inside or bottom != old.last_row:
            return reference
        return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{max(top, new.last_row)}"

    def all_of(match: re.Match[str]) -> str:
        references = " ".join(one(reference) for reference in match.group(2).split())
        return f"{match.group(1)}{references}{match.group(3)}"

    return _EXTENDED_SQREF.sub(all_of, _SQREF.sub(all_of, tail))
