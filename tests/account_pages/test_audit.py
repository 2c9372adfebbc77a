"""The record of acts on a page: what is in reach, how it is found, and how it reads."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_account, create_company
from tests.factories.web import FormClient
from tests.guards.tree import below, nodes
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.core.terms import terms_of
from workforce.platform import audit, clock

ClientAs = Callable[[Account], FormClient]
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.BASE_ZONE)


@pytest.fixture
def company(session: Session) -> Company:
    return create_company(session)


@pytest.fixture
def manager(session: Session, company: Company) -> Account:
    account = create_account(session, Role.COMPANY_ADMIN, company)
    session.commit()
    return account


def act(
    session: Session, company: Company | None, action: str = "team.rename", **changes: object
) -> None:
    values: dict[str, object] = {"before": {"name": "一班"}, "after": {"name": "二班"}}
    audit.record(
        session,
        audit.Actor(account_id=None, name=str(changes.pop("actor", "zhao"))),
        action,
        str(changes.pop("subject_type", "team")),
        changes.pop("subject_id", 7),
        company_id=company.id if company else None,
        **(values | changes),  # type: ignore[arg-type]
    )
    session.commit()


def said(page: str) -> list[str]:
    """Return the acts of a page, from the top."""
    return re.findall(r'data-label="做了什么">([^<]+)<', page)


@both_engines
def test_a_company_sees_what_was_done_to_its_records(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    act(session, company, "team.create")
    act(session, create_company(session), "team.set_leader")
    act(session, None, "law.add")
    assert said(client_as(manager).get("/audit").text) == ["建立班组"]
    base = create_account(session, Role.BASE_ADMIN)
    session.commit()
    assert said(client_as(base).get("/audit").text) == ["增加法规参数", "安排班组长", "建立班组"]
    only = client_as(base).get(f"/audit?company={company.id}").text
    assert said(only) == ["建立班组"]


def test_a_company_cannot_ask_for_another(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    other = create_company(session)
    act(session, other)
    act(session, company)
    assert said(client_as(manager).get(f"/audit?company={other.id}").text) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("account=zhao", ["修改班组名称"]),
        ("account=ZHAO", ["修改班组名称"]),
        ("account=zha", []),
        ("action=payslip.read", ["查看工资条"]),
        ("action=no.such", []),
        ("subject=payslip&id=12", ["查看工资条"]),
        ("subject=payslip&id=1", []),
        ("from=2026-11-02&to=2026-11-02", ["查看工资条", "修改班组名称"]),
        ("from=2026-11-03", []),
        ("to=2026-11-01", []),
        ("from=0001-01-01&to=9999-12-31", ["查看工资条", "修改班组名称"]),
    ],
)
def test_entries_are_found(
    session: Session,
    client_as: ClientAs,
    company: Company,
    manager: Account,
    query: str,
    found: list[str],
) -> None:
    with clock.fixed(NOW):
        act(session, company)
    with clock.fixed(NOW + dt.timedelta(hours=14, minutes=59)):
        act(session, company, "payslip.read", actor="li", subject_type="payslip", subject_id=12)
    page = client_as(manager).get(f"/audit?{query}").text
    assert said(page) == found
    if not found:
        assert "没有符合条件的记录" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=yesterday", "“yesterday”不是日期"),
        ("to=2026-02-30", "“2026-02-30”不是日期"),
        ("from=2026-11-02&to=2026-11-01", "开始日期在结束日期之后"),
    ],
)
def test_a_day_that_is_none_is_said(
    client_as: ClientAs, manager: Account, query: str, words: str
) -> None:
    page = client_as(manager).get(f"/audit?{query}&account=zhao")
    assert page.status_code == 200
    assert words in page.text
    assert 'value="zhao"' in page.text


def test_an_entry_reads_like_a_sentence(
    session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    with clock.fixed(NOW):
        act(
            session,
            company,
            before={"role": "finance", "is_locked": False, "paid_amount": 386250},
            after={
                "role": "supervisor",
                "locked_until": "2026-11-02 01:15:00+00:00",
                "result_hash": "ab" * 32,
                "tiers": [1, {"x": "<i>"}],
                "unknown_word": "<script>",
            },
            reason="写错了 <b>",
        )
    page = client_as(manager).get("/audit").text
    for words in (
        "2026-11-02 09:00",
        "<del>财务</del> → 班组长",
        "<del>否</del>",
        "<del>3862.50</del>",
        "锁定到：2026-11-02 09:15",
        "结果指纹：abababababab…",
        "[1, {&#34;x&#34;: &#34;&lt;i&gt;&#34;}]",
        "unknown_word：&lt;script&gt;",
        "理由：写错了 &lt;b&gt;",
    ):
        assert words in page, words
    assert "<script>" not in page


def test_pages_go_on_without_a_gap(
    app: Flask, session: Session, client_as: ClientAs, company: Company, manager: Account
) -> None:
    """Also among entries of the same instant."""

    def make_more() -> None:
        with clock.fixed(NOW):
            for number in range(120):
                act(session, company, subject_id=f"n{number}")

    client = client_as(manager)
    assert assert_same_queries(app, client, "/audit", make_more) <= 3
    path, seen = "/audit", []
    while path:
        page = client.get(path).text
        seen += re.findall(r'<span class="tabular">(n\d+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"n{number}" for number in reversed(range(120))]
    assert client.get("/audit?before=x").status_code == 404


def test_supervisors_and_finance_read_no_audit(session: Session, client_as: ClientAs) -> None:
    for role in (Role.ANNOTATOR, Role.SUPERVISOR, Role.FINANCE):
        from tests.factories import create_person  # noqa: PLC0415 - beside its only use

        account = create_account(session, role, create_company(session), create_person(session))
        session.commit()
        assert client_as(account).get("/audit").status_code == 403


_CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_RECORDERS = {"record", "note_read", "_note", "_record"}


def recorded() -> dict[str, str]:
    """Return each act that the code records by a literal code, with its subject if that is literal."""
    found = {}
    for path in below("workforce", ".py"):
        for node in nodes(path):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = [one.value for one in node.args if isinstance(one, ast.Constant)]
            texts = [one for one in words if isinstance(one, str)]
            if name in _RECORDERS and texts and _CODE.fullmatch(texts[0]):
                found[texts[0]] = texts[1] if len(texts) > 1 else ""
    return found


def test_every_act_that_is_recorded_has_words() -> None:
    acts = recorded()
    assert acts["account.create"] == "account"
    assert sorted(acts.keys() - terms_of("audit_action").keys()) == []
    assert sorted(set(acts.values()) - {""} - terms_of("audit_subject").keys()) == []
