"""Running the controls of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.control.ties import controls
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.control.tie import Asked, Control, Tie


@dataclass(frozen=True, slots=True)
class Checked:
    """What one control found: every figure, whether it ties or not."""

    control: Control
    ties: Sequence[Tie]

    @property
    def holds(self) -> bool:
        """Whether every figure ties."""
        return all(tie.holds for tie in self.ties)


def months_of(session: Session, company_id: int) -> list[PayPeriod]:
    """Return the months of which a company has any run, the oldest first."""
    runs = session.scalars(payroll.runs(Scope.company(company_id)))
    return sorted({PayPeriod.parse(run.period).whole for run in runs})


def check_month(asked: Asked) -> list[Checked]:
    """Run every control of a company's month, in their order; nothing is written.

    A month without a run has nothing to compare.
    """
    runs = payroll.runs_of_month(asked.scope, asked.month).limit(1)
    if asked.session.scalar(runs) is None:
        return []
    return [Checked(control, tuple(control.ties(asked))) for control in controls().values()]
