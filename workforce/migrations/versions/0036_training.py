"""Courses, classes, lessons and exams."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT: Final = sa.DateTime(timezone=True)
_TABLES: Final = (
    "training_course",
    "training_course_task_type",
    "training_class",
    "training_lesson",
    "training_enrolment",
    "training_attendance",
    "training_practice",
    "training_exam",
    "training_exam_score",
    "training_result",
)
_RULE_CHECKS: Final = {
    "attendance_rate": "attendance_rate BETWEEN 0 AND 1000000",
    "practice_score": "practice_score BETWEEN 0 AND 10000",
    "exam_score": "exam_score BETWEEN 0 AND 10000",
    "allowance_amount": "allowance_amount >= 0",
    "valid_months": "valid_months > 0",
}


def upgrade() -> None:
    """Add the tables, and what keeps results as they are."""
    _courses()
    _classes()
    _people()
    _marks()
    _results()
    for verb in ("UPDATE", "DELETE"):
        _refuse(verb)


def downgrade() -> None:
    """Drop them; PostgreSQL's functions by name."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for verb in ("update", "delete"):
            op.execute(f"DROP FUNCTION fn_training_result_stands_{verb}()")


def _courses() -> None:
    _make(
        "training_course",
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("outline", sa.String(length=400), nullable=True),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        *_rule(),
        unique=("company_id", "code"),
        keys={"company_id": "company"},
        checks={"level": "level BETWEEN 1 AND 5", **_RULE_CHECKS},
    )
    _of_base("training_course")
    _make(
        "training_course_task_type",
        sa.Column("course_id", _ID, nullable=False),
        sa.Column("task_type_id", _ID, nullable=False),
        unique=("course_id", "task_type_id"),
        keys={"course_id": "training_course", "task_type_id": "task_type"},
    )


def _classes() -> None:
    _make(
        "training_class",
        sa.Column("course_id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("teacher", sa.String(length=60), nullable=True),
        sa.Column("room", sa.String(length=60), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        *_rule(),
        unique=("company_id", "code"),
        keys={"course_id": "training_course", "company_id": "company"},
        checks={"dates": "ends_on >= starts_on", "capacity": "capacity > 0", **_RULE_CHECKS},
        indexes=("course_id",),
    )
    _of_base("training_class")
    _make(
        "training_lesson",
        sa.Column("class_id", _ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=True),
        unique=("class_id", "held_on", "starts_minute"),
        keys={"class_id": "training_class"},
        checks={
            "minutes": "starts_minute >= 0 AND ends_minute > starts_minute AND ends_minute <= 1440"
        },
        indexes=("held_on",),
    )
    _make(
        "training_exam",
        sa.Column("class_id", _ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        unique=("class_id", "held_on", "title"),
        keys={"class_id": "training_class"},
    )


def _people() -> None:
    _make(
        "training_enrolment",
        sa.Column("class_id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("employment_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        unique=("class_id", "person_id"),
        keys={
            "class_id": "training_class",
            "company_id": "company",
            "employment_id": "employment",
            "person_id": "person",
        },
        checks={"state": "state IN ('enrolled', 'waiting', 'withdrawn')"},
        indexes=("company_id", "person_id", "employment_id"),
    )


def _marks() -> None:
    _make(
        "training_attendance",
        sa.Column("lesson_id", _ID, nullable=False),
        sa.Column("enrolment_id", _ID, nullable=False),
        sa.Column("mark", sa.String(length=40), nullable=False),
        unique=("lesson_id", "enrolment_id"),
        keys={"lesson_id": "training_lesson", "enrolment_id": "training_enrolment"},
        checks={"mark": "mark IN ('present', 'late', 'excused', 'absent')"},
        indexes=("enrolment_id",),
    )
    _make(
        "training_practice",
        sa.Column("enrolment_id", _ID, nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("exercise", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        unique=("enrolment_id", "worked_on", "exercise"),
        keys={"enrolment_id": "training_enrolment"},
        checks={"quantity": "quantity >= 0", "score": "score BETWEEN 0 AND 10000"},
    )
    _make(
        "training_exam_score",
        sa.Column("exam_id", _ID, nullable=False),
        sa.Column("enrolment_id", _ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        unique=("exam_id", "enrolment_id"),
        keys={"exam_id": "training_exam", "enrolment_id": "training_enrolment"},
        checks={"score": "score BETWEEN 0 AND 10000"},
        indexes=("enrolment_id",),
    )


def _results() -> None:
    table = "training_result"
    _make(
        table,
        sa.Column("enrolment_id", _ID, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("attendance_rate", sa.BigInteger(), nullable=True),
        sa.Column("practice_score", sa.Integer(), nullable=True),
        sa.Column("exam_score", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.String(length=120), nullable=False),
        sa.Column("certificate_id", _ID, nullable=True),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_at", _AT, nullable=False),
        keys={
            "enrolment_id": "training_enrolment",
            "certificate_id": "skill_certificate",
            "decided_by_id": "account",
        },
        checks={
            "certificate": "is_passed = (certificate_id IS NOT NULL)",
            "reasons": "is_passed = (reasons = '')",
        },
        indexes=("enrolment_id", "decided_on"),
    )
    passed = sa.text("is_passed")
    op.create_index(
        "uq_training_result_passed",
        table,
        ["enrolment_id"],
        unique=True,
        sqlite_where=passed,
        postgresql_where=passed,
    )


def _rule() -> list[sa.Column[Any]]:
    return [
        sa.Column("attendance_rate", sa.BigInteger(), nullable=False),
        sa.Column("practice_score", sa.Integer(), nullable=True),
        sa.Column("exam_score", sa.Integer(), nullable=True),
        sa.Column("allowance_amount", sa.BigInteger(), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
    ]


def _of_base(table: str) -> None:
    none = sa.text("company_id IS NULL")
    op.create_index(
        f"uq_{table}_of_base",
        table,
        ["code"],
        unique=True,
        sqlite_where=none,
        postgresql_where=none,
    )


def _make(
    table: str,
    *columns: sa.Column[Any],
    keys: dict[str, str],
    checks: dict[str, str] | None = None,
    unique: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
) -> None:
    parts: list[Any] = [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_{other}"))
        for name, other in keys.items()
    ]
    parts += [
        sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
        for name, condition in (checks or {}).items()
    ]
    if unique:
        parts.append(sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{'_'.join(unique)}")))
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        *columns,
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in indexes:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _refuse(verb: str) -> None:
    name, says = f"training_result_stands_{verb.lower()}", "training_result: a result stands"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER tr_{name} BEFORE {verb} ON training_result "
            f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return
    row = "OLD" if verb == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION fn_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF TRUE THEN RAISE EXCEPTION '{says}'; END IF; RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER tr_{name} BEFORE {verb} ON training_result "
        f"FOR EACH ROW EXECUTE FUNCTION fn_{name}()"
    )
