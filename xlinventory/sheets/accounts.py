"""Valuation: what the stock is worth and what sales cost."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

METHODS = {"fifo": "FIFO", "lifo": "LIFO", "wac": "weighted average"}
"""The methods side by side: how their columns begin, and how they are called."""

VALUATION_METHODS = ("FIFO", "LIFO", "WAC", "FIFO_PERIODIC", "LIFO_PERIODIC", "WAC_PERIODIC")
"""The lines of ValuationTotals."""


def _by_method(figure: str, help_text: str) -> tuple[Column, ...]:
    """A figure's column for each method."""
    return tuple(
        Column(f"{method}_{figure}", Kind.MONEY, f"{help_text}, {name}", BUTTON, "money")
        for method, name in METHODS.items()
    )


def _unbalanced(method: str) -> str:
    return f"ABS(N([{method}_opening])+[purchases]-[{method}_cost_of_sales]-[{method}_value])"


VALUATION = Table(
    "Valuation",
    "Stock and cost of sales of a period, item by item, by FIFO, LIFO and weighted average; LIFO not under IFRS.",
    (
        Column("sku", Kind.TEXT, "Item", BUTTON, required=True, width=12),
        Column("name", Kind.TEXT, "Its name", BUTTON, width=34),
        Column("category", Kind.TEXT, "Its category", BUTTON, width=14),
        Column("quantity", Kind.NUMBER, "Units in stock at the end of to_date", BUTTON, "units"),
        *_by_method("value", "Stock at the end of to_date"),
        Column(
            "check",
            Kind.MONEY,
            "Opening + purchases - cost of sales - stock, all three methods: must be 0",
            Writer.FORMULA,
            "money",
            formula=f"=ROUND({'+'.join(map(_unbalanced, METHODS))},6)",
        ),
        Column(
            "write_down",
            Kind.MONEY,
            "Stock of the method of Settings above its net realisable value, compared by nrv_basis",
            BUTTON,
            "money",
        ),
        Column(
            "carrying_value",
            Kind.MONEY,
            "Stock by the method of Settings, less the write-down",
            BUTTON,
            "money",
        ),
        Column(
            "nrv",
            Kind.MONEY,
            "Net realisable value of a unit: selling price less cost to sell",
            BUTTON,
            "money / unit",
        ),
        Column(
            "write_down_change",
            Kind.MONEY,
            "Change of the write-down since the last period closed before to_date: below 0 it was reversed, or the "
            "units are gone; blank where none was closed",
            BUTTON,
            "money",
        ),
        *_by_method("opening", "Stock before from_date"),
        Column(
            "purchases",
            Kind.MONEY,
            "Opening stock entered and receipts at cost with their landed cost, less what suppliers took back: the "
            "same by every method",
            BUTTON,
            "money",
        ),
        *_by_method("cost_of_sales", "All else that went out, less what came back"),
        Column(
            "written_off",
            Kind.MONEY,
            "Part of the cost of sales of the method of Settings: write-offs and stock-take differences",
            BUTTON,
            "money",
        ),
        Column(
            "from_date",
            Kind.DATE,
            "First day of the period; blank is from the first movement",
            BUTTON,
            "date",
        ),
        Column("to_date", Kind.DATE, "Last day of the period, on which the stock is valued", BUTTON, "date"),
        Column("problem", Kind.TEXT, "Why an item has no value", BUTTON, width=50),
    ),
    key=("sku",),
)

VALUATION_TOTALS = Table(
    "ValuationTotals",
    "The same for all items that have a value, a line a method, and a chart. LIFO is not permitted under IFRS.",
    (
        Column("method", Kind.TEXT, "Cost flow", BUTTON, required=True, width=18),
        Column("chosen", Kind.TEXT, "yes: the method of Settings, by which the stock is carried", BUTTON, width=8),
        Column("from_date", Kind.DATE, "First day of the period; blank is from the first movement", BUTTON, "date"),
        Column("to_date", Kind.DATE, "Last day of the period, on which the stock is valued", BUTTON, "date"),
        Column("opening", Kind.MONEY, "Stock before from_date", BUTTON, "money", width=15),
        Column(
            "purchases",
            Kind.MONEY,
            "Receipts at cost with their landed cost, less what suppliers took back",
            BUTTON,
            "money",
            width=15,
        ),
        Column(
            "cost_of_sales", Kind.MONEY, "All else that went out, less what came back", BUTTON, "money", width=18
        ),
        Column("closing", Kind.MONEY, "Stock at the end of to_date", BUTTON, "money", width=15),
        Column(
            "check",
            Kind.MONEY,
            "Opening + purchases - cost of sales - closing: must be 0",
            Writer.FORMULA,
            "money",
            formula="=ROUND([opening]+[purchases]-[cost_of_sales]-[closing],4)",
        ),
        Column(
            "write_down", Kind.MONEY, "Closing stock above its net realisable value, by nrv_basis", BUTTON, "money",
            width=15,
        ),
        Column("carrying_value", Kind.MONEY, "Closing stock less the write-down", BUTTON, "money", width=18),
        Column("note", Kind.TEXT, "What to know of the method", BUTTON, width=72),
    ),
    key=("method",),
)  # fmt: skip

VALUATION_LATER = frozenset(
    (
        "category",
        "from_date",
        "to_date",
        "written_off",
        "write_down_change",
        *(f"{m}_opening" for m in METHODS),
    )
)
"""Columns of Valuation that older workbooks lack: the button fills those that are there."""
