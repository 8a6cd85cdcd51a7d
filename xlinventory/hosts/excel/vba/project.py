"""A whole VBA project from the texts of its modules."""

import uuid
from collections.abc import Sequence

from xlinventory.hosts.excel.vba.compound_file import compound_file
from xlinventory.hosts.excel.vba.compression import compress
from xlinventory.hosts.excel.vba.directory import REFERENCES, directory_stream
from xlinventory.hosts.excel.vba.limits import refuse_name
from xlinventory.hosts.excel.vba.modules import Kind, Module, StoredModule, stored
from xlinventory.hosts.excel.vba.properties import names_stream, properties_stream

WITHOUT_CACHE = bytes.fromhex("CC61FFFF000100")
"""The ``_VBA_PROJECT`` stream of a project without compiled code: Excel compiles the text (MS-OVBA 3.1.1)."""

LIBRARIES = ("VBA", "Excel", *REFERENCES)
DIRECTORY = "dir"


def build_project(modules: Sequence[Module], name: str = "xlinventory") -> bytes:
    """The bytes of ``xl/vbaProject.bin``, the same for the same modules.

    Raises ValueError, naming module and line, for what VBA or the format cannot take.

    Source: MS-OVBA 2.2, File Structure, in a container of MS-CFB.
    """
    _refuse_names(name, modules)
    complete = [stored(module) for module in modules]
    streams = {module.name: _compressed(module) for module in complete}
    return compound_file({
        "VBA": {
            **streams,
            "_VBA_PROJECT": WITHOUT_CACHE,
            DIRECTORY: compress(directory_stream(name, complete)),
        },
        "PROJECT": properties_stream(_identifier(name, complete), name, complete),
        "PROJECTwm": names_stream(complete),
    })  # fmt: skip


def _refuse_names(name: str, modules: Sequence[Module]) -> None:
    """Raise ValueError for a name that is taken, and unless exactly one module is the workbook's."""
    refuse_name("project", name)
    taken = {word.lower(): word for word in (*LIBRARIES, DIRECTORY, name)}
    for module in modules:
        if module.name.lower() in taken:
            raise ValueError(
                f"module {module.name}: the name {taken[module.name.lower()]} is taken by another module, "
                "the project or a library"
            )
        taken[module.name.lower()] = module.name
    workbooks = [module.name for module in modules if module.kind is Kind.WORKBOOK]
    if len(workbooks) != 1:
        raise ValueError(f"a project has exactly one module of the workbook, got {workbooks or 'none'}")


def _compressed(module: StoredModule) -> bytes:
    """The module's stream; the error names the module."""
    try:
        return compress(module.source)
    except ValueError as error:
        raise ValueError(f"module {module.name}: {error}") from error


def _identifier(name: str, modules: Sequence[StoredModule]) -> str:
    """A GUID of its own for every content, and the same for the same content."""
    content = "\n".join([name, *(module.source.decode("cp1252") for module in modules)])
    return "{" + str(uuid.uuid5(uuid.NAMESPACE_OID, content)).upper() + "}"
