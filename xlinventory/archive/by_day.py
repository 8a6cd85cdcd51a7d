"""SQL that adds up a day's issues of an item, so that years of movements are as many rows as there were days.

Nothing may come out differently for it, by any method of valuation. So only issues of one kind that follow
each other in the order of entry are added up: no receipt, return or issue of another kind between them. A
sale that something came back from stays by itself, because what comes back has the cost at which it left:
the sale with the return's reference, else the last sale before the return. Whatever has a cost of its own,
receipts, opening stock, returns and transfers stay as they are. So do units that are no millionths: the sum
of the others is exact.
"""

from xlinventory.archive.parts import DAY_ZERO
from xlinventory.core.ledger import KINDS

ISSUED = ("SALE", "WRITE_OFF", "ADJUSTMENT")
"""Kinds of movement that are added up where they take units out of stock."""
CODES = {kind: code for code, kind in enumerate(KINDS)}
SALE, RETURNED = CODES["SALE"], CODES["CUSTOMER_RETURN"]

_KIND = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {code}" for kind, code in CODES.items()) + " END"
_BY_ORDER = f"{CODES['RECEIPT']}, {CODES['SUPPLIER_RETURN']}"
_ISSUED = ", ".join(str(CODES[kind]) for kind in ISSUED)
_LOOSE = (
    f"kind IN ({_ISSUED}) AND quantity < 0 AND unit_cost IS NULL "
    "AND quantity > -1e9 AND quantity = round(quantity, 6)"
)
"""Movements that may be added up, as far as they can tell by themselves."""
_CAME_BACK = f"kind IN ({SALE}, {RETURNED}) AND quantity > 0"
_SUMS = """
    CASE WHEN {alone} THEN any_value(quantity)
         ELSE CAST(sum(CAST(round(CASE WHEN loose THEN quantity END * 1e6) AS BIGINT)) AS DOUBLE) / 1e6
    END AS quantity,
    CASE WHEN min(unit_price) = max(unit_price) THEN min(unit_price)
         ELSE sum(quantity * unit_price) / sum(quantity) END AS unit_price,
    count(*) AS lines, min(place) AS place
"""

VIEWS = f"""
CREATE TEMP TABLE items AS
    SELECT sku, CAST(row_number() OVER (ORDER BY sku) - 1 AS INTEGER) AS item
    FROM (SELECT sku FROM stored UNION SELECT sku FROM sheet);
CREATE TEMP VIEW moved AS
    SELECT item, CAST(date - {DAY_ZERO} AS INTEGER) AS day, CAST({_KIND} AS TINYINT) AS kind, quantity,
        unit_cost, unit_price, reference, source, order_line, part IN (SELECT part FROM after_sheet) AS late,
        (CAST(part AS BIGINT) << 40) + "row" AS place
    FROM stored JOIN items USING (sku);
"""
"""Needs *stored*, what ``parts.relation`` selects; *sheet*, what came back on the sheet (sku, day,
reference); *after_sheet*, the numbers of the parts whose movements of a day follow the sheet's."""

CAME_BACK = f"""
CREATE TEMP VIEW rows AS SELECT *, {_LOOSE} AS loose FROM moved;
CREATE TEMP TABLE came_back AS
    SELECT item, day, reference FROM moved WHERE {_CAME_BACK}
    UNION ALL SELECT item, day, reference FROM sheet JOIN items USING (sku);
CREATE TEMP TABLE linked AS SELECT DISTINCT item, reference FROM came_back WHERE reference IS NOT NULL;
"""
"""What came back, and what it was sold by."""

DAYS = f"""
CREATE TEMP TABLE days AS
    SELECT item, day, late, any_value(kind) AS kind, bool_or(kind = {SALE} AND quantity < 0) AS sold,
        bool_and(loose) AND min(kind) = max(kind) AND count(unit_price) IN (0, count(*)) AS plain,
        {_SUMS.format(alone="false")}
    FROM rows GROUP BY item, day, late;
"""
"""A row for each item and day; those that are *plain* are right already."""

KNOTTY = """
CREATE TEMP TABLE knotty AS
    SELECT item, day FROM days WHERE NOT plain
    UNION SELECT item, day FROM rows SEMI JOIN linked USING (item, reference)
    UNION SELECT item, day FROM came_back
    UNION SELECT b.item, d.day FROM came_back b
        ASOF JOIN (SELECT item, day FROM days WHERE sold) d ON b.item = d.item AND b.day > d.day;
"""
"""Items and days whose movements must be looked at one by one."""

RUNS = f"""
CREATE TEMP TABLE runs AS
    WITH mine AS (
        SELECT rows.item, day, late, kind, quantity, unit_price, place, loose, {_CAME_BACK} AS came_back,
            linked.item IS NOT NULL AS is_linked
        FROM rows SEMI JOIN knotty USING (item, day) LEFT JOIN linked USING (item, reference)
    ), marked AS (
        SELECT *, coalesce(lag(kind) OVER whole <> kind, true)
            OR (lag(unit_price) OVER whole IS NULL) <> (unit_price IS NULL) AS changes,
            first_value(CASE WHEN kind = {SALE} OR came_back THEN came_back END IGNORE NULLS) OVER (
                whole ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS comes_back
        FROM mine WINDOW whole AS (PARTITION BY item, day, late ORDER BY place)
    ), single AS (
        SELECT *, NOT loose OR kind = {SALE} AND (is_linked OR coalesce(comes_back, true)) AS alone
        FROM marked
    ), numbered AS (
        SELECT *, count(*) FILTER (alone OR changes) OVER (PARTITION BY item, day, late ORDER BY place) AS run
        FROM single
    )
    SELECT item, day, late, alone, any_value(kind) AS kind, {_SUMS.format(alone="alone")}
    FROM numbered GROUP BY item, day, late, run, alone;
"""
"""The movements of knotty days, those added up that follow each other; the last sale of a day is *alone*,
for what comes next may bring it back."""

FOUND = """
CREATE TEMP TABLE found AS
    SELECT item, day, kind, quantity, unit_price, late, lines, place, NULL AS unit_cost, NULL AS reference,
        NULL AS source, NULL AS order_line
    FROM days ANTI JOIN knotty USING (item, day)
    UNION ALL BY NAME
    SELECT item, day, kind, quantity, unit_price, late, lines, place FROM runs WHERE NOT alone
    UNION ALL BY NAME
    SELECT r.item, r.day, r.kind, r.quantity, r.unit_price, r.late, r.lines, place, unit_cost, reference,
        source, order_line
    FROM moved JOIN (SELECT * FROM runs WHERE alone) r USING (place);
DROP TABLE runs; DROP TABLE days; DROP TABLE knotty; DROP TABLE came_back;
"""
"""All rows: days, runs, and what stays by itself with all that is known of it; in no order yet."""

TEXTS = ("reference", "source", "order_line")
"""Columns of text whose words are few beside the rows."""

_WORDS = "".join(
    f"""
CREATE TEMP TABLE {name}_words AS SELECT {name}, CAST(row_number() OVER (ORDER BY {name}) AS INTEGER) AS code
    FROM (SELECT DISTINCT {name} FROM found WHERE {name} IS NOT NULL);
"""
    for name in TEXTS
)
_CODES = ", ".join(f"coalesce({name}_words.code, 0) AS {name}" for name in TEXTS)
_JOINS = " ".join(f"LEFT JOIN {name}_words USING ({name})" for name in TEXTS)
ORDERED = f"""{_WORDS}
CREATE TEMP TABLE ordered AS
    SELECT item, day, kind, quantity, unit_cost, unit_price, late, CAST(lines AS INTEGER) AS lines, {_CODES}
    FROM found {_JOINS} ORDER BY late, day, place;
DROP TABLE found;
"""
"""The same, oldest first; words are numbers from 1, 0 is blank."""

UNITS_OF_DAYS = f"""
CREATE TEMP TABLE found AS
    SELECT item, day, kind, sum(quantity) AS quantity, NULL::DOUBLE AS unit_cost, NULL::DOUBLE AS unit_price,
        reference, source, NULL::VARCHAR AS order_line, late, count(*) AS lines,
        CASE WHEN sum(quantity) > 0 THEN 0 ELSE 1 END AS place
    FROM (
        SELECT item, day, kind, quantity, late,
            CASE WHEN kind IN ({_BY_ORDER}) THEN reference END AS reference,
            CASE WHEN kind IN ({_BY_ORDER}) THEN source END AS source
        FROM moved
    ) GROUP BY item, day, kind, reference, source, late;
"""
"""All rows where only units matter: one for each item, day, kind and order received; what came in first."""

STEPS = (VIEWS, CAME_BACK, DAYS, KNOTTY, RUNS, FOUND, ORDERED)
UNIT_STEPS = (VIEWS, UNITS_OF_DAYS, ORDERED)
