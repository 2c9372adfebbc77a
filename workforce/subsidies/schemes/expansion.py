"""The one-off subsidy for expanding staff: graduates and young registered unemployed hired in the year."""

from __future__ import annotations

from typing import Final

from workforce.core.money import format_fen
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
from workforce.subsidies.schemes._rules import CONTRACT, REGISTERED, plus_months

_GRADUATION: Final = "graduation"
_NEEDED: Final = ("unemployment", "work_injury", "pension")
_MONTHS_A_YEAR: Final = 12


def _hired(case: Case) -> Answer:
    """The subsidy is for hires while its law is in force."""
    hired_on = case.person.hired_on
    found = case.law("expansion_subsidy_limit", hired_on)
    if found is None:
        return no("hired_outside", hired_on=hired_on)
    return yes("hired_within", hired_on=hired_on)


def _group(case: Case) -> Answer:
    answer = _graduate(case)
    if answer is not None:
        return answer
    person = case.person
    lowest = case.law("expansion_subsidy_youth_from_age", person.hired_on)
    highest = case.law("expansion_subsidy_youth_to_age", person.hired_on)
    if lowest is None or highest is None:
        return no("hired_outside", hired_on=person.hired_on)
    age = person.age_on(person.hired_on)
    if not lowest.integer <= age <= highest.integer:
        if "graduate" in person.key_groups and not person.proofs_of(_GRADUATION):
            return missing("proof_missing", kind=term("evidence_kind.graduation"))
        return no("not_young", age=age, lowest=lowest.integer, highest=highest.integer)
    if any(proof.holds_on(person.hired_on) for proof in person.proofs_of(REGISTERED)):
        return yes("registered_youth", age=age)
    return missing("youth_proof_missing", age=age)


def _graduate(case: Case) -> Answer | None:
    """Somebody hired in the year of graduation, or within some years of leaving school."""
    person = case.person
    years = case.law("expansion_subsidy_graduate_years", person.hired_on)
    if years is None:
        return None
    for proof in person.proofs_of(_GRADUATION):
        ends = plus_months(proof.issued_on, years.integer * _MONTHS_A_YEAR)
        if proof.issued_on.year == person.hired_on.year or (
            proof.issued_on <= person.hired_on <= ends
        ):
            return yes("graduate", on=proof.issued_on)
    return None


def _insured(case: Case) -> Answer:
    needed = case.law("expansion_subsidy_insured_months", case.person.hired_on)
    if needed is None:
        return no("hired_outside", hired_on=case.person.hired_on)
    count = len(case.months_insured(*_NEEDED))
    if count >= needed.integer:
        return yes("insured_months", months=count)
    left = case.person.separated_on
    if left is not None and left <= case.last.last_on:
        return no("insured_too_short", months=count, needed=needed.integer)
    return missing("insured_not_yet", months=count, needed=needed.integer)


def _estimate(case: Case) -> Estimate:
    limit = case.law("expansion_subsidy_limit", case.person.hired_on)
    if limit is None:
        return Estimate(amount=None, formula=formula("ask_bureau", months=0))
    return Estimate(
        amount=limit.integer, formula=formula("at_most", amount=format_fen(limit.integer))
    )


SCHEME: Final = PersonScheme(
    code="expansion",
    place=10,
    parameters=(
        "expansion_subsidy_limit",
        "expansion_subsidy_insured_months",
        "expansion_subsidy_graduate_years",
        "expansion_subsidy_youth_from_age",
        "expansion_subsidy_youth_to_age",
    ),
    rules=(
        Rule("hired", _hired),
        Rule("group", _group),
        CONTRACT,
        Rule("insured", _insured),
    ),
    estimate=_estimate,
    is_once=True,
)
