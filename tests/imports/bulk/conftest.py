"""Both ways to read a file, and what they come to, side by side."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from duckdb import DuckDBPyConnection

from xlinventory.archive.connection import connect
from xlinventory.imports import ledger
from xlinventory.imports.bulk import pieces, plain
from xlinventory.imports.bulk.reading import BulkFile, lines_of
from xlinventory.imports.reading import ReadFile, read_file
from xlinventory.sheets import TABLES

IMPORT_MAP = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)
KEPT = [*ledger.COLUMNS, "name"]


@pytest.fixture(name="engine", scope="module")
def _engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """A database that may read the files of these tests."""
    database = connect(tmp_path_factory.getbasetemp())
    yield database
    database.close()


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all files of a module: each test writes its own over the last one."""
    return tmp_path_factory.mktemp("large")


def taken(found: BulkFile | ReadFile, database: DuckDBPyConnection) -> pd.DataFrame:
    """The movements of a file, those of its part and of its odd lines, by line."""
    if isinstance(found, ReadFile):
        return ledger.movements(found) if found.layout else pd.DataFrame(columns=KEPT)
    rows = database.execute(f"SELECT * FROM {found.rows.movements()} ORDER BY row").df()
    rows = rows.reindex(columns=[*KEPT, "row"])
    rows.index = pd.Index(lines_of(found, rows["row"].to_numpy(), database), name="line")
    rows["date"] = (rows["date"] - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)
    rows["source"] = found.name
    for name in (*ledger.TEXTS, "source"):
        rows[name] = rows[name].astype(object).where(rows[name].notna(), "")
    numbers = dict.fromkeys(("date", "quantity", "unit_cost", "unit_price"), float)
    odd = ledger.movements(found.odd)
    parts = [part for part in (rows.astype(numbers)[KEPT], odd[KEPT]) if len(part)]
    return pd.concat(parts).sort_index() if parts else odd[KEPT]


def assert_same(path: Path, found: BulkFile | ReadFile, database: DuckDBPyConnection) -> None:
    """That a file comes to what the readers of small files make of it."""
    careful = read_file(path, IMPORT_MAP)
    told = found.odd if isinstance(found, BulkFile) else found
    for mine, theirs in ((told.import_map, careful.import_map), (told.issues, careful.issues),
                         (told.noted, careful.noted)):  # fmt: skip
        assert_tables(mine, theirs)
    assert (told.read, told.waits, told.layout) == (careful.read, careful.waits, careful.layout)
    assert_tables(taken(found, database), taken(careful, database))


def assert_tables(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """That two tables have the same rows; the types of empty ones do not matter."""
    assert found.astype(object).fillna("").to_dict("split") == expected.astype(object).fillna("").to_dict(
        "split"
    )


@pytest.fixture(name="monkeypatch_sample", scope="module")
def _sample() -> Iterator[None]:
    usual = plain.SAMPLE
    yield
    plain.SAMPLE = usual


@pytest.fixture(name="piece", scope="module")
def _piece() -> Iterator[None]:
    usual = pieces.PIECE
    yield
    pieces.PIECE = usual
