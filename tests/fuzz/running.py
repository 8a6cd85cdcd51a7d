"""Trying one input after the other for a while, in a process of its own: it may hang, crash or eat memory.

An input is bytes and is written down before it is tried, so that whatever happens it can be replayed.
"""

import faulthandler
import hashlib
import random
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None

LONGEST_TRY = 60
"""Seconds after which an input hangs."""
MOST_MEMORY = 6 << 30
CURRENT, TRIED = "current", "tried"


class Target(NamedTuple):
    """Something to try inputs on: *make* makes one by chance, *attempt* raises what goes wrong with it."""

    name: str
    make: Callable[[random.Random], bytes]
    attempt: Callable[[bytes], None]


class Wrong(Exception):
    """A promise that an input broke without an exception."""


@dataclass
class Tally:
    """How many inputs were tried, and the file of each different fault found."""

    tried: int = 0
    faults: dict[str, str] = field(default_factory=dict)


def supervised(target: str, seconds: float, seed: int, folder: Path) -> Tally:
    """Run a target for so long; a process that dies is a fault, and another one goes on."""
    folder.mkdir(parents=True, exist_ok=True)
    tally, end, start = Tally(), time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        command = [
            *(sys.executable, "-m", "tests.fuzz", target, "--work", f"{seed}:{start}"),
            *("--seconds", f"{left:.0f}", "--faults", str(folder)),
        ]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        start = int((folder / f"{target}.{TRIED}").read_text() or 0) + 1
        if done.returncode == 0:
            break
        if "target.make" in done.stderr:
            raise RuntimeError(f"no input could be made\n{done.stderr}")
        keep(folder, target, (folder / f"{target}.{CURRENT}").read_bytes(), f"died\n{done.stderr}")
    tally.tried = start
    for told in sorted(folder.glob(f"{target}-*.txt")):
        tally.faults[told.stem] = told.read_text("utf-8").splitlines()[0]
    return tally


def work(target: Target, seconds: float, seed: int, start: int, folder: Path) -> None:
    """Try input after input, from number *start* on; each fault is kept once."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    warnings.simplefilter("error")
    end, number = time.monotonic() + seconds, start
    current, tried = (folder / f"{target.name}.{word}" for word in (CURRENT, TRIED))
    while time.monotonic() < end:
        tried.write_text(str(number))
        data = target.make(random.Random(f"{seed}:{number}"))
        current.write_bytes(data)
        faulthandler.dump_traceback_later(LONGEST_TRY, exit=True)
        told = fault_of(target, data)
        faulthandler.cancel_dump_traceback_later()
        if told:
            keep(folder, target.name, data, told)
        number += 1


def fault_of(target: Target, data: bytes) -> str:
    """What is wrong with an input, "" for nothing: a line that tells faults apart, and how it came."""
    try:
        target.attempt(data)
    except Exception as error:  # noqa: BLE001 - any exception is what is looked for
        frames = [
            f"{Path(frame.filename).name}:{frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
            if "xlinventory" in frame.filename or isinstance(error, Wrong)
        ]
        place = frames[-1] if frames else "?"
        what = str(error).split(":")[0] if isinstance(error, Wrong) else ""
        return f"{type(error).__name__} {what} in {place}\n{''.join(traceback.format_exception(error))}"
    return ""


def keep(folder: Path, target: str, data: bytes, told: str) -> None:
    """Save an input and what it did, unless one that did the same is kept already."""
    mark = hashlib.sha256(told.splitlines()[0].encode()).hexdigest()[:8]
    if told.startswith("died"):
        mark = hashlib.sha256(data).hexdigest()[:8]
    told_in = folder / f"{target}-{mark}.txt"
    if not told_in.exists():
        told_in.with_suffix(".bin").write_bytes(data)
        told_in.write_text(told, "utf-8", errors="replace")
