"""What a reorder policy really gives: the item's own demand and lead times drawn again and again.

samples: what is drawn from. policies: when and how much is ordered, and the orders on their way. periods: all
items period by period. service: what a policy gives; levels: what it takes to give what was asked for.
"""

from xlinventory.core.simulation.levels import SimulatedLevels, simulate_levels
from xlinventory.core.simulation.service import SimulatedService, simulate_service

__all__ = ["SimulatedLevels", "SimulatedService", "simulate_levels", "simulate_service"]
