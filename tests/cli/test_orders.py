"""The verbs of orders on a workbook file: a dry run tells, and leaves every byte as it was."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from xlinventory.cli.commands import app
from xlinventory.hosts.excel import template
from xlinventory.hosts.file import FileWorkbook

TODAY = 40886.0  # 9 December 2011


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One line to order, one order to send, one delivery to book, one line that is late."""
    path = tmp_path_factory.mktemp("orders") / "book.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    line = {"supplier": "Acme", "sku": "A", "order_date": TODAY - 20, "quantity": 10.0, "unit_price": 2.0}
    tables = {
        "Items": [{"sku": "A", "name": "Anvil", "active": "yes"}],
        "Suppliers": [{"supplier": "Acme"}],
        "PurchaseOrders": [
            line | {"po": "PO-1", "received": 4.0, "receipt_date": TODAY - 1},
            line | {"po": "PO-2", "promised_date": TODAY - 5},
        ],
        "Reorder": [{"take": "yes", "sku": "A", "supplier": "Acme", "order_qty": 5.0, "why": "wanted"}],
    }
    for name, rows in tables.items():
        book.write_table(name, pd.DataFrame(rows, dtype=object))
    settings = book.read_table("Settings").reset_index(drop=True)
    settings.loc[settings["setting"] == "as_of", "value"] = TODAY
    book.write_table("Settings", settings)
    book.save()
    return path


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("orders", "Created 1 purchase order"),
        ("export", "Wrote 1 order for 20.00 GBP"),
        ("receive", "Booked 1 receipt of 4 units"),
        ("overdue", "1 order line is overdue"),
    ],
)
def test_a_dry_run_leaves_every_byte(waiting: Path, tmp_path: Path, verb: str, told: str) -> None:
    path = Path(shutil.copy(waiting, tmp_path))
    done = CliRunner().invoke(app, [verb, str(path), "--dry-run"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Dry run" in done.output
    assert told in " ".join(done.output.split())
    assert path.read_bytes() == waiting.read_bytes()
    assert [left.name for left in tmp_path.iterdir()] == ["book.xlsx"]
