"""The files of a folder as they are understood; large ones apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlinventory.imports import issues
from xlinventory.imports.codes import faults_of, with_whole_codes, with_zero
from xlinventory.imports.files import shown_name
from xlinventory.imports.mapping import merged_rows
from xlinventory.imports.reading import ReadFile, read_file
from xlinventory.macros.folders import known_folder
from xlinventory.macros.frame import Run
from xlinventory.macros.refreshing.large import Large
from xlinventory.macros.refreshing.orders import columns_of
from xlinventory.workbook import WorkbookError

ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt")
NOTES = ".txt"
"""Such a file may be a note, so it is passed over when its header is not known."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Its *files* in name order; of a large one, what is told of it and its odd lines."""

    path: Path
    files: list[ReadFile]

    @property
    def known(self) -> list[ReadFile]:
        """The files that were understood."""
        return [file for file in self.files if file.layout is not None]


def read_folder(run: Run, folder: str, large: Large) -> Folder:
    """Every file of the folder, notes left out; large ones are read into *large*."""
    paths, import_map = csv_files(folder), run.table("ImportMap")
    items = set(run.table("Items")["sku"])
    files = []
    for done, path in enumerate(paths):
        run.report(f"Reading {shown_name(path)}", 0.5 * done / len(paths))
        file = large.read(path, import_map) or read_file(path, import_map)
        is_text = path.name.lower().endswith(NOTES)
        if not (is_text and file.may_be_note and path.name not in set(import_map["file"])):
            files.append(file)
    if not files:
        raise WorkbookError(f"There are no CSV files in the folder {folder}.")
    map_of_others = merged_rows(import_map, [file.import_map for file in files if not file.waits])
    for place, file in enumerate(files):
        if file.waits:
            path = paths[0].parent / file.file
            files[place] = large.read(path, map_of_others) or read_file(path, map_of_others)
    let_go = large.let_go(items | set(columns_of(files, "Items", ["sku"])["sku"]))
    files = [
        read_file(paths[0].parent / file.file, map_of_others) if file.file in let_go else file
        for file in files
    ]
    return Folder(paths[0].parent, _with_whole_codes(files, items, large))


def csv_files(folder: str) -> list[Path]:
    """Files of a folder that may be read, in name order; raises WorkbookError when there are none."""
    if not folder:
        raise WorkbookError("No folder of CSV files is given; name one, or fill the setting csv_folder.")
    path = known_folder(folder)
    try:
        if not path.is_dir():
            raise WorkbookError(f"There is no folder {folder}.")
        files = [file for file in path.iterdir() if file.name.lower().endswith(ENDINGS)]
    except OSError as error:
        raise WorkbookError(f"The folder {folder} cannot be opened: {error.strerror}.") from error
    files = sorted((file for file in files if file.name[0] not in ".~"), key=lambda file: file.name)
    if not files:
        raise WorkbookError(f"There are no CSV files in the folder {folder}.")
    return files


def _with_whole_codes(files: Sequence[ReadFile], items: set[str], large: Large) -> list[ReadFile]:
    """The files without the lines whose item number a spreadsheet changed."""
    zeros = with_zero(files) | {sku for skus in large.skus.values() for sku in skus if sku.startswith("0")}
    told = {
        name: large.refuse(name, faults_of(skus, large.files[name].odd.layout, items, zeros))
        for name, skus in large.skus.items()
    }
    every = [
        replace(file, issues=issues.joined([file.issues, told[file.file]])) if file.file in told else file
        for file in files
    ]
    return with_whole_codes(every, items, zeros)
