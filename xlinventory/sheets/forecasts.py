"""Forecast: mean and interval of each item and period, with the method that made them and why."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

FORECAST = Table(
    "Forecast",
    "One row an item and period ahead. The method is the one with the least error on held-out periods.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("period", Kind.DATE, "First day of the period", BUTTON, "date"),
        Column("mean", Kind.NUMBER, "Expected demand", BUTTON, "units"),
        Column(
            "override",
            Kind.NUMBER,
            "Your number for this period; the plan goes by it instead of mean. Kept while the period is ahead",
            unit="units",
            minimum=0,
        ),
        Column("low", Kind.NUMBER, "Lower end of the 95 % interval", BUTTON, "units"),
        Column("high", Kind.NUMBER, "Upper end of the 95 % interval", BUTTON, "units"),
        Column(
            "route",
            Kind.TEXT,
            "Way the history was taken: seasonal, smooth, intermittent, short; analogue: from its category",
            BUTTON,
            width=13,
        ),
        Column("method", Kind.TEXT, "Method chosen", BUTTON, width=12),
        Column("pattern", Kind.TEXT, "Demand pattern of the history", BUTTON, width=13),
        Column("season_length", Kind.WHOLE, "Season used; 0 is none", BUTTON, "periods"),
        Column("mase", Kind.NUMBER, "Held-out error, 1 = as good as the naive forecast", BUTTON, "ratio"),
        Column("runner_up", Kind.TEXT, "Method that came second", BUTTON, width=12),
        Column("runner_up_mase", Kind.NUMBER, "Held-out error of the runner-up", BUTTON, "ratio"),
        Column("naive_mase", Kind.NUMBER, "Held-out error of the (seasonal) naive forecast", BUTTON, "ratio"),
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
        Column(
            "surge",
            Kind.NUMBER,
            "Demand of these periods a year ago over the forecast, where one year shows a peak ahead that no "
            "season can prove yet: think about an override",
            BUTTON,
            "ratio",
        ),
        Column(
            "why", Kind.TEXT, "Why this forecast; the same on each line, so that filters keep it", BUTTON,
            width=90,
        ),
    ),
    key=("sku", "period"),
)  # fmt: skip

LATER = frozenset(
    ("override", "route", "pattern", "runner_up", "runner_up_mase", "naive_mase", "surge", "why")
)
"""Columns that older workbooks lack: the button fills those that are there."""
