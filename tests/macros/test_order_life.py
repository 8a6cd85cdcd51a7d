"""An order from its line of Reorder to its last unit: whatever happens, every unit is somewhere."""

from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros.frame import preview, run_macro
from xlinventory.sheets import TABLES

TODAY = 40886.0  # 9 December 2011
BOOKS = [name for name in TABLES if name not in ("Log", "_undo")]
WHEN = {
    "create": "orders",
    "receive": "receive",
    "refuse": "receive",
    "send back": "receive",
    "cancel": "receive",
}
"""The button that is pressed after each of the things that happen."""

HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(sorted(WHEN)), st.integers(0, 5), st.integers(1, 40), st.booleans()),
    min_size=2, max_size=6,
)  # fmt: skip


def stored(made: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: made.read_table(name)[TABLES[name].stored] for name in BOOKS}


def assert_same(made: MemoryWorkbook, before: dict[str, pd.DataFrame]) -> None:
    for name, rows in stored(made).items():
        pd.testing.assert_frame_equal(rows, before[name], obj=name)


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> bool:
    return all(rows.equals(other[name]) for name, rows in one.items())


def happen(made: MemoryWorkbook, what: str, which: int, units: float) -> None:
    """Type what a user would: a ticked line of Reorder, or counts of one order line, within what is open."""
    if what == "create":
        take = {
            "take": "yes", "sku": "AB"[which % 2], "supplier": ["Acme", "Bolt"][which // 3],
            "suggested_qty": 0.0, "position": 0.0, "reorder_point": 0.0, "order_qty": units, "why": "wanted",
        }  # fmt: skip
        made.write_table("Reorder", pd.DataFrame([take], dtype=object))
        return
    rows = made.read_table("PurchaseOrders")
    if rows.empty:
        return
    line = which % len(rows)
    received, refused = (float(rows[name].fillna(0.0).iloc[line]) for name in ("received", "rejected"))
    still, booked = float(rows["open_quantity"].iloc[line]), received
    changes = {
        "receive": {"received": received + min(units, still)},
        "refuse": {"rejected": refused + min(units, still)},
        "send back": {"received": booked - min(units, booked), "rejected": refused + min(units, booked)},
        "cancel": {"status": "cancelled"},
    }[what]
    for name, value in (changes | {"receipt_date": TODAY - 3 + which % 3}).items():
        rows.loc[rows.index[line], name] = value
    made.write_table("PurchaseOrders", rows.reset_index(drop=True))


def check(made: MemoryWorkbook) -> None:
    lines = made.read_table("PurchaseOrders")
    count = lines[["quantity", "open_quantity", "received", "rejected"]].astype(float).fillna(0.0)
    settled = count["received"] + count["rejected"]
    cancelled = (count["quantity"] - settled).where(lines["status"].eq("cancelled"), 0.0)
    assert (count["quantity"] == count["open_quantity"] + settled + cancelled).all()
    assert (count >= 0).all(axis=None)
    assert not lines.duplicated(["po", "sku"]).any()
    assert not lines.drop_duplicates(["po", "supplier"]).duplicated("po").any()
    items = made.read_table("Items").set_index("sku")
    for column, units in (("on_order", count["open_quantity"]), ("on_hand", count["received"])):
        per_sku = units.groupby(lines["sku"]).sum().reindex(items.index).fillna(0.0)
        assert (items[column].astype(float).fillna(0.0) == per_sku).all()
    moved = made.read_table("Movements").groupby(["reference", "sku"])["quantity"].sum()
    accepted = count.assign(po=lines["po"], sku=lines["sku"]).set_index(["po", "sku"])["received"]
    assert (moved.astype(float).reindex(accepted.index).fillna(0.0) == accepted).all()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=HAPPENINGS)
def test_ordered_is_open_received_refused_or_cancelled_whatever_happens(
    make_book: Any, story: list[tuple[str, int, int, bool]]
) -> None:
    """And a dry run changes nothing, undo takes each step back, and what was undone can be done again."""
    made = make_book(
        Items=[{"sku": sku, "active": "yes", "unit_cost": 2.0} for sku in "AB"],
        Suppliers=[{"supplier": "Acme"}, {"supplier": "Bolt"}],
    )
    for what, which, units, undone in story:
        happen(made, what, which, float(units))
        if WHEN[what] == "receive" and made.read_table("PurchaseOrders").empty:
            continue
        before = stored(made)
        preview(made, WHEN[what])
        assert_same(made, before)
        run_macro(made, WHEN[what])
        if undone and not same(stored(made), before):  # a run that changed nothing leaves nothing to undo
            run_macro(made, "undo")
            assert_same(made, before)
            run_macro(made, WHEN[what])
        check(made)
        settled = stored(made)
        run_macro(made, WHEN[what])
        assert_same(made, settled)
