"""A scenario of one month, from its facts alone."""

from __future__ import annotations

from typing import Any

from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.core.scenario.run import MonthPay

BOOK = LawBook.load()

Given = dict[str, Any]


def pay(
    month: str,
    facts: Given,
    employee: Given | None = None,
    company: Given | None = None,
    *,
    book: LawBook = BOOK,
) -> MonthPay:
    """Pay one month in Fengjie, of a person hired on its first day unless said otherwise."""
    whole = {
        "format": "1",
        "region": "500236",
        "employee": {"hired_on": f"{month}-01", **(employee or {})},
        "company": company or {},
        "months": [{"month": month, **facts}],
    }
    (paid,) = scenario.run(scenario.read(whole), book)
    return paid
