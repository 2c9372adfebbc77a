"""What the engine computes of a month, as the few columns that a study compares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from workforce.core.engine import calculate, pay_items
from workforce.core.facts import Facts, Mask
from workforce.core.law import LawBook
from workforce.core.money import Column
from workforce.core.pay_item import Share
from workforce.core.results import LineKind
from workforce.core.rules.minimum_wage import TOP_UP

FIGURES: Final = (
    "gross",
    "top_up",
    "net",
    "employee_insurance",
    "tax",
    "employer_insurance",
    "labour_cost",
)
"""Fen of a person's month: gross pay, what of it fills up to the minimum wage, net pay, own social
insurance and fund, income tax, the employer's insurance and fund, and all that the job costs."""

_OTHER_COSTS: Final = frozenset({"union_fund", "disabled_levy"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One computed month of ``n`` people: ``sums`` has int64[n] fen for each of `FIGURES`.

    ``is_paid`` bool[n]: without a fault; ``is_insured`` bool[n]: the employer pays pension insurance.
    """

    sums: dict[str, Column]
    is_paid: Mask
    is_insured: Mask

    def with_subsidy(self, fen: int) -> Outcome:
        """Return the same with a subsidy for each insured job, which lowers what it costs."""
        cost = self.sums["labour_cost"] - np.where(self.is_insured, fen, 0)
        return Outcome({**self.sums, "labour_cost": cost}, self.is_paid, self.is_insured)


@cache
def _figure_of() -> dict[tuple[str, LineKind], str]:
    """Return to which figure the lines of a pay item belong, beside gross, net and cost."""
    found: dict[tuple[str, LineKind], str] = {}
    for item in pay_items().values():
        key = (item.code, item.kind)
        if item.name == TOP_UP:
            found[key] = "top_up"
        elif item.kind is LineKind.EMPLOYER and item.name not in _OTHER_COSTS:
            found[key] = "employer_insurance"
        elif item.share is Share.INSURANCE:
            found[key] = "employee_insurance"
        elif item.share is Share.TAX:
            found[key] = "tax"
    return found


def outcome_of(facts: Facts, book: LawBook) -> Outcome:
    """Compute a month once: the engine alone, nothing is read."""
    results = calculate(facts, book)
    sums = {name: np.zeros(facts.size, dtype=np.int64) for name in FIGURES}
    sums["gross"], sums["net"] = results.gross_pay_fen, results.net_pay_fen
    sums["labour_cost"] = results.employer_cost_fen
    is_insured = np.zeros(facts.size, dtype=np.bool_)
    for block in results.lines:
        name = _figure_of().get((block.code, block.kind))
        if name is not None:
            np.add.at(sums[name], block.employee, block.amount_fen)
        if block.code == "employer_pension_insurance":
            is_insured[block.employee] = True
    is_paid = np.ones(facts.size, dtype=np.bool_)
    is_paid[[fault.employee for fault in results.faults]] = False
    return Outcome(sums, is_paid, is_insured)
