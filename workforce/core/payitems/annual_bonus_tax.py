"""Tax on an annual bonus that is taxed on its own."""

from collections.abc import Sequence

from workforce.core.pay_item import Clause, PayItem, Share
from workforce.core.results import LineBlock, LineKind
from workforce.core.rules.annual_bonus import withhold
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    bonus = work.separate_bonus_fen
    who = bonus > 0
    months = work.law.column("annual_bonus_months", ITEM.name, who)
    tax = withhold(bonus, months, work.law.table("income_tax_monthly_brackets", ITEM.name, who))
    return [
        ITEM.lines(
            tax.tax_fen,
            operands={
                "bonus_fen": bonus,
                "months": months,
                "tax_rate_micro": tax.rate_micro,
                "quick_fen": tax.quick_fen,
            },
        )
    ]


ITEM = PayItem(
    name="annual_bonus_tax",
    code="annual_bonus_tax",
    kind=LineKind.DEDUCTION,
    position=460,
    label=Text("年终奖个人所得税", "Tax on the annual bonus"),
    reference="财政部 税务总局公告2023年第30号",
    share=Share.TAX,
    in_extra=True,
    formula=_formula,
    explanation=(
        Clause(
            "年终奖 {bonus_fen} 元 ÷ {months} 找到税率 {tax_rate_micro}；{bonus_fen} 元 ×"
            " {tax_rate_micro} − 速算扣除数 {quick_fen} 元 = {amount_fen} 元",
            "Annual bonus {bonus_fen} yuan ÷ {months} finds the rate {tax_rate_micro};"
            " {bonus_fen} yuan × {tax_rate_micro} − quick deduction {quick_fen} yuan ="
            " {amount_fen} yuan",
        ),
    ),
)
