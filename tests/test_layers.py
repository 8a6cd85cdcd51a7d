"""Imports point down the layers, and only hosts know a spreadsheet library."""

import ast
from pathlib import Path

import pytest

import xlinventory

PACKAGE = Path(xlinventory.__file__).parent
LAYERS = [
    {"core"},
    {"arguments", "workbook"},
    {"registry", "tables"},
    {"evaluation"},
    {"declaration"},
    {"functions"},
    {"sheets"},
    {"archive"},
    {"imports"},
    {"macros"},
    {"hosts"},
    {"cli"},
]
RANK = {room: rank for rank, layer in enumerate(LAYERS) for room in layer}
SPREADSHEET_LIBRARIES = {"xlwings", "openpyxl", "xlsxwriter", "formualizer", "lxml", "uno"}
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if len(path.relative_to(PACKAGE).parts) > 1 or path.stem in RANK
)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    mine = RANK[room(path)]
    used = {name.split(".")[1] for name in imported(path) if name.startswith("xlinventory.")}
    assert not {name for name in used if name in RANK and RANK[name] > mine}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_hosts_know_a_spreadsheet_library(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imported(path)}
    if room(path) != "hosts":
        assert not libraries & SPREADSHEET_LIBRARIES
    if room(path) in {"core", "functions"}:
        assert "pandas" not in libraries


def test_every_room_has_a_layer() -> None:
    rooms = {room(path) for path in PACKAGE.rglob("*.py") if not path.name.startswith("__")}
    assert rooms <= set(RANK)
