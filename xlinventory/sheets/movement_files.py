"""MovementFiles: the files beside the workbook that hold the movements its sheet has no room for."""

from xlinventory.tables import Column, Kind, Table, Writer

BUTTON = Writer.BUTTON

MOVEMENT_FILES = Table(
    "MovementFiles",
    "Files beside the workbook with the movements that Movements has no room for; they count like its rows. Refresh "
    "fills it. Move the folder along with the workbook.",
    (
        Column("file", Kind.TEXT, "The file, from the folder of the workbook", BUTTON, required=True, width=64),
        Column("source", Kind.TEXT, "Where its movements came from: a CSV file, or the sheet Movements", BUTTON, width=30),
        Column("lines", Kind.WHOLE, "Movements in it that count", BUTTON, "movements", required=True, minimum=0, width=13),
        Column("left_out", Kind.WHOLE, "Lines in it that do not count: refused, or there already", BUTTON, "lines", minimum=0,
               width=13),
        Column("first_day", Kind.DATE, "Day of the first movement", BUTTON, "date", width=13),
        Column("last_day", Kind.DATE, "Day of the last movement", BUTTON, "date", width=13),
        Column("bytes", Kind.WHOLE, "Size of the file, by which a damaged one is found", BUTTON, "bytes", required=True,
               minimum=1, width=15),
    ),
    key=("file",),
)  # fmt: skip
