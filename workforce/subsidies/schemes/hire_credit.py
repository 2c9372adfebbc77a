"""The tax credit for hiring from key groups: formerly poor, long registered unemployed, veterans."""

from __future__ import annotations

from typing import Final

from workforce.core.money import format_fen, round_half_up
from workforce.core.terms import term
from workforce.subsidies.scheme import (
    Answer,
    Case,
    Estimate,
    PersonScheme,
    Rule,
    formula,
    missing,
    no,
    yes,
)
from workforce.subsidies.schemes._rules import (
    INSURED,
    LONG_CONTRACT,
    MOST_INSURED,
    REGISTERED,
    plus_months,
)

_MONTHS_A_YEAR: Final = 12
_PAPERS: Final = ("poverty_relief", "veteran")
"""Papers of which each shows a group by itself."""
_GROUPS: Final = {
    "formerly_poor": "poverty_relief",
    "veteran": "veteran",
    "long_term_unemployed": REGISTERED,
}
"""Which paper shows which key group."""


def _group(case: Case) -> Answer:
    person = case.person
    for kind in _PAPERS:
        if any(proof.holds_on(person.hired_on) for proof in person.proofs_of(kind)):
            return yes("proof", kind=term(f"evidence_kind.{kind}"))
    least = case.law("hire_tax_credit_unemployed_months", case.last.last_on)
    if least is None:
        return missing("law_unknown")
    registered = [one for one in person.proofs_of(REGISTERED) if one.holds_on(person.hired_on)]
    for proof in registered:
        if plus_months(proof.issued_on, least.integer) <= person.hired_on:
            return yes("unemployed_long", on=proof.issued_on)
    for group, kind in _GROUPS.items():
        is_short = kind == REGISTERED and registered
        if group in person.key_groups and not is_short:
            return missing("proof_missing", kind=term(f"evidence_kind.{kind}"))
    if registered:
        return no("unemployed_short", months=least.integer)
    return no("not_key_group")


def _within(case: Case) -> Answer:
    if not _credit_months(case):
        return no("credit_over")
    return yes("credit_runs", hired_on=case.person.hired_on)


def _credit_months(case: Case) -> int:
    """Count the wholly insured months asked for that lie within the years of the credit."""
    longest = case.law("hire_tax_credit_months", case.last.last_on)
    if longest is None:
        return 0
    ends = plus_months(case.person.hired_on.replace(day=1), longest.integer)
    return sum(month.first_on < ends for month in case.months_insured(*MOST_INSURED))


def _estimate(case: Case) -> Estimate:
    year = case.law("hire_tax_credit_year", case.last.last_on)
    months = _credit_months(case)
    if year is None:
        return Estimate(amount=None, formula=formula("ask_bureau", months=months))
    return Estimate(
        amount=round_half_up(year.integer * months, _MONTHS_A_YEAR),
        formula=formula("credit", amount=format_fen(year.integer), months=months),
    )


SCHEME: Final = PersonScheme(
    code="hire_credit",
    place=40,
    parameters=(
        "hire_tax_credit_year",
        "hire_tax_credit_months",
        "hire_tax_credit_unemployed_months",
        "support_contract_months",
    ),
    rules=(Rule("group", _group), LONG_CONTRACT, INSURED, Rule("within", _within)),
    estimate=_estimate,
    is_once=False,
)
