"""A team's month, to look at: who worked when, who was late, away or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, render_template, request

from workforce.attendance import queries
from workforce.attendance.team_month import LETTERS, CellKind, read_team_month
from workforce.core.law import LawBook, approved_overlays
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.web import SliceRoutes, key_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.config import Settings
    from workforce.core.work_calendar import WorkCalendar
    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("attendance", __name__)


@ROUTES.page("/attendance/team-month", permission=Permission.ATTENDANCE_READ)
def team_month(scope: Scope) -> ResponseReturnValue:
    """Show the month of one team: ``?team=`` a team in reach, else the first; ``?period=2026-10``."""
    period = _period(scope)
    grid = read_team_month(
        db.session(), scope, period, _calendar(), team_id=_team_id(), today=clock.today()
    )
    return render_template(
        "attendance/team_month.html",
        grid=grid,
        period=period,
        kinds=CellKind,
        letters=LETTERS,
    )


def _team_id() -> int | None:
    text = request.args.get("team")
    return key_of(text) if text else None


def _period(scope: Scope) -> PayPeriod:
    """Return the month asked for, else the last one with a recorded shift, else this one."""
    text = request.args.get("period")
    if text:
        return PayPeriod.parse_month(text)
    latest = db.session().scalar(queries.latest_work_day(scope))
    return PayPeriod.of(latest or clock.today())


def _calendar() -> WorkCalendar:
    settings: Settings = current_app.extensions["workforce.settings"]
    return LawBook.load(approved_overlays(settings.instance / "law")).calendar()
