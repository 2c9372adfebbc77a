"""What is missing to the local minimum wage is paid."""

from collections.abc import Sequence

import numpy as np

from workforce.core.money import MICRO_IN_FEN, round_half_up
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.minimum_wage import TOP_UP
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    floor = work.floor
    counted_fen = round_half_up(floor.counted_micro, MICRO_IN_FEN)
    # The shortfall is rounded once. Only where half a fen counts is floor − counted, as shown in fen,
    # another sum: then the exact value is shown.
    is_half = floor.floor_fen - counted_fen != floor.shortfall_fen
    return [
        ITEM.lines(
            floor.shortfall_fen,
            operands={
                "minimum_fen": floor.minimum_fen,
                "floor_half_days": floor.half_days,
                "payable_days": work.days.payable_days,
                "floor_minutes": floor.minutes,
                "floor_fen": floor.floor_fen,
                "counted_fen": counted_fen,
                "exact_counted_micro": np.where(is_half, floor.counted_micro, 0),
            },
        )
    ]


ITEM = PayItem(
    name=TOP_UP,
    code=TOP_UP,
    kind=LineKind.EARNING,
    position=300,
    label=Text("最低工资补足", "Minimum-wage top-up"),
    reference="劳动法第四十八条；最低工资规定第十二条",
    wage_part=WagePart.SPECIAL,
    needs=("gross_before_top_up", "uncounted_pay"),
    formula=_formula,
    explanation=(
        Clause(
            "月最低工资 {minimum_fen} 元 × 计薪 {floor_days} 天 ÷ 本月计薪日 {payable_days} 天 ="
            " {floor_fen} 元",
            "Monthly minimum wage {minimum_fen} yuan × {floor_days} payable days ÷ {payable_days}"
            " payable days of the month = {floor_fen} yuan",
            when="!floor_minutes",
        ),
        Clause(
            "小时最低工资 {minimum_fen} 元 × {floor_minutes} = {floor_fen} 元",
            "Hourly minimum wage {minimum_fen} yuan × {floor_minutes} = {floor_fen} yuan",
            when="floor_minutes",
        ),
        Clause(
            "；正常劳动所得 {counted_fen} 元",
            "; pay for normal work is {counted_fen} yuan",
            when="!exact_counted_micro",
        ),
        Clause(
            "；正常劳动所得 {exact_counted_micro} 元",
            "; pay for normal work is {exact_counted_micro} yuan",
            when="exact_counted_micro",
        ),
        Clause(
            "（不含加班费、加班产量、夜班津贴等），补足 {amount_fen} 元",
            " (without overtime pay and output, night allowance and the like); the missing"
            " {amount_fen} yuan are added",
        ),
    ),
)
