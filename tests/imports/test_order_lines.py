"""Lines that their source has a number for: known by it, corrected in place, each correction told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from xlinventory.arguments import serial
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports import ledger
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.layouts import Condition, Layout, Refusal
from xlinventory.imports.order_lines import Booked, book
from xlinventory.imports.reading import ReadFile
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import MOVEMENTS
from xlinventory.sheets.settings import SETTINGS

DAY = serial("2024-02-01")
CANCELLED = Refusal((Condition("state", "matches", "cancelled"),), "the order was cancelled", "Not taken.")
NUMBERED = replace(LAYOUTS["Amazon order items"], undone=(CANCELLED,))
PLAIN = replace(NUMBERED, name="Plain", line_of=())
NONE = pd.DataFrame(columns=MOVEMENTS.names, dtype=object).astype(
    {"date": float, "quantity": float, "unit_cost": float, "unit_price": float}
)


def line(number: str, units: float, price: float = 5.0, **other: Any) -> dict[str, Any]:
    """A line as the file tells it: units sold are positive there."""
    told = {"reference": "R1", "date": DAY, "sku": "A", "name": "", "state": "", "order_line": number}
    return told | {"quantity": units, "unit_price": price} | other


def file_of(name: str, *lines: Mapping[str, Any], layout: Layout = NUMBERED) -> ReadFile:
    rows = pd.DataFrame(list(lines), index=range(2, len(lines) + 2))
    names = {"quantity": "quantity-purchased", "unit_price": "item-price", "state": "order-status"}
    header = pd.DataFrame({"source_column": list(names.values()), "target_column": list(names)})
    return ReadFile(name, layout, rows, len(lines), header, NONE, NONE)


def booked(before: pd.DataFrame, *files: ReadFile, layouts: Mapping[str, str] | None = None) -> Booked:
    lines = {file.file: ledger.movements(file) for file in files}
    known = {file.file: file.layout.name for file in files} | dict(layouts or {})
    return book(before, lines, {file.file: file for file in files}, known)


def units(result: Booked) -> list[tuple[str, float]]:
    return list(zip(result.movements["order_line"], result.movements["quantity"], strict=True))


def told(issues: pd.DataFrame) -> list[list[object]]:
    return issues[["file", "line", "column", "value", "problem"]].to_numpy().tolist()


def test_a_line_that_comes_again_changed_is_corrected_in_its_place_and_told() -> None:
    first = booked(NONE, file_of("a", line("1", 2), line("2", 3), line("3", 4)))
    second = booked(first.movements, file_of("b", line("2", 1, 6.0, sku="B")))
    assert units(second) == [("1", -2.0), ("2", -1.0), ("3", -4.0)]
    assert second.movements["source"].tolist() == ["a", "b", "a"]
    assert second.taken["b"].tolist() == [True]
    assert told(second.noted) == [
        ["b", 2.0, "sku", "B", "corrected: A before"],
        ["b", 2.0, "quantity-purchased", "-1", "corrected: -3 before"],
        ["b", 2.0, "item-price", "6", "corrected: 5 before"],
    ]


def test_a_line_whose_day_changes_moves_to_its_day() -> None:
    first = booked(NONE, file_of("a", line("1", 2), line("2", 3, date=DAY + 1)))
    second = booked(first.movements, file_of("a", line("1", 2, date=DAY + 5), line("2", 3, date=DAY + 1)))
    assert units(second) == [("2", -3.0), ("1", -2.0)]
    assert told(second.noted) == [["a", 2.0, "date", "2024-02-06", "corrected: 2024-02-01 before"]]


def test_the_same_content_under_two_numbers_is_two_lines() -> None:
    once = booked(NONE, file_of("a", line("1", 2)), file_of("b", line("2", 2)))
    assert units(once) == [("1", -2.0), ("2", -2.0)]
    assert not booked(once.movements, file_of("c", line("1", 2), line("2", 2))).taken["c"].any()


def test_a_movement_without_its_number_is_known_by_its_content() -> None:
    """As in a workbook from before the column order_line."""
    first = booked(NONE, file_of("a", line("1", 2), line("2", 2)))
    older = first.movements.assign(order_line="")
    again = booked(older, file_of("a", line("1", 2), line("2", 2), line("3", 2)))
    assert again.taken["a"].tolist() == [False, False, True]


def test_of_two_files_the_later_tells_a_line_and_twice_is_as_once() -> None:
    files = (file_of("a", line("1", 2), line("2", 1)), file_of("b", line("1", 5)))
    once = booked(NONE, *files)
    assert sorted(units(once)) == [("1", -5.0), ("2", -1.0)]
    twice = booked(once.movements, *files)
    assert twice.movements.equals(once.movements)
    assert (twice.taken["a"].any(), twice.taken["b"].any(), len(twice.noted)) == (False, False, 0)


def test_of_two_lines_of_a_file_the_last_counts_and_the_other_is_refused() -> None:
    result = booked(NONE, file_of("a", line("1", 2), line("2", 1), line("1", 5), line("2", 1)))
    assert sorted(units(result)) == [("1", -5.0), ("2", -1.0)]
    assert told(result.refused) == [
        ["a", 2.0, "reference", "R1", "a later line of the file has the same number"]
    ]


def test_two_reports_that_number_a_line_alike_count_it_once() -> None:
    other = replace(NUMBERED, name="Another report")
    files = (file_of("a", line("1", 2), line("2", 3)), file_of("b", line("1", 2, 9.0), layout=other))
    once = booked(NONE, *files)
    assert units(once) == [("1", -2.0), ("2", -3.0)]
    assert once.movements["unit_price"].tolist() == [5.0, 5.0], "the first report tells it"
    rows_of_a_sheet = once.movements.set_axis([2, 3])
    alone = booked(rows_of_a_sheet, files[1], layouts={"a": NUMBERED.name})
    assert (alone.taken["b"].any(), len(alone.noted)) == (False, 0)
    same = booked(rows_of_a_sheet, file_of("c", line("2", 1)), layouts={"a": NUMBERED.name})
    assert same.taken["c"].all()


def test_a_cancelled_line_takes_back_what_it_moved() -> None:
    first = booked(NONE, file_of("a", line("1", 2), line("2", 3)))
    lines = (line("1", 2, state="cancelled"), line("9", 1, state="cancelled"))
    second = booked(first.movements, file_of("b", *lines))
    assert units(second) == [("1", 0.0), ("2", -3.0)]
    assert second.movements["kind"].tolist() == ["SALE", "SALE"]
    assert told(second.noted) == [["b", 2.0, "quantity-purchased", "0", "corrected: -2 before"]]
    assert told(second.refused) == [["b", 3.0, "order-status", "cancelled", "the order was cancelled"]]
    third = booked(second.movements, file_of("b", *lines))
    assert (third.taken["b"].any(), len(third.noted)) == (False, 0)


def test_a_cancelled_line_without_a_number_is_refused_and_told_if_it_was_booked() -> None:
    first = booked(NONE, file_of("a", line("", 2), line("", 3), layout=PLAIN))
    result = booked(first.movements, file_of("b", line("", 2, state="cancelled"), layout=PLAIN))
    assert units(result) == [("", -2.0), ("", -3.0)]
    assert [row[4] for row in told(result.refused)] == ["the order was cancelled"]
    assert result.noted["problem"].tolist() == ["1 line in Movements since undone: R1"]


def test_what_a_line_does_not_tell_stays() -> None:
    first = booked(NONE, file_of("a", line("1", 2)))
    typed = first.movements.assign(unit_cost=1.5)
    result = booked(typed, file_of("b", line("1", 3, float("nan"))))
    assert result.movements[["quantity", "unit_cost", "unit_price"]].to_numpy().tolist() == [[-3.0, 1.5, 5.0]]


LINES = st.builds(
    line, st.sampled_from(["", "1", "2", "3"]), st.sampled_from([1.0, 2.0]), st.sampled_from([5.0, 6.0]),
    state=st.sampled_from(["", "", "cancelled"]), reference=st.sampled_from(["R1", "R2"]),
)  # fmt: skip


@settings(max_examples=8)
@given(st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=3))
def test_twice_is_as_once_and_the_last_line_of_a_number_stands(
    files: Sequence[Sequence[Mapping[str, Any]]],
) -> None:
    read = [file_of(f"{place}", *lines) for place, lines in enumerate(files)]
    once = booked(NONE, *read)
    twice = booked(once.movements, *read)
    assert twice.movements.equals(once.movements)
    assert not any(taken.any() for taken in twice.taken.values())
    last = {
        (row["reference"], row["order_line"]): row for lines in files for row in lines if row["order_line"]
    }
    stands = {key: -row["quantity"] for key, row in last.items() if not row["state"]}
    rows = once.movements[once.movements["order_line"].ne("")]
    assert (
        dict(zip(zip(rows["reference"], rows["order_line"], strict=True), rows["quantity"], strict=True))
        == stands
    )


def test_a_workbook_from_before_order_lines_changes_nothing_the_second_time(tmp_path: Path) -> None:
    (tmp_path / "orders.txt").write_text(
        "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\tquantity-purchased\titem-price\n"
        "1\t11\t2024-02-01\tA\tApple\t2\t6\n1\t12\t2024-02-01\tA\tApple\t2\t6\n"
    )
    tables = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    tables["Movements"] = tables["Movements"].drop(columns="order_line")
    rows = [{"setting": s.name, "value": s.value, "unit": s.unit, "help": s.help} for s in SETTINGS]
    workbook = MemoryWorkbook(tables | {"Settings": pd.DataFrame(rows, dtype=object)})
    said = [run_macro(workbook, "refresh", folder=str(tmp_path)).sentence for _ in range(2)]
    assert "2 taken, 0 already there" in said[0]
    assert "0 taken, 2 already there" in said[1]
    assert workbook.read_table("Movements")["quantity"].tolist() == [-2.0, -2.0]


def test_two_reports_of_the_same_sales_are_told() -> None:
    orders, settled = LAYOUTS["Amazon orders"], LAYOUTS["Amazon settlement"]
    files = [file_of("a", line("", 1), layout=orders), file_of("b", line("1", 1), layout=settled)]
    assert ledger.told_twice(files)["problem"].tolist() == [
        "Amazon's sales are told in other words, too: Amazon settlement",
        "Amazon's sales are told in other words, too: Amazon orders",
    ]
    assert ledger.told_twice([files[0], replace(files[0], file="c")]).empty
