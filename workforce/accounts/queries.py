"""Reading accounts."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workforce.accounts.models import Account
from workforce.core.errors import InputError


def active_account(session: Session, account_id: int) -> Account | None:
    """Return an account that may sign in, by its key."""
    account = session.get(Account, account_id)
    return account if account is not None and account.is_active else None


def account_by_login(session: Session, login_name: str) -> Account | None:
    """Return an account that may sign in, by its login name in any letter case."""
    wanted = login_name.strip().lower()
    return session.scalar(
        select(Account).where(Account.login_name == wanted, Account.is_active.is_(True)),
    )


def account_named(session: Session, login_name: str) -> Account:
    """Return the account that a command line names.

    Raises:
        InputError: there is none.
    """
    account = account_by_login(session, login_name)
    if account is None:
        raise InputError("account.unknown", login_name=login_name)
    return account


def display_names() -> Select[int, str]:
    """Pairs account_id, display_name of all accounts, active or not: who answered for something."""
    return select(Account.id.label("account_id"), Account.display_name)


def accounts() -> Select[Account]:
    """All active accounts in order of their login names."""
    return select(Account).where(Account.is_active.is_(True)).order_by(Account.login_name)
