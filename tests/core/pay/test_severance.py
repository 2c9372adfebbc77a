"""Severance: service in columns, and who is refused it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.core.pay.factory import FIRST, Person, facts, figure
from workforce.core.engine import calculate
from workforce.core.facts import AmountKind, EmploymentType, day_number
from workforce.core.law import LawBook
from workforce.core.rules.severance import service

NO_CODE = -1
WAGE = (AmountKind.SEVERANCE_WAGE, NO_CODE, 600_000)
AGREED = (AmountKind.SEVERANCE_AGREED, NO_CODE, 0)
LAST = 30


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.parametrize(
    ("hired_on", "last_on", "served"),
    [
        ("2026-10-01", "2026-10-01", (0, 0, 1)),
        ("2026-09-30", "2026-10-29", (0, 1, 0)),
        ("2026-04-01", "2026-09-29", (0, 5, 29)),
        ("2026-04-01", "2026-09-30", (0, 6, 0)),
        ("2025-10-31", "2026-10-30", (1, 0, 0)),
        ("2024-02-29", "2025-02-27", (1, 0, 0)),  # no 29 February: full with the last day but one
        ("2024-02-29", "2026-10-31", (2, 8, 3)),
        ("2014-10-01", "2026-09-30", (12, 0, 0)),
    ],
)
def test_both_ends_are_days_of_service(
    hired_on: str, last_on: str, served: tuple[int, int, int]
) -> None:
    hired, last = (day_number(date.fromisoformat(text)) - FIRST for text in (hired_on, last_on))
    columns = facts(Person(hired_day=hired, separated_day=last), Person(separated_day=last))
    found = service(columns, np.array([True, False]))
    assert (found.years[0], found.months[0], found.days[0]) == served
    assert (found.years[1], found.months[1], found.days[1]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (Person(amounts=[WAGE]), "pay.severance_without_separation"),
        (Person(separated_day=LAST + 1, amounts=[WAGE]), "pay.severance_without_separation"),
        (Person(separated_day=-1, amounts=[WAGE]), "pay.severance_without_separation"),
        (Person(separated_day=LAST, amounts=[AGREED]), "pay.severance_wage_missing"),
        *(
            (
                Person(separated_day=LAST, employment_type=kind, amounts=[WAGE]),
                "pay.severance_for_type",
            )
            for kind in EmploymentType
            if kind not in {EmploymentType.FULL_TIME, EmploymentType.DISPATCHED}
        ),
    ],
)
@pytest.mark.feature("FIN-39")
def test_who_has_none_is_refused(person: Person, code: str, book: LawBook) -> None:
    results = calculate(facts(person), book)
    assert code in {fault.error.code for fault in results.faults}
    assert not results.lines


def test_an_agreed_zero_is_paid_and_noted(book: LawBook) -> None:
    person = Person(base_pay_fen=500_000, separated_day=LAST, amounts=[WAGE, AGREED])
    results = calculate(facts(person), book)
    assert figure(results, "severance_pay") == 0
    (noted,) = [note for note in results.notes if note.code == "severance_below_statutory"]
    # 400 days before October 2026 to its end: a year and less than six months, 1.5 × 6000.00.
    assert noted.params["due_fen"].tolist() == [900_000]
