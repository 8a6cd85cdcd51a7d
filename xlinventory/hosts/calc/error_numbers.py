"""LibreOffice's numbers of errors, and the NaN that carries one from cell to cell."""

import struct
from collections.abc import Mapping

from xlinventory.core.errors import CellError

ERRORS: Mapping[int, CellError] = {
    502: CellError.VALUE, 503: CellError.NUM, 504: CellError.REF, 519: CellError.VALUE, 521: CellError.NULL,
    524: CellError.REF, 525: CellError.NAME, 532: CellError.DIV0, 32767: CellError.NA,
}  # fmt: skip
"""By LibreOffice's number; whatever else it may say is #VALUE!."""


def error_of(number: int) -> CellError:
    """The error of a number."""
    return ERRORS.get(number, CellError.VALUE)


def nan_of(number: int) -> float:
    """A NaN that shows as the error of that number."""
    return float(struct.unpack("<d", struct.pack("<II", number, 0x7FF80000))[0])


def number_in(nan: float) -> int:
    """The error number that a NaN of LibreOffice carries: the lower half of its bits."""
    return int(struct.unpack("<I", struct.pack("<d", nan)[:4])[0])
