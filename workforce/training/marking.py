"""What people reach: marks of lessons, scores of practice and exams. The caller's unit of work commits.

Everything can be put right later, with its history in the audit; a result that was decided keeps the
figures that it was decided on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, select

from workforce.core.errors import DomainError, InputError, NotFoundError, StateError
from workforce.platform import audit, clock
from workforce.platform.changes import Plan, plan_rows, write_plan
from workforce.platform.scope import Scope
from workforce.training import lessons as lesson_queries
from workforce.training import queries
from workforce.training.cells import Cell, put_cells
from workforce.training.models import (
    TrainingAttendance,
    TrainingClass,
    TrainingEnrolment,
    TrainingExam,
    TrainingExamScore,
    TrainingPractice,
)
from workforce.training.passing import MARKS
from workforce.training.reach import in_scope, is_kept
from workforce.training.service import check_score

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

MOST_EXERCISE = 60
MOST_QUANTITY = 10**9


class MarkedMeanwhileError(StateError):
    """Somebody else has marked ``cells`` otherwise than shown; tells their marks, empty where taken back."""

    def __init__(self, cells: Mapping[Cell, str]) -> None:
        """Keep the cells."""
        super().__init__("training.marked_meanwhile", count=len(cells))
        self.cells = cells

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary whole."""
        return type(self), (self.cells,)


def mark_lessons(
    session: Session,
    scope: Scope,
    actor: Actor,
    class_id: int,
    marks: Mapping[Cell, str],
    shown: Mapping[Cell, str],
) -> int:
    """Mark people of a class at lessons of it, empty takes a mark back; return how many changed.

    ``shown``: the marks that whoever sent these has seen. All or nothing, in a fixed number of statements.

    Raises:
        NotFoundError: there is no such class that the actor marks, a lesson is not its, or somebody is not in reach in it.
        StateError: a lesson has not been held yet.
        InputError: a mark is none.
        MarkedMeanwhileError: somebody else has marked some of them otherwise in the meantime.
    """
    if not queries.class_row(session, scope, class_id).is_marked:
        raise NotFoundError("web.not_found")
    queries.hold_class(session, class_id)
    keys = {lesson_id for _person, lesson_id in marks}
    lessons = lesson_queries.class_lessons(session, class_id, keys)
    if len(lessons) < len(keys):
        raise NotFoundError("web.not_found")
    stored = lesson_queries.marks_at(session, keys)
    meanwhile = {
        cell: stored.get(cell, "")
        for cell, mark in marks.items()
        if stored.get(cell, "") not in {shown.get(cell, ""), mark}
    }
    if meanwhile:
        raise MarkedMeanwhileError(meanwhile)
    for lesson in lessons:
        if lesson.held_on > clock.today():
            raise StateError("training.lesson_ahead", on=lesson.held_on)
    if not set(marks.values()) <= {*MARKS, ""}:
        raise InputError("training.mark", known=", ".join(MARKS))
    wanted = {cell: mark or None for cell, mark in marks.items()}
    return put_cells(session, scope, actor, class_id, TrainingAttendance, "lesson", wanted)


def score_exam(
    session: Session, scope: Scope, actor: Actor, exam_id: int, scores: Mapping[int, int | None]
) -> int:
    """Store scores of a sitting: enrolment → hundredths of a point, None takes one back.

    Return how many changed.

    Raises:
        NotFoundError: there is no such sitting of a class that the actor keeps or teaches, or somebody is not in it.
        StateError: it has not been held yet.
        InputError: a score is none.
    """
    exam = queries.taught_exam(session, scope, exam_id)
    _refuse_ahead(exam)
    for key, score in scores.items():
        check_score(score, f"score-{key}")
    wanted = {(person, exam_id): score for person, score in scores.items()}
    return put_cells(session, scope, actor, exam.class_id, TrainingExamScore, "exam", wanted)


def named_scores(
    lines: Mapping[str, int | None], known: Mapping[str, int]
) -> dict[int, int | None]:
    """Return scores by enrolment, of lines that name people; ``known``: enrolments by what names their people.

    Raises:
        InputError: some have no place in the class; tells all of them.
    """
    unknown = [name for name in lines if name not in known]
    if unknown:
        raise InputError("training.not_in_sitting", place="lines", names="、".join(unknown[:20]))
    return {known[name]: score for name, score in lines.items()}


def _refuse_ahead(exam: TrainingExam) -> None:
    if exam.held_on > clock.today():
        raise StateError("training.exam_ahead", title=exam.title, on=exam.held_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFact:
    """One scored exercise of somebody in a class; ``score`` hundredths of a point."""

    employment_id: int
    class_code: str
    worked_on: dt.date
    exercise: str
    quantity: int
    score: int

    @property
    def key(self) -> tuple[int, str, dt.date, str]:
        """What a second row would repeat."""
        return self.employment_id, self.class_code, self.worked_on, self.exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFact:
    """Somebody's score of a sitting; ``score`` hundredths of a point."""

    employment_id: int
    class_code: str
    held_on: dt.date
    title: str
    score: int

    @property
    def key(self) -> tuple[int, str, dt.date, str]:
        """What a second row would repeat."""
        return self.employment_id, self.class_code, self.held_on, self.title


@dataclass(frozen=True, slots=True)
class MarkPlan:
    """What storing a list would change, and which rows cannot be stored."""

    rows: Plan
    faults: Mapping[Any, DomainError] = field(default_factory=dict)


class _Classes:
    """The classes that a company keeps, by code, and who has a place in them."""

    def __init__(self, session: Session, company_id: int, codes: set[str]) -> None:
        scope = Scope.company(company_id)
        chosen = select(TrainingClass).where(
            is_kept(scope, TrainingClass), TrainingClass.code.in_(codes)
        )
        self.by_code = {one.code: one for one in session.scalars(chosen)}
        keys = [one.id for one in self.by_code.values()]
        rows = session.execute(
            select(
                TrainingEnrolment.class_id, TrainingEnrolment.employment_id, TrainingEnrolment.id
            ).where(TrainingEnrolment.class_id.in_(keys), TrainingEnrolment.state == "enrolled")
        )
        self._places = {(row.class_id, row.employment_id): row.id for row in rows}

    def place(self, code: str, employment_id: int) -> tuple[TrainingClass, int]:
        """Return a class and somebody's enrolment in it.

        Raises:
            InputError: the company keeps no such class, or the person is not in it.
        """
        one = self.by_code.get(code)
        if one is None:
            raise InputError("training.unknown_class", code=code)
        enrolment_id = self._places.get((one.id, employment_id))
        if enrolment_id is None:
            raise InputError("training.not_in_class", code=code)
        return one, enrolment_id


def plan_practice(session: Session, company_id: int, facts: Sequence[PracticeFact]) -> MarkPlan:
    """Compare a list of scored exercises with what is stored. Writes nothing.

    At fault is what is of no class that the company keeps, of nobody in it, or of a day outside of it.
    """
    classes = _Classes(session, company_id, {fact.class_code for fact in facts})
    faults: dict[Any, DomainError] = {}
    wanted = []
    for fact in facts:
        try:
            one, enrolment_id = classes.place(fact.class_code, fact.employment_id)
            check_practice(one, fact.worked_on)
        except DomainError as error:
            faults[fact.key] = error
            continue
        wanted.append(
            {
                "employment_id": fact.employment_id,
                "enrolment_id": enrolment_id,
                "worked_on": fact.worked_on,
                "exercise": fact.exercise,
                "quantity": fact.quantity,
                "score": fact.score,
            }
        )
    return MarkPlan(_against(session, TrainingPractice, wanted, ("worked_on", "exercise")), faults)


def check_practice(one: TrainingClass, worked_on: dt.date) -> None:
    """Refuse practice outside of the days of its class, or on a day that is still to come.

    Raises:
        InputError: it is so.
    """
    if not _is_practice_day(one, worked_on):
        raise InputError(
            "training.practice_day", on=worked_on, first=one.starts_on, last=one.ends_on
        )


def _is_practice_day(one: TrainingClass, worked_on: dt.date) -> bool:
    return one.starts_on <= worked_on <= min(one.ends_on, clock.today())


def plan_exam_scores(session: Session, company_id: int, facts: Sequence[ExamFact]) -> MarkPlan:
    """Compare a list of exam scores with what is stored. Writes nothing.

    At fault is what is of no class that the company keeps, of nobody in it, or of no sitting of it.
    """
    classes = _Classes(session, company_id, {fact.class_code for fact in facts})
    keys = [one.id for one in classes.by_code.values()]
    exams = {
        (exam.class_id, exam.held_on, exam.title): exam
        for exam in session.scalars(select(TrainingExam).where(TrainingExam.class_id.in_(keys)))
    }
    faults: dict[Any, DomainError] = {}
    wanted = []
    for fact in facts:
        try:
            one, enrolment_id = classes.place(fact.class_code, fact.employment_id)
            exam = exams.get((one.id, fact.held_on, fact.title))
            if exam is None:
                raise InputError(
                    "training.unknown_exam", code=one.code, title=fact.title, on=fact.held_on
                )
            _refuse_ahead(exam)
        except DomainError as error:
            faults[fact.key] = error
            continue
        wanted.append(
            {
                "employment_id": fact.employment_id,
                "enrolment_id": enrolment_id,
                "exam_id": exam.id,
                "score": fact.score,
            }
        )
    return MarkPlan(_against(session, TrainingExamScore, wanted, ("exam_id",)), faults)


def _against(
    session: Session,
    rows: type[TrainingPractice | TrainingExamScore],
    wanted: Sequence[Mapping[str, Any]],
    named_by: tuple[str, ...],
) -> Plan:
    table = cast("Table", rows.__table__)
    people = sorted({row["enrolment_id"] for row in wanted})
    stored = session.execute(select(table).where(table.c.enrolment_id.in_(people))).mappings()
    compare = ("quantity", "score") if rows is TrainingPractice else ("score",)
    return plan_rows(
        [dict(row) for row in stored], wanted, key=("enrolment_id", *named_by), compare=compare
    )


def store_practice(session: Session, plan: MarkPlan) -> None:
    """Carry out a plan of exercises in the caller's unit of work."""
    write_plan(session, TrainingPractice, _of_table(plan))


def store_exam_scores(session: Session, plan: MarkPlan) -> None:
    """Carry out a plan of exam scores in the caller's unit of work."""
    write_plan(session, TrainingExamScore, _of_table(plan))


def _of_table(plan: MarkPlan) -> Plan:
    """Return a plan without the employments, which only name its rows to whoever looks at them."""
    for row in plan.rows.added:
        row.pop("employment_id", None)
    return plan.rows


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeLine:
    """One scored exercise as a page takes it; ``named``: the employee number, as people are signed up by."""

    named: str
    worked_on: dt.date
    exercise: str
    quantity: int
    score: int


def add_practice(
    session: Session,
    scope: Scope,
    actor: Actor,
    class_id: int,
    lines: Sequence[PracticeLine],
    known: Mapping[str, int],
) -> int:
    """Store exercises of a class that the actor keeps or teaches; return how many are new or changed.

    ``known``: enrolments by what names their people. All or nothing.

    Raises:
        NotFoundError: there is no such class that the actor keeps or teaches.
        InputError: somebody is not in it, or a day lies outside of it.
    """
    one = queries.taught_class(session, scope, class_id).one
    wanted: dict[tuple[int, dt.date, str], dict[str, Any]] = {}
    for line in lines:
        if line.named not in known:
            raise InputError("training.not_in_class_named", name=line.named, code=one.code)
        if not _is_practice_day(one, line.worked_on):
            raise InputError(
                "training.practice_day_named",
                name=line.named,
                on=line.worked_on,
                first=one.starts_on,
                last=one.ends_on,
            )
        row = {
            "enrolment_id": known[line.named],
            "worked_on": line.worked_on,
            "exercise": line.exercise,
            "quantity": line.quantity,
            "score": line.score,
        }
        wanted[known[line.named], line.worked_on, line.exercise] = row
    plan = _against(session, TrainingPractice, [*wanted.values()], ("worked_on", "exercise"))
    count = len(plan.added) + len(plan.changed)
    if count:
        audit.record(
            session,
            actor,
            "training_class.add_practice",
            "training_class",
            one.id,
            company_id=one.company_id,
            after={"added": len(plan.added), "changed": len(plan.changed)},
        )
        write_plan(session, TrainingPractice, plan)
    return count


def practice_rows(session: Session, scope: Scope) -> list[Any]:
    """Return all exercises of the classes that a company keeps, of its people, class by class.

    Columns: employment_id, code, worked_on, exercise, quantity, score.
    """
    return list(
        session.execute(
            select(
                TrainingEnrolment.employment_id,
                TrainingClass.code,
                TrainingPractice.worked_on,
                TrainingPractice.exercise,
                TrainingPractice.quantity,
                TrainingPractice.score,
            )
            .join(TrainingEnrolment, TrainingEnrolment.id == TrainingPractice.enrolment_id)
            .join(TrainingClass, TrainingClass.id == TrainingEnrolment.class_id)
            .where(
                in_scope(scope),
                is_kept(scope, TrainingClass),
                TrainingEnrolment.state == "enrolled",
            )
            .order_by(TrainingClass.code, TrainingPractice.worked_on, TrainingPractice.id)
        )
    )


def exam_score_rows(session: Session, scope: Scope) -> list[Any]:
    """Return all exam scores of the classes that a company keeps, of its people, class by class.

    Columns: employment_id, code, held_on, title, score.
    """
    return list(
        session.execute(
            select(
                TrainingEnrolment.employment_id,
                TrainingClass.code,
                TrainingExam.held_on,
                TrainingExam.title,
                TrainingExamScore.score,
            )
            .join(TrainingEnrolment, TrainingEnrolment.id == TrainingExamScore.enrolment_id)
            .join(TrainingExam, TrainingExam.id == TrainingExamScore.exam_id)
            .join(TrainingClass, TrainingClass.id == TrainingExam.class_id)
            .where(
                in_scope(scope),
                is_kept(scope, TrainingClass),
                TrainingEnrolment.state == "enrolled",
            )
            .order_by(TrainingClass.code, TrainingExam.held_on, TrainingExamScore.id)
        )
    )
