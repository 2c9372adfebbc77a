"""Reading a month for statistics: set-based queries, anonymous rows.

No row that leaves the database carries a key, a name or a number of a person. What needs the person
(counting each once) is decided inside the query, as a flag.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from workforce.certification import queries as certificates
from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.people.statistical import statistical_facts
from workforce.platform.listed import listed_months
from workforce.platform.scope import Scope
from workforce.production import listing as production
from workforce.quality import queries as quality
from workforce.statistics.population import SCHEMES, WAGE_PARTS

UNCOUNTED_TYPES: Final = ("intern", "trainee", "labor_service")
"""Students and whoever has no employment relation: outside of headcount and total wages."""


MONTH_COLUMNS: Final = (
    "period",
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
    "employment_type",
    "contract_kind",
    "occupation",
    "skill_level",
    "sender",
    "leaving_cause",
    "owed_amount",
    *(f"{part}_amount" for part in WAGE_PARTS),
    *(f"in_{scheme}" for scheme in SCHEMES),
    "employer_cost_amount",
    "floor_amount",
    "is_below_floor",
    "is_topped_up",
    "worked_minutes",
    "overtime_minutes",
)
"""The columns of `month_rows`."""
_LEAVING_WORDS: Final = {
    "layoff": ("裁员", "裁减", "layoff", "laid off", "redundan"),
    "dismissal": ("辞退", "解雇", "开除", "违纪", "dismiss"),
    "agreement": ("协商", "agreement"),
    "expiry": ("期满", "到期", "expir"),
    "retirement": ("退休", "retire"),
    "resignation": ("辞职", "个人", "resign"),
}
"""How a reason of leaving, which is free text, says of what kind it is; the first that fits counts."""
_OF_PAYSLIPS: Final = MONTH_COLUMNS[MONTH_COLUMNS.index(f"{WAGE_PARTS[0]}_amount") :]


def _is_employed(employment: Subquery, month: Subquery) -> ColumnElement[bool]:
    columns = employment.c
    return and_(
        columns.hired_on <= month.c.last_on,
        or_(columns.separated_on.is_(None), columns.separated_on >= month.c.first_on),
    )


def _is_employed_at_end(employment: Subquery, month: Subquery) -> ColumnElement[bool]:
    columns = employment.c
    return and_(
        columns.hired_on <= month.c.last_on,
        or_(columns.separated_on.is_(None), columns.separated_on > month.c.last_on),
    )


def month_rows(
    scope: Scope, *periods: PayPeriod, is_final_only: bool = False
) -> Select[*tuple[Any, ...]]:
    """Employments active, paid or owed pay in months: one row each and month, month by month.

    ``is_final_only`` leaves out the payslips of runs that nobody has approved.

    Columns: `MONTH_COLUMNS`. The two ranks are 1 in the row that stands for its person in its month; the six parts
    of total wages are fen; they and all that follows them are NULL without a payslip.
    ``key_group_bits`` has bit n for the n-th term of ``key_group``; ``task_type_code`` earned most of
    the piece wages, else "". ``sender`` is a code of `senders` or ""; ``owed_amount`` is fen of net pay
    due and unpaid at the end of the month, 0 where nothing is owed. ``leaving_cause`` is a code of
    ``terms.toml``: the words of a reason stay in the database. ``skill_level`` is the highest that is valid
    on the month's last day, "" without one.
    """
    month, days = listed_months(periods), [period.last_on for period in periods]
    payslips = payroll.payslip_facts(scope, *periods, is_final_only=is_final_only)
    wages = payslips.order_by(None).subquery()
    tasks = payroll.main_task_types(scope, *periods, is_final_only=is_final_only).subquery()
    groups = _key_group_bits(scope)
    owed = payments.owed_at_end(scope, *days).subquery()
    levels = certificates.levels(scope, *days).subquery()
    employment = statistical_facts(scope).subquery()
    columns = employment.c

    def of_month(each: Subquery) -> ColumnElement[bool]:
        return and_(each.c.employment_id == columns.employment_id, each.c.period == month.c.period)

    order = (
        # Who is employed at the end counts by such a job, whatever else ended in the month.
        _is_employed_at_end(employment, month).desc(),
        columns.employment_id,
    )
    return (
        select(
            month.c.period,
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
            .over(partition_by=(month.c.period, columns.person_id), order_by=order)
            .label("rank_of_person"),
            func.row_number()
            .over(
                partition_by=(month.c.period, columns.person_id, columns.company_id),
                order_by=order,
            )
            .label("rank_in_company"),
            columns.employment_type,
            func.coalesce(columns.contract_kind, "").label("contract_kind"),
            columns.occupation,
            func.coalesce(cast(levels.c.level, String), "").label("skill_level"),
            _sender(employment).label("sender"),
            _leaving_cause(columns.separation_reason).label("leaving_cause"),
            func.coalesce(owed.c.owed_amount, 0).label("owed_amount"),
            *(wages.c[name] for name in _OF_PAYSLIPS),
        )
        .select_from(employment)
        .join(month, true())
        .outerjoin(
            owed,
            and_(owed.c.employment_id == columns.employment_id, owed.c.on_day == month.c.last_on),
        )
        .outerjoin(wages, of_month(wages))
        .outerjoin(tasks, of_month(tasks))
        .outerjoin(groups, groups.c.person_id == columns.person_id)
        .outerjoin(
            levels,
            and_(levels.c.person_id == columns.person_id, levels.c.on_day == month.c.last_on),
        )
        .where(
            columns.employment_type.not_in(UNCOUNTED_TYPES),
            or_(
                _is_employed(employment, month),
                wages.c.employment_id.is_not(None),
                owed.c.employment_id.is_not(None),
            ),
        )
        .order_by(month.c.period)
    )


def _leaving_cause(reason: ColumnElement[str | None]) -> ColumnElement[str]:
    """Return what kind of reason the words of a reason of leaving tell of."""
    words = func.lower(reason)
    told = (
        (or_(*(words.contains(word) for word in found)), cause)
        for cause, found in _LEAVING_WORDS.items()
    )
    return case((func.coalesce(reason, "") == "", "unrecorded"), *told, else_="other")


def _sender(facts: Subquery) -> ColumnElement[str]:
    """Name a sending unit by its credit code: names are written in many ways.

    A name without one is marked as such, so that no name is taken for ``total`` or ``none``, and has no
    comma: addresses of cells tell groups apart by it.
    """
    name = func.replace(facts.c.dispatched_by, ",", "，")
    return func.coalesce(facts.c.dispatched_by_code, literal("name:").concat(name), "")


def senders(scope: Scope) -> Select[str, str]:
    """The units that send dispatched people, in order of their code: sender, name."""
    facts = statistical_facts(scope).subquery()
    sender = _sender(facts)
    return (
        select(sender.label("sender"), func.max(facts.c.dispatched_by).label("name"))
        .where(facts.c.dispatched_by.is_not(None))
        .group_by(sender)
        .order_by(sender)
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


def uncounted_at_end(scope: Scope, *periods: PayPeriod) -> Select[str, int]:
    """How many work here at the end of months without being counted: period, jobs; no row of nobody."""
    employment, month = statistical_facts(scope).subquery(), listed_months(periods)
    return (
        select(month.c.period, func.count().label("jobs"))
        .select_from(employment)
        .join(month, _is_employed_at_end(employment, month))
        .where(employment.c.employment_type.in_(UNCOUNTED_TYPES))
        .group_by(month.c.period)
    )


def company_names(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Companies in order of their code.

    Columns: company_id, company_code, company_name, is_inside, founded_on.
    """
    facts = companies.company_facts(scope).subquery()
    return select(
        facts.c.company_id,
        facts.c.company_code,
        facts.c.company_name,
        facts.c.is_inside,
        facts.c.founded_on,
    ).order_by(facts.c.company_code)


def accepted_output(company_ids: Collection[int], period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Accepted output that a month pays; columns as ``production.listing.accepted_by_task_type``."""
    return production.accepted_by_task_type(company_ids, period)


def sampled_output(company_ids: Collection[int], period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Inspected units of a month; columns as ``quality.queries.sampled_by_task_type``."""
    return quality.sampled_by_task_type(company_ids, period)


def wage_publishers(scope: Scope) -> Select[int]:
    """The ids of companies that agree that their own wages are published."""
    return companies.wage_publishers(scope)


def regular_runs(scope: Scope, *periods: PayPeriod) -> Select[int, str, str]:
    """The regular payroll runs of months and of their halves: company_id, period, state."""
    run = payroll.runs(scope).order_by(None).subquery()
    texts = [str(one) for month in periods for one in (month, *month.halves)]
    return select(run.c.company_id, run.c.period, run.c.state).where(
        run.c.kind == "regular", run.c.period.in_(texts)
    )
