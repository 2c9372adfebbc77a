"""The people and work of one company as rows name them: read once for a whole file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from workforce.accounts import queries as accounts
from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import queries as production
from workforce.seating import queries as seating


@dataclass(frozen=True, slots=True)
class Employee:
    """An employment as an import meets it."""

    employment_id: int
    employee_no: str
    name: str
    hired_on: dt.date
    separated_on: dt.date | None

    def is_employed(self, on: dt.date) -> bool:
        """Tell whether a day is an employed day; the first and the last one are."""
        return self.hired_on <= on and (self.separated_on is None or on <= self.separated_on)


class Directory:
    """Looks up employees, task types, batches and the policy of one company.

    ``reach`` limits whose facts may be told: a team scope knows the own people only, and only on the
    days on which they are in the teams.
    """

    def __init__(
        self,
        session: Session,
        company_id: int,
        reach: Scope | None = None,
        account_id: int | None = None,
    ) -> None:
        """Read nothing yet; ``account_id``: who imports."""
        self._account_id = account_id
        self._session = session
        self._company_id = company_id
        self._reach = reach or Scope.company(company_id)
        self._policies: dict[PayPeriod, str | None] = {}

    @cached_property
    def employees(self) -> dict[str, Employee]:
        """Every employment of the company by employee number."""
        rows = self._session.execute(people.directory(Scope.company(self._company_id)))
        return {row.employee_no: Employee(*row) for row in rows}

    @cached_property
    def names(self) -> dict[int, Employee]:
        """The same by employment id."""
        return {employee.employment_id: employee for employee in self.employees.values()}

    @cached_property
    def _spans(self) -> dict[int, list[tuple[dt.date, dt.date]]]:
        """When each employment is in the teams of a team scope: from a day up to, not including."""
        spans: defaultdict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        members = people.team_members(self._reach, dt.date.min, dt.date.max)
        for row in self._session.execute(members):
            spans[row.employment_id].append((row.valid_from, row.valid_to or dt.date.max))
        return dict(spans)

    @property
    def is_limited(self) -> bool:
        """Tell whether only some of the company's people may be spoken of."""
        return self._reach.kind is ScopeKind.TEAM

    def is_in_reach(self, employment_id: int | None, on: dt.date | None = None) -> bool:
        """Tell whether facts of an employment (on a day, or at all) may be told.

        ``employment_id`` None: a fact of everybody's, which a team alone cannot tell.
        """
        if not self.is_limited:
            return True
        spans = self._spans.get(employment_id or 0, [])
        return bool(spans) if on is None else any(start <= on < end for start, end in spans)

    def check_reach(self, employee: Employee, on: dt.date | None = None) -> None:
        """Refuse a fact of somebody who is not in reach on a day.

        Raises:
            InputError: so it is; like somebody whom nobody knows.

        """
        if not self.is_in_reach(employee.employment_id, on):
            raise InputError("employment.other_team", employee_no=employee.employee_no)

    @cached_property
    def person_id(self) -> int | None:
        """The person who imports, if any."""
        if self._account_id is None:
            return None
        return self._session.scalar(accounts.person_of_account(self._account_id))

    @cached_property
    def own(self) -> frozenset[int]:
        """The employment ids of whoever imports: nobody decides on the own output."""
        if self.person_id is None:
            return frozenset()
        return frozenset(self._session.scalars(people.employment_ids(Scope.own(self.person_id))))

    @cached_property
    def task_types(self) -> dict[str, int]:
        """Task type ids by code and by Chinese name; a code goes before a name."""
        rows = self._session.execute(production.task_type_names()).all()
        return {r.name_zh: r.task_type_id for r in rows} | {
            r.task_type_code: r.task_type_id for r in rows
        }

    @cached_property
    def task_type_codes(self) -> dict[int, str]:
        """Task type codes by id."""
        rows = self._session.execute(production.task_type_names()).all()
        return {row.task_type_id: row.task_type_code for row in rows}

    @property
    def words(self) -> dict[str, Callable[[Any, Mapping[str, Any]], Any]]:
        """How the keys in a plan's rows are told: columns → words of a value and its row."""
        return {
            "employment_id": lambda key, _row: self._who(key),
            "task_type_id": lambda key, _row: self.task_type_codes.get(key, key),
            "task_type_ids": lambda keys, _row: "、".join(
                self.task_type_codes[key] for key in keys
            ),
            "batch_id": lambda key, row: self._batch_codes.get(key, row.get("batch_code")),
            "team_id": lambda key, _row: self._team_names.get(key, key),
            "seat_id": lambda key, _row: self._seat_names.get(key, key),
        }

    def _who(self, employment_id: int) -> str:
        employee = self.names[employment_id]
        return f"{employee.employee_no} {employee.name}"

    @cached_property
    def _batch_codes(self) -> dict[int, str]:
        return {batch_id: code for code, (batch_id, _) in self.batches.items()}

    @cached_property
    def _seat_names(self) -> dict[int, str]:
        return seating.seat_names(self._session)

    @cached_property
    def _team_names(self) -> dict[int, str]:
        teams = self._session.scalars(companies.teams(Scope.company(self._company_id)))
        return {team.id: team.name for team in teams}

    @cached_property
    def batches(self) -> dict[str, tuple[int, int]]:
        """Batch id and task type id by the company's batch code."""
        rows = self._session.execute(production.batches(Scope.company(self._company_id)))
        return {row.batch_code: (row.batch_id, row.task_type_id) for row in rows}

    def employee(self, employee_no: str, on: dt.date | None = None) -> Employee:
        """Return an employee by number, employed on a day if one is given.

        Raises:
            InputError: there is none, or not on that day.

        """
        employee = self.employees.get(employee_no)
        if employee is None:
            unknown = "employment.other_team" if self.is_limited else "employment.unknown"
            raise InputError(unknown, employee_no=employee_no)
        self.check_reach(employee, on)
        if on is not None and not employee.is_employed(on):
            raise InputError(
                "employment.not_employed",
                employee_no=employee_no,
                on=on,
                hired_on=employee.hired_on,
                separated_on=employee.separated_on or "-",
            )
        return employee

    def task_type(self, name: str) -> int:
        """Return a task type's id by its code or name.

        Raises:
            InputError: there is none.

        """
        found = self.task_types.get(name)
        if found is None:
            known = "、".join(sorted(self.task_type_codes.values())) or "-"
            raise InputError("task_type.unknown", code=name, known=known)
        return found

    def acceptance(self, on: dt.date) -> str | None:
        """Return how output of a day becomes payable, None where no policy says so."""
        period = PayPeriod.of(on)
        if period not in self._policies:
            query = companies.pay_policy(Scope.company(self._company_id), period)
            policy = self._session.scalar(query)
            self._policies[period] = policy.acceptance if policy else None
        return self._policies[period]
