"""What was made today, by team and kind of task."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, cast, func, or_, select

from workforce.core.text import Text
from workforce.people import queries as people
from workforce.production import queries
from workforce.production.models import GroupShare, OutputRecord

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope


@dataclass(slots=True)
class MadeToday:
    """One kind of task: whole units submitted today, and those of them accepted already."""

    name: Text
    unit: Text
    submitted_qty: int = 0
    accepted_qty: int = 0


def made_on(session: Session, scope: Scope, on: dt.date) -> Mapping[int, list[MadeToday]]:
    """Return what was made on a day by team (0: by people in none), in order of the kinds of task.

    A group's work counts once, in the team of its first member.
    """
    team_of = {
        row.employment_id: row.team_id
        for row in session.execute(people.team_members(scope, on, on))
    }
    kinds = {row.task_type_id: row for row in session.execute(queries.task_type_names())}
    found: defaultdict[int, dict[int, MadeToday]] = defaultdict(dict)
    for row in session.execute(_rows(scope, on)):
        kind = kinds[row.task_type_id]
        made = found[team_of.get(row.employment_id, 0)].setdefault(
            row.task_type_id,
            MadeToday(Text(kind.name_zh, kind.name_en), Text(kind.unit_zh, kind.unit_en)),
        )
        made.submitted_qty += row.submitted_qty
        made.accepted_qty += row.accepted_qty
    return {
        team_id: [made[key] for key in sorted(made, key=lambda one: kinds[one].task_type_code)]
        for team_id, made in found.items()
    }


def _rows(scope: Scope, on: dt.date) -> Select[*tuple[Any, ...]]:
    """What was made on a day, in whatever state: employment_id, task_type_id, submitted_qty, accepted_qty.

    A group's record stands once, under the member with the lowest key.
    """
    in_scope = people.employment_ids(scope, on, on)
    first = (
        select(
            GroupShare.output_record_id,
            func.min(GroupShare.employment_id).label("employment_id"),
        )
        .join(OutputRecord, OutputRecord.id == GroupShare.output_record_id)
        .where(OutputRecord.work_on == on, OutputRecord.employment_id.is_(None))
        .group_by(GroupShare.output_record_id)
        .subquery()
    )
    who = func.coalesce(OutputRecord.employment_id, first.c.employment_id)
    return (
        select(
            who.label("employment_id"),
            OutputRecord.task_type_id,
            cast(func.sum(OutputRecord.submitted_qty), BigInteger).label("submitted_qty"),
            cast(func.sum(OutputRecord.accepted_qty), BigInteger).label("accepted_qty"),
        )
        .outerjoin(first, first.c.output_record_id == OutputRecord.id)
        .where(
            OutputRecord.work_on == on,
            # Leads the database to these people's days; what is coalesced has no index.
            or_(OutputRecord.employment_id.in_(in_scope), OutputRecord.employment_id.is_(None)),
            who.in_(in_scope),
        )
        .group_by(who, OutputRecord.task_type_id)
    )
