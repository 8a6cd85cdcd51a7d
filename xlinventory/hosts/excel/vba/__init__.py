"""VBA projects written from text: compression and records of MS-OVBA in a compound file of MS-CFB."""

from xlinventory.hosts.excel.vba.modules import Kind, Module
from xlinventory.hosts.excel.vba.project import build_project

__all__ = ["Kind", "Module", "build_project"]
