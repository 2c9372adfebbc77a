"""What an installation has published, with the people behind it: for the attacker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import select

from workforce.app import create_app
from workforce.bureau.issues import issues
from workforce.companies.models import Company
from workforce.config import Settings
from workforce.core.period import PayPeriod
from workforce.platform.db import db
from workforce.platform.scope import Scope
from workforce.statistics.cube import CubeSet
from workforce.statistics.dimensions import Names
from workforce.statistics.population import Population
from workforce.statistics.service import Reading, read_cubes


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The newest issue of each published month, and the month's people as they are in the tables.

    ``homes``: company code → ``inside`` or ``outside``. Months that were corrected since they were
    published have other people than their issue: publish them anew before they are attacked.
    """

    months: tuple[CubeSet, ...]
    homes: dict[str, str]
    readings: tuple[Reading, ...]

    @classmethod
    def read(cls, instance: Path) -> Self:
        """Read everything, and change nothing."""
        with create_app(Settings.load(instance)).app_context():
            session = db.session()
            published = sorted(issues.published_months(session))
            newest = issues.newest(session, published)
            return cls(
                months=tuple(newest[period].cubes for period in published),
                homes={
                    company.code: "inside" if company.is_inside else "outside"
                    for company in session.scalars(select(Company))
                },
                readings=tuple(
                    read_cubes(session, Scope.base(), period, is_protected=True)
                    for period in published
                ),
            )

    @property
    def periods(self) -> list[PayPeriod]:
        """The published months, in order."""
        return [month.period for month in self.months]

    @property
    def names(self) -> Names:
        """What companies and task types are called."""
        return self.readings[-1].tabulation.names

    @property
    def with_result(self) -> set[str]:
        """The codes of the companies whose wages are known in any month."""
        return set().union(*(reading.with_result for reading in self.readings))

    def population(self, period: PayPeriod) -> Population:
        """Return who was employed in a month, with what was paid in it."""
        return self.readings[self.periods.index(period)].tabulation.population
