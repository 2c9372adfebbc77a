"""What the checker says of a computed run: its facts in words, worked out again, against its payslips."""

from __future__ import annotations

import json
from typing import Any

from tests.reference.law import law_of
from workforce.audit_pack.archive import HEAD, stored_slips
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.results import Difference, differences
from workforce.audit_pack.words import FactWords
from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.payroll.compute import Computed


def words_of(computed: Computed) -> dict[str, dict[str, Any]]:
    """Return everybody's facts as a pack's file holds them, by employee number."""
    words = FactWords(computed.assembled)
    return {
        number: json.loads(json.dumps(words.person(at, number)))
        for at, number in enumerate(computed.assembled.employee_nos)
    }


def disagreements(computed: Computed, book: LawBook) -> list[Difference]:
    """Work everybody out again from words, by the checker and by the calculator."""
    found: list[Difference] = []
    words = words_of(computed)
    sheet = computed.sheet
    for number, (_, stored) in zip(sheet.employee_nos, stored_slips(sheet), strict=True):
        (slip,) = payslips(words[number], law_of(book))
        found += differences(number, slip, stored, HEAD)
        (paid,) = scenario.run(scenario.read(words[number]), book)
        lines = [line.amount_fen for line in paid.lines]
        amount = HEAD["line_columns"].index("amount")
        kept = [line[amount] for line in stored["lines"]]
        if sorted(lines) != sorted(kept):
            found.append(Difference(number, "calculator", str(kept), str(lines)))
    return found
