"""A person's own training: what one can sign up for, the own lessons and results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, url_for
from sqlalchemy import and_, not_, or_, select

from workforce.core.permissions import Permission
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.web import actor
from workforce.training import enrolling, queries
from workforce.training.class_people import person_rows
from workforce.training.models import TrainingClass, TrainingEnrolment
from workforce.training.reach import in_scope, is_taught
from workforce.training.routes import ROUTES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_OWN: Final = Permission.TRAINING_SIGN_UP_OWN
_MOST_CLASSES: Final = 50
"""Of those that one can sign up for; a base with more would need a search."""


@ROUTES.page("/training", permission=_OWN)
def mine(scope: Scope) -> ResponseReturnValue:
    """Show the own classes with their lessons and results, and those that are open."""
    session, today = db.session(), clock.today()
    own = person_rows(session, today, in_scope(scope), TrainingEnrolment.state != "withdrawn")
    keys = [row.class_id for row in own]
    job = people.all_employments(scope).subquery()
    # Whoever has left takes part in no class of the company any more.
    employers = select(job.c.company_id).where(
        or_(job.c.separated_on.is_(None), job.c.separated_on >= today)
    )
    is_offered = and_(
        TrainingClass.is_open,
        TrainingClass.ends_on >= today,
        or_(TrainingClass.company_id.is_(None), TrainingClass.company_id.in_(employers)),
    )
    shown = {
        row.one.id: row for row in queries.class_rows(session, scope, TrainingClass.id.in_(keys))
    }
    offered = queries.class_rows(
        session,
        scope,
        is_offered,
        TrainingClass.id.not_in(keys),
        not_(is_taught(scope)),
        rows=slice(0, _MOST_CLASSES),
    )
    shown |= {row.one.id: row for row in offered}
    courses = {row.one.course_id for row in shown.values()}
    own.sort(key=lambda row: shown[row.class_id].one.starts_on, reverse=True)
    return render_template(
        "training/mine.html",
        own=own,
        classes=shown,
        lessons=queries.lessons_of(session, keys),
        marks=queries.own_marks(session, [row.enrolment_id for row in own]),
        ahead=queries.places_ahead(session, keys),
        offered=sorted(offered, key=lambda row: row.one.starts_on),
        taught_classes=queries.class_rows(
            session, scope, is_taught(scope), rows=slice(0, _MOST_CLASSES)
        ),
        taught=queries.taught_by(session, sorted(courses)),
        task_types=queries.task_type_names(session),
        locale_code=current_locale(),
        today=today,
    )


@ROUTES.action("/training/offered/<int:offered_id>/sign-up", permission=_OWN)
def sign_up(scope: Scope, offered_id: int) -> ResponseReturnValue:
    """Sign oneself up for a class."""
    with unit_of_work() as session:
        state = enrolling.sign_up(session, scope, actor(), offered_id)
    done = gettext("已报名") if state == "enrolled" else gettext("名额已满，已排上候补")
    flash(done, "success")
    return redirect(url_for("training.mine"))


@ROUTES.action("/training/places/<int:enrolment_id>/leave", permission=_OWN)
def leave_own(scope: Scope, enrolment_id: int) -> ResponseReturnValue:
    """Give the own place up."""
    with unit_of_work() as session:
        enrolling.leave(session, scope, actor(), enrolment_id)
    flash(gettext("已退出"), "success")
    return redirect(url_for("training.mine"))
