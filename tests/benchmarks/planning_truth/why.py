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
        cells.append([f"{points:+.1f} ({per_cent:+.0f} %)" for points, per_cent in zip(miss, more, strict=True)]
                     + [f"{np.abs(miss).max():.1f}"])  # fmt: skip
    names = [*map(str, outcome.cells), "largest miss"]
    title = "Points above or below target, and stock beside ours, the truth in place of an estimate:"
    return Table(title, columns, [list(row) for row in zip(names, *cells, strict=True)])
