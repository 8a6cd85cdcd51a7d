"""The command line as a user meets it: every verb in its own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import xlinventory

VERBS = (
    "demo",
    "new",
    "refresh",
    "forecast",
    "plan",
    "reorder",
    "value",
    "suppliers",
    "check",
    "undo",
    "functions",
    "orders",
    "export",
    "receive",
    "overdue",
    "turnover",
    "close",
    "selftest",
    "about",
)


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"COLUMNS": "140", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "xlinventory", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=environment,
    )


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str) -> None:
    done = run(verb, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_a_function_is_a_command() -> None:
    # z(0.95) = 1.644854 (standard normal table), times 5 * sqrt(4)
    done = run("SAFETY_STOCK", "20", "5", "4", "0.95")
    assert done.returncode == 0
    assert float(done.stdout) == pytest.approx(16.44854, abs=1e-5)


def test_ranges_are_written_with_semicolons() -> None:
    done = run("FORECAST_ERROR", "10;20;30", "12;18;33", "MAE")
    assert float(done.stdout) == pytest.approx((2 + 2 + 3) / 3)


def test_a_function_out_of_range_fails_with_one_sentence() -> None:
    done = run("SAFETY_STOCK", "20", "5", "4", "95")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "service_level must be strictly between 0 and 1, got 95" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_functions_lists_all_of_them() -> None:
    listed = run("functions").stdout
    missing = [spec for spec in xlinventory.__all__ if spec.isupper() and spec not in listed]
    assert not missing
    assert "SAFETY_STOCK" in listed
    assert "service_level" in run("functions", "safety_stock").stdout


@pytest.mark.parametrize("words", [("nonsense",), ("new",), ("refresh",), ("demo", "--nothing")])
def test_wrong_usage_is_exit_code_2(words: tuple[str, ...]) -> None:
    assert run(*words).returncode == 2


def test_a_new_workbook_takes_the_steps_one_by_one(tmp_path: Path) -> None:
    """Only a sales file, nothing else: items appear, everything still works."""
    (tmp_path / "csv").mkdir()
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    lines = [
        f"{500000 + day},00123,=HYPERLINK(1),{6 + day % 5},"
        f"2011-{1 + day // 28:02d}-{1 + day % 28:02d} 10:00,2.5,1,UK\n"
        for day in range(200)
    ]
    (tmp_path / "csv" / "sales.csv").write_text(header + "".join(lines))
    assert run("new", "book.xlsx", cwd=tmp_path).returncode == 0
    for words in (["refresh", "book.xlsx", "csv"], *[[verb, "book.xlsx"] for verb in VERBS[3:8]]):
        done = run(*words, cwd=tmp_path)
        if words[0] == "suppliers":
            assert done.returncode == 1
            assert "no suppliers" in done.stderr
        else:
            assert done.returncode == 0, done.stderr
            assert done.stdout.strip()
    again = run("new", "book.xlsx", cwd=tmp_path)
    assert again.returncode == 1
    assert "exists already" in again.stderr


def test_a_dry_run_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "items.csv").write_text("sku,name\n00123,Mug\n")
    assert run("new", "book.xlsx", cwd=tmp_path).returncode == 0
    content = (tmp_path / "book.xlsx").read_bytes()
    done = run("refresh", "book.xlsx", "csv", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Items 1 added" in done.stdout
    assert (tmp_path / "book.xlsx").read_bytes() == content


def test_a_file_that_is_no_workbook_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("not a workbook")
    for path in ("book.xlsx", "missing.xlsx"):
        done = run("check", path, cwd=tmp_path)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr
    assert (tmp_path / "book.xlsx").read_text() == "not a workbook"


def test_a_workbook_that_is_open_elsewhere_is_refused_before_anything_runs(tmp_path: Path) -> None:
    assert run("new", "book.xlsx", cwd=tmp_path).returncode == 0
    (tmp_path / ".~lock.book.xlsx#").touch()
    done = run("check", "book.xlsx", cwd=tmp_path)
    assert done.returncode == 1
    assert "open in LibreOffice" in done.stderr
