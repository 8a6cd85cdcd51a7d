"""A purchase order as a PDF: head, lines with their header on every page, total, note, page x of y.

The same order gives the same bytes: the file holds no time and nothing of the computer but a font where the
shipped one lacks a letter. Text is drawn as it is: nothing in it can become markup, a link or a picture.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from xlinventory.imports.issues import counted
from xlinventory.macros.order_document import DocumentLine, OrderDocument
from xlinventory.macros.order_files import PDF_CREATOR
from xlinventory.macros.printing.letters import gaps, markup, plain, shipped

LONGEST = 200
"""Signs of a text that are printed; the rest of a longer one is left to the CSV file."""
MOST_ROWS = 12
"""Rows of an address, or of the note, that are printed."""

PAPERS = {"A4": A4, "letter": letter}
MARGIN = 48.0
FOOT = 54.0
"""Height kept free for the footer, from the edge of the paper."""
GAP = 14.0
CELL = 4.5
"""Space around the text of a cell."""
NAVY, INK, SLATE, LINE, MIST = (
    HexColor(colour) for colour in ("#1F3A5F", "#1B2733", "#5B6B7F", "#DDE3EA", "#F3F5F8")
)

Box: TypeAlias = list[Paragraph]
"""Paragraphs below each other."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the lines: its heading, its share of the width, and what stands in it."""

    heading: str
    share: float
    text: Callable[[DocumentLine], str]
    style: str = "cell"


COLUMNS = (
    Column("Your number", 0.13, lambda line: line.supplier_sku),
    Column("Our number", 0.13, lambda line: line.sku),
    Column("Item", 0.365, lambda line: line.name),
    Column("Quantity", 0.115, lambda line: line.quantity, "figure"),
    Column("Unit price", 0.115, lambda line: line.unit_price, "figure"),
    Column("Value", 0.145, lambda line: line.value, "figure"),
)


def order_pdf(order: OrderDocument) -> bytes:
    """The file."""
    out = io.BytesIO()
    size = PAPERS[order.buyer.paper]
    page = _Page(_canvas(out, size), *size)
    page.canvas.setTitle(f"Purchase order {plain(order.po)}")
    page.canvas.setAuthor(plain(order.buyer.name))
    page.canvas.setCreator(PDF_CREATOR)
    columns = _columns(order)
    pages = _pages(order, columns, page)
    last = max(number for number, rows in enumerate(pages, 1) if rows)
    for number, rows in enumerate(pages, 1):
        y = _head(page, order) if number == 1 else _running_head(page, order)
        if rows:
            y = _draw_rows(page, columns, rows, _draw_headings(page, columns, y))
        if number == last:
            y = page.box(_total(order), MARGIN, y - 8, page.inner - CELL)
        if number == len(pages):
            page.box(_texts(order.buyer.note, "text"), MARGIN, y - GAP, page.inner)
        _footer(page, order, number, len(pages))
        page.canvas.showPage()
    page.canvas.save()
    return out.getvalue()


def not_printed(order: OrderDocument) -> str:
    """Signs of the order that no letter is at hand for, each once."""
    buyer = order.buyer
    texts = [order.po, order.supplier, order.email, order.currency, buyer.name]
    texts += [*buyer.address, *buyer.contact, *buyer.delivery, *buyer.note]
    texts += [text for line in order.lines for text in (line.supplier_sku, line.sku, line.name)]
    return "".join(dict.fromkeys(gaps(plain("".join(texts)))))


def _canvas(out: io.BytesIO, size: tuple[float, float]) -> Canvas:
    return Canvas(out, pagesize=size, invariant=1, pageCompression=1, initialFontName=shipped("regular").name)


@dataclass(frozen=True, slots=True)
class _Page:
    """Where it is drawn."""

    canvas: Canvas
    width: float
    height: float

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * MARGIN

    @property
    def top(self) -> float:
        """Where the first thing of a page begins."""
        return self.height - MARGIN

    def box(self, paragraphs: Box, x: float, top: float, width: float) -> float:
        """Draw paragraphs below each other; where the last one ends."""
        for paragraph in paragraphs:
            _, height = paragraph.wrap(width, self.height)
            paragraph.drawOn(self.canvas, x, top - height)
            top -= height
        return top

    def rule(self, y: float, colour: Any, width: float) -> None:
        """A line from margin to margin."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(MARGIN, y, self.width - MARGIN, y)

    def panel(self, x: float, top: float, width: float, height: float, colour: Any) -> None:
        """A coloured area without a border."""
        self.canvas.setFillColor(colour)
        self.canvas.rect(x, top - height, width, height, stroke=0, fill=1)


def _style(size: float, colour: Any = INK, weight: str = "regular", align: int = 0) -> ParagraphStyle:
    return ParagraphStyle(
        name="", fontName=shipped(weight).name, fontSize=size, leading=size * 1.35, textColor=colour,
        alignment=align, splitLongWords=1, allowWidows=1, allowOrphans=1,
    )  # fmt: skip


RIGHT = 2
STYLES: dict[str, tuple[float, Any, str, int]] = {
    "company": (12.5, NAVY, "bold", 0),
    "title": (19.0, NAVY, "bold", RIGHT),
    "number": (11.0, INK, "bold", RIGHT),
    "small": (8.0, SLATE, "regular", 0),
    "label": (7.0, SLATE, "bold", 0),
    "name": (9.5, INK, "bold", 0),
    "text": (8.5, INK, "regular", 0),
    "fact": (8.5, INK, "bold", RIGHT),
    "cell": (8.0, INK, "regular", 0),
    "figure": (8.0, INK, "regular", RIGHT),
    "heading": (7.5, HexColor("#FFFFFF"), "bold", 0),
    "heading figure": (7.5, HexColor("#FFFFFF"), "bold", RIGHT),
    "total": (10.5, NAVY, "bold", RIGHT),
    "running": (8.5, NAVY, "bold", 0),
    "foot": (7.5, SLATE, "regular", 0),
    "foot right": (7.5, SLATE, "regular", RIGHT),
}
"""Size, colour, weight and side of each kind of text."""


def _text(text: str, style: str) -> Paragraph:
    size, colour, weight, align = STYLES[style]
    shown = plain(text)
    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return Paragraph(markup(shown, weight), _style(size, colour, weight, align))


def _texts(rows: Sequence[str], style: str) -> Box:
    return [_text(row, style) for row in rows[:MOST_ROWS]]


def _height(box: Box, width: float) -> float:
    return float(sum(paragraph.wrap(width, 1e6)[1] for paragraph in box))


# -- the lines, page by page --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of one line and how high they are."""

    cells: tuple[Paragraph, ...]
    height: float


def _columns(order: OrderDocument) -> tuple[Column, ...]:
    """The columns to print: where no line has the supplier's number, the item has its room."""
    if any(line.supplier_sku for line in order.lines):
        return COLUMNS
    theirs, *others = COLUMNS
    return tuple(
        replace(column, share=column.share + theirs.share) if column.heading == "Item" else column
        for column in others
    )


def _pages(order: OrderDocument, columns: Sequence[Column], page: _Page) -> list[list[_Row]]:
    """The rows of each page, as many as fit; the total stays with the last row, the note may go on alone."""
    rows = [_row(line, columns, page) for line in order.lines]
    size = (page.width, page.height)
    blank = _Page(_canvas(io.BytesIO(), size), *size)
    left, further = _room(_head(blank, order)), _room(_running_head(blank, order))
    total = _height(_total(order), page.inner) + GAP
    pages: list[list[_Row]] = [[]]
    for i, row in enumerate(rows, 1):
        if row.height + (total if i == len(rows) else 0.0) > left and (pages[-1] or len(pages) == 1):
            pages.append([])
            left = further
        pages[-1].append(row)
        left -= row.height
    if _height(_texts(order.buyer.note, "text"), page.inner) + GAP > left - total:
        pages.append([])
    return pages


def _room(top: float) -> float:
    """Height for rows on a page whose head ends at *top*."""
    return top - HEADINGS - FOOT


def _row(line: DocumentLine, columns: Sequence[Column], page: _Page) -> _Row:
    cells = tuple(_text(column.text(line), column.style) for column in columns)
    widths = [width for _, width in _places(page, columns)]
    heights = [cell.wrap(width, 1e6)[1] for cell, width in zip(cells, widths, strict=True)]
    return _Row(cells, max(heights) + 2 * CELL)


def _places(page: _Page, columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Where the text of each column begins, and its width."""
    places, x = [], MARGIN
    for column in columns:
        width = column.share * page.inner
        places.append((x + CELL, width - 2 * CELL))
        x += width
    return places


HEADINGS = 20.0


def _draw_headings(page: _Page, columns: Sequence[Column], top: float) -> float:
    page.panel(MARGIN, top, page.inner, HEADINGS, NAVY)
    for column, (x, width) in zip(columns, _places(page, columns), strict=True):
        style = "heading figure" if column.style == "figure" else "heading"
        page.box([_text(column.heading, style)], x, top - 4.5, width)
    return top - HEADINGS


def _draw_rows(page: _Page, columns: Sequence[Column], rows: list[_Row], top: float) -> float:
    for number, row in enumerate(rows):
        if number % 2:
            page.panel(MARGIN, top, page.inner, row.height, MIST)
        for cell, (x, width) in zip(row.cells, _places(page, columns), strict=True):
            page.box([cell], x, top - CELL, width)
        top -= row.height
        page.rule(top, LINE, 0.5)
    return top


# -- what stands around them --------------------------------------------------------------------------------


def _head(page: _Page, order: OrderDocument) -> float:
    """Who orders, the title and its number; below, supplier, place of delivery and dates. Where it ends."""
    buyer, half = order.buyer, page.inner / 2
    mine = [*_texts([buyer.name] if buyer.name else [], "company"), *_texts(buyer.address, "small")]
    left = page.box([*mine, *_texts(buyer.contact, "small")], MARGIN, page.top, half)
    title = [_text("PURCHASE ORDER", "title"), _text(order.po, "number")]
    right = page.box(title, MARGIN + half, page.top + 3, half)
    y = min(left, right) - 10
    page.rule(y, NAVY, 1.5)
    return _parties(page, order, y - GAP) - GAP


def _parties(page: _Page, order: OrderDocument, top: float) -> float:
    widths = [0.35 * page.inner, 0.33 * page.inner, 0.32 * page.inner]
    to = [
        _text("TO", "label"),
        _text(order.supplier, "name"),
        *_texts([order.email] if order.email else [], "text"),
    ]
    place = order.buyer.delivery
    deliver = [_text("DELIVER TO", "label"), *_texts(place[:1], "name"), *_texts(place[1:], "text")]
    ends = [page.box(to, MARGIN, top, widths[0] - GAP)]
    if place:
        ends.append(page.box(deliver, MARGIN + widths[0], top, widths[1] - GAP))
    ends.append(_facts(page, order, MARGIN + widths[0] + widths[1], top, widths[2]))
    return min(ends)


def _facts(page: _Page, order: OrderDocument, x: float, top: float, width: float) -> float:
    facts = [("Order date", order.ordered), ("Deliver by", order.promised), ("Currency", order.currency)]
    shown = [(name, text) for name, text in facts if text]
    rows = [(_text(name, "small"), _text(text, "fact")) for name, text in shown]
    heights = [_height([fact], width - 76) + 4 for _, fact in rows]
    page.panel(x, top + 4, width, sum(heights) + 8, MIST)
    y = top - 1
    for (name, fact), height in zip(rows, heights, strict=True):
        page.box([name], x + 8, y, 60)
        page.box([fact], x + 68, y, width - 76)
        y -= height
    return y - 3


def _running_head(page: _Page, order: OrderDocument) -> float:
    """What every further page begins with."""
    told = _text(f"Purchase order {order.po} to {order.supplier}", "running")
    y = page.box([told], MARGIN, page.top, page.inner) - 4
    page.rule(y, NAVY, 1.0)
    return y - GAP


def _total(order: OrderDocument) -> Box:
    """The money of all lines, and how many of them have no price yet."""
    told = [_text(f"Total {order.currency} {order.total}", "total")]
    if order.unpriced:
        told.append(_text(f"without {counted(order.unpriced, 'line')} still to be priced", "foot right"))
    return told


def _footer(page: _Page, order: OrderDocument, number: int, pages: int) -> None:
    page.rule(MARGIN - 8, LINE, 0.5)
    who = " · ".join(part for part in (order.buyer.name, order.po) if part)
    page.box([_clipped(who)], MARGIN, MARGIN - 12, page.inner * 0.75)
    page.box([_text(f"Page {number} of {pages}", "foot right")], MARGIN, MARGIN - 12, page.inner)


def _clipped(text: str) -> Paragraph:
    return _text(text if len(text) <= 60 else f"{text[:60]}…", "foot")
