"""Publishing once, opening, signing on the page and on paper, reminding, the list for paper."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests import factories
from tests.delivery.conftest import NOON, ClientAs, Mailbox, account_of, person_of
from tests.engines import both_engines
from tests.payroll.world import World, actor
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.delivery import queries, service
from workforce.delivery.mailing import MAIL_HOURLY
from workforce.delivery.queries import Show, Wanted
from workforce.delivery.reminding import REMIND
from workforce.documents import queries as documents
from workforce.payroll import receipts
from workforce.payroll.models import Payslip, SlipReversal
from workforce.payroll.service import give_back
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.job_runs import claim, execute
from workforce.platform.jobs import Job, enqueue, result_of
from workforce.platform.scope import Scope

DAY = dt.timedelta(days=1)


def publish(world: World) -> int:
    run_id = world.stored_run().id
    service.publish(world.scope, run_id, actor(world.maker), with_mail=False)
    return run_id


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row_of(world: World, number: str) -> queries.DeliveryRow:
    world.session.rollback()
    run = world.stored_run()
    rows, _ = queries.delivery_rows(
        world.session, world.scope, run.id, Wanted(words=number), month(world)
    )
    (row,) = rows
    return row


def month(world: World) -> PayPeriod:
    return PayPeriod.parse(world.stored_run().period)


@both_engines
@pytest.mark.feature("ANN-13")
def test_a_run_is_published_once_and_stays_out(world: World) -> None:
    """Only a decided one, by whoever may, and from then on nothing is taken back."""
    run_id = publish(world)
    with pytest.raises(StateError) as again:
        publish(world)
    assert again.value.code == "receipts.published_already"
    world.session.rollback()
    with unit_of_work() as session, pytest.raises(StateError) as caught:
        give_back(session, world.scope, world.stored_run(), actor(world.approver), "x")
    assert caught.value.code == "receipts.published_stands"
    world.session.rollback()
    company, rival = world.scope, factories.create_company(world.session)
    world.session.commit()
    with pytest.raises(NotFoundError):
        service.publish(Scope.company(rival.id), run_id, actor(world.maker), with_mail=False)
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "payroll_run.publish")
    ).one()
    assert (entry.actor_id, entry.company_id) == (world.maker.id, company.company_id)


@both_engines
@pytest.mark.feature("ANN-10")
def test_a_person_opens_and_signs_and_finance_sees_who_has_not(
    world: World, client_as: ClientAs
) -> None:
    run_id = publish(world)
    slip_id = world.slip("W1").id
    phone, desk = client_as(account_of(world, "W1")), client_as(world.maker)
    home = phone.get("/", follow_redirects=True).text
    assert f"/payslips/{slip_id}#receipt" in home

    page = phone.get(f"/payslips/{slip_id}").text
    shown = re.search(r'name="fingerprint" value="([^"]+)"', page)
    assert shown
    with clock.fixed(NOON + DAY):
        phone.get(f"/payslips/{slip_id}/pdf")
    refused = phone.post_form(f"/payslips/{slip_id}/sign", {"fingerprint": "0000"})
    assert refused.status_code == 302
    assert row_of(world, "W1").signed_at is None
    with clock.fixed(NOON + 2 * DAY):
        phone.post_form(f"/payslips/{slip_id}/sign", {"fingerprint": shown[1]})
        phone.post_form(f"/payslips/{slip_id}/sign", {"fingerprint": shown[1]})

    row = row_of(world, "W1")
    assert (row.first_at, row.last_at) == (NOON, NOON + DAY)
    assert (row.signed_at, row.way) == (NOON + 2 * DAY, "page")
    receipt = receipts.receipt_of(world.session, slip_id)
    assert receipt.fingerprint == shown[1]
    assert "2026-11-07 12:00" in words(phone.get(f"/payslips/{slip_id}").text)
    assert f"/payslips/{slip_id}#receipt" not in phone.get("/", follow_redirects=True).text

    # Finance: W2 alone has neither read nor signed.
    for show in (Show.UNREAD, Show.UNSIGNED):
        rows, total = queries.delivery_rows(
            world.session, world.scope, run_id, Wanted(show=show), month(world)
        )
        assert ([one.employee_no for one in rows], total) == (["W2"], 1)
    listed = words(desk.get(f"/payroll/runs/{run_id}/delivery?show=unsigned").text)
    assert "W2" in listed
    assert "W1" not in listed
    counts = queries.counts(world.session, world.scope, run_id)
    assert (counts.people, counts.read, counts.signed, counts.no_address) == (2, 1, 1, 1)


@pytest.mark.feature("ANN-10")
def test_only_whoever_publishes_sees_who_has_signed(world: World, client_as: ClientAs) -> None:
    run_id = publish(world)
    for role in (Role.SUPERVISOR, Role.ANNOTATOR, Role.BASE_ADMIN):
        company = None if role in {Role.BASE_ADMIN, Role.ANNOTATOR} else world.company
        person = person_of(world, "W2") if role is Role.ANNOTATOR else None
        account = factories.create_account(world.session, role, company, person)
        world.session.commit()
        path = f"/payroll/runs/{run_id}/delivery"
        assert client_as(account).get(path).status_code == 403


def test_signatures_on_paper_are_entered_with_their_place(
    world: World, client_as: ClientAs
) -> None:
    slip_id = world.slip("W2").id
    with pytest.raises(StateError) as early:
        service.sign_on_paper(
            world.scope, world.stored_run().id, [slip_id], "3 号柜", actor(world.maker)
        )
    assert early.value.code == "receipts.not_published"
    run_id = publish(world)
    with pytest.raises(InputError) as nameless:
        service.sign_on_paper(world.scope, run_id, [slip_id], " ", actor(world.maker))
    assert nameless.value.code == "receipts.note_needed"
    with pytest.raises(NotFoundError):
        service.sign_on_paper(world.scope, run_id, [slip_id + 99], "3 号柜", actor(world.maker))
    desk = client_as(world.maker)
    act = {"act": "paper", "slip": [str(slip_id)], "reason": "十月签收表，3 号柜"}
    desk.post_form(f"/payroll/runs/{run_id}/delivery/chosen", act)
    row = row_of(world, "W2")
    assert (row.signed_at, row.way, row.note) == (NOON, "paper", "十月签收表，3 号柜")
    view = documents.payslip_view(world.session, world.scope, slip_id)
    assert receipts.receipt_of(world.session, slip_id).fingerprint == view.fingerprint
    # The person finds it on the own page, and the database keeps it as it is.
    assert "3 号柜" in client_as(account_of(world, "W2")).get(f"/payslips/{slip_id}").text


def test_the_list_for_paper_names_everybody_and_no_amount(
    world: World, client_as: ClientAs
) -> None:
    run_id = publish(world)
    person_of(world, "W2").name = "=HYPERLINK(1)"
    world.session.commit()
    answer = client_as(world.maker).get(f"/payroll/runs/{run_id}/receipts.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts = [str(cell.value) for cell in cells]
    for number in ("W1", "W2"):
        view = documents.payslip_view(world.session, world.scope, world.slip(number).id)
        assert {number, view.fingerprint} <= set(texts)
        assert not [text for text in texts if str(view.net_pay // 100) in text]
    planted = next(cell for cell in cells if cell.value == "=HYPERLINK(1)")
    assert planted.data_type == "s"


@both_engines
def test_people_are_reminded_once_in_seven_days_until_they_sign(
    world: World, mail_on: Mailbox
) -> None:
    """The weekly job leaves the first three days to people; finance may ask earlier."""
    run_id = publish(world)

    def weekly(days: int) -> dict[str, int]:
        world.session.rollback()
        with clock.fixed(NOON + days * DAY):
            with unit_of_work() as session:
                job_id = enqueue(session, REMIND, {}, actor(world.maker))
            while (progress := claim()) is not None:
                execute(progress)
        world.session.rollback()
        return result_of(world.session.get_one(Job, job_id))

    assert weekly(2)["reminded"] == 0
    with clock.fixed(NOON + 2 * DAY):
        service.remind(world.scope, run_id, actor(world.maker))
        while (progress := claim()) is not None:
            execute(progress)
    # Both are reminded on their pages, W1 by mail, too: without payslip or amount.
    (mail,) = mail_on.mails
    assert mail["To"] == "w1@mail.example"
    assert not list(mail.iter_attachments())
    assert row_of(world, "W2").times == 1
    assert weekly(8) | {"run_id": None} == {
        "run_id": None,
        "reminded": 0,
        "mailed": 0,
        "rested": 2,
    }
    slip_id = world.slip("W1").id
    view = documents.payslip_view(world.session, world.scope, slip_id)
    person = person_of(world, "W1")
    own = Scope.own(person.id)
    service.sign_own(own, slip_id, view.fingerprint, actor(account_of(world, "W1")))
    assert weekly(9)["reminded"] == 1
    assert (row_of(world, "W1").times, row_of(world, "W2").times) == (1, 2)
    assert len(mail_on.mails) == 1
    # Old payslips rest.
    assert weekly(60)["reminded"] == 0


@both_engines
def test_a_reversed_payslip_is_not_signed_and_says_so_on_its_check_page(
    world: World, client_as: ClientAs
) -> None:
    """Withdrawn at first; replaced once a published run has another one in its chain."""
    publish(world)
    slip = world.slip("W1")
    slip_id, address = slip.id, f"/v/{slip.public_id}"
    stranger = client_as(account_of(world, "W2"))
    page = stranger.get(address)
    assert "有效" in page.text
    assert "2026-11-05 12:00" in page.text
    world.session.add(
        SlipReversal(
            payslip_id=slip_id,
            reason="算错了",
            proposed_by_id=world.maker.id,
            proposed_at=NOON,
            approved_by_id=world.approver.id,
            approved_at=NOON + DAY,
        )
    )
    world.session.commit()
    view = documents.payslip_view(world.session, world.scope, slip_id)
    account = account_of(world, "W1")
    own = Scope.own(account.person_id or 0)
    with pytest.raises(StateError) as caught:
        service.sign_own(own, slip_id, view.fingerprint, actor(account))
    assert caught.value.code == "receipts.reversed"
    gone = stranger.get(address).text
    assert "已作废" in gone
    assert "有效" not in words(gone)
    assert "2026-11-06 12:00" in gone
    world.session.rollback()
    standing = receipts.standing_of(world.session, slip_id)
    assert standing.validity is receipts.Validity.WITHDRAWN
    assert queries.counts(world.session, world.scope, world.stored_run().id).people == 1

    employment_id = world.session.get_one(Payslip, slip_id).employment_id
    again = factories.create_run(world.session, world.company, period="2026-11", state="calculated")
    replaced = factories.create_payslip(
        world.session,
        again,
        world.session.get_one(Employment, employment_id),
        origin_id=slip_id,
    )
    assert receipts.standing_of(world.session, slip_id).validity is receipts.Validity.WITHDRAWN
    signers = world.maker.id, world.approver.id
    (again.reviewed_by_id, again.approved_by_id), again.state = signers, "approved"
    again.reviewed_at = again.approved_at = NOON
    world.session.flush()
    assert receipts.standing_of(world.session, slip_id).validity is receipts.Validity.REPLACED
    assert receipts.standing_of(world.session, replaced.id).validity is receipts.Validity.VALID
    world.session.commit()
    assert "已被替换" in stranger.get(address).text


def test_whoever_tries_ids_is_braked(world: World, client_as: ClientAs) -> None:
    stranger = client_as(account_of(world, "W2"))
    answers = [
        stranger.get(f"/v/{number:032x}", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code
        for number in range(16)
    ]
    assert answers == [404] * 15 + [429]
    good = f"/v/{world.slip('W1').public_id}"
    assert stranger.get(good, environ_base={"REMOTE_ADDR": "203.0.113.10"}).status_code == 200


def test_a_person_sees_who_has_looked(world: World, client_as: ClientAs) -> None:
    publish(world)
    slip_id = world.slip("W1").id
    account = account_of(world, "W1")
    phone = client_as(account)
    phone.get(f"/payslips/{slip_id}")
    nobody = words(phone.get(f"/payslips/{slip_id}/readers").text)
    assert "没有人单独打开过" in nobody
    client_as(world.approver).get(f"/payroll/payslips/{slip_id}")
    page = words(phone.get(f"/payslips/{slip_id}/readers").text)
    assert world.approver.display_name in page
    assert account.login_name not in page.partition("看过您这一张的人")[2].partition("</main")[0]
    other = client_as(account_of(world, "W2"))
    assert other.get(f"/payslips/{slip_id}/readers").status_code == 404

    finance = client_as(world.maker)
    for code in ("ledger", "voucher_kingdee"):
        assert finance.get(f"/payroll/month/2026-10/files/{code}/download").status_code == 200
    page = words(phone.get(f"/payslips/{slip_id}/readers").text)
    assert "生成报送文件：农民工工资支付台账" in page
    assert page.count("生成报送文件") == 1  # A voucher names nobody.


def test_an_own_address_is_kept_and_a_wrong_one_explained(
    world: World, client_as: ClientAs
) -> None:
    phone = client_as(account_of(world, "W2"))
    wrong = phone.post_form("/me/email", {"email": "w2 at mail"})
    assert wrong.status_code == 422
    assert "不是电子邮箱" in wrong.text
    assert 'value="w2 at mail"' in wrong.text
    phone.post_form("/me/email", {"email": " w2@mail.example "})
    world.session.rollback()
    assert person_of(world, "W2").email == "w2@mail.example"
    assert row_of(world, "W2").mail == "not_sent"
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "person.email")
    ).one()
    assert entry.after == '{"email":"w***@mail.example"}'
    phone.post_form("/me/email", {"email": ""})
    world.session.rollback()
    assert person_of(world, "W2").email is None


def test_without_a_server_nothing_is_queued_and_pages_say_so(
    world: World, client_as: ClientAs
) -> None:
    run_id = world.stored_run().id
    assert service.publish(world.scope, run_id, actor(world.maker), with_mail=True) is None
    assert not MAIL_HOURLY.is_needed(world.session)
    with pytest.raises(StateError) as caught:
        service.mail_run(world.scope, run_id, actor(world.maker))
    assert caught.value.code == "delivery.mail_off"
    page = client_as(world.maker).get(f"/payroll/runs/{run_id}/delivery").text
    assert "邮件没有开启" in page
    assert row_of(world, "W1").mail == "not_sent"
