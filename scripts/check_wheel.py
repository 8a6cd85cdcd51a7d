"""Build the wheel, install it anew and use it in an empty folder: ``python scripts/check_wheel.py``.

What a user gets with ``pip install xlinventory``, without anything of this repository in reach.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LITE = "inventory-lite.xlsx"
COMMANDS = (
    ("-c", "import xlinventory; print(xlinventory.__file__)"),
    ("-m", "xlinventory", "SAFETY_STOCK", "20", "5", "4", "0.95"),
    ("-m", "xlinventory", "new", "inventory.xlsx"),
    ("-m", "xlinventory", "new", "inventory.xlsm"),
    ("-m", "xlinventory", "new", "--addin"),
    ("-m", "xlinventory", "new", "--lite", LITE),
    ("-m", "xlinventory", "demo"),
    ("-m", "xlinventory", "check", "demo/inventory.xlsm"),
)


def main() -> None:
    """Stop at the first command that fails."""
    with tempfile.TemporaryDirectory() as scratch:
        wheels, environment, empty = (Path(scratch) / name for name in ("wheels", "environment", "empty"))
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)], ROOT)
        venv.create(environment, with_pip=False)
        python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        (wheel,) = wheels.glob("xlinventory-*.whl")
        run([*pip, "--python", str(python), "install", "--quiet", str(wheel)], ROOT)
        empty.mkdir()
        for command in COMMANDS:
            run([str(python), *command], empty)


def run(command: list[str], folder: Path) -> None:
    """Run a command, seen from the outside only."""
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    print(">", *command[1:], flush=True)
    subprocess.run(command, cwd=folder, env=outside, check=True)


if __name__ == "__main__":
    main()
