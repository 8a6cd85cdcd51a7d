"""Demand forecasting: what a history shows, how it goes on, and how sure that is."""

from xlinventory.core.forecasting.patterns import demand_pattern, demand_patterns

__all__ = ["demand_pattern", "demand_patterns"]
