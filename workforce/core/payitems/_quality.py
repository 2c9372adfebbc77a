"""What the two quality items share: the loss of each employee, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workforce.core.money import MICRO, MICRO_IN_FEN, Column, round_half_up
from workforce.core.pay_item import Clause
from workforce.core.results import NoteBlock
from workforce.core.rules.quality import has_no_output
from workforce.core.text import Text
from workforce.core.workings import Workings

LABEL = Text("质量扣减", "Quality deduction")

CLAUSES = (
    Clause(
        "抽检 {sampled_qty} 件错 {error_qty} 件，系数 {factor_micro}：批次计件产值"
        " {inspected_value_micro} 元 ×（1 − {factor_micro}）",
        "{error_qty} errors in a sample of {sampled_qty} give the factor {factor_micro}:"
        " piece value of the batch {inspected_value_micro} yuan × (1 − {factor_micro})",
        when="!is_many",
    ),
    Clause(
        "抽检的 {batch_count} 批各按其准确率的系数计算，计件产值共 {inspected_value_micro} 元",
        "{batch_count} inspected batches, each by the factor of its accuracy, piece value"
        " {inspected_value_micro} yuan together",
        when="is_many",
    ),
    Clause("，减 {loss_fen} 元", ", less {loss_fen} yuan"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLoss:
    """The loss of each employee, rounded once, and the operands of its explanation."""

    amount_fen: Column
    operands: Mapping[str, Column]


def quality_loss(work: Workings) -> QualityLoss:
    """Sum the batches of each employee that reach no full factor; one rounding."""
    inspected = work.inspected
    lost = np.flatnonzero(inspected.loss)
    employee = inspected.employee[lost]

    def summed(values: Column) -> Column:
        total = np.zeros(work.size, dtype=np.int64)
        np.add.at(total, employee, values[lost])
        return total

    count = summed(np.ones_like(inspected.loss))
    amount = round_half_up(summed(inspected.loss), MICRO * MICRO_IN_FEN)
    factor = np.where(count == 1, summed(inspected.factor_micro), 0)
    return QualityLoss(
        amount_fen=amount,
        operands={
            "batch_count": count,
            "is_many": (count > 1).astype(int),
            "sampled_qty": summed(inspected.sampled_qty),
            "error_qty": summed(inspected.error_qty),
            "factor_micro": factor,
            "inspected_value_micro": summed(inspected.value_micro),
            "loss_fen": amount,
        },
    )


def note_without_output(work: Workings) -> None:
    """Tell about inspected batches without output this month: a slip of the pen, or paid earlier."""
    inspected = work.inspected
    rows = np.flatnonzero(has_no_output(inspected))
    batches = len(work.facts.batches)
    subject = np.where(
        inspected.batch[rows] >= 0, inspected.batch[rows], batches + inspected.task_type[rows]
    )
    work.notes.add(
        NoteBlock(
            code="inspection_without_output",
            employee=inspected.employee[rows],
            detail=subject,
            details=work.facts.batches + work.facts.task_types,
        )
    )
