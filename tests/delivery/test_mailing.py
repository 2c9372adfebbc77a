"""Payslips by mail: locked, once each, only of published runs, and never twice when something breaks."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from tests.delivery.conftest import NOON, ClientAs, Mailbox, person_of
from tests.documents.reading import text_of
from tests.engines import both_engines
from tests.payroll.world import World, actor
from workforce.config import Settings
from workforce.core.errors import StateError
from workforce.core.rules.slip_password import PasswordRule
from workforce.delivery import mailing, queries, service
from workforce.delivery.mailing import MAIL, MAIL_HOURLY
from workforce.delivery.models import PayslipMail
from workforce.payroll.models import SlipReversal
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work
from workforce.platform.job_runs import claim, execute
from workforce.platform.jobs import Job, enqueue
from workforce.platform.mail import Postman, Told

HOUR = dt.timedelta(hours=1)
_LONGEST_S = 120
"""A busy machine starts a process slowly."""


def publish(world: World) -> int:
    number = world.stored_run().id
    service.publish(world.scope, number, actor(world.maker), with_mail=True)
    return number


def do_jobs() -> None:
    while (progress := claim()) is not None:
        execute(progress)


def mail_of(world: World, number: str) -> PayslipMail:
    world.session.rollback()
    return world.session.get_one(PayslipMail, world.slip(number).id)


def later(world: World, at: dt.datetime) -> None:
    """Do what the hourly schedule asks for at an instant."""
    world.session.rollback()
    with clock.fixed(at):
        with unit_of_work() as session:
            enqueue(session, MAIL, {}, actor(world.maker))
        do_jobs()


def state_shown(world: World, number: str) -> str:
    world.session.rollback()
    run = world.stored_run()
    rows = queries.slips_of_run(world.session, world.scope, run.id)
    return next(str(row.mail) for row in rows if row.payslip_id == world.slip(number).id)


def attached(mail: EmailMessage) -> bytes:
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


@both_engines
@pytest.mark.poppler
@pytest.mark.feature("ANN-12", "ANN-13")
def test_a_published_payslip_is_mailed_once_and_opens_with_its_password(
    world: World, mail_on: Mailbox, tmp_path: Path
) -> None:
    """Net pay is read back from the attachment; nothing else in the mail says an amount."""
    person_of(world, "W1").id_number = "50023619900307001X"
    world.session.commit()
    run_id = publish(world)
    do_jobs()
    later(world, NOON + HOUR)
    service.mail_run(world.scope, run_id, actor(world.maker))
    do_jobs()

    (mail,) = mail_on.mails
    assert (mail["To"], mail["From"].addresses[0].addr_spec) == (
        "w1@mail.example",
        "pay@base.example",
    )
    body = mail.get_body()
    assert body is not None
    words = body.get_content()
    assert "身份证号后六位，字母 X 大写" in words
    assert "the last six characters of the ID number" in words
    for amount in ("1988.18", "1,988.18", "2471.25", "2,471.25"):
        assert amount not in words + mail["Subject"]
    locked = attached(mail)
    for wrong in ("", "07001x", "07001", "123456"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(locked), password=wrong)
    with pikepdf.open(BytesIO(locked), password="07001X") as pdf:
        assert pdf.encryption.R == 6
        opened = BytesIO()
        pdf.save(opened)
    assert "1,988.18" in text_of(opened.getvalue(), tmp_path)
    row = mail_of(world, "W1")
    assert (row.state, row.attempts, row.address_masked) == ("sent", 1, "w***@mail.example")
    assert row.message_id == mail["Message-ID"]
    entry = world.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "payslip.mail")
    ).one()
    assert entry.after == '{"email":"w***@mail.example"}'


@pytest.mark.feature("ANN-12")
def test_a_company_chooses_the_other_rule(world: World, mail_on: Mailbox) -> None:
    run_id = world.stored_run().id
    service.set_password_rule(
        world.scope, run_id, PasswordRule.NUMBER_AND_LAST_FOUR, actor(world.approver)
    )
    publish(world)
    do_jobs()
    end = person_of(world, "W1").id_number[-4:].upper()
    with pikepdf.open(BytesIO(attached(mail_on.mails[0])), password=f"W1{end}"):
        pass
    body = mail_on.mails[0].get_body()
    assert body is not None
    assert "工号加身份证号后四位" in body.get_content()


@pytest.mark.feature("ANN-13")
def test_nothing_is_mailed_before_the_run_is_published(world: World, mail_on: Mailbox) -> None:
    with pytest.raises(StateError) as caught:
        service.mail_run(world.scope, world.stored_run().id, actor(world.maker))
    assert caught.value.code == "delivery.not_published"
    # Not even what stands in the queue by a mistake.
    with unit_of_work() as session:
        slip = world.slip("W1").id
        session.add(
            PayslipMail(payslip_id=slip, state="queued", queued_at=NOON, due_at=NOON, attempts=0)
        )
    later(world, NOON + HOUR)
    assert mail_on.mails == []


def test_what_the_server_does_not_take_is_tried_again_and_then_left(
    world: World, mail_on: Mailbox
) -> None:
    """After 1, 2 and 4 hours; four tries in all."""
    mail_on.answer = lambda _mail: "451 try again later"
    run_id = publish(world)
    do_jobs()
    row = mail_of(world, "W1")
    assert (row.state, row.attempts, row.due_at) == ("queued", 1, NOON + HOUR)
    assert "451" in (row.error or "")
    minute_before = NOON + HOUR - dt.timedelta(minutes=1)
    later(world, minute_before)
    assert mail_of(world, "W1").attempts == 1
    # The hourly work has no job where no mail is due.
    for at, is_needed in ((minute_before, False), (NOON + HOUR, True)):
        with clock.fixed(at):
            assert MAIL_HOURLY.is_needed(world.session) is is_needed
    for hours, tries in ((1, 2), (3, 3), (7, 4)):
        later(world, NOON + hours * HOUR)
        assert mail_of(world, "W1").attempts == tries
    assert mail_of(world, "W1").state == "failed"
    later(world, NOON + 100 * HOUR)
    assert mail_of(world, "W1").attempts == 4
    assert mail_on.mails == []

    mail_on.answer = lambda _mail: "250 OK"
    slips = [world.slip("W1").id]
    service.mail_again(world.scope, run_id, slips, "邮箱修好了", actor(world.maker))
    do_jobs()
    assert len(mail_on.mails) == 1
    assert state_shown(world, "W1") == "sent"


def test_an_address_that_the_server_refuses_is_not_tried_again(
    world: World, mail_on: Mailbox
) -> None:
    mail_on.answer = lambda _mail: "550 no such user"
    publish(world)
    do_jobs()
    row = mail_of(world, "W1")
    assert (row.state, row.attempts) == ("failed", 1)
    assert "no such user" in (row.error or "")


@both_engines
@pytest.mark.feature("ANN-13")
def test_a_mail_without_an_answer_is_doubtful_until_a_person_decides(
    world: World, mail_on: Mailbox, client_as: ClientAs
) -> None:
    mail_on.answer = lambda _mail: "hang up"
    run_id = publish(world)
    do_jobs()
    assert state_shown(world, "W1") == "unknown"
    mail_on.answer = lambda _mail: "250 OK"
    later(world, NOON + 100 * HOUR)
    assert len(mail_on.mails) == 1

    page = client_as(world.maker).get(f"/payroll/runs/{run_id}/delivery").text
    assert "不会自动重发" in page
    assert f"/payroll/runs/{run_id}/delivery?show=unknown" in page
    world.session.rollback()

    slips = [world.slip("W1").id]
    service.settle_as_sent(world.scope, run_id, slips, "本人说收到了", actor(world.maker))
    assert state_shown(world, "W1") == "sent"
    with pytest.raises(StateError) as caught:
        service.settle_as_sent(world.scope, run_id, slips, "再来一次", actor(world.maker))
    assert caught.value.code == "delivery.not_doubtful"


def test_a_server_that_breaks_off_leaves_the_others_alone(
    world: World, mail_on: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So few mails in a row may come to be in doubt: here one, and the other still waits."""
    monkeypatch.setattr(mailing, "MOST_IN_VAIN", 1)
    person_of(world, "W2").email = "w2@mail.example"
    world.session.commit()
    mail_on.answer = lambda _mail: "hang up"
    publish(world)
    do_jobs()
    assert (state_shown(world, "W1"), state_shown(world, "W2")) == ("unknown", "queued")


def test_a_payslip_that_is_reversed_while_others_are_sent_stays(
    world: World, mail_on: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_of(world, "W2").email = "w2@mail.example"
    world.session.commit()
    reversed_slip, send = world.slip("W2").id, Postman.send

    def send_and_reverse(postman: Postman, message: EmailMessage) -> Told:
        with unit_of_work() as session:
            session.add(
                SlipReversal(
                    payslip_id=reversed_slip,
                    reason="错发",
                    proposed_by_id=world.maker.id,
                    proposed_at=NOON,
                    approved_by_id=world.approver.id,
                    approved_at=NOON,
                )
            )
        return send(postman, message)

    monkeypatch.setattr(Postman, "send", send_and_reverse)
    publish(world)
    do_jobs()
    assert [mail["To"] for mail in mail_on.mails] == ["w1@mail.example"]


_WORKER = """
import sys
from pathlib import Path
from workforce.app import create_app
from workforce.config import Settings
from workforce.platform.job_runs import claim, execute
with create_app(Settings.load(Path(sys.argv[1]))).app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    while (progress := claim()) is not None:
        execute(progress)
"""


def worker(settings: Settings, mailbox: Mailbox) -> subprocess.Popen[str]:
    """Start a process of its own that does what is queued once it gets a line."""
    environ = os.environ | {
        "WORKFORCE_SMTP_HOST": "127.0.0.1",
        "WORKFORCE_SMTP_PORT": str(mailbox.port),
        "WORKFORCE_SMTP_SECURITY": "none",
        "WORKFORCE_SMTP_FROM": "pay@base.example",
        "WORKFORCE_SMTP_RATE": "0",
    }
    command = [sys.executable, "-c", _WORKER, str(settings.instance)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.feature("ANN-13")
def test_two_workers_send_one_mail_and_a_killed_one_leaves_it_to_people(
    world: World, mail_on: Mailbox, settings: Settings
) -> None:
    """Two processes at the same mails; then one that is killed after the server has the whole mail."""
    person_of(world, "W2").email = "w2@mail.example"
    run_id = publish(world)
    with unit_of_work() as session:
        enqueue(session, MAIL, {}, actor(world.maker))
    pair = [worker(settings, mail_on) for _ in range(2)]
    for process in pair:
        go(process)
    assert [process.wait(_LONGEST_S) for process in pair] == [0, 0]
    assert sorted(mail["To"] for mail in mail_on.mails) == ["w1@mail.example", "w2@mail.example"]

    taken, killed = threading.Event(), threading.Event()

    def hold(_mail: EmailMessage) -> str:
        taken.set()
        killed.wait(_LONGEST_S)
        return "250 OK"

    mail_on.answer = hold
    slips = [world.slip("W1").id]
    world.session.rollback()
    service.mail_again(world.scope, run_id, slips, "换了邮箱", actor(world.maker))
    victim = worker(settings, mail_on)
    go(victim)
    assert taken.wait(_LONGEST_S)
    victim.send_signal(signal.SIGKILL)
    victim.wait(_LONGEST_S)
    killed.set()
    for pipe in (
        victim.stdin,
        victim.stdout,
        *(end for one in pair for end in (one.stdin, one.stdout)),
    ):
        assert pipe is not None
        pipe.close()
    mail_on.answer = lambda _mail: "250 OK"
    world.session.rollback()
    # Its lease runs out, another worker does the job again: the mail stays as it is.
    with unit_of_work() as session:
        job = session.scalars(select(Job).where(Job.state == "running")).one()
        job.state, job.lease_until = "queued", None
    do_jobs()
    assert len(mail_on.to("w1@mail.example")) == 2
    assert mail_of(world, "W1").state == "sending"
    assert state_shown(world, "W1") == "unknown"
    assert state_shown(world, "W2") == "sent"
