"""The shipped template in the file host, also after other programs saved it."""

import warnings
from pathlib import Path

import openpyxl
import pytest

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    book.calculate()
    assert book.uncomputed == []
    book.save()
    return path


def formula_columns(path: Path) -> dict[str, list[str]]:
    book = FileWorkbook.open(path)
    found = {}
    for name in book.table_names():
        body = book._sheet(book._area(name).sheet).bodies[name]
        found[name] = [
            column
            for column, form in zip(body.area.columns, body.calculated, strict=True)
            if form is not None
        ]
    return found


def declared() -> dict[str, list[str]]:
    return {name: [c.name for c in table.columns if c.formula] for name, table in TABLES.items()}


def test_the_columns_declared_as_formulas_are_found(saved: Path) -> None:
    found = formula_columns(saved)
    assert {name: found[name] for name in TABLES} == declared()


def test_openpyxl_leaves_them_to_be_found(saved: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it drops
        openpyxl.load_workbook(saved).save(copy)
    found = formula_columns(copy)
    assert {name: found[name] for name in TABLES} == declared()


def test_libreoffice_leaves_them_to_be_found(saved: Path, libreoffice) -> None:
    """It drops the tables' own note of their formulas, so they must be known by their cells."""
    (copy,) = libreoffice([saved])
    found = formula_columns(copy)
    assert {name: found[name] for name in TABLES} == declared()
    assert run_macro(FileWorkbook.open(copy), "check").findings == ()
