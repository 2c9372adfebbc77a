"""The job-stability return: part of last year's unemployment premium, for companies that lay off few."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from workforce.core.money import MICRO, round_half_up
from workforce.core.text import Text
from workforce.subsidies.scheme import (
    Answer,
    Claimant,
    Company,
    CompanyScheme,
    Estimate,
    Line,
    Standing,
    formula,
    missing,
    no,
    yes,
)
from workforce.subsidies.schemes import _company as figures

if TYPE_CHECKING:
    from workforce.core.period import PayPeriod

_UNEMPLOYMENT: Final = "unemployment"
_LAYOFF_WORDS: Final = ("裁员", "裁减", "layoff")
"""How a reason of leaving says that the company laid somebody off."""


def _stand(company: Company) -> Standing:
    on = company.last.last_on
    first_on = company.first.first_on.replace(year=company.first.year - 1)
    last_on = first_on.replace(month=12, day=31)
    staff = figures.average(company.before, first_on, last_on)
    months = _insured_months(company)
    left = [
        one
        for one in figures.employees(company.before)
        if one.separated_on is not None and first_on <= one.separated_on <= last_on
    ]
    laid_off = sum(_is_layoff(one) for one in left)
    unknown = sum(not one.separation_reason for one in left)
    premium = _premium(company)
    needed = company.law("job_stability_insured_months", on)
    is_whole = needed is not None and len(months) >= needed.integer
    lines = (
        Line("staff_before", figures.people_text(staff)),
        Line("premium_months", figures.count_text(len(months))),
        Line(
            "premium_before",
            figures.money_text(premium) if is_whole else Text("资料不全", "not complete"),
        ),
        Line("left_before", figures.count_text(len(left))),
        Line("laid_off_before", figures.count_text(laid_off)),
    )
    return Standing(
        lines=lines,
        answers=(
            ("premium_months", _premiums(company, len(months))),
            ("layoffs", _layoffs(company, staff, laid_off, unknown)),
        ),
        estimate=_estimate(company, premium) if is_whole else _open(),
    )


def _insured_months(company: Company) -> set[PayPeriod]:
    return {
        month
        for one in company.before
        for month, charged in one.insured.items()
        if charged.get(_UNEMPLOYMENT, 0) > 0
    }


def _premium(company: Company) -> int:
    """Sum the employer's and the people's parts."""
    return sum(
        sum(charged.get(_UNEMPLOYMENT, 0) for charged in one.insured.values())
        + sum(one.own_unemployment.values())
        for one in company.before
    )


def _is_layoff(one: Claimant) -> bool:
    reason = (one.separation_reason or "").lower()
    return any(word in reason for word in _LAYOFF_WORDS)


def _premiums(company: Company, months: int) -> Answer:
    needed = company.law("job_stability_insured_months", company.last.last_on)
    if needed is None:
        return missing("law_unknown")
    if months >= needed.integer:
        return yes("insured_months", months=months)
    return missing("premiums_not_here", months=months, needed=needed.integer)


def _layoffs(company: Company, staff: Fraction, laid_off: int, unknown: int) -> Answer:
    if not staff:
        return missing("no_staff_before")
    if unknown:
        return missing("reasons_unknown", people=unknown)
    share = Fraction(laid_off) / staff
    if not laid_off:
        return yes("no_layoffs")
    on = company.last.last_on
    most = company.law("job_stability_small_headcount", on)
    limit = company.law("job_stability_small_layoff_rate", on)
    if most is None or limit is None:
        return missing("law_unknown")
    if staff > most.integer:
        return missing("layoff_target_unknown", rate=figures.rate_text(share))
    if share <= Fraction(limit.integer, MICRO):
        return yes("layoffs_few", rate=figures.rate_text(share))
    return no(
        "layoffs_many",
        rate=figures.rate_text(share),
        limit=figures.micro_rate_text(limit.integer),
    )


def _open() -> Estimate:
    return Estimate(amount=None, formula=formula("premiums_missing"))


def _estimate(company: Company, premium: int) -> Estimate:
    """Both amounts are told: which class of size a company is of is not known here."""
    on = company.last.last_on
    large, small = (
        company.law("job_stability_large_rate", on),
        company.law("job_stability_small_rate", on),
    )
    if large is None or small is None:
        return Estimate(amount=None, formula=formula("ask_bureau", months=0))
    return Estimate(
        amount=None,
        formula=formula(
            "return_of_premium",
            premium=figures.money_text(premium),
            small_rate=figures.micro_rate_text(small.integer),
            small=figures.money_text(round_half_up(premium * small.integer, MICRO)),
            large_rate=figures.micro_rate_text(large.integer),
            large=figures.money_text(round_half_up(premium * large.integer, MICRO)),
        ),
    )


SCHEME: Final = CompanyScheme(
    code="job_stability",
    place=50,
    parameters=(
        "job_stability_large_rate",
        "job_stability_small_rate",
        "job_stability_insured_months",
        "job_stability_small_headcount",
        "job_stability_small_layoff_rate",
    ),
    stand=_stand,
)
