"""The WhatIf sheet of the whole job: what it simulates for the plan is what Update stock levels found."""

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlinventory.hosts.excel.template import what_if_places as places
from xlinventory.hosts.file import FileWorkbook

PART = "xl/worksheets/sheet3.xml"


def chosen(book: Path, sku: str, path: Path) -> Any:
    """The sheet calculated with this item in its dropdown."""
    shutil.copyfile(book, path)
    cell = places.SKU.replace("$", "")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == PART:
                text = f'<c r="{cell}"\\1 t="inlineStr"><is><t>{sku}</t></is></c>'
                changed, count = re.subn(rf'<c r="{cell}"([^>]*)/>', text, data.decode())
                assert count == 1
                data = changed.encode()
            new.writestr(name, data)
    opened = FileWorkbook.open(path)
    opened.calculate()
    opened.save()
    return openpyxl.load_workbook(path, data_only=True, read_only=True)[places.SHEET]


@pytest.mark.parametrize("place", ["moved most", "intermittent", "smooth"])
def test_service_simulated_for_the_plan_is_that_of_items(job, place: str, tmp_path: Path) -> None:
    """Same demand, lead times, periods and seed: only of receipts in parts Items knows more."""
    items = FileWorkbook.open(job.path).read_table("Items").set_index("sku")
    change = items["simulated_change"].astype(float)
    sku = change.idxmax() if place == "moved most" else items.index[items["pattern"] == place][0]
    sheet, item = chosen(job.path, sku, tmp_path / "book.xlsx"), items.loc[sku]

    def at(cell: str) -> Any:
        return sheet[cell.replace("$", "")].value

    found = at(places.answer_cell("service", places.SIMULATED))
    assert found == pytest.approx(item["simulated_service"], abs=0.01)
    for name, column in (("safety", "safety_stock"), ("point", "reorder_point"), ("top", "order_up_to")):
        for case in (places.NOW, places.WHAT_IF):
            assert at(places.answer_cell(name, case)) == pytest.approx(item[column])
    points = [at(places.curve_cell("simulated", i)) for i in range(len(places.LEVELS))]
    assert points == sorted(points)
    target = places.LEVELS.index(item["service_target"])
    assert points[target] == pytest.approx(item["reorder_point"], rel=0.1)
