"""LibreOffice's Python bridge, imported when it is first needed, and the few words of UNO we speak."""

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from xlinventory.hosts.calc.program.systems import SYSTEM_PYTHON, system
from xlinventory.workbook import WorkbookError

SYSTEM_PACKAGES = Path("/usr/lib/python3/dist-packages")
"""Where Linux distributions put the bridge; a virtual environment does not look there."""
_VERSION = "{}.{}".format(*sys.version_info)


@cache
def uno() -> ModuleType:
    """The bridge; raises WorkbookError when this Python has none."""
    try:
        return import_module("uno")
    except ImportError:
        _look_beside_the_system()
    try:
        return import_module("uno")
    except ImportError as error:
        raise WorkbookError(
            f"LibreOffice's Python bridge is missing, or is for another Python than this {_VERSION}: "
            f"{system().bridge}"
        ) from error


def _look_beside_the_system() -> None:
    """Let this Python find the system's packages, unless they are for another version: that would crash."""
    same = SYSTEM_PYTHON.resolve().name in (f"python{_VERSION}", SYSTEM_PYTHON.name)
    if same and SYSTEM_PACKAGES.is_dir() and str(SYSTEM_PACKAGES) not in sys.path:
        sys.path.append(str(SYSTEM_PACKAGES))


def struct(name: str, **fields: Any) -> Any:
    """A UNO struct by its name below com.sun.star."""
    return uno().createUnoStruct(f"com.sun.star.{name}", **fields)


def member(enumeration: str, name: str) -> Any:
    """One value of a UNO enumeration."""
    return uno().Enum(f"com.sun.star.{enumeration}", name)


def properties(**values: Any) -> tuple[Any, ...]:
    """Named values, as loading and storing take them."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


def url(path: str | Path) -> str:
    """A path as LibreOffice names files."""
    return uno().systemPathToFileUrl(str(Path(path).absolute()))


def system_path(address: str) -> str:
    """A file's path from LibreOffice's name of it."""
    return uno().fileUrlToSystemPath(address)
