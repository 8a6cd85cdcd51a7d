"""A profile with our extension in it, made once and unpacked for every LibreOffice that we start.

Putting the extension in takes a start of its own. What comes of it is kept in the person's cache folder, as
one file that appears complete or not at all, named after everything that it depends on; no LibreOffice ever
runs on it. Where it cannot be kept, or was damaged, the profile is made anew.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from xlinventory.hosts.calc.addin import build
from xlinventory.hosts.calc.program import installation, systems
from xlinventory.hosts.calc.program.office import Office
from xlinventory.hosts.calc.program.watch import answering
from xlinventory.hosts.file import disk

CACHES: Mapping[str, str] = {
    "linux": "{HOME}/.cache/xlinventory",
    "darwin": "{HOME}/Library/Caches/xlinventory",
    "win32": "{LOCALAPPDATA}/xlinventory/Cache",
}
"""Where a person's programs keep what can be made anew, by ``sys.platform``; any other is like Linux."""
KEPT_DAYS = 30
_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError)


def with_extension(scratch: Path, start: Callable[[Path], Office] = Office) -> Path:
    """A profile in the folder *scratch* whose LibreOffice has our extension.

    It is installed in a start of its own, unless that was done before: until the next one its functions live
    in another process, and each cell costs a journey there and back.
    """

    def make(profile: Path) -> None:
        with start(profile) as office, answering(office):
            installation.install(office.context, scratch=scratch)

    prepared(scratch / "profile", make)
    return scratch / "profile"


def prepared(profile: Path, make: Callable[[Path], None]) -> None:
    """Fill a folder that does not exist yet: from what is kept, else by *make*, to be kept."""
    kept = _place(profile.parent)
    if kept is not None and kept.exists():
        with suppress(*_DAMAGED):
            zipfile.ZipFile(kept).extractall(profile)
            return
        shutil.rmtree(profile, ignore_errors=True)
    make(profile)
    if kept is not None and not (profile / ".lock").exists():  # LibreOffice takes it away when it ends well
        with suppress(OSError):
            _keep(profile, kept)


def _keep(profile: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".", dir=kept.parent) as folder:
        Path(shutil.make_archive(str(Path(folder) / "profile"), "zip", profile)).replace(kept)
    for other in kept.parent.glob(f"{_BEGINNING}*"):
        if time.time() - other.stat().st_mtime > KEPT_DAYS * 86400:
            other.unlink()


_BEGINNING = "libreoffice-profile-"


def _place(scratch: Path) -> Path | None:
    """The file for this extension in this LibreOffice; None where a person has no cache folder."""
    try:
        folder = _cache()
    except KeyError:
        return None
    return folder / f"{_BEGINNING}{_key(scratch)}.zip"


def _cache() -> Path:
    """The folder for it; as the XDG base directory specification has it, only an absolute path counts."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute() and sys.platform not in ("darwin", "win32"):
        return given / "xlinventory"
    return Path(CACHES.get(sys.platform, CACHES["linux"]).format_map(os.environ))


def _key(scratch: Path) -> str:
    """Another one for another extension, other folders of packages, another LibreOffice."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        extension = build(Path(folder) / "xlinventory.oxt").read_bytes()
    program = Path(systems.find_program()).resolve()
    files = (program, program.with_name("soffice.bin"), program.with_name("versionrc"))
    stamps = [disk.stamp(file) for file in files if file.exists()]
    return hashlib.sha256(extension + repr((str(program), stamps)).encode()).hexdigest()[:32]
