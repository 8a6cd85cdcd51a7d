"""The frame of the macros: all or nothing, undo, log, columns and formulas of the user."""

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import frame
from xlinventory.macros.frame import Run, run_macro
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
    book.write_table("Suppliers", suppliers(["Acme", "Bolt"], note=["slow", "kind"]))

    def turn(run: Run) -> str:
        run.write("Suppliers", run.table("Suppliers")[TABLES["Suppliers"].names].iloc[::-1])
        return "Turned."

    record(turn)
    run_macro(book, "try")
    rows = book.read_table("Suppliers")
    assert rows[["supplier", "note"]].to_numpy().tolist() == [["Bolt", "kind"], ["Acme", "slow"]]


def test_bad_rows_are_refused_with_every_fault(book: MemoryWorkbook) -> None:
    book.write_table("Suppliers", suppliers(["Acme", "Acme"], promised_lead_days=[-1.0, "soon"]))
    record(rename_all)
    with pytest.raises(BadRowsError) as caught:
        run_macro(book, "try")
    assert len(caught.value.faults) == 3


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
