"""What a person is asked on saving, on closing and before refresh, and what their answer comes to.

The document, its window and the message box are stand-ins: no LibreOffice is started.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from xlinventory.hosts.calc.inside import closing, opened, press, save_command, saving
from xlinventory.hosts.excel.live.buttons import Told

FROM_EXCEL = "Calc MS Excel 2007 VBA XML"
OWN = "calc8"
DONE, FAILED = "Saved Items into book.xlsm.", "book.xlsm is open in Excel; nothing was saved"


class Undo:
    """Stands in for the list of steps that can be taken back."""

    steps = 0

    def isUndoPossible(self) -> bool:  # noqa: N802
        return self.steps > 0

    def clear(self) -> None:
        self.steps = 0

    def lock(self) -> None: ...

    unlock = lock


class Document:
    """Stands in for an open document."""

    URL = "file:///book.xlsm"
    readonly = False

    def __init__(self, filter_name: str = FROM_EXCEL, tables: tuple[str, ...] = ("Items",)) -> None:
        self.filter_name, self.changed = filter_name, True
        self.DatabaseRanges = SimpleNamespace(ElementNames=tables)
        self.Sheets = SimpleNamespace(Count=0)
        self.UndoManager = Undo()
        self.windows = 1

    def getArgs(self) -> tuple[Any, ...]:  # noqa: N802
        return (SimpleNamespace(Name="FilterName", Value=self.filter_name),)

    def getControllers(self) -> Any:  # noqa: N802
        left = list(range(self.windows))
        return SimpleNamespace(hasMoreElements=lambda: bool(left), nextElement=left.pop)

    def hasLocation(self) -> bool:  # noqa: N802
        return True

    def isModified(self) -> bool:  # noqa: N802
        return self.changed

    def setModified(self, changed: bool) -> None:  # noqa: N802
        self.changed = changed

    def isReadonly(self) -> bool:  # noqa: N802
        return self.readonly


class Person:
    """Answers every question alike and remembers what was said."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.told: list[str] = []

    def alert(self, prompt: str, **_options: Any) -> str:
        self.told.append(prompt.partition("\n")[0])
        return self.answer


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Document, str], Person]:
    """A person who gives that answer about that document, which is or cannot be saved."""

    def person(answer: str, document: Document, saved: str = DONE) -> Person:
        there = Person(answer)
        book = SimpleNamespace(name="book.xlsm", app=there, impl=SimpleNamespace(document=document))

        def save(name: str, _work: Any) -> Told:
            there.told.append(name)
            document.changed = saved != DONE
            return Told(saved, "info")

        monkeypatch.setattr("xlinventory.hosts.calc.inside.books.book_of", lambda *_: book)
        monkeypatch.setattr(saving, "finish_typing", lambda *_: None)
        monkeypatch.setattr(saving, "told_by", save)
        monkeypatch.setattr(closing, "window_of", lambda _: object())
        return there

    return person


QUESTION = "Save into the Excel workbook book.xlsm?"
LAST_QUESTION = "book.xlsm was changed. Save into the Excel workbook before it is closed?"


@pytest.mark.parametrize(
    ("answer", "told", "own_way"),
    [("yes", [QUESTION, "save"], 0), ("no", [QUESTION], 1), ("cancel", [QUESTION], 0)],
)
def test_save_asks_and_does_what_was_answered(asked: Any, answer: str, told: list[str], own_way: int) -> None:
    document, own = Document(), []
    person = asked(answer, document)
    saving.save(None, document, lambda: own.append(1))
    assert person.told == told
    assert len(own) == own_way


def test_what_could_not_be_saved_is_told(asked: Any) -> None:
    document = Document()
    person = asked("yes", document, FAILED)
    saving.save(None, document, lambda: None)
    assert person.told == [QUESTION, "save", FAILED]


@pytest.mark.parametrize("document", [Document(OWN), Document(tables=("Mine",))])
def test_what_is_no_excel_workbook_of_ours_by_now_is_saved_unasked(asked: Any, document: Document) -> None:
    person, own = asked("cancel", document), []
    saving.save(None, document, lambda: own.append(1))
    assert (person.told, own) == ([], [1])


@pytest.mark.parametrize(("answer", "told"), [("yes", [LAST_QUESTION, "save"]), ("no", [LAST_QUESTION])])
def test_closing_a_changed_workbook_asks(asked: Any, answer: str, told: list[str]) -> None:
    document = Document()
    person = asked(answer, document)
    closing.closing(None, document)
    assert person.told == told
    assert document.changed == (answer == "no")


def test_closing_asks_nothing_where_nothing_would_be_lost(asked: Any) -> None:
    unchanged, two_windows = Document(), Document()
    unchanged.changed, two_windows.windows = False, 2
    for document in (unchanged, two_windows, Document(OWN), Document(tables=("Mine",)), None):
        person = asked("yes", document)
        closing.closing(None, document)
        assert person.told == []


def test_the_command_save_is_the_one_that_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_command, "uno_class", lambda methods, *_: methods)
    own = SimpleNamespace()
    provider = save_command._Interceptor("context", "document")
    provider.setSlaveDispatchProvider(SimpleNamespace(queryDispatch=lambda url, *_: url.known and own))
    ask = [SimpleNamespace(Complete=name, known=own) for name in (".uno:Save", ".uno:SaveAs")]
    save, save_as = (provider.queryDispatch(url, "", 0) for url in ask)
    assert isinstance(save, save_command._Saving)
    assert save_as is own


@pytest.mark.parametrize(
    ("setting", "picked", "given", "pickers"),
    [("", "/csv", {"folder": "/csv"}, 1), (None, None, None, 1), ("/known", "/csv", {}, 0)],
)
def test_refresh_asks_for_a_folder_where_none_is_set(
    monkeypatch: pytest.MonkeyPatch, setting: Any, picked: Any, given: Any, pickers: int
) -> None:
    settings, shown = pd.DataFrame({"setting": ["csv_folder"], "value": [setting]}, dtype=object), []
    tables = SimpleNamespace(table_names=lambda: ["Settings"], read_table=lambda _: settings)
    monkeypatch.setattr(press, "LiveWorkbook", lambda _: tables)
    monkeypatch.setattr(press, "folder_of", lambda _: "/beside")
    monkeypatch.setattr(press.windows, "window_of", lambda _: object())
    monkeypatch.setattr(press.windows, "picked_folder", lambda *told: shown.append(told) or picked)
    assert press._folder("context", "book") == given
    assert shown == [("context", press.ASK_FOLDER, "/beside")] * pickers


@pytest.mark.parametrize(("filter_name", "restored"), [(OWN, 1), (FROM_EXCEL, 0), ("Text - txt", 0)])
def test_formulas_of_our_own_format_name_their_columns_unnoticed(
    monkeypatch: pytest.MonkeyPatch, filter_name: str, restored: int
) -> None:
    document, seen = Document(filter_name), []
    document.changed = False

    def restore(it: Document) -> None:
        seen.append(it)
        it.changed, it.UndoManager.steps = True, 3

    monkeypatch.setattr("xlinventory.hosts.calc.formulas.table_references.restore", restore)
    monkeypatch.setattr("xlinventory.hosts.calc.formulas.adoption.adopt", lambda _: None)
    monkeypatch.setattr(save_command, "take_over", lambda *_: None)
    opened.opened(None, document)
    assert seen == [document] * restored
    assert not document.changed
    assert document.UndoManager.steps == 0
    document.readonly = True
    opened.opened(None, document)
    assert len(seen) == restored
