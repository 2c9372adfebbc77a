"""The yearly change of the insurance base: last year's average monthly wage, declared for this year.

The notice comes late in the year and holds from an earlier month. The new base is agreed from the next
open month on; what the months since the notice's beginning were charged too little or too much is
settled with that month as base differences, each month between its own limits of the law.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, case, cast, func, select

from workforce.core.errors import DomainError, InputError, StateError
from workforce.core.facts import LARGEST_FEN
from workforce.core.money import MICRO, parse_fen, round_half_up
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.payroll.base.differences import (
    BaseDifferenceFact,
    plan_base_differences,
    store_base_differences,
)
from workforce.payroll.compute import company_in
from workforce.payroll.models import BaseDifference, PayrollRun, Payslip, PayslipLine
from workforce.payroll.selects.reach import FINAL_STATES, counts
from workforce.people import queries as people
from workforce.people.rules import PROFILE_COLUMNS
from workforce.people.service import PayCycles, set_pay_profiles
from workforce.platform import audit, locks
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.platform.audit import Actor

_PENSION: Final = "pension_insurance"
_ASKED_BY: Final = "social_insurance"
_FEN_IN_YUAN: Final = 100
_LINE: Final = re.compile(r"([^\s,;、]+)[\s,;、]+(.+)")
_MONTHS_IN_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class MonthDifference:
    """An earlier month, charged on one base (fen) and owed on another, between its own limits."""

    period: PayPeriod
    charged: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseRow:
    """One insured person. Amounts fen.

    ``average``: last year's wages by month, None where there were none; ``month_count`` of them.
    ``declared`` is what is declared anew, ``counted`` the same between the limits of the pay month.
    ``is_told``: it was given by hand. ``differences``: months to be settled.
    """

    employment_id: int
    employee_no: str
    name: str
    before: int
    wage_before: int | None
    month_count: int
    declared: int
    counted: int
    is_told: bool
    differences: tuple[MonthDifference, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be stored for the person."""
        return self.declared != self.before or bool(self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseChange:
    """What a change would do, before anybody agrees to it.

    ``pay_month``: from which the new bases hold and with which earlier months are settled. ``floor``
    and ``cap``: its limits (fen). ``unknown``: numbers of insured people without a base to declare.
    """

    company_id: int
    year: int
    since: PayPeriod
    pay_month: PayPeriod
    floor: int
    cap: int
    rows: tuple[BaseRow, ...]
    unknown: tuple[str, ...]

    @property
    def changed(self) -> tuple[BaseRow, ...]:
        """Those for whom something is to be stored."""
        return tuple(row for row in self.rows if row.is_changed)

    @property
    def fingerprint(self) -> str:
        """What names exactly this change: nobody agrees to what was not shown."""
        said = [str(self.since), str(self.pay_month)]
        said += [
            f"{row.employment_id}|{row.before}|{row.declared}|"
            + ";".join(f"{one.period}={one.charged}>{one.owed}" for one in row.differences)
            for row in self.changed
        ]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def plan_bases(
    session: Session,
    scope: Scope,
    company_id: int,
    year: int,
    since: PayPeriod,
    told: str,
    book: LawBook,
) -> BaseChange:
    """Say what declaring last year's average wages from a month on would change. Writes nothing.

    ``year``: whose wages count; ``since``: the month from which the notice holds; ``told``: lines of
    employee number and base in yuan, in place of the average.

    Raises:
        InputError: the month is not of the year after, or a line cannot be read.
        LawMissingError: the limits of a month are not known.
        NotFoundError: the company is out of reach.
    """
    company = company_in(session, scope, company_id)
    if since.half or since.year != year + 1:
        raise InputError("base.since", place="since", year=year + 1)
    books = Scope.company(company.company_id)
    cycles = PayCycles.read(session, company.company_id)
    pay_month = locks.next_open(since, cycles.locked)
    given = _told(session, books, told)
    wages = _wages(session, books, year)
    charged = _charged(session, books, since, pay_month)
    settled = _settled(session, books)
    limits = _Limits(book, company.region)
    profiles = {
        row.employment_id: row for row in session.scalars(people.pay_profiles(books, pay_month))
    }
    known = people.employments(books, pay_month).order_by(None).subquery()
    rows: list[BaseRow] = []
    unknown: list[str] = []
    for who in session.execute(select(known).order_by(known.c.employee_no)):
        profile = profiles.get(who.employment_id)
        before = None if profile is None else profile.contribution_base_amount
        if before is None or cycles.has_paid(who.employment_id, pay_month):
            # Not insured here, or settled for this month already.
            continue
        total, months = wages.get(who.employment_id, (0, 0))
        average = round_half_up(total, months) if months else None
        declared = given.get(who.employment_id, average)
        if declared is None:
            unknown.append(who.employee_no)
            continue
        rows.append(
            BaseRow(
                employment_id=who.employment_id,
                employee_no=who.employee_no,
                name=who.name,
                before=before,
                wage_before=average,
                month_count=months,
                declared=declared,
                counted=limits.clamp(declared, pay_month),
                is_told=who.employment_id in given,
                differences=tuple(
                    _differences(
                        charged.get(who.employment_id, {}),
                        settled.get(who.employment_id, {}),
                        declared,
                        limits,
                        pay_month,
                    )
                ),
            )
        )
    return BaseChange(
        company_id=company.company_id,
        year=year,
        since=since,
        pay_month=pay_month,
        floor=limits.of(pay_month)[0],
        cap=limits.of(pay_month)[1],
        rows=tuple(rows),
        unknown=tuple(unknown),
    )


def apply_bases(
    scope: Scope,
    company_id: int,
    year: int,
    since: PayPeriod,
    told: str,
    actor: Actor,
    book: LawBook,
    *,
    seen: str,
) -> BaseChange:
    """Store a change that was shown: bases from the pay month on, and differences settled with it.

    Raises:
        ClosedError: somebody's profile would reach into a closed month.
        InputError: as for `plan_bases`.
        StateError: it is not what was ``seen`` any more, or nothing is left to change.
    """
    with unit_of_work() as session:
        locks.hold(session, company_id)
        found = plan_bases(session, scope, company_id, year, since, told, book)
        if not found.changed:
            raise StateError("base.nothing")
        if seen != found.fingerprint:
            raise StateError("base.changed_meanwhile")
        _store_profiles(session, found, actor)
        facts = [
            BaseDifferenceFact(
                row.employment_id, found.pay_month, one.period, one.charged, one.owed
            )
            for row in found.changed
            for one in row.differences
        ]
        plan = plan_base_differences(session, company_id, facts)
        for fault in plan.faults.values():
            raise fault
        store_base_differences(session, plan)
        audit.record(
            session,
            actor,
            "contribution_base.change",
            "company",
            company_id,
            company_id=company_id,
            after={
                "year": year,
                "since": str(since),
                "pay_month": str(found.pay_month),
                "people": len(found.changed),
                "months": len(facts),
            },
        )
        return found


def _store_profiles(session: Session, found: BaseChange, actor: Actor) -> None:
    profiles = people.pay_profiles(Scope.company(found.company_id), found.pay_month)
    now = {row.employment_id: row for row in session.scalars(profiles)}
    values = {
        row.employment_id: {name: getattr(now[row.employment_id], name) for name in PROFILE_COLUMNS}
        | {"contribution_base_amount": row.declared}
        for row in found.changed
        if row.declared != row.before
    }
    if values:
        set_pay_profiles(
            session,
            actor,
            found.company_id,
            values,
            valid_from=found.pay_month.first_on,
            reason=f"{found.year} → {found.since}",
        )


class _Limits:
    """Floor and cap of the base by month, each looked up once."""

    def __init__(self, book: LawBook, region: str) -> None:
        self._book, self._region = book, region
        self._known: dict[PayPeriod, tuple[int, int]] = {}

    def of(self, month: PayPeriod) -> tuple[int, int]:
        """Return both, in fen."""
        if month not in self._known:
            floor, cap = (
                self._book.value(code, self._region, month.last_on, _ASKED_BY).integer
                for code in ("insurance_base_floor", "insurance_base_cap")
            )
            self._known[month] = floor, cap
        return self._known[month]

    def clamp(self, base: int, month: PayPeriod) -> int:
        """Return a declared base between the limits of a month."""
        floor, cap = self.of(month)
        return min(max(base, floor), cap)


def _told(session: Session, scope: Scope, text: str) -> dict[int, int]:
    """Return bases in fen that were given by hand, by employment.

    Raises:
        InputError: names the first line that cannot be read.
    """
    known = people.directory(scope).order_by(None).subquery()
    ids = {row.employee_no: row.employment_id for row in session.execute(select(known))}
    found: dict[int, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if not plain:
            continue
        parts = _LINE.fullmatch(plain)
        try:
            base = parse_fen(parts[2].replace(",", "").removesuffix("元")) if parts else 0
        except DomainError:
            base = 0
        if parts is None or not 0 < base <= LARGEST_FEN:
            raise InputError("base.line", place="told", line=number, text=line[:60])
        if parts[1] not in ids:
            raise InputError("order.unknown_person", place="told", line=number, number=parts[1])
        found[ids[parts[1]]] = base
    return found


def _wages(session: Session, scope: Scope, year: int) -> dict[int, tuple[int, int]]:
    """Return, by employment, a year's total wages in fen and the months that they are of.

    Decided payslips that count say them, by the parts of total wages (国家统计局令第1号); of months before
    the books were kept here the openings of the tax year do.
    """
    signed = case(
        (PayslipLine.kind == LineKind.EARNING.value, PayslipLine.amount),
        (PayslipLine.kind == LineKind.REDUCTION.value, -PayslipLine.amount),
        else_=0,
    )
    first, last = str(PayPeriod(year, 1)), str(PayPeriod(year, _MONTHS_IN_YEAR).halves[1])
    rows = session.execute(
        select(
            Payslip.employment_id,
            Payslip.period,
            cast(func.coalesce(func.sum(signed), 0), BigInteger).label("amount"),
        )
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .outerjoin(
            PayslipLine,
            (PayslipLine.payslip_id == Payslip.id) & PayslipLine.wage_part.is_not(None),
        )
        .where(
            PayrollRun.company_id == scope.company_id,
            PayrollRun.period.between(first, last),
            PayrollRun.state.in_(FINAL_STATES),
            counts(),
        )
        .group_by(Payslip.employment_id, Payslip.period)
    )
    totals: defaultdict[int, int] = defaultdict(int)
    months: defaultdict[int, set[PayPeriod]] = defaultdict(set)
    for row in rows:
        totals[row.employment_id] += row.amount
        months[row.employment_id].add(PayPeriod.parse(row.period).whole)
    found = {one: (total, len(months[one])) for one, total in totals.items()}
    for opening in session.scalars(people.tax_openings(scope, year)):
        total, count = found.get(opening.employment_id, (0, 0))
        found[opening.employment_id] = (total + opening.income_amount, count + opening.months)
    return found


def _charged(
    session: Session, scope: Scope, since: PayPeriod, before: PayPeriod
) -> dict[int, dict[PayPeriod, int]]:
    """Return the base (fen) that each decided month was charged on, by employment and month."""
    rows = session.execute(
        select(Payslip.employment_id, Payslip.period, PayslipLine.quantity)
        .join(PayslipLine, PayslipLine.payslip_id == Payslip.id)
        .join(PayrollRun, PayrollRun.id == Payslip.run_id)
        .where(
            PayrollRun.company_id == scope.company_id,
            PayrollRun.period >= str(since),
            PayrollRun.period < str(before),
            PayrollRun.state.in_(FINAL_STATES),
            counts(),
            PayslipLine.code == _PENSION,
            PayslipLine.kind == LineKind.DEDUCTION.value,
            PayslipLine.quantity.is_not(None),
        )
    )
    found: defaultdict[int, dict[PayPeriod, int]] = defaultdict(dict)
    for one, period, quantity in rows:
        # The line's quantity is the base in yuan, in millionths.
        found[one][PayPeriod.parse(period).whole] = (quantity or 0) * _FEN_IN_YUAN // MICRO
    return found


def _settled(
    session: Session, scope: Scope
) -> dict[int, dict[PayPeriod, list[tuple[str, int, int | None]]]]:
    """Return what is settled already: pay period, charged and owed base, by employment and month."""
    rows = session.execute(
        select(
            BaseDifference.employment_id,
            BaseDifference.for_period,
            BaseDifference.pay_period,
            BaseDifference.charged_base_amount,
            BaseDifference.owed_base_amount,
        )
        .where(BaseDifference.employment_id.in_(people.employment_ids(scope)))
        .order_by(BaseDifference.pay_period)
    )
    found: defaultdict[int, dict[PayPeriod, list[tuple[str, int, int | None]]]]
    found = defaultdict(dict)
    for one, for_period, pay_period, charged, owed in rows:
        month = PayPeriod.parse(for_period)
        found[one].setdefault(month, []).append((pay_period, charged, owed))
    return found


def _differences(
    charged: Mapping[PayPeriod, int],
    settled: Mapping[PayPeriod, list[tuple[str, int, int | None]]],
    declared: int,
    limits: _Limits,
    pay_month: PayPeriod,
) -> list[MonthDifference]:
    """Return the months that are still charged on another base than is owed.

    What an earlier pay month settled counts as charged; what is entered for this pay month and is the
    same already is left as it is.
    """
    found: list[MonthDifference] = []
    for month, at_first in sorted(charged.items()):
        base, owed, is_entered = at_first, limits.clamp(declared, month), False
        for pay_period, first_charged, then_owed in settled.get(month, []):
            if pay_period == str(pay_month):
                base, is_entered = first_charged, then_owed == owed
            elif then_owed is not None:
                base = then_owed
            else:
                # Settled on the base of its pay month, whatever that was: not again.
                base = owed
        if base != owed and not is_entered:
            found.append(MonthDifference(month, base, owed))
    return found
