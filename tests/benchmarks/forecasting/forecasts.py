"""Forecasts of a set of series, by the engine, by its peers and by the textbook, in one form."""

import inspect
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from forecasting.series import Column, Matrix, Portfolio, SeriesSet, right_aligned
from xlinventory import forecast_many
from xlinventory.core.forecasting import Forecasts

LEVELS = (0.80, 0.90, 0.95, 0.975, 0.99)
"""Service levels that quantiles are asked for."""
COVERAGE = 0.95


@dataclass(frozen=True)
class Foreseen:
    """What a method says of each series; NaN where it says nothing.

    mean, low, high: (n_series, longest horizon); quantiles (n_series, n_levels) of the demand over the lead
    time and its mean (n_series,); sd: of one period around its forecast.
    """

    mean: Matrix
    low: Matrix
    high: Matrix
    quantiles: Matrix
    lead_time_mean: Column
    sd: Column

    @staticmethod
    def nothing(series: SeriesSet) -> "Foreseen":
        """Nothing said yet."""
        mean, low, high = (np.full((len(series), int(series.horizon.max())), np.nan) for _ in range(3))
        quantiles = np.full((len(series), len(LEVELS)), np.nan)
        return Foreseen(mean, low, high, quantiles, *(np.full(len(series), np.nan) for _ in range(2)))


def ours(series: SeriesSet, *, season: str = "given", **options: object) -> Foreseen:
    """The engine, a call a portfolio, with the season length "given" or to be "found".

    *options* go to ``forecast_many`` as they are.
    """
    found = Foreseen.nothing(series)
    for portfolio in series.portfolios():
        items, horizon = portfolio.items, portfolio.horizon
        told = _call(series, portfolio, season, options)
        found.mean[items, :horizon] = told.mean
        found.low[items, :horizon], found.high[items, :horizon] = told.low, told.high
        found.quantiles[items], found.sd[items] = told.lead_time_quantiles, told.residual_sd
    return _with_lead_time_mean(series, found)


def _call(series: SeriesSet, portfolio: Portfolio, season: str, options: dict[str, object]) -> Forecasts:
    given = portfolio.season if portfolio.season > 1 else 0
    return forecast_many(
        right_aligned([series.train[i] for i in portfolio.items]),
        given if season == "given" else 1,
        portfolio.horizon,
        lead_time=portfolio.lead_time,
        levels=LEVELS,
        coverage=COVERAGE,
        **options,
    )


def engine_has(parameter: str) -> bool:
    """Whether the engine as it is takes a parameter of that name."""
    return parameter in inspect.signature(forecast_many).parameters


def textbook(series: SeriesSet, periods: int | None) -> Foreseen:
    """Mean and z * sd * sqrt(L) of the last *periods*, or of all: what most spreadsheets do.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, ch. 6.
    """
    known = [row[-periods:] if periods else row for row in series.train]
    mean = np.array([row.mean() for row in known])
    flat = np.where(np.arange(series.horizon.max()) < series.horizon[:, None], mean[:, None], np.nan)
    seen = replace(Foreseen.nothing(series), mean=flat, sd=np.array([row.std(ddof=1) for row in known]))
    return normal(series, _with_lead_time_mean(series, seen))


def normal(series: SeriesSet, seen: Foreseen) -> Foreseen:
    """Ranges and quantiles that a mean and a standard deviation give: z * sd * sqrt(L)."""
    margin = (ndtri(0.5 + COVERAGE / 2) * seen.sd)[:, None]
    spread = (seen.sd * np.sqrt(series.lead_time))[:, None] * ndtri(LEVELS)
    quantiles = seen.lead_time_mean[:, None] + spread
    return replace(seen, low=seen.mean - margin, high=seen.mean + margin, quantiles=quantiles)


def independent_steps(series: SeriesSet, seen: Foreseen) -> Foreseen:
    """Quantiles of a method that has ranges of each period only, as if their errors were independent."""
    shares = _shares(series, seen.mean)
    sd = (seen.high - seen.mean) / ndtri(0.5 + COVERAGE / 2)
    spread = np.sqrt(np.nansum(shares * sd**2, axis=1))
    found = _with_lead_time_mean(series, seen)
    quantiles = found.lead_time_mean[:, None] + spread[:, None] * ndtri(LEVELS)
    return replace(found, quantiles=quantiles)


def _with_lead_time_mean(series: SeriesSet, seen: Foreseen) -> Foreseen:
    return replace(seen, lead_time_mean=np.nansum(_shares(series, seen.mean) * seen.mean, axis=1))


def _shares(series: SeriesSet, mean: Matrix) -> Matrix:
    """The share of each period ahead that the lead time covers."""
    return np.clip(series.lead_time[:, None] - np.arange(mean.shape[1]), 0.0, 1.0)
