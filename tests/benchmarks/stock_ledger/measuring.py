"""A piece of work in a process of its own: what it takes of the processor, the clock and the memory."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """Seconds of the processor and by the clock, megabytes at the peak beyond those before; what it told."""

    seconds: float
    clock: float
    megabytes: float
    told: Any = None


def taken_by(work: Callable[[], Any]) -> Taken:
    """One run of the work, in this process; the peak starts anew where the system lets it (Linux)."""
    _forget_the_peak()
    before = _peak_megabytes()
    processor, clock = time.process_time(), time.perf_counter()
    told = work()
    seconds, clock = time.process_time() - processor, time.perf_counter() - clock
    return Taken(seconds, clock, _peak_megabytes() - before, told)


def in_own_process(script: Path, words: Sequence[object]) -> Taken:
    """What *script* prints as JSON when it is started with these words."""
    command = [sys.executable, str(script), *map(str, words)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr}")
    return Taken(*json.loads(done.stdout.splitlines()[-1]))


def least(runs: Sequence[Taken]) -> Taken:
    """The best of several runs: the least seconds, and of each other figure the least."""
    return Taken(*(min(getattr(run, name) for run in runs) for name in Taken._fields[:3]), runs[0].told)


def _forget_the_peak() -> None:
    peak = Path("/proc/self/clear_refs")
    if peak.exists():
        peak.write_text("5", encoding="ascii")


def _peak_megabytes() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
