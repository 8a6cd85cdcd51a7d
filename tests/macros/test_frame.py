"""The frame of the macros: all or nothing, undo, log, columns and formulas of the user."""

import numpy as np
import pandas as pd
import pytest

from xlinventory.core.errors import CellError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import frame
from xlinventory.macros.frame import Run, run_macro
from xlinventory.macros.rows import as_cells
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import BadRowsError
from xlinventory.workbook import WorkbookError


@pytest.fixture
def book() -> MemoryWorkbook:
    empty = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    empty["Settings"] = pd.DataFrame(
        [{"setting": s.name, "value": s.value, "unit": s.unit, "help": s.help} for s in SETTINGS],
        dtype=object,
    )
    empty["Suppliers"] = suppliers(["Acme", "Bolt"])
    return MemoryWorkbook(empty)


@pytest.fixture(autouse=True)
def scratch_macros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "_macros", dict(frame._macros))


def suppliers(names: list[str], **columns: list[object]) -> pd.DataFrame:
    frame_ = pd.DataFrame(columns=TABLES["Suppliers"].names, dtype=object)
    frame_["supplier"] = names
    frame_["active"] = "yes"
    for name, values in columns.items():
        frame_[name] = values
    return frame_.astype(object).where(frame_.notna(), None)


def names(book: MemoryWorkbook) -> list[str]:
    return book.read_table("Suppliers")["supplier"].tolist()


def record(body, name: str = "try") -> None:
    body.__doc__ = body.__doc__ or "A macro of a test."
    frame.macro(name, "Try")(body)


def rename_all(run: Run) -> str:
    rows = run.table("Suppliers")
    rows["supplier"] = rows["supplier"] + " Ltd"
    run.write("Suppliers", rows)
    return "Renamed."


def test_a_run_writes_logs_and_can_be_undone(book: MemoryWorkbook) -> None:
    record(rename_all)
    assert run_macro(book, "try").sentence == "Renamed."
    assert names(book) == ["Acme Ltd", "Bolt Ltd"]
    line = book.read_table("Log").iloc[-1]
    assert (line["run"], line["macro"], line["result"], line["tables"]) == (
        1.0,
        "try",
        "Renamed.",
        "Suppliers",
    )
    outcome = run_macro(book, "undo")
    assert "run 1 (try)" in outcome.sentence
    assert names(book) == ["Acme", "Bolt"]
    assert book.read_table("Log")["undone"].tolist() == ["yes"]
    assert book.read_table("_undo").empty


def test_runs_are_undone_one_after_the_other(book: MemoryWorkbook) -> None:
    record(rename_all)
    run_macro(book, "try")
    run_macro(book, "try")
    run_macro(book, "undo")
    assert names(book) == ["Acme Ltd", "Bolt Ltd"]
    run_macro(book, "undo")
    assert names(book) == ["Acme", "Bolt"]
    with pytest.raises(WorkbookError, match="no run to undo"):
        run_macro(book, "undo")


def test_undo_refuses_to_lose_what_was_typed_since(book: MemoryWorkbook) -> None:
    record(rename_all)
    run_macro(book, "try")
    book.write_table("Suppliers", suppliers(["Acme Ltd", "Mine"]))
    with pytest.raises(WorkbookError, match="changed by hand"):
        run_macro(book, "undo")
    assert names(book) == ["Acme Ltd", "Mine"]


def test_added_rows_are_remembered_by_their_number_only(book: MemoryWorkbook) -> None:
    def add(run: Run) -> str:
        rows = run.table("Suppliers")
        run.write("Suppliers", pd.concat([rows, rows.tail(1).assign(supplier="New")]))
        return "Added."

    record(add)
    run_macro(book, "try")
    assert names(book) == ["Acme", "Bolt", "New"]
    run_macro(book, "undo")
    assert names(book) == ["Acme", "Bolt"]


def test_a_failure_leaves_everything_as_it_was(book: MemoryWorkbook) -> None:
    def fail(run: Run) -> str:
        rename_all(run)
        run.calculate()
        raise WorkbookError("No.")

    record(fail)
    with pytest.raises(WorkbookError, match=r"No\."):
        run_macro(book, "try")
    assert names(book) == ["Acme", "Bolt"]
    assert book.read_table("Log").empty


def test_a_write_that_fails_half_way_is_taken_back(
    book: MemoryWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(rename_all)
    write = book.write_table

    def failing(name: str, rows: pd.DataFrame) -> None:
        if name == "Log":
            raise OSError("disk full")
        write(name, rows)

    monkeypatch.setattr(book, "write_table", failing)
    with pytest.raises(OSError, match="disk full"):
        run_macro(book, "try")
    monkeypatch.undo()
    assert names(book) == ["Acme", "Bolt"]


def test_a_run_that_changes_nothing_leaves_nothing_to_undo(book: MemoryWorkbook) -> None:
    def same(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers"))
        return "Same."

    record(same)
    run_macro(book, "try")
    assert len(book.read_table("Log")) == 1
    assert book.read_table("_undo").empty


def test_columns_a_user_added_follow_their_key(book: MemoryWorkbook) -> None:
    book.add_column("Suppliers", "note", ["slow", "kind"])

    def turn(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers")[TABLES["Suppliers"].names].iloc[::-1])
        return "Turned."

    record(turn)
    run_macro(book, "try")
    rows = book.read_table("Suppliers")
    assert rows[["supplier", "note"]].to_numpy().tolist() == [["Bolt", "kind"], ["Acme", "slow"]]
    run_macro(book, "undo")
    rows = book.read_table("Suppliers")
    assert rows[["supplier", "note"]].to_numpy().tolist() == [["Acme", "slow"], ["Bolt", "kind"]]


def test_notes_added_after_a_run_survive_its_undo(book: MemoryWorkbook) -> None:
    """Keys are compared as typed: a supplier that is a number in its cell is still itself."""
    book.write_table("Suppliers", suppliers([7.0, "Bolt"]))

    def ship(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers").assign(promised_lead_days=9.0))
        return "Nine days."

    record(ship)
    run_macro(book, "try")
    book.add_column("Suppliers", "note", ["slow", "kind"])
    run_macro(book, "undo")
    rows = book.read_table("Suppliers")
    assert rows[["supplier", "promised_lead_days", "note"]].to_numpy().tolist() == [
        [7.0, None, "slow"],
        ["Bolt", None, "kind"],
    ]


def test_what_a_macro_leaves_out_is_blank_and_comes_back_with_undo(book: MemoryWorkbook) -> None:
    book.write_table("Suppliers", suppliers(["Acme"], email=["a@example.org"]))

    def forget(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers")[["supplier", "active"]])
        return "Forgot."

    record(forget)
    run_macro(book, "try")
    assert book.read_table("Suppliers")["email"].tolist() == [None]
    run_macro(book, "undo")
    assert book.read_table("Suppliers")["email"].tolist() == ["a@example.org"]


def test_a_column_the_user_deleted_is_done_without_while_it_is_blank() -> None:
    design = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    design["Suppliers"] = suppliers(["Acme"]).drop(columns="currency")
    short = MemoryWorkbook(design)
    record(rename_all)
    run_macro(short, "try")
    assert names(short) == ["Acme Ltd"]

    def pay(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers").assign(currency="EUR"))
        return "Paid."

    record(pay)
    with pytest.raises(WorkbookError, match="Suppliers has no column currency"):
        run_macro(short, "try")
    assert names(short) == ["Acme Ltd"]


def test_a_run_has_a_number_of_its_own_though_the_log_was_emptied(book: MemoryWorkbook) -> None:
    record(rename_all)
    run_macro(book, "try")
    book.write_table("Log", pd.DataFrame(columns=["run"], dtype=object))
    run_macro(book, "try")
    assert book.read_table("Log")["run"].tolist() == [2.0]
    run_macro(book, "undo")
    assert names(book) == ["Acme Ltd", "Bolt Ltd"]
    assert "unknown" in run_macro(book, "undo").sentence
    assert names(book) == ["Acme", "Bolt"]


def test_the_log_grows_and_the_images_of_the_last_ten_runs_are_kept(book: MemoryWorkbook) -> None:
    record(rename_all)
    for _ in range(12):
        run_macro(book, "try")
    assert book.read_table("Log")["run"].tolist() == [float(n) for n in range(1, 13)]
    assert book.read_table("_undo")["run"].unique().tolist() == [float(n) for n in range(3, 13)]


def test_a_failure_is_told_though_a_table_cannot_be_put_back(
    book: MemoryWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(run: Run) -> str:
        rename_all(run)
        run.write("ImportMap", pd.DataFrame({"file": ["a.csv"], "source_column": ["x"]}))
        run.calculate()
        monkeypatch.setattr(book, "write_table", refuse_suppliers)
        raise WorkbookError("No.")

    def refuse_suppliers(name: str, rows: pd.DataFrame) -> None:
        if name == "Suppliers":
            raise WorkbookError("protected")
        write(name, rows)

    write = book.write_table
    record(fail)
    with pytest.raises(WorkbookError, match="Suppliers could not be put back: protected") as caught:
        run_macro(book, "try")
    assert str(caught.value.__context__) == "No."
    assert book.read_table("ImportMap").empty  # the other table was put back all the same


def test_a_sheet_that_refuses_every_write_is_all_that_is_told(
    book: MemoryWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A protected sheet cannot be put back either; it need not be, for it is as it was."""
    write = book.write_table

    def protected(name: str, rows: pd.DataFrame) -> None:
        if name == "Suppliers":
            raise WorkbookError("the sheet is protected")
        write(name, rows)

    monkeypatch.setattr(book, "write_table", protected)
    record(rename_all)
    with pytest.raises(WorkbookError, match=r"^the sheet is protected$"):
        run_macro(book, "try")


def test_rows_that_are_blank_are_not_written(book: MemoryWorkbook) -> None:
    def loosely(run: Run) -> str:
        rows = suppliers(["Acme", "", "Carl"])
        rows.loc[1] = None
        run.write("Suppliers", rows)
        return "Wrote."

    record(loosely)
    run_macro(book, "try")
    assert list(book.read_table("Suppliers").index) == [2, 3]
    run_macro(book, "undo")
    assert names(book) == ["Acme", "Bolt"]


def test_a_setting_the_workbook_lacks_is_added(book: MemoryWorkbook) -> None:
    settings = book.read_table("Settings")
    book.write_table("Settings", settings[settings["setting"] != "as_of"].reset_index(drop=True))

    def moved(run: Run) -> str:
        run.set_setting("as_of", 40886.0)
        return "Moved."

    record(moved)
    run_macro(book, "try")
    settings = book.read_table("Settings")
    assert settings.loc[settings["setting"] == "as_of", "value"].tolist() == [40886.0]
    assert len(settings) == len(SETTINGS)


def test_cells_of_a_macro_are_plain() -> None:
    made = as_cells(
        pd.DataFrame(
            {
                "float": [1.5, np.nan, np.inf],
                "whole": [1, 2, 3],
                "truth": [True, False, True],
                "mixed": pd.Series([np.float64(2), "", pd.Timestamp("2024-01-31")], dtype=object),
                "more": pd.Series([float("-inf"), pd.NaT, np.int64(4)], dtype=object),
            }
        )
    )
    assert made.to_numpy().tolist() == [
        [1.5, 1.0, "yes", 2.0, CellError.NUM],
        [None, 2.0, "no", None, None],
        [CellError.NUM, 3.0, "yes", 45322.0, 4],  # Excel: =DATEVALUE("2024-01-31") is 45322
    ]


def test_bad_rows_are_refused_with_every_fault(book: MemoryWorkbook) -> None:
    book.write_table("Suppliers", suppliers(["Acme", "Acme"], promised_lead_days=[-1.0, "soon"]))
    record(rename_all)
    with pytest.raises(BadRowsError) as caught:
        run_macro(book, "try")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("before", "days", "after"),
    [
        (40886.0, [40880.0, 40887.5], 40887.0),
        (40886.0, [40880.0], 40886.0),
        (None, [40880.0], 40880.0),
        (40886.0, [40887.0, 2_958_465.0], 40887.0),  # the last day Excel knows, 31 December 9999
        (40886.0, [], 40886.0),
    ],
)
def test_as_of_moves_on_with_what_happened_but_not_past_today(
    book: MemoryWorkbook, before: float | None, days: list[float], after: float
) -> None:
    def moved(run: Run) -> str:
        run.set_setting("as_of", before)
        assert run.move_as_of(pd.Series(days, dtype=float)) == after
        return f"{run.as_of():.0f}"

    record(moved)
    assert run_macro(book, "try").sentence == f"{after:.0f}"


def test_a_blank_as_of_is_told_in_one_sentence(book: MemoryWorkbook) -> None:
    record(lambda run: str(run.as_of()))
    with pytest.raises(WorkbookError, match="as_of is blank; refresh from CSV or type today's date there"):
        run_macro(book, "try")


def test_settings_are_typed_checked_and_changed(book: MemoryWorkbook) -> None:
    def moved(run: Run) -> str:
        assert run.setting("review_days") == 7.0
        assert run.setting("csv_folder") in ("", None)
        run.set_setting("as_of", 40886.0)
        return f"{run.setting('as_of'):.0f}"

    record(moved)
    assert run_macro(book, "try").sentence == "40886"
    settings = book.read_table("Settings")
    settings.loc[settings["setting"] == "review_days", "value"] = "weekly"
    book.write_table("Settings", settings)
    with pytest.raises(BadRowsError, match=r"Settings row .*, review_days: 'weekly' - must be a number"):
        run_macro(book, "try")
