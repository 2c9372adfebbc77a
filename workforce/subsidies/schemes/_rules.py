"""Conditions that several schemes share."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final

from workforce.core.money import format_fen
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.subsidies.scheme import Answer, Case, Estimate, Rule, formula, missing, no, yes

HARD_TO_EMPLOY: Final = "hard_to_employ"
REGISTERED: Final = "unemployment_registration"
_CONTRACT_TYPES: Final = frozenset({"full_time"})
MOST_INSURED: Final = ("pension", "medical", "unemployment")


def plus_months(on: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a shorter month."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _contract(case: Case) -> Answer:
    person = case.person
    if person.employment_type not in _CONTRACT_TYPES:
        return no("other_type", type=term(f"employment_type.{person.employment_type}"))
    if person.contract_kind is None:
        return missing("contract_unknown")
    return yes("contract", kind=term(f"contract_kind.{person.contract_kind}"))


CONTRACT: Final = Rule("contract", _contract)


def _long_contract(case: Case) -> Answer:
    """A contract of a year runs from a day to the day before it in the next year."""
    person, answer = case.person, _contract(case)
    if person.contract_kind is None or person.employment_type not in _CONTRACT_TYPES:
        return answer
    needed = case.law("support_contract_months", case.last.last_on)
    if needed is None:
        return missing("law_unknown")
    if person.contract_kind == "open_ended":
        return yes("contract", kind=term("contract_kind.open_ended"))
    if person.contract_kind == "task" or person.contract_until is None:
        return no("contract_no_term", kind=term(f"contract_kind.{person.contract_kind}"))
    least = plus_months(person.hired_on, needed.integer) - dt.timedelta(days=1)
    if person.contract_until < least:
        return no("contract_short", until=person.contract_until, months=needed.integer)
    return yes("contract_long", until=person.contract_until)


LONG_CONTRACT: Final = Rule("long_contract", _long_contract)


def _insured_here(case: Case) -> Answer:
    found = case.months_insured(*MOST_INSURED)
    if not found:
        return no("insured_never")
    return yes("insured_months", months=len(found))


INSURED: Final = Rule("insured", _insured_here)


def _paid(case: Case) -> Answer:
    found = [month for month in case.months_insured(*MOST_INSURED) if month in case.person.paid]
    if not found:
        return missing("paid_never")
    return yes("paid_months", months=len(found))


PAID: Final = Rule("paid", _paid)


def _hard_to_employ(case: Case) -> Answer:
    person = case.person
    proofs = person.proofs_of(HARD_TO_EMPLOY)
    if any(proof.holds_on(max(person.hired_on, case.first.first_on)) for proof in proofs):
        return yes("proof", kind=term(f"evidence_kind.{HARD_TO_EMPLOY}"))
    if proofs:
        return no("proof_not_valid", kind=term(f"evidence_kind.{HARD_TO_EMPLOY}"))
    if person.key_groups & {"disabled", "formerly_poor"} or person.proofs_of(REGISTERED):
        return missing("proof_missing", kind=term(f"evidence_kind.{HARD_TO_EMPLOY}"))
    return no("not_hard_to_employ")


IN_GROUP: Final = Rule("group", _hard_to_employ)


def estimate_by_premiums(case: Case) -> Estimate:
    """Tell the premiums that a share is paid of; the share is local and not known here."""
    months = [month for month in case.months_insured(*MOST_INSURED) if month in case.person.paid]
    total = sum(case.person.insured[month][scheme] for month in months for scheme in MOST_INSURED)
    amount = Text(format_fen(total), format_fen(total))
    return Estimate(amount=None, formula=formula("premiums", months=len(months), amount=amount))


def estimate_unknown(case: Case) -> Estimate:
    """Tell the months; the sum a month is local and not known here."""
    months = [month for month in case.months_insured(*MOST_INSURED) if month in case.person.paid]
    return Estimate(amount=None, formula=formula("ask_bureau", months=len(months)))
