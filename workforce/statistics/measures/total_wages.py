"""Total wages of the month."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import total_wage_article
from workforce.statistics.measures._wage_part import wage_values
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return wage_values(population, groups, population.total_wages)


MEASURE = Measure(
    code="total_wages",
    label=Text("工资总额", "Total wages"),
    unit=Unit.YUAN,
    over=Over.SUM,
    definition=Text(
        "本月工资批次中计时、计件、奖金、津贴和补贴、加班加点、特殊情况下支付的工资六部分之和；"
        "税前，未扣个人缴纳的社会保险费和住房公积金。"
        "不含实习生、学员和劳务提供者的报酬，不含误餐、劳保等不列入工资总额的项目。",
        "Sum of the six parts in the month's payroll: time, piece, bonus, allowances, overtime and "
        "special-case wages; before tax and before own social insurance and housing fund. Without the "
        "pay of interns, trainees and labour-service providers, and without items that are not wages, "
        "such as missed-meal money and labour protection.",
    ),
    denominator=None,
    source=total_wage_article(4, "四"),
    compute=_compute,
    needs=("total_wages",),
)
