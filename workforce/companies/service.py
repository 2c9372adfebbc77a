"""Writing companies, teams and pay policies. The caller's unit of work commits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.companies import queries
from workforce.companies.models import Company, CompanyPayPolicy, Team, TeamLeadership
from workforce.core.addresses import is_address
from workforce.core.errors import InputError, NotFoundError
from workforce.core.identity import check_credit_code
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.platform import audit, locks
from workforce.platform.audit import Actor
from workforce.platform.changes import Range, place_range
from workforce.platform.scope import Scope

BY_SYSTEM: Final = "system"
BY_RETURN: Final = "return"
"""Where a company's figures for the bureau come from: ``Company.reports_by``."""
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")


def create_company(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    credit_code: str,
    region: str,
    founded_on: dt.date,
    is_inside: bool = True,
    contact_name: str | None = None,
) -> Company:
    """Register a company.

    Raises:
        InputError: the code or credit code is malformed or taken.

    """
    _check_code(code)
    credit_code = check_credit_code(credit_code)
    taken = select(Company).where((Company.code == code) | (Company.credit_code == credit_code))
    for other in session.scalars(taken):
        if other.code == code:
            raise InputError("company.code_taken", code=code)
        raise InputError("company.credit_code_taken", credit_code=credit_code)
    company = Company(
        code=code,
        name=name,
        credit_code=credit_code,
        region=region,
        is_inside=is_inside,
        founded_on=founded_on,
        contact_name=contact_name,
    )
    session.add(company)
    session.flush()
    audit.record(
        session,
        actor,
        "company.create",
        "company",
        company.id,
        company_id=company.id,
        after={"code": code, "name": name, "credit_code": credit_code, "region": region},
    )
    return company


def company_in(session: Session, scope: Scope, company_id: int) -> Company:
    """Return a company that the scope reaches.

    Raises:
        NotFoundError: it does not.

    """
    company = session.scalar(queries.companies(scope).where(Company.id == company_id))
    if company is None:
        raise NotFoundError("web.not_found")
    return company


def set_wage_publication(session: Session, actor: Actor, company: Company, *, agrees: bool) -> None:
    """Agree, or agree no more, that the company's own wages stand in published tables.

    What is published already stays; it holds from the next month that is published.
    """
    if company.publishes_wages == agrees:
        return
    company.publishes_wages = agrees
    audit.record(
        session,
        actor,
        "company.publish_wages",
        "company",
        company.id,
        company_id=company.id,
        before={"publishes_wages": not agrees},
        after={"publishes_wages": agrees},
    )


def change_company(
    session: Session,
    actor: Actor,
    company: Company,
    *,
    name: str,
    credit_code: str,
    contact_name: str | None,
    is_inside: bool,
) -> None:
    """Correct what is known of a company. Its code and region stay: files and runs rest on them.

    Raises:
        InputError: the credit code is malformed or another company's.

    """
    credit_code = check_credit_code(credit_code)
    taken = select(Company.id).where(Company.credit_code == credit_code, Company.id != company.id)
    if session.scalar(taken) is not None:
        raise InputError("company.credit_code_taken", credit_code=credit_code)
    values = {
        "name": name,
        "credit_code": credit_code,
        "contact_name": contact_name,
        "is_inside": is_inside,
    }
    before = {key: getattr(company, key) for key in values}
    if before == values:
        return
    for key, value in values.items():
        setattr(company, key, value)
    audit.record(
        session,
        actor,
        "company.change",
        "company",
        company.id,
        company_id=company.id,
        before=before,
        after=values,
    )


def set_reporting(
    session: Session,
    actor: Actor,
    company: Company,
    *,
    reports_by: str,
    returns_from: PayPeriod | None,
    returns_mail: str | None,
) -> None:
    """Say how a company's figures reach the bureau, from which month on; the same changes nothing.

    Raises:
        InputError: it is to file returns and nobody says from when, or the address is none.

    """
    if reports_by == BY_RETURN and returns_from is None:
        raise InputError("company.returns_from", place="returns_from")
    if returns_mail is not None and not is_address(returns_mail):
        raise InputError("company.returns_mail", place="returns_mail", address=returns_mail)
    values = {
        "reports_by": reports_by,
        "returns_from": None if returns_from is None else str(returns_from),
        "returns_mail": returns_mail,
    }
    before = {key: getattr(company, key) for key in values}
    if before == values:
        return
    for key, value in values.items():
        setattr(company, key, value)
    audit.record(
        session,
        actor,
        "company.set_reporting",
        "company",
        company.id,
        company_id=company.id,
        before=before,
        after=values,
    )


def company_named(session: Session, scope: Scope, code: str) -> Company:
    """Return the company with this code.

    Raises:
        NotFoundError: there is none in the scope.

    """
    company = session.scalar(queries.company_by_code(scope, code))
    if company is None:
        raise NotFoundError("company.unknown", code=code)
    return company


def add_team(session: Session, actor: Actor, *, company_id: int, code: str, name: str) -> Team:
    """Make a team of a company.

    Raises:
        InputError: the code is malformed or taken in this company.

    """
    _check_code(code)
    taken = select(Team.id).where(Team.company_id == company_id, Team.code == code)
    if session.scalar(taken) is not None:
        raise InputError("team.code_taken", code=code)
    team = Team(company_id=company_id, code=code, name=name)
    session.add(team)
    session.flush()
    audit.record(
        session,
        actor,
        "team.create",
        "team",
        team.id,
        company_id=company_id,
        after={"code": code, "name": name},
    )
    return team


def team_in(session: Session, scope: Scope, team_id: int) -> Team:
    """Return a team that the scope reaches.

    Raises:
        NotFoundError: it does not.

    """
    team = session.scalar(queries.teams(scope).where(Team.id == team_id))
    if team is None:
        raise NotFoundError("web.not_found")
    return team


def rename_team(session: Session, actor: Actor, team: Team, *, name: str) -> None:
    """Give a team another name; the same one changes nothing."""
    if team.name == name:
        return
    before, team.name = team.name, name
    audit.record(
        session,
        actor,
        "team.rename",
        "team",
        team.id,
        company_id=team.company_id,
        before={"name": before},
        after={"name": name},
    )


def set_leader(
    session: Session, actor: Actor, *, team: Team, account_id: int, valid_from: dt.date
) -> TeamLeadership:
    """Let an account lead a team from a day on; whoever led it before stops on that day."""
    led = session.scalars(select(TeamLeadership).where(TeamLeadership.team_id == team.id)).all()
    by_id = {row.id: row for row in led}
    place = place_range([Range(row.id, row.valid_from, row.valid_to) for row in led], valid_from)
    old = place.replaces or place.ends
    before = None if old is None else {"account_id": by_id[old.id].account_id}
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    if place.replaces is not None:
        session.delete(by_id[place.replaces.id])
        session.flush()
    leadership = TeamLeadership(
        team_id=team.id, account_id=account_id, valid_from=valid_from, valid_to=place.valid_to
    )
    session.add(leadership)
    session.flush()
    audit.record(
        session,
        actor,
        "team.set_leader",
        "team",
        team.id,
        company_id=team.company_id,
        before=before,
        after={"account_id": account_id, "valid_from": valid_from},
    )
    return leadership


def set_pay_policy(
    session: Session,
    actor: Actor,
    *,
    company_id: int,
    valid_from: dt.date,
    quality_basis: str = "price",
    quality_tiers: Sequence[Mapping[str, int]] = (),
    night_allowance_amount: int = 0,
    attendance_bonus_amount: int = 0,
    holiday_day_wage_amount: int = 0,
    has_irregular_holiday_pay: bool = False,
    has_union_fund: bool = False,
    work_injury_rate: int,
    acceptance: str,
    late_grace_minutes: int = 0,
    pay_day: int = 15,
    reason: str | None = None,
) -> CompanyPayPolicy:
    """Let a policy hold from the first day of a month on, in place of the one before.

    Amounts fen, rates millionths; ``quality_tiers`` as in the model; ``reason`` goes into the audit.

    Raises:
        InputError: not the first of a month, or the tiers are out of order.
        ClosedError: the policy would reach into a closed month.

    """
    if valid_from.day != 1:
        raise InputError("dated.not_first", on=valid_from)
    tiers = [dict(tier) for tier in quality_tiers]
    _check_tiers(tiers)
    stored = session.scalars(
        select(CompanyPayPolicy).where(CompanyPayPolicy.company_id == company_id)
    ).all()
    by_id = {row.id: row for row in stored}
    place = place_range([Range(r.id, r.valid_from, r.valid_to) for r in stored], valid_from)
    locks.refuse_locked(locks.locked_periods(session, company_id), valid_from, place.valid_to)
    values: dict[str, Any] = {
        "quality_basis": quality_basis,
        "quality_tiers": tiers,
        "night_allowance_amount": night_allowance_amount,
        "attendance_bonus_amount": attendance_bonus_amount,
        "holiday_day_wage_amount": holiday_day_wage_amount,
        "has_irregular_holiday_pay": has_irregular_holiday_pay,
        "has_union_fund": has_union_fund,
        "work_injury_rate": work_injury_rate,
        "acceptance": acceptance,
        "late_grace_minutes": late_grace_minutes,
        "pay_day": pay_day,
    }
    old = place.replaces or place.ends
    before = {name: getattr(by_id[old.id], name) for name in values} if old else None
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    if place.replaces is not None:
        policy = by_id[place.replaces.id]
        for name, value in values.items():
            setattr(policy, name, value)
        policy.valid_to = place.valid_to
    else:
        policy = CompanyPayPolicy(
            company_id=company_id, valid_from=valid_from, valid_to=place.valid_to, **values
        )
        session.add(policy)
    session.flush()
    audit.record(
        session,
        actor,
        "company.set_pay_policy",
        "company",
        company_id,
        company_id=company_id,
        before=before,
        after={"valid_from": valid_from, **values},
        reason=reason,
    )
    return policy


def _check_code(code: str) -> None:
    if _CODE.fullmatch(code) is None:
        raise InputError("company.code_shape", code=code)


def _check_tiers(tiers: Sequence[Mapping[str, int]]) -> None:
    """Refuse tiers that leave an accuracy without a factor or have one outside 0–1."""
    if not tiers:
        return
    starts = [tier["accuracy_from_rate"] for tier in tiers]
    factors = [tier["factor_rate"] for tier in tiers]
    falling = all(high > low for high, low in pairwise(starts))
    inside = all(0 <= value <= MICRO for value in starts + factors)
    if not (falling and inside and starts[-1] == 0):
        raise InputError("company.tiers")
