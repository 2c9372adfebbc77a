"""People as those for whom a company may claim support: what the rules ask, and what two people share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.sql.elements import ColumnElement

from workforce.people.models import Employment, Person
from workforce.people.queries import in_scope
from workforce.platform.scope import Scope


def _employed(first_on: dt.date, last_on: dt.date) -> ColumnElement[bool]:
    return (Employment.hired_on <= last_on) & or_(
        Employment.separated_on.is_(None), Employment.separated_on >= first_on
    )


def claimants(scope: Scope, first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Everybody employed on a day of a range (both ends included), in order of employee number.

    Columns: employment_id, person_id, employee_no, name, sex, born_on, employment_type, hired_on,
    separated_on, separation_reason, contract_kind, contract_until. Nothing that is encrypted.
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.person_id,
            Employment.employee_no,
            Person.name,
            Person.sex,
            Person.born_on,
            Employment.employment_type,
            Employment.hired_on,
            Employment.separated_on,
            Employment.separation_reason,
            Employment.contract_kind,
            Employment.contract_until,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(in_scope(scope), _employed(first_on, last_on))
        .order_by(Employment.employee_no, Employment.id)
    )


def accounts_and_phones(first_on: dt.date, last_on: dt.date) -> Select[*tuple[Any, ...]]:
    """Where everybody of the base who is employed in a range is paid and called, decrypted on reading.

    For one purpose: to find an account or number that serves several people, in whatever company. Who
    the others are must not be shown to any but their own company.
    Columns: employment_id, company_id, person_id, employee_no, bank_account, phone.
    """
    return (
        select(
            Employment.id.label("employment_id"),
            Employment.company_id,
            Employment.person_id,
            Employment.employee_no,
            Employment.bank_account,
            Person.phone,
        )
        .join(Person, Person.id == Employment.person_id)
        .where(_employed(first_on, last_on))
        .order_by(Employment.id)
    )
