"""xlinventory value: the period of the command line, in a workbook file with its formulas and its chart."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from xlinventory.arguments import serial
from xlinventory.cli.commands import app
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.template import chart_data, valuation_totals
from xlinventory.hosts.file import FileWorkbook

MOVES = [
    ("2025-12-01", "OPENING", 10.0, 2.0, "O"),
    ("2026-01-10", "RECEIPT", 10.0, 3.0, "PO-1"),
    ("2026-02-10", "SALE", -12.0, None, "S-1"),
    ("2026-04-01", "SALE", -1.0, None, "S-2"),
]


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> tuple[FileWorkbook, str]:
    path = tmp_path_factory.mktemp("value") / "book.xlsx"
    template.build(path)
    book = FileWorkbook.open(path)
    rows = [
        {
            "date": serial(day),
            "sku": "007",
            "kind": kind,
            "quantity": units,
            "unit_cost": cost,
            "reference": of,
        }
        for day, kind, units, cost, of in MOVES
    ]
    book.write_table("Movements", pd.DataFrame(rows, dtype=object))
    freight = {"reference": "PO-1", "charge": "freight", "amount": 5.0}
    book.write_table("LandedCosts", pd.DataFrame([freight], dtype=object))
    book.save()
    period = ["--from", "2026-01-01", "--to", "2026-03-31"]
    result = CliRunner().invoke(app, ["value", str(path), *period], catch_exceptions=False)
    assert result.exit_code == 0
    return FileWorkbook.open(path), result.output


def test_the_quarter_is_told(valued: tuple[FileWorkbook, str], tmp_path: Path) -> None:
    """10 x 2 before, 10 x 3 + 5 bought; 12 sold: FIFO 20 + 2 x 3.5, LIFO 35 + 2 x 2, WAC 12 x 2.75."""
    assert " ".join(valued[1].split()) == (
        "Valued 1 item by FIFO in GBP from 2026-01-01 to 2026-03-31: opening stock 20.00, purchases 35.00, "
        "cost of sales 27.00, closing stock 28.00 (LIFO 16.00, WAC 22.00); nothing to write down."
    )
    refused = CliRunner().invoke(app, ["value", str(tmp_path / "none.xlsx"), "--to", "31.3.2026"])
    assert refused.exit_code == 2
    assert "does not match the formats" in refused.output


def test_check_columns_are_0_and_the_sheet_says_its_period(valued: tuple[FileWorkbook, str]) -> None:
    book, _ = valued
    line = book.read_table("Valuation").iloc[0]
    assert (line["sku"], line["check"], line["wac_value"]) == ("007", 0.0, 22.0)
    totals = book.read_table("ValuationTotals")
    assert totals["check"].tolist() == [0.0] * 6
    shown = {(sheet, row, column): value for sheet, row, column, _, value in book.formula_values()}
    assert shown["ValuationTotals", valuation_totals.PERIOD + 1, 1] == (
        "Stock and cost of sales in GBP from 2026-01-01 to 2026-03-31. The books are kept by FIFO."
    )
    block = chart_data.VALUATION
    rows = range(chart_data.TOP + 1, chart_data.TOP + 1 + block.rows)
    charted = [[shown[chart_data.SHEET, row, block.left + 1 + j] for row in rows] for j in range(3)]
    assert charted[0][3:] == ["FIFO periodic", "LIFO periodic", "WAC periodic"]
    assert charted[1] == totals["closing"].tolist()
    assert charted[2] == totals["cost_of_sales"].tolist()
