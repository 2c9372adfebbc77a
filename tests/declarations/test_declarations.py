"""Declared deductions: what the law allows, what reaches pay, and what happens when a year begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import World, actor
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.errors import DomainError, ForbiddenError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.declarations import queries, service
from workforce.declarations.kinds import HALF, OWN_AMOUNT, WHOLE
from workforce.declarations.models import Declaration
from workforce.payroll.entries import stored_entries
from workforce.people.models import Employment
from workforce.platform import clock, locks
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]
NOVEMBER, DECEMBER = PayPeriod(2026, 11), PayPeriod(2026, 12)
IN_DECEMBER = dt.datetime(2026, 12, 10, 4, tzinfo=dt.UTC)
IN_FEBRUARY = dt.datetime(2027, 2, 10, 4, tzinfo=dt.UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def declare(world: World, worker: Employment, account: Account, **changes: Any) -> int:
    world.session.commit()
    wish = wish_of(worker, **changes)
    return service.declare(own(worker), wish, None, actor(account), world.book)


def wish_of(worker: Employment, **changes: Any) -> service.Wish:
    values: dict[str, Any] = {
        "employment_id": worker.id,
        "code": "child_education",
        "subject": "张小明",
        "share": WHOLE,
        "stated_amount": None,
        "first_month": NOVEMBER,
        "last_month": DECEMBER,
    }
    return service.Wish(**values | changes)


def own(worker: Employment) -> Scope:
    return Scope.own(worker.person_id)


def accept(world: World, declaration_id: int) -> None:
    service.accept(world.scope, declaration_id, actor(world.maker), None)


def entries(world: World) -> list[tuple[str, str, str | None, int]]:
    world.session.rollback()
    rows = world.session.execute(stored_entries(world.scope))
    return [(row.code, row.period_from, row.period_to, row.amount) for row in rows]


def holds(world: World, code: str, month: str) -> int:
    """Return what the engine would read for a month."""
    return sum(
        amount
        for one, start, end, amount in entries(world)
        if one == code and start <= month and (end is None or month < end)
    )


@both_engines
@pytest.mark.feature("FIN-40")
def test_what_is_accepted_lowers_the_tax(
    world: World, worker: Employment, account: Account
) -> None:
    # As long as a subject may be, of signs that take four bytes each.
    declaration_id = declare(world, worker, account, subject="𠮷" * service.MOST_CHARACTERS)
    assert entries(world) == [], "nothing before finance has seen it"

    accept(world, declaration_id)

    assert entries(world) == [
        ("child_education", "2026-11", "2027-01", 200_000),
        ("child_education", "2027-01", None, 0),
    ]
    for day in range(2, 31):
        on = dt.date(2026, 11, day)
        if on.isoweekday() < 6:
            factories.create_shift(world.session, worker, on)
    factories.create_tax_opening(world.session, worker, through_period="2026-10", months=1)
    world.run(NOVEMBER)
    # Two months employed: 8000 − 2 × 5000 − 2000 is below nothing; without it, too. The state tells.
    assert world.slip("W1", NOVEMBER).tax_special_amount == 200_000


@pytest.mark.feature("FIN-40")
@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, 200_000),
        ({"share": HALF}, 100_000),
        ({"code": "infant_care"}, 200_000),
        ({"code": "elderly_support"}, 300_000),
        ({"code": "elderly_support", "share": OWN_AMOUNT, "stated_amount": 150_000}, 150_000),
        ({"code": "elderly_support", "share": OWN_AMOUNT, "stated_amount": 1}, 1),
        ({"code": "continuing_education"}, 40_000),
        ({"code": "professional_certificate"}, 360_000),
        ({"code": "housing_loan_interest"}, 100_000),
        ({"code": "housing_loan_interest", "share": HALF}, 50_000),
        ({"code": "rent"}, 150_000),
    ],
)
def test_the_amount_comes_from_the_law(
    world: World,
    worker: Employment,
    account: Account,
    changes: dict[str, Any],
    amount: int,
) -> None:
    declaration_id = declare(world, worker, account, **changes)

    row = world.session.get_one(Declaration, declaration_id)

    assert row.amount == amount
    if row.code == "professional_certificate":
        assert (row.first_month, row.last_month) == ("2026-11", "2026-11"), "taken once"


@pytest.mark.feature("FIN-40")
@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"code": "serious_illness"}, "declaration.code", "code"),
        ({"subject": "  "}, "declaration.subject", "subject"),
        ({"share": 300_000}, "declaration.share", "share"),
        ({"code": "rent", "share": HALF}, "declaration.share", "share"),
        (
            {"code": "elderly_support", "share": OWN_AMOUNT, "stated_amount": 150_001},
            "declaration.over_limit",
            "amount",
        ),
        ({"code": "elderly_support", "share": OWN_AMOUNT}, "declaration.amount", "amount"),
        ({"last_month": PayPeriod(2026, 10)}, "declaration.months", "last_month"),
        ({"last_month": PayPeriod(2027, 1)}, "declaration.year", "first_month"),
        (
            {"first_month": PayPeriod(2027, 1), "last_month": PayPeriod(2027, 2)},
            "declaration.year",
            "first_month",
        ),
        ({"first_month": PayPeriod(2025, 12)}, "declaration.year", "first_month"),
    ],
)
def test_what_the_law_does_not_know_is_refused_at_its_field(
    world: World,
    worker: Employment,
    account: Account,
    changes: dict[str, Any],
    code: str,
    place: str,
) -> None:
    with pytest.raises(DomainError) as caught:
        declare(world, worker, account, **changes)

    assert (caught.value.code, caught.value.place) == (code, place)
    world.session.rollback()
    assert world.session.scalars(select(Declaration)).all() == []


@both_engines
@pytest.mark.feature("FIN-40")
def test_rent_and_housing_loan_exclude_each_other(
    world: World, worker: Employment, account: Account
) -> None:
    rent = declare(world, worker, account, code="rent", subject="永安街道 1 号")

    with pytest.raises(DomainError) as caught:
        declare(world, worker, account, code="housing_loan_interest", subject="诗城路 2 号")
    assert caught.value.code == "declaration.rent_and_loan"

    service.withdraw(own(worker), rent, actor(account))
    declare(world, worker, account, code="housing_loan_interest", subject="诗城路 2 号")


def test_the_same_child_twice_and_two_homes_at_once_are_refused(
    world: World, worker: Employment, account: Account
) -> None:
    declare(world, worker, account, last_month=NOVEMBER)
    declare(world, worker, account, first_month=DECEMBER)
    with pytest.raises(DomainError) as caught:
        declare(world, worker, account)
    assert caught.value.code == "declaration.twice"

    declare(world, worker, account, code="rent", subject="永安街道 1 号")
    with pytest.raises(DomainError) as caught:
        declare(world, worker, account, code="rent", subject="永安街道 2 号")
    assert caught.value.code == "declaration.only_one"


@both_engines
@pytest.mark.feature("FIN-40")
def test_two_children_are_added_up_and_one_may_end(
    world: World, worker: Employment, account: Account
) -> None:
    first = declare(world, worker, account)
    second = declare(world, worker, account, subject="张小红", share=HALF, first_month=DECEMBER)
    accept(world, first)
    accept(world, second)
    assert [holds(world, "child_education", month) for month in ("2026-11", "2026-12")] == [
        200_000,
        300_000,
    ]
    assert holds(world, "child_education", "2027-01") == 0

    service.withdraw(own(worker), first, actor(account))

    assert [holds(world, "child_education", month) for month in ("2026-11", "2026-12")] == [
        0,
        100_000,
    ]


@both_engines
def test_what_finance_entered_before_goes_on_until_the_person_declares(
    world: World, worker: Employment, account: Account
) -> None:
    factories.create_pay_entry(
        world.session,
        worker,
        "special_additional_deduction",
        200_000,
        "2026-10",
        code="child_education",
        period_to=None,
    )
    declaration_id = declare(world, worker, account, first_month=DECEMBER, share=HALF)

    accept(world, declaration_id)

    months = ("2026-10", "2026-11", "2026-12", "2027-01")
    assert [holds(world, "child_education", month) for month in months] == [
        200_000,
        200_000,
        100_000,
        0,
    ]


@both_engines
@pytest.mark.feature("FIN-40")
def test_paid_months_stay_as_they_were_paid(
    world: World, worker: Employment, account: Account
) -> None:
    world.run()
    world.close()
    declaration_id = declare(world, worker, account, first_month=PayPeriod(2026, 10))

    accept(world, declaration_id)

    assert holds(world, "child_education", "2026-10") == 0
    assert holds(world, "child_education", "2026-11") == 200_000


@both_engines
@pytest.mark.feature("FIN-40")
def test_over_a_year_change_only_what_is_confirmed_goes_on(
    world: World, worker: Employment, account: Account
) -> None:
    child = declare(world, worker, account)
    rent = declare(world, worker, account, code="rent", subject="永安街道 1 号")
    parent = declare(world, worker, account, code="elderly_support", subject="张老")
    for one in (child, rent, parent):
        accept(world, one)
    with pytest.raises(DomainError) as caught:
        service.confirm(own(worker), child, actor(account), world.book)
    assert caught.value.code == "declaration.not_yet"

    with clock.fixed(IN_DECEMBER):
        service.confirm(own(worker), child, actor(account), world.book)
        service.end(own(worker), parent, actor(account))
        with pytest.raises(DomainError):
            service.confirm(own(worker), child, actor(account), world.book)

    def january() -> dict[str, int]:
        codes = ("child_education", "rent", "elderly_support")
        return {code: holds(world, code, "2027-01") for code in codes}

    assert january() == {"child_education": 200_000, "rent": 0, "elderly_support": 0}
    assert holds(world, "child_education", "2027-12") == 200_000
    assert holds(world, "child_education", "2028-01") == 0
    assert queries.overview(world.session, world.scope, 2026).unconfirmed == 1
    # The suspended one is not lost: confirmed in February, it holds again.
    with clock.fixed(IN_FEBRUARY):
        service.confirm(own(worker), rent, actor(account), world.book)
    assert january()["rent"] == 150_000
    assert queries.overview(world.session, world.scope, 2026).unconfirmed == 0
    assert queries.overview(world.session, world.scope, 2027).accepted == 2


@both_engines
@pytest.mark.feature("FIN-40")
def test_a_confirmation_after_january_is_paid_starts_with_the_next_month(
    world: World, worker: Employment, account: Account
) -> None:
    rent = declare(world, worker, account, code="rent", subject="永安街道 1 号")
    accept(world, rent)
    locks.lock(world.session, world.company.id, PayPeriod(2027, 1), reason="t", account_id=None)
    world.session.commit()

    with clock.fixed(IN_FEBRUARY):
        service.confirm(own(worker), rent, actor(account), world.book)

    assert [holds(world, "rent", month) for month in ("2027-01", "2027-02")] == [0, 150_000]


def test_nobody_reviews_an_own_declaration(
    world: World, worker: Employment, account: Account
) -> None:
    declaration_id = declare(world, worker, account)

    with pytest.raises(ForbiddenError):
        service.accept(world.scope, declaration_id, actor(world.maker), worker.person_id)


def test_a_declaration_can_only_be_sent_back_with_a_reason(
    world: World, worker: Employment, account: Account
) -> None:
    declaration_id = declare(world, worker, account)
    accept(world, declaration_id)

    with pytest.raises(DomainError):
        service.return_declaration(world.scope, declaration_id, " ", actor(world.maker), None)
    service.return_declaration(world.scope, declaration_id, "缺学校名称", actor(world.maker), None)

    assert holds(world, "child_education", "2026-11") == 0
    row = queries.declaration_row(world.session, own(worker), declaration_id)
    assert (row.state, row.reason) == ("returned", "缺学校名称")


def test_whose_tax_is_not_cumulative_cannot_declare(world: World) -> None:
    intern = world.hire("I1", employment_type="intern", tax_method="intern")
    account = factories.create_account(world.session, Role.FINANCE, world.company)

    with pytest.raises(DomainError) as caught:
        declare(world, intern, account)

    assert caught.value.code == "declaration.for_wages_only"


@both_engines
@pytest.mark.feature("FIN-40")
def test_the_whole_way_on_pages(
    world: World, worker: Employment, account: Account, client_as: ClientAs
) -> None:
    phone, desk = client_as(account), client_as(world.maker)
    kinds = phone.get("/declarations/new").text
    form = {
        "employment_id": str(worker.id),
        "subject": "永安街道 1 号",
        "share": "1000000",
        "first_month": "2026-11",
        "last_month": "",
        "file": (BytesIO(PNG), "合同.png"),
    }

    sent = phone.post_form("/declarations/new?code=rent", form)
    waiting = desk.get("/payroll/declarations").text
    world.session.rollback()
    number = world.session.scalars(select(Declaration.id)).one()
    shown = desk.get(f"/payroll/declarations/{number}").text
    accepted = desk.post_form(f"/payroll/declarations/{number}", {"decision": "accept"})

    assert "1,500.00" in kinds
    assert "住房租金" in kinds
    assert sent.status_code == 302
    assert "永安街道 1 号" in waiting
    assert "没有证明材料 0" in waiting
    assert "下载" in shown
    assert accepted.status_code == 302
    assert "已采用" in phone.get("/declarations").text
    assert desk.get(f"/payroll/declarations/{number}/file").data == PNG
    assert phone.get(f"/declarations/{number}/file").data == PNG
    with clock.fixed(IN_DECEMBER):
        assert "请确认下一年是否继续" in phone.get("/declarations").text
        assert phone.post_form(f"/declarations/{number}/confirm").status_code == 302
        assert "请确认下一年是否继续" not in phone.get("/declarations").text
    # An open end is the year's, not the first month's.
    assert holds(world, "rent", "2026-12") == 150_000
    assert holds(world, "rent", "2027-01") == 150_000
    acts = world.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_type == "declaration")
    ).all()
    assert [act for act in acts if act != "declaration.read"] == [
        "declaration.submit",
        "declaration.accept",
        "declaration.confirm",
    ]
    stored = world.session.connection().exec_driver_sql("SELECT subject FROM declaration").all()
    assert not [row for row in stored if "永安" in row[0]], "whom it is for is encrypted"


@pytest.mark.parametrize(
    ("code", "changes", "said"),
    [
        ("rent", {"first_month": "later"}, "不是月份"),
        ("rent", {"last_month": "2026-13"}, "不是月份"),
        ("rent", {"subject": ""}, "请写明是为谁"),
        ("elderly_support", {"share": "0", "amount": "1500.01"}, "超过法定上限 1500.00"),
        ("elderly_support", {"share": "0", "amount": "x"}, "不是可用的数"),
        ("rent", {"share": "7"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_kept_and_explained(
    worker: Employment,
    account: Account,
    client_as: ClientAs,
    code: str,
    changes: dict[str, str],
    said: str,
) -> None:
    form = {
        "employment_id": str(worker.id),
        "subject": "某人某处",
        "share": "1000000",
        "first_month": "2026-11",
        "last_month": "2026-12",
    } | changes

    refused = client_as(account).post_form(f"/declarations/new?code={code}", form)

    assert refused.status_code == 422
    assert said in refused.text or (said.startswith("Not") and "errors" in refused.text)
    assert form["first_month"] in refused.text


@both_engines
@pytest.mark.feature("FIN-40")
def test_strangers_find_nothing(
    world: World, worker: Employment, account: Account, client_as: ClientAs
) -> None:
    session = world.session
    declaration_id = declare(world, worker, account)
    person = factories.create_person(session)
    stranger = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    elsewhere = factories.create_company(session, code="ELSE")
    finance = factories.create_account(session, Role.FINANCE, elsewhere)
    leader = factories.create_account(session, Role.SUPERVISOR, world.company)
    session.commit()

    other, away = client_as(stranger), client_as(finance)
    for verb in ("withdraw", "confirm", "end"):
        assert other.post_form(f"/declarations/{declaration_id}/{verb}").status_code == 404
    assert other.get(f"/declarations/{declaration_id}/file").status_code == 404
    path = f"/payroll/declarations/{declaration_id}"
    assert away.get(path).status_code == 404
    assert away.post_form(path, {"decision": "accept"}).status_code == 404
    assert "张小明" not in away.get("/payroll/declarations?show=all").text
    assert client_as(leader).get("/payroll/declarations").status_code == 403
    with pytest.raises(DomainError):
        service.declare(
            Scope.own(person.id),
            service.Wish(
                employment_id=worker.id,
                code="rent",
                subject="x",
                share=WHOLE,
                stated_amount=None,
                first_month=NOVEMBER,
                last_month=DECEMBER,
            ),
            None,
            actor(stranger),
            world.book,
        )


@both_engines
def test_the_lists_ask_as_often_for_many_as_for_one(
    world: World, worker: Employment, account: Account, client_as: ClientAs, app: Flask
) -> None:
    declare(world, worker, account)

    def more(prefix: str) -> None:
        for n in range(3):
            declare(world, worker, account, subject=f"{prefix}{n}")
        world.session.commit()

    desk, phone = client_as(world.maker), client_as(account)
    assert assert_same_queries(app, desk, "/payroll/declarations", lambda: more("a")) < 12
    assert assert_same_queries(app, phone, "/declarations", lambda: more("b")) < 12
