"""A database in memory for one task: what reads CSV and Parquet files that are larger than memory.

DuckDB does the work. It may open nothing but files in the folders it is told, and loads no extension, so it
knows no network; what does not fit its memory goes into a folder of its own under the system's temporary one.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from xlinventory.workbook import WorkbookError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_MEMORY = 1 << 30
"""Bytes a database may hold."""
NO_DUCKDB = (
    "Movements that are kept beside the workbook are read by the package duckdb, which is not here: run "
    "pip install duckdb, or use the workbook on a computer that has it."
)


def connect(*folders: Path | None, memory: int = MOST_MEMORY) -> "DuckDBPyConnection":
    """A database in memory that may read and write files in these *folders* alone; close it after use.

    *memory*: the most bytes it may hold, and a quarter of the machine's at most; the rest goes to the disk.
    Raises WorkbookError where there is no DuckDB, as in a browser.
    """
    try:
        import duckdb  # noqa: PLC0415 - a tenth of a second that others need not wait; and a browser has none
    except ImportError as error:
        raise WorkbookError(NO_DUCKDB) from error
    scratch = Path(tempfile.gettempdir()) / f"xlinventory-{secrets.token_hex(8)}"
    found = duckdb.connect(":memory:", config={
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{_at_most(memory) >> 20}MiB",
        "temp_directory": str(scratch),
    })  # fmt: skip
    allowed = ", ".join(quoted(f"{folder.absolute()}{os.sep}") for folder in folders if folder is not None)
    found.execute(f"SET allowed_directories = [{allowed}]")
    found.execute("SET enable_external_access = false")
    found.execute("SET enable_progress_bar = true")  # so that a share can be asked for
    found.execute("SET enable_progress_bar_print = false")
    found.execute("SET lock_configuration = true")
    return found


@contextmanager
def connected(*folders: Path | None, memory: int = MOST_MEMORY) -> Iterator["DuckDBPyConnection"]:
    """``connect``, closed at the end."""
    database = connect(*folders, memory=memory)
    try:
        yield database
    finally:
        database.close()


def quoted(text: object) -> str:
    """A text as SQL writes it.

    >>> quoted("O'Hara")
    "'O''Hara'"
    """
    return "'" + str(text).replace("'", "''") + "'"


def _at_most(memory: int) -> int:
    """*memory*, or a quarter of the machine's."""
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows does not say
        return memory
    return min(memory, whole // 4)
