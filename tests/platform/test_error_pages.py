"""Errors as pages: what happened, that nothing was changed, and the way back."""

from __future__ import annotations

import errno
from collections.abc import Callable

import pytest
from flask import Flask, abort
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import create_account, create_company
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.core.errors import StateError
from workforce.core.permissions import Permission, Role
from workforce.core.terms import term
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An app that the tests of this file change."""
    return own_app


FORM = "http://localhost/payroll/runs?page=2"


@pytest.fixture
def client(app: Flask, session: Session, client_as: ClientAs) -> FormClient:
    routes = SliceRoutes("faulty", __name__)

    @routes.action("/refuse", permission=Permission.HOME_READ)
    def refuse(scope: Scope) -> str:
        del scope
        raise StateError(
            "payroll.wrong_state", state=term("run_state.draft"), action=term("run_action.close")
        )

    @routes.page("/abort/<int:status>", permission=Permission.HOME_READ)
    def stop(scope: Scope, status: int) -> str:
        del scope
        abort(status)

    @routes.page("/full", permission=Permission.HOME_READ)
    def meet_a_full_disk(scope: Scope) -> str:
        del scope
        raise OSError(errno.ENOSPC, "No space left on device")

    routes.register(app)
    account = create_account(session, Role.FINANCE, create_company(session))
    session.commit()
    return client_as(account)


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [
        (400, "请求的内容无法识别", "cannot be understood"),
        (403, "没有这项权限", "does not have this right"),
        (404, "找不到这个页面或记录", "does not exist"),
        (405, "不接受这样的操作", "does not take that kind"),
        (413, "上传的文件太大", "too large"),
        (429, "请求太多", "Too many requests"),
        (503, "系统正忙", "busy"),
    ],
)
def test_every_status_has_its_words_in_both_languages(
    client: FormClient, status: int, zh: str, en: str
) -> None:
    answer = client.get(f"/abort/{status}")
    assert answer.status_code == status
    assert zh in answer.text
    client.set_cookie("locale", "en")
    assert en in client.get(f"/abort/{status}").text


def test_a_refused_act_leads_back_to_its_page(client: FormClient) -> None:
    client.environ_base["HTTP_REFERER"] = FORM
    answer = client.post_form("/refuse")
    assert answer.status_code == 409
    assert 'href="/payroll/runs?page=2"' in answer.text


def test_the_way_back_never_leaves_the_site(client: FormClient) -> None:
    for address in ("http://elsewhere.example/payroll/runs", "http://[elsewhere/payroll/runs"):
        client.environ_base["HTTP_REFERER"] = address
        answer = client.post_form("/refuse")
        assert answer.status_code == 409
        assert "elsewhere" not in answer.text


def test_a_form_of_an_old_page_says_so_and_leads_back(client: FormClient) -> None:
    client.environ_base["HTTP_REFERER"] = FORM
    answer = client.post("/refuse")
    assert answer.status_code == 400
    assert "页面停留太久" in answer.text
    assert 'href="/payroll/runs?page=2"' in answer.text


def test_a_form_sent_after_the_session_ended_leads_over_the_sign_in_back_to_its_page(
    app: Flask, client: FormClient
) -> None:
    del client
    stranger = app.test_client()
    stranger.environ_base["HTTP_REFERER"] = FORM
    answer = stranger.post("/payroll/runs")
    assert answer.status_code == 400
    assert "登录已结束" in answer.text
    assert "/sign-in?next=/payroll/runs?page%3D2" in answer.text


def test_a_valid_form_without_a_session_comes_back_to_its_page(
    app: Flask, client: FormClient
) -> None:
    del client
    stranger = app.test_client()
    assert isinstance(stranger, FormClient)
    stranger.environ_base["HTTP_REFERER"] = FORM
    answer = stranger.post_form("/payroll/runs")
    assert answer.status_code == 302
    assert answer.location.endswith("/sign-in?next=/payroll/runs?page%3D2")


def test_a_database_that_does_not_answer_is_said_without_one(
    app: Flask, session: Session, client: FormClient, caplog: pytest.LogCaptureFixture
) -> None:
    session.execute(text("ALTER TABLE account RENAME TO gone"))
    session.commit()
    db.session.remove()
    answer = client.get("/payroll/runs")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "什么都没有改动" in answer.text
    incident = caplog.messages[0].split()[1]
    assert incident in answer.text
    client.set_cookie("locale", "en")
    assert "Nothing was changed" in client.get("/payroll/runs").text
    assert app.name


def test_a_full_disk_is_no_passing_fault(client: FormClient) -> None:
    answer = client.get("/full")
    assert answer.status_code == 503
    assert "磁盘满了" in answer.text
    assert "半分钟" not in answer.text
    client.set_cookie("locale", "en")
    assert "make room on the disk" in client.get("/full").text
