"""Who uses seats: a slice above says so, because it lies above.

What was used has a history: it ends on a day, and cannot be said never to have been.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from flask import current_app

from workforce.premises.geometry import Span

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

_EXTENSION: Final = "workforce.seat_users"


class SeatHeld(NamedTuple):
    """A seat that somebody of a company had, or is to have, over some days."""

    seat_id: int
    company_id: int
    span: Span


SeatUser = Callable[["Session", Collection[int]], Iterable[SeatHeld]]
"""Tells of some seats who ever had them, in one statement."""


def register_seat_users(app: Flask, users: Collection[SeatUser]) -> None:
    """Tell an app who knows of the use of seats."""
    app.extensions[_EXTENSION] = tuple(users)


def held_seats(session: Session, seat_ids: Collection[int]) -> list[SeatHeld]:
    """Return who ever had some seats."""
    users = cast("tuple[SeatUser, ...]", current_app.extensions[_EXTENSION])
    return [held for user in users for held in user(session, seat_ids)]
