"""Measure the shifts that make forecast quantiles true, and write core/forecasting/calibration_constants.py.

    python scripts/calibrate_forecasts.py FOLDER

FOLDER holds monthly_dev.parquet, intermittent_dev.parquet and weekly_dev.parquet: a row a series with the
columns source, series_id, m (season length), train and test (lists of numbers). The constants that are
shipped come from 1,000 monthly series (M1, M3, tourism, hospital), 1,000 intermittent ones (car parts,
aircraft parts, auto parts, weekly online retail) and 175 weekly ones (M4), which their licences do not
allow to ship.

Each series is cut to its last 6, 9, 12, 18, 24, 36, 60 and all periods and forecast, with its season given
and found; u is the probability that was given to less than the test part brought, in single periods and in
totals of 1, 3 and 6. Shifts are quantiles of u over all series of a kind, drawn towards none by their
sampling variance. What the sources' own shifts around them have in common with those of their held-out
windows is BETWEEN squared; the variance of an item's mean of u < 0.9 over its held-out windows says what
they are worth together: PER_ITEM.

It needs pyarrow (the extra "bench").
"""

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from xlinventory.core.forecasting import calibration
from xlinventory.core.forecasting.batches import judged
from xlinventory.core.forecasting.intervals import SHAPES, period_spread, total_spread
from xlinventory.core.forecasting.judging import Judged
from xlinventory.core.forecasting.routing import AUTO, FIND, Request

Column = NDArray[np.float64]
TARGET = Path(__file__).parent.parent / "xlinventory/core/forecasting/calibration_constants.py"
SETS = ("monthly", "intermittent", "weekly")
LENGTHS = (6, 9, 12, 18, 24, 36, 60, None)
LEVELS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99)
TOTAL_PERIODS = (1.0, 3.0, 6.0)
STEPS = 12
LEAD = 3.0
KINDS = ("dense", "seasonal", "sparse")


class Group(NamedTuple):
    """Series of one source and season, cut to a length: histories side by side, and what came."""

    source: str
    season: int
    rows: NDArray[np.float64]
    test: NDArray[np.float64]


class Came(NamedTuple):
    """Probabilities given to less than what came, for items of one kind and source."""

    kind: str
    source: str
    period: Column
    totals: list[Column]
    held_out: NDArray[np.float64]
    held_out_periods: NDArray[np.float64]


def groups(folder: Path) -> Iterator[Group]:
    """Every source of every set, at every length."""
    for name in SETS:
        table = pd.read_parquet(folder / f"{name}_dev.parquet")
        for (source, season), part in table.groupby(["source", "m"]):
            for length in LENGTHS:
                trains = [np.asarray(train, dtype=float)[-(length or 10_000) :] for train in part["train"]]
                tests = [np.asarray(test, dtype=float)[:STEPS] for test in part["test"]]
                yield Group(str(source), int(season), _padded(trains, left=True), _padded(tests, left=False))


def _padded(series: list[Column], *, left: bool) -> NDArray[np.float64]:
    width = max(map(len, series))
    rows = np.full((len(series), width), np.nan)
    for row, values in zip(rows, series, strict=True):
        row[slice(width - len(values), None) if left else slice(len(values))] = values
    return rows


def came(group: Group, season: int) -> Iterator[Came]:
    """What each kind of a group's items was given, forecast with a season given or found."""
    found = judged(group.rows, np.full(len(group.rows), LEAD), Request(season, 0, AUTO, STEPS))
    for kind in KINDS:
        items = np.flatnonzero((found.kind == kind) & (found.sd > 0))
        if items.size:
            yield _of_kind(group, found, kind, items)


def _of_kind(group: Group, found: Judged, kind: str, items: NDArray[np.int_]) -> Came:
    shape, test = SHAPES[kind], group.test[items]
    around = found.around().of(items)
    near = around._replace(mean=around.mean[:, : test.shape[1]])
    totals = []
    for periods in TOTAL_PERIODS:
        total = test[:, : int(periods)].sum(axis=1)
        totals.append(shape.below(total_spread(around, np.full(len(items), periods)), total))
    period = shape.below(period_spread(near), test).ravel()
    return Came(kind, group.source, period, totals, found.below_total[items], found.total_periods[items])


def deviates(parts: list[Column]) -> Column:
    """Normal deviates of the known ones of all parts."""
    every = np.concatenate([part.ravel() for part in parts])
    return np.asarray(special.ndtri(every[~np.isnan(every)]))


def sampling(count: float) -> Column:
    """Variance of the shifts that so many independent cases give by chance."""
    knots, levels = special.ndtri(LEVELS), np.asarray(LEVELS)
    density = np.exp(-(knots**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(levels * (1 - levels) / density**2 / count)


def shift(parts: list[Column]) -> Column:
    """The shift of all parts together, drawn towards none by what chance makes of a tenth of their number.

    A series is there up to sixteen times, at eight lengths with two seasons: a tenth is what it is worth.
    """
    values = deviates(parts)
    raw = calibration.shift_of(values)
    return np.asarray(raw / (1 + sampling(len(values) / 10) / 0.15**2)).round(3)


def between(kind: str, cases: list[Came], shifts: list[Column]) -> float:
    """Sd of the sources' own shifts as far as held-out demand foretells them, at the levels 0.75 to 0.975.

    It is the root of what a source's shift in its held-out windows and that of the total of three periods
    after its end have in common: chance in the one knows nothing of chance in the other.
    """
    shipped, upper = calibration.Shipped(np.array(TOTAL_PERIODS), np.array(shifts)), slice(6, 10)
    common, weights = [], []
    for source in sorted({case.source for case in cases if case.kind == kind}):
        mine = [case for case in cases if (case.kind, case.source) == (kind, source)]
        after = deviates([case.totals[1] for case in mine])
        before = [
            shipped.coming_true(special.ndtri(case.held_out), case.held_out_periods).ravel() for case in mine
        ]
        if len(after) > 500 and np.sum(~np.isnan(np.concatenate(before))) > 500:
            foretold = calibration.shift_of(np.concatenate(before))[upper]
            away = calibration.shift_of(after)[upper] - shifts[1][upper]
            common.append(np.mean(foretold * away))
            weights.append(len(after))
            print(f"{kind:9s} {source:10s} {len(after):6d} cases", away.round(2), foretold.round(2))
    return round(float(np.sqrt(max(np.average(common, weights=weights), 0.01))), 3)


def per_item(cases: list[Came]) -> float:
    """Independent cases that an item's held-out windows are worth together."""
    means = np.concatenate(
        [np.mean(c.held_out < 0.9, axis=1)[~np.isnan(c.held_out).any(axis=1)] for c in cases]
    )
    return float(means.mean() * (1 - means.mean()) / means.var())


def written(cases: list[Came]) -> str:
    """The module's text."""
    periods = {kind: shift([c.period for c in cases if c.kind == kind]) for kind in KINDS}
    totals = {
        kind: [shift([c.totals[i] for c in cases if c.kind == kind]) for i in range(len(TOTAL_PERIODS))]
        for kind in KINDS
    }
    lines = [
        '"""Shifts of asked levels, measured by scripts/calibrate_forecasts.py; see ``calibration``.',
        "",
        "Public series of M1, M3, tourism and hospital (1,000 monthly), car parts, aircraft parts, auto",
        "parts and weekly online retail (1,000 intermittent) and M4 (175 weekly), at eight lengths;",
        f"{dt.date.today()}.",
        '"""',
        "",
        f"LEVELS = {LEVELS}",
        f"TOTAL_PERIODS = {TOTAL_PERIODS}",
        f"BETWEEN = { ({kind: between(kind, cases, totals[kind]) for kind in KINDS}) }",
        f"PER_ITEM = {per_item(cases):.2f}",
        "PERIOD_SHIFTS = {",
        *(f'    "{kind}": {tuple(shifts.tolist())},' for kind, shifts in periods.items()),
        "}",
        "TOTAL_SHIFTS = {",
    ]
    for kind, rows in totals.items():
        lines += [f'    "{kind}": (', *(f"        {tuple(row.tolist())}," for row in rows), "    ),"]
    return "\n".join([*lines, "}", ""])


def main(folder: Path) -> None:
    """Measure and write."""
    cases = []
    for group in groups(folder):
        print(f"{group.source:10s} {group.rows.shape}", file=sys.stderr)
        for season in (group.season, FIND):
            cases += list(came(group, season))
    TARGET.write_text(written(cases), encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
