"""What work costs the companies."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.measures._wage_part import wage_values
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return wage_values(population, groups, population.labour_cost)


MEASURE = Measure(
    code="labour_cost",
    label=Text("人工成本", "Labour cost"),
    unit=Unit.YUAN,
    definition=Text(
        "本月工资条的应发工资 + 单位缴纳的社会保险费、住房公积金等单位承担的部分；没有本月工资结果的企业不计入。",
        "Gross pay of the month's payslips + the employer's share of social insurance, housing fund and levies on them; companies without a payroll result of the month are left out.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    over=Over.SUM,
    needs=("labour_cost",),
)
