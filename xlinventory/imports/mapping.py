"""Which column of a file feeds which field: recognised by the header, or as the user wrote in ImportMap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from xlinventory.imports import issues
from xlinventory.imports.catalogue import LAYOUTS, NAMED, PLAIN
from xlinventory.imports.layouts import Layout, Recognised, match, recognise
from xlinventory.imports.notation import Stated, alike
from xlinventory.imports.text import name_key
from xlinventory.sheets import TABLES

COLUMNS = TABLES["ImportMap"].names
FILL_IN = "Nothing of the file was taken. In ImportMap write "
HOLDS = "in table what the file holds (" + ", ".join(layout.name for layout in PLAIN) + ")"


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file is read: its layout (None: not understood), {column: field}, ImportMap rows, issues.

    *is_known*: whether the header is that of some layout, or one that the user has mapped.
    """

    layout: Layout | None
    targets: Mapping[str, str]
    rows: pd.DataFrame
    issues: pd.DataFrame
    is_known: bool = True


def mapped(file: str, header: Sequence[str], import_map: pd.DataFrame) -> ColumnMapping:
    """The mapping of a file: the user's where ImportMap has one for that file name, else by its header."""
    mine = _rows_of(file, header, import_map)
    if (mine[["layout", "table", "target_column"]] != "").to_numpy().any():
        return _by_user(file, header, mine)
    found = recognise(NAMED, header, file)
    if not found.layouts:
        found = recognise(PLAIN, header, file)
    return _outcome(file, header, found, {}, mine)


def stated(
    file: str, header: Sequence[str], how: ColumnMapping, import_map: pd.DataFrame, delimiter: str
) -> Stated:
    """What ImportMap says of the days and numbers of a file's fields, and of those of files like it."""
    mine = _rows_of(file, header, import_map)
    formats = dict(zip(mine["source_column"], mine["format"], strict=True))
    own = {field: formats[column] for column, field in how.targets.items() if formats.get(column)}
    others = alike(file, header, how.layout.name, import_map) if how.layout else frozenset()
    return Stated(own, others, delimiter)


def with_formats(how: ColumnMapping, formats: Mapping[str, str]) -> pd.DataFrame:
    """ImportMap rows of a file with the format of each field that is read by one."""
    shown = {column: formats.get(field, "") for column, field in how.targets.items()}
    return how.rows.assign(format=how.rows["source_column"].map(lambda name: shown.get(name, "")))


def merged_rows(import_map: pd.DataFrame, files: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """ImportMap with the rows of these files: rows that were there keep their place, new ones follow."""
    rows = pd.concat([import_map, *files], ignore_index=True)
    newest = rows.drop_duplicates(["file", "source_column"], keep="last")
    places = rows.drop_duplicates(["file", "source_column"])[["file", "source_column"]]
    return places.merge(newest, on=["file", "source_column"]).reindex(columns=import_map.columns)


def _rows_of(file: str, header: Sequence[str], import_map: pd.DataFrame) -> pd.DataFrame:
    return import_map[import_map["file"].eq(file) & import_map["source_column"].isin(header)]


def _by_user(file: str, header: Sequence[str], mine: pd.DataFrame) -> ColumnMapping:
    written = dict(zip(mine["source_column"], mine["target_column"], strict=True))
    unwritten = [name for name in header if name not in written]
    layouts = tuple(_asked_for(mine))
    if len(layouts) != 1:
        names = [*(target for target in written.values() if target), *unwritten]
        layouts = recognise(layouts or PLAIN, names, file).layouts
    if len(layouts) != 1:
        return _outcome(file, header, Recognised(layouts, {}), written, mine)
    targets, wrong = _checked(file, layouts[0], written)
    targets = {
        column: target
        for column, target in match(layouts[0], unwritten, targets).items()
        if column in targets or column in unwritten
    }
    outcome = _outcome(file, header, Recognised((layouts[0],), targets), written, mine)
    return replace(outcome, issues=issues.joined([wrong, outcome.issues]))


def _asked_for(mine: pd.DataFrame) -> list[Layout]:
    """Layouts the rows of a file name: a layout's name in table counts most, then layout, then table."""
    by_key = {name_key(name): layout for name, layout in LAYOUTS.items()}
    current = next((by_key[key] for key in mine["layout"].map(name_key) if key in by_key), None)
    tables = [key for key in dict.fromkeys(mine["table"].map(name_key)) if key]
    changed = [key for key in tables if current is None or key != name_key(current.table)]
    if not changed:
        return [current] if current else []
    if changed[0] in by_key:
        return [by_key[changed[0]]]
    return [layout for layout in PLAIN if name_key(layout.table) == changed[0]]


def _checked(file: str, layout: Layout, written: Mapping[str, str]) -> tuple[dict[str, str], pd.DataFrame]:
    """The targets a layout has, each once, and an issue for every other."""
    targets: dict[str, str] = {}
    wrong = []
    for column, target in written.items():
        known = layout.field_of(target) if target else None
        if target and known is None:
            names = ", ".join(field.name for field in layout.fields)
            problem = f"{layout.name} has no column {target}"
            wrong.append(
                issues.of_file(file, problem, f"Column not used. Choose from: {names}", column, target)
            )
        elif known and known.name in targets.values():
            problem = f"two columns feed {known.name}"
            wrong.append(issues.of_file(file, problem, "The first is used; blank one target", column, target))
        elif known:
            targets[column] = known.name
    return targets, issues.joined(wrong)


def _outcome(
    file: str, header: Sequence[str], found: Recognised, written: Mapping[str, str], mine: pd.DataFrame
) -> ColumnMapping:
    layout = found.layouts[0] if len(found.layouts) == 1 else None
    told = _problem(file, found)
    guessed = found.targets if layout else {}  # a choice that is the user's is not made by the next refresh
    rows = _rows(file, header, layout, {**guessed, **written}, mine)
    return ColumnMapping(
        layout if told.empty else None, found.targets, rows, told, bool(found.layouts or written)
    )


def _problem(file: str, found: Recognised) -> pd.DataFrame:
    """Why a file cannot be read; no row when it can."""
    if not found.layouts:
        action = f"{FILL_IN}{HOLDS} and in target_column what each column feeds, then refresh again."
        return issues.of_file(file, "the columns of this file are not known", action)
    if len(found.layouts) > 1:
        choice = " or ".join(layout.name for layout in found.layouts)
        return issues.of_file(file, f"the file could be {choice}", f"{FILL_IN}one of these in table.")
    missing = found.layouts[0].missing(list(found.targets.values()))
    if missing:
        problem = f"no column feeds {' or '.join(missing)}, which {found.layouts[0].name} needs"
        return issues.of_file(file, problem, f"{FILL_IN}{missing[0]} as the target_column of its column.")
    return issues.joined([])


def _rows(
    file: str, header: Sequence[str], layout: Layout | None, targets: Mapping[str, str], mine: pd.DataFrame
) -> pd.DataFrame:
    """ImportMap rows of the file; what the user wrote in table and format stays."""
    tables = dict(zip(mine["source_column"], mine["table"], strict=True))
    formats = dict(zip(mine["source_column"], mine["format"], strict=True))
    name, table = (layout.name, layout.table) if layout else ("", "")
    return pd.DataFrame(
        [
            [
                file,
                name,
                tables.get(column) or table,
                column,
                targets.get(column, ""),
                formats.get(column, ""),
            ]
            for column in header
        ],
        columns=COLUMNS,
    )
