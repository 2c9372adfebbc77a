"""Assignments that came into each other's way after they were made.

Giving a seat refuses what clashes; but the hours of a kind of shift, or the day on which somebody left,
may be changed afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from workforce.attendance import queries as attendance
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.seating import queries
from workforce.seating.times import Hours

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    Pair = tuple[Row[Any], Row[Any]]


def clashing(
    rows: Iterable[Row[Any]], hours: Mapping[str, Hours], reached: Collection[int] | None
) -> list[Pair]:
    """Return the pairs of a company's assignments of one day that share hours, and the seat or the person.

    ``hours``: of its kinds of shift that day, by code. ``reached``: one of a pair is of these employments.
    """
    together: defaultdict[tuple[str, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        together["seat", row.seat_id].append(row)
        together["person", row.employment_id].append(row)
    pairs = {
        (one.assignment_id, other.assignment_id): (one, other)
        for rows_of_one in together.values()
        for one, other in combinations(rows_of_one, 2)
        if _share_hours(one.shift_type_code, other.shift_type_code, hours)
        and (reached is None or {one.employment_id, other.employment_id} & set(reached))
    }
    return list(pairs.values())


def _share_hours(one: str, other: str, hours: Mapping[str, Hours]) -> bool:
    if one == other:
        return True
    return one in hours and other in hours and hours[one].meets(hours[other])


def clash_count(session: Session, scope: Scope, on: dt.date) -> int:
    """Return how many pairs with somebody in reach clash on a day, in at most three statements."""
    company = scope.whole_company()
    rows = [
        row for row in session.execute(queries.assignments(company, on, on)) if is_held(row, on)
    ]
    hours = {
        kind.code: Hours.between(kind.starts, kind.ends)
        for kind in session.scalars(attendance.shift_types(company, on, on))
    }
    reached = None
    if scope.kind is ScopeKind.TEAM:
        reached = set(session.scalars(people.employment_ids(scope, on, on)))
    return len(clashing(rows, hours, reached))


def is_held(row: Any, on: dt.date) -> bool:
    """Tell whether whoever has an assignment is employed on a day: who left has no seat."""
    return row.hired_on <= on and (row.separated_on is None or on <= row.separated_on)
