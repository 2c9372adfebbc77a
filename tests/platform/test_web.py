"""Routes, error pages, languages, headers."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import PASSWORD, create_account, create_company, create_person
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.app import create_app
from workforce.config import Settings
from workforce.core.errors import (
    ClosedError,
    InputError,
    LawMissingError,
    NotFoundError,
    StateError,
)
from workforce.core.permissions import Permission, Role
from workforce.platform import audit
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db
from workforce.platform.errors import status_of
from workforce.platform.headers import CONTENT_POLICY
from workforce.platform.scope import Scope
from workforce.platform.web import SliceRoutes, check_routes, key_of, note_read, safe_next

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """An app that the tests of this file change."""
    return own_app


@pytest.fixture
def finance(session: Session) -> Account:
    account = create_account(session, Role.FINANCE, create_company(session))
    session.commit()
    return account


@both_engines
def test_a_visitor_signs_in(session: Session, client: FormClient) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    form = {"login_name": account.login_name, "password": PASSWORD}
    answer = client.post_form("/sign-in", form)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@both_engines
@pytest.mark.parametrize("target", ["/sign-in?next=a%00b", "/sign-in%00", "/sign-in"])
def test_a_nul_is_refused_at_the_door(client: FormClient, target: str) -> None:
    """PostgreSQL keeps no text with one, and would fail in the middle of the work."""
    form = {"login_name": "a\x00b" if target == "/sign-in" else "a", "password": PASSWORD}
    answer = client.post_form(target, form)
    assert answer.status_code == 400
    assert "无法识别" in answer.text


@pytest.mark.parametrize(
    ("text", "status"), [("a\x00b", 400), ("a\ud83d", 400), ("ab", 422), ("名字\U0001f600", 422)]
)
def test_json_with_what_no_database_keeps_is_refused_at_the_door(
    client: FormClient, text: str, status: int
) -> None:
    assert client.post_json("/sign-in", {"login_name": text}).status_code == status


# --- Routes ---------------------------------------------------------------------------------------


def _with(app: Flask, declare: Callable[[SliceRoutes], None]) -> None:
    routes = SliceRoutes("extra", __name__)
    declare(routes)
    routes.register(app)


def test_a_route_without_a_permission_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(RuntimeError, match="/open"):
        check_routes(app)


def test_only_listed_pages_can_be_public() -> None:
    with pytest.raises(ValueError, match=r"extra\.leak"):

        @SliceRoutes("extra", __name__).public("/leak")
        def leak() -> str:
            return "leak"


def test_the_view_receives_the_scope_of_the_visitor(
    app: Flask, session: Session, client_as: ClientAs
) -> None:
    seen: list[Scope] = []

    def declare(routes: SliceRoutes) -> None:
        @routes.page("/any/<int:number>", permission=Permission.HOME_READ)
        def any_page(scope: Scope, number: int) -> str:
            seen.append(scope)
            return str(number)

        @routes.page("/own/<int:person_id>", permission=Permission.PAYSLIP_READ_OWN)
        def own_page(scope: Scope, person_id: int) -> str:
            seen.append(scope)
            return str(person_id)

    _with(app, declare)
    company, person = create_company(session), create_person(session)
    with_person = create_account(session, Role.FINANCE, company, person)
    without_person = create_account(session, Role.FINANCE, company)
    session.commit()
    client = client_as(with_person)
    assert client.get("/any/7").text == "7"
    # The id in the address names somebody else: the scope is the visitor's own all the same.
    client.get(f"/own/{person.id + 1}")
    assert seen == [Scope.company(company.id), Scope.own(person.id)]
    assert client_as(without_person).get("/own/1").status_code == 403


def test_own_records_are_offered_only_to_an_account_with_a_person(
    session: Session, client_as: ClientAs, finance: Account
) -> None:
    employee = create_account(session, Role.FINANCE, create_company(session))
    employee.person_id = create_person(session).id
    session.commit()
    assert 'href="/payslips"' not in client_as(finance).get("/").text
    assert 'href="/payslips"' in client_as(employee).get("/").text


def test_reading_something_sensitive_is_recorded_before_it_is_sent(
    app: Flask, session: Session, client_as: ClientAs, finance: Account
) -> None:
    def declare(routes: SliceRoutes) -> None:
        @routes.page("/slip/<int:number>", permission=Permission.PAYSLIP_READ)
        def slip(scope: Scope, number: int) -> str:
            note_read("payslip.read", "payslip", number, company_id=scope.company_id)
            return "net pay"

    _with(app, declare)
    assert client_as(finance).get("/slip/5").text == "net pay"
    session.rollback()
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_type, entry.subject_id) == ("payslip.read", "payslip", "5")
    assert (entry.actor_id, entry.company_id) == (finance.id, finance.company_id)


def test_what_cannot_be_recorded_is_not_shown(
    app: Flask,
    client_as: ClientAs,
    finance: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def declare(routes: SliceRoutes) -> None:
        @routes.page("/slip", permission=Permission.PAYSLIP_READ)
        def slip(scope: Scope) -> str:
            note_read("payslip.read", "payslip", 1, company_id=scope.company_id)
            return "net pay"

    def fail(*_arguments: object, **_more: object) -> None:
        raise OSError

    _with(app, declare)
    monkeypatch.setattr(audit, "record", fail)
    answer = client_as(finance).get("/slip")
    assert answer.status_code == 500
    assert "net pay" not in answer.text


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/payslips?period=2026-10", "/payslips?period=2026-10"),
        ("/", "/"),
        ("", None),
        (None, None),
        ("//evil", None),
        ("/\\evil", None),
        ("https://evil", None),
        ("/a\r\nLocation: //evil", None),
    ],
)
def test_only_a_path_of_this_site_is_gone_on_to(target: str | None, kept: str | None) -> None:
    assert safe_next(target) == kept


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "x", "9223372036854775808", "9" * 5000])
def test_what_is_no_key_is_not_found(text: str) -> None:
    with pytest.raises(NotFoundError):
        key_of(text)


def test_the_largest_key_is_one() -> None:
    assert key_of("9223372036854775807") == 2**63 - 1


def test_each_kind_of_error_has_its_status() -> None:
    code = "web.not_found"
    statuses = {
        kind: int(status_of(kind(code)))
        for kind in (NotFoundError, ClosedError, StateError, InputError, LawMissingError)
    }
    assert statuses == {
        NotFoundError: 404,
        ClosedError: 409,
        StateError: 409,
        InputError: 422,
        LawMissingError: 500,
    }


def test_a_domain_error_becomes_a_page_with_its_remedy(
    app: Flask, client_as: ClientAs, finance: Account
) -> None:
    def declare(routes: SliceRoutes) -> None:
        @routes.page("/wrong", permission=Permission.HOME_READ)
        def wrong(_scope: Scope) -> str:
            raise InputError("period.not_a_month", text="<b>十月</b>")

    _with(app, declare)
    answer = client_as(finance).get("/wrong")
    assert answer.status_code == 422
    assert "“&lt;b&gt;十月&lt;/b&gt;”不是月份" in answer.text
    assert "2026-10" in answer.text


def test_an_unforeseen_error_shows_a_number_and_no_traceback(
    app: Flask, client_as: ClientAs, finance: Account, caplog: pytest.LogCaptureFixture
) -> None:
    def declare(routes: SliceRoutes) -> None:
        @routes.page("/broken", permission=Permission.HOME_READ)
        def broken(_scope: Scope) -> str:
            raise KeyError("secret of the code")

    _with(app, declare)
    with caplog.at_level(logging.ERROR):
        answer = client_as(finance).get("/broken")
    assert answer.status_code == 500
    assert "secret of the code" not in answer.text
    assert "Traceback" not in answer.text
    incident = caplog.messages[0].split()[1]
    assert incident in answer.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/static/nothing.css", 404)])
def test_what_is_not_there_is_a_page(client: FormClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "找不到这个页面或记录" in answer.text


def test_the_health_page_tells_whether_the_database_answers(
    app: Flask, settings: Settings, client: FormClient
) -> None:
    assert client.get("/health").get_json() == {"status": "ok", "worker": "none"}
    with app.app_context():
        db.engine.dispose()
    path = settings.instance / "workforce.sqlite3"
    path.unlink()
    path.mkdir()
    assert client.get("/health").status_code == 503


# --- Languages ------------------------------------------------------------------------------------


@pytest.mark.feature("ALL-10")
def test_the_language_switch_keeps_the_page(client: FormClient) -> None:
    page = client.get("/sign-in?next=/payslips")
    assert '<html lang="zh-CN">' in page.text
    link = "/language/en?next=/sign-in?next%3D/payslips"
    assert f'href="{link}"' in page.text
    answer = client.get(link)
    assert answer.location == "/sign-in?next=/payslips"
    page = client.get(answer.location)
    assert '<html lang="en">' in page.text
    assert ">Sign in<" in page.text
    client.get("/language/zh")
    assert ">登录<" in client.get("/sign-in").text


def test_the_language_switch_never_leads_off_this_site(client: FormClient) -> None:
    assert client.get("/language/en?next=//evil").location == "/"
    assert client.get("/language/xx").status_code == 404


def test_an_error_speaks_the_language_of_the_visitor(client: FormClient) -> None:
    client.set_cookie("locale", "en")
    assert "This page or record does not exist" in client.get("/nowhere").text


# --- Headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/health", "/static/css/app.css", "/"])
def test_every_answer_carries_the_policy(client: FormClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert "frame-ancestors 'none'" in CONTENT_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_never_kept_and_files_for_a_year(client: FormClient) -> None:
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    address = page.text.split('href="/static/css/app.css')[1].split('"')[0]
    assert address.startswith("?v=")
    kept = client.get("/static/css/app.css" + address).headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/static/css/app.css").headers["Cache-Control"]


def test_the_address_of_a_file_changes_with_its_content(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = tmp_path / "a.css"
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    addresses = []
    for content in ("a {}", "a { }", "a {}"):
        style.write_text(content)
        with app.test_request_context():
            addresses.append(app.url_for("static", filename="a.css"))
    assert addresses[0] == addresses[2] != addresses[1]
    with app.test_request_context():
        assert app.url_for("static", filename="none.css") == "/static/none.css"


@pytest.mark.feature("ANN-20")
def test_a_first_visit_by_phone_stays_under_its_budget(
    session: Session, client_as: ClientAs
) -> None:
    """All that a phone loads for an annotator's first page: at most 120 kB, later at most 15."""
    account = create_account(session, Role.ANNOTATOR, person=create_person(session))
    session.commit()
    client = client_as(account)
    headers = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=headers, follow_redirects=True)
    assert page.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(page.data).decode()
    addresses = {part.split('"')[0] for part in html.split('"/static/')[1:]}
    files = [
        client.get(f"/static/{address.replace('&amp;', '&').split('#')[0]}", headers=headers)
        for address in sorted({address.split("#")[0] for address in addresses})
    ]
    assert len(files) >= 4
    assert all(file.status_code == 200 for file in files)
    later = len(page.data)
    assert later <= 15_000
    assert later + sum(len(file.data) for file in files) <= 120_000


def test_a_session_cookie_is_for_https_where_the_site_is(settings: Settings) -> None:
    app = create_app(replace(settings, is_secure_cookie=True))
    answer = app.test_client().get("/language/en")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert app.config["SESSION_COOKIE_SECURE"] is True
