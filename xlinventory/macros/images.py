"""Before-images of tables: what undo puts back. Kept in the workbook itself, compressed, as text cells.

Most runs replace a table or add rows at its end. An image is therefore either all rows, or, when the
old rows are the beginning of the new ones, just how many there were.
"""

import base64
import decimal
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xlinventory.core.errors import CellError
from xlinventory.sheets import TABLES
from xlinventory.workbook import WorkbookError

PART = 30_000
"""Characters in one cell; a spreadsheet takes 32,767."""
RUNS_KEPT = 10
LARGEST_IMAGE = 3_000 * PART


_FIFTEEN = decimal.Context(prec=15, rounding=decimal.ROUND_HALF_UP)
_EXACT = 16
"""Characters of a decimal that cannot hold more than fifteen digits beside the point."""
_ROOMY = decimal.Context(prec=30, rounding=decimal.ROUND_HALF_UP)
_TWENTIETH = decimal.Decimal("1e-20")
_TOLD_APART = {float, str, type(None)}
"""Types of which no two cells are alike: 1.0, 1 and True would be."""
_TINY = 1e-5
"""Smaller numbers may have fifteen digits beyond the twentieth decimal, where an .ods file ends."""


def remember(
    undo: pd.DataFrame, run: float, before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Rows of the _undo table with the images of a new run; the oldest runs are dropped."""
    kept = sorted({float(n) for n in undo["run"] if isinstance(n, float)})[-(RUNS_KEPT - 1) :]
    rows = [row for row in undo.to_dict("records") if row["run"] in kept]
    for table, cells in before.items():
        text = _packed(_image(cells, after[table], _ours(table, after[table])))
        if len(text) > LARGEST_IMAGE:
            raise WorkbookError(f"{table} is too large to be kept for undo; nothing was changed")
        parts = [text[start : start + PART] for start in range(0, len(text), PART)]
        rows += [
            {"run": run, "table": table, "part": float(i), "image": part} for i, part in enumerate(parts)
        ]
    return pd.DataFrame(rows, columns=undo.columns, dtype=object)


def recall(undo: pd.DataFrame, run: float, current: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables as they were before *run*; raises WorkbookError if one was changed since."""
    mine = undo[undo["run"] == run].sort_values(["table", "part"])
    restored = {}
    for table, parts in mine.groupby("table"):
        image = _unpacked("".join(str(part) for part in parts["image"]))
        now = current[str(table)]
        if fingerprint(now[[c for c in image["after_columns"] if c in now]]) != image["after"]:
            raise WorkbookError(
                f"{table} was changed by hand after that run, so undo would lose it; nothing was changed"
            )
        if "rows" in image:
            restored[str(table)] = now[image["columns"]].iloc[: image["rows"]].reset_index(drop=True)
        else:
            cells = [[_from_json(cell) for cell in row] for row in image["cells"]]
            restored[str(table)] = pd.DataFrame(cells, columns=image["columns"], dtype=object)
    return restored


def same_cells(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames of equal shape hold the same cells; blanks are alike."""
    left, right = one.to_numpy(dtype=object), other.to_numpy(dtype=object)
    same = (left == right) | (_blank(left) & _blank(right))
    return bool(np.all(same))


def _blank(cells: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(pd.isna(cells) | (cells == ""), dtype=bool)


def fingerprint(cells: pd.DataFrame) -> str:
    """A digest of all cells, column by column; numbers by the digits that every spreadsheet keeps."""
    digest = hashlib.sha256()
    for name in cells.columns:
        digest.update(f"[{json.dumps(str(name))}, [{_column_text(cells[name].tolist())}]]".encode())
    return digest.hexdigest()


def _column_text(cells: list[Any]) -> str:
    """The cells of a column as JSON; what is there many times is written once: most closed figures are."""
    column = _column_json(cells)
    if not set(map(type, column)) <= _TOLD_APART:
        return ", ".join(map(_cell_text, column))
    texts = {cell: _cell_text(cell) for cell in set(column)}
    return ", ".join(map(texts.__getitem__, column))


def _cell_text(cell: Any) -> str:
    return json.dumps([_digits(cell)] if type(cell) is float else cell)


def _digits(number: float) -> str:
    """Fifteen digits and twenty decimals of its shortest decimal, a five away from 0: LibreOffice's way."""
    if abs(number) < _TINY:
        return repr(float(decimal.Decimal(repr(number)).quantize(_TWENTIETH, context=_ROOMY)) + 0.0)
    shortest = repr(number)
    return shortest if len(shortest) <= _EXACT else repr(float(_FIFTEEN.create_decimal(shortest)))


def _ours(table: str, cells: pd.DataFrame) -> list[str]:
    """The columns of a table that are not a user's own."""
    return [name for name in cells.columns if table not in TABLES or name in TABLES[table].names]


def _image(before: pd.DataFrame, after: pd.DataFrame, ours: list[str]) -> dict[str, Any]:
    """What to put back, and how the run left our columns; those a user added may be formulas, and change."""
    columns = [name for name in before.columns if name in after.columns]
    image: dict[str, Any] = {"columns": columns, "after": fingerprint(after[ours]), "after_columns": ours}
    start = after[columns].iloc[: len(before)]
    if len(start) == len(before) and same_cells(before[columns], start):
        return image | {"rows": len(before)}
    return image | {
        "cells": [[_to_json(cell) for cell in row] for row in before[columns].to_numpy().tolist()]
    }


def _column_json(cells: list[Any]) -> list[Any]:
    """``_to_json`` of a whole column; long ones hold floats and text only."""
    if set(map(type, cells)) <= _TOLD_APART:
        return [
            (cell + 0.0 if cell == cell else None) if type(cell) is float else cell or None  # noqa: PLR0124
            for cell in cells
        ]
    return [_to_json(cell) for cell in cells]


def _to_json(cell: Any) -> Any:
    """Numbers, text and truth as they are; an error as a list, a blank as null."""
    if isinstance(cell, CellError):
        return [cell.value]
    if cell is None or cell == "" or cell != cell:  # noqa: PLR0124 - NaN is the value that differs from itself
        return None
    return float(cell) + 0.0 if isinstance(cell, int | float) and not isinstance(cell, bool) else cell


def _from_json(cell: Any) -> Any:
    return CellError(cell[0]) if isinstance(cell, list) else cell


def _packed(image: dict[str, Any]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(image).encode(), 6)).decode("ascii")


def _unpacked(text: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
    except (ValueError, zlib.error) as error:
        raise WorkbookError("The image of that run in _undo is damaged; nothing was changed") from error
    return loaded
