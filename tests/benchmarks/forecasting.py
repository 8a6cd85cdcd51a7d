"""Time to forecast many items with lead-time quantiles, beside statsmodels on a sample of the same items.

    python tests/benchmarks/forecasting.py 1000 10000

Half of the items are seasonal weekly sales, half are asked for now and then; all are simulated. The yardstick
is ExponentialSmoothing with a damped additive trend, fitted to each item of a sample by itself; the ratio is
its time per item over ours. Figures of accuracy need public series, which may not be shipped.
"""

import sys
import time
import warnings

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
PERIODS, HORIZON, LEAD_TIME, LEVELS = 54, 12, 3.5, (0.9, 0.95, 0.99)
SAMPLE = 40


def simulated(items: int) -> Matrix:
    """Poisson sales of weeks, (items, PERIODS): around a season of 13 weeks, or few and far between."""
    rng, weeks = np.random.default_rng(1), np.arange(PERIODS)
    season = 1 + 0.4 * np.sin(2 * np.pi * weeks / 13)
    rates = np.where(
        np.arange(items)[:, None] % 2, rng.gamma(2, 20, (items, 1)) * season, rng.gamma(1, 0.5, (items, 1))
    )
    return rng.poisson(rates).astype(float)


def ours(rows: Matrix) -> float:
    """Seconds for all rows together, the best of three."""
    from xlinventory import forecast_many  # noqa: PLC0415 - the import is measured by itself

    def once() -> float:
        clock = time.perf_counter()
        forecast_many(rows, 1, HORIZON, lead_time=LEAD_TIME, levels=LEVELS)
        return time.perf_counter() - clock

    return min(once() for _ in range(3))


def theirs(rows: Matrix) -> float:
    """Seconds per row of statsmodels."""
    from statsmodels.tsa.api import ExponentialSmoothing  # noqa: PLC0415 - the import is measured by itself

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clock = time.perf_counter()
        for row in rows:
            ExponentialSmoothing(row, trend="add", damped_trend=True).fit().forecast(HORIZON)
        return (time.perf_counter() - clock) / len(rows)


def main(sizes: list[int]) -> None:
    """A line a size."""
    print("| items | seconds | per 1,000 | times as fast as statsmodels |")
    for size in sizes:
        rows = simulated(size)
        seconds, yardstick = ours(rows), theirs(rows[:SAMPLE])
        print(
            f"| {size:,} | {seconds:.2f} | {seconds / size * 1000:.3f} | {yardstick * size / seconds:.0f} |"
        )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000])
