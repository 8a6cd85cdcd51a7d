"""What a reorder policy really gives: the item's own demand and lead times drawn again and again.

samples: what is drawn from. policies: when and how much is ordered, and the orders on their way. periods: all
items period by period. service: what a policy gives; levels: what it takes to give what was asked for;
curves: what each service level takes. remembered: the same simulation is not run twice in a row.
"""

from xlinventory.core.simulation.curves import ServiceCurve, simulate_curve
from xlinventory.core.simulation.levels import SimulatedLevels, simulate_levels
from xlinventory.core.simulation.remembered import remembered
from xlinventory.core.simulation.service import SimulatedService, simulate_service

__all__ = [
    "ServiceCurve",
    "SimulatedLevels",
    "SimulatedService",
    "remembered",
    "simulate_curve",
    "simulate_levels",
    "simulate_service",
]
