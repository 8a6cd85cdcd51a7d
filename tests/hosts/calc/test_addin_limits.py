"""What LibreOffice's add-in interface cannot tell apart: one test for each line of docs/parity.md.

When one of these fails, LibreOffice has become better, and the line can go.
"""

from collections.abc import Callable
from typing import Any

Show = Callable[..., Any]
Put = Callable[..., None]


def test_one_empty_cell_alone_is_zero(show: Show) -> None:
    assert show("=EOQ(A1;10;0.5;1)") == 0.0
    assert show("=EOQ(A1:A1;10;0.5;1)") == "#N/A"
    assert show('=EOQ(IF(ISBLANK(A1);"";(A1));10;0.5;1)') == "#N/A"  # what adoption writes


def test_an_empty_text_is_a_blank(show: Show, put: Put) -> None:
    put([['=""']], "A1:A1")
    assert show("=EOQ(A1;10;0.5;1)") == "#N/A"
    assert show("=EOQ(A1:A1;10;0.5;1)") == "#N/A"


def test_true_is_one(show: Show) -> None:
    assert show("=EOQ(1000;10;TRUE();0.5)") == 200.0


def test_a_range_with_an_error_does_not_arrive(sheet, show: Show, put: Put) -> None:
    put([[1000], ["=1/0"], [4000]], "A1:A3")
    assert show("=SUM(EOQ(A1:A3;10;0.5;1))") == "Err:504"
    assert show("=LEAD_TIME_DEMAND(A1:A3;1)") == "Err:504"
    cells = sheet.getCellRangeByName("B1:B3")
    cells.setArrayFormula("=EOQ(A1:A3*1;10;0.5;1)")  # an error in what is calculated shows in every row
    assert [cells.getCellByPosition(0, i).String for i in range(3)] == ["#DIV/0!"] * 3


def test_of_two_errors_the_last_argument_shows(show: Show, put: Put) -> None:
    put([["=1/0", "=NA()"]], "A1:B1")
    assert show("=EOQ(A1;B1;0.5;1)") == "#N/A"


def test_texts_in_rows_are_equal_to_no_text(sheet, show: Show, put: Put) -> None:
    put([[80], [15], [5]], "A1:A3")
    sheet.getCellRangeByName("B1:B3").setArrayFormula("=ABC_CLASS(A1:A3)")
    sheet.getCellRangeByName("C1:C3").setArrayFormula('=(ABC_CLASS(A1:A3)&"")')  # what adoption writes
    assert sheet.getCellRangeByName("B1:B3").getDataArray() == (("A",), ("B",), ("C",))
    assert (show('=B1="A"'), show('=COUNTIF(B1:B3;"A")')) == (0.0, 0.0)
    assert (show('=B1&""="A"'), show('=INDEX(ABC_CLASS(A1:A3);1)="A"')) == (1.0, 1.0)
    assert (show('=C1="A"'), show('=COUNTIF(C1:C3;"A")')) == (1.0, 1.0)


def test_a_word_is_not_given_for_a_column(sheet, show: Show, put: Put) -> None:
    put([[0], [40]], "A1:A2")
    cells = sheet.getCellRangeByName("B1:B2")
    cells.setArrayFormula("=STOCK_STATUS(A1:A2;5;10;20)")
    assert [cells.getCellByPosition(0, i).String for i in range(2)] == ["#VALUE!"] * 2
    assert show("=STOCK_STATUS(A1:A1;5;10;20)") == "OUT"
    cells.setArrayFormula('=STOCK_STATUS_COLUMN(A1:A2;A1:A2;10;20)&""')  # 40 is more than 20
    assert [cells.getCellByPosition(0, i).String for i in range(2)] == ["OUT", "EXCESS"]
    assert show('=COUNTIF(B1:B2;"EXCESS")') == 1.0


def test_the_type_of_an_error_is_not_told(show: Show) -> None:
    assert show("=ERROR.TYPE(EOQ(-1;10;0.5;1))") == "#N/A"
    assert show("=ERROR.TYPE(INDEX(EOQ(-1;10;0.5;1);1))") == 6.0  # Excel's number of #NUM!


def test_a_single_cell_shows_the_first_of_several(show: Show) -> None:
    assert show("=DEMAND_FORECAST({5|5|5|5|5};3)") == 5.0
