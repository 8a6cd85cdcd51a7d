"""The cells behind the charts of TurnoverGroups: its first lines, and its first categories by age."""

from xlinventory.hosts.excel.template import item_cells
from xlinventory.hosts.excel.template.chart_blocks import Block, Cells
from xlinventory.sheets.turnover import AGES

LINES, CATEGORIES = 14, 10
"""Lines shown: all items, the classes and the first categories; and categories by age."""

LEFT = item_cells.LEFT + len(item_cells.ITEMS) * item_cells.WIDTH + 4
PACE = Block("turns by group", LEFT, LINES, ("label", "turns"))
AGE = Block("stock by age", LEFT + 3, CATEGORIES, ("row", "label", *AGES))


def _of_line(column: str, line: str, otherwise: str) -> str:
    return f"IFERROR(INDEX(TurnoverGroups[{column}],{line}),{otherwise})"


def pace_row(i: int) -> Cells:
    """One line of the table: its name, a class called one, and its turns a year."""
    name, group = (f'{_of_line(column, str(i + 1), chr(34) * 2)}&""' for column in ("name", "group"))
    return (
        f'=IF(({group}="abc")*(LEN({name})<3),"class ","")&{name}',
        f"=N({_of_line('turns', str(i + 1), '0')})",
    )


def age_row(i: int) -> Cells:
    """One category: its line, its name, and its stock value by age; 0 below the last one."""
    line = AGE.cell("row", i)
    found = 'IFERROR(MATCH("category",TurnoverGroups[group],0),0)'
    if i:
        above = AGE.cell("row", i - 1)
        next_group = _of_line("group", f"{above}+1", '""')
        found = f'IF({above}=0,0,IF({next_group}="category",{above}+1,0))'
    return (
        f"={found}",
        f'=IF({line}=0,"",INDEX(TurnoverGroups[name],MAX(1,{line}))&"")',
        *(f"=IF({line}=0,0,N(INDEX(TurnoverGroups[{age}],MAX(1,{line}))))" for age in AGES),
    )
