"""A whole employee register at once: persons, employments, teams and pay profiles, read set-based.

One employment may have several rows: its history. Each of them says from when its team and its pay facts
hold; a first one that does not say it tells of the hiring.

The slice's face is ``service``. A fact holds only what its source says: a column that a file does not
have keeps what is stored, a blank cell clears it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.errors import DomainError, InputError
from workforce.core.identity import IdNumber
from workforce.core.period import PayPeriod
from workforce.people.cycles import PayCycles, check_pay_cycle
from workforce.people.models import (
    Employment,
    PayProfile,
    Person,
    PersonKeyGroup,
    TeamMembership,
)
from workforce.people.rules import (
    PROFILE_COLUMNS,
    PROFILE_DEFAULTS,
    Span,
    check_contract,
    check_dates,
    check_dispatch,
    check_month_start,
    check_profile,
    check_rest_weekdays,
    refuse_same_days,
)
from workforce.platform import locks
from workforce.platform.changes import Plan, plan_rows, put_range, write_plan
from workforce.platform.crypto import lookup_hash
from workforce.platform.db import Base
from workforce.platform.scope import Scope

_DAY: Final = dt.timedelta(days=1)
_PERSON_DEFAULTS: Final = {
    "education": "90",
    "township": "",
    "household_category": "rural",
    "phone": None,
    "email": None,
}
_EMPLOYMENT_DEFAULTS: Final = {
    "position": None,
    "hours_system": "standard",
    "rest_weekdays": "67",
    "separated_on": None,
    "separation_reason": None,
    "bank_name": None,
    "bank_account": None,
    "contract_kind": None,
    "contract_until": None,
    "occupation": "service",
    "dispatched_by": None,
    "dispatched_by_code": None,
}
_EMPLOYMENT_COLUMNS: Final = ("employment_type", "hired_on", *_EMPLOYMENT_DEFAULTS)


FactKey = tuple[str, dt.date | None, dt.date | None]
"""Employee number, first day of the team, first day of the pay facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeFact:
    """One row of a register. The mappings hold columns of the tables, as far as the source has them.

    The rows of one employee number agree in all but team and profile.

    ``employment`` has at least employment_type and hired_on. ``team``: code or name, valid from
    ``team_from``. ``profile``: valid from ``profile_from``, the first of a month. Where these days
    are None: from the hiring for somebody new, and no change is allowed for others.
    """

    employee_no: str
    identity: IdNumber
    name: str
    person: Mapping[str, Any]
    employment: Mapping[str, Any]
    key_groups: frozenset[str] | None = None
    team: str | None = None
    team_from: dt.date | None = None
    profile: Mapping[str, Any] = field(default_factory=dict)
    profile_from: dt.date | None = None

    @property
    def key(self) -> FactKey:
        """What tells the rows of one employment's history apart."""
        return self.employee_no, self.team_from, self.profile_from


class _RowError(Exception):
    """One row of a history cannot be stored."""

    def __init__(self, fact: EmployeeFact, error: DomainError) -> None:
        super().__init__(str(error))
        self.fact = fact
        self.error = error


@contextmanager
def _at(fact: EmployeeFact) -> Iterator[None]:
    """Say of which row an error tells."""
    try:
        yield
    except DomainError as error:
        raise _RowError(fact, error) from error


@dataclass(slots=True)
class RegisterPlan:
    """What storing a register would change; faults by the row's key, one for an employment.

    Rows that belong to a person or employment still to be made carry ``id_number_hash`` or
    ``employee_no`` in place of its id.
    """

    persons: Plan = field(default_factory=Plan)
    key_groups: Plan = field(default_factory=Plan)
    employments: Plan = field(default_factory=Plan)
    memberships: Plan = field(default_factory=Plan)
    profiles: Plan = field(default_factory=Plan)
    faults: dict[FactKey, DomainError] = field(default_factory=dict)

    def extend(self, other: RegisterPlan) -> None:
        """Take the changes of another plan into this one."""
        self.persons.extend(other.persons)
        self.key_groups.extend(other.key_groups)
        self.employments.extend(other.employments)
        self.memberships.extend(other.memberships)
        self.profiles.extend(other.profiles)


def plan_register(session: Session, company_id: int, facts: Sequence[EmployeeFact]) -> RegisterPlan:
    """Compare a register with what is stored. Writes nothing; nobody is removed."""
    stored = _Stored.read(session, company_id, facts)
    plan = RegisterPlan()
    histories: defaultdict[str, list[EmployeeFact]] = defaultdict(list)
    for fact in facts:
        histories[fact.employee_no].append(fact)
    for history in histories.values():
        draft = RegisterPlan()
        try:
            _plan_one(stored, history, draft)
        except _RowError as fault:
            plan.faults[fault.fact.key] = fault.error
            continue
        plan.extend(draft)
        stored.remember(history[0], draft)
    return plan


def store_register(session: Session, company_id: int, plan: RegisterPlan) -> None:
    """Carry out a plan in the caller's unit of work."""
    write_plan(session, Person, plan.persons)
    hashes = [row["id_number_hash"] for row in plan.employments.added + plan.key_groups.added]
    chosen = select(Person.id_number_hash, Person.id).where(Person.id_number_hash.in_(hashes))
    person_ids = dict(session.execute(chosen).all())
    for row in plan.employments.added + plan.key_groups.added:
        row["person_id"] = person_ids[row.pop("id_number_hash")]
    write_plan(session, PersonKeyGroup, plan.key_groups)
    write_plan(session, Employment, plan.employments, company_id=company_id)
    numbers = select(Employment.employee_no, Employment.id).where(
        Employment.company_id == company_id
    )
    employment_ids = dict(session.execute(numbers).all())
    for part in (plan.memberships, plan.profiles):
        for row in part.added:
            row["employment_id"] = employment_ids[row.pop("employee_no")]
    write_plan(session, TeamMembership, plan.memberships)
    write_plan(session, PayProfile, plan.profiles)


@dataclass(slots=True)
class _Stored:
    """What is stored about the people of a register and of its company."""

    persons: dict[str, dict[str, Any]]
    groups: dict[int, list[dict[str, Any]]]
    employments: dict[str, Employment]
    spans: dict[str, dict[str, Span]]
    """The company's employments by the person's hash and employee number, this file's included."""
    memberships: dict[int, list[dict[str, Any]]]
    profiles: dict[int, list[dict[str, Any]]]
    teams: dict[str, int]
    cycles: PayCycles
    hashes: dict[str, str]
    new_names: dict[str, str] = field(default_factory=dict)
    """Names of persons that are new in this file, by hash."""

    @classmethod
    def read(cls, session: Session, company_id: int, facts: Sequence[EmployeeFact]) -> _Stored:
        hashes = {fact.identity.text: lookup_hash(fact.identity.text) for fact in facts}
        persons = _rows(session, Person, Person.id_number_hash.in_(list(hashes.values())))
        own = select(Employment).where(Employment.company_id == company_id)
        employments = session.scalars(own).all()
        hash_of = {row["id"]: row["id_number_hash"] for row in persons}
        spans: defaultdict[str, dict[str, Span]] = defaultdict(dict)
        for each in employments:
            span = Span(each.hired_on, each.separated_on, each.employee_no)
            spans[hash_of.get(each.person_id, "")][each.employee_no] = span
        ids = own.with_only_columns(Employment.id)
        person_ids = [row["id"] for row in persons]
        scope = Scope.company(company_id)
        teams = list(session.scalars(companies.teams(scope)))
        return cls(
            persons={row["id_number_hash"]: row for row in persons},
            groups=_grouped(
                _rows(session, PersonKeyGroup, PersonKeyGroup.person_id.in_(person_ids)),
                "person_id",
            ),
            employments={row.employee_no: row for row in employments},
            spans=spans,
            memberships=_grouped(
                _rows(session, TeamMembership, TeamMembership.employment_id.in_(ids)),
                "employment_id",
            ),
            profiles=_grouped(
                _rows(session, PayProfile, PayProfile.employment_id.in_(ids)), "employment_id"
            ),
            teams={team.name: team.id for team in teams} | {team.code: team.id for team in teams},
            cycles=PayCycles.read(session, company_id),
            hashes=hashes,
        )

    def remember(self, fact: EmployeeFact, draft: RegisterPlan) -> None:
        """Know the person and the employment of a good row when the next ones are read."""
        digest = self.hashes[fact.identity.text]
        if draft.persons.added:
            self.new_names[digest] = fact.name
        hired_on, separated_on = fact.employment["hired_on"], fact.employment.get("separated_on")
        span = Span(hired_on, separated_on, fact.employee_no)
        self.spans.setdefault(digest, {})[fact.employee_no] = span


def _rows(session: Session, model: type[Base], condition: Any) -> list[dict[str, Any]]:
    table = cast("Table", model.__table__)
    return [dict(row) for row in session.execute(select(table).where(condition)).mappings()]


def _grouped(rows: Sequence[dict[str, Any]], name: str) -> dict[int, list[dict[str, Any]]]:
    groups: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    return groups


def _plan_one(stored: _Stored, history: Sequence[EmployeeFact], plan: RegisterPlan) -> None:
    fact = history[0]
    with _at(fact):
        person = _plan_person(stored, fact, plan)
        employment = stored.employments.get(fact.employee_no)
        _plan_employment(stored, fact, person, employment, plan)
    _plan_teams(stored, history, employment, plan)
    _plan_profiles(stored, history, employment, plan)


def _plan_person(stored: _Stored, fact: EmployeeFact, plan: RegisterPlan) -> dict[str, Any] | None:
    digest = stored.hashes[fact.identity.text]
    person = stored.persons.get(digest)
    known_name = person["name"] if person else stored.new_names.get(digest, fact.name)
    if known_name != fact.name:
        raise InputError("person.other_name")
    if person is None and digest in stored.new_names:
        return None
    if person is None:
        plan.persons.added.append(
            {
                **_PERSON_DEFAULTS,
                "id_number_hash": digest,
                "id_number": fact.identity.text,
                "name": fact.name,
                "sex": fact.identity.sex,
                "born_on": fact.identity.born_on,
                **fact.person,
            },
        )
        plan.key_groups.added.extend(
            {"id_number_hash": digest, "key_group": group}
            for group in sorted(fact.key_groups or ())
        )
        return None
    plan.persons.extend(
        plan_rows([person], [person | dict(fact.person)], key=("id",), compare=tuple(fact.person))
    )
    if fact.key_groups is not None:
        groups = stored.groups.get(person["id"], [])
        plan.key_groups.extend(
            plan_rows(
                groups,
                [
                    {"person_id": person["id"], "key_group": group}
                    for group in sorted(fact.key_groups)
                ],
                key=("key_group",),
                compare=(),
                remove=True,
            ),
        )
    return person


def _plan_employment(
    stored: _Stored,
    fact: EmployeeFact,
    person: Mapping[str, Any] | None,
    employment: Employment | None,
    plan: RegisterPlan,
) -> None:
    digest = stored.hashes[fact.identity.text]
    if employment is None:
        row = {**_EMPLOYMENT_DEFAULTS, **fact.employment}
    else:
        if person is None or employment.person_id != person["id"]:
            raise InputError("employment.number_taken", employee_no=fact.employee_no)
        before = {name: getattr(employment, name) for name in _EMPLOYMENT_COLUMNS}
        row = before | dict(fact.employment)
        for name in ("hired_on", "separated_on"):
            _refuse_moved(before[name], row[name], stored.cycles.binding(employment.id))
        plan.employments.extend(
            plan_rows(
                [before | {"id": employment.id}],
                [row | {"id": employment.id}],
                key=("id",),
                compare=_EMPLOYMENT_COLUMNS,
            ),
        )
        for change in plan.employments.changed:
            change.row["employee_no"] = fact.employee_no
    check_dates(row["hired_on"], row["separated_on"])
    check_contract(
        row["contract_kind"], row["contract_until"], row["hired_on"], row["separated_on"]
    )
    check_dispatch(row["employment_type"], row["dispatched_by"], row["dispatched_by_code"])
    check_rest_weekdays(row["rest_weekdays"], row["hours_system"])
    spans = stored.spans.get(digest, {})
    others = [span for number, span in spans.items() if number != fact.employee_no]
    refuse_same_days(Span(row["hired_on"], row["separated_on"], fact.employee_no), others)
    if employment is None:
        plan.employments.added.append(
            {**row, "employee_no": fact.employee_no, "id_number_hash": digest},
        )


def _refuse_moved(
    before: dt.date | None, after: dt.date | None, locked: frozenset[PayPeriod]
) -> None:
    """Refuse to move a first or last day over days of a closed month."""
    if before == after:
        return
    given = [on for on in (before, after) if on is not None]
    end = max(given) + _DAY if len(given) > 1 else None
    locks.refuse_locked(locked, min(given), end)


def _plan_teams(
    stored: _Stored,
    history: Sequence[EmployeeFact],
    employment: Employment | None,
    plan: RegisterPlan,
) -> None:
    rows = stored.memberships.get(employment.id, []) if employment else []
    dated = _Dated(rows, plan.memberships)
    for fact in sorted(history, key=lambda fact: fact.team_from or dt.date.min):
        if fact.team is None:
            continue
        with _at(fact):
            team_id = stored.teams.get(fact.team)
            if team_id is None:
                raise InputError("team.unknown", code=fact.team)
            is_first = not rows or len(history) > 1
            hired_on: dt.date | None = fact.employment["hired_on"] if is_first else None
            dated.put({"team_id": team_id}, fact.team_from or hired_on)
    dated.take(("team_id",), history[0].employee_no)


def _plan_profiles(
    stored: _Stored,
    history: Sequence[EmployeeFact],
    employment: Employment | None,
    plan: RegisterPlan,
) -> None:
    rows = stored.profiles.get(employment.id, []) if employment else []
    dated = _Dated(rows, plan.profiles)
    for fact in sorted(history, key=lambda fact: fact.profile_from or dt.date.min):
        # Nothing said about pay is no agreement about it: a wage of 0 and no insurance would be one.
        if not fact.profile:
            continue
        hired_on: dt.date = fact.employment["hired_on"]
        is_first = not rows or len(history) > 1
        valid_from = fact.profile_from or (hired_on.replace(day=1) if is_first else None)
        with _at(fact):
            if valid_from is not None:
                check_month_start(valid_from)
            current = dated.current(valid_from)
            known = {name: (current or PROFILE_DEFAULTS)[name] for name in PROFILE_COLUMNS}
            values = {**known, **fact.profile}
            check_profile(values)
            check_pay_cycle(values["pay_cycle"], fact.employment["employment_type"])
            employment_id = employment.id if employment else None
            locked = stored.cycles.binding(employment_id, values["pay_cycle"], since=hired_on)
            dated.put(values, valid_from, locked)
    dated.take(PROFILE_COLUMNS, history[0].employee_no)


class _Dated:
    """The dated rows of one employment as they will be; what changes goes into a plan."""

    def __init__(self, rows: Sequence[dict[str, Any]], plan: Plan) -> None:
        self._rows = rows
        self._after = [dict(row) for row in rows]
        self._told: dict[dt.date | None, Mapping[str, Any]] = {}
        self._plan = plan

    def current(self, on: dt.date | None) -> Mapping[str, Any] | None:
        """Return the row that holds on a day, or the last one."""
        at = [row for row in self._after if on is None or row["valid_from"] <= on]
        return max(at, key=lambda row: row["valid_from"], default=None)

    def put(
        self,
        values: Mapping[str, Any],
        valid_from: dt.date | None,
        locked: frozenset[PayPeriod] = frozenset(),
    ) -> None:
        """Let values hold from a day on. Without a day they must be those that hold now."""
        if self._told.setdefault(valid_from, values) != values:
            raise InputError("register.from_missing")
        current = self.current(valid_from)
        if current is not None and all(current[name] == value for name, value in values.items()):
            self._plan.unchanged += 1
            return
        if valid_from is None:
            raise InputError("register.from_missing")
        put_range(self._after, values, valid_from, locked=locked)

    def take(self, names: Sequence[str], employee_no: str) -> None:
        """Put into the plan what has changed."""
        found = plan_rows(
            self._rows, self._after, key=("valid_from",), compare=("valid_to", *names)
        )
        for row in (*found.added, *(change.row for change in found.changed)):
            row["employee_no"] = employee_no
        found.unchanged = 0
        self._plan.extend(found)
