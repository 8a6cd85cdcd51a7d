"""The container: two readers without a complaint, and trees by the laws of MS-CFB 2.6.4."""

import io
import struct
import warnings

import olefile
import pytest
from compoundfiles import CompoundFileEmulationWarning, CompoundFileReader
from hypothesis import given
from hypothesis import strategies as st

from xlinventory.hosts.excel.vba.compound_file import compound_file

MINI_STREAM_LIMIT = 4096
NO_ENTRY = 0xFFFFFFFF
BLACK = 1
NAMES = st.text(st.characters(codec="cp1252", exclude_characters="/\\:!\0"), min_size=1, max_size=31)
SIZES = st.sampled_from([0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 9000])


def opened(data: bytes) -> olefile.OleFileIO:
    """The file as olefile sees it; every defect it knows is an error."""
    return olefile.OleFileIO(data, raise_defects=olefile.DEFECT_UNSURE)


def streams_by_compoundfiles(data: bytes) -> dict[str, bytes]:
    """Streams of the first level as compoundfiles sees them; a warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", CompoundFileEmulationWarning)  # that the file is in memory
        with CompoundFileReader(io.BytesIO(data)) as reader:
            return {entry.name: reader.open(entry).read() if entry.size else b"" for entry in reader.root}


def content(name: str, size: int) -> bytes:
    return (name.encode("cp1252") * size)[:size]


@given(
    st.dictionaries(NAMES, SIZES, min_size=1, max_size=40).filter(
        lambda d: len({n.upper() for n in d}) == len(d)
    )
)
def test_two_readers_find_every_stream(sizes: dict[str, int]) -> None:
    expected = {name: content(name, size) for name, size in sizes.items()}
    data = compound_file(expected)
    ole = opened(data)
    assert ole.parsing_issues == []
    assert {path[0]: ole.openstream(path).read() for path in ole.listdir()} == expected
    assert streams_by_compoundfiles(data) == expected


def test_storages_within_storages_are_found() -> None:
    ole = opened(compound_file({"a": {"b": {"c": b"inner"}, "d": b""}, "e": b"outer"}))
    assert sorted(map(tuple, ole.listdir())) == [("a", "b", "c"), ("a", "d"), ("e",)]
    assert ole.openstream("a/b/c").read() == b"inner"


def sibling_order(name: str) -> tuple[int, list[int]]:
    """MS-CFB 2.6.4: the shorter name first, then code unit by code unit in upper case."""
    upper = [c.upper() if len(c.upper()) == 1 else c for c in name]
    return len(name), [ord(c) for c in upper]


Entries = list[olefile.olefile.OleDirectoryEntry]


def in_order(entries: Entries, index: int) -> list[str]:
    """Names from left to right."""
    if index == NO_ENTRY:
        return []
    entry = entries[index]
    return [*in_order(entries, entry.sid_left), entry.name, *in_order(entries, entry.sid_right)]


def black_heights(entries: Entries, index: int) -> set[int]:
    """Black entries on every path from here down to nothing."""
    if index == NO_ENTRY:
        return {0}
    entry = entries[index]
    below = black_heights(entries, entry.sid_left) | black_heights(entries, entry.sid_right)
    return {height + (entry.color == BLACK) for height in below}


def red_pairs(entries: Entries) -> list[str]:
    """Red entries with a red child."""
    return [
        entry.name
        for entry in entries
        if entry.color != BLACK
        and any(s != NO_ENTRY and entries[s].color != BLACK for s in (entry.sid_left, entry.sid_right))
    ]


@given(st.sets(NAMES, max_size=120).filter(lambda names: len({n.upper() for n in names}) == len(names)))
def test_siblings_are_a_sorted_red_black_tree(names: set[str]) -> None:
    entries = [e for e in opened(compound_file(dict.fromkeys(names, b"x"))).direntries if e is not None]
    top = entries[0].sid_child
    assert in_order(entries, top) == sorted(names, key=sibling_order)
    assert len(black_heights(entries, top)) == 1
    assert red_pairs(entries) == []
    assert not names or entries[top].color == BLACK


@pytest.mark.parametrize("count", range(1, 70))
def test_a_tree_is_as_low_as_it_can_be(count: int) -> None:
    entries = opened(compound_file({f"s{n}": b"" for n in range(count)})).direntries

    def height(index: int) -> int:
        return (
            0
            if index == NO_ENTRY
            else 1 + max(map(height, (entries[index].sid_left, entries[index].sid_right)))
        )

    assert height(entries[0].sid_child) == count.bit_length()


@pytest.mark.parametrize("size", [0, 1, 4095, 4096])
def test_small_streams_go_where_the_specification_puts_them(size: int) -> None:
    # MS-CFB 2.3: streams below the cutoff of 4096 bytes live in the mini stream, which the root entry holds.
    ole = opened(compound_file({"s": bytes(size)}))
    assert ole.minisectorcutoff == MINI_STREAM_LIMIT
    assert ole.root.size == (-(-size // 64) * 64 if size < MINI_STREAM_LIMIT else 0)


def test_the_header_is_version_3_with_sectors_of_512_bytes() -> None:
    data = compound_file({"s": b"x"})
    # MS-CFB 2.2: signature; versions, byte order, sector shifts; no count of directory sectors in version 3.
    assert data[:8].hex() == "d0cf11e0a1b11ae1"
    assert struct.unpack_from("<5H", data, 24) == (0x3E, 3, 0xFFFE, 9, 6)
    assert struct.unpack_from("<I", data, 40) == (0,)
    assert len(data) % 512 == 0


def test_the_largest_table_in_the_header_is_read_and_a_larger_one_refused() -> None:
    # 109 sectors of 128 numbers hold 13952 sectors; one is the directory's, 109 are the table's own.
    largest = bytes(512 * (109 * 128 - 109 - 1))
    assert opened(compound_file({"s": largest})).get_size("s") == len(largest)
    with pytest.raises(ValueError, match="too many"):
        compound_file({"s": largest + b"x"})


@pytest.mark.parametrize("names", [["a/b"], ["a:b"], ["a\\b"], ["a!b"], [""], ["x" * 32], ["Dir", "dIR"]])
def test_names_that_the_format_does_not_allow_are_refused(names: list[str]) -> None:
    with pytest.raises(ValueError, match="cannot hold the name"):
        compound_file(dict.fromkeys(names, b""))
