"""What is added up by day comes to the same figures as every movement by itself, by every method."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from xlinventory.archive.parts import Part, described, new_name, write_part
from xlinventory.archive.together import lines_of, together
from xlinventory.core.ledger import StockLedger, ValuedLedger
from xlinventory.macros.calendar import Periods
from xlinventory.macros.demand import in_stock_share, units_sold
from xlinventory.sheets.movements import MOVEMENTS
from xlinventory.tables import Kind

DAY = 40000.0
SKUS = np.array([f"S{number:03}" for number in range(600)], dtype=object)
METHODS = ("FIFO", "LIFO", "WAC", "FIFO_PERIODIC", "WAC_PERIODIC")


def lines(rows: Sequence[dict[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Typed rows of Movements, blank where nothing is given."""
    frame = pd.DataFrame(rows, columns=MOVEMENTS.names)
    for column in MOVEMENTS.columns:
        cells = frame[column.name]
        text = column.kind is Kind.TEXT
        frame[column.name] = cells.astype(object).where(cells.notna(), "") if text else cells.astype(float)
    return frame


def part(folder: Path, rows: pd.DataFrame, source: str) -> Part:
    file = new_name(folder / "book.xlsx", source)
    (folder / file).parent.mkdir(exist_ok=True)
    write_part(rows, folder / file)
    return described(folder / "book.xlsx", file, source)


def move(day: int, kind: str, quantity: float, cost: float | None = None, **more: Any) -> dict[str, Any]:
    return {"date": DAY + day, "sku": "A", "kind": kind, "quantity": quantity, "unit_cost": cost} | more


def test_a_days_sales_of_an_item_are_one_row_with_their_revenue(tmp_path: Path) -> None:
    sales = [move(1, "SALE", -q, unit_price=p, reference=r) for q, p, r in [(1, 9, "I1"), (3, 7, "I2")]]
    found = together(lines([]), [part(tmp_path, lines([move(0, "OPENING", 9, 2), *sales]), "x.csv")])
    assert found[["kind", "quantity", "unit_cost", "unit_price", "reference", "lines"]].fillna(
        -1
    ).to_numpy().tolist() == [
        ["OPENING", 9.0, 2.0, -1.0, "", 1.0],
        ["SALE", -4.0, -1.0, 7.5, "", 2.0],  # 1 x 9 + 3 x 7 = 30 = 4 x 7.5
    ]


SPLITS = {
    "a receipt between them": [move(1, "RECEIPT", 5, 3)],
    "another kind between them": [move(1, "WRITE_OFF", -1)],
    "a return between them": [move(1, "CUSTOMER_RETURN", 1)],
    "a transfer between them": [move(1, "TRANSFER", -1)],
    "one with a cost between them": [move(1, "SALE", -1, 2.0)],
    "one without a price between them": [move(1, "SALE", -1)],
    "a third of a unit between them": [move(1, "SALE", -1 / 3, unit_price=9)],
    "one that comes back later between them": [move(1, "SALE", -1, unit_price=9, reference="I"),
                                               move(2, "CUSTOMER_RETURN", 1, reference="I")],
}  # fmt: skip


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Two sales, what is between them, and two more, each for an item of its own."""
    sale = move(1, "SALE", -1, unit_price=9)
    rows = [
        row | {"sku": name}
        for name, (middle, *later) in SPLITS.items()
        for row in [sale, sale, middle, sale, sale, *later]
    ]
    return together(lines([]), [part(tmp_path_factory.mktemp("split"), lines(rows), "x.csv")])


@pytest.mark.parametrize("between", SPLITS)
def test_sales_are_not_added_up_over(split: pd.DataFrame, between: str) -> None:
    day = split[split["sku"].eq(between) & split["date"].eq(DAY + 1)]
    so_far = day["quantity"].cumsum().tolist()
    assert day["lines"].sum() == 5
    assert so_far[so_far.index(-2.0) + 1] == -2.0 + SPLITS[between][0]["quantity"]


def test_a_return_on_the_sheet_finds_the_sale_it_came_from(tmp_path: Path) -> None:
    """10 at 1.00, then 10 at 3.00: sales I1 of 10 and I2 of 2 by FIFO left at 1.00 and 3.00."""
    rows = [move(0, "RECEIPT", 10, 1), move(0, "RECEIPT", 10, 3), *(
        move(1, "SALE", -q, reference=r) for q, r in [(10, "I1"), (2, "I2"), (1, "I3")])]  # fmt: skip
    sheet = lines([move(2, "CUSTOMER_RETURN", 1, reference="I2")])
    found = together(sheet, [part(tmp_path, lines(rows), "Movements")])
    book = ledger_of(found.assign(sku=SKUS[0])).value("FIFO")
    assert (book.value[0], book.cost_of_sales[0]) == (8 * 3.0, 10 * 1.0 + 2 * 3.0)


@pytest.mark.parametrize("kept", ["on the sheet", "in the file"])
def test_what_comes_back_without_a_number_has_the_cost_of_the_last_sale(tmp_path: Path, kept: str) -> None:
    """1 at 1.00 and 5 at 3.00: two sales by FIFO left at 1.00 and 3.00; what comes back, at 3.00."""
    sold = [move(0, "RECEIPT", 1, 1), move(0, "RECEIPT", 5, 3), move(1, "SALE", -1), move(1, "SALE", -1)]
    back = [move(2, "CUSTOMER_RETURN", 1)]
    sheet, stored = (back, sold) if kept == "on the sheet" else ([], sold + back)
    found = together(lines(sheet), [part(tmp_path, lines(stored), "Movements")])
    assert ledger_of(found.assign(sku=SKUS[0])).value("FIFO").value[0] == 5 * 3.0


def test_of_one_day_moved_rows_come_before_the_sheet_and_large_files_after_it(tmp_path: Path) -> None:
    one, two, three = (lines([move(0, "RECEIPT", q, 1)]) for q in (1, 2, 3))
    parts = [part(tmp_path, three, "large.csv"), part(tmp_path, one, "Movements")]
    found = together(two.set_axis([7]), parts)
    assert found["quantity"].tolist() == [1, 2, 3]
    assert (found.index < 0).tolist() == [True, False, True]
    assert found.index[1] == 7


KINDS = ["SALE"] * 6 + [
    "RECEIPT", "RECEIPT", "OPENING", "CUSTOMER_RETURN", "SUPPLIER_RETURN", "ADJUSTMENT", "TRANSFER",
    "WRITE_OFF",
]  # fmt: skip
SIGNS = {"RECEIPT": 1, "OPENING": 1, "CUSTOMER_RETURN": 1, "SUPPLIER_RETURN": -1, "SALE": -1, "WRITE_OFF": -1}
SUPPLIED = ("RECEIPT", "OPENING")


def histories(seed: int) -> pd.DataFrame:
    """A dozen movements of each of many items on four days, with the *place* where each is kept.

    Each item has its own: so one comparison is hundreds of small ones.
    """
    draw = np.random.default_rng(seed)
    count = 12 * len(SKUS)
    kind = draw.choice(KINDS, count)
    supplied = np.isin(kind, SUPPLIED)
    sign = np.array([SIGNS.get(word, 0) for word in kind])
    units = draw.choice([1.0, 2.0, 5.0, 0.1, 0.25, 1 / 3], count, p=[0.4, 0.2, 0.2, 0.1, 0.05, 0.05])
    rows = pd.DataFrame(
        {
            "date": DAY + draw.integers(0, 4, count),
            "sku": draw.choice(SKUS, count),
            "kind": kind.astype(object),
            "quantity": np.where(sign == 0, draw.choice([1, -1], count), sign)
            * units
            * np.where(supplied, 8, 1),
            "unit_cost": np.where(
                supplied | (draw.random(count) < 0.05), draw.choice([1.0, 2.5, 7.0], count), np.nan
            ),
            "unit_price": draw.choice([np.nan, 3.0, 9.99], count, p=[0.1, 0.4, 0.5]),
            "reference": draw.choice(np.array(["", "", "R", "S"], dtype=object), count),
            "place": draw.integers(0, 3, count),
        }
    )
    return rows.sort_values(["date", "place"], kind="stable", ignore_index=True)


def ledger_of(movements: pd.DataFrame, *, receipts_first: bool = False) -> StockLedger:
    """The books of all items; a cost is known of each."""
    return StockLedger(
        movements["sku"].to_numpy(), movements["date"].to_numpy(), movements["quantity"].to_numpy(),
        movements["unit_cost"].to_numpy(), kind=movements["kind"].to_numpy(),
        reference=movements["reference"].to_numpy(), receipts_first=receipts_first, skus=SKUS,
        last_cost=np.full(len(SKUS), 1.5),
    )  # fmt: skip


def cost_of_what_was_sold(movements: pd.DataFrame, book: ValuedLedger) -> np.ndarray:
    """Of each item, as turnover counts it: without write-offs."""
    money, sales = book.by_row(), movements["kind"].isin(["SALE", "CUSTOMER_RETURN"]).to_numpy()
    net = pd.Series(np.where(sales, money.charged - money.received, 0.0))
    return net.groupby(movements["sku"].to_numpy()).sum().reindex(SKUS).fillna(0.0).to_numpy()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same movements one by one, and two thirds of them in parts, of which one came from the sheet."""
    one_by_one, folder = histories(1), tmp_path_factory.mktemp("parts")
    moved, sheet, late = (lines(one_by_one[one_by_one["place"] == place]) for place in range(3))
    parts = [part(folder, late, "large.csv"), part(folder, moved, "Movements")]
    return lines(one_by_one), together(sheet, parts)


def test_no_movement_is_lost(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    one_by_one, found = both
    assert lines_of(found).sum() == len(one_by_one) > len(found)
    np.testing.assert_allclose(*((rows["quantity"] * rows["unit_price"]).sum() for rows in both), rtol=1e-12)


@pytest.mark.parametrize("negative", ["allow", "error"])
@pytest.mark.parametrize("receipts_first", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_every_figure_is_that_of_every_movement_by_itself(
    both: tuple[pd.DataFrame, pd.DataFrame], method: str, *, receipts_first: bool, negative: str
) -> None:
    one, other = (
        ledger_of(rows, receipts_first=receipts_first).value(
            method, from_date=DAY + 2, negative=negative, on_problem="leave_out"
        )
        for rows in both
    )
    assert one.problems.keys() == other.problems.keys()
    for figure in ("quantity", "value", "cost_of_sales", "opening_value", "receipts_value"):
        np.testing.assert_allclose(getattr(other, figure), getattr(one, figure), rtol=1e-9, atol=1e-9)
    sold = (cost_of_what_was_sold(rows, book) for rows, book in zip(both, (one, other), strict=True))
    np.testing.assert_allclose(*sold, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("measure", [units_sold, in_stock_share])
def test_demand_is_that_of_every_movement_by_itself(
    both: tuple[pd.DataFrame, pd.DataFrame], measure: Callable[..., np.ndarray]
) -> None:
    days = Periods("day", DAY + np.arange(5.0))
    cells = (measure(rows, np.searchsorted(SKUS, rows["sku"].to_numpy()), len(SKUS), days) for rows in both)
    np.testing.assert_allclose(*cells, rtol=1e-12, atol=1e-9)
