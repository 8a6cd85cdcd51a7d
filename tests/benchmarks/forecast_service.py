"""Service that lead-time quantiles attain on held-out demand, and the stock it takes, beside the textbook.

    python tests/benchmarks/forecast_service.py                            # competitions: M1, M3, tourism
    python tests/benchmarks/forecast_service.py FOLDER --except FOLDER     # a folder's series as well

A quantile keeps its promise if demand over the lead time stays within it as often as it says. Attained
service alone can be bought with stock, so two measures follow: the pinball loss, and the stock that each
method needs once one factor on all of its buffers has brought it to 95 %, in mean demands of a lead time.
The textbook is mean * L + z * sd * sqrt(L) of the last 12 periods, or of all; "our mean" has the mean and
standard deviation of our own forecast in it, so what is left is the calibration alone. AutoETS has ranges of
single periods; over a lead time their errors count as independent. A lead time of 2.5 is asked of periods of
two months or weeks, so that half a period was observed too. 95 % bootstrap intervals over series.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from forecasting.bootstrap import Resampling, estimate
from forecasting.forecasts import LEVELS, Foreseen, engine_has, independent_steps, normal, ours, textbook
from forecasting.peers import WEEKLY, peer
from forecasting.report import Table, options, progress, publish
from forecasting.series import KINDS, Column, SeriesSet, asked_for

ENGINE, YEAR, ALL = "ours", "textbook, last 12", "textbook, all"
BETWEEN = "our mean, z * sd * sqrt(L)"
OTHER_CALIBRATION = "shipped"
"""Calibration that is measured beside the engine's default, where it has a choice."""
BANDS = {90: (-1.0, 2.0), 95: (-1.0, 2.0), 99: (-0.7, 0.7)}
"""How many points attained service may lie below and above each level."""
MOST_STOCK, MOST_PINBALL = 0.88, 0.65
"""Targets: stock at equal 95 % service and pinball loss at 99 %, over the textbook's."""
CUTS = {"monthly": (24, 36, 72), "weekly": (36, 104), "intermittent": (24,)}
"""Histories are also cut to these numbers of last periods."""
WITH_AUTOETS = (36, 104)
"""Cuts on which AutoETS is measured too, beside the whole histories."""
LENGTHS = ((12, 24), (25, 36), (37, 72), (73, 10_000))
LONG_LEAD, FRACTION = 6.0, 2.5


class Case(NamedTuple):
    """Series, the demand that came over the lead time, and a name for the two."""

    name: str
    series: SeriesSet
    actual: Column
    with_autoets: bool

    @property
    def label(self) -> str:
        """Name and number of series."""
        return f"{self.name} ({len(self.series):,})"


def in_pairs(series: SeriesSet) -> tuple[SeriesSet, Column]:
    """The series in periods of two, and the demand over 2.5 of those: five of the old ones."""
    long_enough = series.over(2 * FRACTION)
    train = [known[len(known) % 2 :].reshape(-1, 2).sum(axis=1) for known in long_enough.train]
    test = [after[: len(after) // 2 * 2].reshape(-1, 2).sum(axis=1) for after in long_enough.test]
    halved = replace(
        long_enough,
        train=tuple(train),
        test=tuple(test),
        season=long_enough.season // 2,
        horizon=long_enough.horizon // 2,
        lead_time=np.full(len(train), FRACTION),
    )
    return halved, long_enough.lead_time_demand()


def of_kind(series: SeriesSet) -> Iterator[Case]:
    """A set with all of its history, cut, with a longer lead time, and with a fractional one."""
    yield Case(series.name, series, series.lead_time_demand(), with_autoets=True)
    for periods in CUTS[series.kind]:
        cut = series.last(periods)
        yield Case(cut.name, cut, cut.lead_time_demand(), with_autoets=periods in WITH_AUTOETS)
    far = series.over(LONG_LEAD)
    yield Case(f"{series.name}, lead time 6", far, far.lead_time_demand(), with_autoets=False)
    halved, actual = in_pairs(series)
    yield Case(f"{series.name}, periods of two, lead time 2.5", halved, actual, with_autoets=False)


def cases(chosen: argparse.Namespace) -> Iterator[Case]:
    """What the command line asks for."""
    for series in asked_for(chosen):
        yield from of_kind(series)


class Measured(NamedTuple):
    """What every method foresaw of one case, beside what came."""

    case: Case
    seen: Mapping[str, Foreseen]
    again: Resampling

    def as_is(self) -> "Measured":
        """The same without draws."""
        return self._replace(again=self.again.as_is())

    def within(self, method: str, level: float) -> Column:
        """Whether each lead time's demand stayed within the quantile."""
        quantile = self.seen[method].quantiles[:, LEVELS.index(level)]
        return np.where(
            np.isnan(quantile), np.nan, self.case.actual <= quantile + _ROUNDING * np.abs(quantile)
        )

    def attained(self, method: str, level: float) -> Column:
        """Service attained, in per cent, of each draw."""
        return 100 * self.again.mean(self.within(method, level))

    def coverage(self, method: str) -> float:
        """Per cent of single periods that lay in the 95 % range."""
        seen, inside = self.seen[method], []
        for low, high, after in zip(seen.low, seen.high, self.case.series.test, strict=True):
            inside.append(np.mean((after >= low[: len(after)]) & (after <= high[: len(after)])))
        return float(100 * np.mean(inside))

    def _unit(self) -> Column:
        """Mean demand of a lead time, of each series; NaN where nothing was ever asked for."""
        unit = self.case.series.levels() * self.case.series.lead_time
        return np.where(unit > 0, unit, np.nan)

    def pinball(self, method: str, level: float = 0.99) -> Column:
        """Pinball loss in mean demands of a lead time, of each draw."""
        short = self.case.actual - self.seen[method].quantiles[:, LEVELS.index(level)]
        return self.again.mean(np.maximum(level * short, (level - 1) * short) / self._unit())

    def over_textbook(self, what: str) -> Column:
        """The engine's stock or pinball loss over that of the textbook that does better, of each draw."""
        measure = self.equal_stock if what == "stock" else self.pinball
        return measure(ENGINE) / min((measure(YEAR), measure(ALL)), key=lambda draws: draws[0])

    def equal_stock(self, method: str, level: float = 0.95) -> Column:
        """Stock with which the method attains the level, one factor on all buffers, of each draw."""
        seen = self.seen[method]
        buffer = seen.quantiles[:, LEVELS.index(level)] - seen.lead_time_mean
        over = self.case.actual - seen.lead_time_mean
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(buffer > 0, over / buffer, np.where(over > 0, np.inf, -np.inf))
        factor = self.again.quantile(needed, level)
        unit = self._unit()
        return self.again.mean(seen.lead_time_mean / unit) + factor * self.again.mean(buffer / unit)


_ROUNDING = 1e-9


def methods(case: Case, chosen: argparse.Namespace) -> Iterator[tuple[str, Foreseen]]:
    """What each method foresees; the engine once for each way of calibration it knows."""
    progress(f"{case.name}: {ENGINE}")
    seen = ours(case.series)
    yield ENGINE, seen
    if engine_has("calibration"):
        yield f"{ENGINE}, {OTHER_CALIBRATION} constants", ours(case.series, calibration=OTHER_CALIBRATION)
    yield BETWEEN, normal(case.series, seen)
    yield YEAR, textbook(case.series, 12)
    yield ALL, textbook(case.series, None)
    if case.with_autoets:
        name = WEEKLY if case.series.kind == "weekly" else "AutoETS"
        progress(f"{case.name}: {name}")
        seen = peer(name, case.series, jobs=chosen.jobs, keep=chosen.keep)
        yield name, independent_steps(case.series, seen)


def measured(case: Case, chosen: argparse.Namespace) -> Measured:
    """Everything about one case."""
    return Measured(case, dict(methods(case, chosen)), Resampling(len(case.series)))


def reached(results: list[Measured]) -> Table:
    """The targets: attained service within its band, and stock and loss over the better textbook's."""
    rows: list[list[object]] = []
    for result in results:
        beyond = [estimate(result.attained(ENGINE, each / 100) - each, places=1) for each in BANDS]
        stock, pinball = estimate(result.over_textbook("stock")), estimate(result.over_textbook("pinball"))
        missed = [
            f"service at {each} %"
            for each, got in zip(BANDS, beyond, strict=True)
            if not BANDS[each][0] <= round(got.value, 6) <= BANDS[each][1]
        ]
        missed += ["stock"] * (stock.value > MOST_STOCK) + ["pinball"] * (pinball.value > MOST_PINBALL)
        rows.append([result.case.label, *beyond, stock, pinball, ", ".join(missed) or "all reached"])
    bands = ", ".join(f"{low:+g} to {high:+g} at {each} %" for each, (low, high) in BANDS.items())
    title = (
        f"Attained service less what was asked, in points (target {bands}); stock at equal 95 % service (at"
        f" most {MOST_STOCK}) and pinball loss at 99 % (at most {MOST_PINBALL}) over the better textbook's:"
    )
    service = [f"service at {each} %" for each in BANDS]
    return Table(title, ("series", *service, "stock / textbook", "pinball / textbook", "missed"), rows)


def details(results: list[Measured]) -> Table:
    """Attained service of every method on every case, its coverage, loss and stock."""
    rows = [
        [
            result.case.label,
            method,
            *[float(result.attained(method, level)[0]) for level in LEVELS],
            result.coverage(method),
            float(result.pinball(method)[0]),
            float(result.equal_stock(method)[0]),
        ]
        for result in (one.as_is() for one in results)
        for method in result.seen
    ]
    levels = [f"at {100 * level:g} %" for level in LEVELS]
    columns = ("series", "method", *levels, "95 % range", "pinball at 99", "stock at equal 95 %")
    return Table("Service attained, in per cent:", columns, rows)


def by_length(results: list[Measured]) -> Table:
    """Attained service by number of known periods, the lead times of the kinds, cuts pooled."""
    rows = []
    for kind in KINDS:
        usual = [one for one in results if one.case.series.kind == kind and "lead time" not in one.case.name]
        for shortest, longest in LENGTHS:
            there = [
                (one.case.series.lengths() >= shortest) & (one.case.series.lengths() <= longest)
                for one in usual
            ]
            if sum(mask.sum() for mask in there) < FEWEST:
                continue
            name = f"{kind}, {shortest} to {longest} periods" if longest < 10_000 else f"{kind}, longer"
            for method in (ENGINE, YEAR):
                parts = [
                    _share([one.within(method, level)[mask] for one, mask in zip(usual, there, strict=True)])
                    for level in LEVELS
                ]
                rows.append([name, method, int(sum(mask.sum() for mask in there)), *parts])
    levels = [f"at {100 * level:g} %" for level in LEVELS]
    return Table("By length of history:", ("history", "method", "series", *levels), rows)


FEWEST = 50
"""Series below which a share of 99 % says nothing."""


def _share(parts: list[Column]) -> float:
    return float(100 * np.nanmean(np.concatenate(parts)))


def main() -> None:
    """Measure, and print three tables."""
    chosen = options(str(__doc__)).parse_args()
    results = [measured(case, chosen) for case in cases(chosen)]
    targets, lengths = reached(results), by_length(results)
    main_cases = details([result for result in results if result.case.with_autoets])
    tables = [targets, details(results), lengths]
    publish("forecast_service", tables, chosen, in_docs=[targets, main_cases, lengths])


if __name__ == "__main__":
    main()
