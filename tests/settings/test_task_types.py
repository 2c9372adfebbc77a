"""Kinds of work: added by companies, renamed by the base alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry
from workforce.production.models import TaskType

ClientAs = Callable[[Account], FormClient]
NEW = {
    "code": "lane_line",
    "name_zh": "车道线",
    "name_en": "Lane lines",
    "unit_zh": "条",
    "unit_en": "lines",
}


@pytest.fixture
def finance(session: Session, client_as: ClientAs) -> FormClient:
    account = factories.create_account(session, Role.FINANCE, factories.create_company(session))
    session.commit()
    return client_as(account)


@pytest.fixture
def base(session: Session, client_as: ClientAs) -> FormClient:
    account = factories.create_account(session, Role.BASE_ADMIN)
    session.commit()
    return client_as(account)


def test_a_company_adds_one_and_everybody_sees_it(
    finance: FormClient, base: FormClient, session: Session
) -> None:
    assert finance.post_form("/settings/task-types", NEW).status_code == 302
    kind = session.scalars(select(TaskType)).one()
    assert (kind.code, kind.unit_zh) == ("lane_line", "条")
    assert "车道线" in base.get("/settings/task-types").text


@pytest.mark.parametrize(
    ("field", "typed"), [("code", "Lane Line"), ("code", ""), ("name_zh", " "), ("unit_en", "")]
)
def test_what_is_wrong_stays_in_the_form(
    finance: FormClient, session: Session, field: str, typed: str
) -> None:
    answer = finance.post_form("/settings/task-types", NEW | {field: typed})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert session.scalars(select(TaskType)).all() == []


def test_a_code_is_taken_once(finance: FormClient, session: Session) -> None:
    finance.post_form("/settings/task-types", NEW)
    answer = finance.post_form("/settings/task-types", NEW)
    assert answer.status_code == 422
    assert len(session.scalars(select(TaskType)).all()) == 1


def test_the_base_renames_it_and_no_company_does(
    finance: FormClient, base: FormClient, session: Session
) -> None:
    finance.post_form("/settings/task-types", NEW)
    page = f"/settings/task-types/{session.scalars(select(TaskType.id)).one()}"
    renamed = {**NEW, "name_zh": "车道标线"}
    assert finance.post_form(page, renamed).status_code == 403
    assert base.post_form(page, renamed).status_code == 302
    session.rollback()
    assert session.scalars(select(TaskType)).one().name_zh == "车道标线"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "task_type.rename")).one()
    assert "车道线" in str(entry.before)
