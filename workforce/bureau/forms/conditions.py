"""How people are employed: insurance, the legal floor, hours and overtime, labour cost, arrears."""

from __future__ import annotations

from typing import Final

from workforce.bureau.form import Filling, ReportForm
from workforce.bureau.report import Report, Section
from workforce.bureau.writing import Writer
from workforce.core.report_period import Span
from workforce.core.text import Text

CODES: Final = (
    "jobs_end",
    "insurance_coverage",
    "medical_coverage",
    "unemployment_coverage",
    "work_injury_coverage",
    "fund_coverage",
    "floor_jobs",
    "below_floor_jobs",
    "below_floor_share",
    "topped_up_jobs",
    "timed_jobs",
    "average_hours",
    "weekly_hours",
    "hourly_wage",
    "overtime_hours",
    "over_limit_jobs",
    "over_limit_share",
    "labour_cost",
    "average_labour_cost",
    "arrears_jobs",
    "arrears",
)
_BY_PLACE: Final = (
    "jobs_end",
    "insurance_coverage",
    "below_floor_share",
    "weekly_hours",
    "over_limit_share",
    "average_labour_cost",
    "arrears",
)


def _fill(filling: Filling) -> Report:
    writer = Writer(FORM, filling, CODES)
    table = writer.indicators("conditions", FORM.title, "whole")
    by_place = writer.table(
        "place", _BY_PLACE, Text("按企业所在：用工情况", "Conditions by place of company")
    )
    by_level = writer.table(
        "skill_level",
        ("jobs_end",),
        Text("按职业技能等级：岗位", "Jobs by level of the occupation"),
    )
    tables = tuple(one for one in (table, by_place, by_level) if one is not None)
    return writer.report(
        [Section("conditions", FORM.title, tables)],
        sheet="form",
        unit=Text("见各行", "as stated"),
        notes=(
            Text(
                "低于最低工资的名单只有企业自己看得到。",
                "The list of people under the floor is the company's alone.",
            ),
        ),
    )


FORM: Final = ReportForm(
    code="conditions",
    numbers={
        Span.MONTH: Text("基用月 6 表", "BE-M 6"),
        Span.QUARTER: Text("基用季 6 表", "BE-Q 6"),
        Span.YEAR: Text("基用年 6 表", "BE-Y 6"),
    },
    title=Text("劳动用工情况", "Conditions of employment"),
    summary=Text(
        "各险种参保率、低于最低工资的人数和比例、工时和加班、人工成本、拖欠工资，与上期、上年同期比较；按职业技能等级的岗位。",
        "Insurance by scheme, people paid under the legal floor, hours and overtime, labour cost and arrears, "
        "beside the period before and the year before; jobs by level of the occupation.",
    ),
    fill=_fill,
)
