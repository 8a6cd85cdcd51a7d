"""Forecast, plan, reorder and receive for two simulated years, beside the policies of textbooks and of habit.

    python tests/benchmarks/planning.py                  # 15 minutes; a table a service target
    python tests/benchmarks/planning.py --quick          # a look, of a minute
    python tests/benchmarks/planning.py --why            # what the truth in place of an estimate would change

Demand (normal, seasonal, intermittent, lumpy) and lead times (steady, gamma, punctual but for 15 %) are drawn
from processes we know, see planning_truth/; every policy meets the same. Each knows two years of sales and
30 receipts a supplier at the start, then what it sees; it sets its levels at the end of every week and orders
daily or weekly, whole units up to a level that is one order quantity above its reorder point or more: the
economic one, by the rule of Items. Unmet demand waits. After 12 weeks it counts. The policies:

- ours: what Forecast, Update stock levels with its simulated check, and Reorder do, with the settings of a
  new workbook, a cycle service of 95 % or a fill rate of 97 %;
- textbook, L only: mean * L + z sd sqrt(L) of last year's weekly demand and the measured mean lead time;
- textbook, L + R: the same over lead time and review, demand taken as normal. It also gets the variance of
  the lead time (King), which not all textbooks have, to be a fair peer;
- min / max by hand: a year's average demand over the lead time, and an order quantity more, never changed.

Stock at equal service: the textbook's L + R at nine z, interpolated to our attained service, each cell by
itself, or with one z for all cells, whose mean service is then ours. Standard errors and intervals: bootstrap
of items.
"""

import argparse
from pathlib import Path

from planning_truth.loop import Loop, Policy
from planning_truth.measured import Outcome
from planning_truth.ours import TRUTHS, Evening, Ours
from planning_truth.report import playing, publish
from planning_truth.tables import Asked, Lineup, tables
from planning_truth.textbook import ByHand, LeadTimeOnly, WithReview, z_of
from planning_truth.why import reasons
from planning_truth.world import ITEMS_A_SUPPLIER, world

TARGETS = {"cycle": 0.95, "fill": 0.97}
NOMINAL = z_of(0.95)
GRID = (-1.0, -0.25, 0.25, 0.75, 1.25, 1.75, 2.25, 3.0, 4.0)
ITEMS, QUICK_ITEMS = 100, 10


def main() -> None:
    """Play, and show the tables."""
    chosen = _options().parse_args()
    items = QUICK_ITEMS if chosen.quick else -(-chosen.items // ITEMS_A_SUPPLIER) * ITEMS_A_SUPPLIER
    simulated, evening = world(items, chosen.years, chosen.seed), Evening()
    ours = [Ours(evening, kind, target) for kind, target in TARGETS.items()]
    if chosen.why:
        playing_why = [*ours, *_with_truths(evening)]
        outcome = Outcome(simulated, playing(Loop(simulated, playing_why)))
        publish([reasons(outcome, playing_why)], chosen)
        return
    others: list[Policy] = [LeadTimeOnly(NOMINAL), WithReview(NOMINAL), ByHand()]
    grid = [WithReview(z) for z in GRID]
    outcome = Outcome(simulated, playing(Loop(simulated, [*ours, *others, *grid])))
    asked = [Asked(*each, number) for number, each in enumerate(TARGETS.items())]
    names = {policy.name: len(ours) + number for number, policy in enumerate(others)}
    first = len(ours) + len(others)
    publish(tables(outcome, Lineup(asked, names, range(first, first + len(grid)))), chosen)


def _with_truths(evening: Evening) -> list[Ours]:
    """Ours without its check, and with each estimate's truth, and all of them."""
    variants = [("no check", False, ()), *[(f"true {each}", True, (each,)) for each in TRUTHS]]
    variants.append(("all true", True, TRUTHS))
    return [
        Ours(evening, kind, target, name, checked, true)
        for name, checked, true in variants
        for kind, target in TARGETS.items()
    ]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--items", type=int, default=ITEMS, help=f"items of each kind of demand, in tens ({ITEMS})"
    )
    parser.add_argument("--years", type=int, default=2, help="years that count (2)")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another world (1)")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ITEMS} items: a look, no measurement")
    parser.add_argument("--why", action="store_true", help="ours alone, with the truth in place of estimates")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the tables there as well")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/planning.md")
    return parser


if __name__ == "__main__":
    main()
