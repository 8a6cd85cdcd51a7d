"""The two charts of WhatIf: what service costs, and what stock spares."""

from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook

from xlinventory.hosts.excel.template import chart_style as style
from xlinventory.hosts.excel.template import formats as look
from xlinventory.hosts.excel.template.what_if_places import LEVELS, MARK, POINT, SHEET, fact


def cost_chart(book: Workbook) -> Chart:
    """Holding cost a year against service level, alone and with shortages, and the points that matter."""
    chart = _scatter(book, "What service costs a year")
    _add_curve(chart, "holding cost, by formula", "level", "holding", {"color": look.BLUE, "width": 2.25})
    _add_curve(chart, "simulated", "level", "simulated", {"color": look.GREEN, "width": 2.25})
    dashed = {"color": look.GREY, "width": 1.75, "dash_type": "dash"}
    _add_curve(chart, _named_by("cost name"), "level", "cost", dashed)
    _add_marks(chart, "level", "holding")
    chart.set_x_axis(_axis("service level", "0%") | {"min": LEVELS[0], "max": 1, "major_unit": 0.05})
    chart.set_y_axis(_axis("money a year", look.WHOLE_MONEY) | {"min": 0})
    return chart


def shortage_chart(book: Workbook) -> Chart:
    """Units short a year against the average stock value that spares them."""
    chart = _scatter(book, "What stock spares: units short a year")
    _add_curve(chart, "units short", "value", "short", {"color": look.TEAL, "width": 2.25})
    _add_marks(chart, "value", "short")
    chart.set_x_axis(_axis("average stock value", look.WHOLE_MONEY))
    chart.set_y_axis(_axis("units a year", look.UNITS) | {"min": 0})
    return chart


def _scatter(book: Workbook, title: str) -> Chart:
    return style.new_chart(book, "scatter", title, {"subtype": "straight"})


def _axis(name: str, number_format: str) -> dict[str, Any]:
    return style.value_axis(number_format) | {"name": name, "line": {"color": look.LINE}} | style.named()


def _named_by(name: str) -> str:
    return f"={SHEET}!{fact(name)}"


def _add_curve(chart: Chart, name: str, across: str, up: str, line: dict[str, Any]) -> None:
    chart.add_series(
        {"name": name, "categories": POINT.range(across), "values": POINT.range(up), "line": line,
         "marker": {"type": "none"}}
    )  # fmt: skip


def _add_marks(chart: Chart, across: str, up: str) -> None:
    """The point of least cost first, so that the chosen one stays in sight where they are the same."""
    for name, row, kind, size, colour in (
        ("best name", 1, "diamond", 9, look.GREEN),
        ("chosen name", 0, "circle", 9, look.AMBER),
    ):
        x, y = ([*MARK.range(column)] for column in (across, up))
        for place in (x, y):
            place[1] = place[3] = MARK.top + row
        chart.add_series(
            {"name": _named_by(name), "categories": x, "values": y, "line": {"none": True},
             "marker": {"type": kind, "size": size, "fill": {"color": colour},
                        "border": {"color": look.WHITE}}}
        )  # fmt: skip
