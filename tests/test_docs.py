"""The generated pages are what the code says today, and the README's commands are there."""

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

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
