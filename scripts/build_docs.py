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
        "`xlinventory refresh BOOK FOLDER` reads every `.csv`, `.csv.gz`, `.tsv` and `.txt` of a folder:",
        "UTF-8, UTF-16 or Windows-1252; comma, semicolon, tab or bar; decimal point or comma; most ways to",
        "write a date. A file is recognised by its header; case, spaces and signs in names do not matter.",
        "Another mapping is written into the sheet ImportMap, and the next refresh goes by it. Columns in",
        "bold are needed. Reading a file again changes nothing. A line is known by its content and by how",
        "often it stands there; where its source has a number for it, by that: if it comes again changed,",
        "its movement is corrected and the correction told in ImportIssues.",
    ]
    for layout in LAYOUTS.values():
        parts += ["", *_layout(layout)]
    return "\n".join(parts) + "\n"


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
