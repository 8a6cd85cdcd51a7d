"""Where a miss comes from: our service when the truth takes the place of one estimate after the other."""

from collections.abc import Sequence

import numpy as np
from forecasting.report import Table

from planning_truth.measured import Outcome
from planning_truth.ours import Ours


def reasons(outcome: Outcome, policies: Sequence[Ours]) -> Table:
    """Attained service less its target, in points, and stock over that of ours as it is."""
    stock = outcome.stock()[0]
    first = {policy.service_type: number for number, policy in reversed(list(enumerate(policies)))}
    columns = ["cell"]
    cells = []
    for number, policy in enumerate(policies):
        columns.append(f"{policy.service_type}, {policy.name}")
        miss = 100 * (outcome.service(policy.service_type)[0, number] - policy.target)
        more = 100 * (stock[number] / stock[first[policy.service_type]] - 1)
        told = [f"{points:+.1f} ({part:+.0f} %)" for points, part in zip(miss, more, strict=True)]
        cells.append([*told, f"{np.abs(miss).max():.1f}"])
    names = [*map(str, outcome.cells), "largest miss"]
    title = "Points above or below target, and stock beside ours, with truth for an estimate:"
    return Table(title, columns, [list(row) for row in zip(names, *cells, strict=True)])
