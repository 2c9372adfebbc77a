"""The day is Thursday, 5 November 2026: October's returns are due on Tuesday the 10th."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from tests.delivery.conftest import mail_on, mailbox
from tests.factories import create_company
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.platform import clock

__all__ = ["mail_on", "mailbox"]

ClientAs = Callable[[Account], FormClient]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def outside(session: Session) -> Company:
    """A company that files returns itself, from September 2026 on."""
    company = create_company(
        session,
        code="WB",
        is_inside=False,
        reports_by="return",
        returns_from="2026-09",
        returns_mail="wb@mail.example",
    )
    session.commit()
    return company
