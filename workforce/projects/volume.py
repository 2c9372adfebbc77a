"""The base's business of a year: contract amounts by the day of signing, against the year's target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workforce.companies import queries as companies
from workforce.core.period import PayPeriod
from workforce.projects import queries
from workforce.statistics.targets import Standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope
    from workforce.projects.models import VolumeTarget
    from workforce.projects.queries import ContractSum


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyVolume:
    """What one company booked in a year: fen, and how many contracts."""

    name: str
    amount: int
    projects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The business of a year: fen in all, by month from January on, and by company, the largest first."""

    year: int
    amount: int
    projects: int
    by_month: tuple[int, ...]
    by_company: tuple[CompanyVolume, ...]
    target: VolumeTarget | None
    standing: Standing | None

    @property
    def percent(self) -> int | None:
        """Whole per cent of the target, rounded down, so that 100 means reached; None without a target."""
        if self.target is None or not self.target.amount:
            return None
        return self.amount * 100 // self.target.amount


def months_of(year: int) -> list[PayPeriod]:
    """Return the months of a year."""
    return [PayPeriod(year, month) for month in range(1, 13)]


def standing_of(amount: int, target: int, year: int, today: dt.date) -> Standing:
    """Tell how a year's business stands to its target: reached, overdue once the year is over, else open."""
    if amount >= target:
        return Standing.REACHED
    return Standing.OVERDUE if today.year > year else Standing.OPEN


def read_volume(session: Session, scope: Scope, year: int, today: dt.date) -> Volume:
    """Read the business of a year of all companies in reach; the target is the whole base's."""
    sums = queries.contract_sums(session, months_of(year), company_id=scope.company_id)
    names = {
        row.company_id: row.company_name for row in session.execute(companies.company_facts(scope))
    }
    target = queries.volume_targets(session).get(year)
    amount = sum(one.amount for one in sums)
    return Volume(
        year=year,
        amount=amount,
        projects=sum(one.projects for one in sums),
        by_month=tuple(
            sum(one.amount for one in sums if one.period == month) for month in months_of(year)
        ),
        by_company=_by_company(sums, names),
        target=target,
        standing=(
            None
            if target is None or target.amount is None
            else standing_of(amount, target.amount, year, today)
        ),
    )


def _by_company(sums: Sequence[ContractSum], names: dict[int, str]) -> tuple[CompanyVolume, ...]:
    found = [
        CompanyVolume(
            name=name,
            amount=sum(one.amount for one in sums if one.company_id == company_id),
            projects=sum(one.projects for one in sums if one.company_id == company_id),
        )
        for company_id, name in names.items()
        if any(one.company_id == company_id for one in sums)
    ]
    return tuple(sorted(found, key=lambda one: (-one.amount, one.name)))
