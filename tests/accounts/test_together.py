"""Many attempts at the same instant: a lock is not outrun, and a code is not used twice."""

from __future__ import annotations

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import PASSWORD
from tests.together import AT_ONCE, together
from workforce.accounts import second_factor
from workforce.accounts import sign_in as signing
from workforce.accounts.models import Account
from workforce.accounts.sign_in import Client
from workforce.platform import clock
from workforce.platform.db import unit_of_work

DOOR = Client("10.0.0.1")


@both_engines
def test_wrong_passwords_at_once_lock_at_the_fifth(
    app: Flask, session: Session, finance: Account
) -> None:
    login_name = finance.login_name
    matched = signing.matching_hash(session, login_name, PASSWORD)

    def guess(working: Session) -> bool:
        return signing.admit(working, login_name, "wrong", DOOR, matched=None) is not None

    assert not any(together(app, guess))
    session.rollback()
    assert finance.failed_sign_ins == 5
    assert signing.is_locked(finance)
    with unit_of_work() as working:
        assert signing.admit(working, login_name, PASSWORD, DOOR, matched=matched) is None


@both_engines
def test_a_code_sent_by_many_at_once_admits_one(app: Flask, finance: Account) -> None:
    secret, account_id = second_factor.new_secret(), finance.id
    authenticator = pyotp.TOTP(secret)
    step = int(clock.now().timestamp()) // 30
    with unit_of_work() as working:
        held = working.get_one(Account, account_id)
        second_factor.enrol(working, held, secret, authenticator.generate_otp(step - 1))
    code = authenticator.generate_otp(step)

    def send(working: Session) -> bool:
        held = working.get_one(Account, account_id, with_for_update=True)
        return second_factor.is_right_code(working, held, code)

    assert sorted(together(app, send)) == [False] * (AT_ONCE - 1) + [True]
