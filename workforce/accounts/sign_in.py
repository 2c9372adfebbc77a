"""Attempts to sign in: what is counted, when it stops, and the session that a right one begins.

*An account is locked* after every fifth wrong password or code in a row: 15 minutes, then twice as
long each time, four hours at most. Meanwhile a right password is refused like a wrong one, so nobody
learns by trying whether he has found it.

*An address is braked* when within 15 minutes 30 more of its attempts failed than succeeded. Failures
alone would not do: a whole base may reach the service through one address.

An answer never tells whether a name exists, and an unknown name costs the same work. Both counts lie
in the database and are cleaned as new ones come: no other service is needed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from workforce.accounts.models import Account, SignInFailure, SignInSession
from workforce.accounts.passwords import hash_password, is_password, needs_rehash
from workforce.core.errors import ForbiddenError
from workforce.platform import audit, clock

WRONG_BEFORE_LOCK: Final = 5
FIRST_LOCK: Final = dt.timedelta(minutes=15)
LONGEST_LOCK: Final = dt.timedelta(hours=4)
BRAKE_WINDOW: Final = dt.timedelta(minutes=15)
FAILURES_BEFORE_BRAKE: Final = 30
LONGEST_SESSION: Final = dt.timedelta(hours=12)
"""A working day; no session outlives it, however busy it is."""

_VISITOR: Final = audit.Actor(account_id=None, name="visitor")
_AGENT_CHARACTERS: Final = 200
_ADDRESS_CHARACTERS: Final = 45


@dataclass(frozen=True, slots=True)
class Client:
    """Where an attempt comes from: its network address, and what its browser calls itself."""

    address: str
    agent: str = ""


def matching_hash(session: Session, login_name: str, password: str) -> str | None:
    """Return the stored hash that a password matches, or None, in the same time for any name.

    Hashing takes its time: call it before the write lock is taken.
    """
    account = session.scalar(_named(login_name))
    stored = account.password_hash if account else None
    return stored if is_password(stored, password) else None


def is_braked(session: Session, client: Client) -> bool:
    """Tell whether an address has failed too often of late to be heard."""
    now = clock.now()
    since = now - BRAKE_WINDOW
    failed = (
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.address == _address(client))
        .where(SignInFailure.at > since, SignInFailure.at < now + clock.SLACK)
    )
    begun = (
        select(func.count())
        .select_from(SignInSession)
        .where(SignInSession.address == _address(client), SignInSession.began_at > since)
    )
    row = session.execute(select(failed.scalar_subquery(), begun.scalar_subquery())).one()
    return int(row[0]) - int(row[1]) >= FAILURES_BEFORE_BRAKE


def admit(
    session: Session, login_name: str, password: str, client: Client, *, matched: str | None
) -> Account | None:
    """Decide in the caller's unit of work about an attempt; ``matched`` is from ``matching_hash``.

    Returns the account, held for writing, or None where the attempt is refused and counted: the name
    is nobody's, the password is wrong (or was changed since it was compared), the account is locked.
    """
    account = session.scalar(_named(login_name).with_for_update())
    if account is None:
        # Not kept in the audit: people type passwords into the wrong field.
        _count_for_address(session, client)
        return None
    if account.password_hash != matched or is_locked(account):
        note_failure(session, account, client)
        return None
    if needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    return account


def is_locked(account: Account) -> bool:
    """Tell whether an account refuses everybody at this instant."""
    return account.locked_until is not None and account.locked_until > clock.now()


def note_failure(session: Session, account: Account, client: Client) -> None:
    """Count a wrong password or code against an account and an address; lock at every fifth.

    What is tried while the account is locked is recorded, and makes the lock no longer: else a
    stranger could keep the owner out for ever.
    """
    _count_for_address(session, client)
    after: dict[str, object] = {"address": _address(client)}
    if is_locked(account):
        after["is_locked"] = True
    else:
        account.failed_sign_ins += 1
        after["failed_sign_ins"] = account.failed_sign_ins
        locks, rest = divmod(account.failed_sign_ins, WRONG_BEFORE_LOCK)
        if rest == 0:
            # The exponent has its limit: a shift by thousands would be a huge number.
            length = min(FIRST_LOCK * 2 ** min(locks - 1, 10), LONGEST_LOCK)
            account.locked_until = clock.now() + length
            after["locked_until"] = account.locked_until
    audit.record(
        session,
        _VISITOR,
        "account.sign_in_failed",
        "account",
        account.id,
        company_id=account.company_id,
        after=after,
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that has begun; ``failed_before``: wrong attempts since the account's last one."""

    token: str
    failed_before: int
    last_signed_in_at: dt.datetime | None


def begin(session: Session, account: Account, client: Client) -> Begun:
    """Begin a session in the caller's unit of work; the token is for the cookie and kept nowhere."""
    token = secrets.token_urlsafe(32)
    begun = Begun(token, account.failed_sign_ins, account.last_signed_in_at)
    now = clock.now()
    account.last_signed_in_at = now
    account.failed_sign_ins = 0
    account.locked_until = None
    session.execute(delete(SignInSession).where(SignInSession.began_at < now - LONGEST_SESSION))
    session.add(
        SignInSession(
            account_id=account.id,
            token_hash=token_hash(token),
            began_at=now,
            address=_address(client),
            agent=client.agent[:_AGENT_CHARACTERS],
        )
    )
    audit.record(
        session,
        audit.Actor(account_id=account.id, name=account.login_name),
        "account.sign_in",
        "account",
        account.id,
        company_id=account.company_id,
        after={"address": _address(client)},
    )
    return begun


def token_hash(token: str) -> str:
    """Return what the table keeps of a token: a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def end(session: Session, token: str) -> None:
    """End the session of a token; a copy of its cookie is worth nothing from now on."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(session: Session, account_id: int, *, but: str | None = None) -> int:
    """End the sessions of an account, except the one of the token ``but``; return how many."""
    ended = (
        update(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignInSession.id)
    )
    if but is not None:
        ended = ended.where(SignInSession.token_hash != token_hash(but))
    return len(session.scalars(ended).all())


def check_again(session: Session, account_id: int, *, is_right: bool, client: Client) -> None:
    """Count a wrong password that somebody signed in has typed, in the caller's unit of work.

    Whoever found an open browser may not try passwords without end either.

    Raises:
        ForbiddenError: the account is locked, whether the password is right or wrong.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if is_locked(account):
        raise ForbiddenError("account.locked")
    if not is_right:
        note_failure(session, account, client)


def _named(login_name: str) -> Select[Account]:
    wanted = login_name.strip().lower()
    return select(Account).where(Account.login_name == wanted, Account.is_active.is_(True))


def _count_for_address(session: Session, client: Client) -> None:
    now = clock.now()
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - BRAKE_WINDOW))
    session.add(SignInFailure(at=now, address=_address(client)))


def _address(client: Client) -> str:
    return client.address[:_ADDRESS_CHARACTERS]
