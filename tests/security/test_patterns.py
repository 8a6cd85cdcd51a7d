"""No text keeps a regular expression busy: the steps it takes grow with the length of the text, no faster."""

import re
from itertools import product
from types import ModuleType

import pandas as pd
import pytest

from tests.security.steps import Counter, TooManyStepsError
from xlinventory.hosts.file import book, sheet, xml
from xlinventory.hosts.file import cells as workbook_cells
from xlinventory.imports import cells, text
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.macros import folders, order_files

PREFIXES = ("", "(", "1", "-", "2011-12-09 10:20", "1/1/2011", "1 jan", "£")
UNITS = (" ", "1", ",", "1,", "1 ", "'", "123,", "1.", "a", "\u00a0", "( ", "=")
SUFFIXES = ("x",)


def patterns(*modules: ModuleType) -> dict[str, str | re.Pattern[str]]:
    """Every pattern of some modules: compiled, or text with named groups."""
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if (isinstance(value, re.Pattern) and isinstance(value.pattern, str))
        or (isinstance(value, str) and "(?P<" in value)
    }


def steps(pattern: str | re.Pattern[str], given: str, most: int) -> int:
    """Steps of finding it everywhere in a text."""
    source, flags = (pattern, 0) if isinstance(pattern, str) else (pattern.pattern, pattern.flags & re.S)
    counter = Counter(source, given, most, flags)
    try:
        counter.find_all()
    except TooManyStepsError:
        pytest.fail(f"more than {most:,} steps for {given[:40]!r}, {len(given)} characters")
    return counter.steps


class TestTheCounter:
    """It finds what ``re`` finds, and knows a pattern that explodes."""

    @pytest.mark.parametrize(
        "given", ["1,234.50", "(12)", "- 5 %", "£ 3", "x", "2011-12-09T10:20:30Z", "1 Jan 2011"]
    )
    def test_finds_what_re_finds(self, given: str) -> None:
        for pattern in patterns(cells).values():
            source = pattern if isinstance(pattern, str) else pattern.pattern
            found = re.match(source, given)
            assert Counter(source, given, 10**6).match() == (found.end() if found else None)

    def test_knows_one_that_explodes(self) -> None:
        with pytest.raises(TooManyStepsError):
            Counter("(?:a+)+b", "a" * 40, 10**5).match()


@pytest.mark.parametrize("name", patterns(cells))
def test_a_cell_of_any_length_takes_few_steps(name: str) -> None:
    """As the readers hand it over: nothing longer than a value can be, no spaces again and again."""
    given = [
        prefix + unit * times + suffix
        for prefix, unit, suffix, times in product(PREFIXES, UNITS, SUFFIXES, (10, 60))
    ]
    pattern = patterns(cells)[name]
    source = pattern if isinstance(pattern, str) else pattern.pattern
    for shown in cells._tidy(pd.Series(given, dtype=object)).unique():
        steps(f"^(?:{source})$" if isinstance(pattern, str) else pattern, shown, 20_000)


@pytest.mark.parametrize("reader", ["numbers", "days"])
def test_a_cell_of_thirty_thousand_spaces_is_read_at_once(reader: str) -> None:
    """Before it was bounded, one such cell would have kept a refresh busy for years."""
    given = pd.Series(
        ["(" + " " * 30_000 + "x", "1" + " " * 30_000 + "x", "1/1/2011" + "\u00a0" * 30_000 + "x"]
    )
    how = cells.DecimalMark.POINT if reader == "numbers" else cells.DayOrder.DAY_FIRST
    assert getattr(cells, reader)(given.astype(object), how).bad.all()


GROWING = ('"', '"a', "sep=", "\n", "a", "\r", "<t>", "<c>", "<c-x></c-x>", "<f>", "<rPh>", "<row>", "<v>",
"<si>", "_x", "_x000D_",
           "&amp;", 'r="1" ', "=", "'", "; ", "a\n", "<c r=\"A1\">", '<c r="A1"><v>1</v></c>',
           '<c r="A1"><is><t>', "<x:f>", "..", "con.")  # fmt: skip


@pytest.mark.parametrize("name", patterns(text, workbook_cells, sheet, book, xml, folders, order_files))
def test_steps_grow_with_the_text(name: str) -> None:
    """Twice the text, about twice the steps; three times is allowed for what begins slowly.

    A part of a workbook is well-formed when patterns meet it, so that what is opened is closed at the end.
    """
    pattern = patterns(text, workbook_cells, sheet, book, xml, folders, order_files)[name]
    for unit in GROWING:
        open_ = re.findall(r"<([\w:]+)[^>]*>", unit) if "</" not in unit else []
        end = "".join(f"</{tag}>" for tag in reversed(open_))
        short, long = (steps(pattern, unit * times + end * times, 10**6) for times in (10, 20))
        assert long <= 3 * short + 100, unit


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_no_layout_has_a_pattern_that_explodes(layout: object) -> None:
    odd = [cell.pattern for field in layout.fields for cell in field.odd]
    rules = [condition.operand for rule in (*layout.refusals, *layout.passed_over, *layout.notices,
    *layout.kinds)
             for condition in rule.when if condition.relation in {"matches", "differs from"}]  # fmt: skip
    plain = [re.sub(r"^\(\?i\)", "", str(pattern)) for pattern in [*odd, *rules]]
    for pattern, prefix, unit in product(plain, ("", "C", "1"), UNITS):
        short, long = (steps(f"^(?:{pattern})$", prefix + unit * times + "!", 10**6) for times in (10, 20))
        assert long <= 3 * short + 100, pattern
