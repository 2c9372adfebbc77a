"""What tax and insurance files need beside the payslips: operands, the year's deductions, who joined or left.

Read once for all of these files, in a fixed number of statements.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, select

from workforce.core.engine import pay_items
from workforce.core.results import LineKind
from workforce.payroll import filed
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod

SCHEMES: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "pension": ("pension_insurance", "employer_pension_insurance"),
    "medical": ("medical_insurance", "employer_medical_insurance"),
    "large_medical": ("large_medical_aid", "employer_large_medical_aid"),
    "unemployment": ("unemployment_insurance", "employer_unemployment_insurance"),
    "work_injury": (None, "employer_work_injury_insurance"),
    "housing_fund": ("housing_fund", "employer_housing_fund"),
}
"""A scheme → the codes of the lines of the own share and of the employer's."""

GIVEN_TOTAL: Final = "employee_insurance"
"""Own insurance and fund as one given amount: nobody knows of which scheme."""
DIFFERENCE: Final = "insurance_difference"
EMPLOYER_DIFFERENCE: Final = "employer_insurance_difference"

OWN_CODES: Final = (
    *(own for own, _ in SCHEMES.values() if own),
    GIVEN_TOTAL,
    DIFFERENCE,
)
EMPLOYER_CODES: Final = (
    *(employer for _, employer in SCHEMES.values() if employer),
    EMPLOYER_DIFFERENCE,
)
TAX_CODES: Final = ("income_tax", "annual_bonus_tax", "severance_tax")
BONUS: Final = "annual_bonus"
SEVERANCE: Final = "severance_pay"
_MOST_NAMED: Final = 5000
"""Beyond so many keys a statement does not name them one by one."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One line with the numbers of its explanation; ``amount`` in fen, signed as it enters gross pay."""

    code: str
    kind: LineKind
    amount: int
    operands: Mapping[str, int]

    @property
    def is_income(self) -> bool:
        """Whether it is part of gross pay."""
        return self.kind in {LineKind.EARNING, LineKind.REDUCTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Deductions of one employment after the limits, by code, in fen: of the year so far, of the month."""

    year: Mapping[str, int] = field(default_factory=dict)
    month: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Somebody who is newly insured in a month (``is_addition``) or insured in it for the last time.

    ``person``: a row of people's ``register``; ``base`` in fen.
    """

    person: Row[Any]
    base: int
    is_addition: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingFacts:
    """Facts of one month for tax and insurance files.

    ``details`` by payslip; ``order``: run → its place in the order of decisions; ``claims`` by
    employment.
    ``insured_before``, ``insured_now``: people insured in the month before and in the month;
    ``ended_before``: in the month before and not in the month. ``first_wage``: employments with their
    first wage of the year; ``disabled``: persons of whom that is known.
    """

    details: Mapping[int, Sequence[Detail]]
    order: Mapping[int, int]
    claims: Mapping[int, Claims]
    changes: Sequence[Coverage]
    insured_before: int
    insured_now: int
    ended_before: int
    first_wage: frozenset[int]
    disabled: frozenset[int]


def read_filing_facts(session: Session, company_id: int, month: PayPeriod) -> FilingFacts:
    """Read them for a company's month."""
    scope = Scope.company(company_id)
    codes = {*OWN_CODES, *EMPLOYER_CODES, *TAX_CODES, BONUS, *_untaxed_codes()}
    details: defaultdict[int, list[Detail]] = defaultdict(list)
    for row in session.execute(filed.filed_lines(scope, month, codes)):
        kind = LineKind(row.kind)
        amount = -row.amount if kind is LineKind.REDUCTION else row.amount
        details[row.payslip_id].append(Detail(row.code, kind, amount, json.loads(row.operands)))
    runs = sorted(
        session.execute(filed.deciding_order(scope, month)),
        key=lambda run: (run.decided_number or 0, run.period, run.number, run.run_id),
    )
    changes, counts = _coverage(session, scope, month)
    return FilingFacts(
        details=dict(details),
        order={run.run_id: place for place, run in enumerate(runs)},
        claims=_claims(session, scope, month),
        changes=changes,
        insured_before=counts[0],
        insured_now=counts[1],
        ended_before=counts[2],
        first_wage=_first_wage(session, scope, month),
        disabled=frozenset(
            row.person_id
            for row in session.execute(people.key_groups(scope))
            if row.key_group == "disabled"
        ),
    )


@cache
def _untaxed_codes() -> frozenset[str]:
    """Return codes of earnings that are no wage for the tax; agreed ones say so in their operands."""
    return frozenset(item.code for item in pay_items().values() if item.code and not item.is_taxed)


def is_untaxed(detail: Detail) -> bool:
    """Tell whether a line of gross pay is left out of taxable income by its kind."""
    if detail.operands.get("is_untaxed"):
        return detail.is_income
    return detail.is_income and detail.code in _untaxed_codes()


def _claims(session: Session, scope: Scope, month: PayPeriod) -> dict[int, Claims]:
    year: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    this: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in session.execute(filed.claimed_deductions(scope, month)):
        year[row.employment_id][row.code] += row.year_amount
        this[row.employment_id][row.code] += row.month_amount
    for row in session.execute(filed.cut_deductions(scope, month)):
        for note in row.notes:
            if note["code"] != "tax_deduction_cut":
                continue
            cut = note["params"]["claimed_fen"] - note["params"]["allowed_fen"]
            year[row.employment_id][note["detail"]] -= cut
            if row.period.startswith(str(month)):
                this[row.employment_id][note["detail"]] -= cut
    return {
        employment: Claims(year=dict(codes), month=dict(this[employment]))
        for employment, codes in year.items()
    }


def _first_wage(session: Session, scope: Scope, month: PayPeriod) -> frozenset[int]:
    profile = people.pay_profiles(scope, month).order_by(None).subquery()
    chosen = select(profile.c.employment_id).where(profile.c.is_first_wage_of_year)
    return frozenset(session.scalars(chosen))


def _coverage(
    session: Session, scope: Scope, month: PayPeriod
) -> tuple[list[Coverage], tuple[int, int, int]]:
    """Return who is newly insured in a month, or for the last time, with the numbers that must tie.

    A person with two employments is insured once. The numbers: insured in the month before, in the
    month, and in the month before only.
    """
    before, now, after = (
        {row.person_id: row for row in session.execute(_insured(scope, period))}
        for period in (month.previous(), month, month.next())
    )
    changed = {
        row.employment_id: (row.contribution_base_amount, person not in before)
        for person, row in now.items()
        if person not in before or person not in after
    }
    if not changed:
        return [], (len(before), len(now), len(before.keys() - now.keys()))
    known = people.register(scope).order_by(None).subquery()
    persons = select(known).order_by(known.c.employee_no)
    if len(changed) <= _MOST_NAMED:
        persons = persons.where(known.c.employment_id.in_(sorted(changed)))
    found = []
    for row in session.execute(persons):
        if row.employment_id not in changed:
            continue
        base, is_new = changed[row.employment_id]
        if is_new:
            found.append(Coverage(person=row, base=base, is_addition=True))
        if row.person_id not in after:
            found.append(Coverage(person=row, base=base, is_addition=False))
    return found, (len(before), len(now), len(before.keys() - now.keys()))


def _insured(scope: Scope, month: PayPeriod) -> Any:
    """People insured here in a month: employed in it under a profile that has a contribution base."""
    profile = people.pay_profiles(scope, month).order_by(None).subquery()
    employed = people.employments(scope, month).order_by(None).subquery()
    return (
        select(employed.c.person_id, employed.c.employment_id, profile.c.contribution_base_amount)
        .join(profile, profile.c.employment_id == employed.c.employment_id)
        .where(profile.c.contribution_base_amount.is_not(None))
        .order_by(employed.c.employment_id)
    )
