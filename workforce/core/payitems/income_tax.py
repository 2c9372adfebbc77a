"""Income tax withheld from the month's pay."""

from collections.abc import Sequence

from workforce.core.facts import TaxMethod
from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    tax = work.month_tax
    columns = tax.columns
    return [
        ITEM.lines(
            tax.tax_fen,
            show=work.everybody,
            operands={
                "is_payment": work.has_tax_method(TaxMethod.LABOR_SERVICE).astype(int),
                "is_part_income": work.has_tax_method(TaxMethod.INTERN, TaxMethod.PLATFORM).astype(
                    int
                ),
                "income_fen": columns.cumulative_income_fen,
                "basic_fen": columns.cumulative_basic_fen,
                "insurance_fen": tax.insurance_and_fund_fen,
                "special_fen": tax.special_fen,
                "other_fen": tax.other_fen,
                "taxable_fen": columns.cumulative_taxable_fen,
                "tax_rate_micro": columns.rate_micro,
                "quick_fen": columns.quick_deduction_fen,
                "due_fen": tax.due_fen,
                "before_fen": tax.before_fen,
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
    formula=_formula,
    explanation=(
        Clause(
            "本次劳务报酬 {income_fen} 元，减除费用后应纳税所得额 {taxable_fen} 元 × {tax_rate_micro}"
            " − 速算扣除数 {quick_fen} 元 = {due_fen} 元",
            "Pay for services {income_fen} yuan; after the deduction {taxable_fen} yuan are taxable"
            " × {tax_rate_micro} − quick deduction {quick_fen} yuan = {due_fen} yuan",
            when="is_payment",
        ),
        Clause(
            "今年在本单位累计收入 {income_fen} 元",
            "Income here this year {income_fen} yuan",
            when="!is_payment",
        ),
        Clause("（按规定的比例计入）", " (of which the lawful part counts)", when="is_part_income"),
        Clause(
            " − 减除费用 {basic_fen} 元 − 社保公积金 {insurance_fen} 元 − 专项附加扣除 {special_fen} 元"
            " − 其他 {other_fen} 元，应纳税所得额 {taxable_fen} 元；× {tax_rate_micro} −"
            " 速算扣除数 {quick_fen} 元 = 累计应扣 {due_fen} 元，已扣 {before_fen} 元，"
            "本月扣 {amount_fen} 元",
            " − basic deduction {basic_fen} yuan − own insurance and fund {insurance_fen} yuan −"
            " special additional deductions {special_fen} yuan − others {other_fen} yuan:"
            " {taxable_fen} yuan are taxable; × {tax_rate_micro} − quick deduction {quick_fen} yuan ="
            " {due_fen} yuan due so far, {before_fen} yuan withheld before, {amount_fen} yuan this"
            " month",
            when="!is_payment",
        ),
    ),
)
