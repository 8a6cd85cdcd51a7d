"""Settings: one row a setting; each is also a defined name of the workbook."""

from dataclasses import dataclass

from xlinventory.tables import Column, Kind, Table
from xlinventory.workbook import Cell

PERIODS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12}
"""Days in each planning period."""
PERIODS_A_YEAR = {"day": 365, "week": 52, "month": 12}
"""Planning periods after which the same time of the year comes again."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, first value, rule and meaning."""

    name: str
    value: Cell
    kind: Kind
    help: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = True

    def as_column(self) -> Column:
        """The rules of its value, as a column of one row."""
        return Column(
            self.name, self.kind, self.help, required=self.required,
            minimum=self.minimum, maximum=self.maximum, choices=self.choices,
        )  # fmt: skip


SETTINGS = (
    Setting("as_of", None, Kind.DATE, "Today, for every date in this workbook; Refresh and Receive move it to the last movement", "date", required=False),
    Setting("period", "week", Kind.TEXT, "Length of a demand period", choices=tuple(PERIODS)),
    Setting("service_level_A", 0.97, Kind.RATIO, "Service target of class A items", "0 to 1", minimum=0.01, maximum=0.9999),
    Setting("service_level_B", 0.95, Kind.RATIO, "Service target of class B items", "0 to 1", minimum=0.01, maximum=0.9999),
    Setting("service_level_C", 0.90, Kind.RATIO, "Service target of class C items", "0 to 1", minimum=0.01, maximum=0.9999),
    Setting("service_type", "cycle", Kind.TEXT, "cycle: order cycles without a stock-out; fill: units served from stock", choices=("cycle", "fill")),
    Setting("review_days", 7.0, Kind.NUMBER, "Days between two reorder runs", "days", minimum=1.0),
    Setting("simulated_levels", "use", Kind.TEXT, "use: levels that the simulated check finds more than 2 points off their target are moved to it; propose: only told in Items", choices=("use", "propose")),
    Setting("default_lead_days", 14.0, Kind.NUMBER, "Lead time of items of which no supplier is known", "days", minimum=0.0),
    Setting("holding_rate", 0.25, Kind.RATIO, "Cost of holding stock for a year, as a share of its value", "1 / year", minimum=0.0001),
    Setting("order_cost", 5.0, Kind.MONEY, "Cost of ordering one line", "money / line", minimum=0.0),
    Setting("max_cover_days", 120.0, Kind.NUMBER, "The economic order quantity is never more than this many days of demand", "days", minimum=1.0),
    Setting("valuation_method", "FIFO", Kind.TEXT, "Cost flow of the books (LIFO is not permitted under IFRS)", choices=("FIFO", "LIFO", "WAC")),
    Setting("negative_stock", "error", Kind.TEXT, "error: refuse to value stock below zero; allow: cost it now, re-cost at the next receipt", choices=("error", "allow")),
    Setting("valuation_from", None, Kind.DATE, "First day of the period that Value stock accounts for; blank is from the first movement", "date", required=False),
    Setting("valuation_to", None, Kind.DATE, "Its last day, on which the stock is valued; blank is as_of", "date", required=False),
    Setting("same_day_order", "entry", Kind.TEXT, "Movements of one day count in the order entered, or receipts first", choices=("entry", "receipts first")),
    Setting("nrv_basis", "item", Kind.TEXT, "Cost and net realisable value are compared item by item (IAS 2.29), by category or in total (not IFRS)", choices=("item", "category", "total")),
    Setting("dead_days", 180.0, Kind.NUMBER, "Days without a sale after which stock counts as dead", "days", minimum=1.0),
    Setting("season_length", 1.0, Kind.WHOLE, "Periods in a season: 1 = find it, 0 = none", "periods", minimum=0.0),
    Setting("horizon", 12.0, Kind.WHOLE, "Periods to forecast", "periods", minimum=1.0, maximum=520.0),
    Setting("outlier_z", 0.0, Kind.NUMBER, "Robust standard deviations above the median at which demand is capped, but no override; 0 = none", minimum=0.0),
    Setting("forecast_calibration", "portfolio", Kind.TEXT, "Intervals are corrected by what all items missed when held out, or by shipped constants", choices=("portfolio", "shipped")),
    Setting("ask_first", "refresh", Kind.TEXT, "Buttons that say what they would change, and ask: refresh, or also plan and reorder (plan)", choices=("refresh", "plan")),
    Setting("score_weight_on_time", 0.4, Kind.NUMBER, "Weight in a supplier's score: lines on time in full", minimum=0.0),
    Setting("score_weight_accepted", 0.3, Kind.NUMBER, "Weight of units accepted", minimum=0.0),
    Setting("score_weight_price", 0.2, Kind.NUMBER, "Weight of the price", minimum=0.0),
    Setting("score_weight_steady", 0.1, Kind.NUMBER, "Weight of a steady lead time", minimum=0.0),
    Setting("price_reference", "best", Kind.TEXT, "Prices paid are scored against the best paid for the item, or its standard price: unit_cost in Items", choices=("best", "standard")),
    Setting("movement_rows", 200_000.0, Kind.WHOLE, "Most rows of Movements; what has no room goes into files beside the workbook, and counts", "rows", minimum=1.0, maximum=1_000_000.0),
    Setting("csv_folder", None, Kind.TEXT, "Folder of the last refresh", required=False),
    Setting("orders_folder", None, Kind.TEXT, "Folder that Export POs writes to; blank is orders beside the workbook", required=False),
    Setting("company", None, Kind.TEXT, "Your company's name, at the head of every purchase order; blank is left out, as are those below", required=False),
    Setting("company_address", None, Kind.TEXT, "Its address; a semicolon or a line break begins a new line", required=False),
    Setting("company_contact", None, Kind.TEXT, "Whom a supplier asks: name; telephone; e-mail; VAT number", required=False),
    Setting("delivery_address", None, Kind.TEXT, "Where suppliers deliver to; blank is company_address", required=False),
    Setting("order_note", None, Kind.TEXT, "Below the lines of every purchase order, such as your terms", required=False),
    Setting("paper", "A4", Kind.TEXT, "Paper of purchase orders", choices=("A4", "letter")),
    Setting("budget", None, Kind.MONEY, "Most money a reorder run may spend; blank is no limit", "money", minimum=0.0, required=False),
    Setting("shortage_cost", 0.5, Kind.RATIO, "Cost of a unit short as a share of its price, where its margin is not known", "share", minimum=0.0),
    Setting("bring_forward", "order days", Kind.TEXT, "What else goes with an order that a supplier gets anyway. order days: lines due before their next order day; all: with any-day suppliers those due before the next review, too; none", choices=("order days", "all", "none")),
    Setting("seed", 1.0, Kind.WHOLE, "Seed of the simulated check: same seed, same numbers", minimum=0.0),
    Setting("currency", "GBP", Kind.TEXT, "Currency of all money here"),
)  # fmt: skip

BUYER = ("company", "company_address", "company_contact", "delivery_address", "order_note", "paper")
"""Settings that a purchase order shows its supplier."""

SETTINGS_TABLE = Table(
    "Settings",
    "What every button and formula goes by. Change the values in the second column only.",
    (
        Column(
            "setting", Kind.TEXT, "Name of the setting; formulas use it as it stands", required=True, width=20
        ),
        Column("value", Kind.TEXT, "Its value", width=26),
        Column("unit", Kind.TEXT, "Its unit", width=14),
        Column("help", Kind.TEXT, "What it means", width=80),
    ),
    key=("setting",),
)
