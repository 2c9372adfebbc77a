"""Targets beside what is published of their measures, for the page and the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workforce.bureau.issues import issues
from workforce.statistics import targets
from workforce.statistics.cube import CellRef
from workforce.statistics.measures import measures

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from workforce.statistics.measure import Measure
    from workforce.statistics.targets import Progress, Target


class TargetRow(NamedTuple):
    """A target, its measure, and how far it is by the newest issues."""

    target: Target
    measure: Measure
    progress: Progress


def target_rows(session: Session, today: dt.date) -> list[TargetRow]:
    """Return the targets by measure and month."""
    cubes = {month: issue.cubes for month, issue in issues.newest(session).items()}
    rows = []
    for one in targets.targets(session):
        ref = CellRef("whole", one.measure, ())
        figures = {
            month: cube.cell(ref)
            for month, cube in cubes.items()
            if one.measure in cube.tables["whole"].figures
        }
        progress = targets.progress(one, figures, today)
        rows.append(TargetRow(one, measures()[one.measure], progress))
    return rows
