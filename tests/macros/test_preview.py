"""Dry runs: what would change is counted, nothing changes."""

import pandas as pd
import pytest

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import frame
from xlinventory.macros.changes import Change, change_of
from xlinventory.macros.frame import Run, preview, run_macro
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

TODAY = 40886.0


@pytest.fixture(autouse=True)
def scratch_macros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "_macros", dict(frame._macros))


@pytest.fixture
def book(make_book) -> MemoryWorkbook:
    names = ("Acme", "Bolt", "Cord")
    return make_book(Suppliers=[{"supplier": name, "active": "yes"} for name in names])


def record(body) -> None:
    body.__doc__ = "A macro of a test."
    frame.macro("try", "Try")(body)


def everything(book: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name) for name in TABLES}


def change_suppliers(run: Run) -> str:
    """Acme changes, Bolt goes, Dart comes; Cord stays."""
    rows = run.table("Suppliers")
    rows.loc[rows["supplier"] == "Acme", "promised_lead_days"] = 9.0
    rows.loc[rows["supplier"] == "Bolt", "supplier"] = "Dart"
    run.write("Suppliers", rows)
    return "Changed."


@pytest.mark.parametrize("calculated", [False, True])
def test_rows_are_counted_by_their_key_and_nothing_changes(book: MemoryWorkbook, calculated: bool) -> None:
    def body(run: Run) -> str:
        sentence = change_suppliers(run)
        if calculated:
            run.calculate()
            rows = run.table("Suppliers")
            run.write("Suppliers", rows.assign(email="a@example.org"))
            rows.loc[:, "email"] = ""
            run.write("Suppliers", rows)
        run.findings.append("found")
        return sentence

    record(body)
    before = everything(book)
    outcome = preview(book, "try")
    assert outcome.changed == (Change("Suppliers", added=1, changed=1, removed=1),)
    assert outcome.sentence == (
        "Dry run: would change 3 rows (Suppliers 1 added, 1 changed, 1 removed). It would say: Changed."
    )
    assert outcome.findings == ("found",)
    for name, rows in everything(book).items():
        pd.testing.assert_frame_equal(rows, before[name])


def test_it_tells_what_the_run_then_does(book: MemoryWorkbook) -> None:
    record(change_suppliers)
    told = preview(book, "try")
    before = book.read_table("Suppliers")
    outcome = run_macro(book, "try")
    assert told.sentence.endswith(outcome.sentence)
    assert told.changed == (change_of(TABLES["Suppliers"], before, book.read_table("Suppliers")),)
    assert preview(book, "try").changed == (Change("Suppliers", added=0, changed=0, removed=0),)[:0]


def test_a_failure_half_way_leaves_everything_as_it_was(book: MemoryWorkbook) -> None:
    def fail(run: Run) -> str:
        change_suppliers(run)
        run.calculate()
        raise WorkbookError("No.")

    record(fail)
    before = everything(book)
    with pytest.raises(WorkbookError, match=r"No\."):
        preview(book, "try")
    for name, rows in everything(book).items():
        pd.testing.assert_frame_equal(rows, before[name])


def test_rows_of_a_table_without_a_key_are_counted_by_what_they_hold(make_book) -> None:
    """Two equal lines are two lines: of three sales one is taken away and another one is added."""
    sale = {"date": TODAY, "sku": "A", "kind": "SALE", "quantity": -1.0}
    before = make_book(Movements=[sale, sale, sale | {"quantity": -2.0}]).read_table("Movements")
    after = make_book(Movements=[sale, sale, sale]).read_table("Movements")
    assert change_of(TABLES["Movements"], before, after) == Change("Movements", added=1, removed=1)
    assert change_of(TABLES["Movements"], before, before.iloc[::-1]) == Change("Movements")


def test_a_number_and_the_text_it_stands_for_are_the_same_key(make_book) -> None:
    typed = make_book(Items=[{"sku": 85123.0, "name": "x"}]).read_table("Items")
    written = make_book(Items=[{"sku": "85123", "name": "x"}]).read_table("Items")
    assert change_of(TABLES["Items"], typed, written).rows == 0


def test_tables_that_were_or_become_empty(make_book) -> None:
    full = make_book(Items=[{"sku": "A"}, {"sku": "B"}]).read_table("Items")
    empty = make_book().read_table("Items")
    assert change_of(TABLES["Items"], empty, full) == Change("Items", added=2)
    assert change_of(TABLES["Items"], full, empty) == Change("Items", removed=2)
    assert str(change_of(TABLES["Items"], empty, empty)) == "Items unchanged"


def test_refresh_counts_first(make_book, tmp_path) -> None:
    """Two items in the file, one of them there already under another name."""
    (tmp_path / "items.csv").write_text("sku,name,unit_cost\nA,Anvil,2\nB,Bolt,3\n")
    made = make_book(Items=[{"sku": "A", "name": "Amboss", "active": "yes", "committed": 0.0,
                             "on_hand": 0.0, "on_order": 0.0}])  # fmt: skip
    before = everything(made)
    outcome = preview(made, "refresh", folder=str(tmp_path))
    assert {change.table: (change.added, change.changed) for change in outcome.changed} == {
        "Items": (1, 1), "ImportMap": (3, 0), "Settings": (0, 1),
    }  # fmt: skip
    assert "Read 2 lines from 1 file: 2 taken" in outcome.sentence
    for name, rows in everything(made).items():
        pd.testing.assert_frame_equal(rows, before[name])


def test_formulas_of_a_file_are_as_they_were(tmp_path) -> None:
    """A run that calculates half way writes 30 on hand; the position is what 10 on hand make of it again."""
    template.build(tmp_path / "book.xlsx")
    book = FileWorkbook.open(tmp_path / "book.xlsx")
    items = pd.DataFrame(
        {"sku": ["A"], "active": ["yes"], "on_hand": [10.0], "on_order": [5.0], "committed": [2.0]}
    )
    book.write_table("Items", items)
    book.calculate()
    before = book.read_table("Items")
    assert before["position"].tolist() == [13.0]

    def restock(run: Run) -> str:
        rows = run.table("Items")
        rows["on_hand"] = 30.0
        run.write("Items", rows)
        run.calculate()
        return f"Position {run.table('Items')['position'].iloc[0]:.0f}."

    record(restock)
    assert preview(book, "try").sentence.endswith("It would say: Position 33.")
    pd.testing.assert_frame_equal(book.read_table("Items"), before)
