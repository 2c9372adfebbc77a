"""From a doubt to its answer, and from an accepted one to the money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.disputes.conftest import NOON, account_of
from tests.engines import both_engines
from tests.factories.claims import create_dispute
from tests.factories.web import FormClient
from tests.payroll.world import World, actor
from tests.queries import assert_same_queries
from tests.together import Other
from workforce.accounts.models import Account
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.work_calendar import WorkCalendar
from workforce.disputes import queries, service
from workforce.disputes.models import Dispute
from workforce.payroll.models import Adjustment
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

ClientAs = Callable[[Account], FormClient]
WHY = "10 月 20 日的多边形少算了 100 个"
NOVEMBER = PayPeriod(2026, 11)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def own(asker: Account) -> Scope:
    assert asker.person_id is not None
    return Scope.own(asker.person_id)


def ask(world: World, asker: Account, seq: int = 1) -> int:
    return service.open_dispute(
        own(asker), world.slip("W1").id, seq, WHY, None, actor(asker), world.book.calendar()
    )


def answer(world: World, dispute_id: int, amount: int | None = None) -> PayPeriod | None:
    return service.answer_dispute(
        world.scope,
        dispute_id,
        "查过记录，确实少算",
        actor(world.maker),
        is_accepted=amount is not None,
        amount=amount,
        person_id=None,
    )


@both_engines
@pytest.mark.feature("ANN-9")
def test_a_doubt_has_an_owner_a_deadline_and_a_state(world: World, asker: Account) -> None:
    dispute_id = ask(world, asker)

    row = queries.dispute_row(world.session, own(asker), dispute_id)

    # The fifth workday after Thursday, 5 November: 6, 9, 10, 11, 12.
    assert (row.state, row.due_on) == ("open", dt.date(2026, 11, 12))
    assert row.line_label.zh.startswith("计件工资")
    assert not row.is_overdue(dt.date(2026, 11, 12))
    assert row.is_overdue(dt.date(2026, 11, 13))


@pytest.mark.feature("ANN-9")
def test_the_deadline_goes_by_the_work_calendar(world: World) -> None:
    calendar = world.book.calendar()
    # Saturday 10 October is a workday; before it come the holiday week's 1–7.
    assert service.answer_day(dt.date(2026, 9, 30), calendar) == dt.date(2026, 10, 13)
    # Without the next year's calendar Monday to Friday count: 30, 31 December, 1, 4, 5 January.
    assert service.answer_day(dt.date(2026, 12, 29), WorkCalendar([])) == dt.date(2027, 1, 5)


@both_engines
@pytest.mark.feature("ANN-9")
def test_an_accepted_doubt_is_paid_in_the_next_open_month(world: World, asker: Account) -> None:
    dispute_id = ask(world, asker)

    assert answer(world, dispute_id, 13_330) == NOVEMBER

    row = world.session.scalars(select(Adjustment)).one()
    slip = world.slip("W1")
    assert (row.pay_period, row.for_period, row.amount) == ("2026-11", "2026-10", 13_330)
    assert row.corrected_payslip_id == slip.id
    assert row.created_by_id == world.maker.id
    before = slip.gross_pay_amount, slip.net_pay_amount
    world.run(NOVEMBER)
    assert world.amounts("W1", NOVEMBER)["adjustment"] == 13_330
    slip = world.slip("W1")
    assert (slip.gross_pay_amount, slip.net_pay_amount) == before, "the old slip never changes"


@both_engines
@pytest.mark.feature("ANN-9")
def test_a_rejected_doubt_may_be_reopened_once(world: World, asker: Account) -> None:
    calendar = world.book.calendar()
    dispute_id = ask(world, asker)
    answer(world, dispute_id)

    service.reopen_dispute(own(asker), dispute_id, WHY, None, actor(asker), calendar)
    row = queries.dispute_row(world.session, own(asker), dispute_id)
    assert (row.state, row.outcome) == ("open", "rejected")
    answer(world, dispute_id, 100)

    with pytest.raises(StateError) as caught:
        service.reopen_dispute(own(asker), dispute_id, WHY, None, actor(asker), calendar)
    assert caught.value.code == "dispute.reopened_once"
    assert "（复议）" in world.session.scalars(select(Adjustment.reason)).one()
    service.close_dispute(own(asker), dispute_id, actor(asker))
    said = [one.kind for one in queries.entries(world.session, dispute_id)]
    assert said == ["opened", "rejected", "reopened", "accepted", "closed"]


@both_engines
def test_a_doubt_outlives_the_payslip_of_a_returned_run(
    approved: World, client_as: ClientAs
) -> None:
    """Asked before publishing was a step of its own: only then could a run still be returned."""
    world, asker = approved, account_of(approved, "W1")
    dispute_id = service.open_dispute(
        world.scope, world.slip("W1").id, 1, WHY, None, actor(asker), world.book.calendar()
    )
    was = queries.dispute_row(world.session, world.scope, dispute_id)
    world.reopen("少算了产量")
    worker = world.session.scalars(select(Employment).where(Employment.employee_no == "W1")).one()
    world.output(worker, "bbox_2d", 20, 100)
    world.run()

    phone = client_as(asker)
    assert "退回重算" in phone.get(f"/disputes/{dispute_id}").text
    assert "退回重算" in client_as(world.maker).get(f"/payroll/disputes/{dispute_id}").text
    with pytest.raises(StateError) as caught:
        answer(world, dispute_id, 100)
    assert caught.value.code == "dispute.run_returned"

    world.approve()
    now = queries.dispute_row(world.session, world.scope, dispute_id)
    assert now == replace(was, payslip_id=None)
    assert was.payslip_id is not None
    assert answer(world, dispute_id, 100) == NOVEMBER
    slip = world.slip("W1").id
    assert world.session.scalars(select(Adjustment.corrected_payslip_id)).one() == slip
    world.publish()
    # The new payslip may be asked about like any other.
    assert ask(world, asker) != dispute_id


@both_engines
def test_a_line_has_one_dispute(world: World, asker: Account) -> None:
    dispute_id = ask(world, asker)

    with pytest.raises(StateError) as caught:
        ask(world, asker)
    assert caught.value.code == "dispute.exists"
    first = world.session.get_one(Dispute, dispute_id)
    again = {
        name: getattr(first, name)
        for name in (
            *("company_id", "employment_id", "payslip_id", "line_seq", "period", "due_on"),
            *("line_code", "line_kind", "line_detail", "line_amount"),
        )
    }
    world.session.add(Dispute(**again, state="open", opened_at=NOON))
    with pytest.raises(IntegrityError):
        world.session.flush()
    world.session.rollback()


@both_engines
def test_a_doubt_that_is_sent_twice_at_once_is_raised_once(
    app: Flask, world: World, asker: Account
) -> None:
    slip, scope, who = world.slip("W1").id, own(asker), actor(asker)
    calendar = world.book.calendar()
    world.session.commit()

    def ask_again() -> None:
        service.open_dispute(scope, slip, 1, WHY, None, who, calendar)

    other = Other(app, ask_again)
    with unit_of_work() as session:
        create_dispute(session, world.company, slip)
        session.flush()
        assert other.has_to_wait()
    other.join()

    assert isinstance(other.error, StateError)
    assert other.error.code == "dispute.exists"


@pytest.mark.parametrize(
    ("is_accepted", "amount", "code"),
    [
        (True, None, "dispute.amount_missing"),
        (True, 0, "dispute.amount_missing"),
        (True, -100, "dispute.amount_missing"),
        (False, 100, "dispute.amount_without_acceptance"),
        # Gross pay of October is 2471.25.
        (True, 247_126, "dispute.amount_too_large"),
    ],
)
def test_a_wrong_amount_changes_nothing(
    world: World, asker: Account, *, is_accepted: bool, amount: int | None, code: str
) -> None:
    dispute_id = ask(world, asker)

    with pytest.raises(InputError) as caught:
        service.answer_dispute(
            world.scope,
            dispute_id,
            "查过记录",
            actor(world.maker),
            is_accepted=is_accepted,
            amount=amount,
            person_id=None,
        )

    assert (caught.value.code, caught.value.place) == (code, "amount")
    assert queries.dispute_row(world.session, world.scope, dispute_id).state == "open"
    assert world.session.scalars(select(Adjustment)).all() == []


def test_nobody_answers_an_own_dispute(world: World, asker: Account) -> None:
    dispute_id = ask(world, asker)

    with pytest.raises(ForbiddenError):
        service.answer_dispute(
            world.scope,
            dispute_id,
            "我说了算",
            actor(world.maker),
            is_accepted=False,
            amount=None,
            person_id=asker.person_id,
        )


@both_engines
@pytest.mark.feature("ANN-1", "ANN-9")
def test_another_person_and_another_company_find_nothing(
    world: World, asker: Account, client_as: ClientAs
) -> None:
    session = world.session
    dispute_id, slip = ask(world, asker), world.slip("W1").id
    stranger = factories.create_account(
        session, Role.ANNOTATOR, world.company, factories.create_person(session)
    )
    elsewhere = factories.create_company(session, code="ELSE")
    finance = factories.create_account(session, Role.FINANCE, elsewhere)
    leader = factories.create_account(session, Role.SUPERVISOR, world.company)
    session.commit()

    other = client_as(stranger)
    for path in (f"/disputes/{dispute_id}", f"/payslips/{slip}/lines/1/dispute"):
        assert other.get(path).status_code == 404
        assert other.post_form(path, {"text": WHY}).status_code == 404
    assert other.post_form(f"/disputes/{dispute_id}/close").status_code == 404
    away = client_as(finance)
    path = f"/payroll/disputes/{dispute_id}"
    assert away.get(path).status_code == 404
    assert away.post_form(path, {"outcome": "rejected", "text": "不是我们的"}).status_code == 404
    assert "计件" not in away.get("/payroll/disputes?state=all").text
    assert client_as(leader).get("/payroll/disputes").status_code == 403
    with pytest.raises(NotFoundError):
        service.close_dispute(
            Scope.teams(world.company.id, frozenset({1})), dispute_id, actor(leader)
        )


@both_engines
@pytest.mark.feature("ANN-9", "ANN-20")
def test_the_whole_way_on_pages(world: World, asker: Account, client_as: ClientAs) -> None:
    slip = world.slip("W1").id
    phone, desk = client_as(asker), client_as(world.maker)
    path = f"/payslips/{slip}/lines/1/dispute"

    asked = phone.post_form(path, {"text": WHY, "file": (BytesIO(PNG), "记录.png")})
    address = asked.headers["Location"]
    listed = desk.get("/payroll/disputes").text
    number = address.rsplit("/", 1)[1]
    seen = desk.get(f"/payroll/disputes/{number}").text
    answered = desk.post_form(
        f"/payroll/disputes/{number}",
        {"outcome": "accepted", "amount": "133.30", "text": "少算的已补"},
    )
    told = phone.get(address).text

    assert asked.status_code == 302
    assert "待答复" in listed
    assert WHY in seen
    assert "记录.png" in seen
    assert answered.status_code == 302
    assert "补发 133.30 元，进入 2026-11 的工资" in told
    assert "已认可" in phone.get(f"/payslips/{slip}").text
    assert "已认可" in phone.get("/disputes").text
    file = queries.entries(world.session, int(number))[0].entry_id
    assert desk.get(f"/payroll/disputes/files/{file}").data == PNG
    assert phone.get(f"/disputes/files/{file}").data == PNG
    assert phone.post_form(f"{address}/close").status_code == 302
    assert "已结束" in phone.get(address).text
    # Asking again leads to the dispute that there is.
    assert phone.get(path).headers["Location"] == address
    world.session.rollback()
    acts = world.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_type == "dispute")
        .order_by(AuditEntry.id)
    ).all()
    assert [act for act in acts if act != "dispute.read"] == [
        "dispute.opened",
        "dispute.accepted",
        "dispute.closed",
    ]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"outcome": "accepted", "amount": "", "text": "好的好的好"}, "认可的疑问要写应补发的金额"),
        ({"outcome": "accepted", "amount": "12.345", "text": "好的好的好"}, "小数超过 2 位"),
        ({"outcome": "accepted", "amount": "abc", "text": "好的好的好"}, "不是可用的数"),
        ({"outcome": "rejected", "amount": "", "text": "不"}, "至少 4 个字"),
        ({"amount": "", "text": "没有选结论"}, "请选一个结论"),
    ],
)
def test_bad_answers_are_kept_and_explained(
    world: World, asker: Account, client_as: ClientAs, form: dict[str, str], said: str
) -> None:
    dispute_id = ask(world, asker)

    refused = client_as(world.maker).post_form(f"/payroll/disputes/{dispute_id}", form)

    assert refused.status_code == 422
    assert said in refused.text
    assert form["text"] in refused.text


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        ("少", None, "至少 4 个字"),
        ("", None, "请写下您的疑问"),
        (WHY, (b"MZ\x90\x00 no picture", "x.png"), "JPG"),
    ],
)
def test_bad_questions_are_kept_and_explained(
    world: World,
    asker: Account,
    client_as: ClientAs,
    text: str,
    file: tuple[bytes, str] | None,
    said: str,
) -> None:
    form: dict[str, object] = {"text": text}
    if file:
        form["file"] = (BytesIO(file[0]), file[1])

    path = f"/payslips/{world.slip('W1').id}/lines/1/dispute"
    refused = client_as(asker).post_form(path, form)

    assert refused.status_code == 422
    assert said.lower() in refused.text.lower()
    assert text in refused.text
    world.session.rollback()
    assert world.session.scalars(select(Dispute)).all() == []


def test_html_in_a_question_stays_text(world: World, asker: Account, client_as: ClientAs) -> None:
    path = f"/payslips/{world.slip('W1').id}/lines/1/dispute"
    client_as(asker).post_form(path, {"text": "<script>alert(1)</script>"})
    world.session.rollback()
    number = world.session.scalars(select(Dispute.id)).one()

    page = client_as(world.maker).get(f"/payroll/disputes/{number}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_overdue_answer_is_marked(world: World, asker: Account, client_as: ClientAs) -> None:
    dispute_id = ask(world, asker)

    with clock.fixed(dt.datetime(2026, 11, 13, 4, tzinfo=dt.UTC)):
        desk, phone = client_as(world.maker), client_as(asker)
        assert "有 1 条疑问已过答复期限" in desk.get("/payroll/disputes").text
        assert "已过答复期限" in phone.get(f"/disputes/{dispute_id}").text


@both_engines
def test_the_lists_ask_as_often_for_many_as_for_one(
    world: World, asker: Account, client_as: ClientAs, app: Flask
) -> None:
    ask(world, asker, 1)
    desk, phone = client_as(world.maker), client_as(asker)

    def more(first: int) -> None:
        for seq in range(first, first + 2):
            ask(world, asker, seq)
        world.session.commit()

    assert assert_same_queries(app, desk, "/payroll/disputes", lambda: more(2)) < 12
    assert assert_same_queries(app, phone, "/disputes", lambda: more(4)) < 12
