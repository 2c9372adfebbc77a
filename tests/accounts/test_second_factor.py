"""The authenticator app: bound at the first sign-in, asked for at every later one, each code once."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.accounts.conftest import NOW, code_of, require_second_factor, sign_in
from tests.engines import both_engines
from tests.factories import PASSWORD, create_account, create_company, create_person
from tests.factories.web import FormClient
from workforce.accounts import second_factor, service
from workforce.accounts.models import Account, RecoveryCode, SecondFactor
from workforce.accounts.service import COMMAND_LINE
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.db import unit_of_work

# RFC 6238, appendix B: the secret "12345678901234567890" and its codes (the last six of eight digits).
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}


def bind(account: Account, secret: str) -> list[str]:
    """Bind an authenticator at the fixed instant; return the recovery codes."""
    with unit_of_work() as working:
        held = working.get_one(Account, account.id)
        return second_factor.enrol(working, held, secret, code_of(secret))


def to_code_page(client: FormClient, account: Account, address: str = "127.0.0.1") -> None:
    assert sign_in(client, account, address=address) == "/sign-in/code?next=/"


def send(client: FormClient, code: str) -> str:
    return client.post_form("/sign-in/code", {"code": code, "next": "/roles"}).location or ""


def later(seconds: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(session: Session, seconds: int, code: str) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    with clock.fixed(dt.datetime.fromtimestamp(seconds, dt.UTC)), unit_of_work() as working:
        held = working.get_one(Account, account.id)
        assert len(second_factor.enrol(working, held, RFC_SECRET, code)) == 10


@both_engines
@pytest.mark.feature("ALL-7")
def test_the_first_sign_in_binds_an_authenticator(
    app: Flask, session: Session, client: FormClient, finance: Account
) -> None:
    require_second_factor(app)
    with clock.fixed(NOW):
        sign_in(client, finance)
        for path in ("/", "/me", "/payroll/runs"):
            assert client.get(path).location == "/me/second-factor"
        page = client.get("/me/second-factor").text
        secret = re.sub(r"\s", "", re.findall(r'class="secret">([A-Z2-7 ]+)<', page)[0])
        assert 'src="data:image/svg+xml' in page
        # Loaded again it is the same one, so that what was scanned holds.
        again = client.get("/me/second-factor").text
        assert secret == re.sub(r"\s", "", re.findall(r'class="secret">([A-Z2-7 ]+)<', again)[0])
        wrong = client.post_form("/me/second-factor", {"code": "000000", "password": PASSWORD})
        assert "六位数字不正确" in wrong.text
        wrong = client.post_form("/me/second-factor", {"code": code_of(secret), "password": "no"})
        assert "口令不正确" in wrong.text
        done = client.post_form(
            "/me/second-factor", {"code": code_of(secret), "password": PASSWORD}
        )
        codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", done.text)
        assert len(set(codes)) == 10
        assert client.get("/me").status_code == 200
        client.post_form("/sign-out")
    session.rollback()
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-1] == "account.enrol_second_factor"
    with clock.fixed(later(30)):
        to_code_page(client, finance)
        assert send(client, code_of(secret)) == "/roles"
        assert client.get("/me").status_code == 200


@both_engines
def test_each_code_counts_once(client: FormClient, finance: Account) -> None:
    """Read over a shoulder and typed again: refused, also in the steps in which it would be right."""
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
    with clock.fixed(later(60)):
        used = code_of(secret)
        to_code_page(client, finance)
        assert send(client, used) == "/roles"
        client.post_form("/sign-out")
        to_code_page(client, finance)
        assert send(client, used) == ""
    with clock.fixed(later(90)):
        assert send(client, used) == ""
        # The step before the used one is void as well.
        assert send(client, code_of(secret, steps_later=-1)) == ""
        assert send(client, code_of(secret)) == "/roles"


def test_a_clock_may_go_wrong_by_one_step(client: FormClient, finance: Account) -> None:
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
    for offset, leads in ((-2, ""), (2, ""), (-1, "/roles"), (1, "/roles")):
        instant = later(600 + 120 * (offset + 3))
        with clock.fixed(instant):
            to_code_page(client, finance)
            assert send(client, code_of(secret, steps_later=offset)) == leads
            client.post_form("/sign-out")


@both_engines
def test_a_recovery_code_counts_once(
    session: Session, client: FormClient, finance: Account
) -> None:
    with clock.fixed(NOW):
        codes = bind(finance, second_factor.new_secret())
        to_code_page(client, finance)
        assert send(client, codes[3].lower().replace("-", " ")) == "/roles"
        client.post_form("/sign-out")
        to_code_page(client, finance)
        assert send(client, codes[3]) == ""
        assert send(client, codes[4]) == "/roles"
    session.rollback()
    assert second_factor.recovery_codes_left(session, finance.id) == 8
    kept = {row.code_hash for row in session.scalars(select(RecoveryCode))}
    assert not kept & {code.replace("-", "") for code in codes}


def test_another_accounts_recovery_code_is_worth_nothing(
    session: Session, client: FormClient, finance: Account
) -> None:
    other = create_account(session, Role.BASE_ADMIN)
    session.commit()
    with clock.fixed(NOW):
        theirs = bind(other, second_factor.new_secret())
        bind(finance, second_factor.new_secret())
        to_code_page(client, finance)
        assert send(client, theirs[0]) == ""


def test_few_recovery_codes_left_are_told(client: FormClient, finance: Account) -> None:
    with clock.fixed(NOW):
        for code in bind(finance, second_factor.new_secret())[:7]:
            to_code_page(client, finance)
            send(client, code)
            page = client.get("/roles").text
            client.post_form("/sign-out")
        assert "只剩 3 个恢复码" in page


@both_engines
def test_wrong_codes_lock_like_wrong_passwords(client: FormClient, finance: Account) -> None:
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
    with clock.fixed(later(60)):
        for number in range(5):
            to_code_page(client, finance, address=f"10.0.{number}.1")
            assert send(client, "000000") == ""
        right = code_of(secret)
        assert send(client, right) == ""
        assert sign_in(client, finance) == ""
    with clock.fixed(later(60 + 15 * 60)):
        to_code_page(client, finance)
        assert send(client, code_of(secret)) == "/roles"


def test_half_a_sign_in_is_nobody(client: FormClient, finance: Account) -> None:
    """After the password alone no page opens, and the half is worth nothing after five minutes."""
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
        to_code_page(client, finance)
        for path in ("/", "/me", "/me/password", "/me/second-factor", "/payroll/runs"):
            assert (client.get(path).location or "").startswith("/sign-in?")
        assert client.get("/sign-in/code").status_code == 200
        # Public pages know nobody either.
        assert finance.display_name not in client.get("/law").text
    with clock.fixed(later(301)):
        assert client.get("/sign-in/code").location == "/sign-in"
        assert send(client, code_of(secret)) == "/sign-in?next=/roles"


def test_half_a_sign_in_ends_with_the_password(
    session: Session, client: FormClient, finance: Account
) -> None:
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
    with clock.fixed(later(60)):
        to_code_page(client, finance)
        with unit_of_work() as working:
            service.reset_password(working, COMMAND_LINE, working.get_one(Account, finance.id))
        assert send(client, code_of(secret)) == ""
    session.rollback()
    assert finance.last_signed_in_at is None


@pytest.mark.parametrize("pending", [None, [], ["1", 2, 3], [1, 0, "x"], "1", [1, 10**12, "x"]])
def test_a_forged_half_is_nobody(client: FormClient, finance: Account, pending: object) -> None:
    assert finance.id
    with client.session_transaction() as cookie:
        cookie["half_signed_in"] = pending
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client.post_form("/sign-in/code", {"code": "000000"}).location == "/sign-in"


@pytest.mark.parametrize(
    ("role", "is_asked"),
    [
        (Role.ANNOTATOR, False),
        (Role.SUPERVISOR, False),
        (Role.FINANCE, True),
        (Role.COMPANY_ADMIN, True),
        (Role.BASE_ADMIN, True),
        (Role.OFFICIAL, True),
    ],
)
def test_whoever_reaches_others_pay_is_asked(
    app: Flask, session: Session, client: FormClient, role: Role, *, is_asked: bool
) -> None:
    company = None if role in {Role.BASE_ADMIN, Role.OFFICIAL} else create_company(session)
    account = create_account(session, role, company, create_person(session))
    session.commit()
    sign_in(client, account)
    assert client.get("/me").status_code == 200
    require_second_factor(app)
    assert (client.get("/me").location == "/me/second-factor") is is_asked
    # Whoever is not asked may bind one all the same.
    assert client.get("/me/second-factor").status_code == 200


def test_a_one_time_password_comes_before_the_authenticator(
    app: Flask, session: Session, client: FormClient, finance: Account
) -> None:
    require_second_factor(app)
    finance.must_change_password = True
    session.commit()
    sign_in(client, finance)
    assert client.get("/me/second-factor").location == "/me/password"


def test_an_administrator_takes_a_lost_one_away(
    app: Flask, session: Session, client: FormClient, finance: Account
) -> None:
    require_second_factor(app)
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        codes = bind(finance, secret)
    with clock.fixed(later(60)):
        to_code_page(client, finance)
        send(client, code_of(secret))
        with unit_of_work() as working:
            held = working.get_one(Account, finance.id)
            service.reset_second_factor(working, COMMAND_LINE, held)
        assert client.get("/me").status_code == 302
        assert sign_in(client, finance) == "/"
        assert client.get("/").location == "/me/second-factor"
    session.rollback()
    assert session.scalars(select(SecondFactor)).all() == []
    assert second_factor.recovery_codes_left(session, finance.id) == 0
    assert len(codes) == 10
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).all()
    assert "account.reset_second_factor" in [entry.action for entry in last]


def test_the_secret_lies_encrypted(session: Session, finance: Account) -> None:
    secret = second_factor.new_secret()
    with clock.fixed(NOW):
        bind(finance, secret)
    stored = session.execute(text("SELECT secret FROM second_factor")).scalar_one()
    assert secret not in stored
    session.rollback()
    assert session.scalars(select(SecondFactor)).one().secret == secret


def test_a_new_authenticator_replaces_the_old_one(finance: Account) -> None:
    first, second = second_factor.new_secret(), second_factor.new_secret()
    with clock.fixed(NOW):
        old = bind(finance, first)
        bind(finance, second)
        with pytest.raises(InputError), unit_of_work() as working:
            second_factor.enrol(
                working, working.get_one(Account, finance.id), first, code_of(second)
            )
    with clock.fixed(later(60)), unit_of_work() as working:
        held = working.get_one(Account, finance.id)
        assert not second_factor.is_right_code(working, held, code_of(first))
        assert not second_factor.is_right_code(working, held, old[0])
        assert second_factor.is_right_code(working, held, code_of(second))


def test_a_code_may_be_typed_as_phones_show_it_and_chinese_keyboards_write_it(
    session: Session,
) -> None:
    account = create_account(session, Role.BASE_ADMIN)
    session.commit()
    with clock.fixed(dt.datetime.fromtimestamp(59, dt.UTC)), unit_of_work() as working:
        held = working.get_one(Account, account.id)
        codes = second_factor.enrol(working, held, RFC_SECRET, "287 082")
        lower = codes[0].replace("-", " ").lower()
        assert second_factor.is_right_code(working, held, lower)
        assert not second_factor.is_right_code(working, held, lower)
    with clock.fixed(dt.datetime.fromtimestamp(1111111109, dt.UTC)), unit_of_work() as working:
        held = working.get_one(Account, account.id)
        assert second_factor.is_right_code(working, held, "０８１　８０４")


@pytest.mark.parametrize(
    "typed", ["", "      ", "１２３４５６", "١٢٣٤٥٦", "12345", "1" * 5000, "'; --"]
)
def test_hostile_codes_are_wrong_codes(client: FormClient, finance: Account, typed: str) -> None:
    with clock.fixed(NOW):
        bind(finance, pyotp.random_base32())
        to_code_page(client, finance)
        answer = client.post_form("/sign-in/code", {"code": typed})
        assert answer.status_code == 422
