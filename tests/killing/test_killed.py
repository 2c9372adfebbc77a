"""A worker is killed while it calculates, draws and mails; a run is killed on its way to its close.

Five rounds here; ``make kill`` runs fifty, or as many as KILL_ROUNDS says, from the seed KILL_FIRST on.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import socket
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.killing import program
from tests.killing.run_life import NOVEMBER
from tests.payroll.world import OCTOBER, World, actor, create_world
from tests.processes import PROCESSES
from workforce.config import DATABASE_VARIABLE, Settings
from workforce.control.service import check_month
from workforce.control.tie import Asked
from workforce.core.law import LawBook
from workforce.delivery import service as delivery
from workforce.delivery.mailing import MAIL
from workforce.delivery.models import PayslipMail
from workforce.documents import bulk
from workforce.documents.bulk import Wanted
from workforce.documents.bulk_parts import Form
from workforce.documents.jobs import BULK, params_of
from workforce.payments.models import Payment, PaymentBatch
from workforce.payroll.jobs import CALCULATE
from workforce.payroll.models import PayrollRun, Payslip
from workforce.payroll.receipt_models import Publication
from workforce.platform import audit, clock
from workforce.platform.db import unit_of_work
from workforce.platform.jobs import Job, enqueue

_ROUNDS = int(os.environ.get("KILL_ROUNDS", "5"))
_FIRST = int(os.environ.get("KILL_FIRST", "0"))
_PEOPLE = 12
_DEADLINE_S = 120
_LATEST_S = 2.5
"""A worker that has begun has all its work done in about so long."""


class Post:
    """A mail server that counts, and may kill its client when so many mails have come."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.at: dict[int, Callable[[], None]] = {}

    async def handle_DATA(  # noqa: N802 - the name that the server looks for
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        self.received.append((envelope.rcpt_tos[0], envelope.content))
        self.at.pop(len(self.received), lambda: None)()
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """A real server on this machine, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


class Process:
    """A program of this folder in a process of its own; it has begun when this is made."""

    def __init__(
        self, settings: Settings, port: int, main: Callable[..., None], *words: int
    ) -> None:
        said, saying = PROCESSES.Pipe(duplex=False)
        environ = {
            DATABASE_VARIABLE: settings.database_url,
            "WORKFORCE_SMTP_HOST": "127.0.0.1",
            "WORKFORCE_SMTP_PORT": str(port),
            "WORKFORCE_SMTP_SECURITY": "none",
            "WORKFORCE_SMTP_FROM": "pay@example.cn",
            "WORKFORCE_SMTP_RATE": "0",
        }
        self._process = PROCESSES.Process(
            target=main, args=(saying, settings.instance, environ, *words), daemon=True
        )
        self._process.start()
        saying.close()
        assert said.poll(_DEADLINE_S)
        assert said.recv() == "begun"
        said.close()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()

    def end(self) -> int | None:
        """Wait for its end; return its exit code."""
        self._process.join(_DEADLINE_S)
        return self._process.exitcode

    def stop(self) -> int | None:
        """Ask it to end, and wait."""
        self._process.terminate()
        return self.end()

    def kill_after(self, seconds: float) -> None:
        """Kill it so long from now, unless it has ended by itself."""
        self._process.join(seconds)
        self.kill()
        self.end()


Start = Callable[..., Process]


@pytest.fixture
def start(settings: Settings, post: tuple[Post, int]) -> Iterator[Start]:
    """Begin programs that end with the test."""
    begun: list[Process] = []

    def begin(main: Callable[..., None], *words: int) -> Process:
        begun.append(Process(settings, post[1], main, *words))
        return begun[-1]

    yield begin
    for each in begun:
        each.kill()


@pytest.fixture
def world(session: Session) -> World:
    """A dozen people with addresses; October is published and waits to be mailed, November to be calculated."""
    book = LawBook.load()
    made = create_world(session, book)
    made.task_type("bbox_2d", ("2026-01-01", 125_000))
    for number in range(_PEOPLE):
        person = factories.create_person(session, email=f"a{number}@example.cn")
        worker = made.hire(f"W{number:02}", person=person, base_pay_amount=300_000 + number)
        for month in (10, 11):
            on = dt.date(2026, month, 12)
            factories.create_output(session, worker, made.task_types["bbox_2d"], on, 100 + number)
    with clock.fixed(dt.datetime(2026, 12, 2, 4, tzinfo=dt.UTC)):
        made.run(OCTOBER)
        made.approve(OCTOBER)
    return made


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("seed", range(_FIRST, _FIRST + _ROUNDS))
def test_what_is_killed_is_done_once(
    world: World, start: Start, post: tuple[Post, int], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    server, _ = post
    session, scope = world.session, world.scope
    october = world.stored_run(OCTOBER).id
    wanted = Wanted(october, Form.ZIP, "zh")
    _publish_and_queue(world, october, wanted)

    worker = start(program.work)
    # Half of the rounds strike while a mail is on its way, the others at any moment.
    if seed % 2:
        server.at[chance.randint(1, _PEOPLE)] = worker.kill
    worker.kill_after(chance.uniform(0.0, _LATEST_S))
    worker = start(program.work)
    _wait_for_jobs(session)
    assert worker.stop() == 0

    _check_slips(session)
    _check_mails(session, server, october)
    made = bulk.found(wanted, world.stored_run(OCTOBER).result_hash, _PEOPLE)
    assert made is not None
    with zipfile.ZipFile(made.path) as archive:
        names = archive.namelist()
        assert len(names) == len(set(names)) == _PEOPLE
        for name in names:
            with pikepdf.open(io.BytesIO(archive.read(name))) as paper:
                assert len(paper.pages) == 1

    people = (world.company.id, world.maker.id, world.approver.id)
    start(program.decide, *people).kill_after(chance.uniform(0.0, _LATEST_S / 2))
    assert start(program.decide, *people).end() == 0
    november = world.stored_run(NOVEMBER)
    assert november.state == "closed"
    assert _count(session, Publication, Publication.run_id == november.id) == 1
    assert _count(session, PaymentBatch, PaymentBatch.run_id == november.id) == 1
    paid = session.scalars(select(Payment.employment_id).where(Payment.state == "paid")).all()
    assert len(paid) == len(set(paid)) == _PEOPLE

    for month in (OCTOBER, NOVEMBER):
        asked = Asked(session=session, company_id=world.company.id, month=month, book=world.book)
        assert [one.control.code for one in check_month(asked) if not one.holds] == []
    assert list(audit.verify(session)) == []
    assert scope.company_id == world.company.id


def _publish_and_queue(world: World, october: int, wanted: Wanted) -> None:
    """Publish October with its mails, and ask for its payslips as a file and for November's pay."""
    maker = actor(world.maker)
    world.session.commit()
    delivery.publish(world.scope, october, maker, with_mail=False)
    with unit_of_work() as working:
        for payslip_id in working.scalars(select(Payslip.id).where(Payslip.run_id == october)):
            working.add(
                PayslipMail(
                    payslip_id=payslip_id,
                    state="queued",
                    queued_at=clock.now(),
                    due_at=clock.now(),
                    attempts=0,
                )
            )
        for kind, params in (
            (MAIL, {"run_id": october}),
            (BULK, params_of(wanted)),
            (CALCULATE, {"period": str(NOVEMBER)}),
        ):
            enqueue(working, kind, params, maker, world.company.id)


def _wait_for_jobs(session: Session) -> None:
    """Wait until nothing is queued or running."""
    waiting = threading.Event()
    for _ in range(_DEADLINE_S * 10):
        if not _count(session, Job, Job.state.in_(["queued", "running"])):
            break
        waiting.wait(0.1)
    ended = session.execute(select(Job.kind, Job.state)).all()
    assert {row.state for row in ended} == {"done"}, ended


def _check_slips(session: Session) -> None:
    """Each month has one run, and everybody one payslip in it."""
    for month in (OCTOBER, NOVEMBER):
        assert _count(session, PayrollRun, PayrollRun.period == str(month)) == 1
        people = session.scalars(
            select(Payslip.employment_id).where(Payslip.period == str(month))
        ).all()
        assert len(people) == len(set(people)) == _PEOPLE


def _check_mails(session: Session, server: Post, october: int) -> None:
    """Nobody got two mails; who got none is not told that one was sent; what is doubtful is said to be."""
    got = Counter(address for address, _ in server.received)
    assert set(got.values()) <= {1}
    states = Counter(
        session.scalars(
            select(PayslipMail.state)
            .join(Payslip, Payslip.id == PayslipMail.payslip_id)
            .where(Payslip.run_id == october)
        )
    )
    assert set(states) <= {"sent", "unknown", "sending"}
    assert sum(states.values()) == _PEOPLE
    # One mail at a time is on its way: only that one can be in doubt.
    doubtful = states["unknown"] + states["sending"]
    assert doubtful <= 1
    assert len(got) in {states["sent"], states["sent"] + doubtful}


def _count(session: Session, what: Any, *where: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(what).where(*where)) or 0
