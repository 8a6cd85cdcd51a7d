"""Demand forecasting: what a history shows, how it goes on, and how sure that is."""

from xlinventory.core.forecasting.engine import Forecasts, forecast_many
from xlinventory.core.forecasting.patterns import demand_pattern, demand_patterns

__all__ = ["Forecasts", "demand_pattern", "demand_patterns", "forecast_many"]
