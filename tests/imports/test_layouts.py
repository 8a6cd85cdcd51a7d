"""Which layout a header is recognised as, and what its columns feed."""

import pandas as pd
import pytest

from xlinventory.imports.catalogue import LAYOUTS, NAMED, PLAIN
from xlinventory.imports.layouts import Layout, match, recognise
from xlinventory.imports.mapping import mapped
from xlinventory.sheets import TABLES
from xlinventory.sheets.movements import KINDS

NO_MAP = pd.DataFrame(columns=TABLES["ImportMap"].names, dtype=object)


def recognised(header: str, file: str = "export.csv") -> str | None:
    layout = mapped(file, header.split(","), NO_MAP).layout
    return layout.name if layout else None


@pytest.mark.parametrize("layout", PLAIN, ids=lambda layout: layout.name)
def test_a_file_with_all_columns_of_a_layout_is_that_layout(layout: Layout) -> None:
    names = {field.name if layout.own_names else field.names[0]: field.name for field in layout.fields}
    found = recognise(PLAIN, list(names), f"{layout.file_words[0]}.csv")
    assert [found.name for found in found.layouts] == [layout.name]
    assert found.targets == names


@pytest.mark.parametrize("layout", NAMED, ids=lambda layout: layout.name)
def test_a_file_with_the_first_names_of_a_named_layout_is_that_layout(layout: Layout) -> None:
    fields = [field for field in layout.fields if not field.same_as]
    header = [(field.names or (field.name,))[0] for field in fields]
    found = mapped("export.csv", header, NO_MAP)
    assert found.layout is layout
    assert set(found.targets.values()) == {field.name for field in fields}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            "Online Retail",
        ),
        ("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country", "Online Retail"),
        ("date,sku,quantity,unit_price", "Sales"),
        ("date,sku,quantity,unit_cost", "Opening stock"),
        ("date,sku,kind,quantity", "Stock movements"),
        (
            "Handle,Title,Option1 Name,Option1 Value,SKU,COO,Location,Incoming,Committed,Available,On hand",
            "Shopify inventory",
        ),
        (
            "Date,FNSKU,ASIN,MSKU,Title,EventType,ReferenceID,Quantity,FulfillmentCenter,Disposition,Reason,Country",
            "Amazon inventory ledger",
        ),
        (
            "Date,Category,Item,Qty,SKU,Product Sales,Net Sales,Tax,Gross Sales,Transaction ID,Event Type",
            "Square item details",
        ),
        (
            "Order number,Item number,Item title,Custom label,Quantity,Sale date,Paid on date,Transaction ID",
            "eBay orders",
        ),
        ("ID,Type,SKU,Name,Published,Weight (lbs),Regular price,Categories", "WooCommerce products"),
        ("sku,counted", "Stock count"),
        ("Item No,Description,Unit Cost,Bin,Counted Qty,Count Date", "Stock count"),
        ("po,sku,receipt_date,received,rejected", "Receipts"),
        ("po,supplier,sku,order_date,promised_date,quantity,unit_price", "PurchaseOrders"),
        ("sku,supplier,unit_price,break_qty", "SupplierPrices"),
        ("supplier,email,promised_lead_days", "Suppliers"),
        ("sku,name,unit_cost", "Items"),
        ("ITEM_NO,Item-Name,Cost Price", "Items"),
        ("a,b,c", None),
        ("sku", None),
        ("", None),
    ],
)
def test_headers_are_recognised(header: str, name: str | None) -> None:
    assert recognised(header) == name


def test_the_file_name_breaks_a_tie_and_nothing_else() -> None:
    header = "date,sku,quantity"
    assert recognised(header, "opening stock.csv") == "Opening stock"
    assert recognised(header, "sales 2024.csv") == "Sales"
    assert recognised(header + ",unit_price", "opening stock.csv") == "Sales"


def test_a_tie_that_nothing_breaks_is_told_with_both_names() -> None:
    found = mapped("export.csv", ["date", "sku", "quantity"], NO_MAP)
    assert found.layout is None
    assert found.issues["problem"].tolist() == ["the file could be Sales or Opening stock"]


def test_a_column_of_the_very_name_goes_before_one_of_another_name() -> None:
    targets = match(LAYOUTS["Items"], ["Product", "SKU", "Title"])
    assert targets == {"SKU": "sku", "Title": "name"}


def test_every_kind_of_movement_a_layout_makes_exists() -> None:
    kinds = {rule.kind for layout in LAYOUTS.values() for rule in layout.kinds}
    assert kinds - {""} <= set(KINDS)


def test_every_layout_needs_something_and_says_what_it_is() -> None:
    for layout in LAYOUTS.values():
        assert layout.missing([]), layout.name
        assert layout.help
        assert layout.table in TABLES


def test_a_sheet_of_items_saved_as_csv_is_items_and_a_stock_list_is_not() -> None:
    """Its stock would be lost."""
    assert recognised(",".join(TABLES["Items"].names)) == "Items"
    assert recognised("sku,name,unit_cost,on hand") is None


def test_columns_that_nothing_has_are_locations_of_available_stock() -> None:
    layout, known = (
        LAYOUTS["Shopify available stock"],
        ["Handle", "Title", "Option1 Name", "SKU", "HS Code", "COO"],
    )
    targets = match(layout, [*known, "Berlin", "Main Street"])
    assert {name: targets.get(name) for name in ("HS Code", "Berlin", "Main Street")} == {
        "HS Code": None, "Berlin": "quantity", "Main Street": "quantity 2"
    }  # fmt: skip
    assert (
        match(layout, [*known, "Oslo"], {"Berlin": "quantity", "Rome": "quantity 2"})["Oslo"] == "quantity 3"
    )
    copies = layout.with_copies(["quantity", "quantity 2"]).fields[len(layout.fields) :]
    assert [(field.name, field.added_to, field.column.required) for field in copies] == [
        ("quantity 2", "quantity", False)
    ]
    assert layout.field_of("title 2") is None
