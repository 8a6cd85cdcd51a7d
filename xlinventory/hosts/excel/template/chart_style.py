"""What all charts of the workbook look like: fonts, axes, legend."""

from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.workbook import Workbook

from xlinventory.hosts.excel.template import formats as look


def new_chart(book: Workbook, kind: str, title: str | None, options: dict[str, str] | None = None) -> Chart:
    """A chart with title and legend, still without series."""
    chart = book.add_chart({"type": kind} | (options or {}))
    if title:
        chart.set_title({"name": title, "overlay": False, "name_font": font(look.NAVY, 11) | {"bold": True}})
    else:
        chart.set_title({"none": True})
    chart.set_legend({"position": "top", "font": font()})
    chart.set_chartarea({"border": {"color": look.LINE}, "fill": {"color": look.WHITE}})
    chart.set_plotarea({"fill": {"none": True}})
    chart.show_hidden_data()
    return chart


def font(colour: str = look.SLATE, size: float = 9) -> dict[str, Any]:
    """The font of labels."""
    return {"name": look.FONT, "size": size, "color": colour, "bold": False}


def named() -> dict[str, Any]:
    """The font of an axis's name."""
    return {"name_font": font(look.GREY)}


def category_axis(number_format: str = "General") -> dict[str, Any]:
    """An axis of names."""
    return {
        "num_font": font(), "num_format": number_format, "line": {"color": look.LINE},
        "major_tick_mark": "none", "minor_tick_mark": "none", "label_position": "low",
    }  # fmt: skip


def value_axis(number_format: str) -> dict[str, Any]:
    """An axis of figures, with light lines across the chart."""
    return {
        "num_font": font(), "num_format": number_format, "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": look.LINE, "width": 0.75}},
        "major_tick_mark": "none", "minor_tick_mark": "none",
    }  # fmt: skip
