"""What a study reads: decided runs of a month, their payslips, and how people are grouped.

The columns of a study have no name, number or key of a person once they are put together.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, select

from workforce.companies import queries as companies
from workforce.core.lifecycle import FINAL
from workforce.core.period import PayPeriod
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.policy_lab.models import PolicyLadder, PolicyStudy
from workforce.production import queries as production

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_FINAL: Final = [state.value for state in FINAL]


def months(session: Session, scope: Scope) -> list[PayPeriod]:
    """Return the months with an approved regular run in reach, the newest first: one statement."""
    run = payroll.runs(scope).order_by(None).subquery()
    texts = session.scalars(
        select(run.c.period).where(run.c.kind == "regular", run.c.state.in_(_FINAL)).distinct()
    )
    periods = [PayPeriod.parse(text) for text in texts]
    return sorted((period for period in periods if not period.half), reverse=True)


def decided_runs(scope: Scope, period: PayPeriod) -> Select[Any]:
    """The approved regular runs of a whole month in reach, by company."""
    run = payroll.runs(scope, period)
    columns = run.selected_columns
    return run.where(columns["kind"] == "regular", columns["state"].in_(_FINAL))


def sums_beside(
    scope: Scope, period: PayPeriod, taken: Collection[int]
) -> Select[*tuple[Any, ...]]:
    """What else is decided in a month, by company, without some runs: payslips, gross, net and cost."""
    run = payroll.runs_of_month(scope, period).order_by(None).subquery()
    return (
        select(
            func.sum(run.c.payslip_count),
            func.sum(run.c.gross_pay_amount),
            func.sum(run.c.net_pay_amount),
            func.sum(run.c.employer_cost_amount),
        )
        .where(run.c.state.in_(_FINAL), run.c.id.not_in(taken))
        .group_by(run.c.company_id)
        .order_by(run.c.company_id)
    )


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


def ladder_months(session: Session) -> list[PayPeriod]:
    """Return the months of which officials can try something, the newest first: one statement."""
    row = PolicyLadder
    months = session.scalars(select(row.period).distinct().order_by(row.period.desc()))
    return [PayPeriod.parse(month) for month in months]


def ladders(period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """What officials may try of a month, in its order, without the results."""
    row = PolicyLadder
    return (
        select(row.lever, row.present, row.question, row.inputs_hash, row.law_hash)
        .where(row.period == str(period))
        .order_by(row.number)
    )


def ladder_results(period: PayPeriod, lever: str) -> Select[dict[str, Any]]:
    """The results of one lever, by value."""
    row = PolicyLadder
    return select(row.results).where(row.period == str(period), row.lever == lever)
