"""A large demo's people into the tables, through the driver's bulk path.

Files would take hours: these are the rows that an import would have written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.companies import queries as companies
from workforce.core.money import MICRO
from workforce.demo.bulk_columns import put, repeat, table
from workforce.demo.bulk_persons import bank_accounts, persons
from workforce.demo.bulk_world import BulkCompany, BulkSize, Days, Staff, employee_numbers
from workforce.demo.world import LARGE_MEDICAL_AID, OWN_SHARE_MICRO, SENDERS, declared_deductions
from workforce.people import queries as people
from workforce.platform import audit
from workforce.platform.crypto import encrypt, lookup_hash
from workforce.platform.scope import Scope

_CONTRACTS_UNTIL: Final = "2029-12-31"
_BANK: Final = "重庆农村商业银行奉节支行"
_REASONS: Final = ("个人原因辞职", "合同期满", "协商一致解除")
_FUND_FROM: Final = dt.date(2025, 7, 1)
"""The law data know the limits of the housing fund from here on."""
_FUND_RATE: Final = MICRO // 20
_LOWEST_BASE: Final = 435_900
"""The least base of the months before the books begin, which the openings are of."""

Columns = Mapping[str, Sequence[Any]]


def has_people(session: Session) -> bool:
    """Tell whether the people have been loaded."""
    employment = people.all_employments(Scope.base()).limit(1)
    return session.execute(employment).first() is not None


def load_people(
    session: Session, size: BulkSize, companies_: Sequence[BulkCompany], staffs: Sequence[Staff]
) -> None:
    """Insert all persons and employments with teams, profiles, openings and agreed amounts."""
    ids = _load_persons(session, 1 + max(int(staff.person.max()) for staff in staffs))
    accounts = bank_accounts(sum(staff.size for staff in staffs))
    for company, staff in zip(companies_, staffs, strict=True):
        company_id = _company_id(session, company)
        _load_employments(session, company, company_id, staff, ids, accounts)
        employed = employment_ids(session, company_id, company.code, staff)
        _load_teams(session, company_id, company, staff, employed)
        _load_profiles(session, company, staff, employed)
        _load_openings(session, size, company, staff, employed)
        _load_entries(session, company, staff, employed)
        audit.record(
            session,
            audit.CLI,
            "demo.load_people",
            "company",
            company_id,
            company_id=company_id,
            after={"employments": staff.size},
        )


def _company_id(session: Session, company: BulkCompany) -> int:
    row = session.execute(companies.company_by_code(Scope.base(), company.code)).scalar_one()
    return int(row.id)


def _load_persons(session: Session, count: int) -> list[int]:
    """Insert so many persons; return their keys in order."""
    made = persons(count)
    hashes = [lookup_hash(number) for number in made.id_numbers]
    rows_of = table("person")
    put(
        session,
        "person",
        {
            "id_number_hash": hashes,
            "id_number": [encrypt(number) for number in made.id_numbers],
            "name": made.names,
            "sex": made.sexes,
            "born_on": [str(day) for day in made.born_on],
            "education": made.educations,
            "township": made.townships,
            "household_category": made.categories,
            "phone": [encrypt(phone) for phone in made.phones],
        },
    )
    rows = session.execute(select(rows_of.c.id_number_hash, rows_of.c.id))
    id_of: dict[str, int] = {row.id_number_hash: row.id for row in rows}
    ids = [id_of[hashed] for hashed in hashes]
    put(
        session,
        "person_key_group",
        {
            "person_id": [ids[row] for row, _ in made.key_groups],
            "key_group": [group for _, group in made.key_groups],
        },
    )
    return ids


def _load_employments(
    session: Session,
    company: BulkCompany,
    company_id: int,
    staff: Staff,
    ids: Sequence[int],
    accounts: Sequence[str],
) -> None:
    count = staff.size
    kinds = np.select(
        [staff.is_labor_service, staff.is_part_time], ["labor_service", "part_time"], "full_time"
    )
    positions = np.select(
        [staff.base_pay == 0, staff.job % 2 == 0], ["数据标注员", "班组长"], "质检员"
    )
    # One in twenty-five who work full time is sent by another unit.
    is_sent = (kinds == "full_time") & (np.arange(count) % 25 == 7)  # noqa: PLR2004 - see above
    kinds = np.where(is_sent, "dispatched", kinds)
    is_fixed = kinds == "full_time"
    senders = [SENDERS[row % len(SENDERS)] if sent else None for row, sent in enumerate(is_sent)]
    separated = _dates(staff.separated_on)
    put(
        session,
        "employment",
        {
            "company_id": repeat(company_id, count),
            "person_id": [ids[person] for person in staff.person.tolist()],
            "employee_no": employee_numbers(company.code, staff.size),
            "position": positions.tolist(),
            "employment_type": kinds.tolist(),
            "hours_system": repeat("standard", count),
            "rest_weekdays": repeat("67", count),
            "hired_on": _dates(staff.hired_on),
            "separated_on": separated,
            "separation_reason": [
                None if day is None else _REASONS[row % len(_REASONS)]
                for row, day in enumerate(separated)
            ],
            "bank_name": repeat(_BANK, count),
            # A person keeps the account from job to job.
            "bank_account": [encrypt(accounts[person]) for person in staff.person.tolist()],
            "contract_kind": ["fixed_term" if fixed else None for fixed in is_fixed],
            "contract_until": [_CONTRACTS_UNTIL if fixed else None for fixed in is_fixed],
            "occupation": np.where(positions == "质检员", "professional", "service").tolist(),
            "dispatched_by": [sender and sender[0] for sender in senders],
            "dispatched_by_code": [sender and sender[1] for sender in senders],
        },
    )


def employment_ids(session: Session, company_id: int, company_code: str, staff: Staff) -> list[int]:
    """Return the keys of the employments, in the order of the staff."""
    rows = session.execute(people.all_employments(Scope.company(company_id)))
    id_of: dict[str, int] = {row.employee_no: row.employment_id for row in rows}
    return [id_of[number] for number in employee_numbers(company_code, staff.size)]


def _dates(days: Days) -> list[str | None]:
    """Return dates as text, and None for NaT."""
    return [None if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]


def _load_teams(
    session: Session, company_id: int, company: BulkCompany, staff: Staff, employed: Sequence[int]
) -> None:
    id_of = {
        team.code: team.id for team in session.scalars(companies.teams(Scope.company(company_id)))
    }
    teams = [id_of[code] for code in company.company.teams]
    put(
        session,
        "team_membership",
        {
            "employment_id": employed,
            "team_id": [teams[team] for team in staff.team.tolist()],
            "valid_from": _dates(staff.hired_on),
        },
    )


def _load_profiles(
    session: Session, company: BulkCompany, staff: Staff, employed: Sequence[int]
) -> None:
    """One profile from the first month on; a second where the housing fund begins later."""
    is_insured = ~staff.is_labor_service & ~staff.is_part_time
    has_fund = is_insured & (staff.job % 3 == 0) & company.company.is_inside
    month = np.maximum(
        staff.hired_on.astype("datetime64[M]").astype("datetime64[D]"),
        np.datetime64(company.first.first_on),
    )
    fund_from = np.datetime64(_FUND_FROM)
    is_split = has_fund & (month < fund_from)
    has_left = staff.separated_on < fund_from
    first = [
        np.flatnonzero(rows)
        for rows in (~has_fund | has_left, has_fund & ~is_split, is_split & ~has_left)
    ]
    plain, whole, split = first
    for rows, starts, ends, with_fund in (
        (plain, month[plain], None, False),
        (whole, month[whole], None, True),
        (split, month[split], str(_FUND_FROM), False),
        (split, np.full(split.size, fund_from), None, True),
    ):
        base = staff.average_wage[rows] // 10_000 * 10_000
        insured = [
            amount if is_one else None
            for amount, is_one in zip(base.tolist(), is_insured[rows].tolist(), strict=True)
        ]
        count = rows.size
        put(
            session,
            "pay_profile",
            {
                "employment_id": [employed[row] for row in rows.tolist()],
                "valid_from": _dates(starts),
                "valid_to": repeat(ends, count),
                "base_pay_amount": staff.base_pay[rows].tolist(),
                "contribution_base_amount": insured,
                "fund_base_amount": insured if with_fund else repeat(None, count),
                "fund_employee_rate": repeat(_FUND_RATE if with_fund else None, count),
                "fund_employer_rate": repeat(_FUND_RATE if with_fund else None, count),
                "average_monthly_wage_amount": staff.average_wage[rows].tolist(),
                "tax_method": [
                    "labor_service" if is_one else "cumulative"
                    for is_one in staff.is_labor_service[rows].tolist()
                ],
            },
        )


def _load_openings(
    session: Session, size: BulkSize, company: BulkCompany, staff: Staff, employed: Sequence[int]
) -> None:
    """What was paid earlier in the year in which the books begin, to those who were here then."""
    last = size.first.previous()
    if last.year != size.first.year or company.first != size.first:
        return
    is_here = (staff.hired_on < np.datetime64(size.first.first_on)) & ~staff.is_labor_service
    rows = np.flatnonzero(is_here)
    hired_month = staff.hired_on[rows].astype("datetime64[M]").astype(np.int64) - (
        (last.year - 1970) * 12
    )
    months = last.month - np.maximum(hired_month, 0)
    base = np.maximum(staff.average_wage[rows] // 10_000 * 10_000, _LOWEST_BASE)
    own_share = np.where(
        staff.is_part_time[rows], 0, base * OWN_SHARE_MICRO // MICRO + LARGE_MEDICAL_AID
    )
    special = np.array(
        [sum(amount for _, amount in declared_deductions(job + 1)) for job in staff.job[rows]]
    )
    income = staff.average_wage[rows] * np.where(staff.is_part_time[rows], 4, 10) // 10
    zeros = repeat(0, rows.size)
    put(
        session,
        "tax_opening",
        {
            "employment_id": [employed[row] for row in rows.tolist()],
            "year": repeat(last.year, rows.size),
            "through_period": repeat(str(last), rows.size),
            "income_amount": (income * months).tolist(),
            "insurance_and_fund_amount": (own_share * months).tolist(),
            "special_amount": (special * months).astype(np.int64).tolist(),
            "other_amount": zeros,
            "personal_pension_amount": zeros,
            # 5000 a month is more than these people earn: nothing was withheld.
            "withheld_amount": zeros,
            "months": months.tolist(),
        },
    )


def _load_entries(
    session: Session, company: BulkCompany, staff: Staff, employed: Sequence[int]
) -> None:
    """What is agreed or declared beside output and time, from the first month on."""
    rows: list[tuple[int, str, str, str, int]] = []
    first = np.datetime64(company.first.first_on, "M")
    starts = np.datetime_as_string(np.maximum(staff.hired_on.astype("datetime64[M]"), first))
    jobs, base_pays = staff.job.tolist(), staff.base_pay.tolist()
    hourly, service = staff.is_part_time.tolist(), staff.is_labor_service.tolist()
    for row, (employment, start) in enumerate(zip(employed, starts.tolist(), strict=True)):
        if service[row]:
            continue
        for code, amount in declared_deductions(jobs[row] + 1):
            rows.append((employment, "special_additional_deduction", code, start, amount))
        if hourly[row]:
            continue
        rows.append((employment, "untaxed_earning", "missed_meal_subsidy", start, 6_000))
        if base_pays[row]:
            rows.append((employment, "earning", "skill_allowance", start, 30_000))
    names = ("employment_id", "kind", "code", "period_from", "amount")
    columns: Columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    put(session, "pay_entry", {**columns, "sequence": repeat(0, len(rows))})
