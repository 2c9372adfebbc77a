"""A month as it is filed: each person once, with the figures of tax and of each insurance scheme.

Tax and insurance files and the comparison with what came back read these figures and no others.
All amounts are fen, rates millionths. What each figure means for the tax client: ``docs/formats.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from workforce.core.facts import month_of
from workforce.documents.filing_facts import (
    BONUS,
    DIFFERENCE,
    EMPLOYER_DIFFERENCE,
    GIVEN_TOTAL,
    OWN_CODES,
    SCHEMES,
    SEVERANCE,
    Claims,
    Detail,
    is_untaxed,
)

if TYPE_CHECKING:
    from sqlalchemy import Row

    from workforce.core.period import PayPeriod
    from workforce.documents.files.reading import PersonPay, Slip
    from workforce.documents.filing_facts import FilingFacts

WAGES: Final = "wages"
LABOR: Final = "labor"
CONTINUOUS: Final = "continuous_labor"
BONUS_ITEM: Final = "bonus"
SEVERANCE_ITEM: Final = "severance"
_CONTINUOUS_METHODS: Final = ("intern", "platform")
_MONTH_DEDUCTIONS: Final = ("annuity", "commercial_health")


@dataclass(slots=True, kw_only=True)
class TaxFigures:
    """Pay of one person that is taxed in one way, of the month and of the year so far.

    ``income``: taxable, before deductions. ``own``: own contributions by scheme, and the given total.
    ``cumulative_*``, ``taxable``, ``rate``, ``due``, ``before``: the state of withholding as the last
    payslip left it, ``before`` as the first one found it; of a bonus or severance only ``tax`` counts.
    ``exempt``: the part of severance that is free of tax.
    """

    income: int = 0
    exempt: int = 0
    tax: int = 0
    own: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    cumulative_income: int = 0
    taxable: int = 0
    rate: int = 0
    due: int = 0
    before: int = 0
    special: int = 0
    personal_pension: int = 0
    slips: int = 0

    @property
    def own_total(self) -> int:
        """Own contributions of every scheme."""
        return sum(self.own.values())


@dataclass(slots=True, kw_only=True)
class SchemeFigures:
    """What is paid into a scheme for a month of work: ``base`` 0 where the amounts follow no base.

    ``declared``: the base that was agreed, before the limits of the law moved it.
    """

    base: int = 0
    declared: int = 0
    own_rate: int = 0
    employer_rate: int = 0
    own: int = 0
    employer: int = 0


@dataclass(slots=True, kw_only=True)
class FiledPerson:
    """One person of a month. ``person``: a row of people's ``register`` of the latest employment.

    ``taxed``: by item (wages, labor, …). ``schemes``: by scheme and the month that is paid for.
    ``not_income``: pay that is no income for the tax.
    """

    person: Row[Any]
    tax_method: str | None
    is_first_wage_of_year: bool = False
    taxed: dict[str, TaxFigures] = field(default_factory=dict)
    schemes: dict[tuple[str, str], SchemeFigures] = field(default_factory=dict)
    not_income: int = 0
    claims: Claims = field(default_factory=Claims)

    def figures(self, item: str) -> TaxFigures:
        """Return the figures of an item, made if there are none yet."""
        return self.taxed.setdefault(item, TaxFigures())

    @property
    def unsplit_special(self) -> int:
        """The part of the year's special deductions of which the books do not know the kind."""
        wages = self.taxed.get(WAGES)
        return wages.special - sum(self.special().values()) if wages else 0

    def special(self) -> Mapping[str, int]:
        """Special additional deductions of the year so far, by code."""
        return {
            code: amount
            for code, amount in self.claims.year.items()
            if code not in _MONTH_DEDUCTIONS and code != "personal_pension"
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingMonth:
    """Everybody of a month by employee number, and what the whole comes to."""

    period: PayPeriod
    people: Sequence[FiledPerson]
    facts: FilingFacts

    def of_item(self, item: str) -> Iterator[tuple[FiledPerson, TaxFigures]]:
        """Return those who are filed with an item."""
        for person in self.people:
            if item in person.taxed:
                yield person, person.taxed[item]

    def income(self, *items: str) -> int:
        """Return what was paid under some items, the tax-free part of severance included."""
        return sum(
            figures.income + figures.exempt for item in items for _, figures in self.of_item(item)
        )

    def tax(self, *items: str) -> int:
        """Return the tax withheld under some items."""
        return sum(figures.tax for item in items for _, figures in self.of_item(item))

    def own(self, *items: str) -> int:
        """Return own contributions of those who are filed with some items."""
        return sum(figures.own_total for item in items for _, figures in self.of_item(item))

    @property
    def not_income(self) -> int:
        """Return what was paid and is no income for the tax."""
        return sum(person.not_income for person in self.people)


def filing_month(
    everybody: Sequence[PersonPay], facts: FilingFacts, period: PayPeriod
) -> FilingMonth:
    """Return a month as it is filed, each person once whatever the number of employments."""
    by_person: defaultdict[int, list[PersonPay]] = defaultdict(list)
    for pay in everybody:
        by_person[pay.person.person_id].append(pay)
    people = [_person(pays, facts, period) for pays in by_person.values()]
    people.sort(key=lambda one: one.person.employee_no)
    return FilingMonth(period=period, people=people, facts=facts)


def _person(pays: Sequence[PersonPay], facts: FilingFacts, period: PayPeriod) -> FiledPerson:
    latest = max(pays, key=lambda pay: (pay.person.hired_on, pay.person.employment_id))
    filed = FiledPerson(
        person=latest.person,
        tax_method=latest.profile.tax_method if latest.profile else None,
        is_first_wage_of_year=latest.person.employment_id in facts.first_wage,
        claims=_joined([facts.claims.get(pay.person.employment_id) for pay in pays]),
    )
    slips = [(slip, pay.profile) for pay in pays for slip in pay.slips]
    for slip, profile in sorted(slips, key=lambda pair: facts.order.get(pair[0].row.run_id, 0)):
        details = facts.details.get(slip.row.id, ())
        _add_tax(filed, slip, details, profile)
        _add_schemes(filed, details, period)
    return filed


def _joined(claims: Iterable[Claims | None]) -> Claims:
    """Add up the claims of several employments of a person."""
    year: defaultdict[str, int] = defaultdict(int)
    month: defaultdict[str, int] = defaultdict(int)
    for one in claims:
        for code, amount in (one.year if one else {}).items():
            year[code] += amount
        for code, amount in (one.month if one else {}).items():
            month[code] += amount
    return Claims(year=dict(year), month=dict(month))


def _add_tax(
    filed: FiledPerson, slip: Slip, details: Sequence[Detail], profile: Row[Any] | None
) -> None:
    """Share a payslip out to the items under which it is filed; nothing of gross pay is left over."""
    by_code = {detail.code: detail for detail in details}
    withheld = by_code.get("income_tax")
    separate = sum(one.operands.get("separate_fen", 0) for one in details if one.code == BONUS)
    severance = sum(one.amount for one in details if one.code == SEVERANCE and one.is_income)
    other = sum(one.amount for one in details if is_untaxed(one)) - severance
    filed.not_income += other
    if separate:
        bonus = filed.figures(BONUS_ITEM)
        bonus.income += separate
        bonus.tax += _amount(by_code, "annual_bonus_tax")
        bonus.slips += 1
    if severance:
        paid = filed.figures(SEVERANCE_ITEM)
        taxed = by_code.get("severance_tax")
        excess = taxed.operands["excess_fen"] if taxed else 0
        paid.income += excess
        paid.exempt += severance - excess
        paid.tax += taxed.amount if taxed else 0
        paid.slips += 1
    income = slip.row.gross_pay_amount - other - severance - separate
    own = _own(details)
    item = _item(withheld, profile)
    is_beside = slip.row.kind != "regular" or item != WAGES
    if is_beside and not income and not own and not (withheld and withheld.amount):
        return
    _add_item(filed.figures(item), slip, withheld, income, own)


def _add_item(
    figures: TaxFigures, slip: Slip, withheld: Detail | None, income: int, own: Mapping[str, int]
) -> None:
    operands = withheld.operands if withheld else {}
    if not figures.slips:
        figures.before = operands.get("before_fen", 0)
    figures.slips += 1
    figures.income += income
    for scheme, amount in own.items():
        figures.own[scheme] += amount
    figures.tax += withheld.amount if withheld else 0
    figures.cumulative_income = operands.get("income_fen", 0)
    figures.taxable = slip.row.tax_taxable_amount
    figures.rate = slip.row.tax_rate
    figures.due = operands.get("due_fen", 0)
    figures.special = slip.row.tax_special_amount
    figures.personal_pension = slip.row.tax_personal_pension_amount


def _item(withheld: Detail | None, profile: Row[Any] | None) -> str:
    """Return under what a payslip's pay is filed, as it was taxed."""
    operands = withheld.operands if withheld else {}
    if operands.get("is_payment"):
        return LABOR
    method = profile.tax_method if profile else None
    if method in _CONTINUOUS_METHODS or operands.get("part_rate_micro"):
        return CONTINUOUS
    return WAGES


def _amount(by_code: Mapping[str, Detail], code: str) -> int:
    return by_code[code].amount if code in by_code else 0


def _own(details: Iterable[Detail]) -> dict[str, int]:
    """Return own contributions by scheme; differences of earlier months go to their schemes."""
    found: defaultdict[str, int] = defaultdict(int)
    for detail in details:
        if detail.code not in OWN_CODES:
            continue
        if detail.code == DIFFERENCE:
            for scheme, amount in _difference(detail, 0):
                found[scheme] += amount
        else:
            found[_OWN_SCHEME.get(detail.code, GIVEN_TOTAL)] += detail.amount
    return dict(found)


_OWN_SCHEME: Final = {own: scheme for scheme, (own, _) in SCHEMES.items() if own}
_EMPLOYER_SCHEME: Final = {code: scheme for scheme, (_, code) in SCHEMES.items() if code}


def _difference(detail: Detail, side: int) -> Iterator[tuple[str, int]]:
    """Return what a difference of an earlier month is for, by scheme; side 0 is the own one."""
    for scheme, codes in SCHEMES.items():
        amount = detail.operands.get(f"{codes[side]}_fen", 0)
        if amount:
            yield scheme, amount


def _add_schemes(filed: FiledPerson, details: Sequence[Detail], period: PayPeriod) -> None:
    month = str(period)
    for detail in details:
        if detail.code in {DIFFERENCE, EMPLOYER_DIFFERENCE}:
            side = int(detail.code == EMPLOYER_DIFFERENCE)
            for scheme, amount in _difference(detail, side):
                paid_for = str(month_of(detail.operands["for_month"]))
                figures = _scheme(filed, scheme, paid_for)
                figures.base = detail.operands["owed_base_fen"]
                if side:
                    figures.employer += amount
                else:
                    figures.own += amount
        elif detail.code in _OWN_SCHEME:
            figures = _scheme(filed, _OWN_SCHEME[detail.code], month)
            figures.own += detail.amount
            _take_base(figures, detail)
            figures.own_rate = detail.operands.get("own_rate_micro", 0)
        elif detail.code in _EMPLOYER_SCHEME:
            figures = _scheme(filed, _EMPLOYER_SCHEME[detail.code], month)
            figures.employer += detail.amount
            _take_base(figures, detail)
            figures.employer_rate = detail.operands.get("own_rate_micro", 0)


def _take_base(figures: SchemeFigures, detail: Detail) -> None:
    figures.base = max(figures.base, detail.operands.get("base_fen", 0))
    figures.declared = max(figures.declared, detail.operands.get("declared_fen", 0))


def _scheme(filed: FiledPerson, scheme: str, paid_for: str) -> SchemeFigures:
    return filed.schemes.setdefault((scheme, paid_for), SchemeFigures())
