"""A year of a shop's invoices in the columns of Online Retail: as given, made up, or repeated many times."""

import gzip
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

LINES, INVOICES, ITEMS, DAYS = 541_909, 25_900, 4_070, 374
"""Of the published data."""
FIRST_DAY = np.datetime64("2010-12-01T08:00:00")
CANCELLED, FREE, OTHER = 0.017, 0.005, 0.005
"""Shares of the lines: cancellations, without a price, of postage and fees."""
FEES = ("POST", "DOT", "M", "BANK CHARGES")
COUNTRIES = ("United Kingdom", "Germany", "France", "EIRE")


def prepare(given: Path | None, path: Path) -> int:
    """A plain file at *path*: what is given, unpacked, or a made up one of its shape; its lines."""
    if given is None:
        made_up().to_csv(path, index=False, date_format="%Y-%m-%d %H:%M:%S")
        return LINES
    with (
        gzip.open(given) if given.name.endswith(".gz") else given.open("rb") as source,
        path.open("wb") as to,
    ):
        shutil.copyfileobj(source, to)
    return path.read_bytes().strip().count(b"\n")


def made_up(lines: int = LINES) -> pd.DataFrame:
    """Invoices whose lines go by the shares of the published ones; the same ones every time."""
    rng = np.random.default_rng(1)
    invoice = np.sort(rng.integers(INVOICES, size=lines))
    item = np.minimum(rng.zipf(1.2, size=lines) - 1, rng.integers(ITEMS, size=lines))
    minutes = np.sort(rng.integers(DAYS * 1440, size=INVOICES))[invoice]
    cancelled = rng.random(INVOICES)[invoice] < CANCELLED
    quantity = rng.geometric(0.1, size=lines) * np.where(cancelled, -1, 1)
    price = np.where(rng.random(lines) < FREE, 0.0, np.round(0.4 + item % 97 / 12, 2))
    numbers = pd.Series(536_365 + invoice).astype(str)
    codes = pd.Series(20_000 + item).astype(str) + np.array(["", "", "A", "b"])[item % 4]
    fee = rng.random(lines) < OTHER
    return pd.DataFrame(
        {
            "InvoiceNo": numbers.where(~cancelled, "C" + numbers),
            "StockCode": codes.where(~fee, np.array(FEES)[item % len(FEES)]),
            "Description": "ITEM OF A GIFT SHOP, NO. " + pd.Series(item).astype(str),
            "Quantity": quantity,
            "InvoiceDate": FIRST_DAY + minutes.astype("timedelta64[m]"),
            "UnitPrice": price,
            "CustomerID": 12_346 + invoice % 4_372,
            "Country": np.array(COUNTRIES)[invoice % len(COUNTRIES)],
        }
    )


def repeated(path: Path, lines: int, to: Path) -> int:
    """The file over and over until it has about so many lines, each time with other invoice numbers."""
    header, _, body = path.read_bytes().partition(b"\n")
    body = body.rstrip(b"\n") + b"\n"
    own = body.count(b"\n")
    copies = max(round(lines / own), 1)
    with to.open("wb") as stream:
        stream.write(header + b"\n")
        for copy in range(copies):
            stream.write(re.sub(rb"(?m)^([^,\n]+)", rb"\g<1>%02d" % copy, body))
        os.fsync(stream.fileno())
    return own * copies
