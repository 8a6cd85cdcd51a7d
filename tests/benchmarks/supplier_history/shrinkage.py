"""How well an item's mean lead time is told: its own, its supplier's, and both weighed in two ways."""

from collections.abc import Mapping
from time import process_time

import numpy as np
import pandas as pd
from forecasting.report import Table

from xlinventory.core.suppliers import shrunk_to_group
from xlinventory.macros.lead_times import Deliveries, item_lead_times, own_lead_times, supplier_lead_times

FIXED = 10.0
SPREADS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Sd of the items' true means within a supplier, in sds of a line."""
REPEATS, SUPPLIERS, SEED = 60, 12, 7
MEANS = ("its own", "its supplier's", "weighed by n / (n + 10)", "weighed as here")


def means(found: Deliveries) -> pd.DataFrame:
    """The mean of each supplier and item with receipts, by every way of weighing."""
    own, theirs = own_lead_times(found), supplier_lead_times(found)
    own = own[own["count"] > 0]
    place = theirs.index.get_indexer(own.index.get_level_values("supplier"))
    mean, lines, sd = (own[name].to_numpy(float) for name in ("mean", "lines", "sd"))
    pooled = theirs["mean"].to_numpy(float)
    weight = lines / (lines + FIXED)
    here = shrunk_to_group(mean, lines, sd**2, place, pooled).mean
    ways = (mean, pooled[place], weight * mean + (1 - weight) * pooled[place], here)
    return pd.DataFrame(dict(zip(MEANS, ways, strict=True)), index=own.index)


def simulated(typical: float) -> Table:
    """Root mean squared error of each mean against the true one, in days; lead times are lognormal."""
    draw, rows = np.random.default_rng(SEED), []
    for spread in SPREADS:
        errors = [_error(draw, spread, typical) for _ in range(REPEATS)]
        rows.append([f"{spread:g}", *np.sqrt(np.mean(errors, axis=0)).tolist()])
    title = (
        f"Error of an item's mean lead time (root mean square, days), {typical:g} receipts each on average:"
    )
    return Table(title, ("items differ by, in sds of a line", *MEANS), rows)


def held_out(lines: pd.DataFrame, first: np.ndarray) -> Table:
    """The later half of real deliveries told by the earlier: errors of a line, in days."""
    cut = np.sort(first)[len(first) // 2]
    early, late = lines[first < cut], lines[first >= cut]
    told = means(_deliveries(early["supplier"], early["sku"], early["days"].to_numpy(float)))
    both = late.join(told, on=["supplier", "sku"], how="inner")
    off = {name: (both["days"] - both[name]).abs() for name in MEANS}
    rows = [[name, float(each.mean()), float(np.sqrt((each**2).mean()))] for name, each in off.items()]
    title = f"{len(both):,} later real deliveries told by the mean of the {len(early):,} before, in days:"
    return Table(title, ("mean", "mean absolute error", "root mean squared error"), rows)


def seconds(items: int, receipts: int) -> float:
    """Seconds of lead times of all items from so many receipts, two an order line; best of three."""
    draw = np.random.default_rng(SEED)
    sku = np.repeat(draw.integers(0, items, receipts // 2), 2)
    names, suppliers = pd.Series(sku).map("SKU{:05d}".format), pd.Series(sku % 200).map("Supplier {}".format)
    found = _deliveries(suppliers, names, draw.gamma(4, 4, receipts), part=0.5)
    asked = pd.DataFrame({"sku": [f"SKU{i:05d}" for i in range(items)]})
    asked["preferred_supplier"] = [f"Supplier {i % 200}" for i in range(items)]
    table = pd.DataFrame({"supplier": [f"Supplier {i}" for i in range(200)], "promised_lead_days": 14.0})

    def once() -> float:
        started = process_time()
        item_lead_times(asked, table, found, 14.0)
        return process_time() - started

    return min(once() for _ in range(3))


def _error(draw: np.random.Generator, spread: float, typical: float) -> list[float]:
    """Squared errors of the means of one simulated set of suppliers."""
    items = int(draw.choice([5, 20, 60]))
    supplier = np.repeat(np.arange(SUPPLIERS), items)
    level = 14 * np.exp(draw.normal(0, 0.4, SUPPLIERS))[supplier]
    line_sd = 4 * np.exp(draw.normal(0, 0.4, len(supplier)))
    true = np.maximum(1.0, level + draw.normal(0, 4 * spread, len(supplier)))
    pair = np.repeat(np.arange(len(supplier)), draw.geometric(1 / typical, len(supplier)))
    variance = np.log1p((line_sd / true) ** 2)[pair]
    days = np.exp(np.log(true[pair]) - variance / 2 + np.sqrt(variance) * draw.normal(size=len(pair)))
    names = pd.Series(pair).map("{:05d}".format), pd.Series(supplier[pair]).map("{:03d}".format)
    told = means(_deliveries(names[1], names[0], days))
    truth = true[told.index.get_level_values("sku").astype(int)]
    return [float(np.mean((told[name].to_numpy() - truth) ** 2)) for name in MEANS]


def _deliveries(supplier: pd.Series, sku: pd.Series, days: np.ndarray, part: float = 1.0) -> Deliveries:
    """Lines that were received, one delivery each or *part* of it."""
    rows: Mapping[str, object] = {
        "supplier": supplier.to_numpy(object), "sku": sku.to_numpy(object),
        "order_date": 0.0, "date": days, "part": part,
    }  # fmt: skip
    return Deliveries(pd.DataFrame(rows), np.nan)
