"""Forecast: mean and interval of each item and period, with the method that made them."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

FORECAST = Table(
    "Forecast",
    "One row an item and period ahead. The method is the one with the least error on held-out periods.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("method", Kind.TEXT, "Method chosen", BUTTON, width=12),
        Column("season_length", Kind.WHOLE, "Season used; 0 is none", BUTTON, "periods"),
        Column("mase", Kind.NUMBER, "Held-out error, 1 = as good as the naive forecast", BUTTON, "ratio"),
        Column(
            "bias", Kind.NUMBER, "Mean of actual - forecast on held-out periods", BUTTON, "units / period"
        ),
        Column(
            "sd",
            Kind.NUMBER,
            "Standard deviation of one period's demand around its forecast",
            BUTTON,
            "units",
        ),
        Column(
            "carry",
            Kind.RATIO,
            "Share of a period's error that stays for the periods after it, so that errors add up",
            BUTTON,
            "0 to 1",
        ),
        Column("period", Kind.DATE, "First day of the period", BUTTON, "date"),
        Column("mean", Kind.NUMBER, "Expected demand", BUTTON, "units"),
        Column("low", Kind.NUMBER, "Lower end of the 95 % interval", BUTTON, "units"),
        Column("high", Kind.NUMBER, "Upper end of the 95 % interval", BUTTON, "units"),
    ),
    key=("sku", "period"),
)
