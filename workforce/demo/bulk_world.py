"""Who there is in the large demos: companies by the dozen, and their people as NumPy columns.

A size says how many companies and jobs there are and which months are run. A job is always filled:
whoever leaves is followed by a newcomer after some days, so that two years see joiners, leavers and
people who move from one company to another. Seeded: a size is always the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workforce.core.money import largest_remainder
from workforce.core.period import PayPeriod
from workforce.demo.world import SEED, TASK_KINDS, DemoCompany, TaskKind, credit_code, tiers

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Days = NDArray[np.datetime64]

NIGHT_TEAM_SIZE: Final = 8
"""Of each company's people one in so many works nights, in a team of its own."""
TEAM_SIZE: Final = 25

_SMALLEST_COMPANY: Final = 3
_MEAN_STAY_DAYS: Final = 1100
_SHORTEST_STAY_DAYS: Final = 20
_LONGEST_GAP_DAYS: Final = 25
_LAST_START, _FIRST_END = 20, 15
"""Nobody starts after the one day of a month or goes before the other: pay of a few days would not
cover the month's insurance, and a payslip below zero stops a run."""
_LATE_FOUNDERS: Final = 8
"""One in so many companies of a demo with years is founded within them."""

MONTHS_OF_BEGINNING: Final = 24
"""Over how many months the companies of a base that has filed returns began."""

_PLACES: Final = (
    "夔州", "白帝", "瞿塘", "永安", "赤甲", "草堂", "诗城", "鱼复", "朱衣", "甲高", "兴隆", "吐祥",
    "竹园", "公平", "青龙", "康乐", "大树", "汾河", "安坪", "五马", "平安", "红土",
)  # fmt: skip
_TRADES: Final = (
    "数据标注", "智能科技", "云标信息", "人工智能数据", "数字服务", "语料科技", "智图科技", "算据信息",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSize:
    """How large a demo is. ``jobs`` are shared among the companies, evenly or as life does."""

    inside: int
    outside: int
    jobs: int
    is_even: bool
    first: PayPeriod
    last: PayPeriod
    filed_from: PayPeriod | None = None
    """From this month on companies filed returns, until their pay is computed here."""
    filing: int = 0
    """How many companies outside of the base file on and are paid elsewhere."""
    records_a_shift: tuple[int, ...] = (4, 5, 5, 6, 7)
    """How many output records a shift has: one of these."""

    @property
    def periods(self) -> tuple[PayPeriod, ...]:
        """The months, in order."""
        months = [self.first]
        while months[-1] < self.last:
            months.append(months[-1].next())
        return tuple(months)


SIZES: Final = {
    # The base in Shanxi that Fengjie's is compared with: 35 companies, about 3500 people.
    "base": BulkSize(
        inside=35,
        outside=0,
        jobs=3500,
        is_even=True,
        first=PayPeriod(2026, 8),
        last=PayPeriod(2026, 10),
    ),
    # Four years of 35 companies inside and 60 outside (58 and the two that every demo has): months of
    # returns first, then half a year of pay.
    "county": BulkSize(
        inside=35,
        outside=0,
        jobs=4400,
        is_even=False,
        first=PayPeriod(2026, 5),
        last=PayPeriod(2026, 10),
        filed_from=PayPeriod(2022, 11),
        filing=58,
    ),
    # For measuring: a county's people for two years, all of them paid here.
    "load": BulkSize(
        inside=24,
        outside=26,
        jobs=10_000,
        is_even=False,
        first=PayPeriod(2024, 11),
        last=PayPeriod(2026, 10),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A piece price in millionths of a yuan from a day on."""

    task_type: str
    valid_from: dt.date
    unit_price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkCompany:
    """A company of a large demo: ``first`` is the first month in which it has people."""

    index: int
    company: DemoCompany
    first: PayPeriod
    jobs: int
    kinds: tuple[TaskKind, ...]
    prices: tuple[Price, ...]

    @property
    def code(self) -> str:
        """The company's code."""
        return self.company.code

    @property
    def is_checked_by_batch(self) -> bool:
        """Whether a sample speaks for a whole batch; elsewhere each person's work is sampled."""
        return self.index % 2 == 1

    @property
    def is_accepted_by_inspection(self) -> bool:
        """Whether output becomes payable when its batch is inspected."""
        return bool(self.company.policy["acceptance"] == "by_inspection")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """All employments of one company, a row each; amounts fen, ``speed`` per cent of skilled work.

    ``person`` numbers persons over the whole demo; ``separated_on`` is NaT while employed. ``team``
    counts the company's teams from 0; the last one works nights.
    """

    person: Ints
    job: Ints
    hired_on: Days
    separated_on: Days
    team: Ints
    is_night: Flags
    is_part_time: Flags
    is_labor_service: Flags
    speed: Ints
    error_per_mille: Ints
    base_pay: Ints
    average_wage: Ints

    @property
    def size(self) -> int:
        """Number of employments."""
        return int(self.person.size)


def companies_of(size: BulkSize) -> tuple[BulkCompany, ...]:
    """Return the companies, those inside the base first."""
    count = size.inside + size.outside
    shares = _jobs(size, count)
    later = len(size.periods) > _LATE_FOUNDERS
    return tuple(
        _company(size, index, shares[index], is_late=later and index % _LATE_FOUNDERS == 5)  # noqa: PLR2004 - any one
        for index in range(count)
    )


def _jobs(size: BulkSize, count: int) -> list[int]:
    if size.is_even:
        return largest_remainder(size.jobs, [1] * count)
    weights = np.random.default_rng([SEED, count]).lognormal(0, 0.7, count)
    spare = size.jobs - _SMALLEST_COMPANY * count
    shares = largest_remainder(spare, (weights * 1000).astype(np.int64).tolist())
    return [_SMALLEST_COMPANY + share for share in shares]


def _company(size: BulkSize, index: int, jobs: int, *, is_late: bool) -> BulkCompany:
    rng = np.random.default_rng([SEED, index, 1])
    periods = size.periods
    first = periods[3 + index % (len(periods) // 2)] if is_late else size.first
    is_inside = index < size.inside
    number = index + 1 if is_inside else index + 1 - size.inside
    kinds = tuple(TASK_KINDS[(index + step) % len(TASK_KINDS)] for step in range(2 + index % 2))
    day_teams = max(1, round((jobs - jobs // NIGHT_TEAM_SIZE) / TEAM_SIZE))
    teams = {f"T{team + 1}": f"标注{team + 1}组" for team in range(day_teams)}
    founded_on = dt.date(2023, 3, 1) + dt.timedelta(days=int(rng.integers(0, 500)))
    if size.filed_from is not None:
        founded_on = filed_first(size, index).first_on - dt.timedelta(days=index % 28)
    demo = DemoCompany(
        code=f"{'N' if is_inside else 'W'}{number:02d}",
        name=f"{_PLACES[index % len(_PLACES)]}{_TRADES[index // len(_PLACES) % len(_TRADES)]}"
        f"{'(奉节)' if is_inside else ''}有限公司",
        credit_code=credit_code(20_001 + index),
        is_inside=is_inside,
        founded_on=first.first_on if is_late else founded_on,
        task_types=tuple(kind.code for kind in kinds),
        tool_task_type=None,
        output_suffix=".csv",
        policy={
            "quality_basis": "deduction" if index % 5 == 4 else "price",  # noqa: PLR2004 - one in five
            "quality_tiers": tiers((980, 1000), (950, 950), (0, 800))
            if index % 3
            else tiers((970, 1000), (920, 950), (0, 850)),
            "night_allowance_amount": 1000 + 500 * (index % 3),
            "attendance_bonus_amount": 10_000 + 5_000 * (index % 3),
            "holiday_day_wage_amount": (8_000, 0, 8_800)[index % 3],
            "work_injury_rate": 3000,
            "acceptance": "by_inspection" if index % 3 == 0 else "at_once",
            "late_grace_minutes": index % 6,
            "pay_day": 8 + index % 8,
        },
        teams=teams | {"TN": "夜班组"},
        books_from=first.first_on,
    )
    return BulkCompany(
        index=index,
        company=demo,
        first=first,
        jobs=jobs,
        kinds=kinds,
        prices=tuple(_prices(size, first, kinds, rng)),
    )


def _prices(
    size: BulkSize, first: PayPeriod, kinds: Sequence[TaskKind], rng: np.random.Generator
) -> list[Price]:
    """Each company has its own prices; one task type or other changes every few months."""
    found = []
    for kind in kinds:
        price = kind.price_micro * int(rng.integers(92, 109)) // 100 // 1000 * 1000
        found.append(Price(task_type=kind.code, valid_from=first.first_on, unit_price=price))
        for period in size.periods[2::5]:
            if period > first and rng.random() < 0.5:  # noqa: PLR2004 - every second time
                price = price * int(rng.integers(97, 107)) // 100 // 1000 * 1000
                on = period.first_on.replace(day=int(rng.choice((1, 16))))
                found.append(Price(task_type=kind.code, valid_from=on, unit_price=price))
    return found


def filed_first(size: BulkSize, index: int) -> PayPeriod:
    """Return the month of a company's first return: those of the base began one after another."""
    month = size.filed_from or size.first
    for _ in range(index * MONTHS_OF_BEGINNING // size.inside):
        month = month.next()
    return month


def staff_of(size: BulkSize, companies: Sequence[BulkCompany]) -> list[Staff]:
    """Return the people of each company; persons are numbered from 0 without a gap."""
    staffs = [_staff(size, company) for company in companies]
    owner = np.repeat(np.arange(len(staffs)), [staff.size for staff in staffs])
    hired = np.concatenate([staff.hired_on for staff in staffs])
    separated = np.concatenate([staff.separated_on for staff in staffs])
    person = _with_moves(owner, hired, separated)
    starts = np.cumsum([0, *(staff.size for staff in staffs)])
    return [
        _replaced(staff, person=person[start : start + staff.size])
        for staff, start in zip(staffs, starts.tolist(), strict=False)
    ]


def _replaced(staff: Staff, **columns: Any) -> Staff:
    return Staff(**{item.name: getattr(staff, item.name) for item in fields(staff)} | columns)


def _staff(size: BulkSize, company: BulkCompany) -> Staff:
    rng = np.random.default_rng([SEED, company.index, 2])
    job, hired, separated = _succession(size, company, rng)
    count = job.size
    is_night = job >= company.jobs - company.jobs // NIGHT_TEAM_SIZE
    day_teams = len(company.company.teams) - 1
    day_team = np.minimum(job // TEAM_SIZE, day_teams - 1)
    is_leader = job % TEAM_SIZE == 0
    is_checker = job % TEAM_SIZE == 12  # noqa: PLR2004 - any other one
    is_labor_service = (job % 40 == 39) & ~is_night  # noqa: PLR2004 - one in forty
    is_part_time = (job % 50 == 33) & ~is_night  # noqa: PLR2004 - one in fifty
    speed = np.where(rng.random(count) < 0.06, 45, rng.integers(85, 150, count))  # noqa: PLR2004
    is_timed = (is_leader | is_checker) & ~is_labor_service & ~is_part_time
    return Staff(
        person=np.arange(count),
        job=job,
        hired_on=hired,
        separated_on=separated,
        team=np.where(is_night, day_teams, day_team),
        is_night=is_night,
        is_part_time=is_part_time,
        is_labor_service=is_labor_service,
        speed=speed.astype(np.int64),
        error_per_mille=rng.choice((4, 8, 12, 16, 24, 38, 62), count).astype(np.int64),
        base_pay=np.where(is_timed, 180_000, 0),
        average_wage=250_000 + speed.astype(np.int64) * 1_500,
    )


def _succession(
    size: BulkSize, company: BulkCompany, rng: np.random.Generator
) -> tuple[Ints, Days, Days]:
    """Fill each job by one person after another: job, first day, last day (NaT while employed)."""
    first, last = np.datetime64(company.first.first_on), np.datetime64(size.last.last_on)
    founded = np.datetime64(company.company.founded_on)
    jobs = np.arange(company.jobs)
    known_for = np.minimum(rng.integers(0, 600, jobs.size), int((first - founded).astype(int)))
    start: Days = first - known_for.astype("timedelta64[D]")
    counted_from: Days = np.full(jobs.size, first)
    rows: list[tuple[Ints, Days, Days]] = []
    while jobs.size:
        stay = _SHORTEST_STAY_DAYS + rng.exponential(_MEAN_STAY_DAYS, jobs.size).astype(np.int64)
        end = _not_early(counted_from + stay.astype("timedelta64[D]"))
        goes = end < last
        rows.append((jobs, start, np.where(goes, end, np.datetime64("NaT", "D"))))
        gap = rng.integers(1, _LONGEST_GAP_DAYS, jobs.size).astype("timedelta64[D]")
        following = _not_late(end + gap)
        follows = goes & (following <= last)
        jobs, start = jobs[follows], following[follows]
        counted_from = start
    job, hired, separated = (np.concatenate(column) for column in zip(*rows, strict=True))
    return job, hired, separated


def _not_early(days: Days) -> Days:
    """Move days at a month's beginning to the end of the month before."""
    month = days.astype("datetime64[M]").astype("datetime64[D]")
    return np.where(days < month + (_FIRST_END - 1), month - 1, days)


def _not_late(days: Days) -> Days:
    """Move days at a month's end to the first of the next month."""
    month = days.astype("datetime64[M]")
    is_late = days >= month.astype("datetime64[D]") + _LAST_START
    return np.where(is_late, (month + 1).astype("datetime64[D]"), days)


def _with_moves(owner: Ints, hired: Days, separated: Days) -> Ints:
    """Return the person of each employment: one in six newcomers left another company before."""
    rng = np.random.default_rng([SEED, 3])
    person = np.arange(owner.size)
    left = np.flatnonzero(~np.isnat(separated))
    left = left[np.argsort(separated[left], kind="stable")]
    newcomers = np.flatnonzero(rng.random(owner.size) < 1 / 6)
    newcomers = newcomers[np.argsort(hired[newcomers], kind="stable")]
    free = 0
    for row in newcomers.tolist():
        if free < left.size and separated[left[free]] < hired[row]:
            if owner[left[free]] != owner[row]:
                person[row] = person[left[free]]
            free += 1
    return np.unique(person, return_inverse=True)[1]


def employee_numbers(company_code: str, count: int) -> list[str]:
    """Return a company's first employee numbers."""
    return [f"{company_code}{number:04d}" for number in range(1, count + 1)]
