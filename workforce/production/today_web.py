"""The board of today: who is there, who is late, away or missing, and what was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import render_template, request

from workforce.attendance.today import Presence, read_today
from workforce.core.errors import NotFoundError
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.law_book import law_book
from workforce.platform.web import SliceRoutes, key_of
from workforce.production.today import made_on

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("today", __name__)

_NAMES_OF: Final = 3
"""Up to so many teams show their people at once; of more, the one that is chosen."""


@ROUTES.page("/today", permission=Permission.ATTENDANCE_READ)
def board(scope: Scope) -> ResponseReturnValue:
    """Show the board: ``?team=`` one team with its people, ``?screen=1`` large and without names.

    A page that is open asks for itself every minute and gets the inner part only.
    """
    calendar = law_book().calendar()
    now = clock.to_base(clock.now()).replace(tzinfo=None)
    session = db.session()
    teams = read_today(session, scope, now, calendar)
    text = request.args.get("team", "")
    if text:
        key = key_of(text)
        teams = [team for team in teams if team.team_id == key]
        if not teams:
            raise NotFoundError("web.not_found")
    is_screen = request.args.get("screen") == "1"
    is_part = request.headers.get("HX-Request") == "true"
    return render_template(
        "production/_today.html" if is_part else "production/today.html",
        teams=teams,
        made=made_on(session, scope, now.date()),
        kinds=list(Presence),
        at=now,
        chosen=text,
        is_screen=is_screen,
        shows_names=not is_screen and (bool(text) or len(teams) <= _NAMES_OF),
    )
