"""Time and memory of the stock ledger at a million movements, beside a plain queue and just reading the CSV.

    python tests/benchmarks/ledger.py
    python tests/benchmarks/ledger.py --rows 100000 --skus 1000 --workbook 20000      # a quick look
    python tests/benchmarks/ledger.py --online-retail online_retail.csv.gz --docs

The movements are those of stock_ledger/movements.py. Every work runs once in a fresh process a turn, all
works in each turn, and the best of the turns counts; a ratio is that of the best, in brackets its least and
most of one turn. Seconds are the processor's, which other work on the machine hardly changes. Memory is the
peak beyond what the process, its data read, had before the call. The plain queue does the same job one
movement after the other, as business software does it, its rows given as tuples; that both agree is checked
first.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from forecasting.bootstrap import Estimate
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row, progress
from stock_ledger import workbook, works, year_of_sales
from stock_ledger.measuring import Taken, in_own_process, least, taken_by
from stock_ledger.movements import movements, one_busy_item
from stock_ledger.report import publish

from xlinventory.evaluation import evaluate

BUSY_ROWS = 100_000
FLOOR, TIMES, LAW = Goal("<=", 1.0), Goal(">=", 20.0), Goal("<=", 1.0)
"""Of the time to read the CSV; times as fast as the plain queue; seconds of STOCK_VALUE over 100,000 rows."""
COMPARABLE = (works.READY, works.ONCE, works.THREE_CALLS, works.QUEUE, *works.READERS)
"""Works on all three methods, or on none."""
Runs = dict[str, list[Taken]]


def turns(folder: Path, names: Sequence[str], count: int) -> Runs:
    """Every work in every turn, each in a process of its own."""
    runs: Runs = {name: [] for name in names}
    for turn in range(count):
        for name in names:
            progress(f"turn {turn + 1} of {count}: {name}")
            runs[name].append(in_own_process(Path(__file__), ["--one", name, folder]))
    return runs


def ratio(runs: Runs, one: str, other: str) -> Estimate:
    """Seconds of one work over those of another: of the best, and the least and most of a turn."""
    of_turn = np.array([a.seconds / b.seconds for a, b in zip(runs[one], runs[other], strict=True)])
    best = least(runs[one]).seconds / least(runs[other]).seconds
    return Estimate(best, float(of_turn.min()), float(of_turn.max()))


def against_the_queue(runs: Runs, name: str) -> Estimate | str:
    """How many times as fast as the plain queue's three methods a work is that does as much; else blank."""
    return ratio(runs, works.QUEUE, name) if name in COMPARABLE else ""


def million(rows: int, skus: int, count: int) -> list[Table]:
    """The tables of the large ledger."""
    progress(f"{rows:,} movements of {skus:,} items")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        works.save(movements(rows, skus), folder)
        apart = works.disagreement(works.columns(folder))
        runs = turns(folder, works.NAMES, count)
    what = f"{rows:,} movements, {skus:,} items"
    reached = [
        [
            "largest relative difference to the plain queue",
            what,
            f"at most {works.AGREEMENT:g}",
            f"{apart:.0e}",
            apart <= works.AGREEMENT,
        ],
        *(
            goal_row(f"{name}: of the time of {reader}", what, FLOOR, ratio(runs, name, reader))
            for name in (works.READY, works.ONCE, works.THREE_CALLS)
            for reader in (works.READ_DATES, works.READ)
        ),
        *(
            goal_row(f"{name}: times as fast as the plain queue", what, TIMES, ratio(runs, works.QUEUE, name))
            for name in (works.READY, works.ONCE, works.THREE_CALLS)
        ),
        goal_row("seconds of STOCK_VALUE in a cell", f"{BUSY_ROWS:,} rows", LAW, in_a_cell()),
    ]
    measured = [
        [name, best.seconds, best.megabytes, against_the_queue(runs, name)]
        for name, best in ((name, least(of_name)) for name, of_name in runs.items())
    ]
    return [
        Table("Targets:", GOAL_COLUMNS, reached),
        Table(
            f"{what}, one call each, preparation included, best of {count} turns:",
            ("work", "seconds", "peak memory, MB", "times as fast as the plain queue"),
            measured,
        ),
    ]


def in_a_cell() -> float:
    """Seconds of one STOCK_VALUE over a column of rows, as a host calls it; best of three."""
    table = one_busy_item(BUSY_ROWS)
    days = (table["date"].to_numpy() - np.datetime64("1899-12-30")) / np.timedelta64(1, "D")
    costs = table["unit_cost"].fillna(0.0)
    cells = [[[value] for value in column.tolist()] for column in (days, table["quantity"], costs)]
    return min(taken_by(lambda: evaluate("STOCK_VALUE", *cells, "FIFO")).seconds for _ in range(3))


def busy_item(count: int) -> Table:
    """One item with as many movements as a thousand others: nothing to do side by side."""
    progress(f"one item of {BUSY_ROWS:,} movements")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        works.save(one_busy_item(BUSY_ROWS), folder)
        names = [*works.PERPETUAL, works.ONCE, works.QUEUE]
        runs = turns(folder, names, count)
    rows = [[name, least(runs[name]).seconds, against_the_queue(runs, name)] for name in names]
    columns = ("work", "seconds", "times as fast as the plain queue")
    return Table(f"One item, {BUSY_ROWS:,} receipts and sales in turn:", columns, rows)


def one(name: str, folder: str) -> None:
    """The work of a process of its own."""
    print(json.dumps(taken_by(works.prepared(name, Path(folder)))._replace(told=None)))


def main() -> None:
    """Measure, and show the tables; or be the process that measures one work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000, help="movements (1,000,000)")
    parser.add_argument("--skus", type=int, default=10_000, help="items (10,000)")
    parser.add_argument(
        "--workbook", type=int, default=200_000, metavar="ROWS", help="in the workbook (200,000)"
    )
    parser.add_argument("--turns", type=int, default=3, help="runs of each work (3)")
    parser.add_argument("--online-retail", type=Path, metavar="FILE", help="the year of sales, as published")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the tables there as well")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/valuation.md")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one(*chosen.one)
        return
    tables = [*million(chosen.rows, chosen.skus, chosen.turns), busy_item(chosen.turns)]
    tables += [workbook.measured(chosen.workbook, progress)] if chosen.workbook else []
    tables += [year_of_sales.valued(chosen.online_retail)] if chosen.online_retail else []
    publish(tables, chosen)


if __name__ == "__main__":
    main()
