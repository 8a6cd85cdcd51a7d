"""Files as shops export them, through Refresh from CSV: what becomes of every line.

Each folder of golden/ holds the files of one layout, made by us from its public definition (the layout's
source) with its oddities, and expected.json, worked out by hand from those files: what each refresh (a step)
says, the issues of lines after the last one, and the movements and items there are in the end. The extract of
Online Retail is as it came; those of SCMS deliveries are in macros/. Files of movements are refreshed
together, as one shop may have them; counts and items, which change each other, folder by folder.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports.catalogue import LAYOUTS, NAMED
from xlinventory.imports.layouts import recognise
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import day_text

GOLDEN = Path(__file__).parent / "golden"
EXPECTED: Mapping[str, Mapping[str, Any]] = {
    folder.name: json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for folder in sorted(GOLDEN.iterdir())
}
LAYOUT_OF = {case: expected["layout"] for case, expected in EXPECTED.items()}
TOGETHER = [
    case
    for case, name in LAYOUT_OF.items()
    if LAYOUTS[name].table == "Movements" and not LAYOUTS[name].counts
]
SCMS = Path(__file__).parents[1] / "macros" / "data" / "scms_deliveries.csv"
WRITTEN = datetime(2024, 3, 31, 12).timestamp()  # the noon, on this computer, of a count's day
TALLY = re.compile(r"Read (\d+) lines? from .*: (\d+) taken, (\d+) already there, (\d+) refused")


def empty_book() -> MemoryWorkbook:
    tables = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    rows = [{"setting": s.name, "value": s.value, "unit": s.unit, "help": s.help} for s in SETTINGS]
    return MemoryWorkbook(tables | {"Settings": pd.DataFrame(rows, dtype=object)})


def put(folder: Path, case: str, names: Sequence[str]) -> None:
    """Files of a case, called by it, into the folder that is refreshed."""
    for name in names:
        os.utime(shutil.copy(GOLDEN / case / name, folder / f"{case} {name}"), (WRITTEN, WRITTEN))


def tally(book: MemoryWorkbook, folder: Path) -> list[int]:
    """What the refresh said: lines read, taken, already there, refused."""
    sentence = run_macro(book, "refresh", folder=str(folder)).sentence
    found = TALLY.match(sentence)
    assert found, sentence
    return [int(number) for number in found.groups()]


def total(tallies: Sequence[Sequence[int]]) -> list[int]:
    assert all(read == taken + there + refused for read, taken, there, refused in tallies)
    return [sum(numbers) for numbers in zip(*tallies, strict=True)]


def contents(book: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name) for name in TABLES if name not in ("Log", "_undo")}


def movements(rows: pd.DataFrame) -> list[list[object]]:
    rows = rows.fillna({"order_line": "", "reference": ""})
    day, price = rows["date"].map(day_text), rows["unit_price"].astype(float).round(6)
    columns = (day, rows["sku"], rows["kind"], rows["quantity"], price, rows["reference"], rows["order_line"])
    return [[None if pd.isna(cell) else cell for cell in row] for row in zip(*columns, strict=True)]


def check(case: str, found: Mapping[str, pd.DataFrame]) -> None:
    """A case's rows in the tables of a workbook are as worked out."""
    expected = EXPECTED[case]
    mine = {name: rows[rows[key].str.startswith(f"{case} ")] for name, key, rows in (
        ("maps", "file", found["ImportMap"]), ("moves", "source", found["Movements"]),
        ("issues", "file", found["ImportIssues"]),
    )}  # fmt: skip
    assert set(mine["maps"]["layout"]) == {expected["layout"]}
    assert movements(mine["moves"]) == expected["movements"]
    told = mine["issues"][mine["issues"]["line"].notna()]
    lines = told[["file", "line", "column", "problem"]].to_numpy().tolist()
    shown = [[f"{case} {file}", *rest] for file, *rest in expected["steps"][-1].get("told", [])]
    if "told" in expected["steps"][-1]:
        assert len(lines) == len(shown)
        for line, start in zip(lines, shown, strict=True):
            assert [*line[:3], line[3][: len(start[3])]] == start


@dataclass
class Job:
    """The tables after all files, and after the sheets that came of them were read again as CSV."""

    first: Mapping[str, pd.DataFrame]
    last: Mapping[str, pd.DataFrame]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder, book = tmp_path_factory.mktemp("shop"), empty_book()
    steps = {case: expected["steps"] for case, expected in EXPECTED.items()}
    for case in TOGETHER:
        put(folder, case, steps[case][0]["files"])
    assert tally(book, folder) == total([steps[case][0]["tally"] for case in TOGETHER])
    for case in EXPECTED:
        put(folder, case, steps[case][-1]["files"])
    first = tally(book, folder)
    read, _, _, refused = total([steps[case][-1]["tally"] for case in EXPECTED])
    assert [first[0], first[3]] == [read, refused]
    once = contents(book)
    assert tally(book, folder) == [read, 0, read - refused, refused]
    twice = contents(book)
    for name in once.keys() - {"ImportIssues"}:
        pd.testing.assert_frame_equal(once[name], twice[name], obj=f"{name}, refreshed again")
    sheets = tmp_path_factory.mktemp("sheets")
    days = once["Movements"]["date"].map(day_text)
    once["Movements"].assign(date=days).to_csv(sheets / "Movements.csv", index=False)
    once["Items"].to_csv(sheets / "Items.csv", index=False)
    assert tally(book, sheets)[1] == 0
    for name in ("Movements", "Items"):
        pd.testing.assert_frame_equal(once[name], book.read_table(name), obj=f"{name}, saved as CSV and read")
    return Job(once, contents(book))


@pytest.mark.parametrize("case", TOGETHER)
def test_every_line_of_a_file_of_movements_becomes_what_it_should(case: str, job: Job) -> None:
    check(case, job.first)
    items = job.first["Items"].set_index("sku")["name"]
    for sku, cells in EXPECTED[case].get("items", {}).items():
        assert items[sku] == cells["name"]


@pytest.mark.parametrize("case", [case for case in EXPECTED if case not in TOGETHER])
def test_every_line_of_a_count_or_of_items_becomes_what_it_should(case: str, tmp_path: Path) -> None:
    expected, book = EXPECTED[case], empty_book()
    put(tmp_path, case, expected["steps"][0]["files"])
    assert tally(book, tmp_path) == expected["steps"][0]["tally"]
    check(case, contents(book))
    items = book.read_table("Items").set_index("sku")
    for sku, cells in expected["items"].items():
        found = items.loc[sku, list(cells)].astype(object)
        assert found.where(found.notna(), None).to_dict() == cells, sku


def test_the_sheets_saved_as_csv_are_their_tables(job: Job) -> None:
    """Read again they changed nothing, as all files together did not the second time."""
    maps = job.last["ImportMap"].drop_duplicates("file").set_index("file")["layout"]
    assert maps[["Movements.csv", "Items.csv"]].tolist() == ["Stock movements", "Items"]


@pytest.mark.parametrize("case", [*EXPECTED, "scms"])
def test_a_real_header_is_of_one_layout_only(case: str, job: Job) -> None:
    maps = job.last["ImportMap"]
    mine = maps[maps["file"].str.startswith(f"{case} ")].drop_duplicates("source_column")
    header = mine["source_column"].tolist() or SCMS.read_text(encoding="utf-8").partition("\n")[0].split(",")
    fitting = [layout.name for layout in NAMED if recognise([layout], header, "orders.csv").layouts]
    assert fitting == [LAYOUT_OF.get(case, "SCMS deliveries")]


def test_every_layout_of_a_shop_has_a_golden_file_and_cites_a_public_page() -> None:
    assert {*LAYOUT_OF.values(), "SCMS deliveries"} == {layout.name for layout in NAMED}
    assert all(re.fullmatch(r"https://\S+\.\S+/\S+", layout.source) for layout in NAMED)


def test_an_order_that_tells_nothing_of_itself_is_refused(tmp_path: Path) -> None:
    header = "Name,Created at,Financial Status,Cancelled at,Lineitem quantity,Lineitem price,Lineitem sku"
    (tmp_path / "orders.csv").write_text(f"{header}\n#1,,,,1,5,A\n")
    assert tally(empty_book(), tmp_path) == [1, 0, 0, 1]
