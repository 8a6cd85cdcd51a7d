"""Property tests take the same examples in every run; ``HYPOTHESIS_PROFILE=search`` looks for new ones."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


STARTING_PROGRAMS = ("end_to_end", "hosts")
"""Folders of tests that wait for other programs: begun first, they are done when the others are."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that no worker is left alone with one at the end.

    Nightly tests are skipped but in a search.
    """
    if os.environ.get("HYPOTHESIS_PROFILE") != "search":
        for item in items:
            if item.get_closest_marker("nightly"):
                item.add_marker(pytest.mark.skip(reason="nightly"))
    items.sort(key=lambda item: not any(name in item.path.parts for name in STARTING_PROGRAMS))


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is kept for the next start, and the log, stay among the tests, whatever process writes them."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield


@pytest.fixture(scope="session")
def first_items(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A folder with the lines of the shipped files that are about so many first items, and all suppliers."""
    shipped = Path(str(files("xlinventory") / "demo_data"))

    @cache
    def folder_of(count: int) -> Path:
        folder = tmp_path_factory.mktemp(f"csv{count}")
        kept = set(pd.read_csv(shipped / "items.csv", dtype=str)["sku"].head(count))
        for file in shipped.glob("*.csv"):
            lines = pd.read_csv(file, dtype=str, keep_default_na=False)
            key = next((name for name in ("sku", "StockCode") if name in lines), None)
            (lines if key is None else lines[lines[key].isin(kept)]).to_csv(folder / file.name, index=False)
        return folder

    return folder_of
