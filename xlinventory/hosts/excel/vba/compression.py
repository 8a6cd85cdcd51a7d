"""Source text and records as a VBA project stores them: chunks of tokens (MS-OVBA 2.4.1)."""

CHUNK = 4096
SIGNATURE = b"\x01"
COMPRESSED_CHUNK = 0b1011 << 12
RAW_CHUNK_HEADER = (0b0011 << 12) | (CHUNK - 1)
SHORTEST_COPY = 3
COPY_TOKEN_SIZE = 2
TOKENS_PER_FLAG_BYTE = 8


def compress(data: bytes) -> bytes:
    """The bytes as a compressed container: every token as long a repetition as there is.

    Raises ValueError for an end of fewer than 4096 bytes that does not get shorter: only a full chunk can be
    stored raw, and filling it up would add zeros to the text.

    Source: MS-OVBA 2.4.1.3.6, Compression Algorithm; the example is 3.2.3.

    >>> compress(b"a" * 73).hex(" ")
    '01 03 b0 02 61 45 00'
    """
    return SIGNATURE + b"".join(_chunk(data[start : start + CHUNK]) for start in range(0, len(data), CHUNK))


def _chunk(data: bytes) -> bytes:
    """One chunk: compressed, or as it is when compression does not make it fit."""
    tokens = _token_sequences(data)
    if len(tokens) <= CHUNK:
        return (COMPRESSED_CHUNK | (len(tokens) - 1)).to_bytes(2, "little") + tokens
    if len(data) < CHUNK:
        raise ValueError(f"the last {len(data)} bytes cannot be compressed into one chunk of {CHUNK}")
    return RAW_CHUNK_HEADER.to_bytes(2, "little") + data


def _token_sequences(data: bytes) -> bytes:
    """Groups of up to eight tokens, each behind a byte that says which of them are copies."""
    result = bytearray()
    current = 0
    while current < len(data):
        flags, group = 0, bytearray()
        for bit in range(TOKENS_PER_FLAG_BYTE):
            token, length = _token(data, current)
            flags |= (len(token) == COPY_TOKEN_SIZE) << bit
            group += token
            current += length
        result.append(flags)
        result += group
    return bytes(result)


def _token(data: bytes, current: int) -> tuple[bytes, int]:
    """The next byte itself, or two bytes "the same as so far ago"; and how many bytes that stands for.

    The further into the chunk, the more bits the distance needs and the fewer are left for the length.
    """
    length_bits = 16 - max((current - 1).bit_length(), 4)
    longest = (1 << length_bits) - 1 + SHORTEST_COPY
    distance, length = _repetition(data, current, longest)
    if length < SHORTEST_COPY:
        return data[current : current + 1], 1
    token = (distance - 1) << length_bits | (length - SHORTEST_COPY)
    return token.to_bytes(COPY_TOKEN_SIZE, "little"), length


def _repetition(data: bytes, current: int, longest: int) -> tuple[int, int]:
    """How far back the longest text that comes again starts, the nearest of equals, and its length."""
    start, length = current, SHORTEST_COPY - 1
    while length < min(longest, len(data) - current):
        longer = data.rfind(data[current : current + length + 1], 0, current + length)
        if longer < 0:
            break
        start, length = longer, length + 1
    return current - start, length
