"""The whole job on real sales: what a planner relies on, read back with libraries that are not ours."""

import re
import shutil
from collections.abc import Callable

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

import xlinventory
from xlinventory.hosts.excel.template import supplier_sheets, turnover_groups
from xlinventory.hosts.file import FileWorkbook
from xlinventory.macros.frame import run_macro
from xlinventory.sheets import TABLES

Table = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def table(job) -> Table:
    book = openpyxl.load_workbook(job.path, data_only=True)

    def read(name: str) -> pd.DataFrame:
        sheet = book[name]
        left, top, right, bottom = range_boundaries(sheet.tables[name].ref)
        rows = list(sheet.iter_rows(top, bottom, left, right, values_only=True))
        return pd.DataFrame(rows[1:], columns=rows[0])

    return read


def sales_file(job) -> pd.DataFrame:
    sales = pd.read_csv(job.folder / "online_retail_sales.csv", dtype={"StockCode": str, "InvoiceNo": str})
    return sales.assign(StockCode=sales["StockCode"].str.upper())  # the source writes 85123A and 85123a


def test_pandas_reads_every_table_from_the_saved_file(job) -> None:
    above = {  # their charts stand above the table
        "TurnoverGroups": turnover_groups.TOP,
        "SupplierScores": supplier_sheets.TOP,
        "SupplierChoice": supplier_sheets.TOP,
    }
    for name, table in TABLES.items():
        frame = pd.read_excel(job.path, sheet_name=name, dtype=object, skiprows=above.get(name, 0))
        assert list(frame.columns)[: len(table.names)] == table.names


def test_stock_on_hand_is_what_the_csv_files_add_up_to(job, table: Table) -> None:
    """Counted here from the files with pandas alone."""
    sales = sales_file(job)
    product = sales["StockCode"].isin(pd.read_csv(job.folder / "items.csv", dtype=str)["sku"])
    cancelled = sales["InvoiceNo"].str.startswith("C") & (sales["Quantity"] < 0)
    counted = product & (((sales["Quantity"] > 0) & ~sales["InvoiceNo"].str.startswith("C")) | cancelled)
    sold = sales[counted & (sales["UnitPrice"] > 0)].groupby("StockCode")["Quantity"].sum()
    opening = (
        pd.read_csv(job.folder / "opening_stock.csv", dtype={"sku": str}).groupby("sku")["quantity"].sum()
    )
    came = pd.read_csv(job.folder / "receipts.csv", dtype={"sku": str}).groupby("sku")["received"].sum()
    expected = opening.add(came, fill_value=0).sub(sold, fill_value=0)
    items = table("Items").set_index("sku")["on_hand"].astype(float)
    pd.testing.assert_series_equal(
        items[expected.index.intersection(items.index)].sort_index(),
        expected[expected.index.intersection(items.index)].sort_index(),
        check_names=False, check_dtype=False,
    )  # fmt: skip
    assert len(items) >= 150


def test_lines_of_the_files_add_up(job) -> None:
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\b\d[\d,]*\b", job.sentences["refresh"])]
    lines, _files, taken, already, refused = numbers[:5]
    assert lines == taken + already + refused
    expected = sum(len(pd.read_csv(path, dtype=str)) for path in job.folder.glob("*.csv"))
    assert lines == expected


def test_dirty_lines_are_in_quarantine_with_file_line_and_reason(job, table: Table) -> None:
    sales, issues = sales_file(job), table("ImportIssues")
    mine = issues[issues["file"] == "online_retail_sales.csv"]
    postage = sales.index[sales["StockCode"] == "POST"] + 2  # the header is line 1
    assert set(postage) <= set(mine["line"].dropna().astype(int))
    assert mine["problem"].notna().all()
    assert mine["action"].notna().all()


def test_every_formula_has_a_value_and_none_is_an_error(job) -> None:
    formulas, values = openpyxl.load_workbook(job.path), openpyxl.load_workbook(job.path, data_only=True)
    counted = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    shown = values[sheet.title][cell.coordinate].value
                    counted += 1
                    assert not (isinstance(shown, str) and shown.startswith("#")), (
                        f"{sheet.title}!{cell.coordinate} {shown}"
                    )
    assert counted > 2000


def test_formula_cells_hold_what_python_says(table: Table) -> None:
    """The safety stock in the cell is xlinventory.safety_stock of its row, and what the check adds to it."""
    items, settings = table("Items"), table("Settings").set_index("setting")["value"]
    smooth = items[
        (items["pattern"] == "smooth") & items["safety_stock"].map(lambda v: isinstance(v, float | int))
    ]
    assert len(smooth) > 5
    policy = [
        smooth[c].astype(float).to_numpy() for c in ("demand_avg", "demand_sd", "lead_time", "service_target")
    ]
    expected = xlinventory.safety_stock(
        *policy, smooth["lead_time_sd"].astype(float).to_numpy(),
        settings["review_days"], settings["service_type"],
        np.maximum(1, np.minimum(smooth["eoq"].astype(float), policy[0] * settings["max_cover_days"])),
        "normal",
    )  # fmt: skip
    added = smooth["simulated_change"].astype(float).fillna(0.0)
    np.testing.assert_allclose(smooth["safety_stock"].astype(float), expected + added, rtol=1e-9)


def test_the_simulated_check_moves_levels_and_says_so(table: Table) -> None:
    items = table("Items")
    items = items[items["simulated_service"].notna()]
    moved = items["simulated_change"].notna()
    assert 0 < moved.sum() < len(items)
    gap = (items["simulated_service"] - items["service_target"]).astype(float)
    assert gap[moved].min() > -0.005
    for text, change in zip(items.loc[moved, "check"], items.loc[moved, "simulated_change"], strict=True):
        assert f": {abs(change):,.4g} {'more' if change > 0 else 'fewer'}, " in text


def test_every_item_is_on_the_reorder_list_once_with_a_reason(table: Table) -> None:
    items, lines = table("Items"), table("Reorder")
    assert sorted(lines["sku"]) == sorted(items["sku"])
    assert lines["why"].str.len().min() > 5
    ordered = lines["suggested_qty"] > 0
    assert 0 < ordered.sum() < len(lines)
    assert ordered.to_list() == sorted(ordered, reverse=True), "lines to order come first"


def test_the_numbers_in_a_reason_are_the_numbers_in_its_row(table: Table) -> None:
    lines, items = table("Reorder").set_index("sku"), table("Items").set_index("sku")
    pattern = re.compile(
        r"on hand ([\d,-]+) \+ on order ([\d,-]+) - committed ([\d,-]+) = ([\d,.-]+)"
        r"(?:, less ([\d,.]+) by \S+ = ([\d,.-]+))? (<=|>) reorder point ([\d,.]+)"
    )
    for sku, line in lines[lines["suggested_qty"] > 0].iterrows():
        hand, order, _, position, going, left, sign, point = pattern.search(line["why"]).groups()
        item, then = items.loc[sku], line["position"] - number(going or "0")
        assert number(hand) == pytest.approx(item["on_hand"], abs=0.5)
        assert number(order) == pytest.approx(item["on_order"], abs=0.5)
        assert number(position) == pytest.approx(line["position"], abs=0.5)
        assert number(left or position) == pytest.approx(then, abs=1)
        assert number(point) == pytest.approx(line["reorder_point"], abs=0.5)
        assert sign == ("<=" if line["decision"] == "order" else ">")
        assert then < line["reorder_point"] + 1 or line["due"] < line["next_order_day"]


def number(told: str) -> float:
    return float(told.replace(",", ""))


def test_orders_are_whole_packs_within_the_limits_of_the_item(job, table: Table) -> None:
    lines = table("Reorder").set_index("sku")
    terms = pd.read_csv(job.folder / "supplier_prices.csv", dtype={"sku": str})
    for sku, line in lines[lines["suggested_qty"] > 0].iterrows():
        mine = terms[(terms["sku"] == sku) & (terms["supplier"] == line["supplier"])]
        if len(mine):
            pack, moq = mine["pack_size"].iloc[-1], mine["moq"].iloc[-1]
            assert line["suggested_qty"] % pack == pytest.approx(0)
            assert line["suggested_qty"] >= moq


def test_open_purchase_orders_count_once(job, table: Table) -> None:
    orders = pd.read_csv(job.folder / "purchase_orders.csv", dtype={"sku": str})
    came = (
        pd.read_csv(job.folder / "receipts.csv", dtype={"sku": str})
        .groupby(["po", "sku"])[["received", "rejected"]]
        .sum()
    )
    lines = orders.merge(came, how="left", left_on=["po", "sku"], right_index=True).fillna(
        {"received": 0, "rejected": 0}
    )
    still = (
        (lines["quantity"] - lines["received"] - lines["rejected"]).clip(lower=0).groupby(lines["sku"]).sum()
    )
    on_order = table("Items").set_index("sku")["on_order"].astype(float)
    np.testing.assert_allclose(on_order, still.reindex(on_order.index).fillna(0.0))


def test_valuation_balances_to_the_cent_by_every_method(table: Table) -> None:
    value = table("Valuation")
    assert value["problem"].isna().all()
    assert value["check"].abs().max() == 0
    for method in ("fifo", "lifo", "wac"):
        gone = value["purchases"] - value[f"{method}_cost_of_sales"] - value[f"{method}_value"]
        assert gone.abs().max() < 1e-6
    assert (value["carrying_value"] <= value["fifo_value"] + 1e-9).all()


def test_service_targets_have_a_simulated_check_near_them(table: Table) -> None:
    items = table("Items")
    checked = items[items["simulated_service"].notna()]
    assert len(checked) > 100
    assert (checked["simulated_service"] - checked["service_target"]).median() > -0.05


def test_running_everything_again_changes_no_table(job, tmp_path) -> None:
    path = shutil.copy(job.path, tmp_path / "again.xlsx")
    book = FileWorkbook.open(path)
    before = {name: book.read_table(name) for name in TABLES}
    run_macro(book, "refresh", folder=str(job.folder))
    for step in ("forecast", "plan", "reorder", "value", "suppliers"):
        run_macro(book, step)
    book.calculate()
    for name in set(TABLES) - {"Log", "_undo"}:
        pd.testing.assert_frame_equal(
            book.read_table(name), before[name], check_exact=False, rtol=1e-9, obj=name
        )


def test_from_the_list_to_the_shelf(job, tmp_path) -> None:
    """Ticked lines become orders, files for suppliers, and - received in full - stock; each once."""
    path = shutil.copy(job.path, tmp_path / "ordered.xlsx")
    book = FileWorkbook.open(path)
    lines, known = book.read_table("Reorder"), set(book.read_table("PurchaseOrders")["po"])
    on_hand = book.read_table("Items").set_index("sku")["on_hand"]
    ticked = lines[(lines["take"] == "yes") & (lines["order_qty"] > 0)].set_index("sku")

    run_macro(book, "orders")
    orders = book.read_table("PurchaseOrders")
    made = orders[~orders["po"].isin(known)]
    assert len(made) > 10
    assert made.set_index("sku")["quantity"].equals(ticked["order_qty"].reindex(made["sku"]))
    assert set(made.groupby("po")["supplier"].nunique()) == {1}
    minimum = pd.read_csv(job.folder / "suppliers.csv").set_index("supplier")["min_order_value"]
    values = (made["quantity"] * made["unit_price"]).astype(float).groupby(made["supplier"]).sum()
    assert (values >= minimum[values.index]).all()

    run_macro(book, "reorder")
    again = book.read_table("Reorder").set_index("sku")
    position = book.read_table("Items").set_index("sku").loc[made["sku"], "position"]
    assert (again.loc[made["sku"], "position"] == position).all()
    assert (position == ticked.loc[made["sku"], "position"] + made.set_index("sku")["quantity"]).all()
    assert not set(again.index[again["take"] == "yes"]) & set(made["sku"])

    run_macro(book, "export", beside=str(tmp_path))
    for po, mine in made.groupby("po"):
        sent = pd.read_csv(tmp_path / "orders" / f"{po}.csv", dtype={"sku": str}).set_index("sku")
        assert sent["quantity"].to_dict() == mine.set_index("sku")["quantity"].to_dict()

    rows = book.read_table("PurchaseOrders")
    new = ~rows["po"].isin(known)
    rows.loc[new, "received"], rows.loc[new, "receipt_date"] = rows.loc[new, "quantity"], 40900.0
    book.write_table("PurchaseOrders", rows.reset_index(drop=True))
    for _ in range(2):
        run_macro(book, "receive")
    risen = book.read_table("Items").set_index("sku")["on_hand"] - on_hand
    assert risen[risen != 0].to_dict() == made.set_index("sku")["quantity"].to_dict()


def test_undo_puts_the_tables_back(job, tmp_path) -> None:
    path = shutil.copy(job.path, tmp_path / "undone.xlsx")
    book = FileWorkbook.open(path)
    before = book.read_table("Reorder")
    book.write_table("Settings", _with(book.read_table("Settings"), "service_level_C", 0.5))
    run_macro(book, "reorder")
    assert not book.read_table("Reorder").equals(before)
    assert "reorder" in run_macro(book, "undo").sentence
    after = book.read_table("Reorder")
    stored = TABLES["Reorder"].stored
    assert after[stored].equals(before[stored])


def test_the_check_finds_nothing_wrong_with_the_demo(job) -> None:
    outcome = run_macro(FileWorkbook.open(job.path), "check")
    assert outcome.findings == ()


def _with(settings: pd.DataFrame, name: str, value: object) -> pd.DataFrame:
    settings = settings.copy()
    settings.loc[settings["setting"] == name, "value"] = value
    return settings
