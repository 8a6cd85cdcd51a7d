"""What today's movements make of the closed periods, beside what was reported of them.

A movement that is entered later for a day in a closed period, or one that was changed, changes figures that
were reported. They stay in Closings as they were; the columns that end in _now say what they would be today.
The next period opens with the stock that is in the books when it is closed, so a change is posted in it, and
counts as taken up from then on. What has changed since is told by every run, until the next closing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.archive.together import lines_of
from xlinventory.core.ledger import StockLedger, ValuedLedger
from xlinventory.imports.issues import counted
from xlinventory.macros.books import Numbers, problem_sentence
from xlinventory.macros.frame import Run
from xlinventory.macros.periods import Period, figures_of, in_cents, movement_counts
from xlinventory.sheets.closings import CLOSINGS
from xlinventory.tables import Kind, day_text

HALF_A_CENT = 0.005
"""Less than this is rounding, and no change of a figure in money."""
FIGURES = {"value": "stock value", "cost_of_sales": "cost of sales"}
"""The reported figures that are watched, and what they are called."""
TAKEN_UP = "; taken up since"
SHOWN = 20
"""Findings of one run; the sheet shows all."""

_COUNTED = {Kind.NUMBER, Kind.MONEY, Kind.WHOLE}

Mask = NDArray[np.bool_]
Places = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Period and item of each row."""


class Restated(NamedTuple):
    """Rows of Closings brought up to date, a clause on what has changed ("" for nothing), and its lines."""

    rows: pd.DataFrame
    told: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    """Reported and present figures, each (n_periods, n_items), oldest period first, and what went wrong."""

    periods: list[Period]
    skus: pd.Index
    reported: Mask
    then: dict[str, Numbers]
    now: dict[str, Numbers]
    taken_up: dict[str, Numbers]
    problems: list[dict[int, str]]

    def changed(self, figure: str) -> Mask:
        """Where a figure is another than was reported."""
        other: Mask = self.now[figure] != self.then[figure]
        return other

    def waiting(self, figure: str) -> Mask:
        """Where it is another than the later closings took up, so that no closing has told it yet."""
        other: Mask = self.now[figure] != self.taken_up[figure]
        return other

    @property
    def empty(self) -> Mask:
        """Where there was nothing and is nothing."""
        nothing = np.ones_like(self.reported)
        for side in (self.then, self.now, self.taken_up):
            for cells in side.values():
                nothing &= cells == 0
        return nothing


def any_of(marked: Callable[[str], Mask]) -> Mask:
    """Where any of the figures is marked."""
    return marked("value") | marked("cost_of_sales")


def write_restated(run: Run, ledger: StockLedger) -> str:
    """Bring Closings up to date; a clause for the end of a sentence, "" when no reported figure changed."""
    done = restated(run, ledger)
    if len(done.rows) and not _same(done.rows, closings(run)):
        run.write("Closings", done.rows)
    run.findings += done.findings
    return f"; {done.told}" if done.told else ""


def restated(run: Run, ledger: StockLedger) -> Restated:
    """The closed periods by the movements as they are now."""
    rows = closings(run)
    if rows.empty:
        return Restated(rows, "", ())
    compared = _compared(run, ledger, rows)
    brought = _rows(compared, rows)
    return Restated(brought, _told(compared), _findings(compared))


def take_up(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of closed periods when a later one is closed: what has changed is in its opening."""
    for name in FIGURES:
        rows[f"{name}_taken_up"] = rows[f"{name}_now"]
    told = rows["why"].ne("") & ~rows["why"].str.endswith(TAKEN_UP)
    return rows.assign(why=rows["why"].where(~told, rows["why"] + TAKEN_UP))


def closings(run: Run) -> pd.DataFrame:
    """The closed periods; raises WorkbookError when a column is missing that is needed to compare."""
    run.require("Closings", *CLOSINGS.stored)
    return run.table("Closings")


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether there is nothing to write: most runs find the closed periods as they were."""
    stored = CLOSINGS.stored
    return bool(one[stored].reset_index(drop=True).equals(other[stored].reset_index(drop=True)))


def _compared(run: Run, ledger: StockLedger, rows: pd.DataFrame) -> _Compared:
    firsts = rows.drop_duplicates("period_end").sort_values("period_end")
    told = ["period_from", "period_end", "method"]
    periods = [Period(*line) for line in firsts[told].itertuples(index=False)]
    skus = pd.Index(ledger.sku)
    skus = skus.append(pd.Index(rows.loc[~rows["sku"].isin(skus), "sku"].unique()))
    place, shape = _places(periods, skus, rows), (len(periods), len(skus))
    reported = np.zeros(shape, dtype=bool)
    reported[place] = True
    then = {name: _grid(shape, place, rows[name]) for name in ("opening_value", "movements", *FIGURES)}
    taken_up = {name: _grid(shape, place, rows[f"{name}_taken_up"]) for name in FIGURES}
    valued, movements = _valued(run, ledger, periods), run.movements()
    counts = movement_counts(ledger, lines_of(movements), [period.end for period in periods])
    now = {"movements": _padded(counts, len(skus))}
    reported_now = [in_cents(each) for each in valued]
    for name in FIGURES:
        figures = _padded([each[name] for each in reported_now], len(skus))
        now[name] = _settled(_settled(figures, taken_up[name]), then[name])
    problems = [_problems(each, movements) for each in valued]
    return _Compared(periods, skus, reported, then, now, taken_up, problems)


def _problems(valued: ValuedLedger, movements: pd.DataFrame) -> dict[int, str]:
    return {item: problem_sentence(problem, movements) for item, problem in valued.problems.items()}


def _valued(run: Run, ledger: StockLedger, periods: list[Period]) -> list[ValuedLedger]:
    """Every period by its own method."""
    done: list[ValuedLedger] = []
    for period in periods:
        run.report(f"Closed period {period}", 0.85 + 0.08 * len(done) / len(periods))
        done.append(figures_of(ledger, period, run.setting("negative_stock")))
    return done


def _places(periods: list[Period], skus: pd.Index, rows: pd.DataFrame) -> Places:
    ends = np.array([period.end for period in periods])
    period = np.searchsorted(ends, rows["period_end"].to_numpy(dtype=float))
    return period, skus.get_indexer(pd.Index(rows["sku"]))


def _grid(shape: tuple[int, int], place: Places, column: pd.Series) -> Numbers:
    cells = np.zeros(shape)
    cells[place] = column.fillna(0.0)
    return cells


def _padded(figures: Sequence[Numbers] | Numbers, width: int) -> Numbers:
    """A line a period; nothing for an item that is neither in Items nor in Movements any more."""
    return np.array([np.pad(each, (0, width - len(each))) for each in figures])


def _settled(now: Numbers, known: Numbers) -> Numbers:
    """*now*, and to the last digit what is known where the two are the same money."""
    return np.where(np.abs(now - known) < HALF_A_CENT, known, now)


def _rows(compared: _Compared, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of Closings with what is now; and one for an item that had nothing to report, and has now."""
    kept = rows[~compared.empty[_places(compared.periods, compared.skus, rows)]]
    late = _late(compared, rows)
    brought = pd.concat([kept, late], ignore_index=True) if len(late) else kept.reset_index(drop=True)
    place = _places(compared.periods, compared.skus, brought)
    for name in ("value", "cost_of_sales", "movements"):
        brought[f"{name}_now"] = compared.now[name][place]
    changed, waiting = any_of(compared.changed)[place], any_of(compared.waiting)[place]
    why = np.full(len(brought), "", dtype=object)
    for row in np.flatnonzero(changed | waiting):
        why[row] = _why(compared, place[0][row], place[1][row]) + ("" if waiting[row] else TAKEN_UP)
    return with_changes(brought.assign(why=why))


def with_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of Closings with what has become of each figure since, in whole cents; blank while not known."""
    for name in FIGURES:
        rows[f"{name}_change"] = (rows[f"{name}_now"] - rows[name]).round(2) + 0.0
    return rows


def _late(compared: _Compared, rows: pd.DataFrame) -> pd.DataFrame:
    late = np.nonzero(any_of(compared.changed) & ~compared.reported)
    added = pd.DataFrame({"sku": compared.skus.to_numpy()[late[1]]})
    added["period_end"] = np.array([period.end for period in compared.periods])[late[0]]
    firsts = rows.drop_duplicates("period_end").set_index("period_end")
    for name in ("period_from", "method", "closed_on"):
        added[name] = added["period_end"].map(firsts[name])
    nothing = [column.name for column in CLOSINGS.columns if column.kind in _COUNTED and not column.formula]
    return added.assign(**dict.fromkeys(nothing, 0.0))


def _why(compared: _Compared, period: int, item: int) -> str:
    if item in compared.problems[period]:
        return f"no value now: {compared.problems[period][item]}"
    more = compared.now["movements"][period, item] - compared.then["movements"][period, item]
    if more == 0:
        return "a movement, a cost or a setting was changed"
    return f"{counted(abs(more), 'movement')} {'more' if more > 0 else 'fewer'} than at closing"


def _findings(compared: _Compared) -> tuple[str, ...]:
    """A line for each item and period that waits, the largest change of stock value first."""
    period, item = np.nonzero(any_of(compared.waiting))
    size = np.abs(compared.now["value"] - compared.taken_up["value"])[period, item]
    order = np.argsort(-np.nan_to_num(size, nan=np.inf), kind="stable")
    lines = [_finding(compared, period[i], item[i]) for i in order[:SHOWN]]
    rest = len(order) - len(lines)
    more = [f"and {counted(rest, 'line')} more: see the column why of Closings"] if rest else []
    return (*lines, *more)


def _finding(compared: _Compared, period: int, item: int) -> str:
    at = period, item
    parts = []
    for name, what in FIGURES.items():
        then, now, taken_up = (side[name][at] for side in (compared.then, compared.now, compared.taken_up))
        if compared.waiting(name)[at] and np.isfinite(now):
            between = f", taken up as {taken_up:,.2f}" if taken_up != then else ""
            parts.append(f"{what} was reported as {then:,.2f}{between}, is {now:,.2f} now")
    told = "; ".join([*parts, _why(compared, period, item)])
    return f"{compared.skus[item]}, closed period {compared.periods[period]}: {told}"


def _told(compared: _Compared) -> str:
    """How many reported figures changed, by how much money, and what by."""
    lost = np.isnan(compared.now["value"])
    clauses = []
    if count := sum(int((compared.waiting(name) & ~lost).sum()) for name in FIGURES):
        clauses.append(_figures_told(compared, any_of(compared.waiting) & ~lost, count))
    if lost.any():
        what = counted(int(lost.any(axis=0).sum()), "item")
        clauses.append(f"{what} of a closed period cannot be valued now, see the column why of Closings")
    return "; ".join(clauses)


def _figures_told(compared: _Compared, waiting: Mask, count: int) -> str:
    touched = np.flatnonzero(waiting.any(axis=1))
    last = touched[-1]
    change = {n: np.where(waiting, compared.now[n] - compared.taken_up[n], 0.0) for n in FIGURES}
    days = day_text(compared.periods[last].end)
    where = (
        f"the closed period to {days}" if len(touched) == 1 else f"{len(touched)} closed periods to {days}"
    )
    value, cost = change["value"][last].sum() + 0.0, change["cost_of_sales"].sum() + 0.0
    have = "has" if count == 1 else "have"
    return (
        f"{counted(count, 'figure')} of {where} {have} changed since (value {value:+,.2f}, "
        f"cost of sales {cost:+,.2f}), {_cause(compared, waiting)}: Closings shows them"
    )


def _cause(compared: _Compared, waiting: Mask) -> str:
    """Movements that are more or fewer than the last closing of their item counted, or something else."""
    last = len(compared.periods) - 1 - np.argmax(compared.reported[::-1], axis=0)
    at = last, np.arange(len(last))
    dated = (compared.now["movements"][at] != compared.then["movements"][at])[waiting.any(axis=0)]
    if dated.all():
        return "by backdated movements"
    changed = "changed movements, costs or settings"
    return f"by backdated movements and {changed}" if dated.any() else f"by {changed}"
