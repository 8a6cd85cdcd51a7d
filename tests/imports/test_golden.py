"""Files as shops export them, through Refresh from CSV: what becomes of every line.

Each folder of golden/ holds the files of one layout, made by us from its public definition (the layout's
source) with its oddities, and expected.json, worked out by hand from those files: what each refresh (a step)
says, the issues of lines after the last one, and the movements and items there are in the end. The extract of
Online Retail is as it came; those of SCMS deliveries are in macros/.
"""

import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports.catalogue import NAMED
from xlinventory.imports.layouts import recognise
from xlinventory.imports.reading import read_file
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import day_text

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())
SCMS = Path(__file__).parents[1] / "macros" / "data" / "scms_deliveries.csv"
WRITTEN = datetime(2024, 3, 31, 12).timestamp()  # the noon, on this computer, of a count's day
TALLY = re.compile(r"Read (\d+) lines? from .*: (\d+) taken, (\d+) already there, (\d+) refused")


def expected_of(case: str) -> Mapping[str, Any]:
    return json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))


def empty_book() -> MemoryWorkbook:
    tables = {name: pd.DataFrame(columns=table.names, dtype=object) for name, table in TABLES.items()}
    rows = [{"setting": s.name, "value": s.value, "unit": s.unit, "help": s.help} for s in SETTINGS]
    return MemoryWorkbook(tables | {"Settings": pd.DataFrame(rows, dtype=object)})


def tally(book: MemoryWorkbook, folder: Path) -> list[int]:
    """What the refresh said: lines read, taken, already there, refused."""
    sentence = run_macro(book, "refresh", folder=str(folder)).sentence
    found = TALLY.match(sentence)
    assert found, sentence
    return [int(number) for number in found.groups()]


def contents(book: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name) for name in TABLES if name not in ("Log", "_undo")}


def movements(book: MemoryWorkbook) -> list[list[object]]:
    rows = book.read_table("Movements").fillna({"order_line": "", "reference": ""})
    day, price = rows["date"].map(day_text), rows["unit_price"].astype(float).round(6)
    columns = (day, rows["sku"], rows["kind"], rows["quantity"], price, rows["reference"], rows["order_line"])
    return [[None if pd.isna(cell) else cell for cell in row] for row in zip(*columns, strict=True)]


@pytest.mark.parametrize("case", CASES)
def test_every_line_becomes_what_it_should(case: str, tmp_path: Path) -> None:
    expected, book = expected_of(case), empty_book()
    for step in expected["steps"]:
        for name in step["files"]:
            os.utime(shutil.copy(GOLDEN / case / name, tmp_path), (WRITTEN, WRITTEN))
        read, taken, there, refused = step["tally"]
        assert read == taken + there + refused
        assert tally(book, tmp_path) == [read, taken, there, refused]
        told = book.read_table("ImportIssues")
    assert set(book.read_table("ImportMap")["layout"]) == {expected["layout"]}
    assert movements(book) == expected["movements"]
    lines = told[told["line"].notna()][["file", "line", "column", "problem"]].to_numpy().tolist()
    shown = expected["steps"][-1].get("told", [])
    starts = [[*row[:3], row[3][: len(start[3])]] for row, start in zip(lines, shown, strict=False)]
    assert "told" not in expected["steps"][-1] or (starts, len(lines)) == (shown, len(shown))
    items = book.read_table("Items").set_index("sku")
    for sku, cells in expected.get("items", {}).items():
        found = items.loc[sku, list(cells)].astype(object)
        assert found.where(found.notna(), None).to_dict() == cells, sku


def test_the_files_of_all_layouts_together_change_nothing_the_second_time(tmp_path: Path) -> None:
    """Nor do the sheets that come of it, saved as CSV and read again."""
    for case in CASES:
        for step in expected_of(case)["steps"]:
            for name in step["files"]:
                os.utime(shutil.copy(GOLDEN / case / name, tmp_path / f"{case} {name}"), (WRITTEN, WRITTEN))
    book = empty_book()
    read, taken, there, refused = tally(book, tmp_path)
    assert (read, taken > 0) == (taken + there + refused, True)
    before = contents(book)
    assert tally(book, tmp_path) == [read, 0, read - refused, refused]
    after = contents(book)
    for name in before.keys() - {"ImportIssues"}:
        pd.testing.assert_frame_equal(before[name], after[name], obj=name)

    sheets = tmp_path / "sheets"
    sheets.mkdir()
    days = before["Movements"]["date"].map(day_text)
    before["Movements"].assign(date=days).to_csv(sheets / "Movements.csv", index=False)
    before["Items"].to_csv(sheets / "Items.csv", index=False)
    assert tally(book, sheets)[1] == 0
    assert book.read_table("ImportMap")["layout"].iloc[-1] == "Stock movements"
    for name in ("Movements", "Items"):
        pd.testing.assert_frame_equal(before[name], book.read_table(name), obj=name)


FILES = {case: GOLDEN / case / expected_of(case)["steps"][0]["files"][0] for case in CASES} | {"scms": SCMS}
LAYOUT_OF = {case: expected_of(case)["layout"] for case in CASES} | {"scms": "SCMS deliveries"}


@cache
def header_of(case: str) -> list[str]:
    """The header of a real file, as ImportMap has it."""
    nothing = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)
    return read_file(FILES[case], nothing).import_map["source_column"].tolist()


def test_every_layout_of_a_shop_has_a_golden_file() -> None:
    assert set(LAYOUT_OF.values()) == {layout.name for layout in NAMED}


@pytest.mark.parametrize("case", FILES)
def test_a_real_header_is_of_one_layout_whatever_the_file_is_called(case: str) -> None:
    for file in ("export.csv", "sales.csv", "orders.csv", "inventory.csv", "products.csv"):
        found = recognise(NAMED, header_of(case), file).layouts
        assert [layout.name for layout in found] == [LAYOUT_OF[case]]


@pytest.mark.parametrize("case", FILES)
def test_no_other_layout_of_a_shop_fits_a_real_header(case: str) -> None:
    others = [layout for layout in NAMED if layout.name != LAYOUT_OF[case]]
    assert [
        layout.name for layout in others if recognise([layout], header_of(case), "export.csv").layouts
    ] == []


def test_every_layout_of_a_shop_cites_a_public_page() -> None:
    assert all(re.fullmatch(r"https://\S+\.\S+/\S+", layout.source) for layout in NAMED)
