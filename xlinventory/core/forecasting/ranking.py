"""The methods that "auto" chooses from, ranked for one history: what DEMAND_METHOD tells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from xlinventory.core.checks import require, whole
from xlinventory.core.errors import NotEnoughData
from xlinventory.core.forecasting import selection
from xlinventory.core.forecasting.histories import Column, Matrix, known_counts, powers_of_two, single_history
from xlinventory.core.forecasting.routing import AUTO, FIND, LONGEST, LONGEST_SEASON, Block, Request, blocks


class Ranked(NamedTuple):
    """The method chosen for one history, then the others from best to worst, and the held-out MASE of each.

    Where the naive forecast was better than the method that is chosen, a share of it is mixed in, and the
    error is that of both.
    """

    methods: tuple[str, ...]
    errors: Column


def ranked_methods(
    history: ArrayLike, season_length: float = FIND, test_periods: float | None = None
) -> Ranked:
    """The methods that "auto" chooses from, ranked on the last *test_periods* of one history.

    They are held out in three windows, six for sparse demand, each forecast from its own origin; None holds
    out three eighths, or six ninths. Dense demand is ranked by absolute error, as MASE is, sparse demand by
    squared error.

    >>> ranked_methods([20, 20, 20, 20, 20, 20]).methods[:2]
    ('comb', 'theta')
    """
    row = single_history(history)[None, :]
    require(~(row < 0), "history must be >= 0", row)
    whole(0, LONGEST_SEASON, season_length=season_length)
    (block,) = blocks(row, Request(int(season_length), 0, AUTO, 1))
    kind, scaled = selection.KINDS[block.kind], row / powers_of_two(row)
    origins, window = kind.origins, selection.default_window(row, kind.parts)
    if test_periods is not None:
        whole(1, LONGEST, test_periods=test_periods)
        origins = min(kind.origins, int(test_periods))
        window = np.array([-(-int(test_periods) // origins)])
        trained = row.shape[1] - origins * int(window[0])
        if known_counts(row[:, : max(trained, 0)])[0] < selection.LEAST_KNOWN:
            raise NotEnoughData(f"history is too short to hold out {test_periods:g} periods")
    trial = selection.tried(scaled, block.season, 1, kind.candidates, window, origins)
    if np.isnan(trial.losses(1)).any():
        raise NotEnoughData("history has no known period to hold out")
    return _ranked(trial, scaled, block)


def _ranked(trial: selection.Trial, rows: Matrix, block: Block) -> Ranked:
    """The choice first, then the others; where rare demand never came, errors are told but do not choose."""
    kind = selection.KINDS[block.kind]
    fair, power = kind.fair(trial), kind.loss_power
    choice = selection.chosen(fair, power)
    first = trial.names.index(choice.method[0])
    others = [i for i in fair.ranking(power)[:, 0] if i != first]
    errors = selection.scaled(trial.losses(1), rows, block.scored_season)[:, 0]
    own = selection.loss_of(choice.errors(fair), 1).mean()
    mixed = selection.scaled(own, rows, block.scored_season)[0]
    best = errors[first] if np.isnan(own[0]) else mixed
    return Ranked(tuple(trial.names[i] for i in (first, *others)), np.array([best, *errors[others]]))
