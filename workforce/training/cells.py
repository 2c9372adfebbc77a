"""A class's people × lessons or sittings: how values are put into cells of it, each change with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, select

from workforce.core.errors import NotFoundError
from workforce.platform import audit
from workforce.platform.changes import plan_rows, write_plan
from workforce.training.models import (
    TrainingAttendance,
    TrainingClass,
    TrainingEnrolment,
    TrainingExamScore,
)
from workforce.training.reach import in_class

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

Cell = tuple[int, int]
"""An enrolment, and a lesson or sitting of its class."""


def put_cells(
    session: Session,
    scope: Scope,
    actor: Actor,
    class_id: int,
    rows: type[TrainingAttendance | TrainingExamScore],
    of: str,
    wanted: Mapping[Cell, Any],
) -> int:
    """Store values of a class's people in reach in some columns of its grid; None takes one away."""
    people = {person for person, _key in wanted}
    if not people <= people_in(session, scope, class_id):
        raise NotFoundError("web.not_found")
    told = "mark" if of == "lesson" else "score"
    table = cast("Table", rows.__table__)
    chosen = select(table).where(
        table.c[f"{of}_id"].in_({key for _person, key in wanted}),
        table.c.enrolment_id.in_(people),
    )

    def cell(row: Mapping[str, Any]) -> Cell:
        return row["enrolment_id"], row[f"{of}_id"]

    # Cells between those that are wanted are nobody's business here: they would be removed.
    found = map(dict, session.execute(chosen).mappings())
    stored = [row for row in found if cell(row) in wanted]
    plan = plan_rows(
        stored,
        [
            {"enrolment_id": person, f"{of}_id": key, told: value}
            for (person, key), value in wanted.items()
            if value is not None
        ],
        key=("enrolment_id", f"{of}_id"),
        compare=(told,),
        remove=True,
    )
    before = {cell(row): row[told] for row in stored}
    changed = {cell(row) for row in (*plan.added, *plan.removed)}
    changed |= {cell(change.row) for change in plan.changed}
    if not changed:
        return 0
    company_id = session.scalar(
        select(TrainingClass.company_id).where(TrainingClass.id == class_id)
    )
    write_plan(session, rows, plan)
    audit.record_many(
        session,
        actor,
        f"training_{of}.{told}",
        "training_enrolment",
        [
            audit.Change(
                str(person),
                {f"{of}_id": key, told: before.get((person, key))},
                {f"{of}_id": key, told: wanted[person, key]},
            )
            for person, key in sorted(changed)
        ],
        company_id=company_id,
    )
    return len(changed)


def people_in(session: Session, scope: Scope, class_id: int) -> set[int]:
    """Return the enrolments of those in reach with a place in a class."""
    chosen = select(TrainingEnrolment.id).where(
        TrainingEnrolment.class_id == class_id,
        TrainingEnrolment.state == "enrolled",
        in_class(scope),
    )
    return set(session.scalars(chosen))
