"""Income tax withheld from the month's pay."""

from collections.abc import Sequence

import numpy as np

from workforce.core.facts import TaxMethod
from workforce.core.money import MICRO
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    tax = work.month_tax
    columns = tax.columns
    is_year = ~work.has_tax_method(TaxMethod.LABOR_SERVICE)
    is_first_wage = work.facts.tax.is_first_wage_of_year
    is_whole_year = (columns.cumulative_basic_fen > 0) & (tax.basic_months == 0)
    return [
        ITEM.lines(
            tax.tax_fen,
            show=work.everybody,
            operands={
                "is_payment": (~is_year).astype(int),
                "is_taxable": (is_year & (columns.cumulative_taxable_fen > 0)).astype(int),
                "is_below": (is_year & (columns.cumulative_taxable_fen == 0)).astype(int),
                "part_rate_micro": np.where(
                    tax.income_rate_micro < MICRO, tax.income_rate_micro, 0
                ),
                "income_fen": columns.cumulative_income_fen,
                "basic_fen": columns.cumulative_basic_fen,
                "own_month_count": np.where(is_first_wage, 0, tax.basic_months),
                "january_month_count": np.where(is_first_wage, tax.basic_months, 0),
                "is_whole_year": is_whole_year.astype(int),
                "is_intern": work.has_tax_method(TaxMethod.INTERN).astype(int),
                "is_platform": work.has_tax_method(TaxMethod.PLATFORM).astype(int),
                "insurance_fen": tax.insurance_and_fund_fen,
                "special_fen": tax.special_fen,
                "other_fen": tax.other_fen,
                "taxable_fen": columns.cumulative_taxable_fen,
                "tax_rate_micro": columns.rate_micro,
                "quick_fen": columns.quick_deduction_fen,
                "due_fen": tax.due_fen,
                "before_fen": tax.before_fen,
                "over_fen": np.where(is_year, np.maximum(tax.before_fen - tax.due_fen, 0), 0),
            },
        )
    ]


ITEM = PayItem(
    name="income_tax",
    code="income_tax",
    kind=LineKind.DEDUCTION,
    position=450,
    label=Text("个人所得税", "Income tax"),
    reference="国家税务总局公告2018年第61号第六条、第八条",
    share=Share.TAX,
    needs=("gross_pay", "untaxed_pay", "insurance_and_fund"),
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause(
            "本次劳务报酬 {income_fen} 元，减除费用后应纳税 {taxable_fen} 元；{taxable_fen} 元 ×"
            " {tax_rate_micro}",
            "Pay for services {income_fen} yuan; after the deduction {taxable_fen} yuan are taxable;"
            " {taxable_fen} yuan × {tax_rate_micro}",
            when="is_payment",
        ),
        Clause(
            "今年在本单位累计收入 {income_fen} 元",
            "Income here this year {income_fen} yuan",
            when="!is_payment",
        ),
        Clause(" × {part_rate_micro}", " × {part_rate_micro}", when="part_rate_micro"),
        Clause(
            " − 减除费用 {basic_fen} 元",
            " − basic deduction {basic_fen} yuan",
            when="!is_payment",
        ),
        Clause(
            "（{own_month_count} 个月）", " (months: {own_month_count})", when="own_month_count"
        ),
        Clause(
            "（本年首次取得工资，从一月起 {january_month_count} 个月，国家税务总局公告2020年第13号）",
            " (first wage of the year, months from January: {january_month_count},"
            " 国家税务总局公告2020年第13号)",
            when="january_month_count",
        ),
        Clause(
            "（上年工资不超过此数，一次减除全年，国家税务总局公告2020年第19号）",
            " (last year's wages were no more: the whole year's at once, 国家税务总局公告2020年第19号)",
            when="is_whole_year",
        ),
        Clause(
            " − 社保公积金 {insurance_fen} 元",
            " − own insurance and fund {insurance_fen} yuan",
            when="insurance_fen",
        ),
        Clause(
            " − 专项附加扣除 {special_fen} 元",
            " − special additional deductions {special_fen} yuan",
            when="special_fen",
        ),
        Clause(
            " − 其他扣除 {other_fen} 元", " − other deductions {other_fen} yuan", when="other_fen"
        ),
        Clause(
            " = 应纳税所得额 {taxable_fen} 元；{taxable_fen} 元 × {tax_rate_micro}",
            " = taxable income {taxable_fen} yuan; {taxable_fen} yuan × {tax_rate_micro}",
            when="is_taxable",
        ),
        Clause(
            " − 速算扣除数 {quick_fen} 元", " − quick deduction {quick_fen} yuan", when="quick_fen"
        ),
        Clause(" = {amount_fen} 元", " = {amount_fen} yuan", when="is_payment"),
        Clause(
            " = 累计应扣 {due_fen} 元，此前已扣 {before_fen} 元，本月扣 {amount_fen} 元",
            " = {due_fen} yuan due so far, {before_fen} yuan withheld before, {amount_fen} yuan this"
            " month",
            when="is_taxable",
        ),
        Clause(
            "，没有应纳税的部分，本月扣 {amount_fen} 元",
            ": nothing is taxable, {amount_fen} yuan this month",
            when="is_below",
        ),
        Clause(
            "（此前多扣的 {over_fen} 元，年度汇算时由本人申请退回）",
            " ({over_fen} yuan withheld too much before can be claimed back in the yearly settlement)",
            when="over_fen",
        ),
        Clause(
            "（实习生按国家税务总局公告2020年第13号）",
            " (interns: 国家税务总局公告2020年第13号)",
            when="is_intern",
        ),
        Clause(
            "（平台从业人员按国家税务总局公告2025年第16号，中断后重新累计）",
            " (platform workers: 国家税务总局公告2025年第16号; an empty month begins anew)",
            when="is_platform",
        ),
    ),
)
