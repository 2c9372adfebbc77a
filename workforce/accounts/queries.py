"""Reading accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workforce.accounts.models import Account, SecondFactor, SignInSession
from workforce.core.errors import InputError, NotFoundError
from workforce.core.permissions import Role
from workforce.platform import clock
from workforce.platform.scope import Scope, ScopeKind


def account_by_login(session: Session, login_name: str) -> Account | None:
    """Return an account that may sign in, by its login name in any letter case."""
    wanted = login_name.strip().lower()
    return session.scalar(
        select(Account).where(Account.login_name == wanted, Account.is_active.is_(True)),
    )


def account_named(session: Session, login_name: str, *, also_off: bool = False) -> Account:
    """Return the account that a command line names, where asked also a switched-off one.

    Raises:
        InputError: there is none.
    """
    chosen = select(Account).where(Account.login_name == login_name.strip().lower())
    if not also_off:
        chosen = chosen.where(Account.is_active.is_(True))
    account = session.scalar(chosen)
    if account is None:
        raise InputError("account.unknown", login_name=login_name)
    return account


def display_names() -> Select[int, str]:
    """Pairs account_id, display_name of all accounts, active or not: who answered for something."""
    return select(Account.id.label("account_id"), Account.display_name)


def name_and_role(account_id: int) -> Select[str, str]:
    """What people call an account now, and its role: one row."""
    return select(Account.display_name, Account.role).where(Account.id == account_id)


def accounts() -> Select[Account]:
    """All active accounts in order of their login names."""
    return select(Account).where(Account.is_active.is_(True)).order_by(Account.login_name)


def persons_with_account() -> Select[int | None]:
    """Ids of the persons who have an account, active or not."""
    return select(Account.person_id).where(Account.person_id.is_not(None))


def person_of_account(account_id: int) -> Select[int | None]:
    """The person behind an account: one row, NULL for an account without one."""
    return select(Account.person_id).where(Account.id == account_id)


def login_names_like(stem: str) -> Select[str]:
    """Login names that begin with a text, taken or switched off."""
    return select(Account.login_name).where(Account.login_name.startswith(stem, autoescape=True))


def visitor(token_hash: str, not_before: dt.datetime) -> Select[Account, SignInSession, int | None]:
    """The account of a session that goes on, the session, and the account's key in ``second_factor``.

    One row or none: sessions that have ended or began too early, and accounts that are switched off,
    are not found.
    """
    return (
        select(Account, SignInSession, SecondFactor.account_id)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(
            SignInSession.token_hash == token_hash,
            SignInSession.ended_at.is_(None),
            SignInSession.began_at >= not_before,
            Account.is_active.is_(True),
        )
    )


def open_sessions(account_id: int, not_before: dt.datetime) -> Select[SignInSession]:
    """The sessions of an account that go on, the newest first."""
    return (
        select(SignInSession)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.ended_at.is_(None),
            SignInSession.began_at >= not_before,
        )
        .order_by(SignInSession.began_at.desc(), SignInSession.id.desc())
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """The accounts that an administrator manages.

    ``persons`` selects the persons whose accounts a company may help: whoever holds a password holds
    all that the account's person sees. It comes from a higher slice (people).
    """

    scope: Scope
    persons: Select[int]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of accounts is narrowed to: empty fields narrow nothing."""

    text: str = ""
    role: str = ""
    state: str = ""
    company_id: int | None = None


def managed(reach: Reach, wanted: Filter | None = None) -> Select[*tuple[Any, ...]]:
    """The accounts in reach, in order of login name.

    Columns: account_id, login_name, display_name, role, company_id, person_id, is_active,
    must_change_password, locked_until, failed_sign_ins, last_signed_in_at, created_at,
    second_factor_since.
    """
    wanted = wanted or Filter()
    chosen = (
        select(
            Account.id.label("account_id"),
            Account.login_name,
            Account.display_name,
            Account.role,
            Account.company_id,
            Account.person_id,
            Account.is_active,
            Account.must_change_password,
            Account.locked_until,
            Account.failed_sign_ins,
            Account.last_signed_in_at,
            Account.created_at,
            SecondFactor.since.label("second_factor_since"),
        )
        .outerjoin(SecondFactor, SecondFactor.account_id == Account.id)
        .where(_in_reach(reach), _has_state(wanted.state))
        .order_by(Account.login_name)
    )
    text = wanted.text.strip().lower()
    if text:
        chosen = chosen.where(
            or_(
                Account.login_name.contains(text, autoescape=True),
                func.lower(Account.display_name).contains(text, autoescape=True),
            )
        )
    if wanted.role:
        chosen = chosen.where(Account.role == wanted.role)
    if wanted.company_id is not None:
        chosen = chosen.where(Account.company_id == wanted.company_id)
    return chosen


STATES = ("active", "locked", "never", "off")
"""What a list of accounts may be narrowed to by state; labels: ``account_state.*``."""


def _has_state(state: str) -> ColumnElement[bool]:
    if state == "active":
        return Account.is_active.is_(True)
    if state == "off":
        return Account.is_active.is_(False)
    if state == "locked":
        return and_(Account.is_active.is_(True), Account.locked_until > clock.now())
    if state == "never":
        return and_(Account.is_active.is_(True), Account.last_signed_in_at.is_(None))
    return true()


def _in_reach(reach: Reach) -> ColumnElement[bool]:
    if reach.scope.kind is ScopeKind.BASE:
        return true()
    if reach.scope.kind is not ScopeKind.COMPANY:
        message = "accounts are managed for a company or the base"
        raise ValueError(message)
    is_annotators = and_(Account.company_id.is_(None), Account.role == Role.ANNOTATOR)
    return and_(
        or_(Account.company_id == reach.scope.company_id, is_annotators),
        or_(Account.person_id.is_(None), Account.person_id.in_(reach.persons)),
    )


def managed_account(session: Session, reach: Reach, account_id: int) -> Account:
    """Return one account in reach, held for writing where the caller's unit of work writes.

    Raises:
        NotFoundError: there is none, or it is out of reach.
    """
    account = session.scalar(
        select(Account).where(Account.id == account_id, _in_reach(reach)).with_for_update()
    )
    if account is None:
        raise NotFoundError("web.not_found")
    return account
