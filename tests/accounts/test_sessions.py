"""How long a session lives, and that its end ends every copy of its cookie."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.conftest import NOW, sign_in
from tests.engines import both_engines
from tests.factories import create_account, create_company, create_job, create_person
from tests.factories.web import FormClient
from workforce.accounts.agents import browser_of
from workforce.accounts.models import Account, SignInSession
from workforce.core.permissions import Role
from workforce.platform import clock

PAGE = "/roles"


def copy_of(app: Flask, client: FormClient) -> FormClient:
    """Return another browser with a copy of the cookie, as a thief has it."""
    thief = app.test_client()
    assert isinstance(thief, FormClient)
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    return thief


def is_in(client: FormClient) -> bool:
    return client.get(PAGE).status_code == 200


@both_engines
@pytest.mark.feature("ALL-7")
def test_signing_out_ends_a_copied_cookie(app: Flask, client: FormClient, finance: Account) -> None:
    sign_in(client, finance)
    thief = copy_of(app, client)
    assert is_in(thief)
    client.post_form("/sign-out")
    assert not is_in(thief)
    assert not is_in(client)


@both_engines
def test_signing_out_everywhere_else_leaves_this_session(
    app: Flask, client: FormClient, finance: Account
) -> None:
    other = app.test_client()
    assert isinstance(other, FormClient)
    sign_in(other, finance)
    sign_in(client, finance)
    assert "退出其他所有登录" in client.get("/me").text
    client.post_form("/me/sessions/end")
    assert not is_in(other)
    assert "已退出其他 1 处登录" in client.get("/me").text


@pytest.mark.parametrize(
    ("role", "minutes"),
    [
        (Role.ANNOTATOR, 12 * 60),
        (Role.SUPERVISOR, 4 * 60),
        (Role.FINANCE, 30),
        (Role.COMPANY_ADMIN, 30),
        (Role.BASE_ADMIN, 30),
        (Role.OFFICIAL, 30),
    ],
)
def test_a_session_that_nobody_uses_ends(
    session: Session, client: FormClient, role: Role, minutes: int
) -> None:
    company = None if role in {Role.BASE_ADMIN, Role.OFFICIAL} else create_company(session)
    account = create_account(session, role, company, create_person(session))
    session.commit()
    with clock.fixed(NOW):
        sign_in(client, account)
    with clock.fixed(NOW + dt.timedelta(minutes=minutes)):
        assert is_in(client)
    with clock.fixed(NOW + dt.timedelta(minutes=2 * minutes + 1)):
        assert not is_in(client)
        if minutes < 12 * 60:
            assert "为安全起见已自动退出" in client.get("/sign-in").text


def test_a_page_that_only_asks_how_far_a_job_is_is_not_used(
    session: Session, client: FormClient, finance: Account
) -> None:
    """Nobody works a queue off, and the page goes on asking: the desk is still empty."""
    job = create_job(session, account=finance)
    session.commit()
    with clock.fixed(NOW):
        sign_in(client, finance)
    for minutes in range(10, 31, 10):
        with clock.fixed(NOW + dt.timedelta(minutes=minutes)):
            assert client.get(f"/jobs/{job.id}/progress").status_code == 200
    with clock.fixed(NOW + dt.timedelta(minutes=31)):
        assert not is_in(client)


def test_a_busy_session_ends_after_twelve_hours(client: FormClient, finance: Account) -> None:
    with clock.fixed(NOW):
        sign_in(client, finance)
    for minutes in range(20, 12 * 60 + 1, 20):
        with clock.fixed(NOW + dt.timedelta(minutes=minutes)):
            assert is_in(client), minutes
    with clock.fixed(NOW + dt.timedelta(minutes=12 * 60 + 1)):
        assert not is_in(client)


def test_sessions_that_are_over_are_not_kept(
    session: Session, client: FormClient, finance: Account
) -> None:
    for hours in (0, 5, 13):
        with clock.fixed(NOW + dt.timedelta(hours=hours)):
            sign_in(client, finance)
            client.post_form("/sign-out")
    session.rollback()
    begun = session.scalars(select(SignInSession.began_at).order_by(SignInSession.id)).all()
    assert begun == [NOW + dt.timedelta(hours=5), NOW + dt.timedelta(hours=13)]


def test_the_database_holds_no_token(
    session: Session, client: FormClient, finance: Account
) -> None:
    sign_in(client, finance)
    session.rollback()
    with client.session_transaction() as cookie:
        token = str(cookie["_user_id"])
    stored = session.scalars(select(SignInSession)).one()
    assert token not in str(vars(stored))
    with client.session_transaction() as cookie:
        cookie["_user_id"] = stored.token_hash
    assert not is_in(client)


def test_reading_writes_nothing_and_sends_no_cookie_within_a_minute(
    client: FormClient, finance: Account
) -> None:
    """A page must not wait for a writer only to note that it was read."""
    with clock.fixed(NOW):
        sign_in(client, finance)
        # The first page with a form brings the token of all later ones.
        client.get(PAGE)
    with clock.fixed(NOW + dt.timedelta(seconds=59)):
        assert "Set-Cookie" not in client.get(PAGE).headers
    with clock.fixed(NOW + dt.timedelta(seconds=60)):
        assert "Set-Cookie" in client.get(PAGE).headers


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(client: FormClient) -> None:
    answer = client.get(PAGE, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/roles"
    came = {"HX-Request": "true", "Referer": "http://localhost/jobs/7"}
    answer = client.get("/jobs/7/progress", headers=came)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/jobs/7"


@pytest.mark.parametrize("seen", [None, "soon", 0, True])
def test_a_cookie_without_its_minute_is_nobody(
    client: FormClient, finance: Account, seen: object
) -> None:
    sign_in(client, finance)
    with client.session_transaction() as cookie:
        cookie["seen"] = seen
    assert not is_in(client)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
            "Chrome · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge · Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile MicroMessenger/8.0",
            "WeChat · Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605", "Safari · iPhone"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named(agent: str, words: str) -> None:
    assert browser_of(agent) == words
