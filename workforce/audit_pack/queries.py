"""What a pack is made of, read with a fixed number of queries, and refused where it proves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

import workforce
from workforce.audit_pack.archive import Content
from workforce.audit_pack.identity import Identity, Person, naming
from workforce.core.errors import StateError
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.payroll import queries as payroll
from workforce.payroll.compute import assemble_run, company_in
from workforce.payroll.facts.basis import basis_of
from workforce.payroll.hashing import input_hash
from workforce.payroll.record import read_sheet
from workforce.people import queries as people
from workforce.platform.crypto import signature
from workforce.platform.law_book import law_book_as_of
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_TOTALS: Final = ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")


def check_decided(run: Any) -> None:
    """A pack is made of what was approved.

    Raises:
        StateError: the run is not approved.
    """
    state = RunState(run.state)
    if state not in FINAL:
        raise StateError("audit_pack.not_approved", state=term(f"run_state.{state}"))


def key_of_pack(run: Any, receiver: str) -> str:
    """Return the key by which a receiver of a keyed pack finds people: the same whenever it is asked."""
    told = f"audit pack\0{run.company_id}\0{run.period}\0{run.kind}\0{run.number}\0{receiver}"
    return signature(told.encode())


def reversed_employments(session: Session, run: Any) -> frozenset[int]:
    """Return whose payslips of a run (in reach of the caller) were reversed since."""
    reach = Scope.company(run.company_id)
    slips = payroll.payslips_of_run(reach, run.id).where(~payroll.counts())
    return frozenset(slip.employment_id for slip in session.scalars(slips))


def content_of(
    session: Session, scope: Scope, run_id: int, identity: Identity, receiver: str
) -> Content:
    """Read a run's facts and stored payslips, and the law as it was then.

    Raises:
        NotFoundError: the run is not in reach.
        StateError: it is not approved; or its facts or payslips are not those that were approved, so
            that a pack would prove nothing.
    """
    run = payroll.found(session, payroll.run(scope, run_id))
    check_decided(run)
    company = company_in(session, scope, run.company_id)
    reach = Scope.company(run.company_id)
    period, book = PayPeriod.parse(run.period), law_book_as_of(run.law_hash)
    assembled = assemble_run(session, company, period, book, basis_of(session, run))
    persons = _persons(session, reach, identity)
    numbers = {key: person.employee_no for key, person in persons.items()}
    sheet = read_sheet(session, run.id, numbers)
    if input_hash(assembled) != run.input_hash:
        raise StateError("audit_pack.facts_changed", period=period, company=company.code)
    if sheet.hash() != run.result_hash:
        raise StateError("audit_pack.slips_changed", period=period, company=company.code)
    name = naming(identity, key_of_pack(run, receiver))
    return Content(
        assembled=assembled,
        sheet=sheet,
        book=book,
        identity=identity,
        named={each: name(persons[each]) for each in sheet.employment_ids},
        reversed_ids=reversed_employments(session, run),
        about={
            "company": {"code": company.code, "name": company.name, "region": company.region},
            "run": {
                "period": str(period),
                "kind": run.kind,
                "number": run.number,
                "pay_on": run.pay_on.isoformat(),
                "approved_at": run.approved_at and run.approved_at.isoformat(),
            },
            "receiver": receiver,
            "hashes": {"inputs": run.input_hash, "law": run.law_hash, "results": run.result_hash},
            "program": {"of_run": run.code_version, "of_pack": workforce.__version__},
            "totals": {
                "payslip_count": run.payslip_count,
                **{total: getattr(run, total) for total in _TOTALS},
            },
        },
    )


def _persons(session: Session, scope: Scope, identity: Identity) -> dict[int, Person]:
    """Return the company's people by employment; ID numbers only where they are to be told."""
    directory = people.directory(scope).order_by(None)
    chosen = directory.subquery()
    rows = session.execute(select(chosen.c.employment_id, chosen.c.employee_no, chosen.c.name))
    id_numbers: dict[int, str] = {}
    if identity is Identity.FULL:
        secret = people.identities(scope)
        id_numbers = {row.employment_id: row.id_number for row in session.execute(secret)}
    return {
        row.employment_id: Person(row.employee_no, row.name, id_numbers.get(row.employment_id))
        for row in rows
    }
