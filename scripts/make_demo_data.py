"""Write xlinventory/demo_data: a real extract of sales and a generated supply side that could have served it.

    python scripts/make_demo_data.py PATH_TO/online_retail.csv.gz

The sales are real lines of Chen, D. (2015), Online Retail, UCI Machine Learning Repository, CC BY 4.0.
Everything else is drawn from seeded generators; the same source gives the same bytes every time.
"""

import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from demo_replenishment import (
    BY_NAME,
    DAYS,
    OPENING_DAY,
    SUPPLIERS,
    Line,
    Shelf,
    date_text,
    habits,
    replenishment,
    settle,
    shelves,
    stream,
)

PRODUCT = re.compile(r"\d{5}[A-Z]{0,2}")
SERVICE = re.compile(r"POST|DOT|M|m|D|S|C2|B|BANK CHARGES|AMAZONFEE|CRUK|gift_\w+")
SERVICE_LINES_PER_CODE = 60

# SKUs taken from each stratum, evenly spaced over its ranking by units sold.
STRATA = {
    "ended": 11, "started": 13, "seasonal": 20, "slow": 36,
    "smooth": 12, "erratic": 18, "intermittent": 12, "lumpy": 58,
}  # fmt: skip

# The first category whose word stands in the description wins.
CATEGORY_WORDS = {
    "christmas": "CHRISTMAS XMAS ADVENT SANTA SANTAS REINDEER SNOWMAN NOEL SNOWFLAKE SNOW NATIVITY HOLLY",
    "bags": "BAG BAGS SHOPPER PURSE WALLET BACKPACK HANDBAG",
    "lights": "LIGHT LIGHTS T-LIGHT LANTERN CANDLE CANDLES CANDLESTICK CANDLEPOT CANDELABRA LAMP HURRICANE",
    "stationery": "CARD CARDS PAPER WRAP NOTEBOOK PENCIL PENCILS PEN STICKERS TISSUE CHALK ENVELOPE BOOK "
    "RIBBON RIBBONS TAPE INVITES RUBBERS CALENDAR TIDY",
    "textiles": "CUSHION CURTAIN TOWEL MAT RUG THROW QUILT QUILTED TABLECLOTH FILLER APRON",
    "kitchen": "MUG CUP CAKE CAKES BOWL PLATE PLATES TEA TEACUP COFFEE JAM JAR KITCHEN LUNCH BAKING "
    "BREAKFAST TRAY TEAPOT BOTTLE CUTLERY EGG NAPKINS NAPKIN SPOON JUG GLASS MOULD MOULDS CUTTERS TIN TINS "
    "DISH RECIPE PANTRY PAN BREAD SUGAR MILK",
    "garden": "GARDEN GARDENERS PLANT POT BIRD BIRDS BIRDHOUSE WATERING FLOWER FLOWERS SEED "
    "TROWEL PLANTER PICNIC",
    "toys": "TOY TOYS GAME DOLL SKITTLES PUZZLE JIGSAW PLAYHOUSE CHILDRENS KIDS DOMINOES SKIPPING BALL "
    "INFLATABLE DINOSAUR HELICOPTER CIRCUS MAGIC SPACEBOY BABUSHKA BABY",
    "accessories": "NECKLACE BRACELET EARRINGS RING BROOCH BANGLE HAIR HAIRCLIP KEY-RING KEYRING WARMER "
    "SLIPPER SHOES PONCHO CAP GLOSS",
}  # fmt: skip


# --- the real part: which SKUs, which lines ---------------------------------------------------------


def source(path: Path) -> pd.DataFrame:
    """The source as text, nothing interpreted."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def understood(lines: pd.DataFrame) -> pd.DataFrame:
    """Read from the text: code in capitals, numbers, day, and whether a line is a clean sale or return."""
    cancelled = lines["InvoiceNo"].str.startswith("C")
    quantity, price = lines["Quantity"].astype(int), lines["UnitPrice"].astype(float)
    moment = pd.to_datetime(lines["InvoiceDate"])
    return pd.DataFrame(
        {
            "sku": lines["StockCode"].str.upper(),
            "quantity": quantity,
            "price": price,
            "day": (moment.dt.normalize() - OPENING_DAY).dt.days,
            "sale": ~cancelled & (quantity > 0) & (price > 0),
            "customer_return": cancelled & (quantity < 0) & (price > 0),
        }
    )


def measures(numbers: pd.DataFrame) -> pd.DataFrame:
    """What the choice looks at: volume, weeks with demand, first and last day, share of the autumn."""
    products = numbers[numbers["sku"].str.fullmatch(PRODUCT)]
    sales = products[products["sale"]]
    weekly = sales.assign(week=(sales["day"] - 1) // 7).groupby(["sku", "week"])["quantity"].sum()
    by_sku = sales.groupby("sku")
    autumn = sales[sales["day"] > 274].groupby("sku")["quantity"].sum()  # September to December 2011
    back = -products[products["customer_return"]].groupby("sku")["quantity"].min()
    found = pd.DataFrame(
        {
            "lines": by_sku.size(),
            "units": by_sku["quantity"].sum(),
            "first": by_sku["day"].min(),
            "last": by_sku["day"].max(),
            "largest": by_sku["quantity"].max(),
            "interval": 54 / weekly.groupby("sku").size(),
            "cv2": (weekly.groupby("sku").std() / weekly.groupby("sku").mean()) ** 2,
        }
    )
    return found.assign(autumn=autumn / found["units"], back=back / found["units"]).fillna(0.0)


def stratum(sku: pd.Series) -> str:
    """The stratum of one SKU; the first rule that holds."""
    regular, steady = sku["interval"] < 1.32, sku["cv2"] < 0.49
    rules = {
        "ended": sku["last"] < 213,  # 1 July 2011
        "started": sku["first"] > 166,  # 15 May 2011
        "seasonal": sku["autumn"] >= 0.7,
        "slow": sku["units"] < 150,
        "smooth": regular and steady,
        "erratic": regular,
        "intermittent": steady,
    }
    return next((name for name, holds in rules.items() if holds), "lumpy")


def chosen_skus(numbers: pd.DataFrame) -> pd.Series:
    """Stratum by SKU of the 180 chosen: evenly spaced ranks by units within each stratum."""
    found = measures(numbers)
    # A sale and its cancellation of most of a year's units would ask for a stock nobody held;
    # the few codes with the most lines would make half of the file.
    usual = found[found["lines"].between(15, 650) & (found["back"] <= 0.2) & (found["largest"] <= 3000)]
    strata = usual.apply(stratum, axis=1)
    picked = []
    for name, count in STRATA.items():
        ranking = usual[strata == name].reset_index().sort_values(["units", "sku"], kind="stable")["sku"]
        ranks = ((np.arange(count) + 0.5) * len(ranking) / count).astype(int)
        picked += [(sku, name) for sku in ranking.iloc[ranks]]
    return pd.Series(dict(picked)).sort_index()


def extract(lines: pd.DataFrame, skus: pd.Index) -> pd.DataFrame:
    """All lines of the chosen SKUs, dirty ones too, and a spread of lines that are no product."""
    of_skus = lines["StockCode"].str.upper().isin(skus)
    service = lines[lines["StockCode"].str.fullmatch(SERVICE)]
    size, rank = (
        service.groupby("StockCode")["StockCode"].transform("size"),
        service.groupby("StockCode").cumcount(),
    )
    step = np.ceil(size / SERVICE_LINES_PER_CODE).astype(int)
    kept = service.index[rank % step == 0]
    return lines[of_skus | lines.index.isin(kept)]


# --- the generated part: items, suppliers, prices ---------------------------------------------------


def title_case(description: str) -> str:
    """A description as a name: single spaces, capitals at the start of words only."""
    words = re.sub(r"[A-Za-z]+('[A-Za-z]+)?", lambda word: word.group().capitalize(), description)
    return " ".join(words.split())


def category(description: str) -> str:
    """The first category with a word of the description."""
    words = set(re.split(r"[^A-Z'-]+", description.upper()))
    return next((name for name, known in CATEGORY_WORDS.items() if words & set(known.split())), "home decor")


def supplier_of(kind: str, draw: float) -> str:
    """One of the suppliers that carry the category."""
    able = [supplier.supplier for supplier in SUPPLIERS if kind in supplier.categories.split(",")]
    return able[int(draw * len(able))]


def pack_of(median_line: float) -> int:
    """Packs follow what customers buy at once."""
    return int(np.array([1, 6, 12, 24])[np.searchsorted([2, 6, 20], median_line)])


def items(sold: pd.DataFrame, numbers: pd.DataFrame, strata: pd.Series) -> pd.DataFrame:
    """items.csv: names and selling prices are real, the rest is drawn."""
    draw = stream("items")
    clean = pd.concat([sold[["Description"]], numbers], axis=1)[numbers["sale"]]
    clean = clean[clean["sku"].isin(strata.index)]
    by_sku = clean.groupby("sku")
    names = by_sku["Description"].agg(lambda texts: texts.str.strip().value_counts().sort_index().idxmax())
    price, line = by_sku["price"].median(), by_sku["quantity"].median()
    units = by_sku["quantity"].sum()
    kinds = names.map(category)
    margin, choice = draw.uniform(0.40, 0.60, len(names)), draw.random(len(names))
    packs = line.map(pack_of)
    override, limit, minimum = (draw.random(len(names)) for _ in range(3))
    table = pd.DataFrame(
        {
            "name": names.map(title_case),
            "category": kinds,
            "active": "yes",
            "preferred_supplier": [supplier_of(kind, part) for kind, part in zip(kinds, choice, strict=True)],
            "unit_cost": (price * margin).clip(lower=0.02).round(2),
            "sell_price": price.round(2),
            "service_level": np.where(override < 0.04, "0.99", np.where(override > 0.97, "0.85", "")),
            "moq": packs * np.select([minimum < 0.6, minimum < 0.9], [1, 2], 4),
            "pack_size": packs,
            "max_qty": [
                str(48 * int(2 + n / 150)) if part < 0.06 else ""
                for n, part in zip(units, limit, strict=True)
            ],
        }
    )
    ended = strata.index[strata == "ended"]
    table.loc[ended[::2], "active"] = "no"  # half of what stopped selling is already delisted
    return table.rename_axis("sku").reset_index()


def suppliers() -> pd.DataFrame:
    """suppliers.csv: the promises, not the behaviour."""
    return pd.DataFrame(
        {
            "supplier": supplier.supplier,
            "email": f"orders.{supplier.supplier.split()[0].lower()}@example.com",
            "currency": "GBP",
            "promised_lead_days": supplier.promised_lead_days,
            "order_weekday": supplier.order_weekday,
            "min_order_value": supplier.min_order_value,
            "active": "yes",
        }
        for supplier in SUPPLIERS
    )


def price_list(
    item: pd.Series, supplier: str, price: float, breaks: int, change: float, day: int
) -> Iterator[dict]:
    """The price rows of one SKU at one supplier: quantity breaks, before and after a change of price."""
    periods = [("2010-10-01", "", 1.0)]
    if change:
        periods = [("2010-10-01", date_text(day - 1), 1 / (1 + change)), (date_text(day), "", 1.0)]
    for valid_from, valid_to, level in periods:
        for step in range(breaks):
            yield {
                "sku": item["sku"],
                "supplier": supplier,
                "supplier_sku": f"{supplier[:3].upper()}-{zlib.crc32(item['sku'].encode()) % 9000 + 1000}",
                "break_qty": (0, 5, 20)[step] * max(item["moq"], 6),
                "unit_price": round(max(price * level * (1, 0.96, 0.92)[step], 0.01), 3),
                "moq": item["moq"],
                "pack_size": item["pack_size"],
                "valid_from": valid_from,
                "valid_to": valid_to,
            }


def prices(catalogue: pd.DataFrame) -> pd.DataFrame:
    """supplier_prices.csv: the preferred supplier of every SKU and a second one for a third of them."""
    draw = stream("prices")
    rows: list[dict] = []
    for _, item in catalogue.iterrows():
        breaks = int(draw.choice([1, 2, 3], p=[0.35, 0.35, 0.30]))
        change = float(draw.choice([0.0, 0.03, 0.05, 0.08, -0.04], p=[0.70, 0.10, 0.10, 0.06, 0.04]))
        day, second, level, other = (
            int(draw.integers(90, 300)),
            draw.random(),
            draw.uniform(0.95, 1.12),
            draw.random(),
        )
        rows += price_list(item, item["preferred_supplier"], item["unit_cost"], breaks, change, day)
        if second < 1 / 3:
            others = [name for name in BY_NAME if name != item["preferred_supplier"]]
            name = others[int(other * len(others))]
            rows += price_list(item, name, item["unit_cost"] * level, min(breaks, 2), 0.0, day)
    return pd.DataFrame(rows)


# --- the generated part: tables ---------------------------------------------------------------------


def purchase_orders(lines: list[Line]) -> pd.DataFrame:
    """purchase_orders.csv"""
    return pd.DataFrame(
        {
            "po": line.po,
            "supplier": line.supplier,
            "sku": line.sku,
            "order_date": date_text(line.day),
            "promised_date": date_text(line.day + BY_NAME[line.supplier].promised_lead_days),
            "quantity": line.quantity,
            "unit_price": f"{line.unit_price:.3f}",
        }
        for line in lines
    )


def receipts(lines: list[Line]) -> pd.DataFrame:
    """receipts.csv: what had arrived by the last day; a few invoices differ from the order by 1 to 4 %."""
    draw = stream("invoices")
    rows = []
    for line in lines:
        deviation = draw.choice([1.0, 1.01, 1.02, 1.04, 0.98], p=[0.94, 0.02, 0.02, 0.01, 0.01])
        for day, accepted, refused in line.deliveries:
            if day <= DAYS and accepted + refused > 0:
                price = f"{line.unit_price * deviation:.3f}"
                rows.append((line.po, line.sku, date_text(day), accepted, refused, price))
    table = pd.DataFrame(rows, columns=["po", "sku", "receipt_date", "received", "rejected", "unit_price"])
    return table.sort_values(["receipt_date", "po", "sku"], kind="stable")


def opening(stock: dict[str, Shelf], price_rows: pd.DataFrame) -> pd.DataFrame:
    """opening_stock.csv: at 97 % of the list price of the day, for older stock."""
    first = price_rows[price_rows["break_qty"] == 0].groupby("sku")["unit_price"].first()
    rows = [
        (date_text(0), sku, shelf.opening, f"{max(first[sku] * 0.97, 0.01):.3f}")
        for sku, shelf in stock.items()
        if shelf.opening > 0
    ]
    return pd.DataFrame(rows, columns=["date", "sku", "quantity", "unit_cost"])


def generated(sold: pd.DataFrame, strata: pd.Series) -> dict[str, pd.DataFrame]:
    """Every generated table by name; the extract alone is enough to make them."""
    numbers = understood(sold)
    catalogue = items(sold, numbers, strata)
    price_rows = prices(catalogue)
    plans = habits(price_rows, strata)
    stock = shelves(sold, numbers, plans)
    ordered = replenishment(catalogue, stock, plans, price_rows)
    settle(stock, plans)
    return {
        "items": catalogue,
        "suppliers": suppliers(),
        "supplier_prices": price_rows,
        "purchase_orders": purchase_orders(ordered),
        "receipts": receipts(ordered),
        "opening_stock": opening(stock, price_rows),
    }


def csv_text(table: pd.DataFrame) -> str:
    """A table as the text of its file."""
    return table.to_csv(index=False, lineterminator="\n")


def write(path: Path, folder: Path) -> None:
    """The whole folder but its README."""
    lines = source(path)
    strata = chosen_skus(understood(lines))
    sold = extract(lines, strata.index)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in {"online_retail_sales": sold, **generated(sold, strata)}.items():
        (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="\n")
        print(f"{name}.csv: {len(table)} lines")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(__file__).parents[1] / "xlinventory" / "demo_data")
