"""One run of the whole job on the shipped data, shared by the tests that look at its workbook."""

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro

STEPS = ("forecast", "plan", "reorder", "value", "suppliers")


class Job(NamedTuple):
    path: Path
    folder: Path
    sentences: dict[str, str]


@pytest.fixture(scope="session")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    path = tmp_path_factory.mktemp("job") / "inventory.xlsx"
    folder = Path(str(files("xlinventory") / "demo_data"))
    template.build(path)
    book = FileWorkbook.open(path)
    sentences = {"refresh": run_macro(book, "refresh", folder=str(folder)).sentence}
    sentences |= {step: run_macro(book, step).sentence for step in STEPS}
    book.calculate()
    book.save()
    return Job(path, folder, sentences)
