"""What xlwings asks of an engine, beside what ours answers: says what broke when xlwings' seam changes.

xlwings has no published contract for engines. Its base classes say which members there are, its front end and
its converters say which are called and with what; both are read here from the installed release.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
import xlwings
from xlwings import base_classes, main
from xlwings.conversion import standard

from xlinventory.hosts.calc.engine.application import App
from xlinventory.hosts.calc.engine.applications import Apps, Engine
from xlinventory.hosts.calc.engine.books import Book, Books
from xlinventory.hosts.calc.engine.names import Name, Names
from xlinventory.hosts.calc.engine.ranges import Range
from xlinventory.hosts.calc.engine.sheets import Sheet, Sheets
from xlinventory.hosts.calc.engine.tables import AutoFilter, Table, Tables

OURS = {
    kind.__name__: kind
    for kind in (App, Apps, AutoFilter, Book, Books, Engine, Name, Names, Range, Sheet, Sheets, Table, Tables)
}
SERVED: Mapping[str, str] = {
    "Apps": "keys add active cleanup __getitem__ __len__ __iter__",
    "App": "__init__ engine api version activate visible quit kill screen_updating display_alerts "
    "enable_events interactive calculation calculate books path pid status_bar alert __enter__ __exit__",
    "Books": "active add open __call__ __len__ __iter__ __contains__",
    "Book": "__init__ api name sheets app close save fullname names activate to_pdf sheet_names",
    "Sheets": "active add __call__ __len__ __iter__",
    "Sheet": "api name index range cells activate select clear delete visible tables used_range book",
    "Range": "api sheet row column shape raw_value value formula formula2 number_format clear_contents "
    "clear_formats clear autofill table address get_address __len__ __call__ resize offset",
    "Tables": "add __call__ __len__ __iter__ __contains__",
    "Table": "api name display_name parent range header_row_range data_body_range totals_row_range "
    "show_headers show_totals show_autofilter autofilter resize",
    "AutoFilter": "criteria clear",
    "Names": "add __call__ __len__ __iter__",
    "Name": "name refers_to refers_to_range delete",
    "Engine": "apps name type",
}
"""Members of xlwings' public front end that work over LibreOffice, by class."""
OF_OTHER_ENGINES = {"json", "filename"}
"""What xlwings Server and Reader open books by; the front end asks which engine it has first."""
IN_COLLECTION = ("Apps", "Engine")  # these two do not inherit from xlwings' Collection


class Call(NamedTuple):
    """Something the front end wants of the object behind it."""

    place: str
    member: str
    node: ast.Call | None


def front_end(kind: str) -> Iterator[Call]:
    """What the served members of a front class call behind themselves."""
    bases = [] if kind in IN_COLLECTION else [main.Collection]
    classes = [getattr(main, kind), *(base for base in bases if issubclass(getattr(main, kind), base))]
    for name in SERVED[kind].split():
        source = next((vars(known)[name] for known in classes if name in vars(known)), None)
        assert source is not None, complaint(kind, name, "is gone from the front end")
        for function in functions(source):
            for call in calls(function):
                yield Call(f"xlwings.{kind}.{name}", *call)


def functions(member: object) -> list[object]:
    if isinstance(member, property):
        return [part for part in (member.fget, member.fset) if part]
    return [member]


def calls(function: object) -> Iterator[tuple[str, ast.Call | None]]:
    """The members of ``self.impl`` that a function uses, and how it calls them."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self.impl", "self._impl"):
            yield node.attr, called.get(id(node))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "self.impl":
            yield "__call__", node


def complaint(kind: str, member: str, what: str) -> str:
    return f"xlwings {xlwings.__version__}: {kind}.{member} {what}"


def answer(kind: str, member: str) -> object:
    """What our class has under a name, its own or from a class that is not xlwings'."""
    if member in own_attributes(OURS[kind]):
        return member
    return next((vars(known)[member] for known in OURS[kind].__mro__ if member in vars(known)), None)


def own_attributes(kind: type) -> set[str]:
    """What the objects of a class are given when they are made."""
    makers = [vars(known).get("__init__") for known in kind.__mro__]
    trees = [
        ast.parse(inspect.cleandoc("\n" + inspect.getsource(made)))
        for made in makers
        if inspect.isfunction(made)
    ]
    stored = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    return {n.attr for n in stored if isinstance(n.ctx, ast.Store) and ast.unparse(n.value) == "self"}


def is_refused(member: object) -> bool:
    """Whether a member of xlwings' base classes is one that only an engine can fill."""
    return any(
        "raise NotImplementedError" in inspect.getsource(part)
        for part in functions(member)
        if inspect.isfunction(part) and part.__module__ == base_classes.__name__
    )


def mismatch(node: ast.Call, member: object) -> str:
    """Why a call does not fit a method; "" when it does."""
    names = {keyword.arg for keyword in node.keywords}
    open_ended = None in names or any(isinstance(argument, ast.Starred) for argument in node.args)
    if open_ended or names & OF_OTHER_ENGINES or not callable(member) or isinstance(member, property):
        return ""
    method = member.__func__ if isinstance(member, staticmethod) else member
    given = [None] * (len(node.args) + (not isinstance(member, staticmethod)))
    try:
        inspect.signature(method).bind(*given, **dict.fromkeys(names))
    except TypeError as error:
        return f"is called as {ast.unparse(node)}, but ours has {inspect.signature(method)}: {error}"
    return ""


def broken(kind: str) -> list[str]:
    """Everything about a class of ours that does not fit the installed xlwings."""
    found = []
    for call in front_end(kind):
        member = answer(kind, call.member)
        if member is None or is_refused(member):
            found.append(complaint(kind, call.member, f"is wanted by {call.place}, and our engine has none"))
        elif call.node is not None and (why := mismatch(call.node, member)):
            found.append(complaint(kind, call.member, f"{why} ({call.place})"))
    return found + unlike_the_base(kind)


def unlike_the_base(kind: str) -> list[str]:
    """Members that our class takes from the base, but that are not what they were there."""
    base = getattr(base_classes, kind, None)
    if base is None:
        return []
    found = []
    for name in sorted(set(vars(OURS[kind])) & set(vars(base))):
        mine, theirs = vars(OURS[kind])[name], vars(base)[name]
        if inspect.isfunction(mine) and inspect.isfunction(theirs) and (why := different(mine, theirs)):
            found.append(complaint(kind, name, why))
        elif isinstance(theirs, property) and theirs.fset and isinstance(mine, property) and not mine.fset:
            if f"{kind}.{name}" not in READ_ONLY:
                found.append(complaint(kind, name, "can be set in xlwings, not in ours"))
        elif inspect.isfunction(mine) and isinstance(theirs, property):
            found.append(complaint(kind, name, "is a property in xlwings, a method in ours"))
    return found


READ_ONLY = ("Table.show_headers", "Table.show_autofilter")
"""Settable in xlwings; what we serve only reads them."""


def different(mine: object, theirs: object) -> str:
    """Why a method of ours cannot be called as the base's can; "" when it can."""
    wanted = [p for p in inspect.signature(theirs).parameters.values() if p.kind is not p.VAR_KEYWORD][1:]
    if theirs.__name__ in ("cleanup", "unfreeze"):
        return ""
    try:
        inspect.signature(mine).bind(None, *(None for _ in wanted))
    except TypeError as error:
        return f"is {inspect.signature(theirs)} in xlwings and {inspect.signature(mine)} in ours: {error}"
    return ""


@pytest.mark.parametrize("kind", sorted(SERVED))
def test_ours_answers_what_xlwings_asks(kind: str) -> None:
    assert broken(kind) == []


def test_converters_ask_for_what_we_have() -> None:
    """Conversion reaches past the front end: to ranges and to the engine itself."""
    wanted = {}
    for name, stage in vars(standard).items():
        if inspect.isclass(stage) and stage.__module__ == standard.__name__ and not name.startswith("Async"):
            wanted |= dict.fromkeys(behind(ast.parse(inspect.getsource(stage))), name)
    for function in (standard._resolve_read_chunksize, standard._resolve_write_chunksize):
        wanted |= dict.fromkeys(behind(ast.parse(inspect.getsource(function))), function.__name__)
    assert ("Engine", "clean_value_data") in wanted, complaint(
        "Engine", "clean_value_data", "is asked no more"
    )
    assert ("Engine", "prepare_xl_data_element") in wanted
    missing = [
        complaint(kind, member, f"is wanted by {place}, and our engine has none")
        for (kind, member), place in wanted.items()
        if not hasattr(OURS[kind], member)
    ]
    assert missing == []


def behind(tree: ast.AST) -> Iterator[tuple[str, str]]:
    owners = {"rng.impl": "Range", "c.range.impl": "Range", "c.engine.impl": "Engine"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in owners:
            yield owners[ast.unparse(node.value)], node.attr


def test_a_changed_signature_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def save(self: object, path: object = None, password: object = None, encoding: object = None) -> None:
        raise NotImplementedError

    monkeypatch.setattr(base_classes.Book, "save", save)
    (told,) = broken("Book")
    assert told.startswith(f"xlwings {xlwings.__version__}: Book.save is (self")
    assert "encoding" in told


def test_a_new_member_that_the_front_end_calls_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def select(self: main.Sheet) -> None:
        return self.impl.choose(1, quietly=True)

    monkeypatch.setattr(main.Sheet, "select", select)
    (told,) = broken("Sheet")
    words = "Sheet.choose is wanted by xlwings.Sheet.select, and our engine has none"
    assert told == f"xlwings {xlwings.__version__}: {words}"


def test_a_call_with_something_new_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def activate(self: main.Book) -> None:
        self.impl.activate(minimized=True)

    monkeypatch.setattr(main.Book, "activate", activate)
    (told,) = broken("Book")
    assert "Book.activate is called as self.impl.activate(minimized=True), but ours has (self)" in told


def test_a_member_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(main.Range, "formula2")
    with pytest.raises(AssertionError, match=r"Range\.formula2 is gone from the front end"):
        broken("Range")
