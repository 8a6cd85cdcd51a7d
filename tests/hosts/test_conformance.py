"""The workbook port as every host must keep it; ``HOSTS`` in conftest.py lists the hosts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.core.errors import CellError
from xlinventory.workbook import WorkbookError

HARD_TEXTS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "00123", "1e5", "TRUE", "2024-01-31", "#N/A", "'quoted", " leading",
    "trailing ", "  ", "two\nlines", "tab\there", "carriage\rreturn", "crlf\r\n", "_x000D_", "_x005F_x000D_",
    "\t=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example","x")',
    "_x00e9_", "\x01\x1f control", "<b>&amp;</b>", '"quotes"', "]]>", "äöüß", "日本語", "🙂 emoji 👩‍👩‍👧",
    "\u200bzero width", "\u202eright to left", "a" * 32_767, "\ufffe\uffff",
]  # fmt: skip
VALUES = [0.0, -1.5, 1e-300, 1.7976931348623157e308, 1 / 3, 123456789012345680.0, 2**53 + 2.0, 0.1 + 0.2]


def frame(columns: list[str], rows: list[list[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype=object)


def rows_of(cells: pd.DataFrame) -> list[list[object]]:
    return cells.to_numpy(dtype=object).tolist()


@pytest.fixture
def book(host, design):
    return host.build({"Items": design(["sku", "quantity", "note"], [["A", 1.0, None], ["B", 2.0, "x"]])})


def written(host, book, rows: list[list[object]]) -> list[list[object]]:
    book.write_table("Items", frame(["sku", "quantity", "note"], rows))
    now = rows_of(book.read_table("Items"))
    again = rows_of(host.reopen(book).read_table("Items"))
    assert again == now
    assert [[type(cell) for cell in row] for row in again] == [[type(cell) for cell in row] for row in now]
    return again


def test_a_table_is_read_with_its_sheet_rows_as_index(host, design) -> None:
    book = host.build({"Items": design(["sku", "q"], [["A", 1.0], [None, None], ["C", None]])})
    cells = book.read_table("Items")
    assert list(cells.index) == [2, 4]
    assert list(cells.columns) == ["sku", "q"]
    assert set(cells.dtypes) == {np.dtype(object)}
    assert rows_of(cells) == [["A", 1.0], ["C", None]]


def test_table_names_are_in_sheet_order(host, design) -> None:
    book = host.build({name: design(["a"], [["x"]]) for name in ("Zebra", "Ape", "Mole")})
    assert book.table_names() == ["Zebra", "Ape", "Mole"]


@pytest.mark.parametrize("count", [0, 1, 2, 5, 300])
def test_a_table_grows_shrinks_and_empties(host, book, count: int) -> None:
    rows = [[f"S{i}", float(i), None] for i in range(count)]
    assert written(host, book, rows) == rows
    assert written(host, book, [["only", 1.0, None]]) == [["only", 1.0, None]]


def test_blank_zero_empty_text_and_error_are_told_apart(host, book) -> None:
    rows = [["a", 0.0, None], ["b", None, ""], ["c", CellError.DIV0, CellError.NA], ["d", float("nan"), "0"]]
    assert written(host, book, rows) == [
        ["a", 0.0, None],
        ["b", None, None],
        ["c", CellError.DIV0, CellError.NA],
        ["d", None, "0"],
    ]


def test_rows_that_are_blank_are_left_out(host, book) -> None:
    book.write_table(
        "Items", frame(["sku", "quantity", "note"], [["A", 1.0, None], [None, None, ""], ["C", 2.0, None]])
    )
    assert list(host.reopen(book).read_table("Items").index) == [2, 4]


@pytest.mark.parametrize("text", HARD_TEXTS, ids=range(len(HARD_TEXTS)))
def test_text_stays_the_text_it_is(host, book, text: str) -> None:
    if text in host.impossible:
        pytest.skip(host.impossible[text])
    assert written(host, book, [["k", None, text]]) == [["k", None, text]]


@pytest.mark.parametrize("value", VALUES)
def test_numbers_keep_every_digit(host, book, value: float) -> None:
    assert written(host, book, [["k", value, None]]) == [["k", value, None]]


def test_truth_is_not_a_number(host, book) -> None:
    rows = written(host, book, [["k", True, False]])
    assert rows[0][1] is True
    assert rows[0][2] is False


def test_whole_numbers_and_numpy_values_become_plain_cells(host, book) -> None:
    rows = pd.DataFrame(
        {"sku": ["a", "b"], "quantity": pd.array([1, 2]), "note": [pd.Timestamp("2024-01-31 12:00"), None]}
    )
    book.write_table("Items", rows)
    # 45322 is the day serial of 2024-01-31 (Excel: =DATEVALUE("2024-01-31"))
    assert rows_of(host.reopen(book).read_table("Items")) == [["a", 1.0, 45322.5], ["b", 2.0, None]]


def test_what_is_no_number_becomes_an_error_not_an_infinity(host, book) -> None:
    assert written(host, book, [["a", float("inf"), None], ["b", 1.0, float("-inf")]]) == [
        ["a", CellError.NUM, None],
        ["b", 1.0, CellError.NUM],
    ]


def test_minus_zero_is_zero(host, book) -> None:
    assert str(written(host, book, [["a", -0.0, None]])[0][1]) == "0.0"


def test_a_text_too_long_for_a_cell_is_refused(host, book) -> None:
    before = rows_of(book.read_table("Items"))
    for text in ("a" * 32_768, "🙂" * 16_384):  # a cell takes 32,767 UTF-16 units
        with pytest.raises(WorkbookError, match="32,768 characters does not fit"):
            book.write_table("Items", frame(["sku", "note"], [["k", text]]))
    assert rows_of(book.read_table("Items")) == before


def test_columns_that_are_not_given_are_blank(host, book) -> None:
    book.write_table("Items", frame(["sku"], [["A"], ["B"]]))
    assert rows_of(host.reopen(book).read_table("Items")) == [["A", None, None], ["B", None, None]]


def test_the_order_of_given_columns_does_not_matter(host, book) -> None:
    book.write_table("Items", frame(["note", "sku"], [["n", "A"]]))
    assert rows_of(host.reopen(book).read_table("Items")) == [["A", None, "n"]]


def test_what_was_read_is_not_what_is_stored(host, book) -> None:
    cells = book.read_table("Items")
    cells.iloc[0, 0] = "changed"
    assert rows_of(book.read_table("Items"))[0][0] == "A"


def test_an_unknown_table_is_refused_in_one_sentence(host, book) -> None:
    for act in (book.read_table, lambda name: book.write_table(name, frame(["a"], []))):
        with pytest.raises(WorkbookError, match=r"there is no table Nope in the workbook; it has Items$"):
            act("Nope")


def test_an_unknown_column_is_refused_in_one_sentence(host, book) -> None:
    with pytest.raises(WorkbookError, match=r"table Items has no column colour; it has sku, quantity, note$"):
        book.write_table("Items", frame(["sku", "colour"], [["A", "red"]]))
    assert len(book.read_table("Items")) == 2


def test_progress_and_calculation_are_taken(host, book) -> None:
    book.report("Half", 0.5)
    book.calculate()


@pytest.fixture
def priced(host, design):
    if not host.calculates:
        pytest.skip("this host does not calculate")
    columns = ["sku", "quantity", "price", "value", "mine"]
    formulas = {
        "value": "=Priced[[#This Row],[quantity]]*Priced[[#This Row],[price]]",
        "mine": "=Priced[[#This Row],[value]]+1",
    }
    rows = [["A", 2.0, 10.0, None, None], ["B", 3.0, 10.0, None, None]]
    return host.build({"Priced": design(columns, rows, formulas)})


def test_calculated_columns_fill_down(host, priced) -> None:
    rows = [[f"S{i}", float(i), 2.0] for i in range(1, 6)]
    priced.write_table("Priced", frame(["sku", "quantity", "price"], rows))
    priced.calculate()
    again = host.reopen(priced).read_table("Priced")
    assert again["value"].tolist() == [2.0, 4.0, 6.0, 8.0, 10.0]
    assert again["mine"].tolist() == [3.0, 5.0, 7.0, 9.0, 11.0]


def test_rows_that_only_hold_formulas_are_blank_rows(host, priced) -> None:
    priced.write_table("Priced", frame(["sku", "quantity", "price"], []))
    priced.calculate()
    assert host.reopen(priced).read_table("Priced").empty


def test_a_calculated_column_of_the_user_keeps_its_formula_when_values_are_given(host, priced) -> None:
    priced.calculate()
    rows = priced.read_table("Priced").drop(columns="value")
    turned = rows.iloc[::-1].assign(quantity=5.0).reset_index(drop=True)
    priced.write_table("Priced", turned)
    priced.calculate()
    assert host.reopen(priced).read_table("Priced")["mine"].tolist() == [51.0, 51.0]


@pytest.mark.parametrize("host", ["file"], indirect=True)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
            st.one_of(
                st.none(), st.booleans(), st.sampled_from(list(CellError)),
                st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0),
            ),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_any_cells_come_back_from_disk_as_they_were(host, design, rows) -> None:
    book = host.build({"Items": design(["key", "cell"], [["A", 1.0]])})
    cells = [list(row) for row in rows]
    book.write_table("Items", frame(["key", "cell"], cells))
    again = rows_of(host.reopen(book).read_table("Items"))
    assert again == cells
    assert [[type(cell) for cell in row] for row in again] == [[type(cell) for cell in row] for row in cells]


def test_a_book_says_where_its_file_is(host, book) -> None:
    folder = getattr(host, "folder", None)
    assert book.path() == (folder and folder / "book.xlsx")
