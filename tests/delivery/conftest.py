"""A company whose October 2026 is approved (W1 gets 1988.18, W2 works there, too), and a mail server."""

from __future__ import annotations

import datetime as dt
import socket
from asyncio import Transport
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy.orm import Session as Db

from tests import factories
from tests.factories.web import FormClient
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import World, actor, create_world
from workforce.accounts.models import Account
from workforce.config import MailSecurity, MailServer, Settings
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.platform.installation import serve

ClientAs = Callable[[Account], FormClient]
NOON = dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)
"""A Thursday."""
TAKEN = "250 OK"


@dataclass
class Mailbox:
    """What a mail server was given. ``answer`` is what it says to a mail, asked anew for each."""

    port: int
    answer: Callable[[EmailMessage], str] = lambda _mail: TAKEN
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or say why not; ``hang up`` breaks the line without an answer."""
        content = envelope.original_content
        assert content is not None
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        said = self.answer(mail)
        if said == "hang up":
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        if said in {TAKEN, "hang up"}:
            self.mails.append(mail)
        return said

    def to(self, address: str) -> list[EmailMessage]:
        """Return what was sent to an address."""
        return [mail for mail in self.mails if mail["To"] == address]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def mail_on(app: Flask, settings: Settings, mailbox: Mailbox) -> Mailbox:
    """The same server, and an installation that sends its mail there as fast as it can."""
    server = MailServer(
        host="127.0.0.1",
        port=mailbox.port,
        security=MailSecurity.NONE,
        user=None,
        password=None,
        sender="pay@base.example",
        per_minute=0,
    )
    serve(app, replace(settings, mail=server))
    return mailbox


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def world(session: Db, book: LawBook) -> World:
    """The company; its run of October is approved and not published. W1 has an address, W2 has none."""
    world = create_world(session, book)
    fill(world)
    world.hire("W2", dt.date(2026, 10, 1), base_pay_amount=300_000)
    world.run()
    world.approve()
    person_of(world, "W1").email = "w1@mail.example"
    session.commit()
    return world


def person_of(world: World, number: str) -> Person:
    """Return the person with an employee number."""
    employment = world.session.query(Employment).filter_by(employee_no=number).one()
    return world.session.get_one(Person, employment.person_id)


def account_of(world: World, number: str) -> Account:
    """Make the account of the person with an employee number."""
    person = person_of(world, number)
    account = factories.create_account(world.session, Role.ANNOTATOR, world.company, person)
    world.session.commit()
    return account


__all__ = ["NOON", "ClientAs", "Mailbox", "account_of", "actor", "person_of"]
