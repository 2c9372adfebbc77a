"""Scores of a sitting: typed person by person, or pasted as lines."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from workforce.core.chart import decimal_text
from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, fault_of, place_fault
from workforce.platform.i18n import gettext
from workforce.platform.web import actor
from workforce.training import enrolling, marking, queries
from workforce.training.class_people import people_of
from workforce.training.forms import ScoresForm, read_score
from workforce.training.routes import ROUTES, note_people_read, reach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


@ROUTES.form("/training/exams/<int:exam_id>", permission=Permission.TRAINING_TEACH)
def exam(scope: Scope, exam_id: int) -> ResponseReturnValue:
    """Enter the scores of a sitting; ``?show=failed``: only who has not passed the class yet."""
    session, scope = db.session(), reach(scope)
    one = queries.taught_exam(session, scope, exam_id)
    class_id = one.class_id
    is_short = request.args.get("show") == "failed"
    people = [
        row
        for row in people_of(session, scope, class_id, clock.today(), "enrolled")
        if not is_short or row.result != "passed"
    ]
    typed = {
        key: decimal_text(score, 2) for key, score in queries.scores_of(session, exam_id).items()
    }
    faults: dict[int, str] = {}
    fault = None
    if request.method == "POST":
        typed = {
            row.enrolment_id: request.form.get(f"score-{row.enrolment_id}", "").strip()
            for row in people
            if f"score-{row.enrolment_id}" in request.form
        }
        scores, faults = _read_scores(typed)
        if not faults:
            try:
                with unit_of_work() as writing:
                    count = marking.score_exam(writing, scope, actor(), exam_id, scores)
            except NotFoundError:
                raise
            except DomainError as error:
                fault = fault_of(error)
            else:
                flash(gettext("已保存，改动 %(count)d 人", count=count), "success")
                show = "failed" if is_short else None
                return redirect(url_for("training.exam", exam_id=exam_id, show=show))
        one = queries.taught_exam(db.session(), scope, exam_id)
    session = db.session()
    row = queries.taught_class(session, scope, class_id)
    note_people_read(scope, row.one)
    page = render_template(
        "training/exam.html",
        exam=one,
        row=row,
        people=people,
        typed=typed,
        faults=faults,
        fault=fault,
        is_short=is_short,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if fault or faults else HTTPStatus.OK


def _read_scores(typed: dict[int, str]) -> tuple[dict[int, int | None], dict[int, str]]:
    """Return scores by enrolment, blank ones as None, and what is wrong with the others."""
    scores: dict[int, int | None] = {}
    faults: dict[int, str] = {}
    for key, text in typed.items():
        try:
            scores[key] = read_score(text) if text else None
        except InputError as error:
            faults[key] = fault_of(error)
    return scores, faults


@ROUTES.form("/training/exams/<int:exam_id>/paste", permission=Permission.TRAINING_TEACH)
def paste_scores(scope: Scope, exam_id: int) -> ResponseReturnValue:
    """Enter scores of a sitting as lines that are pasted: all of them or none; who is not named keeps the score."""
    scope = reach(scope)
    exam = queries.taught_exam(db.session(), scope, exam_id)
    class_id = exam.class_id
    form = ScoresForm()
    if form.validate_on_submit():
        try:
            lines = form.read()
            with unit_of_work() as session:
                known = enrolling.enrolments_by_name(session, scope, class_id)
                count = marking.score_exam(
                    session, scope, actor(), exam_id, marking.named_scores(lines, known)
                )
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
            exam = queries.taught_exam(db.session(), scope, exam_id)
        else:
            flash(gettext("已保存，改动 %(count)d 人", count=count), "success")
            return redirect(url_for("training.exam", exam_id=exam_id))
    page = render_template(
        "training/exam_paste.html",
        exam=exam,
        row=queries.taught_class(db.session(), scope, class_id),
        form=form,
    )
    return answer_of(page, form)
