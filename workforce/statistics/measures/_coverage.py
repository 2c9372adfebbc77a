"""The shape that the shares of jobs insured in a scheme have."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def coverage(code: str, scheme: str, label: Text, paid: Text) -> Measure:
    """Make the share of jobs at end whose payslip pays into a scheme; ``paid`` names what it pays."""

    def compute(population: Population, groups: Groups) -> Values:
        base = population.is_employed_at_end & population.has_result
        return Values(groups.sums(base & population.pays_into(scheme)), groups.sums(base))

    return Measure(
        code=code,
        label=label,
        unit=Unit.PERCENT,
        definition=Text(
            f"期末岗位中本月工资条有{paid.zh}的岗位数 ÷ 期末岗位数；没有本月工资结果的企业不计入。"
            "四舍五入到 0.01%。",
            f"Jobs at end whose payslip of the month has {paid.en} ÷ jobs at end; companies without a "
            "payroll result of the month are left out. Rounded half up to 0.01 %.",
        ),
        denominator=Text(
            "期末岗位数（有工资结果的企业）", "Jobs at end of companies with a result"
        ),
        source=BASE_RULE,
        compute=compute,
        over=Over.LAST,
        needs=("known_jobs", f"{scheme}_jobs", f"no_{scheme}_jobs"),
    )
