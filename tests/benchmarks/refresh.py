"""Time and memory of a shop's file to the Demand table, beside plain DuckDB, pandas and Polars.

    python tests/benchmarks/refresh.py online_retail.csv.gz
    python tests/benchmarks/refresh.py --quick                     # a made up file, once repeated
    python tests/benchmarks/refresh.py online_retail.csv.gz --docs

Two sizes: the file as it is (541,909 lines if it is Online Retail, or a made up one of its shape), and one of
20 million lines that repeats it with other invoice numbers. Every work runs once in a fresh process a turn,
all works in each turn, and the best of the turns counts; a ratio is that of the best, in brackets its least
and most of one turn. Seconds are the processor's, of all its cores, which other work on the machine changes
little; beside them stands the clock. Imports are not counted, of no work. Memory is the peak beyond what the
process had before. That Demand has the units which a query by hand finds is checked first.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from forecasting.bootstrap import Estimate
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row, progress
from large_files import buttons, shop_file, works
from large_files.report import publish
from stock_ledger.measuring import Taken, in_own_process, least, taken_by

MANY = 20_000_000
OF_DUCKDB, OF_PANDAS = Goal("<=", 2.0), Goal("<=", 1.0)
BOUND = Goal("<=", 1024.0)
"""Megabytes beyond the process at 20 million lines; the file has 1,800."""
Runs = dict[str, list[Taken]]


def turns(path: Path, names: Sequence[str], count: int) -> Runs:
    """Every work in every turn, each in a process of its own."""
    runs: Runs = {name: [] for name in names}
    for turn in range(count):
        for name in names:
            progress(f"turn {turn + 1} of {count}: {name}")
            runs[name].append(in_own_process(Path(__file__), ["--one", name, path]))
    return runs


def ratio(runs: Runs, one: str, other: str, figure: str = "seconds") -> Estimate:
    """A figure of one work over that of another: of the best, and the least and most of a turn."""
    of_turn = [getattr(a, figure) / getattr(b, figure) for a, b in zip(runs[one], runs[other], strict=True)]
    best = getattr(least(runs[one]), figure) / getattr(least(runs[other]), figure)
    return Estimate(best, min(of_turn), max(of_turn))


def compared(path: Path, lines: int, count: int) -> tuple[list[list[object]], list[Table]]:
    """The targets and the tables of one size."""
    runs = turns(path, works.there(works.WORKS), count)
    progress("the same units by hand")
    (apart, rows), what = works.disagreement(path), f"{lines:,} lines"
    goals = [
        [f"units of any item and week, beside a query by hand ({rows:,} rows)", what, "no difference",
         f"{apart:g}", apart == 0],
        goal_row("processor, of plain DuckDB", what, OF_DUCKDB, ratio(runs, works.OURS, works.FLOOR)),
        goal_row("processor, of pandas", what, OF_PANDAS, ratio(runs, works.OURS, works.PANDAS)),
    ]  # fmt: skip
    if lines > MANY / 2:
        goals.append(goal_row("peak memory, MB", what, BOUND, least(runs[works.OURS]).megabytes))
    floor = least(runs[works.FLOOR]).seconds
    best = {name: least(of_name) for name, of_name in runs.items()}
    size = path.stat().st_size / 1e6
    title = f"{what}, {size:,.0f} MB, the best of {count}:"
    columns = ("work", "seconds", "of plain DuckDB", "by the clock", "peak memory, MB")
    each = [[name, it.seconds, it.seconds / floor, it.clock, it.megabytes] for name, it in best.items()]
    steps = min(runs[works.OURS]).told
    each[1:1] = [[f"- {name}", seconds, seconds / floor, "", ""] for name, seconds in steps["steps"].items()]
    return goals, [Table(title, columns, each)]


def to_parquet(path: Path, lines: int, count: int) -> Table:
    """What writes every cell as text into Parquet in the least time and memory."""
    runs = turns(path, works.there(works.TO_PARQUET), count)
    best = {name: least(of_name) for name, of_name in runs.items()}
    rows = [[name, it.seconds, it.clock, it.megabytes] for name, it in best.items()]
    title = f"All cells of {lines:,} lines as text into Parquet, nothing checked, the best of {count}:"
    return Table(title, ("by", "seconds", "by the clock", "peak memory, MB"), rows)


def pressed(path: Path, lines: int) -> Table:
    """The buttons on a workbook file."""
    progress(f"the buttons, {lines:,} lines")
    told = in_own_process(Path(__file__), ["--one", BUTTONS, path]).told
    steps = {name: Taken(*figures) for name, figures in told.items()}
    return buttons.shown(f"The buttons on a new workbook file, {lines:,} lines:", steps)


def careful(path: Path, lines: int, count: int) -> Table:
    """The readers of small files on the same lines, only read."""
    it = least(turns(path, [works.CAREFUL], count)[works.CAREFUL])
    title = f"Without the fast way, {lines:,} lines, only read:"
    rows = [[works.CAREFUL, it.seconds, it.clock, it.megabytes]]
    return Table(title, ("work", "seconds", "by the clock", "peak memory, MB"), rows)


BUTTONS = "buttons"
ONE = {**works.WORKS, **works.TO_PARQUET, works.CAREFUL: works.careful, BUTTONS: buttons.pressed}


def one(name: str, path: str) -> None:
    """The work of a process of its own."""
    print(json.dumps(taken_by(lambda: ONE[name](Path(path)))))


def measured(chosen: argparse.Namespace, folder: Path) -> list[Table]:
    """All tables."""
    small, large = folder / "sales.csv", folder / "many_sales.csv"
    progress("the files")
    few = shop_file.prepare(chosen.file, small)
    sizes = [(small, few), (large, shop_file.repeated(small, chosen.lines, large))]
    goals, tables = [], []
    for path, lines in sizes:
        reached, found = compared(path, lines, chosen.turns)
        goals += reached
        tables += [*found, to_parquet(path, lines, chosen.turns)]
    tables += [pressed(path, lines) for path, lines in sizes]
    return [Table("Targets:", GOAL_COLUMNS, goals), *tables, careful(small, few, chosen.turns)]


def main() -> None:
    """Measure, and show the tables; or be the process that measures one work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path, help="Online Retail, .csv or .csv.gz")
    parser.add_argument("--lines", type=int, default=MANY, help="of the large file (20,000,000)")
    parser.add_argument("--turns", type=int, default=3, help="runs of each work (3)")
    parser.add_argument("--quick", action="store_true", help="2,000,000 lines, one turn")
    parser.add_argument("--folder", type=Path, help="where to put the files; 2 GB and more")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the tables there as well")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/large.md")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        one(*chosen.one)
        return
    if chosen.quick:
        chosen.lines, chosen.turns = 2_000_000, 1
    with tempfile.TemporaryDirectory(dir=chosen.folder) as scratch:
        tables = measured(chosen, Path(scratch))
    publish(tables, chosen)


if __name__ == "__main__":
    main()
