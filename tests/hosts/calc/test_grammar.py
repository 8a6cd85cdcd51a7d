"""Formulas between Excel's grammar and LibreOffice's."""

import pytest

from xlinventory.hosts.calc.formulas.grammar import to_calc, to_excel

PAIRS = [  # the right side as LibreOffice 7.4 shows formulas imported from a workbook of the left side
    ("=SUM(A1,B1)", "=SUM(A1;B1)"),
    ("=Tot!H1&Items!B2", "=$Tot.H1&$Items.B2"),
    ("='My Sheet'!$A$1", "=$'My Sheet'.$A$1"),
    ("=SUM('It''s'!A:A)", "=SUM($'It''s'.A:A)"),
    ("=SUM({1,2;3,4})", "=SUM({1;2|3;4})"),
    ('=IF(A1="x,y;z!A1",1,2)', '=IF(A1="x,y;z!A1";1;2)'),
    ("=Items[[#This Row],[on_hand]]*2", "=Items[[#This Row];[on_hand]]*2"),
    ("=SUM(T[a,b;c],T[d'[e])", "=SUM(T[a,b;c];T[d'[e])"),
    ("=SUM(Items!$B$2:$B$10)", "=SUM($Items.$B$2:$B$10)"),
    ("=1.5+STDEV.S(A1,2.5)", "=1.5+STDEV.S(A1;2.5)"),
    ("=IF(A1,,2)", "=IF(A1;;2)"),
]


@pytest.mark.parametrize(("excel", "calc"), PAIRS)
def test_a_formula_is_translated_both_ways(excel: str, calc: str) -> None:
    assert to_calc(excel) == calc
    assert to_excel(calc) == excel


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("=T[@a]*2", "=T[[#This Row];[a]]*2"),
        ("=T[@[a b]]+1", "=T[[#This Row];[a b]]+1"),
        ('="T[@a]"', '="T[@a]"'),
    ],
)
def test_the_short_form_of_this_row_is_written_out(short: str, long: str) -> None:
    assert to_calc(short) == long


@pytest.mark.parametrize("error", ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"])
def test_an_error_constant_is_its_name(error: str) -> None:
    assert to_calc(f"={error}") == f"={error}"
    assert to_excel(f"={error}") == error
