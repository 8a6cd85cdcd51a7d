"""Parts: the files of movements beside a workbook. A part never changes, and none is ever deleted here.

A part is written before the workbook that names it in MovementFiles is saved. So an undo need only put that
table back, and a part that a broken run left behind is a file that nothing reads. Its place is told from the
workbook's folder on: workbook and folder move together.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from xlinventory.archive.connection import connected, quoted
from xlinventory.arguments import EPOCH
from xlinventory.sheets.movement_files import MOVEMENT_FILES
from xlinventory.sheets.movements import KINDS, MOVEMENTS
from xlinventory.tables import to_text
from xlinventory.workbook import WorkbookError

FOLDER = " movements"
"""Ending of the folder's name; before it comes the workbook's."""
ENDING, LEFT_OUT = ".parquet", ".left_out.parquet"
SHEET = "Movements"
"""Source of the movements that were rows of the sheet."""
COLUMNS: Mapping[str, str] = {
    "date": "DATE", "sku": "VARCHAR", "kind": "VARCHAR", "quantity": "DOUBLE", "unit_cost": "DOUBLE",
    "reference": "VARCHAR", "source": "VARCHAR", "unit_price": "DOUBLE", "order_line": "VARCHAR",
    "name": "VARCHAR", "line": "BIGINT",
}  # fmt: skip
"""Columns of a part and their types; blank is NULL. *line* is that of the source file."""
SOUND = (
    "date IS NOT NULL AND sku IS NOT NULL AND isfinite(quantity) "
    f"AND kind IN ({', '.join(map(quoted, KINDS))})"
)
"""What is true of every movement."""
NEEDED = ("date", "sku", "kind", "quantity")
"""A part of a file may lack the others: they are blank, and *source* is that file."""
_NOTHING = (
    f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in COLUMNS.items())}, "
    "NULL::BIGINT AS file_row_number WHERE false"
)
DAY_ZERO = f"DATE '{EPOCH.date().isoformat()}'"
"""The day that spreadsheets count days from."""


@dataclass(frozen=True, slots=True)
class Part:
    """A row of MovementFiles, and the folder that *file* is told from; days are serials."""

    folder: Path
    file: str
    source: str
    lines: int
    left_out: int
    first_day: float
    last_day: float
    bytes: int

    @property
    def path(self) -> Path:
        """Where the part is."""
        return self.folder / self.file

    @property
    def left_out_path(self) -> Path:
        """Where the numbers of its rows are that do not count."""
        return self.path.with_name(self.path.name.removesuffix(ENDING) + LEFT_OUT)

    @property
    def was_on_the_sheet(self) -> bool:
        """Whether its movements were rows of the sheet, so that those of a day came before the sheet's."""
        return self.source == SHEET


def parts_of(rows: pd.DataFrame, beside: Path) -> list[Part]:
    """The parts of typed *rows* of MovementFiles, each looked at; *beside* is the workbook's file.

    Raises WorkbookError when one is missing, is another than was written, or is not beside the workbook.
    """
    parts = [_part(row, beside.parent) for row in rows.to_dict("records")]
    for part in parts:
        _refuse_strange_place(part)
        _refuse_missing(part.path, beside)
        if part.path.stat().st_size != part.bytes:
            raise _damaged(part, f"has {part.path.stat().st_size:,} bytes, not {part.bytes:,}")
        if part.left_out:
            _refuse_missing(part.left_out_path, beside)
    if parts:
        with connected(*{part.path.parent for part in parts}) as database:
            for part in parts:
                _refuse_other_contents(part, database)
    return parts


def table_of(parts: Sequence[Part]) -> pd.DataFrame:
    """Rows of MovementFiles."""
    rows = [asdict(part) for part in parts]
    return pd.DataFrame(rows, columns=MOVEMENT_FILES.names)


def relation(parts: Sequence[Part]) -> str:
    """SQL of all movements that count: the columns of a part, *part* (place in *parts*) and *row* in it."""
    return "(" + " UNION ALL ".join(_rows_of(part, place) for place, part in enumerate(parts)) + ")"


def new_name(workbook: Path, source: str) -> str:
    """A name no part has yet, from the workbook's folder on, such as "stock movements/sales-5d2a.parquet".

    Raises WorkbookError where there is something else in the place of its folder.
    """
    folder = workbook.parent / f"{workbook.stem}{FOLDER}"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise WorkbookError(f"{folder.name} beside {workbook.name} is no plain folder; rename it.")
    stem = re.sub(r"[^\w-]+", "_", source.partition(".")[0])[:40].strip("_") or "movements"
    return f"{folder.name}/{stem}-{secrets.token_hex(6)}{ENDING}"


def described(workbook: Path, file: str, source: str, left_out: int = 0) -> Part:
    """The part that lies ready in *file*: its movements counted, its days looked up."""
    path = workbook.parent / file
    bare = Part(workbook.parent, file, source, 0, left_out, 0.0, 0.0, path.stat().st_size)
    return _counted(bare)


def write_part(rows: pd.DataFrame, path: Path) -> None:
    """Write movements (typed rows of Movements, in the order of entry) as a Parquet file at *path*.

    Columns a user added are kept in it as text, as "your ..." and their name.
    """
    names = [name for name in rows.columns if name in MOVEMENTS.names]
    added = {f"your {name}": rows[name] for name in rows.columns if name not in names}
    texts = {name: _as_text(column) for name, column in added.items()}
    columns = [written(name, name if name in names else "NULL") for name in COLUMNS]
    with connected(path.parent) as database:
        database.register("given", rows[names].assign(**texts))
        database.execute(
            f"COPY (SELECT {', '.join([*columns, *map(_identifier, added)])} FROM given) TO {quoted(path)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )


def without(part: Part, file: str, rows: Sequence[int]) -> Part:
    """The movements of a part but those *rows* of it, as another part in *file*, with all columns it has."""
    left = replace(part, file=file, left_out=0)
    gone = "SELECT place FROM given"
    if part.left_out:
        gone += f' UNION ALL SELECT "row" FROM read_parquet({quoted(part.left_out_path.absolute())})'
    with connected(part.path.parent, left.path.parent) as database:
        database.register("given", pd.DataFrame({"place": rows}, dtype="int64"))
        database.execute(
            "COPY (SELECT every.* EXCLUDE (file_row_number) "
            f"FROM read_parquet({quoted(part.path.absolute())}, file_row_number = true) AS every "
            f"WHERE file_row_number NOT IN ({gone}) ORDER BY file_row_number) "
            f"TO {quoted(left.path)} (FORMAT parquet, COMPRESSION zstd)"
        )
    return _counted(replace(left, bytes=left.path.stat().st_size))


def strays(parts: Sequence[Part], workbook: Path) -> list[Path]:
    """Parquet files in the folders of the workbook's movements that none of its parts uses."""
    folders = {part.path.parent for part in parts} | {workbook.parent / f"{workbook.stem}{FOLDER}"}
    used = {part.path for part in parts} | {part.left_out_path for part in parts if part.left_out}
    return sorted(
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.glob(f"*{ENDING}")
        if path not in used
    )


def _part(row: Mapping[Any, Any], folder: Path) -> Part:
    """A typed row as a part: nothing left out where that is blank."""
    left_out = 0 if pd.isna(row["left_out"]) else int(row["left_out"])
    return Part(
        folder, str(row["file"]), str(row["source"]), int(row["lines"]), left_out,
        float(row["first_day"]), float(row["last_day"]), int(row["bytes"]),
    )  # fmt: skip


def _refuse_strange_place(part: Part) -> None:
    """A part is a plain file in a folder of movements beside the workbook, wherever a cell may point to."""
    names = PurePosixPath(part.file).parts
    plain = len(names) == 2 and names[0].endswith(FOLDER) and names[1].endswith(ENDING)
    if not plain or re.search(r'[\\:*?"<>|\x00-\x1f]', part.file) or ".." in names:
        raise WorkbookError(
            f"MovementFiles names {part.file!r}, which is no file of movements beside the workbook."
        )
    if part.path.parent.is_symlink() or part.path.is_symlink() or part.left_out_path.is_symlink():
        raise WorkbookError(
            f"MovementFiles names {part.file}, which is a link to another place; put the file itself there."
        )


def _refuse_missing(path: Path, workbook: Path) -> None:
    if not path.is_file():
        raise WorkbookError(
            f"Movements are missing: {path.parent.name}/{path.name} is not beside {workbook.name}; move the "
            "folder along with the workbook, or restore it from your copy."
        )


def _damaged(part: Part, how: str) -> WorkbookError:
    return WorkbookError(
        f"{part.file} is not the file of movements that was written ({how}); restore it from your copy."
    )


def _refuse_other_contents(part: Part, database: Any) -> None:
    """Raise when a part or its list of left out rows is no such file, or has another number of rows."""
    wanted = {part.path: (part.lines + part.left_out, COLUMNS)}
    if part.left_out:
        wanted[part.left_out_path] = (part.left_out, {"row": "BIGINT"})
    for path, (rows, columns) in wanted.items():
        count, types = _footer(part, path, database)
        if count != rows:
            raise _damaged(part, f"{path.name} has {count:,} rows, not {rows:,}")
        needed = [name for name in columns if name in types or name in NEEDED or path != part.path]
        lacking = [name for name in needed if types.get(name) != columns[name]]
        if lacking:
            raise _damaged(part, f"{path.name} has no column {lacking[0]} of the type {columns[lacking[0]]}")


def _footer(part: Part, path: Path, database: Any) -> tuple[int, dict[str, str]]:
    """Rows and the types of the columns of a Parquet file."""
    try:
        place = quoted(path.absolute())
        (count,) = database.execute(f"SELECT num_rows FROM parquet_file_metadata({place})").fetchone()
        described_ = database.execute(f"DESCRIBE SELECT * FROM read_parquet({place})").fetchall()
    except Exception as error:
        raise _damaged(part, "it cannot be read") from error
    return int(count), {str(line[0]): str(line[1]) for line in described_}


def _counted(part: Part) -> Part:
    """A part with what counts of it counted."""
    days = f"min(date - {DAY_ZERO}), max(date - {DAY_ZERO})"
    with connected(part.path.parent) as database:
        found = database.execute(f"SELECT count(*), {days} FROM ({_rows_of(part, 0)})").fetchall()
    ((lines, first, last),) = found
    first_day, last_day = (float("nan") if day is None else float(day) for day in (first, last))
    return replace(part, lines=int(lines), first_day=first_day, last_day=last_day)


def _rows_of(part: Part, place: int) -> str:
    """SQL of the movements of a part that count."""
    given = f"read_parquet({quoted(part.path.absolute())}, file_row_number = true)"
    every = f"({_NOTHING} UNION ALL BY NAME SELECT * FROM {given})"
    source = "source" if part.was_on_the_sheet else f"coalesce(source, {quoted(part.source)}) AS source"
    names = ", ".join(source if name == "source" else name for name in COLUMNS)
    select = f'SELECT {names}, {place} AS part, file_row_number AS "row" FROM {every}'
    if not part.left_out:
        return select
    out = f'(SELECT "row" AS out_row FROM read_parquet({quoted(part.left_out_path.absolute())}))'
    return f"{select} ANTI JOIN {out} ON file_row_number = out_row"


def written(name: str, given: str) -> str:
    """SQL of a part's column from a typed one or NULL: blank is NULL, a day is a date."""
    kind = COLUMNS[name]
    if kind == "VARCHAR":
        return f"NULLIF(CAST({given} AS VARCHAR), '') AS {name}"
    number = f"CASE WHEN isnan(CAST({given} AS DOUBLE)) THEN NULL ELSE {given} END"
    return (
        f"{DAY_ZERO} + CAST({given} AS INTEGER) AS {name}"
        if kind == "DATE"
        else f"CAST({number} AS {kind}) AS {name}"
    )


def _identifier(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _as_text(column: pd.Series) -> pd.Series:
    """Cells of a user's own column as text, None for blanks."""
    return column.astype(object).map(lambda cell: to_text(cell) or None).astype(object)
