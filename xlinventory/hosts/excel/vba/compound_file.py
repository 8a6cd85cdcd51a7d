"""Files within a file: the container of a VBA project (MS-CFB version 3, sectors of 512 bytes)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Storage: TypeAlias = Mapping[str, "bytes | Storage"]

SECTOR, MINI_SECTOR = 512, 64
MINI_STREAM_LIMIT = 4096
NUMBERS_PER_SECTOR = SECTOR // 4
FAT_SECTORS_IN_HEADER = 109
LONGEST_NAME = 31
FORBIDDEN_IN_NAMES = set("/\\:!")

FREE, END_OF_CHAIN, FAT_SECTOR, NO_ENTRY = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1
UNUSED_ENTRY = struct.pack("<68x3I48x", NO_ENTRY, NO_ENTRY, NO_ENTRY)


@dataclass
class _Entry:
    """A directory entry while the file is being laid out."""

    name: str
    type: int
    data: bytes = b""
    colour: int = BLACK
    left: int = NO_ENTRY
    right: int = NO_ENTRY
    child: int = NO_ENTRY
    start: int = END_OF_CHAIN

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBB3I36xIQ",
            name, len(name) + 2, self.type, self.colour,
            self.left, self.right, self.child, self.start, len(self.data),
        )  # fmt: skip


def compound_file(storage: Storage) -> bytes:
    """The streams and storages as one compound file, the same bytes for the same content.

    Raises ValueError for names the format does not allow and for more than about 7 MB.

    Source: MS-CFB 2.2 to 2.6.
    """
    entries = _directory(storage)
    fat: list[int] = []
    small_chains, small = _small_streams(entries[1:])
    entries[0].data = small
    body = bytearray()
    for entry in (*entries[1:], entries[0]):
        if entry.type == ROOT or len(entry.data) >= MINI_STREAM_LIMIT:
            entry.start = _append(fat, body, entry.data)
    first_small_chain = _append(fat, body, _numbers(small_chains))
    packed = b"".join(entry.packed() for entry in entries)
    first_directory = _append(fat, body, _filled(packed, SECTOR, UNUSED_ENTRY))
    first_fat = len(fat)
    fat_sectors = _close(fat)
    header = _header(
        range(first_fat, first_fat + fat_sectors),
        first_directory,
        first_small_chain,
        -(-len(small_chains) // NUMBERS_PER_SECTOR),
    )
    return header + bytes(body) + _numbers(fat)


def _directory(storage: Storage) -> list[_Entry]:
    """All entries, the root first, each storage's content as a balanced tree under it."""
    entries = [_Entry("Root Entry", ROOT)]
    _add_content(entries, entries[0], storage)
    return entries


def _add_content(entries: list[_Entry], parent: _Entry, storage: Storage) -> None:
    """Append what a storage holds and hang it under its entry."""
    _refuse_bad_names(storage)
    first, names = len(entries), sorted(storage, key=_sibling_order)
    for name in names:
        content = storage[name]
        entries.append(_Entry(name, STREAM, content) if isinstance(content, bytes) else _storage(name))
    # A tree halved at every step has all levels full but the last: full levels black, the last one red
    # gives every path the same number of black entries and never two red ones in a row.
    full_levels = (len(names) + 1).bit_length() - 1
    parent.child = _planted(entries, first, len(entries), full_levels)
    for entry in entries[first : first + len(names)]:
        content = storage[entry.name]
        if not isinstance(content, bytes):
            _add_content(entries, entry, content)


def _storage(name: str) -> _Entry:
    """An entry without data of its own; its place is 0, not the end mark (MS-CFB 2.6.1)."""
    return _Entry(name, STORAGE, start=0)


def _planted(entries: list[_Entry], low: int, high: int, black_levels: int) -> int:
    """The middle one of some sorted siblings, after linking the rest to its left and right."""
    if low == high:
        return NO_ENTRY
    middle = (low + high) // 2
    entry = entries[middle]
    entry.colour = BLACK if black_levels > 0 else RED
    entry.left = _planted(entries, low, middle, black_levels - 1)
    entry.right = _planted(entries, middle + 1, high, black_levels - 1)
    return middle


def _sibling_order(name: str) -> tuple[int, bytes]:
    """Shorter names first, then by upper case, code unit by code unit (MS-CFB 2.6.4)."""
    upper = "".join(_upper(character) for character in name)
    return len(name.encode("utf-16-le")), upper.encode("utf-16-be")


def _upper(character: str) -> str:
    """Simple case conversion: a letter whose upper case is two letters stays."""
    upper = character.upper()
    return upper if len(upper) == 1 else character


def _refuse_bad_names(storage: Storage) -> None:
    """Raise ValueError for a name that is too long, has forbidden characters, or comes twice."""
    seen: set[tuple[int, bytes]] = set()
    for name in storage:
        order = _sibling_order(name)
        if not name or order[0] > 2 * LONGEST_NAME or FORBIDDEN_IN_NAMES & set(name) or order in seen:
            raise ValueError(f"a compound file cannot hold the name {name!r}")
        seen.add(order)


def _small_streams(entries: list[_Entry]) -> tuple[list[int], bytes]:
    """Streams below 4096 bytes share one stream of 64-byte sectors: their chains, and that stream."""
    chains: list[int] = []
    stream = bytearray()
    for entry in entries:
        if 0 < len(entry.data) < MINI_STREAM_LIMIT:
            entry.start = len(chains)
            _extend_chains(chains, -(-len(entry.data) // MINI_SECTOR))
            stream += _filled(entry.data, MINI_SECTOR)
    return chains, bytes(stream)


def _append(fat: list[int], body: bytearray, data: bytes) -> int:
    """Put data into the next sectors; the first one's number, or the end mark when there is no data."""
    if not data:
        return END_OF_CHAIN
    start = len(fat)
    _extend_chains(fat, -(-len(data) // SECTOR))
    body += _filled(data, SECTOR)
    return start


def _extend_chains(chains: list[int], count: int) -> None:
    """Add a chain of consecutive sectors."""
    start = len(chains)
    chains += [*range(start + 1, start + count), END_OF_CHAIN]


def _close(fat: list[int]) -> int:
    """Add the sectors of the allocation table itself to the table; how many they are."""
    sectors = 1
    while len(fat) + sectors > sectors * NUMBERS_PER_SECTOR:
        sectors += 1
    if sectors > FAT_SECTORS_IN_HEADER:
        raise ValueError(f"{len(fat) * SECTOR:,} bytes are too many for a VBA project of this writer")
    fat += [FAT_SECTOR] * sectors
    return sectors


def _numbers(numbers: list[int]) -> bytes:
    """Sector numbers as whole sectors, the rest marked free."""
    return _filled(struct.pack(f"<{len(numbers)}I", *numbers), SECTOR, struct.pack("<I", FREE))


def _filled(data: bytes, size: int, filling: bytes = b"\0") -> bytes:
    """Data up to the next multiple of a size."""
    return data + filling * (-len(data) % size // len(filling))


def _header(
    fat_sectors: range, first_directory: int, first_small_chain: int, small_chain_sectors: int
) -> bytes:
    """The first 512 bytes (MS-CFB 2.2)."""
    places = [*fat_sectors] + [FREE] * (FAT_SECTORS_IN_HEADER - len(fat_sectors))
    return struct.pack(
        "<8s16x5H6x9I109I",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        0x003E, 3, 0xFFFE, SECTOR.bit_length() - 1, MINI_SECTOR.bit_length() - 1,
        0, len(fat_sectors), first_directory, 0, MINI_STREAM_LIMIT,
        first_small_chain, small_chain_sectors, END_OF_CHAIN, 0,
        *places,
    )  # fmt: skip
