"""What a study reads: decided runs of a month, their payslips, and how people are grouped.

The columns of a study have no name, number or key of a person once they are put together.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, select

from workforce.companies import queries as companies
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.policy_lab.models import PolicyStudy
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_FINAL: Final = [state.value for state in FINAL]


def months(session: Session, scope: Scope, *, is_protected: bool) -> list[PayPeriod]:
    """Return the months on which something can be tried, the newest first: one statement.

    They have an approved regular run in reach. ``is_protected``: those alone whose every regular run,
    of halves too, is closed. While companies join a month, a study of today less that of yesterday
    would be of one company.
    """
    run = payroll.runs(scope).order_by(None).subquery()
    rows = session.execute(
        select(run.c.period, run.c.state).where(run.c.kind == "regular").distinct()
    )
    states: defaultdict[PayPeriod, set[str]] = defaultdict(set)
    decided = set()
    for text, state in rows:
        period = PayPeriod.parse(text)
        states[period.whole].add(state)
        if not period.half and state in _FINAL:
            decided.add(period)
    if is_protected:
        decided = {month for month in decided if states[month] == {RunState.CLOSED.value}}
    return sorted(decided, reverse=True)


def decided_runs(scope: Scope, period: PayPeriod) -> Select[Any]:
    """The approved regular runs of a whole month in reach, by company."""
    run = payroll.runs(scope, period)
    columns = run.selected_columns
    return run.where(columns["kind"] == "regular", columns["state"].in_(_FINAL))


def slip_totals(scope: Scope, run_id: int) -> Select[int, int, int, int]:
    """What a run's payslips come to: employment_id and gross, net and cost in fen."""
    slip = payroll.payslips_of_run(scope, run_id).order_by(None).subquery()
    return select(
        slip.c.employment_id,
        slip.c.gross_pay_amount,
        slip.c.net_pay_amount,
        slip.c.employer_cost_amount,
    )


def people_by_group(scope: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Every employment in reach: employment_id, sex, born_on and the code of its main task type.

    The last is that of the month's approved payslips, "" without piece wages.
    """
    everybody = people.employments(scope, period, also=people.employment_ids(scope))
    employment = everybody.order_by(None).subquery()
    task = payroll.main_task_types(scope, period, is_final_only=True).subquery()
    return (
        select(
            employment.c.employment_id,
            employment.c.sex,
            employment.c.born_on,
            task.c.task_type_code,
        )
        .select_from(employment)
        .outerjoin(task, task.c.employment_id == employment.c.employment_id)
    )


def company_rows(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Companies in reach: company_id, company_code, company_name, region, is_inside."""
    return companies.company_facts(scope)


def task_names() -> Select[*tuple[Any, ...]]:
    """The names of task types: task_type_code, name_zh, name_en."""
    named = production.task_type_names().subquery()
    return select(named.c.task_type_code, named.c.name_zh, named.c.name_en).order_by(
        named.c.task_type_code
    )


def studies(scope: Scope, *, is_protected: bool) -> Select[PolicyStudy]:
    """Saved studies in reach, the newest first.

    Of the whole base: those of the base alone, no company's. ``is_protected``: those alone that
    withhold what an official may not see.
    """
    chosen = select(PolicyStudy).order_by(PolicyStudy.id.desc())
    if scope.company_id is not None:
        return chosen.where(PolicyStudy.company_id == scope.company_id)
    chosen = chosen.where(PolicyStudy.company_id.is_(None))
    return chosen.where(PolicyStudy.is_protected.is_(True)) if is_protected else chosen
