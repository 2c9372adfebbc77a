"""The share of jobs that are insured."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    base = population.is_employed_at_end & population.has_result
    return Values(groups.sums(base & population.is_insured), groups.sums(base))


MEASURE = Measure(
    code="insurance_coverage",
    label=Text("参保率", "Insurance coverage"),
    unit=Unit.PERCENT,
    over=Over.LAST,
    definition=Text(
        "期末岗位中本月工资条有基本养老保险缴费的岗位数 ÷ 期末岗位数；没有本月工资结果的企业不计入。"
        "四舍五入到 0.01%。",
        "Jobs at end whose payslip of the month has a basic pension contribution ÷ jobs at end; "
        "companies without a payroll result of the month are left out. Rounded half up to 0.01 %.",
    ),
    denominator=Text("期末岗位数（有工资结果的企业）", "Jobs at end of companies with a result"),
    source=BASE_RULE,
    compute=_compute,
    needs=("known_jobs", "insured_jobs", "uninsured_jobs"),
)
