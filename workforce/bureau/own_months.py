"""The full figures of closed months of the whole base, kept by the worker for the base's own forms.

Reading a month of ten thousand people takes a second, and a year's form reads up to twenty-four. In a
closed month every payroll is final, so that the reading that is protected is the one that the base sees
in full: both are made of it. Nothing of this is protected: it is read by ``service.own_source`` for the
whole base, and by nothing that officials or the public see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

import workforce
from workforce.bureau.models import OwnStatistics
from workforce.core.period import PayPeriod
from workforce.platform.db import unit_of_work
from workforce.statistics import cube_json
from workforce.statistics.service import filled

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.statistics.cube import CubeSet
    from workforce.statistics.service import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMonth:
    """The full figures of a month as they were at ``read_at``."""

    cubes: CubeSet
    read_at: dt.datetime


def keep(session: Session, reading: Reading, read_at: dt.datetime) -> None:
    """Keep the full figures of a closed month as they are now; commits by itself.

    ``reading`` is of the whole base, ``read_at`` when it began. What has not changed is not made again,
    and is known to hold until then.
    """
    reading = reading.in_full()
    digest = reading.digest()
    row = OwnStatistics
    same = (
        row.period == str(reading.period),
        row.reading_hash == digest,
        row.code_version == workforce.__version__,
    )
    if session.scalar(select(row.id).where(*same)) is not None:
        with unit_of_work() as writing:
            writing.execute(update(row).where(*same).values(read_at=read_at))
        return
    content = cube_json.to_json(filled(reading))
    with unit_of_work() as writing:
        found = writing.scalar(
            select(row).where(row.period == str(reading.period)).with_for_update()
        )
        if found is None:
            found = row(period=str(reading.period))
            writing.add(found)
        found.reading_hash, found.content = digest, content
        found.code_version, found.read_at = workforce.__version__, read_at


def kept(session: Session, periods: Collection[PayPeriod]) -> dict[PayPeriod, OwnMonth]:
    """Return what is kept of months, with one query; without what another version of the program made."""
    row = OwnStatistics
    rows = session.execute(
        select(row.content, row.read_at).where(
            row.period.in_([str(period) for period in periods]),
            row.code_version == workforce.__version__,
        )
    )
    found = {}
    for one in rows:
        try:
            cubes = cube_json.from_json(one.content)
        except cube_json.CubeJsonError:
            continue
        found[cubes.period] = OwnMonth(cubes=cubes, read_at=one.read_at)
    return found
