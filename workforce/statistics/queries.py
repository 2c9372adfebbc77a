"""Reading a month for statistics: set-based queries, anonymous rows.

No row that leaves the database carries a key, a name or a number of a person. What needs the person
(counting each once) is decided inside the query, as a flag.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.statistics.population import WAGE_PARTS

UNCOUNTED_TYPES: Final = ("intern", "trainee", "labor_service")
"""Students and whoever has no employment relation: outside of headcount and total wages."""


MONTH_COLUMNS: Final = (
    "company_id",
    "hired_on",
    "separated_on",
    "sex",
    "born_on",
    "education",
    "township",
    "household_category",
    "key_group_bits",
    "task_type_code",
    "rank_of_person",
    "rank_in_company",
    *(f"{part}_amount" for part in WAGE_PARTS),
    "is_insured",
)
"""The columns of `month_rows`."""


def _employments(scope: Scope, period: PayPeriod, paid: Subquery | None = None) -> Subquery:
    also = None if paid is None else select(paid.c.employment_id)
    return people.employments(scope, period, also=also).order_by(None).subquery()


def _is_employed_at_end(employment: Subquery, period: PayPeriod) -> ColumnElement[bool]:
    columns = employment.c
    return and_(
        columns.hired_on <= period.last_on,
        or_(columns.separated_on.is_(None), columns.separated_on > period.last_on),
    )


def month_rows(
    scope: Scope, period: PayPeriod, *, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """Employments active or paid in a month, one row each, in no order.

    ``is_final_only`` leaves out the payslips of runs that nobody has approved.

    Columns: `MONTH_COLUMNS`. The two ranks are 1 in the row that stands for its person; the six parts
    of total wages are fen; they and is_insured are NULL without a payslip. ``key_group_bits`` has bit n
    for the n-th term of ``key_group``; ``task_type_code`` earned most of the piece wages, else "".
    """
    payslips = payroll.payslip_facts(scope, period, is_final_only=is_final_only)
    wages = payslips.order_by(None).subquery()
    tasks = payroll.main_task_types(scope, period, is_final_only=is_final_only).subquery()
    groups = _key_group_bits(scope)
    employment = _employments(scope, period, wages)
    columns = employment.c
    order = (
        # Who is employed at the end counts by such a job, whatever else ended in the month.
        _is_employed_at_end(employment, period).desc(),
        columns.employment_id,
    )
    return (
        select(
            columns.company_id,
            columns.hired_on,
            columns.separated_on,
            columns.sex,
            columns.born_on,
            columns.education,
            columns.township,
            columns.household_category,
            func.coalesce(groups.c.bits, 0).label("key_group_bits"),
            func.coalesce(tasks.c.task_type_code, "").label("task_type_code"),
            func.row_number()
            .over(partition_by=columns.person_id, order_by=order)
            .label("rank_of_person"),
            func.row_number()
            .over(partition_by=(columns.person_id, columns.company_id), order_by=order)
            .label("rank_in_company"),
            *(wages.c[f"{part}_amount"] for part in WAGE_PARTS),
            wages.c.is_insured,
        )
        .select_from(employment)
        .outerjoin(wages, wages.c.employment_id == columns.employment_id)
        .outerjoin(tasks, tasks.c.employment_id == columns.employment_id)
        .outerjoin(groups, groups.c.person_id == columns.person_id)
        .where(columns.employment_type.not_in(UNCOUNTED_TYPES))
    )


def _key_group_bits(scope: Scope) -> Subquery:
    member = people.key_groups(scope).order_by(None).subquery()
    bit = case(
        *(
            (member.c.key_group == code, 1 << number)
            for number, code in enumerate(terms_of("key_group"))
        ),
        else_=0,
    )
    return (
        select(member.c.person_id, cast(func.sum(bit), BigInteger).label("bits"))
        .group_by(member.c.person_id)
        .subquery()
    )


def uncounted_at_end(scope: Scope, period: PayPeriod) -> Select[int]:
    """How many work here at the end of the month without being counted."""
    employment = _employments(scope, period)
    return (
        select(func.count())
        .select_from(employment)
        .where(
            _is_employed_at_end(employment, period),
            employment.c.employment_type.in_(UNCOUNTED_TYPES),
        )
    )


def company_names(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Companies in order of their code: company_id, company_code, company_name, is_inside."""
    facts = companies.company_facts(scope).subquery()
    return select(
        facts.c.company_id, facts.c.company_code, facts.c.company_name, facts.c.is_inside
    ).order_by(facts.c.company_code)


def regular_runs(scope: Scope, period: PayPeriod) -> Select[int, str, str]:
    """The regular payroll runs of a month and of its halves: company_id, period, state."""
    run = payroll.runs_of_month(scope, period).order_by(None).subquery()
    return select(run.c.company_id, run.c.period, run.c.state).where(run.c.kind == "regular")
