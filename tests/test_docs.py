"""The generated pages are what the code says today, and the README's commands are there."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

import xlinventory

ROOT = Path(__file__).resolve().parent.parent


def load(script: str):
    spec = importlib.util.spec_from_file_location(script, ROOT / "scripts" / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["functions", "workbook", "csv"])
def test_generated_pages_are_up_to_date(page: str) -> None:
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert written == load("build_docs").PAGES[page](), "run: python scripts/build_docs.py"


@pytest.mark.parametrize(("heading", "what"), [("Run it", "demo"), ("Test it", "test")])
def test_the_readme_has_one_fenced_command_for_each_job(heading: str, what: str) -> None:
    section = re.search(
        rf"^## {heading}$(.*?)(?=^## |\Z)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S
    )
    blocks = re.findall(r"^```\w*\n(.*?)^```", section.group(1), re.M | re.S)
    assert blocks == [f"python3 scripts/in_venv.py {what}\n"]


def test_every_picture_and_page_of_the_readme_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_the_worked_example_of_the_forecasts_is_true() -> None:
    """The counts of 1960 that fall in the range are of the published series, as are the months themselves."""
    page = ROOT / "docs" / "forecasting.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (failed, tried) == (0, 8)


def test_the_worked_examples_of_the_valuation_are_true() -> None:
    """Those of all methods are the exhibits of Hermanson, Edwards & Maher, ch. 7; the others are by hand."""
    page = ROOT / "docs" / "valuation.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (failed, tried) == (0, 11)


@pytest.mark.parametrize("name", ["forecasting", "valuation"])
def test_every_picture_and_page_of_a_written_page_exists(name: str) -> None:
    page = ROOT / "docs" / f"{name}.md"
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_table_of_all_kinds_of_movement_is_true() -> None:
    """Its figures are by hand; here the ledger makes them from its first five columns."""
    page = (ROOT / "docs" / "valuation.md").read_text(encoding="utf-8").split("**All kinds of movement**")[1]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in re.findall(r"^\|.*\|$", page, re.M)]
    lines = lines[2 : next(place for place, line in enumerate(lines) if "cost of sales" in line[1]) + 1]
    moves = [line for line in lines if line[1].isupper()]
    day, kind, units, unit_cost, reference = zip(*(line[:5] for line in moves), strict=True)
    ledger = xlinventory.StockLedger(
        ["A"] * len(moves),
        [int(text) for text in day],
        [int(text) for text in units],
        [float(text or "nan") for text in unit_cost],
        kind=kind,
        reference=reference,
    ).with_charges(["PO-2"], [30], date=[12], basis="quantity")
    for method, shown in zip(
        ("FIFO", "LIFO", "WAC"), zip(*(line[5:] for line in lines), strict=True), strict=True
    ):
        found = ledger.value(method)
        money = found.by_row()
        changes = (money.received - money.charged).tolist()
        made = [*changes[:6], changes[7], changes[6], *found.value.tolist(), *found.cost_of_sales.tolist()]
        assert made == pytest.approx([float(text) for text in shown], abs=0.005), method
