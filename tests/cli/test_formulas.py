# ruff: noqa: E501 - words and cells are listed side by side
"""A worksheet function on the command line: words to cells, results to lines, what goes wrong in words."""

import io
import math
from types import SimpleNamespace

import pytest
from rich.console import Console

from xlinventory import __version__
from xlinventory.cli import commands, formulas
from xlinventory.core.errors import CellError, InventoryError
from xlinventory.macros.frame import macros
from xlinventory.registry import find, registered


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> SimpleNamespace:
    """The command line in this process: exit code, stdout and stderr."""
    monkeypatch.setattr("sys.argv", ["xlinventory", *words])
    monkeypatch.setattr(commands, "out", Console(highlight=False, width=80))
    monkeypatch.setattr(commands, "err", Console(highlight=False, stderr=True, width=80))
    try:
        commands.main()
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    told = capsys.readouterr()
    return SimpleNamespace(code=code, out=told.out, err=told.err)


@pytest.fixture
def xlinventory(monkeypatch, capsys):
    return lambda *words: run(monkeypatch, capsys, *words)


class TestArgument:
    @pytest.mark.parametrize(
        ("word", "cell"),
        [
            ("12", 12.0), ("-5", -5.0), ("1e3", 1000.0), ("", None), ("  ", None), ('""', None), ("fill", "fill"),
            ("true", True), ("FALSE", False), ("#N/A", CellError.NA), ("2011-12-09", 40886.0), ("2011-02-30", "2011-02-30"),
            ("nan", "nan"), ("inf", "inf"), ("-Infinity", "-Infinity"), ("=1+1", "=1+1"),
            ("1;2;3", [[1.0], [2.0], [3.0]]), ("1,2", [[1.0], [2.0]]), ("{1,2;3,4}", [[1.0, 2.0], [3.0, 4.0]]),
            ("1;;3", [[1.0], [None], [3.0]]), ("1;", [[1.0], [None]]),
            ("2011-12-08;2011-12-09", [[40885.0], [40886.0]]), ("#N/A;1", [[CellError.NA], [1.0]]),
        ],
    )  # fmt: skip
    def test_a_word_is_a_cell_or_a_range(self, word: str, cell: object) -> None:
        assert formulas.argument(word) == cell

    def test_one_value_with_a_separator_is_a_range(self) -> None:
        assert formulas.argument("7;") == [[7.0], [None]]


class TestResult:
    def test_examples_of_all_functions_work_as_their_help_writes_them(self) -> None:
        for spec in registered():
            example = (
                formulas.help_lines(spec).splitlines()[-1].removeprefix(f"Example: xlinventory {spec.name} ")
            )
            words = [word.strip('"') for word in example.split(" ")]
            assert formulas.result_lines(spec, words), spec.name

    def test_cells_of_a_row_have_tabs_between_and_rows_are_lines(self) -> None:
        # Break 100 at 1.90 beats the order of 158 at 2.00: Q = sqrt(2 x 1000 x 5 / (0.2 x 1.9)) = 162.22
        (line,) = formulas.result_lines(find("EOQ_DISCOUNT"), ["1000", "5", "0.2", "0;100", "2;1.9"])
        cells = [float(cell) for cell in line.split("\t")]
        quantity = math.sqrt(2 * 1000 * 5 / (0.2 * 1.9))
        yearly = 1000 * 1.9 + 5 * 1000 / quantity + 0.2 * 1.9 * quantity / 2
        assert cells == pytest.approx([quantity, 1.9, yearly])
        assert formulas.result_lines(find("ABC_CLASS"), ["70;20;10"]) == ["A", "B", "C"]

    @pytest.mark.parametrize(
        ("name", "words", "why"),
        [
            ("EOQ", ["100", "#N/A", "3", ".2"], "EOQ gives #N/A: an argument is that error"),
            ("EOQ", ["100", "", "3", ".2"], "order_cost must not be blank"),
            (
                "EOQ",
                ["many", "5", "3", ".2"],
                "annual_demand: expected a number, got 'many'",
            ),
            (
                "SAFETY_STOCK",
                ["20", "5", "4", "0.95", "", "", "some"],
                "service_type: expected one of cycle, fill",
            ),
            (
                "SAFETY_STOCK",
                ["20", "5", "4", "95"],
                "service_level must be strictly between 0 and 1, got 95",
            ),
        ],
    )
    def test_an_error_is_told_with_its_argument(self, name: str, words: list[str], why: str) -> None:
        with pytest.raises(InventoryError) as caught:
            formulas.result_lines(find(name), words)
        assert why in str(caught.value)
        assert "\n" not in str(caught.value)


class TestCommandLine:
    @pytest.mark.parametrize("name", ["REORDER_QTY", "reorder_qty", "Reorder_Qty"])
    def test_a_function_is_known_in_any_case_and_negative_numbers_are_numbers(
        self, xlinventory, name: str
    ) -> None:
        done = xlinventory(name, "-5", "62", "118")
        assert (done.code, done.out, done.err) == (0, "123\n", "")

    @pytest.mark.parametrize("words", [(), ("1", "2"), ("1",) * 7])
    def test_a_wrong_number_of_arguments_is_wrong_usage_and_shows_the_syntax(
        self, xlinventory, words
    ) -> None:
        done = xlinventory("REORDER_QTY", *words)
        assert (done.code, done.out) == (2, "")
        assert f"takes 3 to 6 arguments, got {len(words)}: REORDER_QTY(position, reorder_point," in done.err
        assert len(done.err.splitlines()) == 1

    def test_what_has_no_value_is_exit_code_1_and_one_sentence(self, xlinventory) -> None:
        done = xlinventory("SAFETY_STOCK", "20", "5", "4", "95")
        assert (done.code, done.out) == (1, "")
        assert done.err == "xlinventory: service_level must be strictly between 0 and 1, got 95\n"

    @pytest.mark.parametrize("word", ["--help", "-h"])
    def test_help_of_a_function_has_its_arguments_and_an_example_but_no_python(
        self, xlinventory, word: str
    ) -> None:
        done = xlinventory("EOQ", word)
        assert done.code == 0
        for told in (
            "EOQ(annual_demand, order_cost, unit_cost, holding_rate)",
            "Source:",
            "Example: xlinventory EOQ 900 4 2 1",
        ):
            assert told in done.out
        assert ">>>" not in done.out

    def test_help_and_version(self, xlinventory) -> None:
        assert xlinventory("--version").out == xlinventory("version").out == f"{__version__}\n"
        done = xlinventory("--help")
        assert done.code == 0
        for verb in macros():
            assert verb.name in done.out

    def test_every_verb_has_help(self, xlinventory) -> None:
        for verb in [*(macro.name for macro in macros()), "new", "demo", "functions", "version"]:
            done = xlinventory(verb, "--help")
            assert done.code == 0
            assert len(done.out.splitlines()) > 4, verb

    @pytest.mark.parametrize(
        "words", [("nonsense",), ("refresh",), ("new", "--wrong"), ("SAFTEY_STOCK", "1")]
    )
    def test_wrong_usage_is_exit_code_2(self, xlinventory, words) -> None:
        done = xlinventory(*words)
        assert (done.code, done.out) == (2, "")
        assert "Error" in done.err

    def test_failures_of_files_are_one_sentence(self, xlinventory, tmp_path) -> None:
        (tmp_path / "there.xlsx").write_text("mine")
        for words in (
            ("check", "missing.xlsx"), ("refresh", "missing.xlsx", "nowhere"), ("new", "book.xls"),
            ("new", "no/such/folder/book.xlsx"), ("new", "there.xlsx"), ("functions", "NOPE"),
        ):  # fmt: skip
            done = xlinventory(
                words[0], *(str(tmp_path / word) if "." in word else word for word in words[1:])
            )
            assert (done.code, done.out) == (1, ""), words
            assert len(done.err.splitlines()) == 1, words
        assert [path.name for path in tmp_path.iterdir()] == ["there.xlsx"]
        assert (tmp_path / "there.xlsx").read_text() == "mine"

    @pytest.mark.parametrize(
        ("error", "code", "sentence"),
        [
            (KeyboardInterrupt(), 130, "xlinventory: stopped\n"),
            (OSError(28, "No space left on device"), 1, "xlinventory: No space left on device\n"),
            (
                PermissionError(13, "Permission denied", "book.xlsx"),
                1,
                "xlinventory: book.xlsx: Permission denied\n",
            ),
        ],
    )
    def test_what_comes_from_outside_is_one_sentence(
        self, xlinventory, monkeypatch, error, code, sentence
    ) -> None:
        def fail(*_: object) -> list[str]:
            raise error

        monkeypatch.setattr(formulas, "result_lines", fail)
        done = xlinventory("EOQ", "900", "4", "2", "1")
        assert (done.code, done.out, done.err) == (code, "", sentence)

    def test_ctrl_c_in_a_command_is_told(self, xlinventory, monkeypatch) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(formulas, "print_functions", stop)
        done = xlinventory("functions")
        assert (done.code, done.out, done.err) == (130, "", "xlinventory: stopped\n")


class TestListing:
    def test_a_pipe_gets_a_line_for_each_function(self) -> None:
        text = io.StringIO()
        formulas.print_functions(Console(file=text, width=80))
        lines = [line.split("\t") for line in text.getvalue().splitlines()]
        assert [line[0] for line in lines] == [spec.name for spec in registered()]
        assert ["EOQ(annual_demand, order_cost, unit_cost, holding_rate)"] in [line[2:] for line in lines]

    def test_a_terminal_gets_families(self) -> None:
        text = io.StringIO()
        formulas.print_functions(Console(file=text, width=120, force_terminal=True, color_system=None))
        for told in (
            "Stock control",
            "EOQ(annual_demand, order_cost, unit_cost, holding_rate)",
            "[committed]",
        ):
            assert told in text.getvalue()


def test_no_function_has_the_name_of_a_verb() -> None:
    verbs = {macro.name for macro in macros()} | {"new", "demo", "functions", "version"}
    assert not verbs & {spec.name.lower() for spec in registered()}
