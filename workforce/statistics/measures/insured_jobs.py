"""Jobs that are insured."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Over
from workforce.statistics.measures._count import job_count
from workforce.statistics.measures._sources import BASE_RULE

MEASURE = job_count(
    "insured_jobs",
    Text("参保岗位数", "Insured jobs"),
    Text(
        "期末岗位中本月工资条有基本养老保险缴费的岗位数；没有本月工资结果的企业不计入。",
        "Jobs at end whose payslip of the month has a basic pension contribution; companies without a "
        "payroll result of the month are left out.",
    ),
    BASE_RULE,
    lambda people: people.is_employed_at_end & people.has_result & people.is_insured,
    needs=("insured_jobs",),
    over=Over.LAST,
)
