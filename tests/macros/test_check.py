"""Check data: one finding for every fault, none for sound data."""

import pandas as pd
import pytest

from xlinventory.core.errors import CellError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import day_text


def rows(name: str, /, **columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object).reindex(columns=TABLES[name].names).astype(object)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    made = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    made["Settings"] = rows("Settings", setting=[s.name for s in SETTINGS], value=[s.value for s in SETTINGS])
    made["Items"] = rows("Items", sku=["A", "B"], name=["a", "b"], preferred_supplier=["Acme", None])
    made["Suppliers"] = rows("Suppliers", supplier=["Acme"])
    made["Movements"] = rows(
        "Movements",
        date=[40000.0, 40001.0, 40002.0],
        sku=["A", "A", "B"],
        kind=["OPENING", "SALE", "OPENING"],
        quantity=[5.0, -5.0, 1.0],
    )
    return made


def findings(tables: dict[str, pd.DataFrame]) -> list[str]:
    outcome = run_macro(MemoryWorkbook(tables), "check")
    count = len(outcome.findings)
    assert outcome.sentence.startswith(
        {0: "No problems found", 1: "1 problem found"}.get(count, f"{count} problems")
    )
    return list(outcome.findings)


def test_sound_data_has_no_findings(tables) -> None:
    assert findings(tables) == []


def test_check_changes_nothing(tables) -> None:
    book = MemoryWorkbook(tables)
    before = {name: book.read_table(name) for name in TABLES}
    run_macro(book, "check")
    for name, table in before.items():
        pd.testing.assert_frame_equal(book.read_table(name), table)


def test_a_cell_that_breaks_its_rule_is_named_with_its_row(tables) -> None:
    tables["Movements"].loc[1, "date"] = "soon"
    assert findings(tables) == ["Movements row 3, date: 'soon' - must be a date"]


def test_a_setting_that_breaks_its_rule_is_named(tables) -> None:
    tables["Settings"].loc[tables["Settings"]["setting"] == "review_days", "value"] = "weekly"
    assert any("review_days: 'weekly' - must be a number" in finding for finding in findings(tables))


def test_unknown_items_are_told_once_each_with_their_count(tables) -> None:
    extra = rows("Movements", date=[1.0, 2.0], sku=["Z", "Z"], kind=["OPENING"] * 2, quantity=[1.0, 1.0])
    tables["Movements"] = pd.concat([tables["Movements"], extra], ignore_index=True)
    assert findings(tables) == ["Movements row 5, sku: 'Z' is not in Items (2 rows)"]


def test_an_unknown_supplier_is_told(tables) -> None:
    tables["Items"].loc[1, "preferred_supplier"] = "Nobody"
    assert findings(tables) == ["Items row 3, preferred_supplier: 'Nobody' is not in Suppliers"]


def test_stock_that_was_never_received_is_told_by_day_not_by_row(tables) -> None:
    tables["Movements"]["date"] = [40003.0, 40001.0, 40002.0]  # the opening comes after the sale
    (finding,) = findings(tables)
    assert finding == (
        f"Movements row 3, quantity: -5 of A on {day_text(40001.0)} is 5 more than there is; "
        "an opening stock or a receipt is missing"
    )
    tables["Movements"]["quantity"] = [0.5, -0.25, 1.0]
    assert "-0.25 of A" in findings(tables)[0]


def test_a_formula_that_shows_an_error_is_told(tables) -> None:
    calculated = next(column.name for column in TABLES["Items"].columns if column.formula)
    tables["Items"].loc[0, calculated] = CellError.DIV0
    assert findings(tables) == [f"Items row 2, {calculated}: shows #DIV/0!"]


def test_a_movement_that_goes_the_wrong_way_is_found(tables) -> None:
    tables["Movements"].loc[1:2, ["kind", "quantity"]] = [["SALE", 5.0], ["RECEIPT", -0.0]]
    tables["Movements"].loc[3] = tables["Movements"].loc[0]
    tables["Movements"].loc[3, ["kind", "quantity"]] = ["CUSTOMER_RETURN", -1.0]
    assert findings(tables) == [
        "Movements row 3, quantity: 5.0 - must be < 0 for SALE",
        "Movements row 5, quantity: -1.0 - must be > 0 for CUSTOMER_RETURN",
    ]
