"""Self-test and About: what a user asks before trusting a machine."""

import dataclasses
from importlib.metadata import PackageNotFoundError

import numpy
import pandas
import pytest

import xlinventory
from xlinventory.macros import about, selftest
from xlinventory.macros.frame import run_macro
from xlinventory.registry import find, registered


def test_all_functions_give_what_they_should(make_book) -> None:
    book = make_book()
    outcome = run_macro(book, "selftest")
    assert outcome.sentence.startswith("60 of 60 worksheet functions give what they should")
    assert outcome.findings == ()
    assert book.read_table("Log").empty


def test_a_function_that_gives_something_else_is_named_with_both_numbers(
    make_book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The textbook lot: sqrt(2 x 900 x 4 / (2 x 1)) = 60."""
    specs = [
        dataclasses.replace(spec, expect=60.001) if spec.name == "EOQ" else spec for spec in registered()
    ]
    monkeypatch.setattr(selftest, "registered", lambda: iter(specs))
    outcome = run_macro(make_book(), "selftest")
    assert outcome.sentence.startswith("59 of 60 worksheet functions")
    (finding,) = outcome.findings
    assert finding.startswith("EOQ(")
    assert finding.endswith("gives 60.0, should give 60.001")


def test_a_result_of_another_size_and_an_error_are_differences() -> None:
    classes, eoq = find("ABC_CLASS"), find("EOQ")
    longer = dataclasses.replace(classes, expect=[*classes.expect, "C"])
    assert "values, should give" in selftest.differences(longer)[0]
    (told,) = selftest.differences(dataclasses.replace(eoq, example=(-1.0, 10.0, 0.5, 1.0)))
    assert told.startswith("EOQ(-1,10,0.5,1) gives #NUM!, should give ")


def test_about_tells_version_python_packages_and_where_the_help_is(
    make_book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = make_book()
    outcome = run_macro(book, "about")
    assert outcome.sentence.startswith(f"xlinventory {xlinventory.__version__}: ")
    assert "Help: the sheet Start" in outcome.sentence
    assert {f"numpy {numpy.__version__}", f"pandas {pandas.__version__}"} <= set(outcome.findings)
    assert book.read_table("Log").empty

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(about, "version", missing)
    assert "formualizer is not installed" in run_macro(book, "about").findings
