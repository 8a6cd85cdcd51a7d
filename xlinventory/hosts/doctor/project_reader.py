"""Texts of the modules of a VBA project, whoever wrote it: this package, Excel, or Excel after this package.

Just enough of MS-CFB to put a stream's sectors in order, and of MS-OVBA to unpack a module's source. Nothing
in a project is run.
"""

import struct
from collections.abc import Iterator
from struct import unpack_from

SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
END_OF_CHAIN = 0xFFFFFFFA
"""Sector numbers from here on are marks: free, end of chain, table."""
STREAM, ROOT = 2, 5
FIRST_LINE = b"\x00Attribut"
"""Every module's source begins with "Attribute", packed as eight letters as they are and then the rest."""
CHUNK_HEADER, CHUNK = 2, 4096


class UnreadableProject(Exception):
    """The bytes are no VBA project, or a damaged one."""


def module_texts(project: bytes) -> list[str]:
    """The source of every module of a vbaProject.bin; raises UnreadableProject."""
    try:
        return [_source(stream) for stream in _streams(project) if FIRST_LINE in stream]
    except (IndexError, ValueError, OverflowError, struct.error) as error:
        raise UnreadableProject("the VBA project is damaged") from error


def _source(stream: bytes) -> str:
    """What is behind the cache that Excel puts before a module's source."""
    start = stream.index(FIRST_LINE) - CHUNK_HEADER
    return decompress(stream[start:]).decode("cp1252", "replace")


def decompress(chunks: bytes) -> bytes:
    """The bytes of a compressed container without its signature byte (MS-OVBA 2.4.1.3.1).

    The example is that of MS-OVBA 3.2.3.

    >>> decompress(bytes.fromhex("03 b0 02 61 45 00")) == b"a" * 73
    True
    """
    result = bytearray()
    position = 0
    while position + CHUNK_HEADER <= len(chunks):
        header = int.from_bytes(chunks[position : position + CHUNK_HEADER], "little")
        end = position + (header & 0xFFF) + 3
        if header & 0x7000 != 0x3000:
            break
        body = chunks[position + CHUNK_HEADER : end]
        result += _unpacked(body) if header & 0x8000 else body[:CHUNK]
        position = end
    return bytes(result)


def _unpacked(body: bytes) -> bytes:
    """One compressed chunk: groups of eight tokens behind a byte that says which of them are copies."""
    result = bytearray()
    position = 0
    while position < len(body):
        flags, position = body[position], position + 1
        for bit in range(8):
            if position >= len(body):
                break
            if not flags >> bit & 1:
                result.append(body[position])
                position += 1
                continue
            token = int.from_bytes(body[position : position + 2], "little")
            position += 2
            length_bits = 16 - max((len(result) - 1).bit_length(), 4)
            distance = (token >> length_bits) + 1
            if distance > len(result):
                raise ValueError("a copy from before the start")
            for _ in range((token & (1 << length_bits) - 1) + 3):
                result.append(result[-distance])
    return bytes(result)


def _streams(project: bytes) -> Iterator[bytes]:
    """All streams of a compound file, from the sectors and from the small ones inside the root's stream."""
    if project[:8] != SIGNATURE:
        raise UnreadableProject("the part is no VBA project")
    size = 1 << unpack_from("<H", project, 30)[0]
    table = _sector_table(project, size)
    directory = _chain(project, table, unpack_from("<I", project, 48)[0], size)
    small_table = _numbers(_chain(project, table, unpack_from("<I", project, 60)[0], size))
    small, small_size = b"", 1 << unpack_from("<H", project, 32)[0]
    limit = unpack_from("<I", project, 56)[0]
    for entry in range(0, len(directory), 128):
        kind = directory[entry + 66] if entry + 128 <= len(directory) else 0
        start, length = unpack_from("<II", directory, entry + 116) if kind in {STREAM, ROOT} else (0, 0)
        if kind == ROOT:
            small = _chain(project, table, start, size)
        elif kind == STREAM and length >= limit:
            yield _chain(project, table, start, size)[:length]
        elif kind == STREAM:
            yield _chain(small, small_table, start, small_size, first=0)[:length]


def _sector_table(project: bytes, size: int) -> list[int]:
    """Which sector follows which; where the table itself is, the header says and, if it is long, a chain."""
    places = list(unpack_from("<109I", project, 76))
    following, count = unpack_from("<II", project, 68)
    for _ in range(count):
        block = _numbers(_sector(project, following, size))
        places, following = places + block[:-1], block[-1]
    return [
        number
        for place in places
        if place < END_OF_CHAIN
        for number in _numbers(_sector(project, place, size))
    ]


def _chain(data: bytes, table: list[int], start: int, size: int, first: int = 1) -> bytes:
    """The sectors from *start* on, one after the other; sector 0 lies behind *first* sectors of header."""
    found = []
    while start < END_OF_CHAIN:
        if len(found) > len(table):
            raise ValueError("a chain that has no end")
        found.append(_sector(data, start, size, first))
        start = table[start]
    return b"".join(found)


def _sector(data: bytes, number: int, size: int, first: int = 1) -> bytes:
    return data[(number + first) * size : (number + first + 1) * size]


def _numbers(data: bytes) -> list[int]:
    return list(unpack_from(f"<{len(data) // 4}I", data))
