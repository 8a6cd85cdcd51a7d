"""XML parts as plain text: UTF-8, double quotes, no prefix, no CDATA, no comments - what Excel writes.

Other writers may legally differ. Their parts are rewritten once when read, so that the quick readers of
sheets need to know one form only.

Every part is first read through by expat, whatever its encoding: what is not well-formed would let the
patterns of those readers search for ends that never come, and a document type definition is refused as soon
as it begins, before an entity of it could be used.
"""

import re
from xml.parsers import expat

from lxml import etree

from xlinventory.workbook import WorkbookError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding=["']([\w.-]+)["']""")
_ROOT = re.compile(r"<([A-Za-z][\w.-]*):\w")


def parse(data: bytes, part: str) -> "etree._Element":
    """A part as a tree; raises WorkbookError when it is damaged or holds a document type definition."""
    _read_through(data, part)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, strip_cdata=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(part) from error


def plain(data: bytes, part: str) -> str:
    """A part as text in the plain form."""
    if is_plain(data):
        _read_through(data, part)
        return data.decode("utf-8")
    text = etree.tostring(parse(data, part), encoding="unicode")
    root = _ROOT.match(text)
    if root is None:
        return text
    prefix = re.escape(root.group(1))
    text = re.sub(rf"(</?){prefix}:", r"\1", text)
    return re.sub(rf"\bxmlns:{prefix}=", "xmlns=", text, count=1)


def split_sheet(xml: str, name: str) -> tuple[str, str, str]:
    """(before, inside, after) the rows of a sheet part."""
    empty = re.search(r"<sheetData\s*/>", xml)
    if empty:
        return xml[: empty.start()], "", xml[empty.end() :]
    opening, closing = re.search(r"<sheetData[^>]*>", xml), xml.rfind("</sheetData>")
    if opening is None or closing < 0:
        raise WorkbookError(f"sheet {name} cannot be read: it has no sheet data")
    return xml[: opening.start()], xml[opening.end() : closing], xml[closing + len("</sheetData>") :]


def is_plain(data: bytes) -> bool:
    """Whether a part is in the plain form, to be searched as it is."""
    start = data[:4000]
    declared = _DECLARATION.search(start)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() != b"utf-8"):
        return False
    root = re.search(rb"<(?![?!])[^>]*>", start)
    prefixed = root is None or b":" in root.group(0).split()[0] or b"='" in root.group(0)
    odd = any(mark in data for mark in (b"<![CDATA[", b"<!--", b"\0")) or data.count(b"<?") > 1
    return not prefixed and not odd


def _read_through(data: bytes, part: str) -> None:
    """Raise WorkbookError unless a part is well-formed XML without a document type definition."""

    def refuse(*_: object) -> None:
        raise WorkbookError(f"the workbook holds a document type definition in {part}, which is not allowed")

    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = refuse
    try:
        reader.Parse(data, True)  # noqa: FBT003 - expat takes it by position only: there is no more to come
    except (expat.ExpatError, ValueError, LookupError) as error:  # the others: of an encoding nobody knows
        raise _damaged(part) from error


def _damaged(part: str) -> WorkbookError:
    return WorkbookError(f"the workbook is damaged: {part} cannot be read")
