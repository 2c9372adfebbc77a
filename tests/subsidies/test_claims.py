"""Claims from the facts in the database to the frozen file; what another company or an official sees."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.subsidies import create_claim, create_evidence
from tests.factories.web import FormClient
from tests.queries import counted
from tests.subsidies.people import BOOK
from tests.subsidies.world import MONTHS, NOON, graduate
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.platform.audit import CLI, Actor, AuditEntry
from workforce.platform.scope import Scope
from workforce.subsidies import checking, evidence, evidence_queries, facts, queries, service
from workforce.subsidies.models import SubsidyClaimPerson
from workforce.subsidies.schemes import person_scheme

ClientAs = Callable[[Account], FormClient]
AUGUST, OCTOBER = PayPeriod(2026, 8), PayPeriod(2026, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


def actor_of(account: Account) -> Actor:
    return Actor(account_id=account.id, name=account.login_name)


def make(session: Session, company: Company, maker: Account) -> int:
    session.commit()
    scope = Scope.company(company.id)
    return service.make(scope, "expansion", AUGUST, OCTOBER, actor_of(maker), BOOK)


def findings(session: Session, company: Company, claim_id: int) -> list[tuple[str, str]]:
    session.rollback()
    rows = queries.finding_rows(session, Scope.company(company.id), claim_id)
    return [(row.employee_no, row.kind.code) for row in rows]


def assert_it_stands(session: Session) -> None:
    """Try to change what is frozen or recorded, past the program."""
    for statement in (
        "UPDATE subsidy_claim SET people = 2",
        "UPDATE subsidy_claim SET state = 'draft'",
        "DELETE FROM subsidy_claim",
        "UPDATE subsidy_claim_person SET amount = 1",
        "DELETE FROM subsidy_claim_person",
        "UPDATE subsidy_evidence SET kind = 'veteran'",
        "DELETE FROM subsidy_evidence",
    ):
        with pytest.raises(DatabaseError, match="what was stated stands"):
            session.execute(text(statement))
        session.rollback()


def assert_file_names_one(content: bytes) -> None:
    """Open the file of a claim for W1, with papers whose number begins like a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    said = {str(cell.value) for cell in cells}
    assert {"W1", "2026-08、2026-09、2026-10", "毕业证书", "退役证件", "=1+1"} <= said
    assert not {"W2", "W3"} & said
    assert all(cell.data_type != "f" for cell in cells)
    assert any("盖章" in word for word in said)


@both_engines
@pytest.mark.feature("OFF-18")
def test_a_claim_from_facts_to_the_frozen_file(session: Session, client_as: ClientAs) -> None:
    company = factories.create_company(session, code="QZ")
    maker = factories.create_account(session, Role.FINANCE, company)
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    graduate(session, company, "W1")
    graduate(session, company, "W2", is_worked=False)
    graduate(session, company, "W3", is_paid=False)
    create_evidence(session, factories.create_employment(session, company, employee_no="OLD"))
    claim_id = make(session, company, maker)
    scope = Scope.company(company.id)
    row = queries.claim_row(session, scope, claim_id).one
    assert (row.number, row.people, row.amount) == (1, 3, 450_000), "3 × 1500.00; OLD is not hired"

    with pytest.raises(StateError, match="Draft"):
        service.freeze(scope, claim_id, "", actor_of(admin), BOOK)
    service.check(scope, claim_id, actor_of(maker), BOOK)
    assert findings(session, company, claim_id) == [("W2", "no_work"), ("W3", "no_payment")]
    with pytest.raises(StateError, match="2 findings"):
        service.freeze(scope, claim_id, "", actor_of(admin), BOOK)

    for person in queries.person_rows(session, scope, claim_id):
        if person.is_blocked:
            key = person.one.employment_id
            service.leave_out(scope, claim_id, key, "在查", actor_of(maker))
    service.check(scope, claim_id, actor_of(maker), BOOK)
    assert findings(session, company, claim_id) == []
    with pytest.raises(ForbiddenError):
        service.freeze(scope, claim_id, "", actor_of(maker), BOOK)
    session.rollback()
    late = session.scalars(select(Employment).where(Employment.employee_no == "W1")).one()
    create_evidence(session, late, kind="veteran")
    session.commit()
    with pytest.raises(StateError, match="changed since"):
        service.freeze(scope, claim_id, "", actor_of(admin), BOOK)
    service.check(scope, claim_id, actor_of(maker), BOOK)
    service.freeze(scope, claim_id, "", actor_of(admin), BOOK)

    session.rollback()
    row = queries.claim_row(session, scope, claim_id).one
    assert (row.state, row.people, row.amount) == ("frozen", 1, 150_000)
    contents = queries.frozen_contents(session, claim_id)
    assert service.content_hash(row, contents) == row.content_hash
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [act.split(".")[1] for act in acts if act.startswith("subsidy_claim.")] == [
        *("make", "check", "leave_out", "leave_out", "check", "check", "freeze"),
    ]
    assert_it_stands(session)
    assert_file_names_one(client_as(admin).get(f"/subsidies/claims/{claim_id}/file").data)

    service.withdraw(scope, claim_id, "人社局退回", actor_of(admin))
    gone = client_as(admin).get(f"/subsidies/claims/{claim_id}/file")
    assert gone.status_code == 409, "nobody stamps what was withdrawn"
    assert make(session, company, maker), "who was claimed for in a withdrawn claim is free again"


@both_engines
@pytest.mark.feature("OFF-18")
def test_nobody_is_claimed_for_by_two_companies(session: Session) -> None:
    first, second = factories.create_company(session), factories.create_company(session)
    makers = [factories.create_account(session, Role.FINANCE, one) for one in (first, second)]
    admin = factories.create_account(session, Role.COMPANY_ADMIN, first)
    mine = graduate(session, first, "W1")
    graduate(session, second, "SECRET", session.get_one(Person, mine.person_id))
    claims = [make(session, one, maker) for one, maker in zip((first, second), makers, strict=True)]
    scope = Scope.company(first.id)
    # One person, one account: that is no shared account, but two companies claim for the person.
    service.check(scope, claims[0], actor_of(makers[0]), BOOK)
    assert findings(session, first, claims[0]) == [("W1", "being_claimed_elsewhere")]
    with pytest.raises(InputError, match="1 warnings"):
        service.freeze(scope, claims[0], " ", actor_of(admin), BOOK)
    service.freeze(scope, claims[0], "本人在我处上班", actor_of(admin), BOOK)

    service.check(Scope.company(second.id), claims[1], actor_of(makers[1]), BOOK)
    assert findings(session, second, claims[1]) == [("SECRET", "claimed_elsewhere")]
    for reach in (Scope.company(second.id), Scope.base()):
        with pytest.raises(NotFoundError):
            queries.claim_row(session, reach, claims[0])


def test_what_is_no_claim(session: Session) -> None:
    company = factories.create_company(session)
    maker = factories.create_account(session, Role.FINANCE, company)
    scope = Scope.company(company.id)
    row = graduate(session, company, "W1")
    session.commit()
    with pytest.raises(StateError, match="2026-11"):
        service.make(scope, "expansion", AUGUST, PayPeriod(2026, 11), actor_of(maker), BOOK)
    with pytest.raises(InputError, match="Nobody"):
        service.make(scope, "post", AUGUST, OCTOBER, actor_of(maker), BOOK)
    with pytest.raises(NotFoundError, match="names nobody"):
        service.make(scope, "disabled_quota", AUGUST, OCTOBER, actor_of(maker), BOOK)
    with pytest.raises(InputError, match="a company"):
        service.make(Scope.base(), "expansion", AUGUST, OCTOBER, CLI, BOOK)
    claim_id = make(session, company, maker)
    with pytest.raises(StateError, match="Claim 1"):
        make(session, company, maker)
    service.leave_out(scope, claim_id, row.id, "走了", actor_of(maker))
    service.check(scope, claim_id, actor_of(maker), BOOK)
    with pytest.raises(StateError, match="Everybody"):
        service.freeze(scope, claim_id, "", CLI, BOOK)
    service.take_in(scope, claim_id, row.id, actor_of(maker))
    service.check(scope, claim_id, actor_of(maker), BOOK)
    assert queries.claim_row(session, scope, claim_id).one.people == 1


def test_who_was_moved_out_of_the_months_is_found(session: Session) -> None:
    company = factories.create_company(session)
    maker = factories.create_account(session, Role.FINANCE, company)
    row = graduate(session, company, "W1")
    claim_id = make(session, company, maker)
    session.rollback()
    person = session.get_one(Employment, row.id)
    person.hired_on = dt.date(2026, 11, 1)
    session.commit()
    service.check(Scope.company(company.id), claim_id, actor_of(maker), BOOK)
    assert findings(session, company, claim_id) == [("W1", "left_before")]


def test_papers_are_withdrawn_never_changed(session: Session, client_as: ClientAs) -> None:
    company, other = factories.create_company(session), factories.create_company(session)
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    row = factories.create_employment(session, company)
    stranger = factories.create_employment(session, other)
    session.commit()
    client = client_as(admin)
    page = f"/subsidies/evidence/people/{row.id}"
    sent = {"kind": "disability", "number": "5002=X", "issued_on": "2025-01-01", "level": ""}
    assert client.post_form(page, sent).status_code == 422, "the level is missing"
    assert client.post_form(page, {**sent, "level": "2"}).status_code == 302
    assert client.post_form(page, {**sent, "level": "2"}).status_code == 422, "twice"
    future = {**sent, "kind": "veteran", "issued_on": "2026-11-21"}
    assert client.post_form(page, future).status_code == 422
    assert client.post_form(f"/subsidies/evidence/people/{stranger.id}", sent).status_code == 404
    session.rollback()
    (shown,) = evidence_queries.evidence_of(session, Scope.company(company.id), row.id)
    assert (shown.one.number, shown.one.level) == ("5002=X", 2)
    stored = session.scalar(text("SELECT number FROM subsidy_evidence"))
    assert stored is not None
    assert "5002" not in stored, "the number lies encrypted"
    address = f"/subsidies/evidence/{shown.one.id}/withdraw"
    client.post_form(address, {"reason": ""})
    assert "有效" in client.get(page).text
    client.post_form(address, {"reason": "抄错号码"})
    assert "抄错号码" in client.get(page).text
    with pytest.raises(StateError):
        evidence.withdraw(Scope.company(company.id), shown.one.id, "again", CLI)


def test_the_bureau_sees_no_name_and_no_small_claim(session: Session, client_as: ClientAs) -> None:
    companies = [factories.create_company(session, name=name) for name in ("甲公司", "乙公司")]
    for company, sizes in zip(companies, ((5, 6), (4,)), strict=True):
        for size in sizes:
            staff = [factories.create_employment(session, company) for _ in range(size)]
            create_claim(session, company, *staff, state="frozen")
    staff = [factories.create_employment(session, companies[1]) for _ in range(7)]
    create_claim(session, companies[1], *staff)
    official = factories.create_account(session, Role.OFFICIAL)
    session.commit()
    year = [dt.datetime(year, 1, 1, tzinfo=clock.BASE_ZONE) for year in (2026, 2027)]
    found = queries.frozen_counts(session, *year)
    (only,) = found.rows
    assert (only.company_name, only.claims, only.people, only.amount) == (
        "甲公司",
        2,
        11,
        1_650_000,
    )
    assert found.small == 1, "four people: in no line and no total"
    assert found.totals["expansion"].people == 11
    page = client_as(official).get("/statistics/subsidies").text
    assert "甲公司" in page
    assert "乙公司" not in page
    assert not any(row.name in page for row in session.scalars(select(Person)))
    assert client_as(official).get("/subsidies").status_code == 403


def test_pages_of_a_company(session: Session, client_as: ClientAs) -> None:
    company = factories.create_company(session)
    admin = factories.create_account(session, Role.COMPANY_ADMIN, company)
    row = graduate(session, company, "W1")
    factories.create_key_group(session, session.get_one(Person, row.person_id), "disabled")
    session.commit()
    client = client_as(admin)
    home = client.get("/subsidies").text
    assert "1 人属于重点群体，但没有登记证明材料" in home
    for code in ("expansion", "insurance", "post", "hire_credit", "job_stability"):
        assert client.get(f"/subsidies/schemes/{code}").status_code == 200
    assert "1500.00" in client.get("/subsidies/schemes/expansion").text
    assert client.get("/subsidies/schemes/none").status_code == 404
    assert client.get("/subsidies?first=2026-10&last=2026-08").status_code == 422
    sent = {"first": "2026-08", "last": "2026-10"}
    answer = client.post_form("/subsidies/schemes/expansion/claim", sent)
    assert answer.status_code == 302
    page = answer.location
    client.post_form(f"{page}/check")
    assert "没有问题" in client.get(page).text
    assert "请另一位企业管理员定稿" in client.get(page).text
    second = client_as(factories.create_account(session, Role.COMPANY_ADMIN, company))
    session.commit()
    assert second.post_form(f"{page}/freeze", {"note": ""}).status_code == 302
    assert "下载申报表" in second.get(page).text


def test_statements_do_not_grow_with_people(app: Flask, session: Session) -> None:
    company = factories.create_company(session)
    maker = factories.create_account(session, Role.FINANCE, company)
    graduate(session, company, "W1")
    claim_id = make(session, company, maker)
    scope = Scope.company(company.id)

    def count() -> int:
        session.commit()
        with counted(app) as statements:
            claim = queries.claim_row(session, scope, claim_id).one
            checking.examine(session, scope, claim, BOOK)
            facts.read_company(session, scope, OCTOBER, BOOK)
        return len(statements)

    before = count()
    for number in range(3):
        row = graduate(session, company, f"X{number}")
        values = {"employment_id": row.id, "person_id": row.person_id}
        session.add(SubsidyClaimPerson(claim_id=claim_id, **values))
    assert count() == before


def test_a_scheme_answers_for_ten_months_at_once(session: Session) -> None:
    """Who is claimed for month by month counts the months that were insured and paid."""
    company = factories.create_company(session)
    row = graduate(session, company, "W1")
    create_evidence(session, row, kind="hard_to_employ", issued_on=dt.date(2026, 7, 1))
    session.commit()
    scheme = person_scheme("insurance")
    (one,) = checking.assess_people(
        session, Scope.company(company.id), scheme, PayPeriod(2026, 1), OCTOBER, BOOK
    )
    assert one.verdict == "eligible"
    assert [str(month) for month in one.months] == list(MONTHS)
    assert one.estimate is not None
    assert one.estimate.formula.en.startswith("pension, medical and unemployment premiums of 3")
