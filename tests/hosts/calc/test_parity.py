"""The same number in every host: each worksheet function over published, example and generated inputs.

Python's ``evaluate`` is the yardstick; tests/published and the examples hold its numbers to their sources.
The page docs/parity.md shows what is compared; the VBA wrappers take long: only some inputs here.
"""

import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from xlinventory.hosts.calc import Office
from xlinventory.registry import find, registered

ROOT = Path(__file__).parents[3]
OF_VBA = 2
"""Inputs of each kind that a function is compared over in VBA; the page has all."""


@pytest.fixture(scope="module")
def parity() -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(ROOT / "scripts"))
        yield importlib.import_module("build_parity")


@pytest.fixture(scope="module")
def hosts(parity: ModuleType) -> ModuleType:
    return parity.parity_hosts


@pytest.fixture(scope="module")
def placed(parity: ModuleType, hosts: ModuleType) -> Any:
    return hosts.placed(parity.cases())


def differing(parity: ModuleType, cases: Any, results: Any) -> list[Any]:
    """Cases, and what came, that are further away than allowed."""
    return [
        (one.case, got)
        for one, got in zip(cases, results, strict=True)
        if parity.furthest(one.expected, got) > parity.ALLOWED
    ]


@pytest.fixture(scope="module")
def workbook(hosts: ModuleType, placed: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parity") / "parity.xlsx"
    hosts.build(path, *placed)
    return path


def test_libreoffice_shows_what_python_says(
    parity: ModuleType, hosts: ModuleType, placed: Any, workbook: Path, office: Office
) -> None:
    assert not differing(parity, placed[0], hosts.calc(workbook, placed[0], office))


def test_a_calculated_file_shows_what_python_says(
    parity: ModuleType, hosts: ModuleType, placed: Any, tmp_path: Path
) -> None:
    hosts.build(tmp_path / "parity.xlsx", *placed)
    assert not differing(parity, placed[0], hosts.file(tmp_path / "parity.xlsx", placed[0]))


def test_a_calculated_file_keeps_apart_what_libreoffice_does_not(
    parity: ModuleType, hosts: ModuleType, tmp_path: Path
) -> None:
    strict = hosts.placed(parity.strict_cases())
    hosts.build(tmp_path / "strict.xlsx", *strict)
    assert not differing(parity, strict[0], hosts.file(tmp_path / "strict.xlsx", strict[0]))


def test_vba_wrappers_show_what_python_says(
    parity: ModuleType, hosts: ModuleType, placed: Any, office: Office
) -> None:
    """*office* is only asked for so that this is skipped where there is none."""
    chosen, seen = [], {}
    for one in placed[0]:
        key = one.case.function, one.case.origin
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= OF_VBA:
            chosen.append(one)
    assert not differing(parity, chosen, hosts.vba(chosen, placed[1]))


def test_every_function_is_compared_over_enough(parity: ModuleType, placed: Any) -> None:
    for spec in registered():
        published, others, errors = parity.counts(spec.name, placed[0])
        assert others >= 10, spec.name
        assert errors >= 2, spec.name
        assert published + others - errors >= 2 * errors, spec.name


def test_the_inputs_are_the_same_in_every_run(parity: ModuleType, placed: Any) -> None:
    import parity_inputs  # noqa: PLC0415 - found since the fixture put its folder on the path

    for name in ("EOQ", "STOCK_VALUE", "STOCKOUT_DATE"):
        before = [
            one.case.arguments for one in placed[0] if one.case == (name, one.case.arguments, "generated")
        ]
        assert before == list(dict.fromkeys(parity_inputs.generated(find(name))))


def test_the_page_tells_of_these_inputs(parity: ModuleType, placed: Any) -> None:
    """Its differences need LibreOffice; its words, functions and numbers of inputs do not."""
    written = (ROOT / "docs" / "parity.md").read_text(encoding="utf-8")
    measured = re.findall(r"^\| ([A-Z_]+) \|.*\| (\S+) \| (\S+) \| (\S+) \|$", written, re.M)
    zeros = {host: [0.0] * len(placed[0]) for host in parity.HOSTS}
    blank = re.compile(r"^(\| [A-Z_]+ \|.*)(?: \| \S+){3} \|$", re.M)
    assert blank.sub(r"\1", written) == blank.sub(r"\1", parity.page(placed[0], zeros))
    assert [name for name, *_ in measured] == [spec.name for spec in registered()]
    assert max(float(number) for _, *numbers in measured for number in numbers) <= parity.ALLOWED
