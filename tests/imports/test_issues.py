"""Issues for people: a sheet that can be read through, and a file that has them all and runs nothing."""

import csv
import io

import pandas as pd
import pytest

from xlinventory.imports import issues


def many(count: int) -> pd.DataFrame:
    """As many lines without a date, one without a price, and a note about the file."""
    lines = pd.Series("soon", index=range(2, 2 + count))
    return issues.joined([
        issues.of_file("a.csv", "a title before the header", "Nothing to do."),
        issues.refused_lines("a.csv", "date", lines, "must be a date", "Not taken."),
        issues.refused_lines("a.csv", "price", pd.Series(["x"], index=[7]), "must be a money", "Not taken."),
    ])  # fmt: skip


def test_a_sheet_has_all_issues_as_long_as_they_can_be_read_through() -> None:
    rows = many(10)
    assert issues.for_sheet(rows, "all.csv", most=12).equals(rows)


def test_else_it_has_the_first_of_each_problem_with_its_count() -> None:
    shown = issues.for_sheet(many(1200), "all.csv", most=12)
    assert shown[["line", "problem", "action"]].fillna(0).to_numpy().tolist() == [
        [0, "a title before the header", "Nothing to do."],
        [2, "must be a date (1,200 lines)", "Not taken. All of them are in all.csv."],
        [7, "must be a money", "Not taken."],
    ]


def test_a_sheet_never_has_more_than_it_should() -> None:
    parts = [issues.of_file("a.csv", f"problem {number}", "Look.") for number in range(20)]
    assert len(issues.for_sheet(issues.joined(parts), "all.csv", most=12)) == 12


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@A1", "\t=1+1", "\r=1+1", "a;=1+1", ' "=1+1', "＝1"])
def test_in_the_file_no_text_begins_a_formula(value: str) -> None:
    """A spreadsheet takes a cell for a formula by its first sign, spaces and tabs before it or not."""
    rows = issues.refused_lines(value, value, pd.Series([value], index=[3]), value, value)
    text = issues.as_csv(rows).decode("utf-8-sig")
    header, cells = csv.reader(io.StringIO(text))
    assert header == ["file", "line", "column", "value", "problem", "action"]
    assert cells[1] == "3"
    parts = [part for cell in (cells[0], *cells[2:]) for part in cell.split(";")]
    assert all(part[:1] in ("'", "a") or part.startswith(" '") for part in parts), parts


def test_the_file_has_every_issue_on_a_line_of_its_own() -> None:
    rows = many(50)
    text = issues.as_csv(rows).decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [row["problem"] for row in found] == rows["problem"].tolist()
    assert [row["line"] for row in found][:2] == ["", "2"]
