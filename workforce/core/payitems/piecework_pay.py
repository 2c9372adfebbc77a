"""Piecework at 100 %: per task type and price, overtime output included."""

from collections.abc import Sequence

from workforce.core.money import MICRO, MICRO_IN_FEN, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.piecework import piece_lines
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    lines = piece_lines(work.output)
    amount = round_half_up(lines.qty * lines.price_micro, MICRO_IN_FEN)
    return [
        ITEM.rows(
            lines.employee,
            amount,
            quantity_micro=lines.qty * MICRO,
            rate_micro=lines.price_micro,
            detail=lines.task_type,
            details=work.facts.task_types,
            operands={"qty": lines.qty, "price_micro": lines.price_micro},
        )
    ]


ITEM = PayItem(
    name="piecework_pay",
    code="piecework_pay",
    kind=LineKind.EARNING,
    position=120,
    label=Text("计件工资", "Piecework pay"),
    reference="劳动法第三十七条",
    wage_part=WagePart.PIECE,
    formula=_formula,
    explanation=(
        Clause(
            "{detail}：验收 {qty} 件 × 单价 {price_micro} 元 = {amount_fen} 元",
            "{detail}: {qty} accepted × {price_micro} yuan = {amount_fen} yuan",
        ),
    ),
)
