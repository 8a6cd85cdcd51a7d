"""Buttons pressed in a workbook that is really open: xlwings' own front end, LibreOffice behind it.

Only the message boxes are stood in for, since nobody is there to answer them, and bringing the program in
front of others, since it has no window.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw

from xlinventory.hosts.excel import template
from xlinventory.hosts.excel.live import buttons as live
from xlinventory.hosts.excel.live import log_file
from xlinventory.hosts.excel.live.book import LiveWorkbook
from xlinventory.macros.frame import run_macro

SALES = "date,sku,quantity\n2024-01-01,A,1\n2024-01-02,A,2\n2024-01-03,B,3\n"


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    shown: list[tuple[str, str | None]] = []

    def alert(
        _app: xw.App, prompt: str, title: str | None = None, buttons: str = "ok", mode: str | None = None
    ) -> str:
        shown.append((prompt, mode or buttons))
        return "yes" if buttons == "yes_no" else "ok"

    monkeypatch.setattr(xw.App, "alert", alert)
    return shown


@pytest.fixture
def book(calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[xw.Book]:
    template.build(tmp_path / "inventory.xlsx")
    (tmp_path / "sales.csv").write_text(SALES, encoding="utf-8")
    monkeypatch.setattr(xw.App, "activate", lambda _app, steal_focus=False: None)
    opened = calc.books.open(tmp_path / "inventory.xlsx")
    monkeypatch.setattr(live.xw.Book, "caller", lambda: opened)
    monkeypatch.setattr(log_file, "path", lambda: tmp_path / "xlinventory.log")
    logger = logging.getLogger("xlinventory")
    before = list(logger.handlers)
    yield opened
    for handler in [handler for handler in logger.handlers if handler not in before]:
        logger.removeHandler(handler)
        handler.close()


def state(app: xw.App) -> tuple[object, ...]:
    return app.calculation, app.screen_updating, app.enable_events, app.status_bar


def set_folder(book: xw.Book, folder: Path) -> None:
    settings = LiveWorkbook(book).read_table("Settings")
    row = settings.index[settings["setting"] == "csv_folder"][0]
    book.sheets["Settings"].range((row, 2)).value = str(folder)


def test_refresh_asks_writes_shows_and_leaves_the_program_as_it_was(
    book: xw.Book, boxes: list[tuple[str, str | None]], tmp_path: Path
) -> None:
    set_folder(book, tmp_path)
    before = state(book.app)
    live.press("refresh")
    (question, asked), (told, mode) = boxes
    assert "Movements 3 added" in question
    assert (asked, mode) == ("yes_no", "info")
    assert "3 taken" in told
    assert len(LiveWorkbook(book).read_table("Movements")) == 3
    assert book.sheets.active.name == "Start"
    assert state(book.app) == before


def test_a_failure_half_way_leaves_the_program_as_it_was(
    book: xw.Book, boxes: list[tuple[str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(book.app)

    def stopped(tables: LiveWorkbook, name: str, **_: str) -> None:
        tables.report("Half way", 0.5)
        assert state(book.app) != before
        raise ConnectionError(name)

    monkeypatch.setattr(live, "run_macro", stopped)
    live.press("plan")
    assert [mode for _, mode in boxes] == ["critical"]
    assert "ConnectionError: plan" in log_file.path().read_text(encoding="utf-8")
    assert state(book.app) == before


def test_a_press_says_what_the_macro_says(
    book: xw.Book, boxes: list[tuple[str, str | None]], tmp_path: Path
) -> None:
    set_folder(book, tmp_path)
    live.press("undo")
    run_macro(LiveWorkbook(book), "refresh")
    live.press("undo")
    (refused, mode), (undone, _) = boxes
    assert (refused, mode) == ("There is no run to undo.", "critical")
    assert "refresh" in undone.lower()
    assert LiveWorkbook(book).read_table("Movements").empty


def test_a_sheet_is_shown(book: xw.Book, boxes: list[tuple[str, str | None]]) -> None:
    live.press("whatif")
    assert book.sheets.active.name == "WhatIf"
    assert boxes == []
