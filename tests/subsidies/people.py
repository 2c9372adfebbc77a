"""People as schemes see them, made of plain facts: nothing of a database."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.subsidies.scheme import Assessed, Case, Claimant, PersonScheme, Proof, assess

FENGJIE: Final = "500236"
BOOK: Final = LawBook.load()
JANUARY, AUGUST, SEPTEMBER, OCTOBER = (PayPeriod(2026, month) for month in (1, 8, 9, 10))
ALL_SCHEMES: Final = {"pension": 100, "medical": 100, "unemployment": 100, "work_injury": 100}


def proof(kind: str, issued_on: str, **changes: Any) -> Proof:
    """Make a paper without an end."""
    values: dict[str, Any] = {
        "evidence_id": 1,
        "kind": kind,
        "issued_on": dt.date.fromisoformat(issued_on),
        "valid_until": None,
        "level": None,
        "has_file": True,
    }
    return Proof(**values | changes)


def months(*periods: PayPeriod, value: Any = 1) -> dict[PayPeriod, Any]:
    """Return a value for each of some months."""
    return dict.fromkeys(periods, value)


def claimant(number: int = 1, **changes: Any) -> Claimant:
    """Make a graduate of June 2026, 22 years old, hired on 1 August, insured, at work and paid since."""
    since = (AUGUST, SEPTEMBER, OCTOBER)
    values: dict[str, Any] = {
        "employment_id": number,
        "person_id": number,
        "employee_no": f"A{number:03d}",
        "name": "张三",
        "sex": "1",
        "born_on": dt.date(2004, 3, 1),
        "employment_type": "full_time",
        "hired_on": dt.date(2026, 8, 1),
        "separated_on": None,
        "separation_reason": None,
        "contract_kind": "fixed_term",
        "contract_until": dt.date(2027, 7, 31),
        "key_groups": frozenset(),
        "proofs": (proof("graduation", "2026-06-30"),),
        "insured": months(*since, value=ALL_SCHEMES),
        "own_unemployment": months(*since, value=50),
        "worked": months(*since, value=20),
        "only_time": frozenset(),
        "output": frozenset(since),
        "on_leave": frozenset(),
        "paid": months(*since, value=400_000),
    }
    return Claimant(**values | changes)


def ask(
    scheme: PersonScheme,
    person: Claimant,
    first: PayPeriod = JANUARY,
    last: PayPeriod = OCTOBER,
) -> Assessed:
    """Assess a person from January to October 2026, in Fengjie."""
    case = Case(person=person, first=first, last=last, region=FENGJIE, book=BOOK)
    return assess(scheme, case)
