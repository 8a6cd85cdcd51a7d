"""What the buttons keep: column mappings, refused lines, the run log and the images for undo."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

IMPORT_MAP = Table(
    "ImportMap",
    "Which column of a file feeds which column of this workbook. Change the target, then refresh again.",
    (
        Column("file", Kind.TEXT, "File name", BUTTON, required=True, width=28),
        Column("layout", Kind.TEXT, "Layout recognised by its header", BUTTON, width=18),
        Column("table", Kind.TEXT, "What the file holds", width=16),
        Column("source_column", Kind.TEXT, "Column of the file", BUTTON, required=True, width=22),
        Column("target_column", Kind.TEXT, "Column it feeds; blank is not used", width=22),
        Column(
            "format",
            Kind.TEXT,
            "How it is written: day/month/year or month/day/year, decimal point or decimal comma; change it if wrong",
            width=20,
        ),
    ),
    key=("file", "source_column"),
)

IMPORT_MAP_LATER = frozenset(("format",))
"""Columns that older workbooks lack: there it is found out anew each time."""

IMPORT_ISSUES = Table(
    "ImportIssues",
    "Lines a refresh did not take, each with the rule it broke. Nothing is dropped silently.",
    (
        Column("file", Kind.TEXT, "File name", BUTTON, width=28),
        Column("line", Kind.WHOLE, "Line in the file", BUTTON, width=8),
        Column("column", Kind.TEXT, "Column", BUTTON, width=22),
        Column("value", Kind.TEXT, "What stands there", BUTTON, width=26),
        Column("problem", Kind.TEXT, "What is wrong", BUTTON, width=56),
        Column("action", Kind.TEXT, "What was done, what to do", BUTTON, width=56),
    ),
)

LOG = Table(
    "Log",
    "Every run, newest last.",
    (
        Column("run", Kind.WHOLE, "Number of the run", BUTTON, width=8),
        Column("when", Kind.DATE, "Time it ended", BUTTON, "date", width=18),
        Column("macro", Kind.TEXT, "Button pressed", BUTTON, width=12),
        Column("result", Kind.TEXT, "What it did", BUTTON, width=90),
        Column("tables", Kind.TEXT, "Tables written", BUTTON, width=56),
        Column("seconds", Kind.NUMBER, "Time it took", BUTTON, "seconds"),
        Column("undone", Kind.TEXT, "Whether it was undone", BUTTON, width=10),
    ),
    key=("run",),
)

UNDO = Table(
    "_undo",
    "Before-images of the last runs. Leave this sheet alone.",
    (
        Column("run", Kind.WHOLE, "Run", BUTTON, width=8),
        Column("table", Kind.TEXT, "Table", BUTTON, width=16),
        Column("part", Kind.WHOLE, "Part of the image", BUTTON, width=8),
        Column("image", Kind.TEXT, "Compressed rows", BUTTON, width=40),
    ),
    hidden=True,
)
