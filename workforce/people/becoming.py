"""From trainee to employee in one step: the trainee employment ends, an ordinary one begins the day after.

Nothing is typed a second time: person, bank account, working pattern, position, team and pay facts go
over. The slice's face is ``service``; the caller's unit of work commits.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.people import service
from workforce.people.models import Employment, PayProfile, TeamMembership
from workforce.people.rules import PROFILE_COLUMNS, check_contract, check_profile
from workforce.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

REGULAR_TYPES: Final = ("full_time", "part_time")
"""What a trainee may become by this step; labels are the terms ``employment_type.*``."""
REASON: Final = "培训结业转为正式员工"
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is agreed beside what is known; amounts fen, None: as it was agreed before."""

    starts_on: dt.date
    employment_type: str
    contract_kind: str
    contract_until: dt.date | None
    base_pay_amount: int | None = None
    contribution_base_amount: int | None = None
    position: str | None = None


def become_employee(
    session: Session,
    actor: Actor,
    company_id: int,
    employment_id: int,
    employee_no: str,
    terms: Terms,
) -> Employment | None:
    """End a trainee's employment the day before ``starts_on`` and begin an ordinary one; return that.

    None where it was done already: the ordinary one begins on that day.

    Raises:
        NotFoundError: the company has no such trainee.
        StateError: the trainee has left.
        InputError: a fact is missing or cannot be; names the field.
        ClosedError: the last day as a trainee is in a closed month.
    """
    trainee = session.scalar(
        select(Employment)
        .where(
            Employment.id == employment_id,
            Employment.company_id == company_id,
            Employment.employment_type == "trainee",
        )
        .with_for_update()
    )
    if trainee is None:
        raise NotFoundError("web.not_found")
    if trainee.separated_on is not None:
        if _is_done(session, trainee, terms.starts_on):
            return None
        raise StateError("trainee.left", number=trainee.employee_no, on=trainee.separated_on)
    _check(trainee, employee_no, terms)
    profile = session.scalar(
        select(PayProfile)
        .where(PayProfile.employment_id == trainee.id)
        .order_by(PayProfile.valid_from.desc())
        .limit(1)
    )
    membership = session.scalar(
        select(TeamMembership)
        .where(
            TeamMembership.employment_id == trainee.id,
            TeamMembership.valid_from < terms.starts_on,
            # Whoever has left a team does not come back into it.
            or_(TeamMembership.valid_to.is_(None), TeamMembership.valid_to >= terms.starts_on),
        )
        .order_by(TeamMembership.valid_from.desc())
        .limit(1)
    )
    service.separate(session, actor, trainee, separated_on=terms.starts_on - _DAY, reason=REASON)
    employee = service.employ(
        session,
        actor,
        company_id=company_id,
        person_id=trainee.person_id,
        employee_no=employee_no,
        employment_type=terms.employment_type,
        hired_on=terms.starts_on,
        hours_system=trainee.hours_system,
        rest_weekdays=trainee.rest_weekdays,
        position=terms.position or trainee.position,
        bank_name=trainee.bank_name,
        bank_account=trainee.bank_account,
    )
    employee.contract_kind = terms.contract_kind
    employee.contract_until = terms.contract_until
    employee.occupation = trainee.occupation
    session.flush()
    facts = {name: getattr(profile, name) for name in PROFILE_COLUMNS} if profile else {}
    # Whatever a trainee's allowance was taxed by: wages are withheld cumulatively.
    facts["tax_method"] = "cumulative"
    for name in ("base_pay_amount", "contribution_base_amount"):
        agreed = getattr(terms, name)
        if agreed is not None:
            facts[name] = agreed
    service.set_pay_profile(session, actor, employee, valid_from=terms.starts_on, **facts)
    if membership is not None:
        service.assign_team(
            session, actor, employee, team_id=membership.team_id, valid_from=terms.starts_on
        )
    audit.record(
        session,
        actor,
        "employment.become_employee",
        "employment",
        employee.id,
        company_id=company_id,
        before={"employment_id": trainee.id, "employee_no": trainee.employee_no},
        after={
            "employee_no": employee_no,
            "starts_on": terms.starts_on,
            "employment_type": terms.employment_type,
            "contract_kind": terms.contract_kind,
            "contract_until": terms.contract_until,
        },
    )
    return employee


def _is_done(session: Session, trainee: Employment, starts_on: dt.date) -> bool:
    after = select(Employment.id).where(
        Employment.company_id == trainee.company_id,
        Employment.person_id == trainee.person_id,
        Employment.employment_type != "trainee",
        Employment.hired_on == starts_on,
    )
    return trainee.separated_on == starts_on - _DAY and session.scalar(after.limit(1)) is not None


def _check(trainee: Employment, employee_no: str, terms: Terms) -> None:
    if terms.employment_type not in REGULAR_TYPES:
        raise InputError("trainee.type", place="employment_type")
    if terms.starts_on <= trainee.hired_on:
        raise InputError(
            "trainee.too_early",
            place="starts_on",
            number=trainee.employee_no,
            hired_on=trainee.hired_on,
        )
    if not employee_no.strip():
        raise InputError("trainee.number_missing", number=trainee.employee_no)
    if trainee.bank_account is None:
        raise InputError("trainee.no_account", number=trainee.employee_no)
    check_contract(terms.contract_kind, terms.contract_until, terms.starts_on, None)
    check_profile(
        {
            **dict.fromkeys(PROFILE_COLUMNS),
            "base_pay_amount": terms.base_pay_amount,
            "contribution_base_amount": terms.contribution_base_amount,
        }
    )
