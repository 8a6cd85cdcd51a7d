"""What the demo data promises, and that its generated part is what the script writes."""

import re
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "xlinventory" / "demo_data"
HEADERS = {
    "online_retail_sales": "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID"
    ",Country",
    "items": "sku,name,category,active,preferred_supplier,unit_cost,sell_price,service_level,moq,pack_size"
    ",max_qty",
    "suppliers": "supplier,email,currency,promised_lead_days,order_weekday,min_order_value,active",
    "supplier_prices": "sku,supplier,supplier_sku,break_qty,unit_price,moq,pack_size,valid_from,valid_to",
    "purchase_orders": "po,supplier,sku,order_date,promised_date,quantity,unit_price",
    "receipts": "po,sku,receipt_date,received,rejected,unit_price",
    "opening_stock": "date,sku,quantity,unit_cost",
}
KEYS = {
    "items": ["sku"],
    "suppliers": ["supplier"],
    "supplier_prices": ["sku", "supplier", "break_qty", "valid_from"],
    "purchase_orders": ["po", "sku"],
    "receipts": ["po", "sku", "receipt_date"],
    "opening_stock": ["sku"],
}
LAST_DAY = "2011-12-09"


def text_of(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def data() -> dict[str, pd.DataFrame]:
    return {name: text_of(name) for name in HEADERS}


@pytest.fixture(scope="module")
def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sales(data) -> pd.DataFrame:
    """The clean reading: kind, signed units and day of each line of a known SKU."""
    lines = data["online_retail_sales"]
    units, price = lines["Quantity"].astype(int), lines["UnitPrice"].astype(float)
    cancelled = lines["InvoiceNo"].str.startswith("C")
    kind = np.select(
        [cancelled & (price > 0), ~cancelled & (units > 0) & (price > 0)], ["return", "sale"], ""
    )
    read = pd.DataFrame(
        {"sku": lines["StockCode"], "units": units, "kind": kind, "day": lines["InvoiceDate"].str[:10]}
    )
    return read.assign(repeated=lines.duplicated())


def table_by_day(rows: pd.DataFrame, skus: pd.Index, units: str, day: str) -> np.ndarray:
    """Units, a row a SKU and a column a day from the opening on."""
    days = pd.date_range("2010-11-30", LAST_DAY).strftime("%Y-%m-%d")
    wide = rows.assign(n=rows[units].astype(int)).pivot_table(
        index="sku", columns=day, values="n", aggfunc="sum"
    )
    return wide.reindex(index=skus, columns=days).fillna(0).to_numpy()


def lowest_stock(data, sold: pd.DataFrame, back: pd.DataFrame) -> np.ndarray:
    """Stock after a day's sales and before anything comes in that day: no order of booking is worse."""
    skus = pd.Index(data["items"]["sku"])
    came_in = table_by_day(data["opening_stock"], skus, "quantity", "date")
    came_in = came_in + table_by_day(data["receipts"], skus, "received", "receipt_date")
    came_in = came_in - table_by_day(back, skus, "units", "day")
    evening_before = np.cumsum(came_in, axis=1) - came_in
    return (evening_before - np.cumsum(table_by_day(sold, skus, "units", "day"), axis=1))[:, 1:]


@pytest.mark.parametrize("name", HEADERS)
def test_files_are_plain_utf8_with_the_agreed_header(name):
    raw = (FOLDER / f"{name}.csv").read_bytes()
    assert raw.decode("utf-8").splitlines()[0] == HEADERS[name]
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")


def test_sizes_stay_small_enough_to_ship(data):
    assert len(data["items"]) == 180
    assert len(data["suppliers"]) == 8
    assert 15_000 <= len(data["online_retail_sales"]) <= 23_000
    assert sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) < 2_400_000


def test_readme_counts_the_lines_of_every_file(data, readme):
    counts = {name: int(lines) for name, lines in re.findall(r"\| `(\w+)\.csv` \| (\d+) \|", readme)}
    assert counts == {name: len(table) for name, table in data.items()}


def test_readme_cites_the_source_and_labels_what_is_generated(readme):
    for words in (
        "Chen, D. (2015)",
        "UCI Machine Learning Repository",
        "10.24432/C5BW33",
        "CC BY 4.0",
        "USAID",
    ):
        assert words in readme
    rows = re.findall(r"\| `(\w+)\.csv` \| \d+ \| \*\*(\w+)\*\*", readme)
    assert dict(rows) == {name: "real" if name == "online_retail_sales" else "generated" for name in HEADERS}


@pytest.mark.parametrize(
    ("stated", "count"),
    [
        ("450 lines of cancellations", lambda t: t["InvoiceNo"].str.startswith("C")),
        ("57 negative", lambda t: t["Quantity"].str.startswith("-") & ~t["InvoiceNo"].str.startswith("C")),
        ("58 lines without", lambda t: t["Description"] == ""),
        ("114 without a positive price", lambda t: t["UnitPrice"].astype(float) <= 0),
        ("208 exact repetitions", lambda t: t.duplicated()),
        ("61 codes in small letters", lambda t: t["StockCode"].str.fullmatch(r"\d{5}[a-z]+")),
        ("422 lines", lambda t: ~t["StockCode"].str.fullmatch(r"\d{5}[A-Za-z]*")),
    ],
)
def test_dirty_lines_are_there_as_stated(data, readme, stated, count):
    assert stated in readme
    assert count(data["online_retail_sales"]).sum() == int(stated.split()[0])


def test_codes_that_are_no_product_are_there_and_are_no_items(data):
    codes = set(data["online_retail_sales"]["StockCode"])
    services = {"POST", "DOT", "M", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "B", "gift_0001_20"}
    assert services <= codes
    assert not services & set(data["items"]["sku"])


def test_skus_are_numbers_and_numbers_with_letters(data):
    skus = data["items"]["sku"]
    assert skus.str.fullmatch(r"\d{5}").sum() > 100
    assert skus.str.fullmatch(r"\d{5}[A-Z]{1,2}").sum() > 20


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique(data, name):
    assert not data[name].duplicated(KEYS[name]).any()


def test_every_sku_and_supplier_is_known(data):
    skus, suppliers = set(data["items"]["sku"]), set(data["suppliers"]["supplier"])
    for name in ("supplier_prices", "purchase_orders", "receipts", "opening_stock"):
        assert set(data[name]["sku"]) <= skus, name
    for name in ("supplier_prices", "purchase_orders"):
        assert set(data[name]["supplier"]) <= suppliers, name
    assert set(data["items"]["preferred_supplier"]) <= suppliers
    assert skus <= set(data["online_retail_sales"]["StockCode"])


def test_every_order_goes_to_one_supplier_on_one_day_of_its_week(data):
    orders = data["purchase_orders"].drop_duplicates(["po", "supplier", "order_date"])
    assert orders["po"].is_unique
    weekday = dict(zip(data["suppliers"]["supplier"], data["suppliers"]["order_weekday"], strict=True))
    expected = orders["supplier"].map(weekday).replace("any", "Monday")
    assert (pd.to_datetime(orders["order_date"]).dt.day_name() == expected).all()


def test_preferred_supplier_has_a_price_from_zero_that_is_the_unit_cost(data):
    now = data["supplier_prices"].query("break_qty == '0' and valid_to == ''")
    joined = data["items"].merge(
        now, left_on=["sku", "preferred_supplier"], right_on=["sku", "supplier"], how="left"
    )
    assert joined["unit_price"].astype(float).to_list() == joined["unit_cost"].astype(float).to_list()


def test_price_falls_with_the_break_and_periods_follow_each_other(data):
    rows = data["supplier_prices"].assign(
        break_qty=lambda t: t["break_qty"].astype(int), unit_price=lambda t: t["unit_price"].astype(float)
    )
    for _, steps in rows.groupby(["sku", "supplier", "valid_from"]):
        assert steps.sort_values("break_qty")["unit_price"].is_monotonic_decreasing
    for _, periods in rows[rows["break_qty"] == 0].groupby(["sku", "supplier"]):
        ends, starts = (
            pd.to_datetime(periods["valid_to"].iloc[:-1]),
            pd.to_datetime(periods["valid_from"].iloc[1:]),
        )
        assert ((starts.to_numpy() - ends.to_numpy()) == np.timedelta64(1, "D")).all()


def test_order_price_is_the_list_price_of_its_day_and_quantity(data):
    lines = data["purchase_orders"].merge(
        data["supplier_prices"], on=["sku", "supplier"], suffixes=("", "_list")
    )
    valid = (lines["valid_from"] <= lines["order_date"]) & (
        (lines["valid_to"] == "") | (lines["order_date"] <= lines["valid_to"])
    )
    reached = lines["break_qty"].astype(int) <= lines["quantity"].astype(int)
    best = (
        lines[valid & reached]
        .assign(price=lambda t: t["unit_price_list"].astype(float))
        .groupby(["po", "sku"])
    )
    found = data["purchase_orders"].set_index(["po", "sku"])["unit_price"].astype(float)
    pd.testing.assert_series_equal(best["price"].min().sort_index(), found.sort_index(), check_names=False)


def test_orders_are_whole_packs_of_at_least_the_minimum(data):
    lines = data["purchase_orders"].merge(data["items"], on="sku")
    quantity = lines["quantity"].astype(int)
    assert (quantity % lines["pack_size"].astype(int) == 0).all()
    assert (quantity >= lines["moq"].astype(int)).all()


def test_receipts_belong_to_an_order_and_follow_it(data):
    joined = data["receipts"].merge(
        data["purchase_orders"], on=["po", "sku"], how="left", suffixes=("", "_ordered")
    )
    assert joined["order_date"].notna().all()
    assert (joined["receipt_date"] > joined["order_date"]).all()
    assert (joined["receipt_date"] <= LAST_DAY).all()


def test_receipts_never_exceed_the_order_by_more_than_four_percent(data):
    units = data["receipts"].assign(n=lambda t: t["received"].astype(int) + t["rejected"].astype(int))
    arrived = units.groupby(["po", "sku"])["n"].sum()
    ordered = data["purchase_orders"].set_index(["po", "sku"])["quantity"].astype(int).reindex(arrived.index)
    assert (arrived <= ordered * 1.04).all()
    assert (arrived > ordered).any()


def test_suppliers_differ_in_delay_refusals_and_partial_deliveries(data):
    joined = data["receipts"].merge(data["purchase_orders"], on=["po", "sku"], suffixes=("", "_ordered"))
    late = (joined["receipt_date"] > joined["promised_date"]).groupby(joined["supplier"]).mean()
    assert late.min() < 0.2
    assert late.max() > 0.4
    units = joined[["received", "rejected"]].astype(int).groupby(joined["supplier"]).sum()
    refused = units["rejected"] / units.sum(axis=1)
    assert refused.max() < 0.03
    assert 0.10 < (joined.groupby(["po", "sku"]).size() > 1).mean() < 0.15
    assert (joined["unit_price"] != joined["unit_price_ordered"]).mean() < 0.10


def test_some_orders_are_open_and_a_few_overdue_at_the_end(data, readme):
    units = data["receipts"].assign(n=lambda t: t["received"].astype(int) + t["rejected"].astype(int))
    arrived = units.groupby(["po", "sku"])["n"].sum()
    lines = data["purchase_orders"].set_index(["po", "sku"])
    still_open = lines[lines["quantity"].astype(int) > arrived.reindex(lines.index).fillna(0)]
    overdue = still_open["promised_date"] < LAST_DAY
    assert f"{len(still_open)} order lines are open, {overdue.sum()} of them overdue" in " ".join(
        readme.split()
    )
    assert 0 < overdue.sum() < len(still_open) / 2


@pytest.mark.parametrize("repeated_returns", ["kept", "dropped"])
@pytest.mark.parametrize("small_letters", ["as they are", "in capitals"])
def test_stock_is_never_negative_when_the_year_is_replayed(data, sales, small_letters, repeated_returns):
    read = sales.assign(sku=sales["sku"].str.upper()) if small_letters == "in capitals" else sales
    back = read[read["kind"] == "return"]
    back = back[~back["repeated"]] if repeated_returns == "dropped" else back
    assert lowest_stock(data, read[read["kind"] == "sale"], back).min() >= 0


def test_end_states_differ_and_stock_turns_like_a_shop(data, sales):
    skus = pd.Index(data["items"]["sku"])
    sold, back = (
        table_by_day(sales[sales["kind"] == kind], skus, "units", "day") for kind in ("sale", "return")
    )
    came_in = table_by_day(data["opening_stock"], skus, "quantity", "date")
    came_in = came_in + table_by_day(data["receipts"], skus, "received", "receipt_date")
    stock = np.cumsum(came_in - back - sold, axis=1)
    recent = sold[:, -91:].sum(axis=1)
    cost = data["items"]["unit_cost"].astype(float).to_numpy()
    turns = ((sold + back) @ np.ones(sold.shape[1]) @ cost) / (stock.mean(axis=1) @ cost)
    assert 3 <= turns <= 6
    assert ((stock[:, -1] == 0) & (recent > 0)).sum() >= 5, "out of stock and still wanted"
    assert ((stock[:, -1] > 0) & (recent == 0)).sum() >= 5, "dead stock"
    assert (stock[:, -1] > 2 * recent).sum() >= 10, "more than half a year on the shelf"
    assert ((stock[:, -1] > 0) & (stock[:, -1] < recent)).sum() >= 50, "an ordinary level"


def test_generated_files_are_what_the_script_writes(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = import_module("make_demo_data")
    sold = text_of("online_retail_sales")
    skus = script.measures(script.understood(sold))
    strata = skus.apply(script.stratum, axis=1).sort_index()
    assert strata.value_counts().to_dict() == script.STRATA
    for name, table in script.generated(sold, strata).items():
        assert script.csv_text(table) == (FOLDER / f"{name}.csv").read_text(encoding="utf-8"), name
    for module in ("make_demo_data", "demo_replenishment"):
        sys.modules.pop(module)
