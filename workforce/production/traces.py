"""In which months somebody's own or group's work was accepted: what a claim for people is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer, Select, cast, extract, select, union

from workforce.people import queries as people
from workforce.production.models import GroupShare, OutputRecord

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod
    from workforce.platform.scope import Scope


def output_months(scope: Scope, first: PayPeriod, last: PayPeriod) -> Select[int, int, int]:
    """Months in which work was done that was accepted: employment_id, year, month (of the work)."""
    year = cast(extract("year", OutputRecord.work_on), Integer).label("year")
    month = cast(extract("month", OutputRecord.work_on), Integer).label("month")
    wanted = (
        OutputRecord.state == "accepted",
        OutputRecord.accepted_qty > 0,
        OutputRecord.work_on.between(first.first_on, last.last_on),
    )
    in_reach = people.employment_ids(scope)
    own = select(OutputRecord.employment_id, year, month).where(
        OutputRecord.employment_id.in_(in_reach), *wanted
    )
    shared = (
        select(GroupShare.employment_id, year, month)
        .join(OutputRecord, OutputRecord.id == GroupShare.output_record_id)
        .where(GroupShare.employment_id.in_(in_reach), *wanted)
    )
    both = union(own, shared).subquery()
    return select(both.c.employment_id, both.c.year, both.c.month)
