"""What the terminal shows of a forecast, from a few rows put together by hand; and in how many processes."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from xlinventory.cli import forecasts, hosts, main
from xlinventory.hosts.memory import MemoryWorkbook
from xlinventory.macros import forecast as macro
from xlinventory.sheets import TABLES


def table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=TABLES[name].names, dtype=object)


def lines(sku: str, route: str, method: str, **more: object) -> list[dict[str, object]]:
    """Two periods ahead."""
    row = {"sku": sku, "route": route, "method": method, "why": f"{route} [{sku}]", "sd": 1.0} | more
    return [row | {"period": 40000.0 + 7 * n} for n in range(2)]


def book(rows: list[dict[str, object]], items: list[dict[str, object]]) -> MemoryWorkbook:
    empty = {name: table(name, []) for name in TABLES}
    return MemoryWorkbook(empty | {"Forecast": table("Forecast", rows), "Items": table("Items", items)})


def shown(workbook: MemoryWorkbook) -> list[str]:
    """The words of each line, without the signs of the frame."""
    text = io.StringIO()
    Console(file=text, width=160).print(forecasts.picture(workbook))
    frame = str.maketrans(dict.fromkeys("│┃━─┏┓┗┛┡┩╇┳└┘┴├┤┼┌┐┬", " "))
    return [" ".join(line.translate(frame).split()) for line in text.getvalue().splitlines()]


def test_items_are_counted_by_route_and_method_with_their_median_error_against_naive() -> None:
    """By hand: medians of 0.5, 0.7, 0.9 and of 1.0, 1.1, 1.5; intermittent demand has none."""
    errors = zip("ABC", (0.5, 0.9, 0.7), (1.0, 1.5, 1.1), strict=True)
    rows = [line for s, e, n in errors for line in lines(s, "smooth", "comb", mase=e, naive_mase=n)]
    rows += lines("D", "intermittent", "tsb", mase=0.8, naive_mase=0.9)
    told = shown(book(rows, []))
    assert "smooth comb 3 75% 0.70 1.10" in told
    assert "intermittent tsb 1 25%" in told


def test_items_that_need_a_look_are_named_with_the_reason() -> None:
    items = [
        {"sku": "A", "name": "Mug [blue]", "unit_cost": 2.0},
        {"sku": "B", "name": "Wreath", "sell_price": 500.0},
        {"sku": "N", "name": "New one"},
        {"sku": "OLD", "name": "Old one", "active": "no"},
    ]
    rows = lines("A", "smooth", "comb", surge=2.5) + lines("B", "analogue", "mean") + lines("X", "short", "m")
    told = shown(book(rows, items))
    assert "surge ahead A Mug [blue] smooth [A]" in told
    assert "by analogy B Wreath analogue [B]" in told
    assert "too short N New one no forecast" in told
    money = [line for line in told if line.startswith("most money at risk")]
    assert money[:2] == [
        "most money at risk B Wreath ± 500 a period; analogue [B]",
        "most money at risk A Mug [blue] ± 2 a period; smooth [A]",
    ]
    assert not any("OLD" in line for line in told)


def test_only_the_first_of_many_are_named() -> None:
    rows = [line for n in range(9) for line in lines(f"S{n}", "smooth", "comb", surge=float(n))]
    told = [line for line in shown(book(rows, [])) if line.startswith("surge ahead")]
    assert [line.split()[2] for line in told] == ["S8", "S7", "S6", "S5", "S4"]


def test_surges_come_by_the_money_that_would_be_missed_and_only_of_what_is_still_sold() -> None:
    """By hand: B misses (2 - 1) * 10 * 3 = 30, A (900 - 1) * 0.01 * 2 = 18."""
    items = [
        {"sku": "A", "unit_cost": 2.0},
        {"sku": "B", "unit_cost": 3.0},
        {"sku": "OLD", "unit_cost": 9.0, "active": "no"},
    ]
    rows = [
        *lines("A", "smooth", "comb", surge=900.0, mean=0.01),
        *lines("B", "smooth", "comb", surge=2.0, mean=10.0),
        *lines("OLD", "smooth", "comb", surge=9.0, mean=99.0),
    ]
    told = [line for line in shown(book(rows, items)) if line.startswith("surge ahead")]
    assert [line.split()[2] for line in told] == ["B", "A"]


def test_money_stands_alone_where_an_older_workbook_has_no_reasons() -> None:
    told = shown(book(lines("A", "smooth", "comb", why=""), [{"sku": "A", "unit_cost": 2.0}]))
    assert "most money at risk A ± 2 a period" in told


def test_nothing_is_shown_of_nothing() -> None:
    assert shown(book([], [])) == []


class Kept(MemoryWorkbook):
    """A book in memory as a host opens it."""

    uncomputed: tuple[str, ...] = ()

    def refuse_if_open_elsewhere(self) -> None:
        """It could be saved."""

    def keep(self) -> tuple[str, ...]:
        """Nothing to save."""
        return ()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the verb on a book of some items in memory; the processes that the engine was allowed."""

    def ask(count: int, *words: str) -> int:
        empty = {name: table(name, []) for name in TABLES}
        sold = [
            {"sku": f"S{i}", "date": 40875.0 + 7 * w, "kind": "SALE", "quantity": -7.0}
            for i in range(count)
            for w in range(6)
        ]
        setting = pd.DataFrame([{"setting": "as_of", "value": 40916.0}], columns=TABLES["Settings"].names)
        workbook = Kept(empty | {"Movements": table("Movements", sold), "Settings": setting})
        allowed: list[int] = []
        engine = macro.forecast_many

        def many(*given: Any, processes: int, **named: Any) -> Any:
            allowed.append(processes)
            return engine(*given, **named)

        @contextmanager
        def opened(_path: Path, _report: hosts.Report) -> Iterator[Kept]:
            yield workbook

        monkeypatch.setattr(macro, "forecast_many", many)
        monkeypatch.setattr(macro, "_processors", lambda: 8)
        monkeypatch.setattr(macro, "WORTH_PROCESSES", 5)
        for host in hosts.Host:
            monkeypatch.setitem(hosts.OPENERS, host, opened)
        monkeypatch.setattr(sys, "argv", ["xlinventory", "forecast", "book.xlsx", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        return allowed[0]

    return ask


@pytest.mark.parametrize(
    ("count", "words", "processes"),
    [
        (4, (), 1),
        (5, (), 8),
        (4, ("--processes", "3"), 3),
        (5, ("--processes", "1"), 1),
        (5, ("--host", "calc"), 1),
        (5, ("--host", "excel", "--processes", "3"), 1),
    ],
)
def test_more_than_one_process_is_for_many_items_on_a_file_alone(
    count: int, words: tuple[str, ...], processes: int, asked: Callable[..., int]
) -> None:
    assert asked(count, *words) == processes


def test_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["xlinventory", "forecast", "book.xlsx", "--processes", "-1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
