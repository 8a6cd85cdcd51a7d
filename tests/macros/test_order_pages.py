"""The PDF of an order, read again by another program (pypdf): what stands on it, and what never does."""

import io
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from xlinventory.macros.frame import run_macro
from xlinventory.macros.order_document import OrderDocument, buyer_of, order_document
from xlinventory.macros.order_files import in_cents
from xlinventory.macros.printing import letters
from xlinventory.macros.printing.pages import not_printed, order_pdf

TODAY = 40886.0  # 9 December 2011
SHOP = {
    "company": "The Gift Cellar Ltd", "company_address": "12 Market Street; Bath BA1 1AB",
    "company_contact": "orders@giftcellar.example", "delivery_address": "Unit 7\nRiverside Park",
    "order_note": "Please confirm.", "paper": "A4",
}  # fmt: skip
BARE = dict.fromkeys(SHOP) | {"paper": "letter"}


def document(*names: str, shop: dict[str, Any] = SHOP, **changes: Any) -> OrderDocument:
    """84 of each item at 3.20, promised for two weeks from today."""
    rows = pd.DataFrame(
        {
            "po": "PO-1", "supplier": "Acme & Sons", "order_date": TODAY, "promised_date": TODAY + 14,
            "sku": [f"S{i}" for i in range(len(names))], "name": names, "supplier_sku": "ACM-9",
            "quantity": 84.0, "unit_price": 3.2, "value": 268.8,
        }
        | changes
    )  # fmt: skip
    return order_document(rows, {"email": "sales@acme.example"}, "EUR", buyer_of(shop))


def pages(order: OrderDocument) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(order_pdf(order))).pages]


def test_what_stands_on_an_order() -> None:
    (text,) = pages(document("Anvil, 2 kg", "Kettle"))
    for told in (
        "The Gift Cellar Ltd", "12 Market Street", "Bath BA1 1AB", "orders@giftcellar.example",
        "PURCHASE ORDER", "PO-1", "Acme & Sons", "sales@acme.example", "Unit 7", "Riverside Park",
        "9 December 2011", "23 December 2011", "EUR", "ACM-9 S0 Anvil, 2 kg 84 3.20 268.80",
        "Total EUR 537.60", "Please confirm.", "Page 1 of 1",
    ):  # fmt: skip
        assert told in text


def test_what_the_shop_has_not_filled_in_is_left_out() -> None:
    order = document("Anvil", shop=BARE, supplier_sku="", promised_date=float("nan"))
    (text,) = pages(order)
    for heading in ("DELIVER TO", "Deliver by", "Your number", "None"):
        assert heading not in text
    box = PdfReader(io.BytesIO(order_pdf(order))).pages[0].mediabox
    assert (box.width, box.height) == (612, 792)  # US letter: 8.5 by 11 inches


def test_without_an_own_place_deliveries_go_to_the_shop() -> None:
    (text,) = pages(document("Anvil", shop=SHOP | {"delivery_address": None}))
    assert "DELIVER TO The Gift Cellar Ltd 12 Market Street" in text
    (text,) = pages(document("Anvil", shop=SHOP | {"delivery_address": None, "company_address": None}))
    assert "DELIVER TO" not in text


def test_a_long_order_has_its_headings_on_every_page_and_all_its_lines_in_order() -> None:
    found = pages(document(*(f"Item number {i} of many" for i in range(90))))
    assert len(found) == 3
    for number, text in enumerate(found, 1):
        assert "Our number Item Quantity Unit price Value" in text
        assert f"Page {number} of 3" in text
    joined = " ".join(found)
    places = [joined.index(f"Item number {i} of many") for i in range(90)]
    assert places == sorted(places)
    assert "Total EUR" not in " ".join(found[:-1])
    assert "Total EUR 24,192.00" in found[-1]  # 90 x 84 x 3.20


def test_a_note_that_has_no_room_goes_on_a_page_of_its_own() -> None:
    note = "\n".join(f"Term {i}" for i in range(12))
    for lines in range(20, 32):
        found = pages(document(*["Anvil"] * lines, shop=SHOP | {"order_note": note}))
        assert all(f"Term {i}" in found[-1] for i in range(12))
        if len(found) == 2 and "Our number" not in found[1]:
            assert "Total EUR" in found[0]
            return
    pytest.fail("the note always found room")


def test_the_same_order_is_the_same_file_and_another_is_not() -> None:
    assert order_pdf(document("Anvil")) == order_pdf(document("Anvil"))
    assert order_pdf(document("Anvil")) != order_pdf(document("Anvils"))


def test_lines_of_several_days_say_theirs() -> None:
    (text,) = pages(document("Anvil", "Kettle", promised_date=[TODAY + 14, TODAY + 30]))
    assert "Deliver by see lines" in text
    assert "Anvil (deliver by 23 December 2011)" in text
    assert "Kettle (deliver by 8 January 2012)" in text


def test_a_line_without_a_price_is_left_to_agree() -> None:
    nothing = float("nan")
    (text,) = pages(document("Anvil", "Kettle", unit_price=[3.2, nothing], value=[268.8, nothing]))
    assert "Kettle 84 to agree" in text
    assert "Total EUR 268.80 without 1 line still to be priced" in text


@pytest.mark.parametrize(
    ("units", "price", "cents"),
    [(2.5, 19.99, 49.98), (1.0, 1.005, 1.01), (3.0, 0.1, 0.3), (84.0, 3.2, 268.8)],
)
def test_half_a_cent_goes_up(units: float, price: float, cents: float) -> None:
    """By hand: 49.975 and 1.005 are halves, which floating point holds a little below."""
    assert in_cents(units, price) == cents


EVIL = (
    '<b>bold</b> & <img src="file:///etc/passwd"/>', '<a href="https://example.org">x</a>', "&lt;&#65;",
    "<para>", "(Hi) Tj ET", "=cmd|' /C calc'!A0",
)  # fmt: skip


def test_text_is_never_markup_a_link_or_a_picture() -> None:
    order = document(*EVIL)
    content = order_pdf(replace(order, supplier=EVIL[0], po=EVIL[1], email=EVIL[0]))
    reader = PdfReader(io.BytesIO(content))
    text = " ".join(reader.pages[0].extract_text().split())
    for evil in EVIL:
        assert "".join(evil.split()) in "".join(text.split())
    for key in ("/Annots", "/AA"):
        assert key not in reader.pages[0]
    assert not reader.pages[0]["/Resources"].get("/XObject")
    for word in (b"/URI", b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"/Launch"):
        assert word not in content


def test_every_font_is_in_the_file() -> None:
    page = PdfReader(io.BytesIO(order_pdf(document("Anvil ≤ 5", "Κούπα", "Кружка")))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) >= 2
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize(
    "name",
    [
        "Crème brûlée Größe ŠĐŽ łódź İğ",
        "Κούπα με καπάκι",
        "Кружка с крышкой, їжак",
        "Đồng hồ",
        "€ £ ₴ № ½ ×",
        "≤ 5 ∞",
    ],
)
def test_latin_greek_and_cyrillic_letters_are_printed_everywhere(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on a computer that has no font at all."""
    monkeypatch.setattr(letters, "PLACES", letters.PLACES[:1])
    order = document(name)
    assert name in pages(order)[0]
    assert not_printed(order) == ""


def test_signs_without_letters_are_gaps_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hebrew is not printed even where a font has its letters: they would stand the wrong way round."""
    monkeypatch.setattr(letters, "PLACES", ("/nowhere/font.ttf", __file__))
    order = document("ספל blue", "杯")
    assert not_printed(order) == "ספל杯"
    assert "��� blue" in pages(order)[0]
    monkeypatch.undo()
    assert not_printed(document("ספל चाय")) == "ספלचाय"


def test_a_sign_that_only_another_font_has_is_printed_in_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noto Sans has no ∑; Vera, which comes with reportlab, has."""
    monkeypatch.setattr(letters, "PLACES", ())
    assert not_printed(document("∑")) == "∑"
    monkeypatch.undo()
    assert "x ∑ y" in pages(document("x ∑ y"))[0]


def test_signs_that_steer_are_not_taken_over() -> None:
    """U+202E turns what follows round: "gpj.exe" would read as "exe.jpg"."""
    assert "gpj.exe" in pages(document("\u202egpj.exe\u0000\u200b"))[0]


TEXT = st.text(max_size=60) | st.text(alphabet="W<>&\n \u0301אあ", min_size=300, max_size=400)


@settings(max_examples=8, deadline=None)
@given(name=TEXT, po=TEXT, note=TEXT, rows=st.integers(1, 4))
def test_any_text_makes_an_order_of_whole_pages(name: str, po: str, note: str, rows: int) -> None:
    order = document(*[name] * rows, shop=dict.fromkeys(SHOP, note) | {"paper": "letter"}, sku=po)
    found = PdfReader(io.BytesIO(order_pdf(replace(order, po=po, supplier=name, email=note))))
    last = len(found.pages)
    assert f"Page {last} of {last}" in " ".join(found.pages[-1].extract_text().split())


def test_export_prints_with_the_settings_of_the_shop(make_book, tmp_path) -> None:
    line = {
        "po": "PO-1",
        "supplier": "Acme",
        "sku": "A",
        "order_date": TODAY,
        "quantity": 84.0,
        "unit_price": 3.2,
    }
    suppliers = [{"supplier": "Acme", "email": "sales@acme.example", "currency": "USD"}]
    made = make_book(SHOP, PurchaseOrders=[line], Suppliers=suppliers, Items=[{"sku": "A", "name": "ספל"}])
    outcome = run_macro(made, "export", folder=str(tmp_path))
    text = PdfReader(tmp_path / "PO-1.pdf").pages[0].extract_text()
    assert "The Gift Cellar Ltd" in text
    assert "Total USD 268.80" in text
    assert outcome.sentence == f"Wrote 1 order for 268.80 USD to {tmp_path}."
    assert outcome.findings == (
        "PO-1.csv, PO-1.pdf: Acme, 1 line, 268.80 USD, for sales@acme.example",
        "PO-1.pdf: no letters here for ספל, printed as �; the CSV file has them",
    )
    changed = made.read_table("Settings")
    changed.loc[changed["setting"] == "company", "value"] = "New Name"
    made.write_table("Settings", changed)
    assert run_macro(made, "export", folder=str(tmp_path)).findings[0].startswith("PO-1.pdf: Acme")
