"""Keeping training on the web: courses, classes, who takes part, lessons and sittings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for

from workforce.core.errors import DomainError, NotFoundError
from workforce.core.permissions import Permission
from workforce.platform import clock
from workforce.platform.db import db, unit_of_work
from workforce.platform.forms import answer_of, choices_of, fault_of, place_fault
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.scope import ScopeKind
from workforce.platform.web import actor, page_of
from workforce.training import (
    enrolling,
    exam_web,
    lessons,
    marking,
    own_web,
    queries,
    register_web,
    results_web,
    service,
    teaching,
)
from workforce.training.class_people import PersonRow, people_of
from workforce.training.forms import (
    ClassForm,
    CourseForm,
    ExamForm,
    LessonsForm,
    NewClassForm,
    PeopleForm,
    PracticeForm,
    TraineeForm,
    said_of_class,
    said_of_course,
)
from workforce.training.models import TrainingCourse
from workforce.training.next_step import next_step
from workforce.training.passing import MARKS
from workforce.training.reach import is_marked, is_open_to
from workforce.training.routes import ROUTES, note_people_read, reach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from flask_wtf import FlaskForm

    from workforce.platform.scope import Scope
    from workforce.training.cells import Cell

__all__ = ["ROUTES", "exam_web", "own_web", "register_web", "results_web"]

_MANAGE: Final = Permission.TRAINING_MANAGE
_TEACH: Final = Permission.TRAINING_TEACH
_Act = Callable[["Scope", int, Any], Any]
"""Does what a form of a class's page says; returns what is told of it."""
_PER_PAGE: Final = 50
_CLASS_DAYS: Final = dt.timedelta(days=60)
"""About two months: what a new class's form offers."""
_USUAL: Final = {
    "attendance_rate": 800_000,
    "practice_score": 6_000,
    "exam_score": 6_000,
    "allowance_amount": 0,
    "is_offered": True,
}
"""What a new course's form offers."""


@ROUTES.page("/training/classes", permission=Permission.TRAINING_READ)
def classes(scope: Scope) -> ResponseReturnValue:
    """List the classes in sight, the newest first, and the catalogue of courses."""
    session, scope = db.session(), reach(scope)
    page = page_of(queries.class_count(session, scope), _PER_PAGE)
    return render_template(
        "training/classes.html",
        rows=queries.class_rows(session, scope, rows=page.rows),
        courses=queries.course_rows(session, scope),
        task_types=queries.task_type_names(session),
        today=clock.today(),
        number=page.number,
        count=page.count,
        page_url=lambda number: url_for("training.classes", page=number),
    )


@ROUTES.form("/training/courses/new", permission=_MANAGE)
def new_course(scope: Scope) -> ResponseReturnValue:
    """Add a course."""
    form = _course_form(_USUAL)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.make_course(session, scope, actor(), form.wish())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("课程已添加"), "success")
            return redirect(url_for("training.classes"))
    page = render_template("training/course.html", form=form, course=None, held=None)
    return answer_of(page, form)


@ROUTES.form("/training/courses/<int:course_id>", permission=_MANAGE)
def course(scope: Scope, course_id: int) -> ResponseReturnValue:
    """Change a course."""
    row = queries.course_row(db.session(), scope, course_id)
    title, held = row.course.title, queries.held(db.session(), course_id)
    form = _course_form(said_of_course(row.course, row.task_types))
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                service.change_course(session, scope, actor(), course_id, form.wish())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已保存，以后开的班按新的要求"), "success")
            return redirect(url_for("training.classes"))
    page = render_template("training/course.html", form=form, course=title, held=held)
    return answer_of(page, form)


def _course_form(said: dict[str, Any]) -> CourseForm:
    form = CourseForm(data=said)
    form.fill_choices(queries.task_type_names(db.session()), current_locale())
    return form


@ROUTES.form("/training/classes/new", permission=_MANAGE)
def new_class(scope: Scope) -> ResponseReturnValue:
    """Hold a course once; ``?course=``: which one is chosen first."""
    session, today = db.session(), clock.today()
    is_open = is_open_to(scope, TrainingCourse)
    offered = [row for row in queries.course_rows(session, scope, is_open) if row.course.is_offered]
    if not offered:
        flash(gettext("先添加一门课程，再开班"), "info")
        return redirect(url_for("training.new_course"))
    said = {
        "course_id": request.args.get("course", ""),
        "starts_on": today,
        "ends_on": today + _CLASS_DAYS,
        "capacity": "30",
        "is_open": True,
    }
    form = NewClassForm(data=said)
    form.course_id.choices = choices_of(
        (str(row.course.id), f"{row.course.code} {row.course.title}") for row in offered
    )
    if form.validate_on_submit():
        try:
            with unit_of_work() as writing:
                class_id = service.make_class(
                    writing, scope, actor(), int(form.course_id.data), form.wish()
                )
                teaching.set_teachers(writing, scope, actor(), class_id, form.teacher_numbers())
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(form, error)
        else:
            flash(gettext("已开班，接着排课、报名"), "success")
            return redirect(url_for("training.show_class", class_id=class_id))
    is_of_base = scope.kind is ScopeKind.BASE
    page = render_template("training/new_class.html", form=form, is_of_base=is_of_base)
    return answer_of(page, form)


@ROUTES.form("/training/classes/<int:class_id>", permission=_TEACH)
def show_class(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Show a class with its people, lessons and sittings; ``act`` says which of its teacher's forms was sent."""
    return _class(reach(scope), class_id, _TEACHING)


@ROUTES.action("/training/classes/<int:class_id>/keep", permission=_MANAGE)
def keep_class(scope: Scope, class_id: int) -> ResponseReturnValue:
    """Sign people up or change a class; ``act`` says which of its keeper's forms was sent."""
    return _class(scope, class_id, _KEEPING)


def _class(scope: Scope, class_id: int, acts: Mapping[str, _Act]) -> ResponseReturnValue:
    row = queries.class_row(db.session(), scope, class_id)
    teachers = teaching.teachers_of(db.session(), row.one)
    forms = _class_forms(scope, row, teachers)
    act = request.form.get("act", "") if request.method == "POST" else ""
    if act and (act not in forms or act not in acts):
        raise NotFoundError("web.not_found")
    if act and forms[act].validate_on_submit():
        try:
            done = acts[act](scope, class_id, forms[act])
        except NotFoundError:
            raise
        except DomainError as error:
            place_fault(forms[act], error)
            # What the act had read is no more.
            row = queries.class_row(db.session(), scope, class_id)
        else:
            flash(done, "success")
            # The address of the form names the form: what was done is told at the top.
            return redirect(url_for("training.show_class", class_id=class_id, _anchor="main"))
    return _class_page(scope, row, forms, act, teachers)


def _class_forms(
    scope: Scope, row: queries.ClassRow, teachers: Sequence[teaching.Teacher]
) -> dict[str, FlaskForm]:
    """Return the forms of a class's page: of its keeper, its teacher, and of whoever sends people."""
    today = clock.today()
    start = max(today, row.one.starts_on)
    forms: dict[str, FlaskForm] = {}
    if scope.kind in {ScopeKind.BASE, ScopeKind.COMPANY}:
        forms["people"] = PeopleForm(prefix="people-")
    if scope.kind is ScopeKind.COMPANY:
        trainee = TraineeForm(
            prefix="trainee-",
            data={"hired_on": start, "education": "70", "household_category": "rural"},
        )
        trainee.fill_choices()
        forms["trainee"] = trainee
    if row.is_kept:
        named = "\n".join(teacher.named for teacher in teachers)
        said = said_of_class(row.one) | {"teachers": named}
        forms["change"] = ClassForm(prefix="change-", data=said)
    if not row.is_taught:
        return forms
    added = LessonsForm(
        prefix="lessons-",
        data={
            "first_on": row.one.starts_on,
            "last_on": row.one.ends_on,
            "weekdays": ["1", "2", "3", "4", "5"],
            "starts": dt.time(9),
            "ends": dt.time(11),
        },
    )
    added.fill_choices()
    return forms | {
        "lessons": added,
        "exam": ExamForm(prefix="exam-", data={"held_on": row.one.ends_on}),
        "practice": PracticeForm(prefix="practice-"),
    }


def _class_page(
    scope: Scope,
    row: queries.ClassRow,
    forms: dict[str, FlaskForm],
    act: str,
    teachers: Sequence[teaching.Teacher],
) -> ResponseReturnValue:
    session, class_id, today = db.session(), row.one.id, clock.today()
    people = people_of(session, scope, class_id, today)
    timetable = queries.lesson_rows(session, scope, class_id)
    exams = queries.exam_rows(session, class_id)
    page = render_template(
        "training/class.html",
        row=row,
        people=people,
        lessons=timetable,
        exams=exams,
        step=next_step(row, people, timetable, exams, today),
        teachers=teachers,
        forms=forms,
        act=act,
        opened=act or request.args.get("act", ""),
        today=today,
    )
    note_people_read(scope, row.one)
    return answer_of(page, forms[act]) if act else page


def _sign_up(scope: Scope, class_id: int, form: PeopleForm) -> Any:
    with unit_of_work() as session:
        done = enrolling.sign_up_many(
            session, scope, actor(), class_id, (form.people.data or "").splitlines()
        )
    return gettext(
        "已报名 %(enrolled)d 人，候补 %(waiting)d 人，原来就在班里 %(already)d 人",
        enrolled=done.enrolled,
        waiting=done.waiting,
        already=done.already,
    )


def _add_trainee(scope: Scope, class_id: int, form: TraineeForm) -> Any:
    with unit_of_work() as session:
        state = enrolling.add_trainee(session, scope, actor(), class_id, form.new())
    return gettext("已登记学员并报名") if state == "enrolled" else gettext("已登记学员，候补中")


def _add_lessons(scope: Scope, class_id: int, form: LessonsForm) -> Any:
    with unit_of_work() as session:
        count = service.add_lessons(session, scope, actor(), class_id, form.wish())
    return gettext("已排 %(count)d 节课", count=count)


def _add_exam(scope: Scope, class_id: int, form: ExamForm) -> Any:
    with unit_of_work() as session:
        service.add_exam(
            session, scope, actor(), class_id, form.held_on.data, form.title.data or ""
        )
    return gettext("考试已添加")


def _add_practice(scope: Scope, class_id: int, form: PracticeForm) -> Any:
    lines = form.read()
    with unit_of_work() as session:
        known = enrolling.enrolments_by_name(session, scope, class_id)
        count = marking.add_practice(session, scope, actor(), class_id, lines, known)
    return gettext("已保存 %(count)d 条练习成绩", count=count)


def _change(scope: Scope, class_id: int, form: ClassForm) -> Any:
    with unit_of_work() as session:
        service.change_class(session, scope, actor(), class_id, form.wish())
        teaching.set_teachers(session, scope, actor(), class_id, form.teacher_numbers())
    return gettext("已保存")


_TEACHING: Final[Mapping[str, _Act]] = {
    "lessons": _add_lessons,
    "exam": _add_exam,
    "practice": _add_practice,
}
_KEEPING: Final[Mapping[str, _Act]] = {
    "people": _sign_up,
    "trainee": _add_trainee,
    "change": _change,
}


@ROUTES.action("/training/enrolments/<int:enrolment_id>/leave", permission=_MANAGE)
def leave(scope: Scope, enrolment_id: int) -> ResponseReturnValue:
    """Let somebody in reach give a place up."""
    with unit_of_work() as session:
        class_id = enrolling.leave(session, scope, actor(), enrolment_id)
    flash(gettext("已退出，候补的人已递补"), "success")
    return redirect(url_for("training.show_class", class_id=class_id))


@ROUTES.action("/training/lessons/<int:taught_lesson_id>/drop", permission=_TEACH)
def drop_lesson(scope: Scope, taught_lesson_id: int) -> ResponseReturnValue:
    """Take a lesson out of the timetable."""
    with unit_of_work() as session:
        class_id = service.drop_lesson(session, reach(scope), actor(), taught_lesson_id)
    flash(gettext("已取消这节课"), "success")
    return redirect(url_for("training.show_class", class_id=class_id))


@ROUTES.action("/training/exams/<int:exam_id>/drop", permission=_TEACH)
def drop_exam(scope: Scope, exam_id: int) -> ResponseReturnValue:
    """Take a sitting without scores back."""
    with unit_of_work() as session:
        class_id = service.drop_exam(session, reach(scope), actor(), exam_id)
    flash(gettext("已取消这场考试"), "success")
    return redirect(url_for("training.show_class", class_id=class_id))


@ROUTES.form("/training/lessons/<int:lesson_id>", permission=_TEACH)
def lesson(scope: Scope, lesson_id: int) -> ResponseReturnValue:
    """Mark a class's people in reach at a lesson: one by one, or all that are not marked at once."""
    session, scope = db.session(), reach(scope)
    one = queries.lesson_of(session, lesson_id, is_marked(scope))
    class_id = one.class_id
    people = people_of(session, scope, class_id, clock.today(), "enrolled")
    stored = queries.marks_of(session, lesson_id)
    typed: dict[int, str] = {}
    fault = None
    if request.method == "POST":
        sent, shown = _sent_marks(people, stored, lesson_id)
        typed = {person: mark for (person, _lesson), mark in sent.items()}
        try:
            with unit_of_work() as writing:
                count = marking.mark_lessons(writing, scope, actor(), class_id, sent, shown)
        except NotFoundError:
            raise
        except DomainError as error:
            fault = fault_of(error)
            if isinstance(error, marking.MarkedMeanwhileError):
                typed |= {person: mark for (person, _lesson), mark in error.cells.items()}
        else:
            flash(gettext("已保存，改动 %(count)d 人", count=count), "success")
            return redirect(url_for("training.lesson", lesson_id=lesson_id))
        one = queries.lesson_of(db.session(), lesson_id, is_marked(scope))
        stored = queries.marks_of(db.session(), lesson_id)
    session = db.session()
    row = queries.class_row(session, scope, class_id)
    note_people_read(scope, row.one)
    before, after = lessons.beside(session, one)
    page = render_template(
        "training/lesson.html",
        lesson=one,
        before=before,
        after=after,
        row=row,
        people=people,
        stored=stored,
        marks=stored | typed,
        kinds=MARKS,
        fault=fault,
        today=clock.today(),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK


def _sent_marks(
    people: list[PersonRow], stored: dict[int, str], lesson_id: int
) -> tuple[dict[Cell, str], dict[Cell, str]]:
    """Return the marks that a form changes, and those that its page showed; who is not in it is not changed.

    ``rest``: what all get that are not marked.
    """
    rest = request.form.get("rest", "")
    sent, shown = {}, {}
    for key in (row.enrolment_id for row in people):
        was = request.form.get(f"was-{key}", stored.get(key, ""))
        mark = request.form.get(f"mark-{key}", was) or rest
        if mark != was:
            sent[key, lesson_id], shown[key, lesson_id] = mark, was
    return sent, shown
