"""Formulas of the template whose result must not hang on the last digit of a number."""

from fractions import Fraction
from math import floor
from typing import Any

from xlinventory.hosts.calc.formulas.grammar import to_calc
from xlinventory.hosts.excel.template.chart_data import SLICES, _pareto, fact


def test_half_an_item_is_rounded_up_in_every_slice_of_the_best(sheet: Any) -> None:
    """Expected: the exact fraction, halves up; LibreOffice gave 122 for 175 items times 0.7."""
    counts = range(1, 201)
    ranks = [_pareto(i)[2] for i in range(SLICES)]
    formulas = [[to_calc(rank.replace(fact("items"), f"$A{n}")) for rank in ranks] for n in counts]
    sheet.getCellRangeByPosition(0, 0, 0, len(counts) - 1).setDataArray(tuple((float(n),) for n in counts))
    area = sheet.getCellRangeByPosition(1, 0, SLICES, len(counts) - 1)
    area.setFormulaArray(tuple(map(tuple, formulas)))
    exact = [
        tuple(float(floor(Fraction(n * (i + 1), SLICES) + Fraction(1, 2))) for i in range(SLICES))
        for n in counts
    ]
    assert list(area.getDataArray()) == exact
