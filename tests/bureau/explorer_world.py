"""Cubes written by hand, for the explorer: every figure that a test expects stands here.

October 2026, jobs at the end of the month (※ = withheld):

=========  ====  ====  =====
age, sex   ♂     ♀     all
=========  ====  ====  =====
≤24        20    10    30
25–34      ※     ※     60
all        65    25    90
=========  ====  ====  =====

Age alone shows average wages of 3000.00 and 5000.50 yuan as well. September: 80 jobs, 24 of age ≤24 and 56 of
25–34, average wages 2900.00 and withheld. In company A 50 jobs, in company B 40.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.statistics.cube import Axis, CubeSet, CubeTable, Group, PayrollCoverage
from workforce.statistics.cube_json import cell_of
from workforce.statistics.tables import Cell

SEPTEMBER, OCTOBER = PayPeriod(2026, 9), PayPeriod(2026, 10)

SEX = Axis(
    "sex",
    Text("性别", "Sex"),
    (Group("1", Text("男", "Men")), Group("2", Text("女", "Women"))),
)
AGE = Axis(
    "age",
    Text("年龄", "Age"),
    (
        Group("-24", Text("24 岁及以下", "24 or younger")),
        Group("25-34", Text("25–34 岁", "25–34")),
    ),
)
COMPANY = Axis(
    "company",
    Text("企业", "Company"),
    (
        Group("A", Text('=HYPERLINK("http://x.example")', '=HYPERLINK("http://x.example")')),
        Group("B", Text("乙公司", "乙公司")),
    ),
)

Plain = int | str | None
"""A cell as in JSON: its value, None for undefined, "w" for withheld."""


def cube(code: str, axes: Sequence[Axis], figures: Mapping[str, Sequence[Plain]]) -> CubeTable:
    """Make a filled cube; cells in the order of rows, each row with its margin last."""
    title = Text(code, code)
    told = {name: tuple(cell_of(one) for one in cells) for name, cells in figures.items()}
    return CubeTable(code=code, title=title, axes=tuple(axes), figures=told)


def cube_set(period: PayPeriod, *tables: CubeTable) -> CubeSet:
    """Put cubes of a month together."""
    return CubeSet(
        period=period,
        is_protected=True,
        payroll=PayrollCoverage(companies=2, with_result=2, approved=2),
        uncounted=Cell.of(7, is_withheld=False),
        tables={table.code: table for table in tables},
    )


def october(*, jobs: int = 90) -> CubeSet:
    """The cubes of October; ``jobs`` of everybody together."""
    return cube_set(
        OCTOBER,
        cube("whole", (), {"jobs_end": [jobs], "joined": [12], "average_wage": [433_367]}),
        cube(
            "age",
            [AGE],
            {"jobs_end": [30, 60, 90], "average_wage": [300_000, 500_050, 433_367]},
        ),
        cube("sex_age", [SEX, AGE], {"jobs_end": [20, "w", 65, 10, "w", 25, 30, 60, 90]}),
        cube("company", [COMPANY], {"jobs_end": [50, 40, 90]}),
    )


def september() -> CubeSet:
    """The cubes of September, in which the sexes were not crossed with ages."""
    return cube_set(
        SEPTEMBER,
        cube("whole", (), {"jobs_end": [80], "joined": [0], "average_wage": [430_000]}),
        cube("age", [AGE], {"jobs_end": [24, 56, 80], "average_wage": [290_000, "w", 430_000]}),
        cube("company", [COMPANY], {"jobs_end": [45, 35, 80]}),
    )
