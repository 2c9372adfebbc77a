"""Group piecework: the member's shares of what the group's output is worth, per task type."""

from collections.abc import Sequence

from workforce.core.pay_item import Clause, PayItem
from workforce.core.results import LineBlock, LineKind, WagePart
from workforce.core.rules.piecework import share_lines
from workforce.core.text import Text
from workforce.core.workings import Workings


def _formula(work: Workings) -> Sequence[LineBlock]:
    lines = share_lines(work.facts, work.output)
    return [
        ITEM.rows(
            lines.employee,
            lines.share_fen,
            detail=lines.task_type,
            details=work.facts.task_types,
            operands={
                "pot_count": lines.pot_count,
                "is_several": (lines.pot_count > 1).astype(int),
                "pot_fen": lines.pot_fen,
                "own_thousandths": lines.point_weight,
                "group_thousandths": lines.point_pot_weight,
                "own_minutes": lines.hours_weight,
                "group_minutes": lines.hours_pot_weight,
            },
        )
    ]


ITEM = PayItem(
    name="group_piecework_pay",
    code="group_piecework_pay",
    kind=LineKind.EARNING,
    position=122,
    label=Text("团体计件工资", "Group piecework pay"),
    reference="劳动法第三十七条",
    wage_part=WagePart.PIECE,
    formula=_formula,
    explanation=(
        Clause(
            "{detail}：{pot_count} 笔小组产值共 {pot_fen} 元，逐笔分配",
            "{detail}: {pot_count} outputs of the group worth {pot_fen} yuan, each shared",
            when="is_several",
        ),
        Clause(
            "{detail}：小组产值 {pot_fen} 元",
            "{detail}: output of the group worth {pot_fen} yuan",
            when="!is_several",
        ),
        Clause(
            "；本人工分 {own_thousandths} ÷ 全组 {group_thousandths}",
            "; own points {own_thousandths} of {group_thousandths}",
            when="group_thousandths",
        ),
        Clause(
            "；本人工时 {own_minutes} ÷ 全组 {group_minutes}",
            "; own hours {own_minutes} of {group_minutes}",
            when="group_minutes",
        ),
        Clause(
            "；分得 {amount_fen} 元（余下的分按余数从大到小分配，各人之和等于小组产值）",
            "; own share {amount_fen} yuan (the fen left over go to the largest remainders;"
            " all shares add up to the group's output)",
        ),
    ),
)
