"""Accuracy of the forecasts beside AutoETS, DOTM, Excel's smoothing and the methods for rare demand.

    python tests/benchmarks/forecast_accuracy.py                            # competitions: M1, M3, tourism
    python tests/benchmarks/forecast_accuracy.py FOLDER --except FOLDER     # a folder's series as well

A ratio below 1 says that the engine errs less; 95 % bootstrap intervals over series. OWA is the mean of sMAPE
and MASE over those of Naive2; demand that comes now and then and weekly demand are judged by RMSSE (absolute
errors reward a forecast of zero). The peers are given the season length, the engine is measured with the
season given and with the season found, as a worksheet asks. "AAA" is AutoETS kept to additive error, trend
and season, which is what Excel's FORECAST.ETS fits. The extra `bench` brings the peers and the competitions.
"""

import argparse
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from forecasting.bootstrap import Resampling, estimate
from forecasting.forecasts import ours
from forecasting.naive2 import naive2
from forecasting.peers import WEEKLY, peer
from forecasting.report import GOAL_COLUMNS, Goal, Table, goal_row, options, progress, publish
from forecasting.scores import Scores, scores
from forecasting.series import Column, SeriesSet, asked_for, of_competitions

ENGINE = {"ours": "given", "ours, season found": "found"}
"""The engine's rows: with the season length given, and with it found."""
M3_WINNER = 13.89
"""sMAPE of Theta, the best of the M3 competition on its monthly series: Makridakis & Hibon (2000)."""
SHORT_MONTHS = 36
SHORT_WEEKS = (104, 156, 260)
TWO_YEARS = 104
"""Weeks of history on which AutoETS is also asked for a season of 52; on more it would take hours."""
RARE = ("IMAPA", "ADIDA", "TSB", "SES", "CrostonSBA")


class Case(NamedTuple):
    """Series to forecast, the peers to forecast them with, and what is to be reached against each."""

    series: SeriesSet
    peers: tuple[str, ...]
    measure: str
    goals: Mapping[str, float]


SMOOTH, SHORT = {"AutoETS": 0.97, "DOTM": 0.97}, {"AutoETS": 0.95, "DOTM": 0.90, "AAA": 0.85}


def monthly_cases(series: SeriesSet) -> list[Case]:
    """Monthly series with all of their history, and with the three years that most items have."""
    peers = ("AutoETS", "DOTM", "AAA")
    return [
        Case(series, peers, "OWA", SMOOTH),
        Case(series.last(SHORT_MONTHS), peers, "OWA", SHORT),
    ]


def weekly_cases(series: SeriesSet) -> list[Case]:
    """Weekly series with all of their history, and with two, three and five years."""
    peers = {weeks: (WEEKLY,) if weeks != TWO_YEARS else (WEEKLY, "AutoETS") for weeks in SHORT_WEEKS}
    cut = [(series, (WEEKLY,)), *[(series.last(weeks), names) for weeks, names in peers.items()]]
    return [Case(one, names, "RMSSE", dict.fromkeys(names, 1.0)) for one, names in cut]


def rare_cases(series: SeriesSet) -> list[Case]:
    """Series of demand that comes now and then."""
    return [Case(series, RARE, "RMSSE", dict.fromkeys(RARE[:-1], 1.0))]


KINDS = {"monthly": monthly_cases, "intermittent": rare_cases, "weekly": weekly_cases}


def cases(chosen: argparse.Namespace) -> Iterator[Case]:
    """What the command line asks for."""
    for series in asked_for(chosen):
        yield from KINDS[series.kind](series)


class Measured(NamedTuple):
    """The scores of every method on one case, and the means that can be drawn again."""

    case: Case
    scores: Mapping[str, Scores]
    again: Resampling

    def of(self, method: str, measure: str) -> Column:
        """A measure of one method, of each draw."""
        got = self.scores[method]
        if measure != "OWA":
            return self.again.mean(getattr(got, measure.lower()))
        base = self.scores["Naive2"]
        both = np.isfinite(base.mase) & np.isfinite(got.mase)
        of_smape = self.again.mean(got.smape) / self.again.mean(base.smape)
        mase, of_base = (self.again.mean(np.where(both, one.mase, np.nan)) for one in (got, base))
        return np.asarray((of_smape + mase / of_base) / 2)

    def ratio(self, method: str, other: str) -> Column:
        """The case's measure of one method over another's, of each draw."""
        return self.of(method, self.case.measure) / self.of(other, self.case.measure)


def measured(case: Case, chosen: argparse.Namespace) -> Measured:
    """Every method's scores, the engine and its peers one after the other."""
    series, found = case.series, {"Naive2": scores(case.series, naive2(case.series))}
    for name, season in ENGINE.items():
        progress(f"{series.name}: {name}")
        found[name] = scores(series, ours(series, season=season).mean)
    for name in case.peers:
        progress(f"{series.name}: {name}")
        found[name] = scores(series, peer(name, series, jobs=chosen.jobs, keep=chosen.keep).mean)
    return Measured(case, found, Resampling(len(series)))


def details(results: list[Measured]) -> Table:
    """Every method on every case, with the engine's ratio to it."""
    rows = [
        [
            f"{result.case.series.name} ({len(result.case.series):,})",
            method,
            *[float(result.of(method, measure)[0]) for measure in ("sMAPE", "MASE", "RMSSE", "OWA")],
            *[
                "" if method in (*ENGINE, "Naive2") else estimate(result.ratio(name, method))
                for name in ENGINE
            ],
        ]
        for result in results
        for method in result.scores
    ]
    ratios = ("ours / it", "ours, season found / it")
    return Table("All methods:", ("series", "method", "sMAPE", "MASE", "RMSSE", "OWA", *ratios), rows)


def reached(results: list[Measured]) -> list[list[object]]:
    """The targets that compare with a peer."""
    return [
        goal_row(
            f"{result.case.measure}, {name} / {other}",
            result.case.series.name,
            Goal("<=", limit),
            estimate(result.ratio(name, other)),
        )
        for result in results
        for other, limit in result.case.goals.items()
        for name in ENGINE
    ]


def m3() -> list[list[object]]:
    """The target on all monthly series of M3: better than the winner of that competition."""
    series, rows = of_competitions("M3"), []
    for name, season in ENGINE.items():
        progress(f"M3 monthly, all: {name}")
        smape = scores(series, ours(series, season=season).mean).smape
        told = estimate(Resampling(len(series)).mean(smape))
        rows.append(
            goal_row(f"sMAPE, {name}", f"M3 monthly, all {len(series):,}", Goal("<=", M3_WINNER), told)
        )
    return rows


def main() -> None:
    """Measure, and print two tables."""
    chosen = options(str(__doc__)).parse_args()
    results = [measured(case, chosen) for case in cases(chosen)]
    rows = reached(results) + ([] if chosen.no_competitions else m3())
    publish("forecast_accuracy", [Table("Targets:", GOAL_COLUMNS, rows), details(results)], chosen)


if __name__ == "__main__":
    main()
