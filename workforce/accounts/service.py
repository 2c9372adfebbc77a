"""Making accounts and signing in."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.accounts.models import Account
from workforce.accounts.passwords import LEAST_CHARACTERS, hash_password, is_password, needs_rehash
from workforce.accounts.queries import account_by_login, account_named
from workforce.core.errors import ForbiddenError, InputError
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.core.terms import term
from workforce.core.text import Locale
from workforce.platform import audit, clock
from workforce.platform.scope import Scope

_LOGIN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_BASE_ROLES: Final = frozenset({Role.BASE_ADMIN, Role.OFFICIAL})


def create_account(
    session: Session,
    *,
    login_name: str,
    display_name: str,
    password: str,
    role: Role,
    company_id: int | None = None,
    person_id: int | None = None,
    locale: Locale = "zh",
    actor: audit.Actor = audit.CLI,
) -> Account:
    """Make an account in the caller's unit of work and return it, with its key.

    An annotator needs a person and no company: the person's records of every company are his own.
    The other roles of a company need that company; base administrators and officials have none.

    Raises:
        InputError: the name is malformed or taken, the password short, company or person missing.
    """
    login_name = login_name.strip().lower()
    if not _LOGIN_NAME.fullmatch(login_name):
        raise InputError("account.login_malformed", login_name=login_name)
    if session.scalar(select(Account.id).where(Account.login_name == login_name)) is not None:
        raise InputError("account.login_taken", login_name=login_name)
    if len(password) < LEAST_CHARACTERS:
        raise InputError("account.password_short", least=LEAST_CHARACTERS)
    if role is Role.ANNOTATOR and person_id is None:
        raise InputError("account.person_required")
    if company_id is None and role not in _BASE_ROLES | {Role.ANNOTATOR}:
        raise InputError("account.company_required", role=term(f"role.{role}"))
    account = Account(
        login_name=login_name,
        display_name=display_name,
        password_hash=hash_password(password),
        role=role,
        company_id=company_id,
        person_id=person_id,
        locale=locale,
        is_active=True,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    after = {"login_name": login_name, "role": role, "company_id": company_id}
    audit.record(
        session,
        actor,
        "account.create",
        "account",
        account.id,
        company_id=company_id,
        after=after,
    )
    return account


def is_right_password(session: Session, login_name: str, password: str) -> bool:
    """Tell whether an active account of this name has this password, in the same time for any name.

    Hashing takes its time: call it before the write lock is taken.
    """
    account = account_by_login(session, login_name)
    return is_password(account.password_hash if account else None, password)


def note_sign_in(session: Session, login_name: str, password: str) -> Account:
    """Record in the caller's unit of work that the owner of an account has signed in."""
    account = account_named(session, login_name)
    account.last_signed_in_at = clock.now()
    if needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)
    audit.record(
        session,
        actor_of(account),
        "account.sign_in",
        "account",
        account.id,
        company_id=account.company_id,
    )
    return account


def note_failed_sign_in(session: Session, login_name: str) -> None:
    """Record a wrong password, where the name is an account's.

    A name that is nobody's is not kept: people type passwords into the wrong field.
    """
    account = account_by_login(session, login_name)
    if account is None:
        return
    audit.record(
        session,
        audit.Actor(account_id=None, name="visitor"),
        "account.sign_in_failed",
        "account",
        account.id,
        company_id=account.company_id,
    )


def actor_of(account: Account) -> audit.Actor:
    """Return the account as the audit names it."""
    return audit.Actor(account_id=account.id, name=account.login_name)


def require(account: Account, permission: Permission) -> None:
    """Refuse an account without a permission; for acts that name an account on the command line.

    Raises:
        ForbiddenError: its role does not have it.
    """
    if not is_allowed(Role(account.role), permission):
        raise ForbiddenError("web.forbidden")


def scope_of(account: Account, team_ids: frozenset[int] = frozenset()) -> Scope:
    """Return how far an account's queries reach.

    ``team_ids`` are the teams that a supervisor leads today; without any he sees nobody.
    """
    role = Role(account.role)
    if role in _BASE_ROLES:
        return Scope.base()
    if role is Role.ANNOTATOR:
        return Scope.own(_known(account.person_id))
    if role is Role.SUPERVISOR:
        return Scope.teams(_known(account.company_id), team_ids)
    return Scope.company(_known(account.company_id))


def _known(key: int | None) -> int:
    # The database refuses such an account; a scope must not be guessed all the same.
    if key is None:
        message = "an account lacks the company or person of its role"
        raise ValueError(message)
    return key
