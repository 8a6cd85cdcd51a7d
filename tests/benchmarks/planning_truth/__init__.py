"""Two years of forecasting, planning, ordering and receiving, where we know demand and suppliers."""
