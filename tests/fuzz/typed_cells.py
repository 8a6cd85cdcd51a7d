"""Target *typed cells*: what a person may write into Settings, ImportMap and the tables, then buttons."""

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from tests.fuzz.functions import cell, meant
from tests.fuzz.mutating import odd_text, some
from tests.fuzz.running import Target, Wrong
from tests.fuzz.shop_files import FILE, TODAY, empty_book, one_sentence
from xlinventory.core.errors import InventoryError
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.macros.frame import macros, run_macro
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS

LINES = "date,sku,quantity,price,note\n2011-12-09,A,3,2.50,x\n2011-12-10,00123,1,1,y\n"
BUTTONS = sorted(macro.name for macro in macros() if macro.name not in {"selftest", "about"})
TYPED = ("Items", "Suppliers", "SupplierPrices", "Movements", "PurchaseOrders", "Settings", "ImportMap")
EARLIER = ("Items", "Suppliers", "Movements", "PurchaseOrders")
LONGEST = 32_767
"""Characters of a cell, an emoji counted as one."""
HEADER = LINES.splitlines()[0].split(",")
WORDS = (
    *LAYOUTS, *TABLES, *HEADER, *(field.name for layout in LAYOUTS.values() for field in layout.fields),
    "day/month/year", "month/day/year", "decimal comma", "decimal point",
)  # fmt: skip
FOLDERS = (
    "../../x",
    "C:\\x",
    "CON",
    "~nobody/x",
    "a\0b",
    "x" * 5_000,
    "/dev/null",
    "//",
    ".",
    "",
    'a") : Shell("calc")',
)
ROWS: dict[str, list[dict[str, Any]]] = {
    "Items": [{"sku": "A", "name": "Mug", "unit_cost": 2.0, "sell_price": 5.0, "preferred_supplier": "Acme"}],
    "Suppliers": [{"supplier": "Acme", "promised_lead_days": 7.0}],
    "Movements": [
        {"date": TODAY - 90, "sku": "A", "kind": "OPENING", "quantity": 50.0, "unit_cost": 2.0},
        *({"date": TODAY - 80 + 7 * week, "sku": "A", "kind": "SALE",
        "quantity": -2.0} for week in range(10)),
    ],
    "PurchaseOrders": [
        {"po": "PO-1", "supplier": "Acme", "sku": "A", "order_date": TODAY - 5, "quantity": 4.0,
        "status": "ordered"}
    ],
}  # fmt: skip


def make(chance: Random) -> bytes:
    """Cells typed somewhere, and the buttons pressed, as JSON."""
    typed = []
    for _ in range(some(chance, 6)):
        table = chance.choice((*TYPED, "Settings", "ImportMap"))
        typed.append([table, _row(chance, table)])
    return json.dumps([typed, chance.sample(BUTTONS, 2)]).encode()


def attempt(data: bytes) -> None:
    """Each button does its work or says one sentence, and a button that failed changed nothing."""
    typed, buttons = json.loads(data)
    book = _book(typed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "csv"
        folder.mkdir()
        (folder / FILE).write_text(LINES)
        for button in ("refresh", *buttons):
            before = _tables(book)
            given = {"folder": str(folder)} if button in {"refresh", "export"} else {}
            try:
                run_macro(book, button, **given)
            except InventoryError as error:
                one_sentence(error)
                if any(not rows.equals(before[table]) for table, rows in _tables(book).items()):
                    raise Wrong(f"{button} failed and left something changed") from error
        if outside := [path.name for path in Path(name).iterdir() if path != folder]:
            raise Wrong(f"written outside the folder: {outside}")


def _row(chance: Random, table: str) -> dict[str, Any]:
    if table == "Settings":
        setting = chance.choice(SETTINGS)
        value = chance.choice((cell(chance), odd_text(chance), chance.choice(FOLDERS)))
        return {
            "setting": setting.name,
            "value": chance.choice((value, *setting.choices)) if setting.choices else value,
        }
    names = TABLES[table].names
    if table == "ImportMap":
        row = {name: chance.choice((chance.choice(WORDS), odd_text(chance))) for name in names}
        return row | {"file": FILE, "source_column": chance.choice((*HEADER, odd_text(chance)))}
    base = dict(chance.choice(ROWS.get(table, [{}])))
    return base | {name: cell(chance) for name in chance.sample(names, some(chance))}


def _book(typed: list[Any]) -> MemoryWorkbook:
    book = empty_book()
    more: dict[str, list[dict[str, Any]]] = {}
    for table, row in typed:
        if table == "Settings":
            rows = book.read_table(table)
            rows.loc[rows["setting"].eq(row["setting"]), "value"] = _typed(row["value"])
            book.write_table(table, rows.reset_index(drop=True))
        else:
            more.setdefault(table, []).append({name: _typed(value) for name, value in row.items()})
    for table in {*more, *EARLIER}:
        rows = pd.DataFrame(
            [*ROWS.get(table, []), *more.get(table, [])], columns=TABLES[table].names, dtype=object
        )
        book.write_table(table, rows.where(rows.notna(), None))
    return book


def _typed(value: Any) -> Any:
    """A value as a cell has it: text, number, truth, error or blank."""
    value = meant(value)
    value = value[:LONGEST] if isinstance(value, str) else value
    return value if isinstance(value, float | bool | str) else None


def _tables(book: MemoryWorkbook) -> dict[str, pd.DataFrame]:
    return {name: book.read_table(name) for name in TABLES}


TARGET = Target("typed_cells", make, attempt)
