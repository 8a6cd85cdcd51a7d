"""The profile that is kept for the next start: made once, whole or not at all, for one LibreOffice."""

import os
import sys
from pathlib import Path

import pytest

from xlinventory.hosts.calc.program import systems
from xlinventory.hosts.calc.program.prepared import prepared

pytestmark = pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the folder is named as on Linux")


class Maker:
    """Makes profiles and counts them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, 0

    def __call__(self, profile: Path) -> None:
        self.made += 1
        (profile / "user" / "empty").mkdir(parents=True)
        (profile / "user" / "settings.xcu").write_text("<made/>")

    def profile(self) -> Path:
        """A new profile."""
        new = self.folder / f"run {len(list(self.folder.iterdir()))}" / "profile"
        new.parent.mkdir()
        prepared(new, self)
        return new


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "xlinventory"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "soffice"
    program.touch()
    monkeypatch.setattr(systems, "find_program", lambda: str(program))
    return program


@pytest.fixture
def maker(tmp_path: Path, program: Path) -> Maker:
    (tmp_path / "runs").mkdir()
    return Maker(tmp_path / "runs")


def contents(profile: Path) -> dict[str, str]:
    return {
        str(path.relative_to(profile)): path.read_text() if path.is_file() else ""
        for path in profile.rglob("*")
    }


def test_it_is_made_once_and_then_unpacked(cache: Path, maker: Maker) -> None:
    first, second = maker.profile(), maker.profile()
    assert maker.made == 1
    assert contents(first) == contents(second) == {
        "user": "", "user/empty": "", "user/settings.xcu": "<made/>",
    }  # fmt: skip
    (second / "user" / "settings.xcu").write_text("used")
    assert contents(maker.profile()) == contents(first), "nothing that runs on one changes what is kept"


def test_another_libreoffice_gets_another_one(cache: Path, maker: Maker, program: Path) -> None:
    maker.profile()
    program.write_text("newer")
    maker.profile()
    assert maker.made == 2


@pytest.mark.parametrize("keep", [0, 40, -30])
def test_a_damaged_one_is_made_anew(cache: Path, maker: Maker, keep: int) -> None:
    maker.profile()
    kept = next(cache.iterdir())
    kept.write_bytes(kept.read_bytes()[:keep])
    assert contents(maker.profile())["user/settings.xcu"] == "<made/>"
    maker.profile()
    assert maker.made == 2


def test_one_that_did_not_end_well_is_not_kept(cache: Path, maker: Maker) -> None:
    new = maker.folder / "left" / "profile"
    new.parent.mkdir()

    def left(profile: Path) -> None:
        maker(profile)
        (profile / ".lock").touch()

    prepared(new, left)
    assert not cache.exists()


def test_without_a_place_to_keep_it_all_goes_on(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    maker.profile()
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    maker.profile()
    assert maker.made == 2


def test_old_ones_go(cache: Path, maker: Maker, program: Path) -> None:
    maker.profile()
    os.utime(next(cache.iterdir()), (0, 0))
    program.write_text("newer")
    maker.profile()
    assert len(list(cache.iterdir())) == 1
