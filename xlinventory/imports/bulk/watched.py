"""A long question to the engine, with its progress told meanwhile, and given up when its asker gives up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Tell: TypeAlias = Callable[[float], None]
"""Is told the share that is done, from 0 to 1; what it raises stops the work."""
_SECONDS = 0.25


def untold(_share: float) -> None:
    """For work that nobody waits for."""


def watched(database: "DuckDBPyConnection", query: str, tell: Tell) -> list[Any]:
    """The rows that answer a query."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        answer = pool.submit(lambda: database.execute(query).fetchall())
        try:
            while not wait([answer], timeout=_SECONDS).done:
                tell(min(max(database.query_progress() / 100.0, 0.0), 1.0))
        except BaseException:
            database.interrupt()
            raise
    return answer.result()
