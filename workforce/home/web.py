"""Each role's first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from workforce.core.permissions import Permission
from workforce.home import service
from workforce.platform.db import db
from workforce.platform.web import SliceRoutes, note_read, principal

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

ROUTES = SliceRoutes("home", __name__)


@ROUTES.page("/", permission=Permission.HOME_READ)
def show_home(scope: Scope) -> ResponseReturnValue:
    """Show what concerns this visitor now, and where to go from here."""
    visitor = principal()
    session = db.session()
    own = service.own_pay(session, visitor.person_id)
    for slip in own:
        note_read("payslip.read", "payslip", slip.payslip_id)
    return render_template(
        "home/home.html",
        own=own,
        runs=service.runs_in_hand(session, visitor.role, scope),
        teams=service.teams_led(session, visitor.role, scope),
    )
