"""XML parts as plain text: UTF-8, double quotes, no prefix, no CDATA, no comments - what Excel writes.

Other writers may legally differ. Their parts are rewritten once when read, so that the quick readers of
sheets need to know one form only.
"""

import re

from lxml import etree

from xlinventory.workbook import WorkbookError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_DECLARATION = re.compile(rb"""<\?xml[^>]*?encoding=["']([\w.-]+)["']""")
_ROOT = re.compile(r"<([A-Za-z][\w.-]*):\w")


def parse(data: bytes, part: str) -> "etree._Element":
    """A part as a tree; raises WorkbookError when it is damaged."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, strip_cdata=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise WorkbookError(f"the workbook is damaged: {part} cannot be read") from error
    if root.getroottree().docinfo.doctype:
        raise WorkbookError(f"the workbook holds a document type definition in {part}, which is not allowed")
    return root


def plain(data: bytes, part: str) -> str:
    """A part as text in the plain form."""
    if _is_plain(data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise WorkbookError(f"the workbook is damaged: {part} cannot be read") from error
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


def _is_plain(data: bytes) -> bool:
    start = data[:4000]
    declared = _DECLARATION.search(start)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared and declared[1].lower() != b"utf-8"):
        return False
    root = re.search(rb"<(?![?!])[^>]*>", start)
    prefixed = root is None or b":" in root.group(0).split()[0] or b"='" in root.group(0)
    return not prefixed and b"<![CDATA[" not in data and b"<!--" not in data
