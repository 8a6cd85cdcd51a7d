"""Just enough of pywin32 that xlwings' own Windows modules can be imported and run elsewhere.

Only for a process of its own: it changes sys.modules, ctypes and, while xlwings is imported, sys.platform.
Nothing of xlwings itself is replaced.
"""

import asyncio  # noqa: F401 - before the platform seems to be Windows
import ctypes
import datetime as dt
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"


class ComError(Exception):
    """What pywin32 raises for a failed call."""


class PyIDispatch:
    """The type of a COM object that pywin32 has not wrapped yet."""


class Wrapped:
    """A Python object as COM sees it."""

    def __init__(self, inside: Any) -> None:
        self.inside = inside


class ComObject:
    """A COM object with the given members, as pywin32 hands it to Python."""

    def __init__(self, **members: Any) -> None:
        self.__dict__.update(members)


def range_object(value: Any) -> ComObject:
    """A range of Excel with these values, as xlwings' own wrapper hands it over."""
    attributes = SimpleNamespace(iid=RANGE_IID)
    info = SimpleNamespace(GetTypeAttr=lambda: attributes)
    rows = value if isinstance(value, tuple) else ((value,),)
    return ComObject(
        _oleobj_=SimpleNamespace(GetTypeInfo=lambda: info),
        Value=value,
        Worksheet=ComObject(Parent=ComObject(Application=ComObject(Hwnd=1))),
        Row=1,
        Column=1,
        Rows=ComObject(Count=len(rows)),
        Columns=ComObject(Count=len(rows[0])),
    )


def wrap(inside: Any, *_: Any, **__: Any) -> Wrapped:
    return Wrapped(inside)


def unwrap(wrapped: Any) -> Any:
    if isinstance(wrapped, Wrapped):
        return wrapped.inside
    raise ComError("not a Python object")


def dispatch(thing: Any, *_: Any, **__: Any) -> Any:
    return thing


class AnyLibrary:
    """A Windows library of ctypes: every call is accepted and does nothing."""

    def __init__(self, *_: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return AnyFunction()


class AnyFunction(AnyLibrary):
    """A function of such a library, or a part of it."""

    def __call__(self, *_: Any) -> int:
        return 0


def xlwings_of_windows() -> Any:
    """The installed xlwings as it is on Windows. Numpy, pandas and the rest must be imported before."""
    for name, members in _modules().items():
        module = ModuleType(name)
        module.__dict__.update(members)
        module.__file__ = f"{name}.dll"
        sys.modules[name] = module
    for name in sys.modules.copy():
        parent, _, child = name.rpartition(".")
        if parent in _modules():
            setattr(sys.modules[parent], child, sys.modules[name])
    ctypes.windll = ctypes.oledll = AnyLibrary()
    plain, ctypes.PyDLL = ctypes.PyDLL, AnyLibrary
    platform, sys.platform = sys.platform, "win32"
    try:
        import xlwings  # noqa: PLC0415 - only now does it find Windows
    finally:
        sys.platform, ctypes.PyDLL = platform, plain
    return xlwings


def _modules() -> dict[str, dict[str, Any]]:
    class CoClassBaseClass:
        pass

    class DispatchBaseClass:
        pass

    return {
        "pywintypes": {
            "com_error": ComError, "error": OSError, "TimeType": dt.datetime, "IID": lambda text: text,
        },
        "pythoncom": {
            "com_error": ComError, "ole_error": ComError, "CoInitialize": lambda: None,
            "IID_IDispatch": "IDispatch", "IID_IEnumVARIANT": "IEnumVARIANT",
            "TypeIIDs": {"IDispatch": PyIDispatch},
        },
        "win32api": {}, "win32con": {}, "win32event": {}, "win32gui": {},
        "win32process": {"GetWindowThreadProcessId": lambda _window: (0, 1)},
        "win32timezone": {"TimeZoneInfo": SimpleNamespace(utc=lambda: dt.UTC)},
        "win32com": {"__path__": []},
        "win32com.client": {
            "Dispatch": dispatch, "DispatchEx": dispatch, "CDispatch": ComObject,
            "CoClassBaseClass": CoClassBaseClass, "DispatchBaseClass": DispatchBaseClass,
        },
        "win32com.server": {"__path__": []},
        "win32com.server.util": {"wrap": wrap, "unwrap": unwrap},
        "win32com.server.policy": {"DefaultPolicy": object},
        "win32com.server.dispatcher": {},
    }  # fmt: skip
