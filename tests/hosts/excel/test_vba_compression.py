"""Compression against the examples of MS-OVBA 3.2, and read back by oletools."""

import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.hosts.excel.vba.compression import compress

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by names that are going away
    from oletools.olevba import decompress_stream

# MS-OVBA 3.2.1, 3.2.2 and 3.2.3: text, and the bytes it has to become.
PUBLISHED = {
    "no compression": (
        b"abcdefghijklmnopqrstuv.",
        "01 19 B0 00 61 62 63 64 65 66 67 68 00 69 6A 6B 6C 6D 6E 6F 70 00 71 72 73 74 75 76 2E",
    ),
    "normal": (
        b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa",
        """01 2F B0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6A 01 38 08 61 6B 6C 00 20
        6D 6E 6F 70 06 71 02 70 04 00 72 73 74 75 76 10 77 78 79 7A 00 2C""",
    ),
    "maximum": (b"a" * 73, "01 03 B0 02 61 45 00"),
}
CHUNK = 4096
CP1252 = st.characters(codec="cp1252")
INCOMPRESSIBLE = random.Random(1).randbytes(3 * CHUNK)


@pytest.mark.parametrize(("text", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_published_examples_come_out_byte_for_byte(text: bytes, expected: str) -> None:
    assert compress(text) == bytes.fromhex(expected)


def test_nothing_is_a_signature_alone() -> None:
    assert compress(b"") == b"\x01"


@given(st.text(CP1252, max_size=3000))
def test_any_text_comes_back(text: str) -> None:
    assert decompress_stream(compress(text.encode("cp1252"))) == text.encode("cp1252")


@given(
    st.lists(st.text(CP1252, max_size=40), min_size=1, max_size=6), st.integers(1, 4000), st.integers(0, 9)
)
def test_texts_of_several_chunks_come_back(words: list[str], copies: int, shift: int) -> None:
    text = ("#" * shift + "\r\n".join(words) * copies).encode("cp1252")[: 5 * CHUNK]
    assert decompress_stream(compress(text)) == text


# Where the offset of a copy takes one more bit (MS-OVBA 2.4.1.3.19.1) and where a chunk ends.
@pytest.mark.parametrize("edge", [16, 32, 64, 128, 256, 512, 1024, 2048, CHUNK, 2 * CHUNK])
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_repetitions_at_the_edges_come_back(edge: int, shift: int) -> None:
    unique = INCOMPRESSIBLE[: min(edge + shift, CHUNK // 2)]
    text = (unique * 4)[: edge + shift] + unique[:9] + b"a" * CHUNK
    assert decompress_stream(compress(text)) == text


def test_a_full_chunk_that_does_not_get_shorter_is_stored_as_it_is() -> None:
    text = INCOMPRESSIBLE[:CHUNK] + b"' the end\r\n"
    raw_header = b"\xff\x3f"  # MS-OVBA 2.4.1.3.10: raw chunks have size 4096 and flag 0
    assert compress(text)[: 3 + CHUNK] == b"\x01" + raw_header + INCOMPRESSIBLE[:CHUNK]
    assert decompress_stream(compress(text)) == text


def test_an_end_that_does_not_get_shorter_is_refused_and_not_filled_with_zeros() -> None:
    with pytest.raises(ValueError, match="last 4000 bytes"):
        compress(INCOMPRESSIBLE[: CHUNK + 4000])
