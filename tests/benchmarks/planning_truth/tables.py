"""The tables: what was to be reached, what each policy came to in each cell, where our misses come from."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row

from planning_truth.measured import EqualService, Outcome, in_each_cell, with_one_z

MOST_MISS, MOST_STOCK = Goal("<=", 2.0), Goal("<=", -12.0)
"""Points that attained service may be off its target; stock beside the textbook's at equal service, %."""
COUNTED = {"cycle": "cycles without a stock-out", "fill": "units filled from stock"}


class Asked(NamedTuple):
    """A service target: what it counts, its level, and which policy is ours with it."""

    kind: str
    target: float
    ours: int

    def __str__(self) -> str:
        return f"{self.kind} {self.target:.0%}"


class Lineup(NamedTuple):
    """Which policies are which: ours by target, those of others by name, the textbook's at each z."""

    asked: Sequence[Asked]
    others: Mapping[str, int]
    grid: Sequence[int]


def tables(outcome: Outcome, lineup: Lineup) -> list[Table]:
    """Targets first, then a table for each service target."""
    equal = {
        each: (in_each_cell(outcome, each.kind, each.ours, lineup.grid),
               with_one_z(outcome, each.kind, each.ours, lineup.grid))
        for each in lineup.asked
    }  # fmt: skip
    return [
        _goals(outcome, equal),
        *[_cells(outcome, lineup, each, in_cells) for each, (in_cells, _) in equal.items()],
    ]


def _goals(outcome: Outcome, equal: Mapping[Asked, tuple[EqualService, EqualService]]) -> Table:
    rows, cells = [], outcome.cells
    for asked, (in_cells, one_z) in equal.items():
        miss = 100 * (outcome.service(asked.kind)[0, asked.ours] - asked.target)
        worst, within = int(np.argmax(np.abs(miss))), int(np.sum(np.abs(miss) <= MOST_MISS.limit))
        of_all, largest = f"{asked}, {len(cells)} cells", float(abs(miss[worst]))
        rows += [
            [f"cells within {MOST_MISS.limit:g} points", of_all, len(cells), within, within == len(cells)],
            goal_row("largest miss, points", f"{asked}, {cells[worst]}", MOST_MISS, largest),
            goal_row("stock at equal service, one z, %: total", of_all, MOST_STOCK, one_z.total()),
            goal_row("the same: mean of cells", of_all, MOST_STOCK, one_z.mean()),
            goal_row("stock at equal service in each cell, %: total", of_all, MOST_STOCK, in_cells.total()),
            goal_row("the same: mean of cells", of_all, MOST_STOCK, in_cells.mean()),
        ]  # fmt: skip
    return Table(
        "Targets; stock is that beyond the textbook's reorder point over L + R at the same attained service:",
        GOAL_COLUMNS,
        rows,
    )


def _cells(outcome: Outcome, lineup: Lineup, asked: Asked, equal: EqualService) -> Table:
    columns = ["cell", f"ours, target {asked.target:.0%}", "stock", "orders / year"]
    for name in lineup.others:
        columns += [name, "stock"]
    rows: list[list[object]] = []
    for number, cell in enumerate(outcome.cells):
        row: list[object] = [str(cell), outcome.attained(asked.kind, asked.ours, number)]
        row += [outcome.stock_of_an_item(asked.ours, number), outcome.orders_a_year(asked.ours, number)]
        for policy in lineup.others.values():
            row += [outcome.attained(asked.kind, policy, number), outcome.stock_of_an_item(policy, number)]
        rows.append([*row, equal.cell(number)])
    columns.append("ours at equal service, %")
    return Table(
        f"Share of {COUNTED[asked.kind]}, in per cent, and mean units on hand of an item:", columns, rows
    )
