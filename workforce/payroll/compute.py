"""One company's month, computed from what is stored now; nothing is written."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import workforce
from workforce.companies import queries as companies
from workforce.core.engine import calculate
from workforce.core.errors import NotFoundError
from workforce.payroll.facts.agreed_hours import with_agreed_hours
from workforce.payroll.facts.assemble import Assembled, PersonFault, assemble
from workforce.payroll.facts.basis import REGULAR
from workforce.payroll.facts.reading import read_month
from workforce.payroll.hashing import input_hash
from workforce.payroll.patches import patch_of
from workforce.payroll.record import Sheet, make_sheet
from workforce.payroll.remarks import days_without_record
from workforce.platform.stopwatch import lap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.payroll.facts.basis import Basis
    from workforce.payroll.patches import Patch
    from workforce.platform.scope import Scope


class CompanyKey(NamedTuple):
    """What a run needs to know of its company."""

    company_id: int
    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """What a run was made from and what came out: SHA-256 hex, and the version of the code."""

    inputs: str
    law: str
    results: str
    code_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A run that is not stored: its payslips, and who has none and why.

    ``blocking`` are the numbers of employees whose payslip somebody must resolve before approval.
    """

    company: CompanyKey
    assembled: Assembled
    sheet: Sheet
    faults: tuple[PersonFault, ...]
    blocking: tuple[str, ...]
    hashes: Hashes


def company_in(session: Session, scope: Scope, company_id: int) -> CompanyKey:
    """Return a company in reach.

    Raises:
        NotFoundError: it does not exist or is out of reach.
    """
    facts = companies.company_facts(scope).subquery()
    row = session.execute(
        facts.select().where(facts.c.company_id == company_id),
    ).one_or_none()
    if row is None:
        raise NotFoundError("web.not_found")
    return CompanyKey(row.company_id, row.company_code, row.company_name, row.region)


def _untold(_step: str, _total: int | None = None) -> None:
    """Nobody watches."""


def compute(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    tell: Callable[[str, int | None], None] = _untold,
    *,
    basis: Basis = REGULAR,
    patch: Patch | None = None,
) -> Computed:
    """Read, assemble and calculate; ``tell`` is told each step's code and its number of people.

    ``basis``: which of the period's runs; ``patch`` changes the rows between reading and assembling,
    instead of what the basis itself changes.

    Raises:
        InputError: the company has no pay policy for the month.
        LawMissingError: the law data lack something that everybody needs, such as the calendar.
    """
    with _collector_paused():
        tell("pay_read", None)
        with lap("read"):
            # The rows as they were read are a third of the memory: they go with the call.
            assembled = _assembled(session, company, period, book, basis=basis, patch=patch)
        tell("pay_calculate", len(assembled.employment_ids))
        return compute_assembled(company, assembled, book)


def facts_hash(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    *,
    basis: Basis = REGULAR,
    patch: Patch | None = None,
) -> str:
    """Read and assemble only, and return the fingerprint of what a run would be made from.

    Raises:
        InputError: the company has no pay policy for the month.
    """
    with _collector_paused():
        return input_hash(_assembled(session, company, period, book, basis=basis, patch=patch))


def assemble_run(
    session: Session, company: CompanyKey, period: PayPeriod, book: LawBook, basis: Basis
) -> Assembled:
    """Read and assemble what one of a period's runs is made from; raises as ``compute``."""
    with _collector_paused():
        return _assembled(session, company, period, book, basis=basis)


def assemble_person(
    session: Session,
    company: CompanyKey,
    person_id: int,
    period: PayPeriod,
    book: LawBook,
    *,
    basis: Basis = REGULAR,
    patch: Patch | None = None,
) -> Assembled:
    """Read and assemble one person's month, with the same facts as in the company's.

    ``basis`` and ``patch``: as for `compute`.

    Raises:
        InputError: the company has no pay policy for the month.
        LawMissingError: the law data lack something that everybody needs, such as the calendar.
    """
    return _assembled(session, company, period, book, person_id, basis=basis, patch=patch)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from searching for cycles among millions of short-lived rows: a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _assembled(
    session: Session,
    company: CompanyKey,
    period: PayPeriod,
    book: LawBook,
    person_id: int | None = None,
    *,
    basis: Basis = REGULAR,
    patch: Patch | None = None,
) -> Assembled:
    read = read_month(session, company.company_id, period, person_id, basis)
    tables = (patch or patch_of(session, company.company_id, period, basis))(read)
    assembled = assemble(
        tables,
        company.company_id,
        company.code,
        company.region,
        period,
        is_extra=basis.is_extra,
    )
    if basis.is_extra:
        return assembled
    return with_agreed_hours(session, tables, assembled, company.region, book, person_id)


def compute_assembled(company: CompanyKey, assembled: Assembled, book: LawBook) -> Computed:
    """Calculate what has been assembled: a company's month, or one person's."""
    with lap("compute"):
        results = calculate(assembled.facts, book)
    notes = results.notes
    if not assembled.facts.is_extra:
        unrecorded = days_without_record(assembled.facts, book.calendar())
        notes = (*notes, unrecorded, *assembled.lieu.notes())
    sheet = make_sheet(assembled, replace(results, notes=notes))
    found = [
        PersonFault(
            assembled.employment_ids[fault.employee],
            assembled.employee_nos[fault.employee],
            fault.error,
        )
        for fault in results.faults
    ]
    blocking = {
        assembled.employee_nos[employee]
        for block in results.notes
        if block.blocks_approval
        for employee in block.employee.tolist()
    }
    return Computed(
        company=company,
        assembled=assembled,
        sheet=sheet,
        faults=tuple(sorted((*assembled.faults, *found), key=PersonFault.order)),
        blocking=tuple(sorted(blocking)),
        hashes=Hashes(
            inputs=input_hash(assembled),
            law=book.hash,
            results=sheet.hash(),
            code_version=workforce.__version__,
        ),
    )
