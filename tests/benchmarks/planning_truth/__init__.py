"""Two simulated years of forecasting, planning, reordering and receiving, with demand and suppliers we know."""
