"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for its loss.

Six digits every 30 seconds, from a secret that is stored encrypted. A code of the step before or
after is taken too, because phones' clocks drift; each step counts once, so that a code read over
somebody's shoulder is worth nothing. Ten recovery codes replace the app once each; only their keyed
hashes are kept.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from workforce.accounts.models import Account, RecoveryCode, SecondFactor
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.platform import clock, crypto

ROLES: Final = frozenset({Role.FINANCE, Role.COMPANY_ADMIN, Role.BASE_ADMIN, Role.OFFICIAL})
"""Whoever reaches other people's pay or accounts; asked of all of them unless the installation says no."""

RECOVERY_CODES: Final = 10
_ISSUER: Final = "数据标注基地"
_STEP_SECONDS: Final = 30
_DRIFT_STEPS: Final = (0, -1, 1)
_DIGITS: Final = 6
_RECOVERY_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_RECOVERY_GROUP: Final = 5


def new_secret() -> str:
    """Return a secret of 160 bits in base 32, as authenticator apps take it."""
    return pyotp.random_base32()


def qr_code(secret: str, login_name: str) -> str:
    """Return what an app scans, as the ``data:`` address of an SVG picture."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name=_ISSUER)
    picture: str = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white")
    return picture


def enrol(session: Session, account: Account, secret: str, code: str) -> list[str]:
    """Bind an authenticator to an account in the caller's unit of work; return its recovery codes.

    An earlier authenticator and its codes are replaced.

    Raises:
        InputError: the code is not the authenticator's: the secret was not taken over.
    """
    step = _matching_step(secret, _plain(code))
    if step is None:
        raise InputError("account.wrong_code")
    forget(session, account.id)
    session.add(
        SecondFactor(account_id=account.id, secret=secret, last_step=step, since=clock.now())
    )
    codes = [_recovery_code() for _number in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(account_id=account.id, code_hash=_code_hash(account.id, one)) for one in codes
    )
    return codes


def forget(session: Session, account_id: int) -> bool:
    """Take the second factor from an account; tell whether it had one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    gone = session.execute(
        delete(SecondFactor)
        .where(SecondFactor.account_id == account_id)
        .returning(SecondFactor.account_id)
    )
    return gone.first() is not None


def is_right_code(session: Session, account: Account, typed: str) -> bool:
    """Tell whether a code is the account's, and use it up; the account is held for writing.

    ``typed`` is a code of the app or a recovery code.
    """
    factor = session.get(SecondFactor, account.id)
    if factor is None:
        return False
    plain = _plain(typed)
    if len(plain) != _DIGITS:
        return _use_recovery_code(session, account.id, plain)
    step = _matching_step(factor.secret, plain, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    return True


def has_second_factor(session: Session, account_id: int) -> bool:
    """Tell whether an authenticator is bound to an account."""
    return session.get(SecondFactor, account_id) is not None


def recovery_codes_left(session: Session, account_id: int) -> int:
    """Return how many recovery codes an account has not used."""
    unused = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    )
    return session.scalar(unused) or 0


def _plain(typed: str) -> str:
    """Return a code as it was made, whatever letter case, width, blanks or hyphens it was typed with."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in text if sign.isalnum())


def _matching_step(secret: str, code: str, *, after: int = -1) -> int | None:
    """Return the step whose code this is, if it is later than ``after``."""
    app = pyotp.TOTP(secret)
    now = int(clock.now().timestamp()) // _STEP_SECONDS
    for drift in _DRIFT_STEPS:
        step = now + drift
        if step > after and hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _recovery_code() -> str:
    """Return ten random letters and digits in two groups: about 49 bits."""
    signs = "".join(secrets.choice(_RECOVERY_SIGNS) for _sign in range(2 * _RECOVERY_GROUP))
    return f"{signs[:_RECOVERY_GROUP]}-{signs[_RECOVERY_GROUP:]}"


def _code_hash(account_id: int, code: str) -> str:
    return crypto.lookup_hash(f"recovery {account_id} {_plain(code)}")


def _use_recovery_code(session: Session, account_id: int, plain: str) -> bool:
    found = session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _code_hash(account_id, plain),
            RecoveryCode.used_at.is_(None),
        )
    )
    if found is None:
        return False
    found.used_at = clock.now()
    return True
