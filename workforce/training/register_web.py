"""A month of a class as a sheet of people × lessons: everybody's marks at a glance, and to print and sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.scope import ScopeKind
from workforce.platform.web import note_read
from workforce.training import lessons, queries
from workforce.training.class_people import people_of
from workforce.training.passing import MARKS
from workforce.training.routes import ROUTES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


@ROUTES.page("/training/classes/<int:class_id>/register", permission=Permission.TRAINING_MANAGE)
def register(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Show a month of lessons with the marks of all people in reach: ``?period=2026-10``."""
    session, today = db.session(), clock.today()
    row = queries.class_row(session, scope, class_id)
    first, last = PayPeriod.of(row.one.starts_on), PayPeriod.of(row.one.ends_on)
    asked = request.args.get("period", "")
    period = PayPeriod.parse_month(asked) if asked else PayPeriod.of(today)
    period = min(max(period, first), last)
    month = lessons.month_marks(session, class_id, period.first_on, period.last_on)
    people = people_of(session, scope, class_id, today, "enrolled")
    note_read("training_class.read", "training_class", class_id, company_id=scope.company_id)
    return render_template(
        "training/register.html",
        row=row,
        people=people,
        month=month,
        held=sum(one.held_on <= today for one in month.lessons),
        kinds=MARKS,
        period=period,
        before=period.previous() if period > first else None,
        after=period.next() if period < last else None,
        today=today,
        is_base=scope.kind is ScopeKind.BASE,
    )
