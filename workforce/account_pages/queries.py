"""Reading what an administrator manages: accounts in reach, and people who have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, false, select

from workforce.accounts import queries as accounts
from workforce.accounts.queries import Reach
from workforce.companies import queries as companies
from workforce.people import account_holders
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.scope import Scope


def reach_of(scope: Scope) -> Reach:
    """Return the accounts that a scope reaches: all, or those of one company and of its people."""
    if scope.company_id is None:
        return Reach(
            scope, select(people.all_employments(scope).subquery().c.person_id).where(false())
        )
    return Reach(scope, account_holders.persons_only_of(scope.company_id))


def company_names(scope: Scope) -> Select[int, str, str]:
    """Columns company_id, company_code, company_name of the companies in scope, in order of code."""
    facts = companies.company_facts(scope).subquery()
    return select(facts.c.company_id, facts.c.company_code, facts.c.company_name).order_by(
        facts.c.company_code
    )


def people_without_account(
    scope: Scope, company_id: int, employment_ids: Sequence[int] | None = None
) -> Select[*tuple[Any, ...]]:
    """The people whom a company in scope employs today and who have no account, or some of them.

    Columns as ``account_holders.employed_on``.
    """
    person = account_holders.employed_on(scope, clock.today()).order_by(None).subquery()
    chosen = (
        select(person)
        .where(
            person.c.company_id == company_id,
            person.c.person_id.not_in(accounts.persons_with_account()),
        )
        .order_by(person.c.employee_no, person.c.employment_id)
    )
    if employment_ids is not None:
        chosen = chosen.where(person.c.employment_id.in_(employment_ids))
    return chosen


def person_without_account(scope: Scope, company_id: int, employee_no: str) -> Select[Any]:
    """The one of them who has an employee number: one row or none."""
    chosen = people_without_account(scope, company_id).subquery()
    return select(chosen).where(chosen.c.employee_no == employee_no)


def employments_of(scope: Scope, person_id: int) -> Select[int, str, str]:
    """The employments in scope of a person: company_id, employee_no, name."""
    own = people.all_employments(scope).subquery()
    directory = people.directory(scope).order_by(None).subquery()
    return (
        select(own.c.company_id, own.c.employee_no, directory.c.name)
        .join(directory, directory.c.employment_id == own.c.employment_id)
        .where(own.c.person_id == person_id)
        .order_by(own.c.hired_on)
    )
