"""Set up .venv beside this repository and run the demo or the tests in it; needs nothing but Python >= 3.11.

    python3 scripts/in_venv.py demo [options of "xlinventory demo"]
    python3 scripts/in_venv.py test [options of pytest]

A Debian Python without ensurepip is served too: the environment is then made without pip, and the
system's pip installs into it from outside.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main() -> int:
    """Make the environment, install the package, run what was asked for."""
    if sys.version_info < (3, 11):
        return fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if sys.argv[1:2] not in (["demo"], ["test"]):
        return fail("say what to run: demo or test")
    what, options = sys.argv[1], sys.argv[2:]
    pip = make_environment()
    if pip is None:
        return fail("neither ensurepip nor pip was found; on Debian: apt-get install python3-venv")
    print(
        "Installing xlinventory and what it needs into .venv (a minute or two the first time) ...", flush=True
    )
    target = ".[test]" if what == "test" else "."
    installed = run([*pip, "install", "--quiet", "--disable-pip-version-check", "--editable", target])
    if installed:
        return installed
    return {"demo": demo, "test": tests}[what](options)


def make_environment() -> list[str] | None:
    """The command that installs into .venv, or None if there is no pip to be had."""
    inside = [str(PYTHON), "-m", "pip"]
    if PYTHON.exists() and works([*inside, "--version"]):
        return inside
    if works([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return inside
    venv.create(VENV, clear=True, with_pip=False)
    outside = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return outside if works([*outside, "--version"]) else None


def demo(options: list[str]) -> int:
    """The whole job on the shipped sales."""
    return run([str(PYTHON), "-m", "xlinventory", "demo", *options])


def tests(options: list[str]) -> int:
    """Format, lint, types, then tests with branch coverage; the first failure ends it."""
    checks = [
        ["ruff", "format", "--check", "--quiet", "."],
        ["ruff", "check", "--quiet", "."],
        ["mypy"],
        [
            "pytest",
            "--quiet",
            "-n",
            "auto",
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            "--cov",
            "--cov-report=term",
            *options,
        ],
    ]
    for check in checks:
        code = run([str(PYTHON), "-m", *check])
        if code:
            return fail(f"{check[0]} found something", code)
    return 0


def works(command: list[str]) -> bool:
    """Whether a command runs without complaint."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> int:
    """Run in the repository and show what it prints."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def fail(sentence: str, code: int = 1) -> int:
    """Say why on stderr."""
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
