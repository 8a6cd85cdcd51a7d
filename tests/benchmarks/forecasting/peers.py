"""The methods that the engine is compared with, through statsforecast's own way of calling them."""

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.forecasts import COVERAGE, Foreseen
from forecasting.series import Column, Portfolio, SeriesSet

Model = Callable[[int], Any]
"""A model of statsforecast for a season length."""


def models() -> Mapping[str, Model]:
    """The peers by name. Constants where a peer has no automatic ones: TSB 0.2, as its authors try."""
    from statsforecast import models as sf  # noqa: PLC0415 - takes seconds, and --help should not

    return {
        "AutoETS": sf.AutoETS,
        WEEKLY: lambda _: sf.AutoETS(1),
        "DOTM": sf.DynamicOptimizedTheta,
        "AAA": lambda season: sf.AutoETS(season, model="AAA", damped=False),
        "IMAPA": lambda _: sf.IMAPA(),
        "ADIDA": lambda _: sf.ADIDA(),
        "TSB": lambda _: sf.TSB(alpha_d=0.2, alpha_p=0.2),
        "SES": lambda _: sf.SimpleExponentialSmoothingOptimized(),
        "CrostonSBA": lambda _: sf.CrostonSBA(),
    }


WEEKLY = "AutoETS, no season"
"""AutoETS for weekly demand: as its original in R does, it leaves a season of more than 24 periods alone."""
WITH_RANGES = ("AutoETS", WEEKLY, "DOTM", "AAA")
"""Peers that give a range of each period's demand."""


def long_table(rows: Sequence[Column]) -> pd.DataFrame:
    """Series in the layout that statsforecast takes: a line a period."""
    lengths = [len(row) for row in rows]
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(rows)), lengths),
            "ds": np.concatenate([np.arange(length) for length in lengths]),
            "y": np.concatenate(rows),
        }
    )


def called(
    rows: pd.DataFrame, name: str, season: int, horizon: int, *, ranges: Sequence[int] = (), jobs: int = 1
) -> pd.DataFrame:
    """One peer's forecasts of a long table, with ranges of those per cents."""
    from statsforecast import StatsForecast  # noqa: PLC0415 - takes seconds, and --help should not
    from statsforecast.models import Naive  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forecaster = StatsForecast(
            models=[models()[name](season)], freq=1, n_jobs=jobs, fallback_model=Naive(alias="fallback")
        )
        found: pd.DataFrame = forecaster.forecast(df=rows, h=horizon, level=list(ranges) or None)
    return found


def peer(name: str, series: SeriesSet, *, jobs: int = 1, keep: Path | None = None) -> Foreseen:
    """What a peer says of every series, with ranges where it has them.

    *keep* is a folder for its forecasts: the same peer on the same series is asked only once.
    """
    seen = Foreseen.nothing(series)
    for portfolio in series.portfolios():
        rows = [series.train[i] for i in portfolio.items]
        file = keep / f"{_fingerprint(name, rows, portfolio)}.npy" if keep else None
        shaped = np.load(file) if file and file.exists() else _asked(name, rows, portfolio, jobs)
        if file:
            np.save(file, shaped)
        for place, part in enumerate((seen.mean, seen.low, seen.high)[: shaped.shape[2]]):
            part[portfolio.items, : portfolio.horizon] = shaped[:, :, place]
    return seen


def _asked(name: str, rows: list[Column], portfolio: Portfolio, jobs: int) -> NDArray[np.float64]:
    """A peer's mean, low and high (n_series, horizon, 3), or its mean alone (n_series, horizon, 1)."""
    ranges = (round(COVERAGE * 100),) if name in WITH_RANGES else ()
    found = called(long_table(rows), name, portfolio.season, portfolio.horizon, ranges=ranges, jobs=jobs)
    columns = found.drop(columns=["unique_id", "ds"]).to_numpy(dtype=float)
    return columns.reshape(len(rows), portfolio.horizon, -1)


def _fingerprint(name: str, rows: list[Column], portfolio: Portfolio) -> str:
    """What a peer's forecasts depend on, in a few letters."""
    told = hashlib.sha256(
        repr((name, portfolio.season, portfolio.horizon, version("statsforecast"))).encode()
    )
    for row in rows:
        told.update(len(row).to_bytes(4, "big") + row.tobytes())
    return told.hexdigest()[:24]
