"""Which lines of a payslip correct old ones, which were corrected since, and what replaced what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from workforce.core.text import Text
from workforce.payroll import corrections
from workforce.payroll.line_heads import line_label, task_type_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.documents.views import LineView, PayslipView
    from workforce.platform.scope import Scope

_LINE_OF: Final = {"pay": "adjustment", "return": "late_untaxed", "claim": "damages_deduction"}
"""The code of the line by which each kind of adjustment is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldLine:
    """A line of an earlier payslip that a line of this one corrects; amounts in fen.

    ``payslip_id`` None: of the month there was no payslip.
    """

    for_period: str
    payslip_id: int | None
    label: Text
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterChange:
    """What a line of this payslip was corrected to, and in which month the difference is paid."""

    label: Text
    pay_period: str
    reason: str
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """By the sequence of a line; ``added`` are lines that the payslip should have had and has not.

    ``replaced_by`` and ``replaces`` are the payslips before and after in the chain.
    """

    corrects: Mapping[int, Sequence[OldLine]] = field(default_factory=dict)
    corrected: Mapping[int, Sequence[LaterChange]] = field(default_factory=dict)
    added: Sequence[LaterChange] = ()
    replaced_by: int | None = None
    replaces: int | None = None


def corrections_of(session: Session, scope: Scope, view: PayslipView) -> Corrections:
    """Read what a payslip corrects and what corrects it, in a fixed number of statements."""
    rows = session.execute(
        corrections.corrected_lines(view.payslip_id, view.employment_id, view.period)
    ).all()
    chain = [
        row.payslip_id for row in session.execute(corrections.chain_of(scope, view.payslip_id))
    ]
    at = chain.index(view.payslip_id) if view.payslip_id in chain else 0
    names = task_type_texts(session) if rows else {}
    corrects: defaultdict[int, list[OldLine]] = defaultdict(list)
    corrected: defaultdict[int, list[LaterChange]] = defaultdict(list)
    added: list[LaterChange] = []
    for row in rows:
        label = line_label(row.code, row.kind, row.detail, names)
        if row.payslip_id == view.payslip_id:
            change = LaterChange(
                label=label, pay_period=row.pay_period, reason=row.reason, after=row.after_amount
            )
            mine = [line.seq for line in view.lines if _is_same(line, row)]
            # A line of several prices is one here: its first says it.
            (corrected[mine[0]] if mine else added).append(change)
            continue
        old = OldLine(
            for_period=row.for_period,
            payslip_id=row.payslip_id,
            label=label,
            before=row.before_amount,
            after=row.after_amount,
        )
        for line in view.lines:
            if _pays(line, row):
                corrects[line.seq].append(old)
    return Corrections(
        corrects=dict(corrects),
        corrected=dict(corrected),
        added=added,
        replaced_by=chain[at + 1] if at + 1 < len(chain) else None,
        replaces=chain[at - 1] if at else None,
    )


def _is_same(line: LineView, row: Any) -> bool:
    same = (row.code, row.kind, row.detail)
    return (line.code, line.kind.value, line.detail_code) == same


def _pays(line: LineView, row: Any) -> bool:
    """Tell whether a line pays an adjustment; those of pay are told apart by their reason."""
    is_kind = line.code == _LINE_OF[row.adjustment_kind]
    return is_kind and (row.adjustment_kind != "pay" or line.detail_code == row.reason)
