"""What the bureau's statistics show of the base: read from published issues alone, never from a draft."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.bureau.exhibit_reading import (
    Build,
    curves,
    exhibit_of,
    groups,
    paid,
    read,
    single,
    value_of,
)
from workforce.core.report_period import ReportPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Told,
    Topic,
    Value,
    month_head,
)
from workforce.statistics import targets
from workforce.statistics.cube import CellRef
from workforce.statistics.measure import Unit
from workforce.statistics.measures import measures
from workforce.statistics.population import WAGE_PARTS
from workforce.statistics.targets import Bound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.bureau.exhibit_reading import Published
    from workforce.statistics.targets import Target

_JOBS_AND_PERSONS: Final = Text("个岗位、人", "jobs or people")
_MOST_COMPANIES: Final = 15
_MOST_TOWNSHIPS: Final = 20
_UNKNOWN: Final = Value(None, Told.UNKNOWN)
_TARGETS: Final = {
    Unit.JOBS: Text("岗位目标", "Targets of jobs"),
    Unit.PERSONS: Text("人数目标", "Targets of people"),
    Unit.AVERAGE_JOBS: Text("平均岗位目标", "Targets of average jobs"),
    Unit.YUAN: Text("工资目标", "Targets of wages"),
    Unit.HOURS: Text("工时目标", "Targets of hours"),
    Unit.PERCENT: Text("比率目标", "Targets of rates"),
}
"""What targets are called by what they are counted in."""

_COMPANIES: Final = Text("家", "companies")
_COMPANIES_LABEL: Final = Text("有在岗人员的企业", "Companies that employ people")
_COMPANIES_TITLE: Final = Text(
    "有在岗人员的企业（在本系统算工资）", "Companies that employ people (paid in this system)"
)
_COMPANIES_DEFINITION: Final = Text(
    "本月有过在岗用工关系的企业，基地内外合计。",
    "Companies that employed anybody in the month, in the base and outside together.",
)


def _companies_by_month(session: Session, period: ReportPeriod) -> Exhibit | None:
    told = read(session, period)
    if told is None:
        return None
    months = told.months
    counts = [
        Value(told.issues[month].cubes.payroll.companies) if month in told.issues else _UNKNOWN
        for month in months
    ]
    return Exhibit(
        title=_COMPANIES_TITLE,
        shape=Shape.CURVES,
        unit=_COMPANIES,
        columns=tuple(map(month_head, months)),
        rows=(Row(label=_COMPANIES_LABEL, values=tuple(counts)),),
        definition=_COMPANIES_DEFINITION,
        source=told.source(months),
    )


def _targets(unit: Unit) -> Build:
    """Make the targets of the measures that are counted in a unit, each beside what was reached."""

    def build(session: Session, period: ReportPeriod) -> Exhibit | None:
        told = read(session, period)
        if told is None:
            return None
        wanted = [one for one in targets.targets(session) if measures()[one.measure].unit is unit]
        known = told.definitions(list(dict.fromkeys(one.measure for one in wanted)))
        wanted = [one for one in wanted if one.measure in {definition.code for definition in known}]
        progress = [_progress(told, one) for one in wanted]
        rows = [
            Row(label=Text("完成", "Reached"), values=tuple(value for value, _label in progress)),
            Row(
                label=Text("目标", "Target"),
                values=tuple(Value(one.value) for one in wanted),
                is_reference=True,
            ),
        ]
        title = Text(
            f"{_TARGETS[unit].zh}（在本系统算工资的企业）",
            f"{_TARGETS[unit].en} (companies paid in this system)",
        )
        columns = [label for _value, label in progress]
        return exhibit_of(told, title, Shape.PROGRESS, known, (columns, rows), months=[period.last])

    return build


def _progress(told: Published, wanted: Target) -> tuple[Value, Text]:
    """Return what was reached of a target by the end of the period, and the head of its column."""
    ref = CellRef("whole", wanted.measure, ())
    figures = {
        month: issue.cubes.cell(ref)
        for month, issue in told.issues.items()
        if wanted.measure in issue.cubes.tables["whole"].figures
    }
    # Told as it stood when the period was over: a book of an old quarter is the same today.
    day_after = told.period.last.last_on + dt.timedelta(days=1)
    progress = targets.progress(wanted, figures, day_after)
    standing = term(f"target_standing.{progress.standing}")
    label = told.definitions([wanted.measure])[0].label
    bound = Text("", "") if wanted.bound is Bound.AT_LEAST else Text("不高于，", "at most, ")
    # What is withheld is said to be so: there is a figure, and it is not told.
    value = _UNKNOWN if progress.period is None else value_of(figures[progress.period])
    return value, Text(
        f"{label.zh}（{bound.zh}{wanted.period} 目标：{standing.zh}）",
        f"{label.en} ({bound.en}target for {wanted.period}: {standing.en.lower()})",
    )


_NOW: Final = ("jobs_end", "persons_end")
_MOVES: Final = ("joined", "left", "net_change")
_SPREAD: Final = ("lower_quartile_wage", "median_wage", "upper_quartile_wage")
_PARTS: Final = tuple(f"{part}_wages" for part in WAGE_PARTS)
_COVERAGES: Final = (
    "insurance_coverage",
    "medical_coverage",
    "unemployment_coverage",
    "work_injury_coverage",
    "fund_coverage",
)

EXHIBITS: Final[tuple[ExhibitSource, ...]] = (
    ExhibitSource(
        "jobs_now",
        Topic.JOBS,
        single(
            Text("期末就业（在本系统算工资的企业）", "Employment (companies paid in this system)"),
            Shape.NUMBERS,
            _NOW,
            unit=_JOBS_AND_PERSONS,
        ),
    ),
    ExhibitSource(
        "jobs_by_place",
        Topic.JOBS,
        groups(Text("基地内外的岗位", "Jobs by place"), Shape.PARTS, "place", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_company",
        Topic.JOBS,
        groups(
            Text("岗位最多的企业", "Companies with the most jobs"),
            Shape.BARS,
            "company",
            "jobs_end",
            most=_MOST_COMPANIES,
            is_ranked=True,
        ),
    ),
    ExhibitSource(
        "jobs_by_sex",
        Topic.JOBS,
        groups(Text("男女", "Men and women"), Shape.PARTS, "sex", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_age",
        Topic.JOBS,
        groups(Text("年龄", "Age"), Shape.BARS, "age", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_education",
        Topic.JOBS,
        groups(Text("文化程度", "Education"), Shape.BARS, "education", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_of_key_groups",
        Topic.JOBS,
        groups(Text("重点群体", "Key groups"), Shape.BARS, "key_group", "jobs_end", is_ranked=True),
    ),
    ExhibitSource(
        "jobs_by_staff_kind",
        Topic.JOBS,
        groups(Text("人员类别", "Kinds of staff"), Shape.PARTS, "staff_kind", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_seniority",
        Topic.JOBS,
        groups(Text("本企业工龄", "Years with the company"), Shape.BARS, "seniority", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_month",
        Topic.GROWTH,
        curves(
            Text(
                "岗位和人数（在本系统算工资的企业）",
                "Jobs and people (companies paid in this system)",
            ),
            _NOW,
            unit=_JOBS_AND_PERSONS,
        ),
    ),
    ExhibitSource("companies_by_month", Topic.GROWTH, _companies_by_month),
    ExhibitSource(
        "moves_now",
        Topic.GROWTH,
        single(Text("本期变动", "Changes of the period"), Shape.NUMBERS, _MOVES),
    ),
    ExhibitSource(
        "moves_by_month",
        Topic.GROWTH,
        curves(Text("入职、离职和净增", "Joined, left and net change"), _MOVES),
    ),
    ExhibitSource(
        "jobs_by_township",
        Topic.ORIGIN,
        groups(
            Text("户籍乡镇（街道）", "Townships of household"),
            Shape.BARS,
            "township",
            "jobs_end",
            most=_MOST_TOWNSHIPS,
            is_ranked=True,
        ),
    ),
    ExhibitSource(
        "jobs_by_household",
        Topic.ORIGIN,
        groups(Text("户籍类别", "Category of household"), Shape.PARTS, "household", "jobs_end"),
    ),
    ExhibitSource(
        "jobs_by_skill_level",
        Topic.TRAINING,
        groups(
            Text("职业技能等级", "Levels of the occupation"), Shape.BARS, "skill_level", "jobs_end"
        ),
    ),
    ExhibitSource(
        "wages_by_month",
        Topic.WAGES,
        paid(
            curves(
                Text("平均工资和中位数", "Average and median wage"),
                ("average_wage", "median_wage"),
            )
        ),
    ),
    ExhibitSource(
        "wage_spread",
        Topic.WAGES,
        paid(
            single(
                Text("工资的中位数和四分位数", "Median and quartiles of wages"),
                Shape.BARS,
                _SPREAD,
                is_of_month=True,
            )
        ),
    ),
    ExhibitSource(
        "total_wages_by_month",
        Topic.WAGES,
        paid(curves(Text("工资总额", "Total wages"), ("total_wages",))),
    ),
    ExhibitSource(
        "wage_parts",
        Topic.WAGES,
        paid(single(Text("工资总额的构成", "Parts of total wages"), Shape.PARTS, _PARTS)),
    ),
    ExhibitSource(
        "wages_by_task_type",
        Topic.WAGES,
        paid(
            groups(
                Text("各任务类型的平均工资", "Average wage by task type"),
                Shape.BARS,
                "task_type",
                "average_wage",
                is_ranked=True,
                is_of_month=True,
            )
        ),
    ),
    ExhibitSource(
        "accepted_output",
        Topic.PRODUCTION,
        groups(
            Text("各任务类型的合格产量", "Accepted output by task type"),
            Shape.NUMBERS,
            "output",
            "accepted_output",
            is_of_month=True,
        ),
    ),
    ExhibitSource(
        "below_floor_by_month",
        Topic.WAGES,
        paid(
            curves(Text("低于最低工资的岗位", "Jobs below the minimum wage"), ("below_floor_jobs",))
        ),
    ),
    ExhibitSource(
        "hours_by_month",
        Topic.WAGES,
        paid(curves(Text("人均工作时间", "Average hours of work"), ("average_hours",))),
    ),
    ExhibitSource(
        "insurance_coverage",
        Topic.WAGES,
        paid(
            single(Text("参保率", "Insurance coverage"), Shape.BARS, _COVERAGES, is_of_month=True)
        ),
    ),
    *(ExhibitSource(f"targets_{unit.code}", Topic.TARGETS, _targets(unit)) for unit in _TARGETS),
)
"""In the order in which they are shown."""
