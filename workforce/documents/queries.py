"""Payslips and registers as values, read from the slices below in a fixed number of queries.

One reader serves a single payslip and a run of ten thousand: what differs is only how far it
reaches. Who may see a payslip is decided by payroll's queries; another's is not found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, select

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.documents.assembly import MonthFacts, build_payslip, build_register
from workforce.documents.checks import MonthChecks
from workforce.payroll import corrections
from workforce.payroll import queries as payroll
from workforce.people import queries as people
from workforce.platform.scope import Scope
from workforce.production import queries as production
from workforce.quality import queries as quality

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Text
    from workforce.documents.views import LineView, PayslipView, RegisterView

Rows = Sequence[Row[Any]]


def payslip_view(session: Session, scope: Scope, payslip_id: int) -> PayslipView:
    """Return one payslip.

    Raises:
        NotFoundError: it does not exist, or is not in reach.
    """
    slips = rows(session, payroll.payslip(scope, payslip_id))
    run = session.scalars(payroll.run_of_payslip(scope, payslip_id)).one_or_none()
    if run is None or not slips:
        raise NotFoundError("web.not_found")
    lines = rows(session, payroll.lines(scope, payslip_id))
    reach = _person_of(session, run.company_id, slips[0].employment_id)
    return _payslips(session, run, slips, lines, reach)[0]


def register_view(session: Session, scope: Scope, run_id: int) -> RegisterView:
    """Return a run with all its payslips, by employee number.

    Raises:
        NotFoundError: the run does not exist, or is not in reach.
    """
    run = payroll.found(session, payroll.run(scope, run_id))
    slips = rows(session, payroll.payslips_of_run(scope, run_id))
    lines = rows(session, payroll.lines_of_run(scope, run_id))
    views = _payslips(session, run, slips, lines, Scope.company(run.company_id))
    names = {row.account_id: row.display_name for row in session.execute(accounts.display_names())}
    return build_register(run, _company(session, run.company_id), views, names)


def public_payslip_view(session: Session, public_id: str) -> PayslipView:
    """Return the payslip that a QR code names; the check page shows almost nothing of it.

    Raises:
        NotFoundError: there is none, or its run is not approved.
    """
    found = session.execute(payroll.payslip_by_public_id(public_id)).one_or_none()
    if found is None:
        raise NotFoundError("web.not_found")
    payslip, run = found
    return payslip_view(session, Scope.company(run.company_id), payslip.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayslipEntry:
    """A payslip in a list: its month, its net pay in fen and how far its run has come."""

    payslip_id: int
    period: PayPeriod
    company_name: str
    kind: Text
    is_regular: bool
    state: RunState
    pay_on: dt.date
    gross_pay: int
    net_pay: int
    is_reversed: bool


def own_payslips(session: Session, scope: Scope) -> list[PayslipEntry]:
    """Return the payslips in reach, the newest month first."""
    slips = payroll.payslips_for(scope).order_by(None).subquery()
    company = companies.company_facts(Scope.base()).subquery()
    chosen = (
        select(slips, company.c.company_name)
        .join(company, company.c.company_id == slips.c.company_id)
        .order_by(slips.c.period.desc(), company.c.company_code, slips.c.payslip_id.desc())
    )
    return [
        PayslipEntry(
            payslip_id=row.payslip_id,
            period=PayPeriod.parse(row.period),
            company_name=row.company_name,
            kind=term(f"run_kind.{row.kind}"),
            is_regular=row.kind == "regular",
            state=RunState(row.state),
            pay_on=row.pay_on,
            gross_pay=row.gross_pay_amount,
            net_pay=row.net_pay_amount,
            is_reversed=bool(row.is_reversed),
        )
        for row in session.execute(chosen)
    ]


def bank_account(session: Session, scope: Scope, view: PayslipView) -> str | None:
    """Return the account that an employment's pay goes to; shown with its last digits only."""
    known = people.identities(scope).subquery()
    return session.scalar(
        select(known.c.bank_account).where(known.c.employment_id == view.employment_id)
    )


def counted_records(session: Session, scope: Scope, view: PayslipView, line: LineView) -> Rows:
    """Return the records that a piecework line counted, oldest first; none for other lines.

    Columns: those of production's ``records_of_line``.
    """
    if line.detail_code is None or line.rate is None:
        return []
    chosen = production.records_of_line(
        scope, view.employment_id, view.period, line.detail_code, line.rate
    )
    return session.execute(chosen).all()


@dataclass(frozen=True, slots=True)
class RecordGroup:
    """The records of one day and batch: how many, and how many units they counted."""

    work_on: dt.date
    batch: str | None
    record_count: int
    accepted_qty: int


def by_day_and_batch(records: Rows) -> list[RecordGroup]:
    """Sum counted records by day and batch, oldest first."""
    groups: dict[tuple[dt.date, str | None], list[int]] = {}
    for record in records:
        groups.setdefault((record.work_on, record.batch_code), []).append(record.accepted_qty)
    return [
        RecordGroup(work_on, batch, len(quantities), sum(quantities))
        for (work_on, batch), quantities in groups.items()
    ]


def _payslips(
    session: Session, run: Any, slips: Rows, lines: Rows, reach: Scope
) -> list[PayslipView]:
    """Build payslips of one run; ``reach`` holds their people and may hold more."""
    return built_payslips(run, slips, lines, month_facts(session, run, reach))


def built_payslips(run: Any, slips: Rows, lines: Rows, facts: MonthFacts) -> list[PayslipView]:
    """Build payslips of one run, by employee number."""
    lines_of: dict[int, list[Row[Any]]] = {slip.id: [] for slip in slips}
    for line in sorted(lines, key=lambda line: line.seq):
        lines_of[line.payslip_id].append(line)
    views = [build_payslip(run, slip, lines_of[slip.id], facts) for slip in slips]
    return sorted(views, key=lambda view: (view.employee_no, view.payslip_id))


def month_facts(session: Session, run: Any, reach: Scope) -> MonthFacts:
    """Read what a run's payslips need beside their own rows; ``reach`` holds their people."""
    period = PayPeriod.parse(run.period)
    paid = payroll.payslips_for(Scope.company(run.company_id), period).subquery()
    employments = people.employments(reach, period, also=select(paid.c.employment_id))
    identities = people.identities(reach).subquery()
    memberships = people.team_members(reach, period.first_on, period.last_on)
    task_types = rows(session, production.task_type_names())
    # The year to date is one figure whoever looks: that of the company's books.
    books = Scope.company(run.company_id)
    own = people.employment_ids(reach)
    year = payroll.year_to_date(books, period).subquery()
    openings = rows(session, people.tax_openings(reach, period.year))
    return MonthFacts(
        company=_company(session, run.company_id),
        employments={row.employment_id: row for row in session.execute(employments)},
        id_numbers={
            row.employment_id: row.id_number
            for row in session.execute(select(identities.c.employment_id, identities.c.id_number))
        },
        teams={row.employment_id: row.team_name for row in session.execute(memberships)},
        task_types={row.task_type_code: row for row in task_types},
        years={
            row.employment_id: row
            for row in session.execute(select(year).where(year.c.employment_id.in_(own)))
        },
        openings={row.employment_id: row for row in openings},
        checks=_month_checks(session, run.company_id, period, reach),
        title=session.scalar(payroll.order_title(run.order_id)),
        reversals={
            row.payslip_id: row.reason
            for row in session.execute(corrections.reversals_of_run(run.id))
        },
    )


def _month_checks(
    session: Session, company_id: int, period: PayPeriod, reach: Scope
) -> MonthChecks:
    policies = session.scalars(companies.pay_policy(Scope.company(company_id), period)).all()
    tiers = policies[0].quality_tiers if policies else []
    return MonthChecks.judge(
        tiers=[(tier["accuracy_from_rate"], tier["factor_rate"]) for tier in tiers],
        output=[
            *session.execute(_makers(reach, period)),
            *(
                row
                for row in session.execute(production.payable_shares(reach, period))
                if row.share_weight != 0
            ),
        ],
        inspections=[
            row
            for row in session.execute(quality.inspections(reach, period))
            if row.company_id == company_id
        ],
    )


def _makers(reach: Scope, period: PayPeriod) -> Select[*tuple[Any, ...]]:
    """Who has paid output in what can be checked: one row for all days, of a month with a million."""
    output = production.payable_output(reach, period).order_by(None).subquery()
    what = (output.c.employment_id, output.c.batch_id, output.c.task_type_id)
    return select(*what, func.max(output.c.accepted_qty).label("accepted_qty")).group_by(*what)


def _company(session: Session, company_id: int) -> Any:
    return session.execute(companies.company_facts(Scope.company(company_id))).one()


def _person_of(session: Session, company_id: int, employment_id: int) -> Scope:
    """Return the scope of the person whom an employment belongs to."""
    everybody = people.all_employments(Scope.company(company_id)).subquery()
    person_id = session.scalars(
        select(everybody.c.person_id).where(everybody.c.employment_id == employment_id)
    ).one()
    return Scope.own(person_id)


def rows(session: Session, chosen: Select[*tuple[Any, ...]]) -> Rows:
    """Read plain rows, in no order, instead of objects: a run has hundreds of thousands of lines."""
    return session.execute(select(chosen.order_by(None).subquery())).all()
