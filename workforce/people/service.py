"""Writing persons and employments: one at a time here, a whole file at once in ``register``.

The caller's unit of work commits. Identity is kept apart from employment: one person, known by the
ID number, may have several employments.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.core import identity
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.people.by_hand import (
    correct_identity,
    correct_person,
    enter_person,
    set_last_day,
)
from workforce.people.cycles import PAY_CYCLES, PayCycles, check_pay_cycle
from workforce.people.models import (
    Employment,
    PayProfile,
    Person,
    PersonKeyGroup,
    TaxOpening,
    TeamMembership,
)
from workforce.people.openings import OpeningFact, OpeningPlan, plan_openings, store_openings
from workforce.people.recording import record
from workforce.people.register import EmployeeFact, RegisterPlan, plan_register, store_register
from workforce.people.rules import (
    PROFILE_COLUMNS,
    PROFILE_DEFAULTS,
    Span,
    check_dates,
    check_month_start,
    check_profile,
    check_rest_weekdays,
    refuse_negative,
    refuse_same_days,
)
from workforce.platform import audit, locks
from workforce.platform.audit import Actor
from workforce.platform.changes import Range, place_range
from workforce.platform.crypto import lookup_hash

__all__ = [
    "PAY_CYCLES",
    "PROFILE_COLUMNS",
    "EmployeeFact",
    "OpeningFact",
    "OpeningPlan",
    "PayCycles",
    "RegisterPlan",
    "assign_team",
    "correct_identity",
    "correct_person",
    "employ",
    "enter_person",
    "plan_openings",
    "plan_register",
    "register_person",
    "separate",
    "set_last_day",
    "set_pay_profile",
    "set_pay_profiles",
    "set_tax_opening",
    "store_openings",
    "store_register",
]


def register_person(
    session: Session,
    actor: Actor,
    *,
    id_number: str,
    name: str,
    education: str,
    township: str,
    household_category: str,
    phone: str | None = None,
    key_groups: Iterable[str] = (),
) -> Person:
    """Return the person with this ID number, registered if new. Sex and birthday are in the number.

    Raises:
        InputError: the number is not valid, or is registered under another name.

    """
    number = identity.parse_id_number(id_number)
    digest = lookup_hash(number.text)
    person = session.scalar(select(Person).where(Person.id_number_hash == digest))
    if person is not None:
        if person.name != name:
            raise InputError("person.other_name")
        return person
    person = Person(
        id_number_hash=digest,
        id_number=number.text,
        name=name,
        sex=number.sex,
        born_on=number.born_on,
        education=education,
        township=township,
        household_category=household_category,
        phone=phone,
    )
    session.add(person)
    session.flush()
    session.add_all(
        PersonKeyGroup(person_id=person.id, key_group=group) for group in sorted(set(key_groups))
    )
    audit.record(session, actor, "person.register", "person", person.id, after={"name": name})
    return person


def employ(
    session: Session,
    actor: Actor,
    *,
    company_id: int,
    person_id: int,
    employee_no: str,
    employment_type: str,
    hired_on: dt.date,
    separated_on: dt.date | None = None,
    separation_reason: str | None = None,
    hours_system: str = "standard",
    rest_weekdays: str = "67",
    position: str | None = None,
    bank_name: str | None = None,
    bank_account: str | None = None,
) -> Employment:
    """Begin an employment; ``hired_on`` and ``separated_on`` are both employed days.

    Raises:
        InputError: the number is taken, the dates or rest days are wrong, or the person is employed
            in this company over the same days.

    """
    check_dates(hired_on, separated_on)
    check_rest_weekdays(rest_weekdays, hours_system)
    numbered = select(Employment.id).where(
        Employment.company_id == company_id, Employment.employee_no == employee_no
    )
    if session.scalar(numbered) is not None:
        raise InputError("employment.number_taken", employee_no=employee_no)
    own = select(Employment).where(
        Employment.company_id == company_id, Employment.person_id == person_id
    )
    others = [Span(e.hired_on, e.separated_on, e.employee_no) for e in session.scalars(own)]
    refuse_same_days(Span(hired_on, separated_on, employee_no), others)
    employment = Employment(
        company_id=company_id,
        person_id=person_id,
        employee_no=employee_no,
        position=position,
        employment_type=employment_type,
        hours_system=hours_system,
        rest_weekdays=rest_weekdays,
        hired_on=hired_on,
        separated_on=separated_on,
        separation_reason=separation_reason,
        bank_name=bank_name,
        bank_account=bank_account,
    )
    session.add(employment)
    session.flush()
    record(
        session,
        actor,
        "employment.begin",
        employment,
        after={"employee_no": employee_no, "hired_on": hired_on, "type": employment_type},
    )
    return employment


def separate(
    session: Session, actor: Actor, employment: Employment, *, separated_on: dt.date, reason: str
) -> None:
    """End an employment; ``separated_on`` is its last employed day.

    Raises:
        InputError: the day is before the hiring.
        ClosedError: it is in a closed month.

    """
    check_dates(employment.hired_on, separated_on)
    cycles = PayCycles.read(session, employment.company_id)
    locked = cycles.binding(employment.id)
    locks.refuse_locked(locked, separated_on, separated_on + dt.timedelta(days=1))
    before = {"separated_on": employment.separated_on}
    employment.separated_on = separated_on
    employment.separation_reason = reason
    record(
        session,
        actor,
        "employment.end",
        employment,
        before=before,
        after={"separated_on": separated_on, "reason": reason},
    )


def assign_team(
    session: Session, actor: Actor, employment: Employment, *, team_id: int, valid_from: dt.date
) -> TeamMembership:
    """Put an employment into a team from a day on, in place of the team before."""
    stored = session.scalars(
        select(TeamMembership).where(TeamMembership.employment_id == employment.id)
    ).all()
    by_id = {row.id: row for row in stored}
    place = place_range([Range(r.id, r.valid_from, r.valid_to) for r in stored], valid_from)
    old = place.replaces or place.ends
    before = None if old is None else {"team_id": by_id[old.id].team_id}
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    membership = by_id[place.replaces.id] if place.replaces else None
    if membership is None:
        membership = TeamMembership(employment_id=employment.id, valid_from=valid_from)
        session.add(membership)
    membership.team_id = team_id
    membership.valid_to = place.valid_to
    session.flush()
    record(
        session,
        actor,
        "employment.assign_team",
        employment,
        before=before,
        after={"team_id": team_id, "valid_from": valid_from},
    )
    return membership


def set_pay_profile(
    session: Session,
    actor: Actor,
    employment: Employment,
    *,
    valid_from: dt.date,
    reason: str | None = None,
    **values: Any,
) -> PayProfile:
    """Let pay facts hold from the first of a month on; ``values`` are ``PROFILE_COLUMNS``.

    What is not given takes its default, not the value of the profile before. ``reason`` goes into
    the audit.

    Raises:
        InputError: not the first of a month, or the facts contradict one another.
        ClosedError: the profile would reach into a closed month.

    """
    stored = session.scalars(
        select(PayProfile).where(PayProfile.employment_id == employment.id)
    ).all()
    cycles = PayCycles.read(session, employment.company_id)
    profile = _put_profile(session, employment, stored, cycles, valid_from, values)
    session.flush()
    _record_profile(session, actor, employment, profile, reason)
    return profile.row


def set_pay_profiles(
    session: Session,
    actor: Actor,
    company_id: int,
    values_of: Mapping[int, Mapping[str, Any]],
    *,
    valid_from: dt.date,
    reason: str | None = None,
) -> None:
    """Let pay facts of many people hold from a day on: employment id → ``PROFILE_COLUMNS``.

    A fixed number of statements to read, however many people.

    Raises:
        NotFoundError: an employment is not the company's.
        InputError: not the first of a month, or somebody's facts contradict one another.
        ClosedError: a profile would reach into a closed month.

    """
    chosen = select(Employment).where(
        Employment.company_id == company_id, Employment.id.in_(values_of)
    )
    employments = {row.id: row for row in session.scalars(chosen)}
    if len(employments) != len(values_of):
        raise NotFoundError("web.not_found")
    stored: defaultdict[int, list[PayProfile]] = defaultdict(list)
    for row in session.scalars(select(PayProfile).where(PayProfile.employment_id.in_(values_of))):
        stored[row.employment_id].append(row)
    cycles = PayCycles.read(session, company_id)
    placed = [
        (
            employments[key],
            _put_profile(session, employments[key], stored[key], cycles, valid_from, v),
        )
        for key, v in values_of.items()
    ]
    session.flush()
    for employment, profile in placed:
        _record_profile(session, actor, employment, profile, reason)


class _Placed(NamedTuple):
    """A profile in its place, and what held there before."""

    row: PayProfile
    before: Mapping[str, Any] | None


def _put_profile(
    session: Session,
    employment: Employment,
    stored: Sequence[PayProfile],
    cycles: PayCycles,
    valid_from: dt.date,
    values: Mapping[str, Any],
) -> _Placed:
    facts = {**PROFILE_DEFAULTS, **values}
    check_profile(facts)
    check_pay_cycle(facts["pay_cycle"], employment.employment_type)
    # A first profile begins with the employment, in the middle of a month or not.
    if stored or valid_from != employment.hired_on:
        check_month_start(valid_from)
    by_id = {row.id: row for row in stored}
    place = place_range([Range(r.id, r.valid_from, r.valid_to) for r in stored], valid_from)
    locked = cycles.binding(employment.id, facts["pay_cycle"], since=employment.hired_on)
    locks.refuse_locked(locked, valid_from, place.valid_to)
    old = place.replaces or place.ends
    before = {name: getattr(by_id[old.id], name) for name in PROFILE_COLUMNS} if old else None
    if place.ends is not None:
        by_id[place.ends.id].valid_to = valid_from
    profile = by_id[place.replaces.id] if place.replaces else None
    if profile is None:
        profile = PayProfile(employment_id=employment.id, valid_from=valid_from)
        session.add(profile)
    for name in PROFILE_COLUMNS:
        setattr(profile, name, facts[name])
    profile.valid_to = place.valid_to
    return _Placed(profile, before)


def _record_profile(
    session: Session, actor: Actor, employment: Employment, profile: _Placed, reason: str | None
) -> None:
    row = profile.row
    record(
        session,
        actor,
        "employment.set_pay_profile",
        employment,
        before=profile.before,
        after={
            "valid_from": row.valid_from,
            **{name: getattr(row, name) for name in PROFILE_COLUMNS},
        },
        reason=reason,
    )


def set_tax_opening(
    session: Session,
    actor: Actor,
    employment: Employment,
    *,
    through_period: PayPeriod,
    income_amount: int = 0,
    insurance_and_fund_amount: int = 0,
    special_amount: int = 0,
    other_amount: int = 0,
    personal_pension_amount: int = 0,
    certificate_amount: int = 0,
    withheld_amount: int = 0,
    months: int,
    is_separate_bonus_used: bool = False,
) -> TaxOpening:
    """State what was paid and withheld in a year up to a month, before this system kept the books.

    Raises:
        InputError: an amount is negative.
        ClosedError: the month after is closed: its tax stands on the figures given before.

    """
    amounts = {
        "income_amount": income_amount,
        "insurance_and_fund_amount": insurance_and_fund_amount,
        "special_amount": special_amount,
        "other_amount": other_amount,
        "personal_pension_amount": personal_pension_amount,
        "certificate_amount": certificate_amount,
        "withheld_amount": withheld_amount,
        "months": months,
    }
    for value in amounts.values():
        refuse_negative(value)
    locked = PayCycles.read(session, employment.company_id).binding(employment.id)
    locks.refuse_locked(locked, through_period.end_on, dt.date(through_period.year + 1, 1, 1))
    opening = session.scalar(
        select(TaxOpening).where(
            TaxOpening.employment_id == employment.id, TaxOpening.year == through_period.year
        )
    )
    before = None
    if opening is not None:
        before = {
            "through_period": opening.through_period,
            **{name: getattr(opening, name) for name in amounts},
        }
    else:
        opening = TaxOpening(employment_id=employment.id, year=through_period.year)
        session.add(opening)
    for name, value in amounts.items():
        setattr(opening, name, value)
    opening.through_period = str(through_period)
    opening.is_separate_bonus_used = is_separate_bonus_used
    session.flush()
    record(
        session,
        actor,
        "employment.set_tax_opening",
        employment,
        before=before,
        after={"through_period": str(through_period), **amounts},
    )
    return opening
