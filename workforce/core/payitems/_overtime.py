"""The shape that the three overtime items share: a piece part and a time part, rounded once."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from workforce.core.facts import HoursClass
from workforce.core.money import (
    MICRO,
    MICRO_IN_FEN,
    Column,
    checked_product,
    round_half_up,
    round_sum,
)
from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.minimum_wage import MINUTES_IN_HOUR
from workforce.core.rules.proration import HUNDREDTHS
from workforce.core.text import Text
from workforce.core.workings import Workings


def overtime_item(
    name: str, hours: HoursClass, position: int, label: Text, reference: str, parameter: str
) -> PayItem:
    """Make the pay item of one class of overtime.

    Args:
        name: name and code.
        hours: the class.
        position: place on the payslip.
        label: its name for people.
        reference: the article.
        parameter: beginning of the law parameters' codes: ``…_rate`` and ``…_premium_rate``.

    """

    def formula(work: Workings) -> Sequence[LineBlock]:
        minutes, value = work.minutes[hours], work.value_by_class[hours]
        base = np.where(minutes > 0, hour_base(work), 0)
        is_raised = (base > work.facts.time_wages.overtime_base_fen) & (base > 0)
        premium = work.law.national(f"{parameter}_premium_rate", name, value > 0)
        rate = work.law.national(f"{parameter}_rate", name, base > 0)
        piece = _fraction(value, Fraction(premium, MICRO * MICRO_IN_FEN))
        day = Fraction(work.paid_days_hundredths * work.daily_minutes, HUNDREDTHS)
        time = _fraction(base * minutes, Fraction(rate, MICRO) / day)
        return [
            item.lines(
                round_sum([piece, time]),
                quantity_micro=round_half_up(minutes * MICRO, MINUTES_IN_HOUR),
                operands={
                    "overtime_minutes": minutes,
                    "piece_value_micro": value,
                    "premium_rate_micro": np.full(work.size, premium),
                    "base_fen": base,
                    "is_raised": is_raised.astype(int),
                    "has_both": ((value > 0) & (base > 0)).astype(int),
                    "time_rate_micro": np.full(work.size, rate),
                    "paid_days_hundredths": np.full(work.size, work.paid_days_hundredths),
                    "daily_minutes": np.full(work.size, work.daily_minutes),
                },
            )
        ]

    item = PayItem(
        name=name,
        code=name,
        kind=LineKind.EARNING,
        position=position,
        label=label,
        reference=reference,
        wage_part=WagePart.OVERTIME,
        counts_to_minimum=False,
        formula=formula,
        explanation=_CLAUSES,
    )
    return item


def hour_base(work: Workings) -> Column:
    """Return the monthly base of the hour wage: as agreed, but at least the monthly minimum.

    People without any time wage have none.
    """
    wages = work.facts.time_wages
    has_time_wage = (wages.base_pay_fen > 0) | (wages.overtime_base_fen > 0)
    return np.where(has_time_wage, np.maximum(wages.overtime_base_fen, work.minimum_fen), 0)


def _fraction(column: Column, factor: Fraction) -> tuple[Column, int]:
    return checked_product(column, factor.numerator), factor.denominator


_CLAUSES = (
    Clause("加班 {overtime_minutes}", "Overtime {overtime_minutes}", when="overtime_minutes"),
    Clause("按记录认定的加班时段", "Overtime by the records", when="!overtime_minutes"),
    Clause(
        "；其间计件产值 {piece_value_micro} 元 × {premium_rate_micro}",
        "; piece value made in it {piece_value_micro} yuan × {premium_rate_micro}",
        when="piece_value_micro",
    ),
    Clause(
        "；计时部分：月基数 {base_fen} 元 ÷ {paid_days_hundredths} ÷ {daily_minutes} ×"
        " {overtime_minutes} × {time_rate_micro}",
        "; time part: monthly base {base_fen} yuan ÷ {paid_days_hundredths} ÷ {daily_minutes} ×"
        " {overtime_minutes} × {time_rate_micro}",
        when="base_fen",
    ),
    Clause(
        "（约定的基数低于月最低工资，按月最低工资计）",
        " (the agreed base is below the monthly minimum wage, which counts)",
        when="is_raised",
    ),
    Clause("；合计 {amount_fen} 元", "; together {amount_fen} yuan", when="has_both"),
    Clause(" = {amount_fen} 元", " = {amount_fen} yuan", when="!has_both"),
    Clause(
        "（计件产值的另外 100% 已在计件工资内）",
        " (the other 100% of the piece value is in piecework pay)",
        when="piece_value_micro",
    ),
)
