"""Write the pages of docs/ that are made from the code: ``python scripts/build_docs.py``."""

from pathlib import Path

import xlinventory.functions
import xlinventory.macros  # noqa: F401 - importing it records the macros
from xlinventory.imports.catalogue import LAYOUTS
from xlinventory.imports.layouts import Layout
from xlinventory.macros.frame import macros
from xlinventory.registry import Family, Parameter, WorksheetFunction, registered
from xlinventory.sheets import TABLES
from xlinventory.sheets.settings import SETTINGS
from xlinventory.tables import Table

DOCS = Path(__file__).resolve().parent.parent / "docs"


def functions_page() -> str:
    """All worksheet functions with syntax, help, arguments, example and source."""
    specs = list(registered())
    parts = [
        "# Worksheet functions",
        "",
        "Made from the code by `scripts/build_docs.py`. The same names work as formulas, as Python functions",
        "(`xlinventory.safety_stock`), and as commands: `xlinventory SAFETY_STOCK 20 5 4 0.95`.",
        "Every single-value argument also takes a column; the result is then a column. Errors are real",
        "spreadsheet errors: `#VALUE!` wrong type or unknown word, `#NUM!` out of range, `#N/A` too little",
        "data or a required blank, `#DIV/0!` an undefined ratio.",
        "",
        *(
            f"- [{family.value}](#{family.value.lower().replace(' ', '-')}): " + _links(specs, family)
            for family in Family
        ),
    ]
    for family in Family:
        parts += ["", f"## {family.value}"]
        for spec in specs:
            if spec.family is family:
                parts += ["", *_function(spec)]
    return "\n".join(parts) + "\n"


def workbook_page() -> str:
    """All sheets, columns, settings and buttons."""
    parts = [
        "# The workbook",
        "",
        "Made from the code by `scripts/build_docs.py`.",
        "",
        "## Buttons",
        "",
        "Each is a verb of the command line on a workbook file: all or nothing, logged, undoable.",
        "",
        "| command | button | what it does |",
        "|---|---|---|",
        *(
            f"| `xlinventory {m.name} BOOK` | {m.title} | {m.help} |"
            for m in sorted(macros(), key=lambda m: m.name)
        ),
        "",
        "## Settings",
        "",
        "| setting | first value | unit | meaning |",
        "|---|---|---|---|",
        *(f"| {s.name} | {'' if s.value is None else s.value} | {s.unit} | {s.help} |" for s in SETTINGS),
    ]
    for table in TABLES.values():
        parts += ["", *_table(table)]
    return "\n".join(parts) + "\n"


def csv_page() -> str:
    """All layouts of CSV files: their columns, the other names these go by, and what is refused."""
    parts = [
        "# CSV files",
        "",
        "Made from the code by `scripts/build_docs.py`.",
        "",
        *CSV_INTRODUCTION.splitlines(),
    ]
    for layout in LAYOUTS.values():
        parts += ["", *_layout(layout)]
    return "\n".join(parts) + "\n"


CSV_INTRODUCTION = """\
`xlinventory refresh BOOK FOLDER` reads every `.csv`, `.csv.gz`, `.tsv` and `.txt` of a folder. A file is
recognised by its header; case, spaces and signs in names do not matter. Another mapping is written into the
sheet ImportMap, and the next refresh goes by it. Columns in bold are needed. Reading a file again changes
nothing. Every line read is taken, already there or refused, and ImportIssues has each refused one with its
file, line, column, value, the rule it broke and what to do.

## What files may look like

- UTF-8, UTF-16 or Windows-1252, with or without a mark; comma, semicolon, tab or bar; a `sep=;` line; text
  in quotation marks with line breaks in it; a delimiter at the end of every line.
- Titles, periods and blank lines before the header: it is looked for in the first 20 lines.
- Numbers such as `1,234.50`, `1.234,50`, `1'234.50`, `1 234,50`, `1,23,456.00`, `(5.00)`, `5-`, `95%`,
  `£5`.
- Days such as `2024-03-01`, `20240301`, `01/03/2024`, `1.3.24`, `1-Mar-2024`, `March 1, 2024`, with or
  without a time. A year of two digits stands last.
- Lines of totals, and headers that come again where exports were put together, are refused as that.
- Of two columns with one name the first is used, and ImportIssues says so.

## Days and decimals that can be read in two ways

`03/04/2024` is two days and `1,234` two numbers. Nothing is guessed: a file is read by what its other cells
tell (`13/04/2024`, `0.5`), and ImportMap states it in the column *format*: `day/month/year`,
`month/day/year` or `year-month-day`, `decimal point` or `decimal comma`. What stands there is gone by at
the next refresh, so change it if it is wrong. Where no cell tells, the file is read like others with the
same columns; where those do not tell either, or the file contradicts itself or what ImportMap says, nothing
of it is taken and ImportIssues asks for the format. A single cell that cannot be read as the others is a
refused line.

## Item numbers that a spreadsheet changed

Opening a CSV in a spreadsheet and saving it turns `123456789012` into `1.23457E+11`, `00123` into `123` and
`3-1` into `1-Mar`. Such lines are refused, because each would make a second item of one: export the file
again, or open it with that column as text. A number that stands in Items as it is, is taken. `="00123"` is
read as `00123`.

## How a line is known when it comes again

By its content (day, item, kind, quantity, price or cost, reference) and by how often it stands there. Where
its source has a number for it, which Movements keeps in *order_line*, by that: if it comes again changed, its
movement is corrected in its place, and ImportIssues tells the correction. Later files, by name, overrule
earlier ones. A line that moves nothing any more (cancelled, refunded) takes its movement back to no units. A
count of stock books the difference to what is booked to the end of its day: as OPENING where the item has no
movement yet, else as ADJUSTMENT. Of an item that was sold without any opening stock, what was counted and
sold was there before: OPENING of the day before its first movement.

## Files that are not read

Each is told in one sentence: a folder or a link that leads out of the folder, a file that may not be read,
one still being written (it changes while it is read, or its last line is cut off: left for the next
refresh), one of more than 256 MB or 16,384 columns that is not plain enough to be streamed. A cell of more
than 32,767 characters is a refused line."""

PAGES = {"functions": functions_page, "workbook": workbook_page, "csv": csv_page}


def _layout(layout: Layout) -> list[str]:
    told = {
        "Lines not taken:": (*layout.passed_over, *layout.undone, *layout.refusals),
        "Lines taken and told:": layout.notices,
    }
    source = [f"Defined by [{layout.source.split('/')[2]}]({layout.source}).", ""] if layout.source else []
    known = [f"A line is known by {', '.join(('reference', *layout.line_of))}.", ""] if layout.line_of else []
    return [
        f"## {layout.name}",
        "",
        f"{layout.help}. Goes to {layout.table}{' as a count of stock' if layout.counts else ''}.",
        "",
        *source,
        *known,
        "| column | holds | also known as |",
        "|---|---|---|",
        *(
            f"| {'**' + f.name + '**' if f.needed else f.name} | {f.column.kind.value}: {f.column.help} "
            f"| {', '.join(f.names)} |"
            for f in layout.fields
        ),
        *(
            line
            for title, rules in told.items()
            if rules
            for line in ("", title, "", *(f"- {rule.problem}: {rule.action}" for rule in rules))
        ),
    ]


def _links(specs: list[WorksheetFunction], family: Family) -> str:
    return ", ".join(f"[{s.name}](#{s.name.lower()})" for s in specs if s.family is family)


def _function(spec: WorksheetFunction) -> list[str]:
    return [
        f"### {spec.name}",
        "",
        f"`{spec.syntax}`" + (f" → {spec.returns}" if spec.returns else ""),
        "",
        _as_markdown(spec.doc),
        "",
        "| argument | meaning |",
        "|---|---|",
        *(f"| {p.name}{_default(p)} | {p.help.replace('|', '/')} |" for p in spec.parameters),
        "",
        f"Example: `{spec.formula}`",
    ]


def _as_markdown(doc: str) -> str:
    """Docstring text as it stands; an example becomes a code block."""
    lines, fenced = [], False
    for line in doc.splitlines():
        example = line.startswith((">>>", "...")) or (fenced and bool(line.strip()))
        if example != fenced:
            lines += ["```python"] if example else ["```"]
            fenced = example
        lines.append(line)
    return "\n".join([*lines, "```"] if fenced else lines)


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return ""
    blank = parameter.default is None or parameter.default != parameter.default
    return " (optional)" if blank else f" = {parameter.default}"


def _table(table: Table) -> list[str]:
    key = f" One row for each {', '.join(table.key)}." if table.key else ""
    return [
        f"## {table.name}",
        "",
        f"{table.help}{key}",
        "",
        "| column | filled by | holds | meaning |",
        "|---|---|---|---|",
        *(
            f"| {c.name} | {c.writer.value} | {c.kind.value}{f', {c.unit}' if c.unit else ''} | {c.help} |"
            for c in table.columns
        ),
    ]


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (DOCS / f"{name}.md").write_text(page(), encoding="utf-8")
