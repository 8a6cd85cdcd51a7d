"""How Excel numbers the error values of its cells: towards VBA (``CVErr``) and towards COM."""

from xlinventory.core.errors import CellError

NUMBERS = {
    CellError.NULL: 2000,
    CellError.DIV0: 2007,
    CellError.VALUE: 2015,
    CellError.REF: 2023,
    CellError.NAME: 2029,
    CellError.NUM: 2036,
    CellError.NA: 2042,
    CellError.SPILL: 2045,
    CellError.CALC: 2050,
}
"""What ``CVErr`` takes: the members of Excel's XlCVError."""

FIRST_CODE = -2146828288
"""Number 0 as COM sends it: 0x800A0000 as a signed 32-bit integer."""

ERRORS_BY_CODE = {FIRST_CODE + number: error for error, number in NUMBERS.items()}
"""Error values by the integer that pywin32 gives for a cell that holds one."""

CODES = range(FIRST_CODE + 2000, FIRST_CODE + 2100)
"""Where every error value of Excel lies, also those that we have no name for."""
