"""Making, changing and switching off accounts.

An administrator acts on others only: nobody gives himself a role, a way around the second factor or
a password that was not asked for. One base administrator always stays, or nobody could help the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workforce.accounts import second_factor, sign_in
from workforce.accounts.models import Account
from workforce.accounts.passwords import (
    check_new_password,
    hash_password,
    is_password,
    one_time_password,
)
from workforce.core.errors import ForbiddenError, InputError, StateError
from workforce.core.permissions import Permission, Role, is_allowed
from workforce.core.terms import term
from workforce.core.text import Locale
from workforce.platform import audit, clock
from workforce.platform.scope import Scope

_LOGIN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
BASE_ROLES: Final = frozenset({Role.BASE_ADMIN, Role.OFFICIAL})
"""Roles that belong to no company; only the base's administrator gives them."""


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
    is_one_time: bool = False,
    made_for_company_id: int | None = None,
    password_hash: str | None = None,
) -> Account:
    """Make an account in the caller's unit of work and return it, with its key.

    An annotator needs a person and no company: the person's records of every company are his own.
    The other roles of a company need that company; base administrators and officials have none.
    ``is_one_time``: the password must be changed before anything else. ``made_for_company_id`` is the
    company whose administrator makes an annotator's account: its audit shows the act.
    ``password_hash`` is that of the password, where many were hashed before the write lock was taken.

    Raises:
        InputError: the name is malformed or taken, the password easy to guess, company or person
            missing, or a company given where the role has none.
    """
    login_name = login_name.strip().lower()
    if not _LOGIN_NAME.fullmatch(login_name):
        raise InputError("account.login_malformed", login_name=login_name)
    if session.scalar(select(Account.id).where(Account.login_name == login_name)) is not None:
        raise InputError("account.login_taken", login_name=login_name)
    check_new_password(password, login_name)
    _check_role(role, company_id, person_id)
    account = Account(
        login_name=login_name,
        display_name=display_name,
        password_hash=password_hash or hash_password(password),
        role=role,
        company_id=company_id,
        person_id=person_id,
        locale=locale,
        is_active=True,
        created_at=clock.now(),
        must_change_password=is_one_time,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        # PostgreSQL lets another transaction take the name in the meantime.
        raise InputError("account.login_taken", login_name=login_name) from error
    after = {"login_name": login_name, "role": role, "company_id": company_id}
    audit.record(
        session,
        actor,
        "account.create",
        "account",
        account.id,
        company_id=company_id or made_for_company_id,
        after=after,
    )
    return account


def _check_role(role: Role, company_id: int | None, person_id: int | None) -> None:
    if role is Role.ANNOTATOR and person_id is None:
        raise InputError("account.person_required")
    has_company = role not in BASE_ROLES | {Role.ANNOTATOR}
    if has_company and company_id is None:
        raise InputError("account.company_required", role=term(f"role.{role}"))
    if company_id is not None and not has_company:
        raise InputError("account.company_unwanted", role=term(f"role.{role}"))


def change_account(
    session: Session,
    actor: Administrator,
    account: Account,
    *,
    display_name: str,
    role: Role,
    company_id: int | None,
) -> None:
    """Give an account another name or role in the caller's unit of work.

    A changed role ends the account's sessions. ``company_id`` is that of the new role: None for
    annotators and the roles of the base.

    Raises:
        ForbiddenError: it is the actor's own role, or one that the actor may not give.
        InputError: the role needs a company or person.
        StateError: it is the last base administrator.
    """
    before = _shape(account)
    if role != account.role or company_id != account.company_id:
        _refuse_self(actor, account)
        _refuse_wider(actor, Role(account.role), role)
        _check_role(role, company_id, account.person_id)
        if role is not Role.BASE_ADMIN:
            _keep_one_administrator(session, account)
        account.role = role
        account.company_id = company_id
        sign_in.end_all(session, account.id)
    account.display_name = display_name
    after = _shape(account)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        _note(
            session,
            actor,
            "account.change",
            account,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def _shape(account: Account) -> dict[str, object]:
    return {
        "display_name": account.display_name,
        "role": str(account.role),
        "company_id": account.company_id,
    }


def switch_off(session: Session, actor: Administrator, account: Account) -> None:
    """Let an account sign in no more, and end its sessions, in the caller's unit of work.

    Raises:
        ForbiddenError: it is the actor's own.
        StateError: it is the last base administrator.
    """
    if not account.is_active:
        return
    _refuse_self(actor, account)
    _refuse_wider(actor, Role(account.role))
    _keep_one_administrator(session, account)
    account.is_active = False
    sign_in.end_all(session, account.id)
    _note(session, actor, "account.switch_off", account)


def switch_on(session: Session, actor: Administrator, account: Account) -> None:
    """Let a switched-off account sign in again, in the caller's unit of work."""
    if account.is_active:
        return
    _refuse_wider(actor, Role(account.role))
    account.is_active = True
    _note(session, actor, "account.switch_on", account)


def unlock(session: Session, actor: Administrator, account: Account) -> None:
    """End the lock that wrong passwords brought, in the caller's unit of work.

    The count of wrong passwords stays: its owner is to learn of it.

    Raises:
        ForbiddenError: it is the actor's own.
    """
    if not sign_in.is_locked(account):
        return
    _refuse_self(actor, account)
    _refuse_wider(actor, Role(account.role))
    account.locked_until = None
    _note(session, actor, "account.unlock", account)


def reset_password(session: Session, actor: Administrator, account: Account) -> str:
    """Give an account a one-time password in the caller's unit of work and return it.

    It is shown once and kept nowhere; sessions and a lock end.

    Raises:
        ForbiddenError: it is the actor's own.
    """
    _refuse_self(actor, account)
    _refuse_wider(actor, Role(account.role))
    password = one_time_password()
    account.password_hash = hash_password(password)
    account.must_change_password = True
    account.locked_until = None
    sign_in.end_all(session, account.id)
    _note(session, actor, "account.reset_password", account)
    return password


def reset_second_factor(session: Session, actor: Administrator, account: Account) -> None:
    """Take a lost authenticator from an account in the caller's unit of work; sessions end.

    Raises:
        ForbiddenError: it is the actor's own.
    """
    _refuse_self(actor, account)
    _refuse_wider(actor, Role(account.role))
    if second_factor.forget(session, account.id):
        sign_in.end_all(session, account.id)
        _note(session, actor, "account.reset_second_factor", account)


def change_own_password(
    session: Session, account: Account, password: str, password_hash: str, *, keep: str
) -> None:
    """Give the owner's new password in the caller's unit of work; other sessions end.

    ``password_hash`` was made before the write lock was taken; ``keep`` is the token of the session
    in which it is changed.

    Raises:
        InputError: it is easy to guess, or the one that the account has.
    """
    check_new_password(password, account.login_name)
    if is_password(account.password_hash, password):
        raise InputError("account.password_same")
    account.password_hash = password_hash
    account.must_change_password = False
    sign_in.end_all(session, account.id, but=keep)
    _note(session, Administrator.of(account), "account.change_password", account)


def end_other_sessions(session: Session, account: Account, *, keep: str) -> int:
    """End the owner's other sessions in the caller's unit of work; return how many there were."""
    count = sign_in.end_all(session, account.id, but=keep)
    if count:
        _note(session, Administrator.of(account), "account.end_sessions", account)
    return count


def enrol(session: Session, account: Account, secret: str, code: str, *, keep: str) -> list[str]:
    """Bind the owner's authenticator in the caller's unit of work; return the recovery codes.

    Other sessions end: they began without it, or with the one that is replaced.

    Raises:
        InputError: the code is not the authenticator's.
    """
    codes = second_factor.enrol(session, account, secret, code)
    sign_in.end_all(session, account.id, but=keep)
    _note(session, Administrator.of(account), "account.enrol_second_factor", account)
    return codes


def choose_locale(session: Session, account: Account, locale: Locale) -> None:
    """Keep the language of an account's pages in the caller's unit of work."""
    if locale != account.locale:
        before, account.locale = account.locale, locale
        _note(
            session,
            Administrator.of(account),
            "account.choose_locale",
            account,
            before={"locale": before},
            after={"locale": locale},
        )


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who acts on an account, with the role that says how far; the command line has every right."""

    actor: audit.Actor
    role: Role = Role.BASE_ADMIN
    company_id: int | None = None

    @classmethod
    def of(cls, account: Account) -> Administrator:
        """Return an account as the one who acts."""
        return cls(actor_of(account), Role(account.role), account.company_id)


COMMAND_LINE: Final = Administrator(audit.CLI)


def roles_to_give(administrator: Administrator) -> tuple[Role, ...]:
    """Return the roles that an administrator may give and take, from the narrowest to the widest."""
    if administrator.role is Role.BASE_ADMIN:
        return tuple(Role)
    return tuple(role for role in Role if role not in BASE_ROLES)


def _refuse_self(administrator: Administrator, account: Account) -> None:
    if administrator.actor.account_id == account.id:
        raise ForbiddenError("account.own_rights")


def _refuse_wider(administrator: Administrator, *roles: Role) -> None:
    """The queries reach no account of the base for a company; a role to give is checked here."""
    if not set(roles) <= set(roles_to_give(administrator)):
        raise ForbiddenError("web.forbidden")


def _keep_one_administrator(session: Session, account: Account) -> None:
    """Refuse to lose the last base administrator; two at once wait for each other."""
    if account.role != Role.BASE_ADMIN:
        return
    held = (
        select(Account.id)
        .where(Account.role == Role.BASE_ADMIN, Account.is_active.is_(True))
        .order_by(Account.id)
        .with_for_update()
    )
    if set(session.scalars(held)) <= {account.id}:
        raise StateError("account.last_administrator")


def _note(
    session: Session,
    administrator: Administrator,
    action: str,
    account: Account,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """Record an act; an annotator's account belongs to no company, so the administrator's sees it."""
    audit.record(
        session,
        administrator.actor,
        action,
        "account",
        account.id,
        company_id=account.company_id or administrator.company_id,
        before=before,
        after={"login_name": account.login_name, **(after or {})},
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
    if role in BASE_ROLES:
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
