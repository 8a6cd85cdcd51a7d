"""Python classes as UNO objects: the interfaces are known only where a LibreOffice is."""

from functools import cache
from importlib import import_module

from xlinventory.hosts.calc.bridge import uno


@cache
def uno_class(methods: type, *interfaces: str) -> type:
    """The class that has these methods, as an implementation of interfaces below com.sun.star."""
    classes = (uno().getClass(f"com.sun.star.{interface}") for interface in interfaces)
    return type(methods.__name__.strip("_"), (methods, import_module("unohelper").Base, *classes), {})
