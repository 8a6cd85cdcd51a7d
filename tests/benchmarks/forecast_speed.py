"""Time to forecast many items with lead-time quantiles, beside AutoETS and DOTM through statsforecast.

    python tests/benchmarks/forecast_speed.py
    python tests/benchmarks/forecast_speed.py --largest 10000      # a quick look

The items are the monthly series of M1, M3 and tourism, their last 36 observations, each taken as often as it
takes to make the number, to another scale each time. The engine and its peers take turns on one core, after
a warm-up, and the best of three turns counts; a ratio is a peer's seconds an item over the engine's. Seconds
are the processor's, which other work on the machine hardly changes; by the clock where more than one process
works. Each size runs in a process of its own, so that its peak memory is its own (read from Linux's /proc).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
from forecasting.bootstrap import Estimate
from forecasting.forecasts import engine_has
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row, options, progress, publish
from forecasting.series import Matrix, of_competitions

from xlinventory import forecast_many

PERIODS, SEASON, HORIZON, LEAD_TIME, LEVELS = 36, 12, 12, 3.0, (0.9, 0.95, 0.99)
PER_CENTS = (90, 95, 99)
TURNS, WARM_UP = 3, 20
SIZES = (1_000, 10_000, 100_000)
IMPORTS = 5
MODULE = "xlinventory.core.forecasting"
HEAVY = ("scipy.stats", "statsmodels", "pandas")
GOALS = {"AutoETS": Goal(">=", 150.0), "DOTM": Goal(">=", 8.0)}
ONE_CORE, TWO_PROCESSES, LINEAR = Goal("<=", 2.0), Goal("<=", 1.0), Goal("<=", 1.15)
"""Seconds for 10,000 items; growth of the time an item to 100,000, the noise of a shared machine included."""
IMPORT = Goal("<=", 0.3)
ENGINE = ("ours", "ours, season found")
SAMPLE = "last 36 months of M1, M3, tourism"
PEERS = {
    "AutoETS": ("AutoETS", ()),
    "AutoETS, with ranges": ("AutoETS", PER_CENTS),
    "DOTM": ("DOTM", ()),
    "DOTM, with ranges": ("DOTM", PER_CENTS),
}


def sample_rows() -> Matrix:
    """The last three years of every series that has them, in a mixed order."""
    series = of_competitions("M1", "M3", "Tourism")
    rows = [known[-PERIODS:] for known in series.train if len(known) >= PERIODS]
    return np.maximum(np.random.default_rng(2).permutation(rows), 0.0)


def items(rows: Matrix, count: int) -> Matrix:
    """That many histories of three years, (count, 36)."""
    scale = np.random.default_rng(3).lognormal(0.0, 1.0, (count, 1))
    return np.asarray(rows[np.arange(count) % len(rows)] * scale)


class Taken(NamedTuple):
    """Seconds of the processor and by the clock."""

    processor: float
    clock: float


def taken_by(work: Callable[[], object]) -> Taken:
    """What one run of the work takes."""
    processor, clock = time.process_time(), time.perf_counter()
    work()
    return Taken(time.process_time() - processor, time.perf_counter() - clock)


def engine(rows: Matrix, season: int, **options: object) -> Taken:
    """What the engine takes for all rows."""
    return taken_by(
        lambda: forecast_many(rows, season, HORIZON, lead_time=LEAD_TIME, levels=LEVELS, **options)
    )


def of_peer(rows: Matrix, name: str, ranges: Sequence[int]) -> Taken:
    """What a peer takes for all rows, the making of its table not counted."""
    from forecasting.peers import called, long_table  # noqa: PLC0415 - a size is measured without pandas

    table = long_table(list(rows))
    return taken_by(lambda: called(table, name, SEASON, HORIZON, ranges=ranges))


def turns(rows: Matrix, sample: int) -> dict[str, list[float]]:
    """Processor seconds per 1,000 items of every method, a number a turn, all methods in each turn."""
    many, few = items(rows, 1_000), items(rows, sample)
    runs: dict[str, Callable[[], float]] = {
        "ours": lambda: engine(many, SEASON).processor,
        "ours, season found": lambda: engine(many, 1).processor,
    }
    for name, (model, ranges) in PEERS.items():
        of_peer(rows[:WARM_UP], model, ranges)
        runs[name] = partial(_per_thousand, few, model, ranges)
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(TURNS):
        for name, run in runs.items():
            progress(f"turn {turn + 1} of {TURNS}: {name}")
            taken[name].append(run())
    return taken


def _per_thousand(rows: Matrix, model: str, ranges: Sequence[int]) -> float:
    return of_peer(rows, model, ranges).processor * 1_000 / len(rows)


def times_as_fast(taken: dict[str, list[float]], ours: str, other: str) -> Estimate:
    """A peer's best time over ours, and the least and largest ratio of one turn."""
    ratios = np.array(taken[other]) / np.array(taken[ours])
    return Estimate(min(taken[other]) / min(taken[ours]), float(ratios.min()), float(ratios.max()))


def in_own_process(file: Path, size: int, season: int, processes: int) -> dict[str, float]:
    """Seconds and memory of one size, in a process that does nothing else."""
    progress(f"{size:,} items, season {season}, processes {processes}")
    words = [sys.executable, __file__, "--one", str(file), str(size), str(season), str(processes)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def one_size(file: str, size: str, season: str, processes: str) -> None:
    """The work of that process: the best of three runs (the largest once), memory before and at its peak."""
    rows = items(np.load(file), int(size))
    extra = {"processes": int(processes)} if int(processes) > 1 else {}
    engine(rows[:WARM_UP], int(season))
    before = memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    runs = [engine(rows, int(season), **extra) for _ in range(TURNS if len(rows) < SIZES[-1] else 1)]
    seconds = min(run.clock if extra else run.processor for run in runs)
    print(json.dumps({"seconds": seconds, "before": before, "peak": memory("VmHWM")}))


def memory(which: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at its peak."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith(which))


def sizes(rows: Matrix, largest: int) -> list[list[object]]:
    """Seconds and memory by number of items, with the season given and found, on one core and on two."""
    ways = [("season given", SEASON, 1), ("season found", 1, 1)]
    if engine_has("processes"):
        ways += [("season given, two processes", SEASON, 2), ("season found, two processes", 1, 2)]
    table: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        np.save(file, rows)
        for (name, season, processes), size in product(ways, (each for each in SIZES if each <= largest)):
            got = in_own_process(file, size, season, processes)
            per_thousand = got["seconds"] / size * 1_000
            table.append([name, size, got["seconds"], per_thousand, got["before"], got["peak"]])
    return table


def import_seconds() -> tuple[float, str]:
    """Least seconds by the clock to import the module in a fresh interpreter, and what heavy it brings."""
    told = [
        subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True, text=True).stdout
        for _ in range(IMPORTS)
    ]
    seconds, *heavy = min((line.split() for line in told), key=lambda words: float(words[0]))
    return float(seconds), ", ".join(heavy) or "none of them"


_IMPORT = f"""
import sys, time
start = time.perf_counter()
import {MODULE}
print(time.perf_counter() - start, *[name for name in {HEAVY!r} if name in sys.modules])
"""


def reached(
    taken: dict[str, list[float]], by_size: list[list[object]], imported: float
) -> list[list[object]]:
    """The targets of speed."""
    rows = [
        goal_row(f"times as fast as {peer}: {ours}", SAMPLE, goal, times_as_fast(taken, ours, peer))
        for peer, goal in GOALS.items()
        for ours in ENGINE
    ]
    per_item = {(name, size): each for name, size, _, each, *_ in by_size}
    for name, size, seconds, each, *_ in by_size:
        if size == SIZES[1]:
            limit = TWO_PROCESSES if "processes" in str(name) else ONE_CORE
            rows.append(goal_row(f"seconds, {name}", f"{size:,} items", limit, seconds))
        if size == SIZES[2]:
            growth = each / per_item[name, SIZES[1]]
            rows.append(goal_row(f"time an item / at 10,000, {name}", f"{size:,} items", LINEAR, growth))
    return [*rows, goal_row("seconds to import", f"`{MODULE}`", IMPORT, imported)]


def tables(largest: int, sample: int) -> list[Table]:
    """Everything measured."""
    rows = sample_rows()
    taken, by_size = turns(rows, sample), sizes(rows, largest)
    imported, heavy = import_seconds()
    speed = [
        [name, min(times), *[times_as_fast(taken, ours, name) if name in PEERS else "" for ours in ENGINE]]
        for name, times in taken.items()
    ]
    of_engine = [f"{ours}: times as fast" for ours in ENGINE]
    columns = ("engine", "items", "seconds", "per 1,000", "memory before, MB", "at its peak, MB")
    return [
        Table("Targets:", GOAL_COLUMNS, reached(taken, by_size, imported)),
        Table(
            "Processor time, best of three turns; in brackets the least and the most of a turn:",
            ("method", "seconds per 1,000 items", *of_engine),
            speed,
        ),
        Table(
            "By number of items, each in its own process; two processes by the clock, memory of the first:",
            columns,
            by_size,
        ),
        Table(f"Of {', '.join(HEAVY)} the import loads:", ("module", "loads"), [[MODULE, heavy]]),
    ]


def main() -> None:
    """Measure, and print the tables; or be the process that measures one size."""
    parser = options(str(__doc__), folder=False)
    parser.add_argument("--sample", type=int, default=300, help="items that the peers are timed on (300)")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="most items (100,000)")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one_size(*chosen.one)
    else:
        publish("forecast_speed", tables(chosen.largest, chosen.sample), chosen)


if __name__ == "__main__":
    main()
