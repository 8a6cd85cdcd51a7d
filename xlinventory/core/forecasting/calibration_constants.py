"""Shifts of asked levels, measured by scripts/calibrate_forecasts.py."""

LEVELS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99)
BETWEEN = 0.15
PER_ITEM = 1.5
SHIPPED = {
    kind: {"period": (0.0,) * len(LEVELS), "total": (0.0,) * len(LEVELS)}
    for kind in ("dense", "seasonal", "sparse", "analogue")
}
