"""The quota for employing disabled people, and the levy of whoever does not reach it.

Both numbers of people are means over the days of the year; the shortfall need not be a whole number.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Final

from workforce.core.money import MICRO, round_half_up
from workforce.subsidies.scheme import (
    Answer,
    Claimant,
    Company,
    CompanyScheme,
    Estimate,
    Line,
    Proof,
    Standing,
    formula,
    missing,
    no,
    yes,
)
from workforce.subsidies.schemes import _company as figures

_SEVERE_LEVEL: Final = 2
_MONTHS_A_YEAR: Final = 12
_DISABILITY: Final = "disability"


def _stand(company: Company) -> Standing:
    on = company.last.last_on
    rate, weight = (
        company.law("disabled_quota_rate", on),
        company.law("disabled_quota_severe_weight", on),
    )
    if rate is None or weight is None:
        nothing = Estimate(amount=None, formula=formula("ask_bureau", months=0))
        return Standing(lines=(), answers=(("quota", missing("law_unknown")),), estimate=nothing)
    staff = figures.average(company.people, company.first.first_on, on)
    needed = staff * Fraction(rate.integer, MICRO)
    have = sum((_counted(one, company, weight.integer) for one in company.people), Fraction())
    unproven = sum(_is_unproven(one) for one in company.people)
    lines = [
        Line("average_staff", figures.people_text(staff)),
        Line("quota_rate", figures.micro_rate_text(rate.integer)),
        Line("quota_needed", figures.people_text(needed)),
        Line("quota_have", figures.people_text(have)),
    ]
    if staff:
        lines.append(Line("quota_share", figures.rate_text(have / staff)))
    if have < needed:
        lines.append(Line("quota_short", figures.people_text(needed - have)))
    if unproven:
        lines.append(Line("quota_unproven", figures.count_text(unproven)))
    return Standing(
        lines=tuple(lines),
        answers=(("quota", _quota(company, staff, needed, have, unproven)),),
        estimate=_levy(company, staff, needed, have),
    )


def _counted(one: Claimant, company: Company, weight: int) -> Fraction:
    """Return as how many people somebody counts: the days with a valid certificate, by its level."""
    if not figures.employees([one]):
        return Fraction()
    first_on, last_on = company.first.first_on, company.last.last_on
    proofs = one.proofs_of(_DISABILITY)
    severe = [proof for proof in proofs if proof.level and proof.level <= _SEVERE_LEVEL]
    days = _days(one, proofs, first_on, last_on)
    more = (weight - 1) * _days(one, severe, first_on, last_on)
    return Fraction(days + more, (last_on - first_on).days + 1)


def _days(one: Claimant, proofs: list[Proof], first_on: dt.date, last_on: dt.date) -> int:
    """Count the employed days on which one of some certificates holds; a renewed one goes on."""
    found, begin = 0, first_on
    for proof in proofs:
        begin = max(begin, proof.issued_on)
        end = last_on if proof.valid_until is None else min(last_on, proof.valid_until)
        if begin <= end:
            found += figures.employed_days(one, begin, end)
            begin = end + dt.timedelta(days=1)
    return found


def _is_unproven(one: Claimant) -> bool:
    return "disabled" in one.key_groups and not one.proofs_of(_DISABILITY)


def _is_exempt(company: Company, staff: Fraction) -> bool:
    most = company.law("disabled_quota_exempt_headcount", company.last.last_on)
    return most is not None and staff <= most.integer


def _quota(
    company: Company, staff: Fraction, needed: Fraction, have: Fraction, unproven: int
) -> Answer:
    if have >= needed:
        return yes("quota_reached")
    if _is_exempt(company, staff):
        return yes("quota_exempt", people=figures.people_text(staff))
    if unproven:
        return missing("quota_unproven", people=unproven)
    return no("quota_short", people=figures.people_text(needed - have))


def _levy(company: Company, staff: Fraction, needed: Fraction, have: Fraction) -> Estimate:
    """Shortfall × mean yearly wage, half of it from a share on; only of a whole year that is paid."""
    on = company.last.last_on
    if have >= needed or _is_exempt(company, staff):
        return Estimate(amount=0, formula=formula("no_levy"))
    if len(company.decided) < _MONTHS_A_YEAR:
        return Estimate(amount=None, formula=formula("levy_later", months=len(company.decided)))
    wages = sum(
        company.wages.get(one.employment_id, 0) for one in figures.employees(company.people)
    )
    levy = (needed - have) * Fraction(wages) / staff
    least = company.law("disabled_quota_half_from_rate", on)
    half = company.law("disabled_quota_half_rate", on)
    short = figures.people_text(needed - have)
    mean_wage = Fraction(wages) / staff
    wage = figures.money_text(round_half_up(mean_wage.numerator, mean_wage.denominator))
    if least is None or half is None:
        return Estimate(amount=None, formula=formula("levy_unknown", short=short, wage=wage))
    if have / staff >= Fraction(least.integer, MICRO):
        levy *= Fraction(half.integer, MICRO)
        said = formula(
            "levy_half", short=short, wage=wage, rate=figures.micro_rate_text(half.integer)
        )
    else:
        said = formula("levy_whole", short=short, wage=wage)
    return Estimate(amount=round_half_up(levy.numerator, levy.denominator), formula=said)


SCHEME: Final = CompanyScheme(
    code="disabled_quota",
    place=60,
    parameters=(
        "disabled_quota_rate",
        "disabled_quota_severe_weight",
        "disabled_quota_half_from_rate",
        "disabled_quota_half_rate",
        "disabled_quota_exempt_headcount",
    ),
    stand=_stand,
)
