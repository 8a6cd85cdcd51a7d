"""The macro workbook and the add-in, built once for all tests that look into them."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from xlinventory.hosts.excel import package


class Built(NamedTuple):
    """The two files."""

    workbook: Path
    addin: Path


@pytest.fixture(scope="session")
def built_files(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("package")
    files = Built(folder / "inventory.xlsm", folder / "xlinventory.xlam")
    package.build_workbook(files.workbook)
    package.build_addin(files.addin)
    return files


@pytest.fixture(scope="session")
def modules() -> Callable[[Path], dict[str, str]]:
    """Reads the texts of all VBA modules of a file by name, decoded by oletools; lines end in LF."""

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its parser library, at import
        from oletools.olevba import VBA_Parser  # noqa: PLC0415 - see the line above

    def read(path: Path) -> dict[str, str]:
        parser = VBA_Parser(str(path))
        try:
            found = {name: text for _, _, name, text in parser.extract_all_macros()}
        finally:
            parser.close()
        return {Path(name).stem: text.replace("\r\n", "\n") for name, text in found.items()}

    return read
