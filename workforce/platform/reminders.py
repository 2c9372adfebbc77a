"""What an official's first page reminds of, beyond its own slice: slices above it say what, by account.

A slice declares a finder in its ``reminders.py``, and ``slices.py`` collects them; a page asks for all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

_EXTENSION: Final = "workforce.reminders"


@dataclass(frozen=True, slots=True)
class Reminder:
    """So many things wait for somebody; ``code``: a term ``reminder``, ``endpoint``: the page where they are."""

    code: str
    count: int
    endpoint: str


Finder = Callable[["Session", int, dt.date], list[Reminder]]
"""Finds what an account is to be reminded of on a day, in a fixed number of statements."""


def register_reminders(app: Flask, finders: Sequence[Finder]) -> None:
    """Tell an app who finds reminders."""
    app.extensions[_EXTENSION] = tuple(finders)


def reminders_of(session: Session, account_id: int, on: dt.date) -> list[Reminder]:
    """Return what an account is to be reminded of on a day; what there is nothing of is left out."""
    finders = cast("tuple[Finder, ...]", current_app.extensions[_EXTENSION])
    found = [one for finder in finders for one in finder(session, account_id, on)]
    return [one for one in found if one.count]
