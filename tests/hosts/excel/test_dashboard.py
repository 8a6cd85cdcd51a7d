"""The Dashboard's three items through the file host and LibreOffice: which they are, and what is drawn.

Every expected number is written down in the tables of the small workbook below.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import coordinate_to_tuple

from xlinventory.core.errors import CellError
from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.template import chart_data, dashboard
from xlinventory.hosts.excel.template import item_cells as cells
from xlinventory.hosts.excel.template import item_panels as panels
from xlinventory.hosts.file import FileWorkbook

AS_OF, WEEKS, AHEAD = 40886.0, 60, 12
PAST = AS_OF - 7 * np.arange(WEEKS, 0, -1.0)
COMING = AS_OF + 7 * np.arange(AHEAD)
# sku: pattern, season, mean, bias; in this order in the table, so that "A*" comes after what it would match.
FORECAST = {
    "AB": ("lumpy", 0.0, 70.0, 1.0),
    "A*": ("lumpy", 0.0, 5.0, 1.0),
    "123": ("smooth", 0.0, 9.0, 0.0),
    "00123": ("smooth", 0.0, 10.0, 2.0),
    "M": ("smooth", 12.0, 30.0, 0.0),
    "S": ("erratic", 12.0, 40.0, 0.0),
    "E": ("erratic", 0.0, 20.0, -3.0),
    "I": ("intermittent", 0.0, 2.0, 0.0),
    "J": ("intermittent", 0.0, 1.0, 0.0),
}
ROUTES = {"smooth": "smooth", "erratic": "smooth", "lumpy": "intermittent", "intermittent": "intermittent"}
WINDOW = 3  # periods held out at a time, three times, by "00123"


def with_blanks(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(object).where(rows.notna(), None)


def forecast_rows(kinds: Mapping[str, tuple[str, float, float, float]]) -> pd.DataFrame:
    rows = [
        {"sku": sku, "period": day, "mean": mean, "low": mean / 2, "high": 2 * mean, "method": "comb",
         "route": "seasonal" if season else ROUTES[pattern], "pattern": pattern, "season_length": season,
         "mase": 0.814, "bias": bias, "why": f"why {sku}"}
        for sku, (pattern, season, mean, bias) in kinds.items()
        for day in COMING
    ]  # fmt: skip
    rows[3 * AHEAD + 1]["override"] = 77.0  # of "00123", in the second week to come
    return with_blanks(pd.DataFrame(rows))


def demand_rows() -> pd.DataFrame:
    rising = np.arange(float(WEEKS))
    foreseen = np.full(WEEKS, np.nan)
    foreseen[-3 * WINDOW :] = np.repeat([50.0, 53.0, 56.0], WINDOW)
    frames = [
        pd.DataFrame({"sku": "AB", "period": PAST, "sold": 3.0, "demand": 3.0}),
        pd.DataFrame({"sku": "A*", "period": PAST, "sold": 4.0, "demand": 4.0}),
        pd.DataFrame(
            {"sku": "00123", "period": PAST, "sold": rising, "demand": rising, "foreseen": foreseen}
        ),
        pd.DataFrame({"sku": "B", "period": PAST[-4:], "sold": [None, 7.0, 0.0, 9.0],
                      "demand": [None, 7.0, None, 9.0]}),
        pd.DataFrame({"sku": "NEW", "period": PAST[-1:], "sold": 6.0, "demand": 6.0}),
    ]  # fmt: skip
    return with_blanks(pd.concat(frames, ignore_index=True))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dashboard") / "empty.xlsx"
    template.build(path)
    return path


@pytest.fixture(scope="module")
def book(empty: Path) -> Path:
    path = empty.with_name("book.xlsx")
    opened = FileWorkbook.open(empty)
    items = pd.DataFrame({"sku": ["AB", "A*", "00123", "B"], "name": ["Ab", "Star", "Zero", "Bee"]})
    opened.write_table("Items", items.astype(object))
    opened.write_table("Demand", demand_rows())
    opened.write_table("Forecast", forecast_rows(FORECAST))
    opened.save(path)
    return path


class Shown:
    """The Dashboard with items chosen in its dropdowns, "" for none."""

    def __init__(
        self, path: Path, *chosen: str, change: Callable[[FileWorkbook], None] = lambda book: None
    ) -> None:
        self.book = FileWorkbook.open(path)
        change(self.book)
        typed = {dropdown(path, k): sku for k, sku in enumerate(chosen) if sku}
        self.book.write_cells("Dashboard", typed)
        self.book.calculate()
        assert not self.book.uncomputed

    def fact(self, k: int, name: str) -> object:
        return self._at(chart_data.SHEET, cells.fact(k, name))

    def items(self) -> list[object]:
        return [self.fact(k, "sku") for k in range(3)]

    def line(self, name: str, k: int = 0) -> list[object]:
        block = cells.HISTORY[k]
        return [self._at(chart_data.SHEET, block.cell(name, i)) for i in range(block.rows)]

    def words(self, row: int, k: int = 0) -> object:
        column = dashboard.TILE_COLUMNS[2 * k] + 1
        return self.book._sheet("Dashboard").value(dashboard.THREE + row + 1, column)

    def right_words(self, row: int, k: int = 0) -> object:
        column = dashboard.TILE_COLUMNS[2 * k + 1] + 1
        return self.book._sheet("Dashboard").value(dashboard.THREE + row + 1, column)

    def errors(self) -> list[tuple[str, int, int]]:
        found = self.book.formula_values()
        return [(sheet, row, column) for sheet, row, column, _, v in found if isinstance(v, CellError)]

    def _at(self, sheet: str, place: str) -> object:
        return self.book._sheet(sheet).value(*coordinate_to_tuple(place.replace("$", "")))


def dropdown(path: Path, k: int) -> tuple[int, int]:
    name = openpyxl.load_workbook(path).defined_names[cells.ITEMS[k].name].attr_text
    return coordinate_to_tuple(name.removeprefix("Dashboard!").replace("$", ""))


@pytest.fixture(scope="module")
def default(book: Path) -> Shown:
    return Shown(book)


def test_three_very_different_items_are_shown_first(default: Shown) -> None:
    """The most wanted steady one, the most wanted with a season, the most wanted of those wanted at times."""
    assert default.items() == ["00123", "S", "I"]
    roles = [default.words(panels.CHOICE, k) for k in range(3)]
    assert roles == ["Steady best seller", "Seasonal", "Now and then"]


def test_an_item_whose_route_contradicts_its_pattern_is_not_what_shows_its_kind(book: Path) -> None:
    """What has a gap now and then is forecast as intermittent, though its pattern still is smooth."""

    def gaps(opened: FileWorkbook) -> None:
        rows = forecast_rows(FORECAST)
        rows.loc[rows["sku"].isin(["00123", "I"]), "route"] = "short"
        opened.write_table("Forecast", rows)

    assert Shown(book, change=gaps).items() == ["123", "S", "J"]


def test_without_a_season_the_item_that_left_its_forecast_furthest_behind_is_shown(book: Path) -> None:
    plain = {sku: (pattern, 0.0, mean, bias) for sku, (pattern, _, mean, bias) in FORECAST.items()}
    shown = Shown(book, change=lambda opened: opened.write_table("Forecast", forecast_rows(plain)))
    assert shown.items() == ["M", "E", "I"]
    assert shown.words(panels.CHOICE, 1) == "Changed most"


def test_where_all_items_are_alike_the_best_sellers_are_shown(book: Path) -> None:
    alike = {sku: ("lumpy", 0.0, mean, 0.0) for sku, (_, _, mean, _) in FORECAST.items()}
    shown = Shown(book, change=lambda opened: opened.write_table("Forecast", forecast_rows(alike)))
    assert shown.items() == ["AB", "S", "M"]
    assert [shown.words(panels.CHOICE, k) for k in range(3)] == ["Best seller", "Best seller", "Now and then"]


def test_the_last_periods_the_check_and_the_forecast_are_drawn(default: Shown) -> None:
    """SKU "00123" and "123" are two items: no lookup may turn text into numbers."""
    past, none = cells.PAST, [None] * cells.AHEAD
    assert default.line("demand") == [*map(float, range(WEEKS - past, WEEKS)), *none]
    before = list(map(float, range(WEEKS - past, WEEKS - 9)))
    assert default.line("foreseen") == [*before, *[50.0] * 3, *[53.0] * 3, *[56.0] * 3, *none]
    assert default.line("forecast") == [*[None] * (past - 1), 59.0, 10.0, 77.0, *[10.0] * 10]
    assert default.line("low") == [*[None] * (past - 1), 59.0, *[5.0] * 12]
    assert default.line("band") == [*[None] * (past - 1), 0.0, *[15.0] * 12]
    assert default.line("period") == [*PAST[-past:], *COMING]


def test_below_the_chart_stands_from_when_to_when_it_goes(default: Shown, hardly_known: Shown) -> None:
    """AS_OF is 2011-12-09; the rest by a calendar: 52 weeks before it, 11 after it, B three weeks before."""
    assert default.words(panels.SPAN) == "demand from 2010-12-10"
    assert default.right_words(panels.SPAN) == "forecast 2011-12-09 to 2012-02-24"
    assert hardly_known.words(panels.SPAN) == "demand from 2011-11-18"
    assert hardly_known.right_words(panels.SPAN) == "to 2011-12-02"
    assert (hardly_known.words(panels.SPAN, 2) or "", hardly_known.right_words(panels.SPAN, 2) or "") == (
        "",
        "",
    )


@pytest.mark.parametrize(("period", "step"), [("day", 1.0), ("month", 365.25 / 12)])
def test_periods_that_are_no_weeks_stand_side_by_side_without_labels(
    book: Path, period: str, step: float
) -> None:
    """The axis labels quarters, and nothing below day 366: 60 days have none, 60 months 20 of them."""

    def change(opened: FileWorkbook) -> None:
        settings = opened.read_table("Settings")
        settings.loc[settings["setting"] == "period", "value"] = period
        opened.write_table("Settings", settings[opened.stored_columns("Settings")])
        past, rows = demand_rows(), forecast_rows(FORECAST)
        past["period"] = np.floor(AS_OF + step * (past["period"].astype(float) - AS_OF) / 7)
        rows["period"] = np.floor(AS_OF + step * (rows["period"].astype(float) - AS_OF) / 7)
        opened.write_table("Demand", past)
        opened.write_table("Forecast", rows)

    assert Shown(book, change=change).line("period") == list(
        map(float, range(1, cells.PAST + cells.AHEAD + 1))
    )


@pytest.mark.parametrize("count", [AHEAD, 1])
def test_an_item_that_was_never_sold_has_its_forecast_on_the_whole_chart(book: Path, count: int) -> None:
    """As a new one that is forecast from its category; a single day would have no axis in LibreOffice."""

    def change(opened: FileWorkbook) -> None:
        rows = forecast_rows(FORECAST)
        opened.write_table("Forecast", rows[rows.groupby("sku").cumcount() < count])

    shown = Shown(book, "S", change=change)
    assert shown.errors() == []
    before = float(count == 1)
    days = [COMING[0] - before, *[COMING[0]] * (cells.PAST - 1), *COMING[:count]]
    assert shown.line("period") == days + [COMING[count - 1]] * (AHEAD - count)
    assert shown.line("demand")[: cells.PAST] == [40.0] * cells.PAST
    assert shown.line("forecast")[cells.PAST - 1 :] == [40.0] * (1 + AHEAD)
    assert shown.words(panels.SPAN) in ("", None)


def test_the_items_name_and_why_it_is_forecast_so_stand_above(default: Shown) -> None:
    assert default.words(panels.NAME) == "00123  Zero"
    assert default.words(panels.WHY) == "why 00123"
    assert default.words(panels.NAME, 1) == "S  "  # not in Items: no name
    assert str(default.words(panels.NOTE)).startswith("Units a week. ")


def test_where_no_reason_is_written_the_method_and_its_error_are_told(book: Path) -> None:
    """As in a workbook that was made before Forecast had the column."""

    def forget(opened: FileWorkbook) -> None:
        opened.write_table("Forecast", forecast_rows(FORECAST).assign(why=None))

    assert Shown(book, change=forget).words(panels.WHY) == "comb, MASE 0.81 held out"


def test_each_item_can_be_changed(book: Path) -> None:
    shown = Shown(book, "J", "A*", "123")
    assert shown.items() == ["J", "A*", "123"]
    for k, sku in enumerate(shown.items()):
        assert shown.words(panels.CHOICE, k) == "Item chosen"
        assert shown.words(panels.WHY, k) == f"why {sku}"
    assert shown.line("demand", 1)[: cells.PAST] == [4.0] * cells.PAST


def test_the_item_of_a_dropdown_is_not_shown_twice(book: Path) -> None:
    assert Shown(book, "S").items() == ["S", "M", "I"]


@pytest.mark.parametrize("sku", ["A?", "~*"])
def test_a_sku_with_signs_that_stand_for_any_text_is_only_itself(book: Path, sku: str) -> None:
    """A lookup takes * and ? as any text, and ~ as what makes them plain; "AB" stands before "A*"."""

    def rename(opened: FileWorkbook) -> None:
        for name in ("Items", "Demand", "Forecast"):
            rows = opened.read_table(name)
            mine = rows["sku"] == "A*"
            stored = opened.stored_columns(name)
            opened.write_table(name, rows.assign(sku=rows["sku"].where(~mine, sku))[stored])

    shown = Shown(book, sku, change=rename)
    assert shown.words(panels.NAME) == f"{sku}  Star"
    assert shown.line("demand")[: cells.PAST] == [4.0] * cells.PAST
    assert shown.line("forecast")[cells.PAST :] == [5.0] * cells.AHEAD


@pytest.fixture(scope="module")
def hardly_known(book: Path) -> Shown:
    """B: a week before it was sold, three weeks, the second out of stock; NEW: one week; nobody: nothing."""
    return Shown(book, "B", "NEW", "nobody")


def test_a_short_history_repeats_its_first_point_and_what_is_not_forecast_its_last(
    hardly_known: Shown,
) -> None:
    line, past = hardly_known.line, cells.PAST
    assert line("demand")[:past] == [7.0] * (past - 2) + [0.0, 9.0]
    assert line("foreseen")[:past] == line("demand")[:past]
    assert line("period") == [*[PAST[-3]] * (past - 2), *PAST[-2:], *[PAST[-1]] * cells.AHEAD]
    assert line("forecast")[past - 1 :] == [9.0] * (1 + cells.AHEAD)
    assert line("band")[past:] == [0.0] * cells.AHEAD
    assert hardly_known.words(panels.WHY) == "No forecast of this item."


def test_a_single_period_is_drawn_between_two_days(hardly_known: Shown) -> None:
    """LibreOffice draws nothing at all, no axis and no frame, where all points are of one day."""
    assert sorted(set(hardly_known.line("period", 1))) == [PAST[-1] - 1, PAST[-1]]
    assert set(hardly_known.line("demand", 1)[: cells.PAST]) == {6.0}


def test_an_item_that_is_nowhere_is_shown_without_an_error(hardly_known: Shown) -> None:
    assert hardly_known.errors() == []
    assert hardly_known.words(panels.NAME, 2) == "nobody  "
    assert hardly_known.words(panels.WHY, 2) == "No forecast of this item."
    assert set(hardly_known.line("demand", 2)) == {0.0, None}


def test_an_empty_workbook_has_empty_charts_and_says_what_to_do(empty: Path) -> None:
    shown = Shown(empty)
    assert shown.errors() == []
    for k in range(3):
        assert shown.words(panels.CHOICE, k) == "Item shown (choose one)"
        assert (shown.words(panels.NAME, k) or "", shown.words(panels.WHY, k)) == (
            "", "No forecast yet: press Forecast.",
        )  # fmt: skip
        assert set(shown.line("demand", k)) == set(shown.line("foreseen", k)) == {0.0, None}
        days = shown.line("period", k)
        assert min(days) < max(days) < 366  # an axis with two ends; its labels start in 1901


def test_where_the_items_run_out_nobody_is_told_to_forecast(book: Path) -> None:
    rows = forecast_rows(FORECAST)
    only = rows[rows["sku"] == "00123"]
    shown = Shown(book, change=lambda opened: opened.write_table("Forecast", only))
    assert shown.words(panels.WHY) == "why 00123"
    assert [shown.words(panels.WHY, k) for k in (1, 2)] == ["No other item is forecast."] * 2


def test_no_text_in_a_formula_is_longer_than_excel_takes(empty: Path) -> None:
    """Excel calls a workbook damaged that has a text of more than 255 characters in a formula."""
    found = openpyxl.load_workbook(empty)
    formulas = [
        cell.value
        for name in ("Dashboard", chart_data.SHEET, "WhatIf")
        for row in found[name].iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 1000
    texts = [text for formula in formulas for text in re.findall('"((?:[^"]|"")*)"', str(formula))]
    assert max(map(len, texts)) <= 255
    assert max(map(len, map(str, formulas))) <= 8192


def test_the_charts_draw_whole_blocks(empty: Path) -> None:
    with zipfile.ZipFile(empty) as parts:
        found = [parts.read(part).decode() for part in parts.namelist() if part.startswith("xl/charts/c")]
    charts = [xml for xml in found if "<c:dateAx>" in xml]
    assert len(charts) == 3
    for block, xml in zip(cells.HISTORY, charts, strict=True):
        periods = f"{chart_data.SHEET}!{block.column('period')}"
        assert re.findall(r"<c:cat>.*?<c:f>(.*?)</c:f>", xml) == [periods] * 5
        drawn = [
            f"{chart_data.SHEET}!{block.column(n)}" for n in ("low", "band", "foreseen", "demand", "forecast")
        ]
        assert re.findall(r"<c:val>.*?<c:f>(.*?)</c:f>", xml) == drawn
        assert block.rows == cells.PAST + cells.AHEAD


def test_no_two_blocks_share_a_column() -> None:
    taken = [j for block in chart_data.ROWS for j in range(block.left, block.left + len(block.columns))]
    assert len(taken) == len(set(taken))


def test_libreoffice_computes_the_same_cells(
    book: Path, tmp_path: Path, libreoffice: Callable[[list[Path]], list[Path]]
) -> None:
    shown = Shown(book, "A*", "B")
    shown.book.save(tmp_path / "mine.xlsx")
    (theirs,) = libreoffice([tmp_path / "mine.xlsx"])
    mine, other = (helper_cells(FileWorkbook.open(path)) for path in (tmp_path / "mine.xlsx", theirs))
    assert len(mine) > 3 * len(cells.FACTS) + 3 * 5 * cells.PAST
    assert other == mine


def helper_cells(book: FileWorkbook) -> dict[tuple[int, int], object]:
    """What is stored of the items' formulas, by place; no text and none at all are the same to a chart."""
    return {
        (row, column): value or 0
        for sheet, row, column, _, value in book.formula_values()
        if sheet == chart_data.SHEET and column > cells.LEFT
    }
