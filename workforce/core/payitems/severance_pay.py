"""Severance on leaving: a month's wage for each year of service, or what both agreed instead."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import AmountKind
from workforce.core.money import MICRO
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, NoteBlock
from workforce.core.rules import severance
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    facts, law, asked_by = work.facts, work.law, ITEM.name
    who = severance.is_given(facts, AmountKind.SEVERANCE_WAGE)
    worked = severance.service(facts, who)
    months = severance.months_of_wage(
        worked,
        law.column("severance_whole_year_months", asked_by, who),
        law.column("severance_short_service_rate", asked_by, who),
        who,
    )
    average = work.given(AmountKind.SEVERANCE_WAGE)
    wage = np.maximum(average, law.column("minimum_wage_month", asked_by, who))
    average_year = law.column("severance_average_wage_year", asked_by, who)
    times = law.column("severance_wage_limit_average_wages", asked_by, who)
    is_capped = who & (wage * severance.MONTHS_IN_YEAR > average_year * times)
    most = law.column("severance_capped_months", asked_by, is_capped) * MICRO
    paid_months = np.where(is_capped, np.minimum(months, most), months)
    due = severance.statutory(wage, average_year * times, paid_months, is_capped)
    is_agreed = severance.is_given(facts, AmountKind.SEVERANCE_AGREED)
    amount = np.where(is_agreed, work.given(AmountKind.SEVERANCE_AGREED), due)
    below = np.flatnonzero(amount < due)
    work.notes.add(
        NoteBlock(
            code="severance_below_statutory",
            employee=below,
            params={"agreed_fen": amount[below], "due_fen": due[below]},
        )
    )
    return [
        ITEM.lines(
            amount,
            operands={
                "hired_day": facts.employments.hired_on,
                "last_day": facts.employments.separated_on,
                "year_count": worked.years,
                "month_count": worked.months,
                "day_count": worked.days,
                "paid_months_micro": paid_months,
                "average_fen": average,
                "wage_fen": np.where(wage > average, wage, 0),
                "average_year_fen": np.where(is_capped, average_year, 0),
                "times_count": times,
                "is_shortened": (paid_months < months).astype(int),
                "is_agreed": is_agreed.astype(int),
                "due_fen": due,
            },
        )
    ]


ITEM = PayItem(
    name="severance_pay",
    code="severance_pay",
    kind=LineKind.EARNING,
    position=275,
    label=Text("离职经济补偿", "Severance pay"),
    reference="劳动合同法第四十七条；劳动合同法实施条例第二十七条",
    counts_to_minimum=False,
    is_taxed=False,
    formula=_formula,
    explanation=(
        Clause(
            "{hired_day} 至 {last_day} 工作 {year_count} 年 {month_count} 个月 {day_count} 天，折"
            " {paid_months_micro} 个月工资",
            "Service from {hired_day} to {last_day}, {year_count} year(s) {month_count} month(s)"
            " {day_count} day(s), is worth {paid_months_micro} months' wages",
        ),
        Clause("（最多的月数）", " (the most there is)", when="is_shortened"),
        Clause(
            "；前 12 个月平均工资 {average_fen} 元",
            "; average wage of the 12 months before {average_fen} yuan",
        ),
        Clause(
            "，低于最低工资，按 {wage_fen} 元计",
            ", raised to the minimum wage of {wage_fen} yuan",
            when="wage_fen",
        ),
        Clause(
            "，高于上年度职工平均工资的 {times_count} 倍，按年平均 {average_year_fen} 元 ×"
            " {times_count} ÷ 12 计",
            ", more than {times_count} times the local average: {average_year_fen} yuan a year ×"
            " {times_count} ÷ 12 counts",
            when="average_year_fen",
        ),
        Clause(
            "，× {paid_months_micro} 个月 = {amount_fen} 元",
            ", × {paid_months_micro} months = {amount_fen} yuan",
            when="!is_agreed",
        ),
        Clause(
            "，× {paid_months_micro} 个月 = 法定 {due_fen} 元；双方约定 {amount_fen} 元",
            ", × {paid_months_micro} months = {due_fen} yuan by law; {amount_fen} yuan as agreed",
            when="is_agreed",
        ),
    ),
)
