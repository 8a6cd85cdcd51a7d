"""Reading a table: types, rules, and every fault at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.core.errors import CellError
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import BadRowsError, Column, Kind, Table, Writer, day_text, read, read_column

STOCK = Table(
    "Stock",
    "A table of a test.",
    (
        Column("sku", Kind.TEXT, "Item", required=True),
        Column("units", Kind.NUMBER, "Units", minimum=0, maximum=100),
        Column("since", Kind.DATE, "Day"),
        Column("packs", Kind.WHOLE, "Packs"),
        Column("grade", Kind.TEXT, "Grade", choices=("A", "B")),
        Column("active", Kind.YES_NO, "Active"),
        Column("twice", Kind.NUMBER, "Doubled", Writer.FORMULA, formula="=2*[units]"),
    ),
    key=("sku",),
)


def rows(**columns: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame(columns, dtype=object)
    return frame.set_axis(range(2, 2 + len(frame)))


def test_cells_become_typed_columns() -> None:
    cells = rows(
        sku=["00123", 85123.0, "x"],
        units=[1.0, "2.5", None],
        since=["2011-12-09", 40886.0, None],
        active=["yes", "NO", None],
        note=["mine", None, 3.0],
    )
    typed, faults = read(STOCK, cells)
    assert not faults
    assert typed["sku"].tolist() == ["00123", "85123", "x"]
    assert typed["units"].tolist()[:2] == [1.0, 2.5]
    assert np.isnan(typed["units"].iloc[2])
    assert typed["since"].tolist()[:2] == [40886.0, 40886.0]
    assert typed["active"].tolist() == [True, False, True]
    assert typed["note"].tolist() == ["mine", None, 3.0]
    assert typed["packs"].isna().all()


def test_all_faults_are_told_at_once_with_sheet_row_column_value_and_rule() -> None:
    cells = rows(
        sku=["a", None, "a", "b"],
        units=[-1.0, "many", 101.0, True],
        since=["soon", None, None, None],
        packs=[1.5, None, None, None],
        grade=["C", "", None, "B"],
        active=["perhaps", None, None, None],
        twice=[CellError.VALUE, 1.0, 2.0, 3.0],
    )
    faults = [str(fault) for fault in read(STOCK, cells)[1]]
    assert sorted(faults) == sorted(
        [
            "Stock row 3, sku: blank - must not be blank",
            "Stock row 2, units: -1.0 - must be >= 0",
            "Stock row 3, units: 'many' - must be a number",
            "Stock row 4, units: 101.0 - must be <= 100",
            "Stock row 5, units: True - must be a number",
            "Stock row 2, since: 'soon' - must be a date",
            "Stock row 2, packs: 1.5 - must be a whole number",
            "Stock row 2, grade: 'C' - must be one of A, B",
            "Stock row 2, active: 'perhaps' - must be a yes or no",
            "Stock row 4, sku: 'a' - appears twice (sku)",
        ]
    )


CELLS = {
    "text": st.sampled_from(["a", " b ", "12", "", "yes", "2011-12-09", "00123"]),
    "numbers": st.sampled_from([1.0, 2.5, -3.0, 101.0, float("nan"), float("inf"), 0.0]),
    "anything": st.sampled_from([1, True, CellError.VALUE, "x", 3.0, np.float64(2.0), None]),
}


@pytest.mark.parametrize("column", STOCK.columns, ids=lambda column: column.name)
@given(
    cells=st.sampled_from(list(CELLS)).flatmap(lambda kind: st.lists(st.none() | CELLS[kind], max_size=6)),
    kind=st.sampled_from(["object", "as it is"]),
)
def test_a_column_reads_as_its_cells_one_by_one(column: Column, cells: list[object], kind: str) -> None:
    """A clean column is read as a whole; a cell of another kind that is put beside it makes no difference."""
    given_cells = pd.Series(cells, index=range(2, 2 + len(cells)), dtype=object)
    if kind == "as it is" and cells:
        given_cells = given_cells.infer_objects()
    values, faults = read_column(column, given_cells)
    alone = [
        read_column(column, pd.Series([CellError.NA, cell], index=[0, 1], dtype=object)) for cell in cells
    ]
    kind_of = alone[0][0].dtype if alone else values.dtype
    expected = pd.Series([one.iloc[1] for one, _ in alone], index=given_cells.index, dtype=kind_of)
    pd.testing.assert_series_equal(values, expected)
    found = [(row, rule) for row, (_, told) in enumerate(alone, 2) for place, rule in told if place == 1]
    assert sorted(faults) == sorted(found)


def test_the_sentence_for_the_user_names_the_first_fault_and_counts_the_others() -> None:
    faults = read(STOCK, rows(sku=[None, None], units=[1.0, 1.0]))[1]
    assert "Stock row 2, sku: blank - must not be blank (and 2 more" in str(BadRowsError(faults))


def test_a_formula_is_written_with_references_in_full() -> None:
    assert STOCK.formula_of(STOCK.column("twice")) == "=2*Stock[[#This Row],[units]]"


def test_a_calculated_column_and_its_formula_come_together() -> None:
    with pytest.raises(ValueError, match="formula"):
        Column("x", Kind.NUMBER, "x", formula="=1")


def test_a_missing_day_has_no_text() -> None:
    assert day_text(40886.0) == "2011-12-09"  # Excel shows 40886 as 9 December 2011
    assert day_text(float("nan")) == ""


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_declarations_are_sound(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= set(table.names)
    for column in table.columns:
        assert column.help
        formula = table.formula_of(column)
        assert "[@" not in formula
        assert formula.count("[") == formula.count("]")


def test_first_values_of_the_settings_obey_their_own_rules() -> None:
    for setting in SETTINGS:
        column = Table("One", "", (setting.as_column(),))
        assert not read(column, rows(**{setting.name: [setting.value]}))[1], setting.name
