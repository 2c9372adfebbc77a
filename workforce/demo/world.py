"""Who there is in the demo: companies, task types, prices, people. Seeded, so always the same.

Every company, person and number is invented; check digits are valid so that the import's own checks
are at work. Names come from Faker, everything else from here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from faker import Faker

from workforce.core.identity import credit_check_character, id_check_character
from workforce.core.money import MICRO
from workforce.core.terms import terms_of

SEED: Final = 20261001
REGION: Final = "500236"
HEADCOUNT: Final = 40
FIRST_DAY: Final = dt.date(2026, 8, 1)
"""The books begin here: what was paid earlier in the year is stated as an opening."""
PRICE_CHANGE_ON: Final = dt.date(2026, 10, 16)

DAY_TEAMS: Final = ("T1", "T2", "T3")
NIGHT_TEAM: Final = "T4"
FULL_TIME: Final = ("full_time", "dispatched")
"""Employment types of those who work whole days."""
_CONTRACTS_UNTIL: Final = dt.date(2028, 12, 31)
_TEAM_NAMES: Final = {"T1": "标注一组", "T2": "标注二组", "T3": "标注三组", "T4": "夜班组"}


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A task type with its price, and how many units a skilled annotator makes in an hour."""

    code: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    price_micro: int
    hourly_qty: int


TASK_KINDS: Final = (
    TaskKind("bbox_2d", "二维框", "2D boxes", "框", "boxes", 120_000, 165),
    TaskKind("polygon", "多边形", "Polygons", "个", "polygons", 380_000, 52),
    TaskKind("cuboid_3d", "三维点云框", "3D cuboids", "框", "cuboids", 1_333_000, 15),
    TaskKind("text_ner", "文本实体", "Text entities", "条", "items", 85_000, 230),
    TaskKind("speech_segment", "语音转写", "Speech segments", "段", "segments", 450_000, 44),
    TaskKind("preference_rank", "偏好排序", "Preference ranking", "组", "groups", 650_000, 30),
)


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """One company, its agreed policy, its task types and the form in which it keeps its output."""

    code: str
    name: str
    credit_code: str
    is_inside: bool
    founded_on: dt.date
    task_types: tuple[str, ...]
    tool_task_type: str | None
    """The task type done in Label Studio by the third team, if any."""
    output_suffix: str
    """Its own output lists: ``.xlsx``, or ``.csv`` (GB18030, as old office software writes it)."""
    policy: Mapping[str, Any]
    teams: Mapping[str, str] = field(default_factory=lambda: _TEAM_NAMES)
    """Team codes and names."""
    group_team: str | None = None
    """The team whose output is counted and shared as that of a group, by points."""
    books_from: dt.date = FIRST_DAY
    """The first of the month from which it is run here."""


def credit_code(serial: int) -> str:
    """Return the made-up credit code of a Fengjie company, its check character right."""
    first17 = f"91{REGION}MA5D{serial:05d}"
    return first17 + credit_check_character(first17)


def tiers(*steps: tuple[int, int]) -> list[dict[str, int]]:
    """Return quality tiers from pairs of accuracy and factor, in thousandths as people say them."""
    per_mille = MICRO // 1000
    return [
        {"accuracy_from_rate": start * per_mille, "factor_rate": factor * per_mille}
        for start, factor in steps
    ]


COMPANIES: Final = (
    DemoCompany(
        code="KM",
        name="夔门数据标注(奉节)有限公司",
        credit_code=credit_code(10001),
        is_inside=True,
        founded_on=dt.date(2023, 9, 1),
        task_types=("bbox_2d", "polygon", "cuboid_3d"),
        tool_task_type="cuboid_3d",
        output_suffix=".xlsx",
        policy={
            "quality_basis": "price",
            "quality_tiers": tiers((980, 1000), (950, 950), (0, 800)),
            "night_allowance_amount": 1500,
            "attendance_bonus_amount": 20000,
            "holiday_day_wage_amount": 8000,
            "work_injury_rate": 3000,
            "acceptance": "by_inspection",
            "late_grace_minutes": 5,
            "pay_day": 10,
        },
    ),
    DemoCompany(
        code="BD",
        name="白帝智能科技有限公司",
        credit_code=credit_code(10002),
        is_inside=True,
        founded_on=dt.date(2024, 3, 15),
        task_types=("text_ner", "preference_rank", "bbox_2d"),
        tool_task_type=None,
        output_suffix=".xlsx",
        policy={
            "quality_basis": "deduction",
            "quality_tiers": tiers((970, 1000), (900, 900), (0, 700)),
            "night_allowance_amount": 2000,
            "attendance_bonus_amount": 15000,
            "holiday_day_wage_amount": 0,
            "work_injury_rate": 3000,
            "acceptance": "at_once",
            "late_grace_minutes": 0,
            "pay_day": 15,
        },
    ),
    DemoCompany(
        code="YA",
        name="永安云标信息服务有限公司",
        credit_code=credit_code(10003),
        is_inside=False,
        founded_on=dt.date(2025, 6, 1),
        task_types=("speech_segment", "text_ner"),
        tool_task_type=None,
        output_suffix=".csv",
        group_team=DAY_TEAMS[1],
        policy={
            "quality_basis": "price",
            "quality_tiers": tiers((960, 1000), (920, 950), (0, 850)),
            "night_allowance_amount": 1000,
            "attendance_bonus_amount": 10000,
            "holiday_day_wage_amount": 8800,
            "work_injury_rate": 3000,
            "acceptance": "at_once",
            "late_grace_minutes": 3,
            "pay_day": 12,
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One employment of a made-up person. Amounts fen; ``speed`` is a percentage of skilled work."""

    company: str
    employee_no: str
    name: str
    id_number: str
    phone: str
    education: str
    township: str
    household_category: str
    key_groups: tuple[str, ...]
    employment_type: str
    position: str
    team: str
    hired_on: dt.date
    separated_on: dt.date | None
    bank_name: str
    bank_account: str
    base_pay_amount: int
    contribution_base_amount: int | None
    has_fund: bool
    average_monthly_wage_amount: int
    special_deductions: tuple[tuple[str, int], ...]
    speed: int
    error_per_mille: int
    pay_cycle: str = "month"
    contract_until: dt.date | None = None
    dispatched_by: tuple[str, str] | None = None
    """The sending unit's name and credit code."""

    @property
    def occupation(self) -> str:
        """The group of the wage statistics: who checks others' work is a technician."""
        return "professional" if self.position == "质检员" else "service"

    @property
    def is_taxed_before_books(self) -> bool:
        """Whether wages were paid this year before the demo's first month."""
        return self.hired_on < FIRST_DAY and self.employment_type != "labor_service"

    def is_employed_on(self, on: dt.date) -> bool:
        """Whether this is an employed day; both ends are."""
        return self.hired_on <= on and (self.separated_on is None or on <= self.separated_on)


def people(company: DemoCompany) -> list[DemoPerson]:
    """Return a company's forty people, always the same.

    The first of each company leads; one joins in mid-October, one leaves in it, one is paid for
    hours, one for labour service; the last of YA is KM's seventh, who works there in the evenings.
    Three of BD work in the evenings alone and are paid by half months.
    """
    index = COMPANIES.index(company)
    random = Random(SEED + index)  # noqa: S311 - made-up people, not secrets
    names = Faker("zh_CN")
    names.seed_instance(SEED + index)
    staff = [_person(company, number, random, names) for number in range(1, HEADCOUNT + 1)]
    if company.code == "YA":
        staff[-1] = _second_job(staff[-1], people(COMPANIES[0])[6])
    return [replace(person, **_SPECIAL_JOBS.get(person.employee_no, {})) for person in staff]


HALF_MONTHLY: Final = ("BD026", "BD029", "BD030")
"""Who is paid by half months."""

_EVENING_JOB: Final[Mapping[str, Any]] = {
    "employment_type": "part_time",
    "position": "数据标注员(非全日制)",
    "base_pay_amount": 0,
    "contribution_base_amount": None,
    "has_fund": False,
    "pay_cycle": "half_month",
    "contract_until": None,
}


SENDERS: Final = (
    ("重庆渝东派遣服务有限公司", credit_code(10_901)),
    ("奉节县夔峡人力资源有限公司", credit_code(10_902)),
)
"""Units that send dispatched people: name and credit code."""

_SPECIAL_JOBS: Final[Mapping[str, Mapping[str, Any]]] = {
    **dict.fromkeys(HALF_MONTHLY, _EVENING_JOB),
    **{
        number: {"employment_type": "dispatched", "contract_until": None, "dispatched_by": sender}
        for sender, numbers in zip(
            SENDERS,
            (("KM010", "KM014", "KM016", "YA010"), ("YA014", "YA016", "YA017")),
            strict=True,
        )
        for number in numbers
    },
}


def _person(company: DemoCompany, number: int, random: Random, names: Faker) -> DemoPerson:
    is_man = random.random() < 0.42  # noqa: PLR2004 - two in five
    born_on = dt.date(1984, 1, 1) + dt.timedelta(days=random.randrange(365 * 22))
    hired_on, separated_on = _employed(company, number, random)
    age = (hired_on - born_on).days // 365
    is_rural = random.random() < 0.8  # noqa: PLR2004 - four in five
    speed = 45 if number % 13 == 0 else random.randrange(85, 150)
    is_labor_service = number == HEADCOUNT - 1
    average = 250_000 + speed * 1_500
    return DemoPerson(
        company=company.code,
        employee_no=f"{company.code}{number:03d}",
        name=names.name_male() if is_man else names.name_female(),
        id_number=_id_number(born_on, random, is_man=is_man),
        phone=f"1{random.choice('3578')}{random.randrange(10**8, 10**9)}",
        education=random.choices(("60", "40", "30", "20", "70"), (46, 20, 20, 8, 6))[0],
        township=random.choice(tuple(terms_of("township"))),
        household_category="rural" if is_rural else "urban",
        key_groups=_key_groups(age, random, is_rural=is_rural),
        employment_type="labor_service" if is_labor_service else "full_time",
        position="质检员" if number in {2, 12, 22} else "班组长" if number == 1 else "数据标注员",
        team=_team(number),
        hired_on=hired_on,
        separated_on=separated_on,
        bank_name="重庆农村商业银行奉节支行",
        bank_account=f"6213{random.randrange(10**14, 10**15)}",
        base_pay_amount=180_000 if number in {1, 2, 12, 22} else 0,
        contribution_base_amount=None if is_labor_service else average // 10_000 * 10_000,
        has_fund=company.is_inside and not is_labor_service and number % 3 == 0,
        average_monthly_wage_amount=average,
        special_deductions=declared_deductions(number),
        speed=speed,
        error_per_mille=random.choice((4, 8, 12, 16, 24, 38, 62)),
        contract_until=None if is_labor_service else _CONTRACTS_UNTIL,
    )


def _employed(company: DemoCompany, number: int, random: Random) -> tuple[dt.date, dt.date | None]:
    """Return the dates of hiring and separation; number 20 joins and 21 leaves in October 2026."""
    if number == 20:  # noqa: PLR2004 - see the docstring
        return dt.date(2026, 10, 12), None
    earliest = max(company.founded_on, dt.date(2025, 1, 1))
    hired_on = earliest + dt.timedelta(days=random.randrange((FIRST_DAY - earliest).days))
    if number == 21:  # noqa: PLR2004 - see the docstring
        return hired_on, dt.date(2026, 10, 23)
    if number % 9 == 0:
        hired_on = dt.date(2026, random.choice((8, 9)), random.randrange(3, 15))
    return hired_on, None


def _team(number: int) -> str:
    """Six of forty work nights; the rest stand in three day teams."""
    if number > HEADCOUNT - 8 and number <= HEADCOUNT - 2:
        return NIGHT_TEAM
    return DAY_TEAMS[number * len(DAY_TEAMS) // (HEADCOUNT + 1)]


def _id_number(born_on: dt.date, random: Random, *, is_man: bool) -> str:
    serial = random.randrange(1, 500) * 2 - (1 if is_man else 0)
    first17 = f"{REGION}{born_on:%Y%m%d}{serial:03d}"
    return first17 + id_check_character(first17)


def _key_groups(age: int, random: Random, *, is_rural: bool) -> tuple[str, ...]:
    groups = []
    if is_rural:
        groups.append("rural_labour")
        if random.random() < 0.3:  # noqa: PLR2004 - three in ten
            groups.append("formerly_poor")
    if age <= 23 and random.random() < 0.5:  # noqa: PLR2004 - half of the young
        groups.append("graduate")
    if random.random() < 0.2:  # noqa: PLR2004 - one in five worked elsewhere before
        groups.append("returnee")
    if random.random() < 0.04:  # noqa: PLR2004 - one in twenty-five
        groups.append("disabled")
    return tuple(groups)


OWN_SHARE_MICRO: Final = 105_000
LARGE_MEDICAL_AID: Final = 500
"""What people are assumed to have paid for insurance in the months before the books begin."""


def declared_deductions(number: int) -> tuple[tuple[str, int], ...]:
    """Return what a company's n-th person declared for income tax: codes of the law data, fen a month."""
    if number % 4 == 0:
        return (("child_education", 200_000),)
    if number % 7 == 0:
        return (("elderly_support", 150_000), ("infant_care", 200_000))
    return ()


def _second_job(place: DemoPerson, person: DemoPerson) -> DemoPerson:
    """Return a second employment of a person: paid by the piece for evening hours, not insured."""
    return replace(
        person,
        company=place.company,
        employee_no=place.employee_no,
        employment_type="part_time",
        position="数据标注员(非全日制)",
        team=DAY_TEAMS[0],
        hired_on=dt.date(2026, 8, 3),
        base_pay_amount=0,
        contribution_base_amount=None,
        has_fund=False,
        special_deductions=(),
        contract_until=None,
    )
