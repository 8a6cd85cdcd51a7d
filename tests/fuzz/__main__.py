"""Fuzzing from the command line.

python -m tests.fuzz --seconds 600 --faults FOLDER      every target, then a table
python -m tests.fuzz functions --replay FILE            one kept input again
"""

import argparse
import random
import sys
from pathlib import Path

from tests.fuzz import functions, shop_files, typed_cells, workbooks
from tests.fuzz.running import Tally, Target, fault_of, supervised, work

TARGETS: dict[str, Target] = {
    module.TARGET.name: module.TARGET for module in (functions, shop_files, workbooks, typed_cells)
}


def main() -> int:
    """Run what was asked for; 1 when a fault was found."""
    asked = _asked()
    if asked.replay:
        return _replayed(TARGETS[asked.target], asked.replay)
    if asked.work:
        seed, start = map(int, asked.work.split(":"))
        work(TARGETS[asked.target], asked.seconds, seed, start, asked.faults)
        return 0
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1 << 32)
    names = [asked.target] if asked.target else list(TARGETS)
    tallies = {name: supervised(name, asked.seconds, seed, asked.faults) for name in names}
    sys.stdout.write(f"{table(tallies, seed, asked.faults)}\n")
    return int(any(tally.faults for tally in tallies.values()))


def table(tallies: dict[str, Tally], seed: int, folder: Path) -> str:
    """Inputs tried and faults found of each target, and where the input of each fault is."""
    rows = [
        f"seed {seed}", "", "| target | inputs tried | faults found |", "|---|---|---|",
        *(f"| {name} | {tally.tried:,} | {len(tally.faults)} |" for name, tally in tallies.items()), "",
    ]  # fmt: skip
    for tally in tallies.values():
        rows += [f"{folder / name}.bin: {told}" for name, told in tally.faults.items()]
    return "\n".join(rows)


def _replayed(target: Target, path: Path) -> int:
    told = fault_of(target, path.read_bytes())
    sys.stdout.write(f"{told or 'nothing is wrong'}\n")
    return int(bool(told))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=list(TARGETS))
    parser.add_argument("--seconds", type=float, default=600.0, help="of each target")
    parser.add_argument("--seed", type=int, help="a new one if not given")
    parser.add_argument("--faults", type=Path, default=Path("faults"), help="folder for inputs that fail")
    parser.add_argument("--replay", type=Path, help="an input that was kept")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
