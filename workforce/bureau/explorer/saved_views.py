"""Questions of the explorer that are kept by name: the own ones, and those that others share.

A view holds a question, never a figure: whoever opens it sees what he may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, or_, select

from workforce.bureau.models import SavedView
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.platform import audit, clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 2000
MOST_VIEWS: Final = 50
"""Of one account: a list that can be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: an account, and the company that it belongs to; None: the base."""

    account_id: int
    company_id: int | None


def views(session: Session, reader: Reader) -> list[SavedView]:
    """Return the views that a reader can open: the own ones first, then by name."""
    found = session.scalars(
        select(SavedView).where(_is_open_to(reader)).order_by(SavedView.name, SavedView.id)
    )
    return sorted(found, key=lambda view: view.account_id != reader.account_id)


def view(session: Session, reader: Reader, view_id: int) -> SavedView:
    """Return one of the views that a reader can open.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    chosen = select(SavedView).where(SavedView.id == view_id, _is_open_to(reader))
    found = session.scalar(chosen)
    if found is None:
        raise NotFoundError("web.not_found")
    return found


def save_view(
    session: Session, reader: Reader, name: str, query: str, *, is_shared: bool, actor: Actor
) -> SavedView:
    """Keep a question under a name; one of the same name of the same account is replaced.

    Raises:
        InputError: no name, or too long a name or question.
        StateError: the account has as many views as can be kept.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InputError("explorer.name", most=LONGEST_NAME)
    if len(query) > LONGEST_QUERY:
        raise InputError("explorer.long_question")
    own = session.scalars(select(SavedView).where(SavedView.account_id == reader.account_id)).all()
    kept = next((one for one in own if one.name == name), None)
    if kept is None and len(own) >= MOST_VIEWS:
        raise StateError("explorer.many_views", most=MOST_VIEWS)
    before = None if kept is None else _told(kept)
    if kept is None:
        kept = SavedView(account_id=reader.account_id, company_id=reader.company_id, name=name)
        session.add(kept)
    kept.query, kept.is_shared, kept.saved_at = query, is_shared, clock.now()
    session.flush()
    audit.record(
        session,
        actor,
        "saved_view.save",
        "saved_view",
        kept.id,
        company_id=kept.company_id,
        before=before,
        after=_told(kept),
    )
    return kept


def delete_view(session: Session, reader: Reader, view_id: int, actor: Actor) -> None:
    """Forget one of the own views.

    Raises:
        NotFoundError: there is none, or it is another's, shared or not.
    """
    kept = view(session, reader, view_id)
    if kept.account_id != reader.account_id:
        raise NotFoundError("web.not_found")
    audit.record(
        session,
        actor,
        "saved_view.delete",
        "saved_view",
        kept.id,
        company_id=kept.company_id,
        before=_told(kept),
    )
    session.delete(kept)


def _told(kept: SavedView) -> dict[str, object]:
    return {"name": kept.name, "query": kept.query, "is_shared": kept.is_shared}


def _is_open_to(reader: Reader) -> ColumnElement[bool]:
    is_near = (
        SavedView.company_id.is_(None)
        if reader.company_id is None
        else SavedView.company_id == reader.company_id
    )
    is_shared = and_(SavedView.is_shared.is_(True), is_near)
    return or_(SavedView.account_id == reader.account_id, is_shared)
