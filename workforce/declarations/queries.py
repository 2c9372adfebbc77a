"""Reading declarations. A person sees the own ones, a company its own; nobody else any."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, select
from sqlalchemy.orm import aliased

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import NotFoundError
from workforce.core.period import PayPeriod
from workforce.declarations.models import Declaration
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.platform.uploads import Upload

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRow:
    """One declaration as a list shows it; ``amount`` fen a month, ``share_rate`` millionths.

    ``is_confirmed``: the next year's declaration has been made from it.
    """

    declaration_id: int
    company_id: int
    employment_id: int
    employee_no: str
    person_name: str
    tax_year: int
    code: str
    subject: str
    share_rate: int
    amount: int
    first_month: PayPeriod
    last_month: PayPeriod
    state: str
    has_file: bool
    is_confirmation: bool
    is_confirmed: bool
    is_ended: bool
    submitted_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    reason: str | None

    @property
    def goes_to_december(self) -> bool:
        """Whether it holds up to the year's end, so that the next year asks whether it goes on."""
        return self.last_month.month == 12  # noqa: PLR2004 - December

    @property
    def asks_confirmation(self) -> bool:
        """Whether nobody has said yet if it goes on next year."""
        return (
            self.state == "accepted"
            and self.goes_to_december
            and not (self.is_confirmed or self.is_ended)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """An employment for which one may declare: the person's own, not ended."""

    employment_id: int
    company_id: int
    company_name: str
    region: str


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Limit declarations to those in reach."""
    if scope.kind is ScopeKind.SELF:
        return Declaration.employment_id.in_(people.employment_ids(scope))
    if scope.kind is ScopeKind.COMPANY:
        return Declaration.company_id == scope.company_id
    return false()


def unconfirmed(year: int) -> ColumnElement[bool]:
    """Limit to accepted declarations of a year that run to its end and of which the next says nothing."""
    return and_(
        Declaration.tax_year == year,
        Declaration.state == "accepted",
        Declaration.last_month == str(PayPeriod(year, 12)),
        Declaration.is_ended.is_(False),
        ~_is_confirmed(),
    )


def without_file(year: int) -> ColumnElement[bool]:
    """Limit to declarations of a year that are in force or wait, and came without evidence."""
    return and_(
        Declaration.tax_year == year,
        Declaration.state.in_(("submitted", "accepted")),
        Declaration.upload_id.is_(None),
    )


def of_year(year: int, state: str | None = None) -> ColumnElement[bool]:
    """Limit to a year's declarations, of one state if given."""
    of = Declaration.tax_year == year
    return of if state is None else of & (Declaration.state == state)


def _is_confirmed() -> ColumnElement[bool]:
    later = aliased(Declaration)
    return exists().where(later.confirms_id == Declaration.id, later.state != "withdrawn")


def declaration_rows(
    session: Session, scope: Scope, *where: ColumnElement[bool], rows: slice = slice(None)
) -> list[DeclarationRow]:
    """Return declarations in reach, what waits first, then the newest year first."""
    who = people.directory(scope).order_by(None).subquery()
    name = accounts.display_names().subquery()
    chosen = (
        select(
            Declaration,
            who.c.employee_no,
            who.c.name,
            name.c.display_name,
            _is_confirmed().label("is_confirmed"),
        )
        .join(who, who.c.employment_id == Declaration.employment_id)
        .outerjoin(name, name.c.account_id == Declaration.decided_by_id)
        .where(in_scope(scope), *where)
        .order_by(
            Declaration.state != "submitted",
            Declaration.tax_year.desc(),
            who.c.employee_no,
            Declaration.code,
            Declaration.id,
        )
    )
    if rows.stop is not None:
        chosen = chosen.slice(rows.start or 0, rows.stop)
    return [_row(found) for found in session.execute(chosen)]


def _row(found: Any) -> DeclarationRow:
    one: Declaration = found.Declaration
    return DeclarationRow(
        declaration_id=one.id,
        company_id=one.company_id,
        employment_id=one.employment_id,
        employee_no=found.employee_no,
        person_name=found.name,
        tax_year=one.tax_year,
        code=one.code,
        subject=one.subject,
        share_rate=one.share_rate,
        amount=one.amount,
        first_month=PayPeriod.parse(one.first_month),
        last_month=PayPeriod.parse(one.last_month),
        state=one.state,
        has_file=one.upload_id is not None,
        is_confirmation=one.confirms_id is not None,
        is_confirmed=found.is_confirmed,
        is_ended=one.is_ended,
        submitted_at=one.submitted_at,
        decided_by=found.display_name,
        decided_at=one.decided_at,
        reason=one.reason,
    )


def declaration_row(session: Session, scope: Scope, declaration_id: int) -> DeclarationRow:
    """Return one declaration.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    found = declaration_rows(session, scope, Declaration.id == declaration_id)
    if not found:
        raise NotFoundError("web.not_found")
    return found[0]


def upload_of(session: Session, scope: Scope, declaration_id: int) -> Upload:
    """Return a declaration's evidence.

    Raises:
        NotFoundError: there is none, or the declaration is out of reach.
    """
    upload = session.scalar(
        select(Upload)
        .join(Declaration, Declaration.upload_id == Upload.id)
        .where(in_scope(scope), Declaration.id == declaration_id)
    )
    if upload is None:
        raise NotFoundError("web.not_found")
    return upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What finance wants to know of a year: numbers of declarations."""

    submitted: int
    accepted: int
    returned: int
    unconfirmed: int
    without_file: int


def overview(session: Session, scope: Scope, year: int) -> Overview:
    """Count a year's declarations in reach."""
    rows = session.execute(
        select(Declaration.state, func.count())
        .where(in_scope(scope), Declaration.tax_year == year)
        .group_by(Declaration.state)
    )
    states: dict[str, int] = {row[0]: row[1] for row in rows}
    return Overview(
        submitted=states.get("submitted", 0),
        accepted=states.get("accepted", 0),
        returned=states.get("returned", 0),
        unconfirmed=count(session, scope, unconfirmed(year)),
        without_file=count(session, scope, without_file(year)),
    )


def count(session: Session, scope: Scope, *where: ColumnElement[bool]) -> int:
    """Count declarations in reach."""
    chosen = select(func.count()).select_from(Declaration).where(in_scope(scope), *where)
    return session.scalar(chosen) or 0


def workplaces(session: Session, scope: Scope, on: dt.date) -> list[Workplace]:
    """Return the employments in scope that have not ended on a day, by company."""
    mine = people.all_employments(scope).subquery()
    company = companies.company_facts(Scope.base()).subquery()
    rows = session.execute(
        select(mine.c.employment_id, mine.c.company_id, company.c.company_name, company.c.region)
        .join(company, company.c.company_id == mine.c.company_id)
        .where((mine.c.separated_on.is_(None)) | (mine.c.separated_on >= on))
        .order_by(company.c.company_code, mine.c.employment_id)
    )
    return [Workplace(**row._mapping) for row in rows]  # noqa: SLF001 - the documented way to a mapping
