"""Companies on their way, deals, and the chain's figures as each role meets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.chain.world import accept
from tests.engines import both_engines
from tests.factories.chain import chain_company_of, create_chain_company, create_deal
from tests.factories.companies import credit_code
from tests.factories.returns import create_return
from tests.factories.web import FormClient
from tests.together import together
from workforce.accounts.models import Account
from workforce.chain import deals, queries, service
from workforce.chain.models import ChainCompany, ChainDeal, ChainStage, ChainVisit
from workforce.chain.service import CompanyFacts
from workforce.core.errors import DomainError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.db import db, unit_of_work
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]
SEPTEMBER = PayPeriod(2026, 9)
YEAR = ReportPeriod.parse("2026-09")


def refused(code: str, act: Callable[[Session], object]) -> None:
    """Expect an act to be refused with a code, and to leave nothing."""
    with pytest.raises(DomainError) as caught, unit_of_work() as session:
        act(session)
    assert caught.value.code == code


@both_engines
@pytest.mark.feature("BASE-1")
def test_a_company_goes_from_lead_to_moved_in_and_nothing_is_forgotten(session: Session) -> None:
    code = credit_code(77)
    facts = CompanyFacts(
        name=" 云帆智能 ",
        credit_code=code.lower(),
        lead_source="hometown",
        referrer="向师傅",
        contact_phone="023-56550000",
    )
    with unit_of_work() as writing:
        one = service.add_company(
            writing, CLI, facts, stage="lead", since=dt.date(2026, 9, 1), note="乡友介绍"
        )
        service.add_visit(
            writing,
            CLI,
            one,
            visited_on=dt.date(2026, 9, 20),
            visitors="投促专员",
            notes="谈了租金",
            next_on=dt.date(2026, 11, 4),
        )
        service.add_stage(writing, CLI, one, stage="negotiating", since=dt.date(2026, 9, 20))
        key = one.id
    session.rollback()
    one = session.get_one(ChainCompany, key)
    assert (one.name, one.credit_code) == ("云帆智能", code)
    raw = session.execute(text("SELECT contact_phone FROM chain_company")).scalar_one()
    assert "56550000" not in raw
    told = session.scalars(select(AuditEntry.after)).all()
    assert not any("56550000" in str(after) for after in told)

    def stage(name: str, on: dt.date) -> Callable[[Session], object]:
        return lambda writing: service.add_stage(
            writing, CLI, writing.get_one(ChainCompany, key), stage=name, since=on
        )

    refused("chain.stage_before", stage("signed", dt.date(2026, 9, 19)))
    refused("chain.same_stage", stage("negotiating", dt.date(2026, 10, 1)))
    refused("chain.day_to_come", stage("signed", dt.date(2026, 11, 6)))
    refused("chain.stage", stage("married", dt.date(2026, 10, 1)))
    refused(
        "chain.taken",
        lambda writing: service.checked(writing, CompanyFacts(name="别家", credit_code=code), None),
    )
    refused(
        "identity.credit_code",
        lambda writing: service.checked(
            writing, CompanyFacts(name="别家", credit_code=code[:-1] + "?"), None
        ),
    )
    # A mistake is put right on its own day: the later record counts, the earlier one stays.
    with unit_of_work() as writing:
        stage("left", dt.date(2026, 9, 20))(writing)
        stage("signed", dt.date(2026, 9, 20))(writing)
    session.rollback()
    rows = queries.stages(session, key)
    assert [row.stage for row in rows] == ["signed", "left", "negotiating", "lead"]
    for statement in ("UPDATE chain_stage SET stage = 'left'", "DELETE FROM chain_visit"):
        with pytest.raises(DatabaseError):
            session.execute(text(statement))
        session.rollback()

    def row(on: dt.date | None = None) -> queries.ChainCompanyRow:
        return queries.chain_companies(session, Scope.base(), on)[0]

    assert (row().stage, row().since, row().next_on) == (
        "signed",
        dt.date(2026, 9, 20),
        dt.date(2026, 11, 4),
    )
    assert (row(dt.date(2026, 9, 19)).stage, row(dt.date(2026, 8, 31)).stage) == ("lead", None)
    # Once it is in the system its name and place are read there.
    company = factories.create_company(session, name="云帆(奉节)", is_inside=True)
    session.commit()
    with unit_of_work() as writing:
        changed = CompanyFacts(name="云帆智能", credit_code=code, company_id=company.id)
        service.change_company(writing, CLI, writing.get_one(ChainCompany, key), changed)
        assert service.take_over(writing, CLI) == 0
    session.rollback()
    assert (row().name, row().is_inside) == ("云帆(奉节)", True)
    assert [one.name for one in queries.chain_companies(session, Scope.company(company.id))] == [
        "云帆(奉节)"
    ]
    for scope in (Scope.company(company.id + 1), Scope.own(1)):
        assert queries.chain_companies(session, scope) == []
        with pytest.raises(NotFoundError):
            queries.chain_company(session, scope, key)


@both_engines
@pytest.mark.feature("BASE-4")
def test_a_deal_is_told_by_the_seller_and_answered_by_the_buyer(session: Session) -> None:
    companies = [factories.create_company(session) for _ in range(3)]
    seller, buyer, third = (chain_company_of(session, one) for one in companies)
    absent = create_chain_company(session, link=None)
    session.commit()
    scopes = [Scope.company(one.id) for one in companies]
    keys = {"seller_id": seller.id, "buyer_id": buyer.id}

    def tell(scope: Scope, amount: int = 8_000, **changed: int) -> Callable[[Session], ChainDeal]:
        return lambda writing: deals.report_deal(
            writing,
            scope,
            CLI,
            **(keys | changed),
            month=SEPTEMBER,
            link="label",
            amount=amount,
        )

    def answer(scope: Scope, key: int, said: str, why: str = "") -> Callable[[Session], None]:
        return lambda writing: deals.answer_deal(writing, scope, CLI, key, said, why)

    with unit_of_work() as writing:
        first = tell(scopes[0])(writing).id
    refused("chain.deal_stands", tell(scopes[0], 9_000))
    refused("chain.own_deal", tell(scopes[0], buyer_id=seller.id))
    refused("chain.amount", tell(scopes[0], 0))
    refused("chain.seller_tells", tell(Scope.base()))
    refused("web.not_found", tell(scopes[1]))
    refused("web.not_found", answer(scopes[2], first, "confirmed"))
    refused("chain.not_yours", answer(scopes[0], first, "confirmed"))
    refused("chain.not_yours", answer(Scope.base(), first, "confirmed"))
    refused("chain.text", answer(scopes[1], first, "refused", " "))
    with unit_of_work() as writing:
        answer(scopes[1], first, "refused", "只有 60 元")(writing)
        second = tell(scopes[0], 6_000)(writing).id
        answer(scopes[1], second, "confirmed")(writing)
    refused("chain.answered", answer(scopes[1], first, "confirmed"))
    refused("chain.confirmed", answer(scopes[0], second, "withdrawn"))
    with pytest.raises(DatabaseError):
        session.execute(text("UPDATE chain_deal SET amount = 1"))
    session.rollback()

    # The buyer said 100.00; of its sellers one told 60.00 and one that is not here 15.00.
    with unit_of_work() as writing:
        tell(Scope.base(), 1_500, seller_id=absent.id)(writing)
        tell(scopes[0], 2_500, buyer_id=absent.id)(writing)
        one = create_return(
            writing, companies[1], period="2026-09", figures={"chain_purchases": 10_000}
        )
        accept(writing, one.id)
    session.rollback()
    (found,) = deals.mismatches(session, Scope.base(), SEPTEMBER)
    assert (found.buyer, found.bought, found.told) == (companies[1].name, 10_000, 7_500)
    assert found.difference == 2_500
    assert deals.mismatches(session, scopes[1], SEPTEMBER) == [found]
    assert deals.mismatches(session, scopes[0], SEPTEMBER) == []
    assert [len(queries.deals(session, scope)) for scope in (*scopes, Scope.base())] == [3, 3, 0, 4]
    states = {row.deal_id: row.state for row in queries.deals(session, Scope.base())}
    assert (states[first], states[second]) == ("refused", "confirmed")
    assert sorted(states.values()) == ["confirmed", "refused", "reported", "unanswerable"]

    # The picture: 60 and 15 label → label, 25 label → not known; all of few companies.
    rows = queries.deals(session, Scope.base(), [SEPTEMBER])
    links = {seller.id: "label", buyer.id: "label", third.id: "label", absent.id: "unknown"}
    whole = deals.flows_of(rows, links, is_protected=False)
    assert [(one.source, one.target, one.amount) for one in whole.flows] == [
        ("label", "label", 7_500),
        ("label", "unknown", 2_500),
    ]
    told = deals.flows_of(rows, links, is_protected=True)
    assert (told.total, {one.amount for one in told.flows}) == (None, {None})


@pytest.mark.feature("BASE-1")
def test_the_task_force_records_and_is_reminded_and_others_only_look(
    session: Session, client_as: ClientAs
) -> None:
    lead = create_chain_company(
        session,
        name="要联系的",
        stage="lead",
        since=dt.date(2026, 9, 1),
        contact_phone="023-56550000",
    )
    create_chain_company(session, name="刚来的", stage="lead", since=dt.date(2026, 10, 20))
    official = factories.create_account(session, Role.OFFICIAL)
    admin = client_as(factories.create_account(session, Role.BASE_ADMIN))
    client = client_as(official)
    session.commit()
    said = {"name": "新企业", "stage": "lead", "since": "2026-11-01", "link": "", "company_id": ""}
    said |= {"lead_source": "fair"}
    answer = client.post_form("/chain/companies/new", said)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "专班" in answer.text
    assert "该联系的招商企业" not in client.get("/bureau/overview").text
    here = f"/chain/companies/{lead.id}"
    assert "56550000" not in client.get(here).text

    seat = {"account_id": str(official.id), "bureau": "", "valid_from": "2026-11-01"}
    asked = admin.post_form("/chain/settings/seat", seat)
    assert (asked.status_code, "请选择单位" in asked.text) == (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        True,
    )
    seat["bureau"] = "investment"
    assert admin.post_form("/chain/settings/seat", seat).status_code == HTTPStatus.FOUND
    assert "该联系的招商企业：1" in client.get("/bureau/overview").text
    assert client.get("/chain").text.count("30 天没有走访了") == 1
    assert "56550000" in client.get(here).text
    made = client.post_form("/chain/companies/new", said)
    assert made.status_code == HTTPStatus.FOUND
    visit = {
        "visited_on": "2026-11-02",
        "visitors": "甲",
        "notes": "=1+1",
        "next_on": "2026-11-01",
    }
    wrong = client.post_form(f"{made.location}/visits", visit)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "=1+1" in wrong.text
    for _ in range(2):
        right = client.post_form(f"{made.location}/visits", visit | {"next_on": ""})
        assert right.status_code == HTTPStatus.FOUND
    session.rollback()
    assert session.scalars(select(ChainVisit.visitors)).all() == ["甲"]
    assert "=1+1" in client.get(made.location).text
    session.rollback()
    # The new one's page was shown twice, refused and as it is; that of the lead before and after.
    read = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "chain_company.read")
    )
    assert len(read.all()) == 4

    later = dt.date(2026, 11, 5)
    leaving = seat | {"bureau": "none", "valid_from": later.isoformat()}
    session.rollback()
    assert admin.post_form("/chain/settings/seat", leaving).status_code == HTTPStatus.FOUND
    assert queries.bureau_of(db.session(), official.id, dt.date(2026, 11, 4)) == "investment"
    assert queries.bureau_of(db.session(), official.id, later) is None


@pytest.mark.feature("BASE-1")
def test_who_is_at_work_is_listed_with_its_returns_and_not_moved_out_by_a_slip(
    session: Session, client_as: ClientAs
) -> None:
    filing = factories.create_company(session, reports_by="return", returns_from="2026-08")
    silent = factories.create_company(session)
    one = chain_company_of(session, filing)
    chain_company_of(session, silent)
    client = client_as(factories.create_account(session, Role.BASE_ADMIN))
    session.commit()
    page = client.get("/chain").text
    assert "已入驻（2）" in page
    assert (page.count("2026-08 起"), page.count("还不报")) == (1, 1)
    assert page.index("2026-08 起") > page.index(filing.name)
    here = f"/chain/companies/{one.id}"
    form = client.get(here).text
    assert '<option selected value="">请选择</option>' in form
    sent = client.post_form(f"{here}/stages", {"stage": "", "since": "2026-11-05"})
    assert (sent.status_code, "请选择进展" in sent.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert session.scalars(select(ChainStage.stage)).all() == ["moved_in", "moved_in"]


@pytest.mark.feature("BASE-4")
def test_deals_on_pages(session: Session, client_as: ClientAs) -> None:
    company, other = (factories.create_company(session) for _ in range(2))
    own, theirs = chain_company_of(session, company), chain_company_of(session, other)
    told = create_deal(session, theirs, buyer_id=own.id)
    lead = create_chain_company(session, name="还在谈的企业", stage="negotiating")
    outside = create_chain_company(session, name="已投产的企业")
    client = client_as(factories.create_account(session, Role.FINANCE, company))
    session.commit()
    form = {
        "seller_id": str(own.id),
        "buyer_id": str(theirs.id),
        "month": "2026-10",
        "link": "dataset",
    }
    wrong = client.post_form("/chain/deals", form | {"amount": "many"})
    assert (wrong.status_code, "many" in wrong.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    # Who is only talked to is not the other companies' to know.
    assert "已投产的企业" in wrong.text
    assert "还在谈的企业" not in wrong.text
    hidden = {"amount": "5", "buyer_id": str(lead.id)}
    assert client.post_form("/chain/deals", form | hidden).status_code != HTTPStatus.FOUND
    for known, code in ((outside, None), (lead, "web.not_found")):
        keys = {"seller_id": own.id, "buyer_id": known.id, "month": SEPTEMBER, "link": "label"}

        def tell(writing: Session, said: dict[str, Any] = keys) -> None:
            deals.report_deal(writing, Scope.company(company.id), CLI, **said, amount=500)

        if code:
            refused(code, tell)
        else:
            with unit_of_work() as writing:
                tell(writing)
    sent = client.post_form("/chain/deals", form | {"amount": "1,200.50"})
    assert sent.status_code == HTTPStatus.FOUND
    assert (
        client.post_form(f"/chain/deals/{told.id}/answer", {"answer": "confirmed"}).status_code
        == 302
    )
    page = client.get("/chain/deals?period=2026-09").text
    assert "1,200.50" in page
    waiting = client.get("/chain/deals?state=reported").text
    assert ("1,200.50" in waiting, "1,000.00" in waiting) == (True, False)
    assert "没有符合条件的交易" in client.get("/chain/deals?q=nobody").text
    assert "买卖双方一致" in page
    # September's return says nothing of purchases, and a seller told 1 000.00.
    assert "没有填报" in page
    stages = session.scalars(select(ChainStage.stage)).all()
    assert sorted(stages) == ["moved_in", "moved_in", "moved_in", "negotiating"]


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_of_eight_answers_at_once_one_counts(app: Flask, session: Session) -> None:
    companies = [factories.create_company(session) for _ in range(2)]
    seller, buyer = (chain_company_of(session, one) for one in companies)
    key = create_deal(session, seller, buyer_id=buyer.id).id
    scope = Scope.company(companies[1].id)
    session.commit()

    def confirm(working: Session) -> bool:
        try:
            deals.answer_deal(working, scope, CLI, key, "confirmed")
        except StateError:
            return False
        return True

    assert sum(together(app, confirm)) == 1
