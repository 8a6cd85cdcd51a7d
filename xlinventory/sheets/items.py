"""Items: one row a SKU; what you know of it, what the buttons measured, what the formulas make of both."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON, FORMULA = Writer.BUTTON, Writer.FORMULA

# A formula waits for its measured inputs instead of showing an error before the first plan.
_PLANNED = '=IF(AND(ISNUMBER([demand_avg]),ISNUMBER([lead_time])),{},"")'
LEAST_A_YEAR = 1
"""Units a year below which no stock is kept, whatever the spread of past demand."""
_STOCKED = _PLANNED.format(f"IF([demand_avg]*365>={LEAST_A_YEAR},{{}},0)")
_DISTRIBUTION = 'IF([pattern]="smooth","normal",IF([pattern]="erratic","gamma","negbin"))'
_ORDER = "MIN([eoq],[demand_avg]*max_cover_days)"
_POLICY = (
    "[demand_avg],[demand_sd],[lead_time],[service_target],[lead_time_sd],review_days,service_type,"
    f"MAX(1,{_ORDER}),{_DISTRIBUTION}"
)
_CHANGE = 'IF(simulated_levels="use",N([simulated_change]),0)'
_TARGET = f"MAX(ORDER_UP_TO({_POLICY})+{_CHANGE},[reorder_point]+{_ORDER})"
_HIGHEST = "IF([order_up_to]>0,MAX([order_up_to],[reorder_point]+N([moq]))+MAX(1,N([pack_size])),0)"
"""The highest position that an order leads to, as in ``stock_control.highest_position``."""
_CLASS_TARGET = 'IF([abc]="A",service_level_A,IF([abc]="B",service_level_B,service_level_C))'

ITEMS = Table(
    "Items",
    "One row a SKU. White columns are yours, grey ones are measured by buttons or calculated.",
    (
        Column("sku", Kind.TEXT, "Stock keeping unit, always text", required=True, width=12),
        Column("name", Kind.TEXT, "Name of the item", width=34),
        Column("category", Kind.TEXT, "Category, for reports", width=14),
        Column("active", Kind.YES_NO, "no: never ordered", choices=("yes", "no"), width=8),
        Column("preferred_supplier", Kind.TEXT, "Supplier to order from", choices_from="Suppliers[supplier]", width=20),
        Column("unit_cost", Kind.MONEY, "Cost of a unit", unit="money / unit", minimum=0),
        Column("sell_price", Kind.MONEY, "Selling price of a unit", unit="money / unit", minimum=0),
        Column("cost_to_sell", Kind.MONEY, "Cost of selling a unit, such as commission and carriage: net realisable value is the price less this; blank is 0",
               unit="money / unit", minimum=0),
        Column("service_level", Kind.RATIO, "Service target of this item; blank takes its class's", unit="0 to 1",
               minimum=0.01, maximum=0.9999),
        Column("moq", Kind.NUMBER, "Minimum order quantity", unit="units", minimum=0),
        Column("pack_size", Kind.NUMBER, "Units in a pack; orders are whole packs", unit="units", minimum=0),
        Column("max_qty", Kind.NUMBER, "Largest order; blank is no limit", unit="units", minimum=0),
        Column("weight", Kind.NUMBER, "Weight of a unit, in any one measure: landed costs shared by weight go by it", minimum=0),
        Column("on_hand", Kind.NUMBER, "Units in stock, from Movements", BUTTON, "units"),
        Column("on_order", Kind.NUMBER, "Units on open purchase orders", BUTTON, "units"),
        Column("committed", Kind.NUMBER, "Units promised to customers and not yet shipped", unit="units", minimum=0),
        Column("position", Kind.NUMBER, "On hand + on order - committed", FORMULA, "units",
               formula='=IF(ISNUMBER([on_hand]),INVENTORY_POSITION([on_hand],N([on_order]),[committed]),"")'),
        Column("demand_avg", Kind.NUMBER, "Forecast mean demand a day", BUTTON, "units / day"),
        Column("demand_sd", Kind.NUMBER, "Standard deviation of a day's demand, as errors of the forecast add up over lead time and review", BUTTON,
               "units / day"),
        Column("lead_time", Kind.NUMBER, "Mean days from order to receipt", BUTTON, "days"),
        Column("lead_time_sd", Kind.NUMBER, "Standard deviation of the lead time", BUTTON, "days"),
        Column("service_target", Kind.RATIO, "The item's own target, else its class's", FORMULA, "0 to 1",
               formula=f"=IF(ISNUMBER([service_level]),[service_level],{_CLASS_TARGET})"),
        Column("safety_stock", Kind.NUMBER, "Stock kept against demand and supply variability", FORMULA, "units",
               formula=_STOCKED.format(f"SAFETY_STOCK({_POLICY})+{_CHANGE}")),
        Column("reorder_point", Kind.NUMBER, "Position at or below which to order: 0 at least, where a fill rate would let customers wait first", FORMULA, "units",
               formula=_STOCKED.format(f"MAX(0,REORDER_POINT({_POLICY})+{_CHANGE})")),
        Column("order_up_to", Kind.NUMBER, "Level to order up to: never below reorder point + a limited EOQ", FORMULA,
               "units", formula=_STOCKED.format(_TARGET)),
        Column("eoq", Kind.NUMBER, "Economic order quantity", FORMULA, "units",
               formula='=IF(AND(ISNUMBER([demand_avg]),N([unit_cost])>0),'
                       'EOQ([demand_avg]*365,order_cost,[unit_cost],holding_rate),0)'),
        Column("abc", Kind.TEXT, "Class by yearly value", BUTTON, width=6),
        Column("xyz", Kind.TEXT, "Class by variability of demand", BUTTON, width=6),
        Column("pattern", Kind.TEXT, "Demand pattern", BUTTON, width=13),
        Column("status", Kind.TEXT, "Where the item stands", FORMULA, width=15,
               formula=_PLANNED.format(f"STOCK_STATUS([on_hand],[position],[reorder_point],{_HIGHEST})")),
        Column("days_cover", Kind.NUMBER, "Days the position lasts; blank is for ever", FORMULA, "days",
               formula=_PLANNED.format('IFERROR(DAYS_OF_COVER([position],[demand_avg]),"")')),
        Column("stockout_date", Kind.DATE, "Day the stock on hand runs out; blank is never", FORMULA, "date",
               formula=_PLANNED.format('IFERROR(STOCKOUT_DATE(as_of,[on_hand],[demand_avg]),"")')),
        Column("stock_value", Kind.MONEY, "On hand at unit cost", FORMULA, "money", formula="=[on_hand]*[unit_cost]"),
        Column("simulated_service", Kind.RATIO, "Service this plan reaches when past demand, at the level expected, and past lead times come again at random", BUTTON, "0 to 1"),
        Column("simulated_change", Kind.NUMBER, "Units that the simulated check adds to safety stock, reorder point and order-up-to level; blank where the formulas come within 2 points of the target", BUTTON, "units"),
        Column("check", Kind.TEXT, "What the simulated check found", BUTTON, width=88),
        Column("lead_time_receipts", Kind.WHOLE, "Receipts the lead time was measured on", BUTTON, "receipts"),
    ),
    key=("sku",),
)  # fmt: skip

ITEMS_LATER = frozenset(("cost_to_sell", "weight", "simulated_change", "check"))
"""Columns that older workbooks lack: there they count as blank, and nothing is written to them."""
