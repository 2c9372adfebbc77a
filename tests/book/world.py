"""A county of four published months, written by hand: what exhibits and the book must say of it is read off here.

================ ====== ====== ====== ======
month            06     07     08     09
================ ====== ====== ====== ======
jobs at end      1,000  1,100  1,150  1,240
people           980    1,075  1,120  1,205
joined           70     160    120    200
left             60     60     70     110
average wage     4,000  4,100  4,050  4,250.50
total wages      4.0 m  4.5 m  4.6 m  5.27 m
below the floor  0      0      2      0
companies        20     22     23     26
================ ====== ====== ====== ======

In September 700 of the jobs are inside and 540 outside; of the companies 甲 has 300, 乙 500 and 丙 is withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from tests.factories.issues import create_issue
from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.cube import Axis, CubeSet, CubeTable, Group, PayrollCoverage
from workforce.statistics.tables import Cell, CellState

JUNE, JULY, AUGUST, SEPTEMBER = (PayPeriod(2026, month) for month in (6, 7, 8, 9))
WITHHELD = Cell(CellState.WITHHELD)

MONTHS = (JUNE, JULY, AUGUST, SEPTEMBER)
WHOLE: Mapping[str, tuple[int, ...]] = {
    "jobs_end": (1_000, 1_100, 1_150, 1_240),
    "persons_end": (980, 1_075, 1_120, 1_205),
    "joined": (70, 160, 120, 200),
    "left": (60, 60, 70, 110),
    "net_change": (10, 100, 50, 90),
    "average_wage": (400_000, 410_000, 405_000, 425_050),
    "total_wages": (400_000_000, 450_000_000, 460_000_000, 527_000_000),
    "below_floor_jobs": (0, 0, 2, 0),
}
COMPANIES = (20, 22, 23, 26)


def create_months(session: Session, *months: PayPeriod) -> None:
    """Publish months (default: all four)."""
    for month in months or MONTHS:
        create_issue(session, cubes_of(month))
    session.commit()


def cubes_of(month: PayPeriod, **changed: Cell) -> CubeSet:
    """Return what is published of a month; ``changed``: other cells of everybody."""
    at = MONTHS.index(month)
    whole = {code: Cell(CellState.SHOWN, values[at]) for code, values in WHOLE.items()}
    # Nobody is told the median of any month.
    whole["median_wage"] = WITHHELD
    inside = WHOLE["jobs_end"][at] - 540
    return CubeSet(
        period=month,
        is_protected=True,
        payroll=PayrollCoverage(
            companies=COMPANIES[at], with_result=COMPANIES[at], approved=COMPANIES[at]
        ),
        uncounted=Cell(CellState.SHOWN, 0),
        tables={
            "whole": CubeTable(
                code="whole",
                title=Text("全部", "Everybody"),
                axes=(),
                figures={code: (cell,) for code, cell in (whole | changed).items()},
            ),
            "place": _table(
                "place", {"inside": ("基地内企业", inside), "outside": ("基地外企业", 540)}
            ),
            "sex": _table("sex", {"1": ("男", WHOLE["jobs_end"][at])}),
            "company": _table("company", {"A": ("甲", 300), "B": ("乙", 500), "C": ("丙", None)}),
            "education": _table("education", {"20": ("大学本科", None), "30": ("大学专科", None)}),
        },
    )


def _table(code: str, groups: Mapping[str, tuple[str, int | None]]) -> CubeTable:
    """Return a table of jobs by groups; None is withheld, and so is the total then."""
    cells = [
        WITHHELD if value is None else Cell(CellState.SHOWN, value) for _, value in groups.values()
    ]
    axis = Axis(
        code,
        Text(code, code),
        tuple(Group(name, Text(label, label)) for name, (label, _) in groups.items()),
    )
    return CubeTable(
        code=code,
        title=Text(code, code),
        axes=(axis,),
        figures={"jobs_end": (*cells, WITHHELD)},
    )
