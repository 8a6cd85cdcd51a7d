"""LibreOffice's configuration files (.xcu): trees of nodes and values, written as text."""

from collections.abc import Iterable
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Content: TypeAlias = str
_NAMESPACES = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
MEDIA_TYPE = "application/vnd.sun.star.configuration-data"
"""What the manifest of an extension calls such a file."""


def file(name: str, package: str, children: Iterable[Content]) -> str:
    """A whole file: what it adds to the component *name* of *package*."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<oor:component-data {_NAMESPACES} oor:name={quoteattr(name)} oor:package={quoteattr(package)}>\n"
        f"{''.join(children)}</oor:component-data>\n"
    )


def group(name: str, *children: Content) -> Content:
    """A node that is there already and gets these children."""
    return f"<node oor:name={quoteattr(name)}>\n{''.join(children)}</node>\n"


def entry(name: str, *children: Content, operation: str = "replace") -> Content:
    """A node of ours in a set; ``fuse`` leaves what others have put into a node of the same name."""
    return f'<node oor:name={quoteattr(name)} oor:op="{operation}">\n{"".join(children)}</node>\n'


def text(name: str, value: str) -> Content:
    """A text."""
    return _value(name, "xs:string", f"<value>{escape(value)}</value>")


def words(name: str, value: str) -> Content:
    """A text that people read, in English."""
    return _value(name, "xs:string", f'<value xml:lang="en-US">{escape(value)}</value>')


def truth(name: str, *, value: bool) -> Content:
    """True or false."""
    return _value(name, "xs:boolean", f"<value>{str(value).lower()}</value>")


def _value(name: str, kind: str, value: str) -> Content:
    return f'<prop oor:name={quoteattr(name)} oor:type="{kind}">{value}</prop>\n'
