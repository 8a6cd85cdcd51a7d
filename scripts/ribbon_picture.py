"""The ribbon tab as a picture, drawn from the table of buttons: layout, text and group lines of Excel.

The icons are drawn anew in the style of the workbook; what Excel shows is its own icon of the same meaning.
"""

import sys
from pathlib import Path

import ribbon_glyphs
from PIL import Image, ImageDraw, ImageFont

from xlinventory.hosts.buttons import GROUPS, TITLE, Button, Group, Size
from xlinventory.hosts.excel.template import formats as look

SCALE, SMOOTH = 2, 3
"""Dots per unit of the picture, and how much finer it is drawn before it is made smaller."""
TABS = ("File", "Home", "Insert", "Page Layout", "Formulas", "Data", "Review", "View", TITLE, "Help")
TAB_HEIGHT, HEIGHT, BOTTOM = 32, 132, 18
LARGE, SMALL, ROW, ROWS = 32, 16, 24, 3
GAP, MARGIN = 7, 10
PAPER, BAR, INK = "#FFFFFF", "#F3F5F8", "#2B3440"


class Canvas:
    """A picture measured in units of the screen, drawn finer and made smaller at the end."""

    def __init__(self, width: int, height: int) -> None:
        self.dots = SCALE * SMOOTH
        self.size = (width, height)
        self.image = Image.new("RGB", (width * self.dots, height * self.dots), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, words: str, size: float, colour: str, anchor: str = "lm") -> None:
        """Words at a place; the anchor is Pillow's."""
        place = (x * self.dots, y * self.dots)
        self.draw.text(place, words, colour, ImageFont.load_default(size * self.dots), anchor)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> None:
        """A straight line."""
        ends = [value * self.dots for value in (x1, y1, x2, y2)]
        self.draw.line(ends, colour, round(width * self.dots))

    def box(self, x1: float, y1: float, x2: float, y2: float, fill: str) -> None:
        """A filled rectangle."""
        self.draw.rectangle([value * self.dots for value in (x1, y1, x2, y2)], fill)

    def icon(self, name: str, x: float, y: float, size: float) -> None:
        """The drawing of an icon in a square."""
        drawn = ribbon_glyphs.draw(name, round(size * self.dots))
        self.image.paste(drawn, (round(x * self.dots), round(y * self.dots)), drawn)

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        width, height = self.size
        return self.image.resize((width * SCALE, height * SCALE), Image.Resampling.LANCZOS)


def text_width(words: str, size: float) -> float:
    """How many units some words take."""
    return ImageFont.load_default(size * 10).getlength(words) / 10


def two_lines(label: str) -> tuple[str, str]:
    """A label as a large button shows it: on two lines that are as even as can be."""
    words = label.split()
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words) + 1)]
    return min(cuts, key=lambda cut: (max(map(len, cut)), len(cut[1])))


def columns(group: Group) -> list[list[Button]]:
    """The buttons of a group column by column: a large one fills a column, small ones share one."""
    found: list[list[Button]] = []
    for button in group.buttons:
        joins = found and button.size is Size.NORMAL and found[-1][0].size is Size.NORMAL
        if joins and len(found[-1]) < ROWS:
            found[-1].append(button)
        else:
            found.append([button])
    return found


def column_width(column: list[Button]) -> float:
    """Units that a column takes."""
    if column[0].size is Size.LARGE:
        return max(LARGE + 14, *(text_width(line, 11) + 8 for line in two_lines(column[0].label)))
    return SMALL + 14 + max(text_width(button.label, 11) for button in column)


def group_width(group: Group) -> float:
    """Units that a group takes, its name included."""
    return max(sum(map(column_width, columns(group))), text_width(group.label, 10)) + 2 * GAP


def draw_column(canvas: Canvas, column: list[Button], x: float) -> None:
    """One column of buttons below the tabs."""
    top = TAB_HEIGHT + 6
    if column[0].size is Size.LARGE:
        middle = x + column_width(column) / 2
        canvas.icon(column[0].icon, middle - LARGE / 2, top + 2, LARGE)
        for i, line in enumerate(two_lines(column[0].label)):
            canvas.text(middle, top + LARGE + 13 + 14 * i, line, 11, INK, "mm")
        return
    for i, button in enumerate(column):
        y = top + ROW * i + ROW / 2
        canvas.icon(button.icon, x + 4, y - SMALL / 2, SMALL)
        canvas.text(x + SMALL + 9, y, button.label, 11, INK)


def draw_tabs(canvas: Canvas, width: int) -> None:
    """The row of tabs, ours in front."""
    canvas.box(0, 0, width, TAB_HEIGHT, BAR)
    x = MARGIN + 4.0
    for tab in TABS:
        mine = tab == TITLE
        canvas.text(x, TAB_HEIGHT / 2 + 1, tab, 12, look.NAVY if mine else "#5B6470")
        end = x + text_width(tab, 12)
        if mine:
            canvas.line(x - 2, TAB_HEIGHT - 3, end + 2, TAB_HEIGHT - 3, look.TEAL, 2.5)
        x = end + 22


def picture() -> Image.Image:
    """The whole tab."""
    width = round(2 * MARGIN + sum(map(group_width, GROUPS)))
    canvas = Canvas(width, HEIGHT)
    draw_tabs(canvas, width)
    x = float(MARGIN)
    for group in GROUPS:
        inner = x + GAP
        for column in columns(group):
            draw_column(canvas, column, inner)
            inner += column_width(column)
        middle = x + group_width(group) / 2
        canvas.text(middle, HEIGHT - BOTTOM / 2 - 1, group.label, 10, look.GREY, "mm")
        x += group_width(group)
        if group is not GROUPS[-1]:
            canvas.line(x, TAB_HEIGHT + 8, x, HEIGHT - 8, look.LINE)
    canvas.line(0, HEIGHT - 0.5, width, HEIGHT - 0.5, look.LINE)
    return canvas.finished()


def save(target: Path) -> None:
    """Write the picture with no more colours than it needs."""
    picture().quantize(256).save(target, optimize=True)


if __name__ == "__main__":
    save(Path(sys.argv[1]))
