"""What a visitor does with the own account, and what its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from workforce.accounts import second_factor, service, sign_in
from workforce.accounts.models import Account, SignInSession
from workforce.accounts.passwords import is_password
from workforce.accounts.queries import open_sessions
from workforce.accounts.session import client, signed_in
from workforce.core.errors import ForbiddenError
from workforce.core.text import Locale
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import gettext as _

if TYPE_CHECKING:
    from wtforms import Field


@dataclass(frozen=True, slots=True)
class OwnState:
    """What the owner sees of an account: sessions that go on, newest first, and unused codes."""

    sessions: list[SignInSession]
    recovery_codes_left: int


def state_of(session: Session, account_id: int) -> OwnState:
    """Return what the owner's page shows."""
    since = clock.now() - sign_in.LONGEST_SESSION
    return OwnState(
        list(session.scalars(open_sessions(account_id, since))),
        second_factor.recovery_codes_left(session, account_id),
    )


def type_again(field: Field) -> bool:
    """Tell whether a field holds the visitor's password; if not, count it and say so at the field."""
    visitor = signed_in()
    stored = db.session.get_one(Account, visitor.account_id).password_hash
    is_right = is_password(stored, field.data or "")
    try:
        with unit_of_work() as working:
            sign_in.check_again(working, visitor.account_id, is_right=is_right, client=client())
    except ForbiddenError as error:
        field.errors = [fault_of(error)]
        return False
    if not is_right:
        field.errors = [_("口令不正确")]
    return is_right


def choose_locale(session: Session, account_id: int, locale: Locale) -> None:
    """Keep the language of an account's pages in the caller's unit of work."""
    service.choose_locale(session, session.get_one(Account, account_id), locale)


def end_other_sessions(session: Session, account_id: int, *, keep: str) -> int:
    """End an account's sessions except that of the token ``keep``, in the caller's unit of work."""
    return service.end_other_sessions(session, session.get_one(Account, account_id), keep=keep)
