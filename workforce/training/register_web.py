"""A month of a class as a sheet of people × lessons: to mark, to read at a glance, and to print and sign."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term, terms_of
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import fault_of
from workforce.platform.i18n import gettext, in_current
from workforce.platform.web import actor
from workforce.training import lessons, marking, queries
from workforce.training.cells import people_in
from workforce.training.class_people import people_of
from workforce.training.month_form import MOST_CELLS, SentMonth, mark_of, read_month
from workforce.training.passing import MARKS
from workforce.training.routes import ROUTES, note_people_read, reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope
    from workforce.training.cells import Cell
    from workforce.training.models import TrainingClass

_MOST_TOLD: Final = 20


@ROUTES.form("/training/classes/<int:class_id>/register", permission=Permission.TRAINING_TEACH)
def register(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Show a month of lessons with the marks of all people in reach: ``?period=2026-10``; whoever keeps the register marks them."""
    scope = reach(scope)
    sent, faults = SentMonth(), {}
    if request.method == "POST":
        sent, count = _save(scope, class_id)
        if not sent.faults:
            flash(gettext("已保存，改动 %(count)d 格", count=count), "success")
            period = request.args.get("period")
            return redirect(url_for("training.register", class_id=class_id, period=period))
        faults = {cell: fault_of(error) for cell, error in sent.faults.items()}
    return _page(scope, class_id, sent.typed, faults)


def _save(scope: Scope, class_id: int) -> tuple[SentMonth, int]:
    """Mark what the register sent, or tell in it what is wrong; and how many cells are others now."""
    session = db.session()
    row = queries.class_row(session, scope, class_id)
    if not row.is_marked:
        raise NotFoundError("web.not_found")
    one = row.one
    period, today = _period(one), clock.today()
    month = lessons.month_marks(session, class_id, period.first_on, period.last_on)
    held = [lesson.id for lesson in month.lessons if lesson.held_on <= today]
    sent = read_month(request.form, people_in(session, scope, class_id), held)
    if sent.faults:
        return sent, 0
    try:
        with unit_of_work() as writing:
            return sent, marking.mark_lessons(
                writing, scope, actor(), class_id, sent.marks, sent.shown
            )
    except marking.MarkedMeanwhileError as error:
        for cell, mark in error.cells.items():
            sent.faults[cell] = _meanwhile(mark)
        return sent, 0


def _meanwhile(mark: str) -> DomainError:
    told = term(f"lesson_mark.{mark}") if mark else gettext("还没点名")
    return InputError("training.marked_meanwhile_cell", mark=told)


def _period(one: TrainingClass) -> PayPeriod:
    """Return the month that is asked for, or this one, of those in which the class is held."""
    first, last = PayPeriod.of(one.starts_on), PayPeriod.of(one.ends_on)
    asked = request.args.get("period", "")
    period = PayPeriod.parse_month(asked) if asked else PayPeriod.of(clock.today())
    return min(max(period, first), last)


def _page(
    scope: Scope, class_id: int, typed: Mapping[Cell, str], faults: Mapping[Cell, str]
) -> ResponseReturnValue:
    session, today = db.session(), clock.today()
    row = queries.class_row(session, scope, class_id)
    period = _period(row.one)
    month = lessons.month_marks(session, class_id, period.first_on, period.last_on)
    people = people_of(session, scope, class_id, today, "enrolled")
    held = [one for one in month.lessons if one.held_on <= today]
    cells = {(who.enrolment_id, one.id): (who, one) for who in people for one in held}
    letters = {mark: in_current(letter) for mark, letter in terms_of("lesson_letter").items()}
    note_people_read(scope, row.one)
    page = render_template(
        "training/register.html",
        row=row,
        people=people,
        month=month,
        held=len(held),
        is_typed=row.is_marked and 0 < len(cells) <= MOST_CELLS,
        unmarked=sum(cell not in month.marks for cell in cells),
        typed=typed,
        faults=faults,
        told=[(*cells[cell], faults[cell]) for cell in cells if cell in faults][:_MOST_TOLD],
        kinds=MARKS,
        letters=letters,
        letter_of={text: letters[mark] for text, mark in mark_of().items()},
        period=period,
        before=period.previous() if period > PayPeriod.of(row.one.starts_on) else None,
        after=period.next() if period < PayPeriod.of(row.one.ends_on) else None,
        today=today,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
