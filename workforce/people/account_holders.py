"""People as holders of accounts: who may get one, who manages it, and what is kept about oneself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from workforce.companies import queries as companies
from workforce.people.models import Employment, Person
from workforce.people.queries import employment_ids
from workforce.platform.scope import Scope, ScopeKind


def persons_only_of(company_id: int) -> Select[int]:
    """Ids of the persons who have worked for one company and for no other, ever.

    Their accounts are the company's to manage. Whoever has worked for another too sees that company's
    payslips with the same account: a one-time password in the hands of this company would open them.
    """
    other = aliased(Employment)
    elsewhere = (
        select(other.id)
        .where(other.person_id == Employment.person_id, other.company_id != company_id)
        .exists()
    )
    return (
        select(Employment.person_id)
        .where(Employment.company_id == company_id, ~elsewhere)
        .distinct()
    )


def employed_on(scope: Scope, on: dt.date) -> Select[int, int, int, str, str]:
    """Who works on a day, in order of employee number, and whose account the scope may make.

    Columns: employment_id, person_id, company_id, employee_no, name.
    """
    chosen = (
        select(
            Employment.id.label("employment_id"),
            Employment.person_id,
            Employment.company_id,
            Employment.employee_no,
            Person.name,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(
            Employment.id.in_(employment_ids(scope)),
            Employment.hired_on <= on,
            or_(Employment.separated_on.is_(None), Employment.separated_on >= on),
        )
        .order_by(Employment.employee_no, Employment.id)
    )
    if scope.kind is ScopeKind.COMPANY and scope.company_id is not None:
        chosen = chosen.where(Employment.person_id.in_(persons_only_of(scope.company_id)))
    return chosen


def own_record(person_id: int) -> Select[*tuple[Any, ...]]:
    """What is kept about one person, decrypted, an employment a row, the newest first.

    Columns: company_name, employee_no, position, hired_on, separated_on, name, id_number, phone,
    email, bank_name, bank_account.
    """
    company = companies.company_facts(Scope.base()).subquery()
    return (
        select(
            company.c.company_name,
            Employment.employee_no,
            Employment.position,
            Employment.hired_on,
            Employment.separated_on,
            Person.name,
            Person.id_number,
            Person.phone,
            Person.email,
            Employment.bank_name,
            Employment.bank_account,
        )
        .join(Person, Person.id == Employment.person_id)
        .join(company, company.c.company_id == Employment.company_id)
        .where(Employment.person_id == person_id)
        .order_by(Employment.hired_on.desc(), Employment.id.desc())
    )
