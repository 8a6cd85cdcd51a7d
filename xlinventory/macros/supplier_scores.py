"""The scorecard: every measure of every supplier, the points each gives, and how they add up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.suppliers import punctuality, score_parts
from xlinventory.macros import lead_times
from xlinventory.macros.columns import Row, records
from xlinventory.macros.frame import Run
from xlinventory.workbook import WorkbookError

WEIGHTS = ("score_weight_on_time", "score_weight_accepted", "score_weight_price", "score_weight_steady")
"""Settings with the weights of the four measures."""
POINTS = ("points_on_time", "points_accepted", "points_price", "points_steady")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a score goes by: the four weights, what prices are held against, the day, and the currency."""

    weights: tuple[float, ...]
    price_reference: str
    as_of: float
    currency: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a measure is told: its word, and why it may be missing."""

    word: str
    missing: str


_TOLD = (
    _Measure("on time", "no line is due"),
    _Measure("accepted", "nothing was received"),
    _Measure("price", "no price to compare"),
    _Measure("steady", "fewer than 2 receipts"),
)


def basis_of(run: Run) -> Basis:
    """The settings of a score; raises WorkbookError when all weights are 0."""
    weights = tuple(float(run.setting(name)) for name in WEIGHTS)
    if not any(weights):
        raise WorkbookError(
            f"Settings {', '.join(WEIGHTS)}: all are 0, so nothing would count; give at least one a weight."
        )
    return Basis(weights, run.setting("price_reference"), run.setting("as_of"), run.setting("currency"))


def measures(
    table: pd.DataFrame, orders: pd.DataFrame, found: lead_times.Deliveries, items: pd.DataFrame, basis: Basis
) -> pd.DataFrame:
    """One row a supplier of *table* or of *orders*: every measure, the points of each, the score and why."""
    others = sorted(set(orders["supplier"]) - set(table["supplier"]) - {""})
    scores = pd.DataFrame({"supplier": [*table["supplier"], *others]}, dtype=object)
    said = table.set_index("supplier")["promised_lead_days"].reindex(scores["supplier"])
    meant = (orders["promised_date"] - orders["order_date"]).groupby(orders["supplier"]).mean()
    scores["promised_days"] = said.fillna(meant).to_numpy(dtype=float)
    real = lead_times.supplier_lead_times(found)[["mean", "sd", "p90", "count"]]
    real.columns = pd.Index(["lead_time", "lead_time_sd", "lead_time_p90", "receipts"])
    scores = scores.join(line_measures(orders, basis.as_of), on="supplier").join(real, on="supplier")
    scores["price_index"] = scores["supplier"].map(price_indices(orders, standard_prices(items, basis)))
    scores = scores.fillna({"lines": 0.0, "receipts": 0.0})
    return _with_points(scores, basis.weights)


def line_measures(orders: pd.DataFrame, as_of: float) -> pd.DataFrame:
    """Per supplier: order lines, share on time in full, share of units accepted, how late lines were."""
    place, names = pd.factorize(orders["supplier"])
    got = orders["received"].fillna(0.0) + orders["rejected"].fillna(0.0)
    complete = orders["receipt_date"].where(orders["open_quantity"] <= 0)
    promised, ordered = orders["promised_date"].to_numpy(float), orders["quantity"].to_numpy(float)
    came, settled = complete.to_numpy(float), got.to_numpy(float)
    kept = punctuality(promised, came, ordered, settled, as_of, place, len(names))
    sums = orders[["received", "rejected"]].fillna(0.0).groupby(place).sum()
    judged = sums.sum(axis=1)
    figures = {
        "lines": np.bincount(place, minlength=len(names)).astype(float),
        "on_time": kept.on_time,
        "accept_rate": (sums["received"] / judged.where(judged > 0)).to_numpy(),
        "share_late": kept.late,
        "days_late": kept.days_late,
        "days_late_of_late": kept.days_late_of_late,
    }
    return pd.DataFrame(figures, index=pd.Index(names, dtype=object))


def standard_prices(items: pd.DataFrame, basis: Basis) -> pd.Series | None:
    """What a unit of each item should cost, by sku; None where prices are held against the best paid."""
    return items.set_index("sku")["unit_cost"] if basis.price_reference == "standard" else None


def price_indices(orders: pd.DataFrame, standard: pd.Series | None = None) -> pd.Series:
    """Price paid to each supplier against a reference for the same items, by value.

    The reference is the *standard* price of an item, else the best supplier's mean price for it. Items
    without one, and lines without a price, are left out.
    """
    priced = orders[orders["unit_price"] > 0]
    paid = priced.assign(value=priced["quantity"] * priced["unit_price"])
    mean = paid.groupby(["sku", "supplier"])[["value", "quantity"]].sum()
    price = mean["value"] / mean["quantity"]
    skus = mean.index.get_level_values("sku")
    given = price.groupby("sku").transform("min") if standard is None else standard.reindex(skus).to_numpy()
    mean["at_reference"] = given * mean["quantity"]
    sums = mean[mean["at_reference"] > 0].groupby("supplier").sum()
    return sums["value"] / sums["at_reference"]


def _with_points(scores: pd.DataFrame, weights: tuple[float, ...]) -> pd.DataFrame:
    """The points of each measure that counts, their sum, and how it comes about."""
    steady = scores["lead_time_sd"] / scores["lead_time"].where(scores["lead_time"] > 0)
    given = [scores[name] for name in ("on_time", "accept_rate", "price_index")] + [steady]
    values = np.array([column.to_numpy(float) for column in given])
    on_time, accepted, price, cv = np.where(np.array(weights)[:, None] > 0, values, np.nan)
    parts = score_parts(on_time, accepted, price, cv, weights)
    known = ~np.isnan(parts)
    total = np.where(known.any(axis=0), np.nansum(parts, axis=0), np.nan)
    out = scores.assign(score=total, **dict(zip(POINTS, parts, strict=True)))
    share = np.where(known, np.array(weights)[:, None], 0.0)
    share = share / np.maximum(share.sum(axis=0), np.finfo(float).tiny)
    out["why"] = [
        _why(row, share[:, i], np.isnan(values[:, i]), weights) for i, row in enumerate(records(out))
    ]
    return out


def _why(row: Row, share: NDArray[np.float64], missing: NDArray[np.bool_], weights: tuple[float, ...]) -> str:
    """Such as "20.0 on time (50.0 x 0.40) + ... = 76.8; not measured: steady (fewer than 2 receipts)"."""
    parts = [
        f"{row[name]:.1f} {told.word} ({row[name] / part:.1f} x {part:.2f})"
        for name, told, part in zip(POINTS, _TOLD, share, strict=True)
        if part > 0
    ]
    out = [
        f"{told.word} ({told.missing})"
        for told, is_missing, weight in zip(_TOLD, missing, weights, strict=True)
        if is_missing and weight > 0
    ]
    absent = f"not measured: {', '.join(out)}" if out else ""
    added = f"{' + '.join(parts)} = {row['score']:.1f}" if parts else ""
    return "; ".join(filter(None, (added, absent)))
