"""What the last calculation of a run changed: kept for the people whose pay it changed, and shown.

Only the step from the calculation before to the present one is kept; the totals and fingerprints of
every calculation stay in ``run_calculation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, delete, func, select

from workforce.payroll import queries
from workforce.payroll.contents import NOTHING, Content, sheet_contents, stored_contents
from workforce.payroll.models import FormerSlip, PayrollRun, RunCalculation
from workforce.payroll.record import canonical_json
from workforce.platform.bulk import insert_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.payroll.compute import Computed
    from workforce.platform.scope import Scope

_former = cast("Table", FormerSlip.__table__)
_COLUMNS: Final = ("run_id", "employment_id", "gross_pay_amount", "net_pay_amount", "lines")


def former_contents(
    session: Session, old: PayrollRun | None, computed: Computed
) -> dict[int, Content | None]:
    """Return what the payslips said that a calculation is about to change, by employment.

    None: there was no payslip. Nobody is named whose amounts and lines stay as they are.
    """
    if old is None or old.result_hash == computed.hashes.results:
        return {}
    before, after = stored_contents(session, old.id), sheet_contents(computed.sheet)
    return {
        one: before.get(one)
        for one in sorted(before.keys() | after.keys())
        if before.get(one) != after.get(one)
    }


def keep_former(session: Session, run_id: int, former: Mapping[int, Content | None]) -> None:
    """Store what was changed, in place of what the calculation before had changed."""
    session.execute(delete(FormerSlip).where(FormerSlip.run_id == run_id))
    rows = [
        (run_id, one, said and said.gross_pay, said and said.net_pay, _lines(said))
        for one, said in former.items()
    ]
    if rows:
        insert_columns(session, _former, dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True)))


def _lines(said: Content | None) -> str:
    return canonical_json(said.lines if said else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipChange:
    """One person whose pay the last calculation changed; None: no payslip on that side."""

    employment_id: int
    before: Content | None
    after: Content | None

    @property
    def net_change(self) -> int:
        """How much more (or, below zero, less) net pay there is, in fen."""
        return (self.after or NOTHING).net_pay - (self.before or NOTHING).net_pay


def calculations(session: Session, scope: Scope, run_id: int) -> list[RunCalculation]:
    """Return every calculation of a run, the newest first."""
    chosen = (
        select(RunCalculation)
        .where(
            RunCalculation.run_id.in_(queries.run(scope, run_id).with_only_columns(PayrollRun.id))
        )
        .order_by(RunCalculation.id.desc())
    )
    return list(session.scalars(chosen))


def change_count(session: Session, run_id: int) -> int:
    """Return of how many people the last calculation changed the pay."""
    chosen = select(func.count()).select_from(FormerSlip).where(FormerSlip.run_id == run_id)
    return session.scalar(chosen) or 0


def changes(session: Session, run_id: int) -> list[SlipChange]:
    """Return whose pay the last calculation changed, the largest change of net pay first."""
    former = {
        row.employment_id: row
        for row in session.scalars(select(FormerSlip).where(FormerSlip.run_id == run_id))
    }
    now = stored_contents(session, run_id, former.keys())
    found = [
        SlipChange(employment_id=one, before=_said(row), after=now.get(one))
        for one, row in former.items()
    ]
    return sorted(found, key=lambda change: (-abs(change.net_change), change.employment_id))


def _said(row: FormerSlip) -> Content | None:
    if row.gross_pay_amount is None or row.net_pay_amount is None:
        return None
    lines: tuple[Any, ...] = tuple(tuple(line) for line in row.lines)
    return Content(row.gross_pay_amount, row.net_pay_amount, lines)
