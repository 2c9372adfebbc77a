"""The month as stages: how far a company's pay is, what stands in its way, and who is asked to act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import current_app

from workforce.core.errors import StateError
from workforce.core.lifecycle import RunState
from workforce.core.text import Text, plural
from workforce.payroll import queries
from workforce.payroll.models import Payslip
from workforce.payroll.review import variances
from workforce.payroll.review.remark_groups import count_notes
from workforce.payroll.review.rules import rule_of
from workforce.payroll.stages import certificate_finders, rule_finders
from workforce.payroll.stages import finders as stage_finders
from workforce.payroll.stages.checks import Check, Severity, Stage, checks
from workforce.payroll.stages.finders import Asked, Finder, Found, Place
from workforce.platform import clock
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.payroll.models import PayrollRun


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what it does to this company's run."""

    check: Check
    severity: Severity
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """One stage: whether it is passed, whether it is the one to work on, and what was found."""

    stage: Stage
    is_done: bool
    is_now: bool
    findings: Sequence[Finding]

    @property
    def is_blocked(self) -> bool:
        """Whether something must be settled first."""
        return any(finding.severity is Severity.BLOCKING for finding in self.findings)


_PASSED: Final = {
    Stage.COMPUTE: {
        RunState.CALCULATED,
        RunState.REVIEWED,
        RunState.APPROVED,
        RunState.PAID,
        RunState.CLOSED,
    },
    Stage.REVIEW: {RunState.REVIEWED, RunState.APPROVED, RunState.PAID, RunState.CLOSED},
    Stage.APPROVE: {RunState.APPROVED, RunState.PAID, RunState.CLOSED},
    Stage.PAY: {RunState.PAID, RunState.CLOSED},
    Stage.CLOSE: {RunState.CLOSED},
}


def _variances(asked: Asked) -> Found:
    if asked.run is None or asked.run.state not in {RunState.DRAFT, RunState.CALCULATED}:
        return stage_finders.NOTHING
    count = variances.unticked(asked.session, asked.run.id)
    return Found(count, (), Place("payroll.variances_of_run", {"run_id": asked.run.id}))


def _remarks(asked: Asked) -> Found:
    if asked.run is None:
        return stage_finders.NOTHING
    noted = queries.payslips_of_run(asked.scope, asked.run.id).with_only_columns(Payslip.notes)
    count = sum(count_notes(notes) > 0 for notes in asked.session.scalars(noted))
    return Found(
        count, (), Place("payroll.run", {"run_id": asked.run.id, "_anchor": "remarks-of-run"})
    )


def _late(asked: Asked) -> Found:
    run = asked.run
    if run is None or run.state in {RunState.PAID, RunState.CLOSED}:
        return stage_finders.NOTHING
    if run.pay_on >= clock.today():
        return stage_finders.NOTHING
    days = (clock.today() - run.pay_on).days
    said = Text(
        f"应于 {run.pay_on} 发放，已过 {days} 天",
        f"due on {run.pay_on}, {days} {plural(days, 'day', 'days')} ago",
    )
    return Found(1, (stage_finders.Named("", said),), Place("payroll.run", {"run_id": run.id}))


_FINDERS: Final[Mapping[str, Finder]] = {
    "unconfirmed_days": stage_finders.unconfirmed_days,
    "open_requests": stage_finders.open_requests,
    "no_records": stage_finders.no_records,
    "leavers": stage_finders.leavers,
    "output_waiting": stage_finders.output_waiting,
    "output_unpriced": stage_finders.output_unpriced,
    "output_unattended": stage_finders.output_unattended,
    "certificate_missing": certificate_finders.certificate_missing,
    "certificate_advised": certificate_finders.certificate_advised,
    "uninspected": stage_finders.uninspected,
    "no_profile": stage_finders.no_profile,
    "corrections_waiting": stage_finders.corrections_waiting,
    "faults": stage_finders.faults,
    "negative": stage_finders.negative,
    "variances": _variances,
    "remarks": _remarks,
    "no_bank": stage_finders.no_bank,
    "late": _late,
    "shifts_without_output": rule_finders.shifts_without_output,
    "records_outside_employment": rule_finders.records_outside_employment,
    "contract_ended": rule_finders.contract_ended,
    "sender_unknown": rule_finders.sender_unknown,
    "identity_incomplete": rule_finders.identity_incomplete,
    "under_age": rule_finders.under_age,
    "minors_at_night": rule_finders.minors_at_night,
    "deduct_60000_refuted": rule_finders.deduct_60000_refuted,
    "overtime_over": rule_finders.overtime_over,
    "deductions_over": rule_finders.deductions_over,
}


EXTENSION: Final = "workforce.month_finders"
"""Where the app keeps the finders of slices above this one, by the code of their check."""


def _finders() -> Mapping[str, Finder]:
    return {**_FINDERS, **current_app.extensions.get(EXTENSION, {})}


def month_stages(asked: Asked) -> list[StageView]:
    """Return the stages of a company's month, in their order.

    What is passed is not looked at again: of a decided month the facts are locked.
    """
    finders = _finders()
    rule = rule_of(asked.session, asked.company_id)
    state = None if asked.run is None else RunState(asked.run.state)
    is_locked = state in _PASSED[Stage.APPROVE]
    found: dict[Stage, list[Finding]] = {stage: [] for stage in Stage}
    for code, check in checks().items():
        if code not in finders or _is_over(check.stage, state, is_locked=is_locked):
            continue
        outcome = finders[code](asked)
        if outcome.count:
            found[check.stage].append(Finding(check, check.severity_for(rule), outcome))
    return _views(found, state, is_locked=is_locked)


def _is_over(stage: Stage, state: RunState | None, *, is_locked: bool) -> bool:
    """Tell whether nothing can be found there any more."""
    if stage in {Stage.ATTENDANCE, Stage.QUALITY, Stage.COMPUTE, Stage.REVIEW}:
        return is_locked
    if stage is Stage.PAY:
        return state in _PASSED[Stage.PAY]
    return False


def _views(
    found: Mapping[Stage, Sequence[Finding]], state: RunState | None, *, is_locked: bool
) -> list[StageView]:
    views: list[StageView] = []
    is_open = False
    for stage in Stage:
        if stage in _PASSED:
            is_done = state in _PASSED[stage]
        else:
            # Attendance and output are never "finished" by a button: they are when nothing asks for a
            # look, and once pay is calculated when nothing blocks.
            is_calculated = state in _PASSED[Stage.COMPUTE]
            asks = {one.severity for one in found[stage]} - {Severity.NOTICE}
            is_done = is_locked or not asks or (is_calculated and Severity.BLOCKING not in asks)
        views.append(
            StageView(
                stage=stage,
                is_done=is_done,
                is_now=not is_done and not is_open,
                findings=found[stage],
            )
        )
        is_open = is_open or not is_done
    return views


def refuse_blocked(asked: Asked, stages: Iterable[Stage]) -> None:
    """Refuse to go on while something of these stages blocks; warnings are not even looked for.

    Raises:
        StateError: names what was found.
    """
    rule = rule_of(asked.session, asked.company_id)
    wanted, finders = set(stages), _finders()
    for code, check in checks().items():
        # What is fixed the run itself refuses, with better words.
        if check.stage not in wanted or check.is_fixed or code not in finders:
            continue
        if check.severity_for(rule) is not Severity.BLOCKING:
            continue
        found = finders[code](asked)
        if found.count:
            raise StateError(
                "payroll.month_blocked", what=check.label, count=found.count, period=asked.period
            )


def run_of(session: Session, company_id: int, period: PayPeriod) -> PayrollRun | None:
    """Return a company's regular run of a period, if there is one."""
    scope = Scope.company(company_id)
    return session.scalar(queries.regular_run(scope, company_id, period))
