"""Wages due and not paid."""

from __future__ import annotations

from workforce.core.text import Text
from workforce.statistics.measure import Measure, Over, Unit, Values
from workforce.statistics.measures._sources import BASE_RULE
from workforce.statistics.population import Groups, Population


def _compute(population: Population, groups: Groups) -> Values:
    return Values.whole(groups.sums(population.arrears))


MEASURE = Measure(
    code="arrears",
    label=Text("拖欠工资", "Wages in arrears"),
    unit=Unit.YUAN,
    definition=Text(
        "到月末已到发薪日而没有付到个人的实发工资：已批准的工资条按条减去月末前银行已付的金额；未到发薪日的不算，多付的不抵减别人的。包括以前月份未付清的。",
        "Net pay whose pay day had come by the end of the month and that had not been paid: of each approved payslip less what the bank had paid by then; what is not due yet does not count, and what was paid too much is set off against nobody. Earlier months that are still owed are included.",
    ),
    denominator=None,
    source=BASE_RULE,
    compute=_compute,
    over=Over.LAST,
    needs=(
        "arrears",
        "arrears_jobs",
    ),
)
